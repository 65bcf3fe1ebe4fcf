from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.align import align_known
from busyness.tables.panel import Panel, wall_times

Row = tuple[str | None, datetime, datetime, str, float | None]
DAY = datetime(2024, 1, 1)
NAN = float("nan")


def panel(*timezones: str, hours: int = 48, start: str = "2024-01-01T00", minutes: int = 60) -> Panel:
    places = tuple(Place(name, timezone=zone) for name, zone in zip("abc", timezones or ("UTC", "UTC"), strict=False))
    shape = (len(places), hours)
    slots = Slots(np.datetime64(start), SlotLength(minutes), hours)
    return Panel(places, slots, hours // 2, np.zeros(shape, np.float32), np.ones(shape, bool), np.zeros(shape, bool))


def table(rows: Sequence[Row], known_at: Sequence[datetime | None] | None = None, *, local: bool = True) -> pl.DataFrame:
    zone = None if local else "UTC"
    moment = pl.Datetime("us", zone)
    frame = pl.DataFrame(
        rows,
        schema={"place": pl.String, "start": moment, "end": moment, "name": pl.String, "value": pl.Float64},
        orient="row",
    )
    return frame.with_columns(pl.Series("known_at", known_at or [None] * frame.height, dtype=moment))


def span(name: str, first: float, last: float, value: float | None, place: str | None = None) -> Row:
    return (place, DAY + timedelta(hours=first), DAY + timedelta(hours=last), name, value)


def test_finer_values_are_averaged_and_longer_ones_repeated() -> None:
    rows = [span("t", i / 2, (i + 1) / 2, float(i)) for i in range(4)] + [span("t", 2, 48, 9)]
    aligned = align_known(panel(), table(rows), ["t"], local=True)
    cube = aligned.panel.known["t"]
    assert cube.dtype == np.float32
    assert cube[0, :4].tolist() == [0.5, 2.5, 9, 9]
    np.testing.assert_array_equal(cube[0], cube[1])
    assert aligned.notes == ()


def test_numbers_bridge_three_hours_and_flags_are_zero_where_nothing_is_said() -> None:
    rows = [span("t", 0, 1, 10), span("t", 4, 5, 50), span("t", 9, 48, 1), span("promo", 5, 7.5, 1, "a")]
    known = align_known(panel(), table(rows), ["t", "promo"], local=True).panel.known
    np.testing.assert_array_equal(known["t"][0, :10], [10, 20, 30, 40, 50, NAN, NAN, NAN, NAN, 1])
    assert known["promo"][0, 4:9].tolist() == [0, 1, 1, 0.5, 0]
    assert known["promo"][1].sum() == 0  # the row for every place names it
    own = align_known(panel(), table(rows[-1:]), ["promo"], local=True).panel.known
    assert np.isnan(own["promo"][1]).all()
    assert own["promo"][0].sum() == 2.5


def test_gaps_in_longer_slots_stay() -> None:
    rows = [span("t", 0, 2, 1.5), span("t", 4, 6, 3)]
    cube = align_known(panel(minutes=120), table(rows), ["t"], local=True).panel.known["t"]
    np.testing.assert_array_equal(cube[0, :3], [1.5, NAN, 3])


def test_a_places_own_value_comes_before_everyones() -> None:
    rows = [span("price", 0, 48, 5), span("price", 10, 12, 3, "b")]
    cube = align_known(panel(), table(rows), ["price"], local=True).panel.known["price"]
    assert set(cube[0]) == {5}
    assert np.flatnonzero(cube[1] == 3).tolist() == [10, 11]


@pytest.mark.parametrize(("begin", "hours"), [("2023-09-30T14", 23), ("2024-04-06T13", 25)])
def test_a_local_day_is_as_long_as_it_is(begin: str, hours: int) -> None:
    both = panel("Australia/Melbourne", "America/Lima", start=begin, hours=72)
    date = datetime.fromisoformat(begin[:10]) + timedelta(days=1)
    rows: list[Row] = [(None, date, date + timedelta(days=1), "holiday", 1.0)]
    cube = align_known(both, table(rows), ["holiday"], local=True).panel.known["holiday"]
    assert cube.sum(axis=1).tolist() == [hours, 24]
    days = wall_times(both.places, both.slots).astype("datetime64[D]")
    np.testing.assert_array_equal(cube == 1, days == np.datetime64(date, "D"))


def test_daily_slots_and_utc_times() -> None:
    daily = panel("Australia/Melbourne", start="2024-01-01", hours=4, minutes=1440)
    hour = timedelta(hours=1)
    begin = datetime(2023, 12, 31, 13, tzinfo=UTC)  # midnight in Melbourne
    rows: list[Row] = [("a", begin + i * hour, begin + (i + 1) * hour, "rain", float(i // 24)) for i in range(96)]
    cube = align_known(daily, table(rows, local=False), ["rain"], local=False).panel.known["rain"]
    assert cube.tolist() == [[0, 1, 2, 3]]


def test_the_end_of_what_is_known_is_said() -> None:
    rows = [span("t", 0, 48, 20.5, "a"), span("t", 0, 30, 20.5, "b"), span("promo", 0, 10, 1), span("dense", 0, 10, 0)]
    frame = table([*rows, span("dense", 10, 11, 1)])
    notes = align_known(panel(), frame, ["t", "promo", "dense"], local=True).notes
    assert len(notes) == 2
    assert "'t' is known until 2024-01-02 06:00 at place 'b'" in notes[0]
    assert "'dense' is known until 2024-01-01 11:00" in notes[1]


def test_the_newest_value_known_in_time_counts() -> None:
    rows = [span("t", 10, 48, 1), span("t", 10, 48, 2), span("t", 10, 48, 3)]
    frame = table(rows, [DAY, DAY + timedelta(hours=9), DAY + timedelta(hours=12)])
    before = align_known(panel(), frame, ["t"], local=True)
    assert before.panel.known["t"][0, 20] == 2
    assert any("became known too late: 1" in note for note in before.notes)
    for hour, value in ((1, 1), (9, 2), (13, 3)):
        moment = DAY.replace(tzinfo=UTC) + timedelta(hours=hour)
        assert align_known(panel(), frame, ["t"], local=True, as_of=moment).panel.known["t"][0, 20] == value


def test_known_times_on_another_clock_than_the_values() -> None:
    rows = [span("t", 12, 20, 1.5)]
    aware = table(rows).with_columns(known_at=pl.lit(datetime(2024, 1, 1, 16, tzinfo=UTC)).cast(pl.Datetime("us", "UTC")))
    lima = align_known(panel("America/Lima"), aware, ["t"], local=True).panel.known["t"]  # noon there is 17:00 UTC
    assert np.isfinite(lima).sum() == 8
    utc = align_known(panel("UTC"), aware, ["t"], local=True).panel.known["t"]
    assert np.isnan(utc).all()


def test_strangers_are_counted_or_refused_and_wrong_names_are_said() -> None:
    frame = table([span("temperature", 0, 48, 1.5), span("temperature", 0, 48, 1.5, "zzz")])
    assert "1, such as 'zzz'" in align_known(panel(), frame, ["temperature"], local=True).notes[0]
    with pytest.raises(UnknownPlaceError, match="zzz"):
        align_known(panel(), frame, ["temperature"], local=True, strict=True)
    with pytest.raises(InputError, match="Did you mean 'temperature'"):
        align_known(panel(), frame, ["temprature"], local=True)


def test_the_panel_keeps_what_it_had() -> None:
    first = align_known(panel(), table([span("one", 0, 48, 1.5)]), ["one"], local=True).panel
    second = align_known(first, table([span("two", 0, 48, None), span("two", 0, 48, 2.5)]), ["two"], local=True).panel
    assert set(second.known) == {"one", "two"}
    assert set(first.known) == {"one"}
