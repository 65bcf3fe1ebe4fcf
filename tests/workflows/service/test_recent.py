"""The last slots up to the running one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from busyness.domain.slots import SlotLength, Slots
from busyness.workflows.service.recent import recent_of

from .conftest import ORIGIN


def test_across_the_origin_history_meets_the_forecast(made, snapshot):
    now = ORIGIN + timedelta(hours=15, minutes=20)
    recent = recent_of(snapshot, ["P3", "P1"], now=now)
    assert [place.id for place in recent.places] == ["P3", "P1"]
    assert recent.observed.shape == (2, 49)
    assert recent.starts[0, -1] == np.datetime64((ORIGIN + timedelta(hours=15)).replace(tzinfo=None))
    assert np.allclose(recent.mean[:, -16:], snapshot.forecast.mean[[2, 0], :16])
    assert np.allclose(recent.low[:, -16:], snapshot.forecast.at(0.1)[[2, 0], :16])
    assert np.isnan(recent.observed[:, -16:]).all()
    own = pl.read_parquet(made / "history.parquet").filter(pl.col("time") > now - timedelta(hours=49), place="P3")
    assert own.height > 10
    assert recent.observed[0][np.isfinite(recent.observed[0])].tolist() == own.sort("time")["demand"].to_list()
    assert np.allclose(recent.mean[:, :-16], snapshot.replayed["mean"][[2, 0]][:, -33:])


def test_counts_that_came_since_win(snapshot):
    now = ORIGIN + timedelta(hours=15)
    times = [ORIGIN + timedelta(hours=14), ORIGIN - timedelta(hours=4), ORIGIN + timedelta(days=40)]
    posted = pl.DataFrame({"place": ["P1", "P1", "P1"], "time": times, "demand": [7.0, 1234.0, 5.0]})
    recent = recent_of(snapshot, ["P1"], now=now, posted=posted)
    assert recent.observed[0, -2] == 7
    assert recent.observed[0, -1 - 19] == 1234
    assert recent.side[0, -1 - 19] == 1


def test_far_from_the_forecast_nothing_is_known(snapshot):
    for away in (timedelta(days=-400), timedelta(days=400)):
        recent = recent_of(snapshot, ["P1"], now=ORIGIN + away)
        assert np.isnan(recent.mean).all()
        assert not recent.side.any()


def test_a_daily_slot_runs_by_the_local_clock(snapshot):
    said = snapshot.forecast
    slots = Slots(np.datetime64("2020-09-10"), SlotLength(1440), said.slots.count)
    daily = replace(snapshot, forecast=replace(said, slots=slots), history=None, replayed=None)
    recent = recent_of(daily, ["P1"], now=datetime(2020, 9, 11, 3, tzinfo=UTC))  # ten in the evening of the tenth in Lima
    assert recent.starts[0, -1] == np.datetime64("2020-09-10T05:00:00")
    assert recent.mean[0, -1] == said.mean[0, 0]
    assert recent.mean.shape == (1, 8)
