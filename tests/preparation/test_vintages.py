from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.vintages import align_vintages
from busyness.tables.panel import Panel

DAY = datetime(2024, 1, 1)
HOURS = 48
NAN = float("nan")
Row = tuple[str | None, float, float, float, float | None]


def panel(*zones: str, minutes: int = 60, count: int = HOURS) -> Panel:
    places = tuple(Place(name, timezone=zone) for name, zone in zip("abc", zones or ("UTC", "UTC"), strict=False))
    shape = (len(places), count)
    slots = Slots(np.datetime64("2024-01-01T00"), SlotLength(minutes), count)
    return Panel(places, slots, count, np.zeros(shape, np.float32), np.ones(shape, bool), np.zeros(shape, bool))


def table(*rows: Row, name: str = "t") -> pl.DataFrame:
    def at(hours: float | None) -> datetime | None:
        return None if hours is None else DAY + timedelta(hours=hours)

    instant = pl.Datetime("us", "UTC")
    schema = {
        "place": pl.String,
        "start": instant,
        "end": instant,
        "name": pl.String,
        "value": pl.Float64,
        "known_at": instant,
    }
    spans = [(place, at(first), at(last), name, value, at(known)) for place, first, last, value, known in rows]
    return pl.DataFrame(spans, schema=schema, orient="row")


def seen(found: Panel, slot: int, origin: int, place: int = 0) -> float:
    assert found.vintages is not None
    where, when, then = (np.array([number], np.int32) for number in (place, slot, origin))
    return float(found.vintages.at("t", where, slot=when, origin=then)[0])


def test_every_vintage_is_kept_and_each_origin_sees_the_newest_it_may() -> None:
    rows = [(None, 20, 23, 5, 6), (None, 20, 23, 8, 12.25), (None, 22, 23, 1, None)]
    aligned = align_vintages(panel(), table(*rows), ["t"], local=False)
    found = aligned.panel
    assert np.isnan(seen(found, 20, 5))
    assert [seen(found, 20, origin) for origin in (6, 12, 13, 20)] == [5, 5, 8, 8]
    assert seen(found, 22, 0) == 1  # known always
    assert seen(found, 22, 13) == 8
    assert np.isnan(seen(found, 23, 40))  # beyond its reach
    assert seen(found, 21, 13, place=1) == 8
    assert aligned.notes == ("'t' is forecast in 3 vintages, up to 23 h ahead.",)


def test_finer_values_are_averaged_within_a_vintage_and_longer_ones_repeated() -> None:
    rows = [(None, 10, 10.5, 1, 4), (None, 10.5, 11, 3, 4), (None, 12, 15, 9, 4), (None, 10.5, 11, 5, 5)]
    found = align_vintages(panel(), table(*rows), ["t"], local=False).panel
    assert [seen(found, slot, 4) for slot in (10, 12, 14)] == [2, 9, 9]
    assert seen(found, 10, 5) == 5
    days = align_vintages(panel(minutes=1440, count=2), table((None, 6, 12, 4, 0)), ["t"], local=False).panel
    assert seen(days, 0, 0) == 4


def test_stations_and_several_covariates() -> None:
    rows = pl.concat([table(("s", 10, 12, 5, 0)), table(("r", 10, 12, 7, 0), name="wind")])
    stations = {"t": {"a": "s", "b": "s"}, "wind": {"a": "r", "b": "elsewhere"}}
    found = align_vintages(panel("UTC", "America/Lima"), rows, ["t", "wind"], local=False, stations=stations).panel
    assert found.vintages is not None
    assert found.vintages.names == ("t", "wind")
    assert [seen(found, 10, 3, place=place) for place in (0, 1)] == [5, 5]
    assert found.vintages.values["wind"].tolist() == [7, 7]


def test_local_times_are_each_place_s_own() -> None:
    rows = table((None, 10, 11, 5, 0)).with_columns(pl.col("start", "end", "known_at").dt.replace_time_zone(None))
    found = align_vintages(panel("UTC", "America/Lima"), rows, ["t"], local=True).panel
    assert seen(found, 10, 0) == 5
    assert seen(found, 15, 10, place=1) == 5
    assert np.isnan(seen(found, 15, 4, place=1))  # issued at Lima's midnight


def test_what_no_origin_can_see_is_said() -> None:
    late = align_vintages(panel(), table((None, 60, 61, 5, 50)), ["t"], local=False)
    assert late.notes == ("No forecast of 't' is about the time of the data.",)
    with pytest.raises(InputError, match="no covariate 'rain'"):
        align_vintages(panel(), table((None, 1, 2, 5, 0)), ["rain"], local=False)


hours = st.integers(0, 4 * HOURS).map(lambda quarter: quarter / 4)


@given(
    rows=st.lists(st.tuples(hours, st.sampled_from([1, 6, 24]), st.integers(0, 80), hours), min_size=1, max_size=12),
    origin=st.integers(0, HOURS - 1),
)
def test_nothing_that_was_issued_after_an_origin_is_seen_there(
    rows: list[tuple[float, int, int, float]], origin: int
) -> None:
    spans = [("a", first, first + long, float(value), known) for first, long, value, known in rows]
    told = [row for row in spans if row[4] <= origin] + [
        ("a", first, last, -50.0, origin + 0.25) for _, first, last, _, _ in spans
    ]
    slots = np.arange(HOURS, dtype=np.int32)
    place, at = np.zeros(HOURS, np.int32), np.full(HOURS, origin, np.int32)
    views = []
    for some in (spans, told):
        vintages = align_vintages(panel(), table(*some), ["t"], local=False).panel.until(origin).vintages
        assert vintages is not None
        views.append(vintages.at("t", place, slot=slots, origin=at))
    np.testing.assert_array_equal(*views)
