from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday.compare import bound_of, comparison, paired, run_policies
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.policies.threshold import Threshold
from busyness.decisions.intraday.rollout import run_days

from .clusters import busy_days, cluster


def test_paired_intervals_hold_the_true_difference_as_often_as_they_say() -> None:
    draws = np.random.default_rng(0).normal(2, 5, (2000, 100))
    held = [low < 2 < high for _, low, high in map(paired, draws)]
    assert np.mean(held) == pytest.approx(0.945, abs=0.015)


def test_the_table_says_what_the_days_say() -> None:
    problem = cluster()
    days = busy_days(problem, 40, mean=10)
    rule = Threshold(problem, busy=1.5, calm=1.0, call=2.0, send=0.3)
    ran = run_policies(problem, days, policies=[Static(), rule])
    bound = bound_of(problem, days, ran=ran)
    table = comparison(ran, bound=bound)
    static, other = table.iter_rows(named=True)
    assert static["saves_static"] == static["gap_closed"] == static["moves"] == 0
    assert other["cost"] == pytest.approx(run_days(problem, days, policy=rule).cost.mean())
    assert other["saves_static_low"] < other["saves_static"] < other["saves_static_high"]
    assert other["saves_static"] == pytest.approx(static["cost"] - other["cost"])
    assert other["gap_closed"] == pytest.approx(other["saves_static"] / (static["cost"] - bound.mean()))
    assert other["saves_lookahead"] is None
    assert other["moves"] + other["calls"] + other["sends"] > 0
    assert 0 < other["gave_up"] < 1


def test_the_parts_of_the_cost_add_up() -> None:
    problem = cluster()
    ran = run_days(problem, busy_days(problem, 20, mean=10), policy=Static())
    assert ran.cost == pytest.approx(ran.labour + 0.2 * ran.waited + 6 * ran.gave_up)
