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
from busyness.preparation.align_past import align_past
from busyness.tables.panel import Panel

DAY = datetime(2024, 1, 1)
HOURS = 48
Row = tuple[str | None, float, float, float, float | None]  # place, first hour, last, value, hour it became known


def panel(*zones: str) -> Panel:
    places = tuple(Place(name, timezone=zone) for name, zone in zip("abc", zones or ("UTC", "UTC"), strict=False))
    shape = (len(places), HOURS)
    slots = Slots(np.datetime64("2024-01-01T00"), SlotLength(60), HOURS)
    return Panel(places, slots, HOURS, np.zeros(shape, np.float32), np.ones(shape, bool), np.zeros(shape, bool))


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


def past(*rows: Row) -> np.ndarray:
    return align_past(panel(), table(*rows), ["t"], local=False).panel.past["t"]


def test_a_value_of_an_hour_stands_at_its_hour() -> None:
    cube = past((None, 3, 4, 10, 4), ("b", 3, 4, 20, None), (None, 4, 4.5, 1, 4.5), (None, 4.5, 5, 3, 5))
    assert cube[0, 3:6].tolist()[:2] == [10, 2]
    assert cube[1, 3] == 20
    assert np.isfinite(cube).sum() == 4
    assert cube.dtype == np.float32


def test_a_value_of_a_day_stands_in_the_hour_in_which_the_day_is_over() -> None:
    cube = past((None, 0, 24, 7, 24))
    assert np.flatnonzero(np.isfinite(cube[0])).tolist() == [23]
    assert cube[0, 23] == 7


def test_what_is_reported_late_stands_where_it_was_reported() -> None:
    cube = past((None, 3, 4, 10, 30), (None, 4, 5, 20, 30), (None, 5, 6, 5, 47.5), (None, 6, 7, 5, 49))
    assert np.flatnonzero(np.isfinite(cube[0])).tolist() == [29, 47]
    assert cube[0, 29] == 15
    assert cube[0, 47] == 5


def test_a_later_correction_is_left_out_and_gaps_stay() -> None:
    cube = past((None, 3, 4, 10, 4), (None, 3, 4, 99, 20), (None, 5, 6, 12, 6))
    assert np.flatnonzero(np.isfinite(cube[0])).tolist() == [3, 5]
    assert cube[0, 3] == 10


def test_stations_serve_the_places_that_take_them() -> None:
    stations = {"t": {"a": "s2", "b": "s1"}}
    rows = table(("s1", 0, 1, 1, None), ("s2", 0, 1, 2, None))
    aligned = align_past(panel("UTC", "America/Lima"), rows, ["t"], local=False, stations=stations)
    assert aligned.panel.past["t"][:, 0].tolist() == [2, 1]
    assert aligned.notes == ()


def test_perfect_weather_is_known_ahead_and_loud() -> None:
    aligned = align_past(panel(), table((None, 30, 31, 5, 31)), ["t"], local=False, perfect=True)
    assert aligned.panel.known["t"][0, 30] == 5
    assert not aligned.panel.past
    assert "as if it had been forecast perfectly (t)" in aligned.notes[0]


def test_a_covariate_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no covariate 'rain'"):
        align_past(panel(), table((None, 0, 1, 1, None)), ["rain"], local=False)
    assert (
        "Places without any value of 't': 1." in align_past(panel(), table(("a", 0, 1, 1, None)), ["t"], local=False).notes
    )


hours = st.integers(0, 4 * HOURS).map(lambda quarter: quarter / 4)


@given(
    rows=st.lists(
        st.tuples(hours, st.sampled_from([0.25, 1, 3, 24]), st.integers(0, 80), st.integers(0, 30)), min_size=1, max_size=12
    ),
    origin=st.integers(0, HOURS),
    noise=st.integers(100, 200),
)
def test_nothing_that_became_known_after_an_origin_is_seen_there(
    rows: list[tuple[float, float, int, int]], origin: int, noise: int
) -> None:
    spans = [("a", first, first + long, float(value), first + long + late) for first, long, value, late in rows]
    told = [
        (place, first, last, value if known <= origin else float(noise), known) for place, first, last, value, known in spans
    ]
    told = [row for row in told if row[4] <= origin or noise % 2]
    some: Row = ("b", 0, 1, 1, 1)
    one, other = past(some, *spans)[:, :origin], past(some, *told)[:, :origin]
    np.testing.assert_array_equal(one, other)
