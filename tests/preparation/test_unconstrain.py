from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from busyness.preparation.unconstrain import LEAST_SHARE, unconstrain
from busyness.testing.tiny_city import tiny_city

NAN = np.float32(np.nan)


def panel(values: list[float]):
    whole = tiny_city(1, 1, future=0)
    demand = np.full((1, whole.slots.count), NAN, np.float32)
    demand[0, : len(values)] = values
    return replace(whole, demand=demand)


def shares(of, values: list[float]) -> np.ndarray:
    cube = np.full((1, of.slots.count), NAN, np.float32)
    cube[0, : len(values)] = values
    return cube


def test_what_was_served_in_part_of_a_slot_is_scaled_to_the_whole():
    given_panel = panel([10, 10, 10, 10])
    done = unconstrain(given_panel, shares(given_panel, [1.0, 0.5, 0.25, 0.1]))
    assert done.panel.demand[0, :3].tolist() == [10, 18, 36]
    assert np.isnan(done.panel.demand[0, 3])
    assert "adds 34" in done.note
    assert given_panel.demand[0, 1] == 10, "the panel that was given stays as it is"


def test_where_nothing_is_said_nothing_changes():
    given_panel = panel([3, 0, 7])
    done = unconstrain(given_panel, shares(given_panel, []))
    assert np.array_equal(done.panel.demand, given_panel.demand, equal_nan=True)


def test_a_stopped_process_is_estimated_without_bias():
    """One vehicle leaves at each event and the slot runs out with the last: the mean estimate is the true rate."""
    rng = np.random.default_rng(0)
    rate, stock, slots = 6.0, 5, 40_000
    times = rng.exponential(1 / rate, (slots, 60)).cumsum(axis=1)
    wanted = (times < 1).sum(axis=1)
    out = wanted >= stock
    share = np.where(out, times[:, stock - 1], 1).astype(np.float32)
    given_panel = panel([0.0])
    whole = replace(
        given_panel,
        slots=replace(given_panel.slots, count=slots),
        history=slots,
        demand=np.minimum(wanted, stock).astype(np.float32)[None],
        open=np.ones((1, slots), bool),
        outlier=np.zeros((1, slots), bool),
        known={},
        past={},
    )
    done = unconstrain(whole, share[None])
    kept = share >= LEAST_SHARE
    assert whole.demand.mean() < 0.8 * rate, "what was served is far from what was wanted"
    assert abs(done.panel.demand[0, kept].mean() / wanted[kept].mean() - 1) < 0.06


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1)), min_size=1, max_size=20))
def test_demand_is_never_less_than_what_was_served(cells):
    given_panel = panel([amount for amount, _ in cells])
    done = unconstrain(given_panel, shares(given_panel, [share for _, share in cells]))
    for k, (amount, share) in enumerate(cells):
        if share < LEAST_SHARE - 1e-6:
            assert np.isnan(done.panel.demand[0, k])
        elif share >= LEAST_SHARE:
            assert done.panel.demand[0, k] >= np.float32(amount) * (1 - 1e-6)
