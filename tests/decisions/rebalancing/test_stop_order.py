from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.rebalancing.stop_order import shorter_order, tour_km


def between(seed: int, stops: int) -> np.ndarray:
    at = np.random.default_rng(seed).random((stops + 1, 2))
    return np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))


@given(st.integers(0, 999), st.integers(1, 9))
@settings(deadline=None)
def test_every_stop_stays_the_load_stays_possible_and_the_tour_gets_no_longer(seed, stops) -> None:
    draw = np.random.default_rng(seed)
    change = draw.integers(1, 4, stops) * np.where(np.arange(stops) % 2, -1, 1)
    change[1::2] = np.maximum(change[1::2], -change[: stops - stops % 2 : 2])  # unload no more than was just loaded
    km = between(seed, stops)
    room = int(np.cumsum(change).max())
    order = shorter_order(km, change, aboard=0, room=room)
    load = np.cumsum(change[order])
    assert sorted(order) == list(range(stops))
    assert load.min() >= 0
    assert load.max() <= room
    assert tour_km(km, order[None])[0] <= tour_km(km, np.arange(stops)[None])[0] + 1e-9


def test_it_comes_near_the_shortest() -> None:
    ratios = []
    for seed in range(12):
        km = between(seed, 7)
        order = shorter_order(km, np.full(7, -1), aboard=7, room=7)
        best = tour_km(km, np.array(list(permutations(range(7))))).min()
        ratios.append(tour_km(km, order[None])[0] / best)
    assert np.mean(ratios) < 1.02
