"""Who is in charge: the learned policy by proof only, and not for longer than it is good."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from busyness.decisions.intraday.takeover import (
    LEARNED,
    LOOK_AHEAD,
    TAKEOVER_SCHEMA,
    fell_behind,
    standings,
    trial,
    watch,
)
from busyness.domain.errors import InputError


def gains(mean: float, count: int, seed: int = 0) -> np.ndarray:
    """Days whose mean gain is exactly this, spread by 1."""
    drawn = np.random.default_rng(seed).normal(size=count)
    return mean + (drawn - drawn.mean()) / drawn.std(ddof=1)


def test_the_learned_policy_takes_over_where_its_interval_lies_above_zero() -> None:
    won = trial("K", gains(0.2, 400))
    assert (won.in_charge, won.before) == (LEARNED, LOOK_AHEAD)
    assert won.low == pytest.approx(0.2 - 1.96 / 20, abs=1e-3)
    assert "surely more than nothing" in won.reason


@pytest.mark.parametrize(
    ("mean", "count", "says"), [(0.05, 400, "No difference"), (-0.2, 400, "behind"), (5.0, 10, "decide nothing")]
)
def test_a_tie_a_loss_or_few_days_leave_the_look_ahead_in_charge(mean: float, count: int, says: str) -> None:
    row = trial("K", gains(mean, count), before=LEARNED)
    assert row.in_charge == LOOK_AHEAD
    assert row.before == LEARNED
    assert says in row.reason


def test_a_good_policy_stays() -> None:
    row = watch("K", gains(0.3, 300), spread=1.0)
    assert row.in_charge == LEARNED
    assert row.low < 0.3 < row.high
    assert row.days == 300


def test_a_policy_that_falls_behind_after_a_good_time_goes() -> None:
    days = np.concatenate([gains(0.4, 150), gains(-1.2, 60, seed=1)])
    row = watch("K", days, spread=1.0)
    assert row.in_charge == LOOK_AHEAD
    assert row.high < 0
    found = fell_behind(days, spread=1.0)
    assert found is not None
    first, last, *_ = found
    assert 140 <= first < last
    assert 160 <= last < 210
    assert f"day {last + 1}" in row.reason


def test_a_decision_once_made_does_not_wait_for_more_days() -> None:
    days = np.concatenate([gains(0.4, 50), gains(-1.5, 60, seed=1)])
    found = fell_behind(days, spread=1.0)
    assert found is not None
    assert fell_behind(days[: found[1] + 1], spread=1.0) == found
    assert fell_behind(days[: found[1]], spread=1.0) is None


@pytest.mark.parametrize("shape", ["normal", "rare losses", "rare gains"])
def test_a_policy_that_is_never_behind_is_rarely_sent_away(shape: str) -> None:
    rng = np.random.default_rng(1)
    drawn = rng.normal(size=(120, 200)) if shape == "normal" else rng.exponential(size=(120, 200)) - 1
    worlds = -drawn if shape == "rare losses" else drawn
    sent = np.mean([fell_behind(world, spread=1.0) is not None for world in worlds])
    assert sent <= 0.05


def test_the_table_has_a_row_a_cluster() -> None:
    table = standings([trial("A", gains(0.5, 100)), watch("B", gains(-2, 60), spread=1.0)])
    assert table.schema == pl.Schema(TAKEOVER_SCHEMA)
    assert table["in_charge"].to_list() == [LEARNED, LOOK_AHEAD]


def test_gaps_are_named() -> None:
    with pytest.raises(InputError, match="cluster 'K'"):
        trial("K", [1.0, float("nan")])
    with pytest.raises(InputError, match="no day"):
        watch("K", [], spread=1.0)
