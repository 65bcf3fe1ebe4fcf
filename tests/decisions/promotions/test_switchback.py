"""The proposed test is balanced, and as large as its power needs."""

from __future__ import annotations

from datetime import date
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest

from busyness.decisions.promotions.days import Days
from busyness.decisions.promotions.switchback import switch_back
from busyness.domain.errors import InputError, TooLittleHistoryError

from .conftest import FIRST, planted

NOTHING = pl.DataFrame(schema={"place": pl.String, "start": pl.Date, "end": pl.Date, "type": pl.String})
THURSDAY = date(2024, 6, 6)


def test_every_place_switches_within_each_pair_of_weeks():
    world = planted(1)
    test = switch_back(world.days, world.promotions, first=THURSDAY, uplift=0.03)
    schedule = test.schedule
    assert schedule.height == 8 * test.weeks
    assert test.windows == schedule.filter(arm="on").height == schedule.filter(arm="off").height
    assert set(schedule.group_by("start").agg((pl.col("arm") == "on").sum())["arm"]) == {4}
    pair = ((pl.col("start") - THURSDAY).dt.total_days() // 14).alias("pair")
    assert set(schedule.group_by("place", pair).agg(pl.col("arm").n_unique())["arm"]) == {2}
    assert (schedule["start"].dt.weekday() == 4).all()
    assert test.says.startswith(f"Try it in 8 places for {test.weeks} weeks from 2024-06-06 on")


def test_smaller_effects_and_more_power_take_longer():
    world = planted(1)
    sizes = [switch_back(world.days, NOTHING, first=THURSDAY, uplift=u).windows for u in (0.1, 0.05, 0.02)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]
    sure = switch_back(world.days, NOTHING, first=THURSDAY, uplift=0.02, power=0.95).windows
    assert sure > sizes[2]


def test_the_power_is_the_one_that_was_asked_for():
    """Replay the test on drawn weeks with a true uplift: it is found about as often as planned."""
    rng = np.random.default_rng(0)
    spread, places, uplift = 0.06, 10, 0.025
    log = rng.normal(0, 0.04, 700) + rng.normal(0, spread * 2, (places, 700))  # a window of four days: half of it
    days = Days(tuple(f"P{p}" for p in range(places)), FIRST, 1000 * np.exp(log), np.full((places, 700), 1000.0))
    test = switch_back(days, NOTHING, first=THURSDAY, uplift=uplift)
    assert test.spread == pytest.approx(spread, rel=0.2)
    found = 0
    for _ in range(1000):
        week = rng.normal(0, 0.04, test.weeks)
        error = rng.normal(0, test.spread, (places, test.weeks))
        on = np.array([rng.permutation(places) % 2 == 0 for _ in range(test.weeks // 2)]).T
        arms = np.stack([on, ~on], axis=2).reshape(places, -1)
        seen = week + error + np.log1p(uplift) * arms
        within = seen - seen.mean(axis=0)
        effect = within[arms].mean() - within[~arms].mean()
        found += abs(effect) / (test.spread * np.sqrt(2 / test.windows)) > NormalDist().inv_cdf(0.975)
    planned = 2 * (test.spread * 2.8016 / np.log1p(uplift)) ** 2
    assert test.windows >= planned
    assert 0.76 <= found / 1000 <= 0.9


def test_what_cannot_be_planned_is_refused():
    world = planted(1)
    for wrong in ({"uplift": 0.0}, {"length": 5}, {"power": 1.0}):
        with pytest.raises(InputError, match="cannot be planned"):
            switch_back(world.days, NOTHING, first=THURSDAY, **wrong)
    short = Days(world.days.places[:1], FIRST, world.days.observed[:1, :40], world.days.expected[:1, :40])
    with pytest.raises(TooLittleHistoryError):
        switch_back(short, NOTHING, first=THURSDAY)
