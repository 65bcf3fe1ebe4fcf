"""The yardstick that every model is measured by: last week's values on the Melbourne sensors."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.backtesting.baselines import seasonal_mean, seasonal_naive
from busyness.backtesting.scores import score
from busyness.domain.local_time import to_utc
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.panel import Panel

FOLDER = Path(os.environ.get("BUSYNESS_REAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
FILE = FOLDER / "melbourne_pedestrians" / "melbourne_2012_2015.parquet"
ZONE = "Australia/Melbourne"
TOO_SHORT = ["36", "37", "38", "40"]
HORIZON = 168

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def panel() -> Panel:
    if not FILE.exists():
        said = f"The Melbourne data is not there ({FILE}); set BUSYNESS_REAL_DATA to the folder that holds it."
        pytest.fail(said) if os.environ.get("BUSYNESS_REQUIRE_ALL") == "1" else pytest.skip(said)
    rows = (
        pl.read_parquet(FILE)
        .drop_nulls("SensorID")
        .with_columns(
            place=pl.col("SensorID").cast(pl.Int32).cast(pl.String),
            wall=pl.col("Date").str.strptime(pl.Datetime("us"), "%d-%b-%Y") + pl.duration(hours=pl.col("Hour")),
        )
        .filter(~pl.col("place").is_in(TOO_SHORT))
    )
    utc = to_utc(rows["wall"].to_numpy().astype("datetime64[s]"), ZONE)
    ids = sorted(set(rows["place"]), key=int)
    history = int((utc.max() - utc.min()) / np.timedelta64(1, "h")) + 1
    slots = Slots(utc.min(), SlotLength(60), history + HORIZON)
    demand = np.full((len(ids), slots.count), np.nan, np.float32)
    demand[[ids.index(place) for place in rows["place"]], slots.index(utc)] = rows["PedestrianCount"].to_numpy()
    always, never = np.ones(demand.shape, bool), np.zeros(demand.shape, bool)
    return Panel(tuple(Place(id=place, timezone=ZONE) for place in ids), slots, history, demand, always, never)


def test_last_week_s_values_miss_by_155(panel: Panel) -> None:
    origins = [panel.origin_of(date(2014, 12, 20) + timedelta(weeks=week)) for week in range(8)]
    first = panel.slots.start.astype(datetime).replace(tzinfo=UTC)
    naive, mean = (forecast(panel.sealed(), origins, HORIZON) for forecast in (seasonal_naive, seasonal_mean))
    slot = np.array(origins)[:, None, None] + np.broadcast_to(np.arange(HORIZON), naive.shape)
    place = np.broadcast_to(np.array(panel.ids)[:, None], naive.shape)
    observed = np.take_along_axis(panel.demand[None].repeat(len(origins), 0), slot, axis=2)
    frame = pl.DataFrame(
        {
            "place": place.ravel(),
            "time": slot.ravel(),
            "origin": np.broadcast_to(np.array(origins)[:, None, None], naive.shape).ravel(),
            "observed": observed.ravel(),
            "seasonal_naive": naive.ravel(),
            "seasonal_mean": mean.ravel(),
            "prediction": naive.ravel(),
        }
    ).with_columns((pl.lit(first) + pl.duration(hours=pl.col(name))).alias(name) for name in ("time", "origin"))
    found = score(frame, timezones=ZONE).to_dict()
    assert len(panel.places) == 35
    assert found["rows"] == 42_529
    assert found["unanswered"] == 0
    assert found["mae"] == pytest.approx(155.1, abs=0.1)
    assert found["seasonal_naive"]["mae"] == pytest.approx(found["mae"])
    assert found["seasonal_naive"]["mase"] == pytest.approx(1)
    assert found["by_origin"][0]["origin"] == "2014-12-19T13:00:00Z"
    assert [day["day_ahead"] for day in found["by_horizon"]] == list(range(1, 8))
    assert len(found["places"]) == 33
    assert 150 < found["seasonal_mean"]["mae"] < 165
    assert 0.5 < found["peak_hit"] < 1
