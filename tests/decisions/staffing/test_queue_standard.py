from __future__ import annotations

import numpy as np

from busyness.decisions.staffing.erlang import Queue, heads_for, waits
from busyness.decisions.staffing.queue_standard import QueueStandard, lost_cost, priced_by_value, queue_heads
from busyness.decisions.staffing.week import Week
from busyness.domain.slots import SlotLength

from .conftest import MONDAY, small_problem

WEEK = Week(MONDAY, 1, SlotLength(60))
TILL = QueueStandard("checkout", Queue(2.0, 4.0), 0.9, 1.0, share_of_visitors=0.5)


def test_every_path_has_its_heads() -> None:
    visitors = np.random.default_rng(0).poisson(60, (20, 24)).astype(np.float32)
    heads = queue_heads(visitors, TILL, week=WEEK)
    exact = heads_for(TILL.queue, visitors * 0.5 / 60, share=0.9, within=1.0)
    assert (heads >= exact).all()
    assert (heads - exact).max() <= 1
    assert queue_heads(np.zeros((2, 24), np.float32), TILL, week=WEEK).max() == 0


def test_customers_lost_are_priced() -> None:
    visitors = np.full((3, 24), 60.0, np.float32)
    cost = lost_cost(visitors, TILL, most=5, value=7.0, week=WEEK)
    expected = waits(TILL.queue, 0.5, np.arange(6)).lost * 30 * 7.0
    np.testing.assert_allclose(cost[3], expected, rtol=1e-9)
    assert (np.diff(cost, n=2, axis=1) >= 0).all()


def test_a_need_can_be_priced_by_value() -> None:
    need = small_problem().need
    cost = np.tile(np.array([9.0, 4.0, 1.0, 0.0]), (need.week.count, 1))
    cost = np.concatenate([cost, np.zeros((need.week.count, need.under.shape[2] - 4))], axis=1)
    priced = priced_by_value(need, "checkout", cost)
    assert (priced.cost[need.names.index("checkout"), :, 1] == 4).all()
    assert (priced.cost[0] == need.cost[0]).all()
