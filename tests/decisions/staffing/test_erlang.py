from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.staffing.erlang import Queue, heads_for, waits
from busyness.domain.errors import InputError


def erlang_c(load: float, heads: int) -> float:
    """The chance to wait without impatience, from the textbook's sum."""
    last = load**heads / math.factorial(heads) * heads / (heads - load)
    return last / (sum(load**k / math.factorial(k) for k in range(heads)) + last)


@pytest.mark.parametrize(
    ("load", "heads", "table"), [(1, 2, 0.333), (2, 3, 0.444), (5, 7, 0.324), (8, 10, 0.409), (10, 14, 0.174)]
)
def test_endless_patience_is_erlang_c(load: float, heads: int, table: float) -> None:
    found = waits(Queue(1.0), load, heads, within=0.5)
    chance = erlang_c(load, heads)
    assert chance == pytest.approx(table, abs=6e-4)
    assert float(found.wait) == pytest.approx(chance, rel=1e-9)
    assert float(found.within) == pytest.approx(1 - chance * math.exp(-(heads - load) * 0.5), rel=1e-9)
    assert float(found.minutes) == pytest.approx(chance / (heads - load), rel=1e-9)
    assert float(found.lost) == 0


def test_great_patience_comes_near_erlang_c() -> None:
    patient, endless = (waits(Queue(1.0, patience), 8.0, 10, within=0.5) for patience in (1e7, math.inf))
    assert float(patient.within) == pytest.approx(float(endless.within), abs=1e-6)
    assert float(patient.minutes) == pytest.approx(float(endless.minutes), abs=1e-5)


@pytest.mark.parametrize(
    ("rate", "queue", "heads", "within"),
    [(12.0, Queue(1, 2), 10, 0.3), (3.0, Queue(1, 0.5), 2, 0.3), (2.0, Queue(2, 3), 5, 1.0)],
)
def test_impatience_agrees_with_a_simulation(rate: float, queue: Queue, heads: int, within: float) -> None:
    count, rng = 120_000, np.random.default_rng(1)
    arrivals = np.cumsum(rng.exponential(1 / rate, count))
    service, patience = rng.exponential(queue.service, count), rng.exponential(queue.patience, count)
    free = [0.0] * heads
    waited, lost, soon, minutes = 0, 0, 0, 0.0
    for at, work, limit in zip(arrivals.tolist(), service.tolist(), patience.tolist(), strict=True):
        wait = max(free[0] - at, 0.0)
        waited += wait > 0
        minutes += min(wait, limit)
        if wait > limit:
            lost += 1
            continue
        soon += wait <= within
        heapq.heapreplace(free, at + wait + work)
    found = waits(queue, rate, heads, within=within)
    assert float(found.wait) == pytest.approx(waited / count, abs=0.012)
    assert float(found.lost) == pytest.approx(lost / count, abs=0.01)
    assert float(found.within) == pytest.approx(soon / count, abs=0.012)
    assert float(found.minutes) == pytest.approx(minutes / count, rel=0.04)


def test_nobody_comes_and_nobody_serves() -> None:
    found = waits(Queue(1, 2), [0.0, 3.0, 3.0], [0, 0, 3], within=0.5)
    assert found.within[0] == 1
    assert (found.lost[1], found.within[1], found.minutes[1]) == (1, 0, 2)
    assert waits(Queue(1), 3.0, 3).wait == 1  # more come than can be served, and nobody leaves


@given(st.floats(0.05, 8), st.floats(0.5, 4), st.floats(0.5, 20), st.floats(0, 3))
def test_a_head_more_serves_more(rate: float, service: float, patience: float, within: float) -> None:
    found = waits(Queue(service, patience), rate, np.arange(1, 12), within=within)
    assert (np.diff(found.within) >= -1e-12).all()
    assert (np.diff(found.lost * rate, n=2) >= -1e-9).all()  # convex: what makes a plan's cost convex
    assert (found.within >= -1e-12).all()
    assert (found.within <= 1 + 1e-12).all()


def test_heads_are_the_fewest_that_serve() -> None:
    queue, rates = Queue(3, 5), np.array([[0.0, 0.1, 1.0], [5.0, 20.0, 1.0]])
    heads = heads_for(queue, rates, share=0.8, within=1 / 3)
    assert heads.shape == rates.shape
    assert heads[0, 0] == 0
    some = rates > 0
    assert (waits(queue, rates[some], heads[some], within=1 / 3).within >= 0.8).all()
    assert (waits(queue, rates[some], heads[some] - 1, within=1 / 3).within < 0.8).all()


def test_a_queue_without_time_is_refused() -> None:
    with pytest.raises(InputError, match="0 minutes of service"):
        Queue(0)
