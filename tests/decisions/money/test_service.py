"""Queues: the fluid's own laws, and a small-step integration beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from busyness.decisions.money.service import serve


def integrated(visitors, capacity, slot_hours, patience, steps=4000):
    """The same fluid in many small steps."""
    queue = gone = waited = 0.0
    for came, can in zip(visitors, capacity, strict=True):
        for _ in range(steps):
            step = slot_hours / steps
            leaves = queue / (patience / 60) * step
            waited += queue * step
            gone += leaves
            queue = max(queue + (came - can) / steps - leaves, 0.0)
    return gone + queue, waited


@pytest.mark.parametrize("slot_hours", [0.25, 1.0])
def test_the_solution_is_that_of_small_steps(slot_hours):
    visitors = np.array([10.0, 80, 120, 20, 5, 60, 0])
    capacity = np.array([30.0, 60, 60, 60, 0, 90, 90])
    service = serve(visitors[None, None], capacity[None], slot_hours=slot_hours, patience=12)
    gone, waited = integrated(visitors, capacity, slot_hours, 12)
    assert service.gave_up[0, 0] == pytest.approx(gone, rel=2e-3)
    assert service.waited[0, 0] == pytest.approx(waited, rel=2e-3)


CUBES = arrays(float, (3, 2, 6), elements=st.integers(0, 200).map(float))
HEADS = arrays(float, (2, 6), elements=st.integers(0, 200).map(float))


@given(CUBES, HEADS, st.sampled_from([2.0, 10.0, 60.0]))
def test_nobody_is_lost_and_more_hands_never_hurt(visitors, capacity, patience):
    few = serve(visitors, capacity, slot_hours=0.5, patience=patience)
    more = serve(visitors, capacity + 5, slot_hours=0.5, patience=patience)
    came = visitors.sum(axis=2)
    assert (few.gave_up >= 0).all()
    assert (few.gave_up <= came + 1e-6).all()
    assert (came - few.gave_up <= capacity.sum(axis=1) + 1e-6).all()
    assert (more.gave_up <= few.gave_up + 1e-6).all()
    assert (more.waited <= few.waited + 1e-6).all()


def test_enough_hands_make_no_queue():
    service = serve(np.full((2, 1, 5), 10.0), np.full((1, 5), 10.0), slot_hours=1, patience=5)
    assert not service.gave_up.any()
    assert not service.waited.any()
