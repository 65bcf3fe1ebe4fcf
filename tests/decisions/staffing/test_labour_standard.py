from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.staffing.labour_standard import LabourStandard, RoleStandard, need_of_paths
from busyness.decisions.staffing.need import ANYONE, KEYS, Need
from busyness.decisions.staffing.prices import Prices
from busyness.decisions.staffing.week import Week
from busyness.domain.errors import InputError
from busyness.domain.slots import SlotLength

from .conftest import MONDAY, STAFF

WEEK = Week(MONDAY, 1, SlotLength(60))
PRICES = Prices.usual(STAFF)
OPEN = (np.arange(24) >= 9) & (np.arange(24) < 21)


def need(visitors: np.ndarray, **given: object) -> Need:
    standard = LabourStandard((RoleStandard("sales", 6.0, 0.8, least=1),), **given)
    return need_of_paths(visitors.astype(np.float32), OPEN, standard=standard, prices=PRICES, week=WEEK)


def test_a_service_level_is_a_quantile_of_the_paths() -> None:
    visitors = np.tile(np.arange(1, 11)[:, None] * 8.0, (1, 24))  # 8 … 80 visitors: 1 … 10 heads
    heads = need(visitors, service=0.9).heads[0]
    assert (heads[OPEN] == 9).all()
    assert (heads[~OPEN] == 0).all()


def test_without_a_service_level_the_cost_is_what_is_expected() -> None:
    visitors = np.tile(np.array([8.0, 24.0])[:, None], (1, 24))  # one head or three, equally likely
    found = need(visitors)
    costs = found.cost[0, 12]
    assert costs[1] == pytest.approx(0.5 * 2 * PRICES.under)
    assert costs[3] == pytest.approx(0.5 * 2 * PRICES.over)
    assert found.heads[0, 12] == 3  # a missing head costs three times its wage, with probability one half


def test_the_mean_alone_would_staff_too_few() -> None:
    rng = np.random.default_rng(0)
    visitors = rng.gamma(2, 20, (500, 24))
    uncertain, certain = need(visitors, service=0.9), need(np.full((1, 24), visitors.mean()), service=0.9)
    assert (uncertain.heads[0, OPEN] > certain.heads[0, OPEN]).all()


def test_presence_and_keys_are_needs_of_their_own_around_the_opening() -> None:
    found = need(np.zeros((1, 24)), least=2, key_holder=True, before=60, after=60)
    assert found.names == ("sales", ANYONE, KEYS)
    assert found.roles == ("sales",)
    assert np.flatnonzero(found.heads[1]).tolist() == list(range(8, 22))
    assert found.under[1, 8, 0] == 2 * PRICES.presence
    assert found.under[2, 12].tolist()[:2] == [PRICES.keys, 0]
    assert found.heads[0, 12] == 1  # nobody comes, and one is there all the same


def test_costs_are_convex_and_go_on_beyond_the_table() -> None:
    found = need(np.random.default_rng(1).gamma(2, 20, (50, 24)))
    assert (np.diff(found.cost, n=2, axis=2) >= -1e-9).all()
    most = found.under.shape[2] - 1
    last = found.cost[0, 12, most] - found.cost[0, 12, most - 1]
    assert sum(each[12] for each in found.priced(0, np.full(24, most + 3))) == pytest.approx(
        found.cost[0, 12, most] + 3 * last
    )


def test_a_window_closes_over_a_long_lunch_but_not_over_the_night() -> None:
    is_open = np.zeros(48, bool)
    is_open[9:13] = is_open[17:21] = is_open[33:45] = True
    zeros = np.zeros((1, 48))
    found = Need(
        "S1",
        "UTC",
        Week(MONDAY, 2, SlotLength(60)),
        ("a",),
        zeros.astype(int),
        np.zeros((1, 48, 2)),
        np.zeros((1, 48, 2)),
        is_open,
    )
    assert found.windows == ((9, 21), (33, 45))


def test_impossible_standards_are_refused() -> None:
    with pytest.raises(InputError, match="cannot be"):
        RoleStandard("sales", 5, occupancy=0)
    with pytest.raises(InputError, match="asks for"):
        need(np.full((1, 24), 1e6))
    costs, week = np.array([[[3.0, 0.0, 2.0, 1.0]]]), Week(MONDAY, 1, SlotLength(1440))
    none = np.zeros((1, 1), np.int64)
    with pytest.raises(InputError, match="not convex"):
        Need("S1", "UTC", week, ("a",), none, costs, np.zeros((1, 1, 4)), np.ones(1, bool))
