"""What is offered: the policy's word, or something else on purpose, with the probability that is written down."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from busyness.decisions.intraday.decided import DECIDED_SCHEMA, Decider, decided_rows, together
from busyness.decisions.intraday.from_forecast import DayAhead
from busyness.decisions.intraday.offer import Trying, offer
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.simulator import Simulator
from busyness.decisions.intraday.view import View

from .small_world import EXPECTED, PLACES, STEPS, days, lookahead, problem

pytest.importorskip("numba")

START = datetime(2025, 3, 1, 14, tzinfo=UTC)


def first_of(simulator: Simulator) -> tuple[View, np.ndarray]:
    view, mask = simulator.view(), simulator.mask()
    return view, mask


@pytest.mark.parametrize("moves", [1, 2])
def test_without_trying_it_is_what_the_policy_says(moves: int) -> None:
    policy = lookahead(moves)
    simulator = Simulator(problem(moves), days(1, seed=4), size=1)
    for _ in range(STEPS - 1):
        view, mask = first_of(simulator)
        offered = offer(policy, policy, view, mask=mask)
        assert offered.action.tolist() == policy.act(view, mask)[0].tolist() == offered.advised.tolist()
        assert offered.propensity.tolist() == [1.0] * moves
        assert offered.allowed[np.arange(moves), offered.action].all()
        simulator.advance()


def test_what_is_tried_comes_as_often_as_it_is_written_down() -> None:
    policy = lookahead(1)
    view, mask = first_of(Simulator(problem(1), days(1, seed=4), size=1))
    drawn = [offer(Static(), policy, view, mask=mask, trying=Trying(0.4, seed)) for seed in range(1500)]
    chances = {int(each.action[0]): float(each.propensity[0]) for each in drawn}
    for action, chance in chances.items():
        share = np.mean([each.action[0] == action for each in drawn])
        assert share == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / len(drawn)) + 1e-9)
    assert chances[0] >= 0.6
    assert len(chances) > 3
    assert sum(chances.values()) <= 1 + 1e-9
    assert {int(each.meant[0]) for each in drawn} == {0}


def test_a_step_that_is_decided_again_counts_as_told_last() -> None:
    policy = lookahead(2)
    simulator = Simulator(problem(2), days(1, seed=4), size=1)
    day = DayAhead(problem(2).places, START, EXPECTED[None], EXPECTED)
    rows = []
    for seed in (0, 1):
        view, mask = first_of(simulator)
        offered = offer(policy, policy, view, mask=mask, trying=Trying(0.5, seed))
        rows.append(decided_rows(problem(2), day, offered, by=Decider("K", "lookahead", "1")))
    assert rows[0].columns == list(DECIDED_SCHEMA)
    assert rows[0].height == 2 * PLACES
    assert together(rows[0], rows[1]).equals(rows[1])
    simulator.advance()
    view, mask = first_of(simulator)
    next_rows = decided_rows(problem(2), day, offer(policy, policy, view, mask=mask), by=Decider("K", "lookahead", "1"))
    assert together(next_rows, rows[0])["step"].to_list() == [0] * 6 + [1] * 6
    assert rows[0]["expected"].to_list() == [0.0] * 3 + EXPECTED[:, 0].tolist()
