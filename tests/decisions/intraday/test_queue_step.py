from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.problem import FlexPeople, Visits
from busyness.decisions.intraday.queue_step import queue_step
from busyness.decisions.intraday.simulator import Simulator

from .clusters import cluster


def test_a_place_where_nobody_works_only_loses_patience() -> None:
    """With n there, nobody coming and nobody serving, n·exp(−t/12) are left and n·12·(1 − exp(−t/12)) minutes waited."""
    queue = queue_step(cluster(visits=Visits(5, 12)), most_arrivals=10)
    left = np.exp(-15 / 12)
    assert queue.end[0, 0, :20] == pytest.approx(np.arange(20) * left, rel=0.02)
    assert queue.waited[0, 0, :20] == pytest.approx(np.arange(20) * 12 * (1 - left), rel=0.02)


def test_the_table_says_what_simulated_steps_do() -> None:
    """3 people, 12 visitors a step after an empty start: waits and who is left after the first step."""
    problem = cluster(1, 2, heads=np.full((1, 2), 3), flex=FlexPeople((0,)))
    queue = queue_step(problem, most_arrivals=48)
    assert queue.grain == 1
    arrivals = np.random.default_rng(0).poisson(12, (20_000, 1, 2))
    simulator = Simulator(problem, Days(arrivals, np.full(arrivals.shape, 12.0)), size=20_000)
    waited = simulator.advance().waited.mean()
    view = simulator.view()
    assert queue.waited[3, 12, 0] == pytest.approx(waited, rel=0.03)
    assert queue.end[3, 12, 0] == pytest.approx((view.waiting + view.busy).mean(), rel=0.02)


def test_more_people_mean_less_waiting_and_more_visitors_more() -> None:
    queue = queue_step(cluster(), most_arrivals=30)
    assert (np.diff(queue.waited, axis=0) <= 1e-9).all()
    assert (np.diff(queue.waited, axis=1)[:, :, :40] >= -1e-9).all()
    assert (np.diff(queue.waited, axis=2)[:, :, :40] >= -1e-9).all()
