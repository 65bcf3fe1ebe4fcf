"""Long tables become cubes without losing, moving or inventing a row."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.place import Place
from busyness.domain.slots import SlotLength
from busyness.workflows.service.past import past_of

HOUR = SlotLength(60)
FIRST = datetime(2024, 3, 30, tzinfo=UTC)
CITY = (Place("A", timezone="Europe/Madrid"), Place("B", timezone="America/Lima"))


def table(rows, start=FIRST, step=timedelta(hours=1)):
    return pl.DataFrame(
        {
            "place": [place for place, _, _ in rows],
            "time": [start + k * step for _, k, _ in rows],
            "demand": [value for _, _, value in rows],
        },
        schema={"place": pl.String, "time": pl.Datetime("us", "UTC"), "demand": pl.Float64},
    )


@given(st.dictionaries(st.tuples(st.sampled_from("AB"), st.integers(0, 80)), st.integers(0, 1000), min_size=1))
def test_every_row_stands_in_its_cell(cells):
    past = past_of(table([(p, k, v) for (p, k), v in cells.items()]), ["demand"], places=CITY, length=HOUR)
    first = min(k for _, k in cells)
    assert np.isfinite(past["demand"]).sum() == len(cells)
    for (place, k), value in cells.items():
        assert past["demand"]["AB".index(place), k - first] == value


def test_a_later_row_wins():
    past = past_of(table([("A", 0, 1.0), ("A", 0, 2.0)]), ["demand"], places=CITY, length=HOUR)
    assert past["demand"][0, 0] == 2


def test_places_that_are_not_forecast_are_left_out():
    assert past_of(table([("C", 0, 1.0)]), ["demand"], places=CITY, length=HOUR) is None
    past = past_of(table([("C", 5, 1.0), ("B", 0, 3.0)]), ["demand"], places=CITY, length=HOUR)
    assert past.slots.count == 1
    assert past["demand"][1, 0] == 3


def test_nothing_is_nothing():
    assert past_of(table([]), ["demand"], places=CITY, length=HOUR) is None


def test_daily_slots_are_local_days_also_when_the_clock_changes():
    madrid = [datetime(2024, 3, 30, 23, tzinfo=UTC), datetime(2024, 3, 31, 22, tzinfo=UTC)]  # midnights around the change
    rows = pl.DataFrame(
        {"place": ["A", "A", "B"], "time": [*madrid, datetime(2024, 3, 31, 5, tzinfo=UTC)], "demand": [1.0, 2, 3]}
    )
    past = past_of(
        rows.with_columns(pl.col("time").cast(pl.Datetime("us", "UTC"))), ["demand"], places=CITY, length=SlotLength(1440)
    )
    assert str(past.slots.start) == "2024-03-31T00:00:00"
    assert past["demand"].tolist()[0] == [1, 2]
    assert past["demand"][1, 0] == 3
