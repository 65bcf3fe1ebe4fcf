from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from busyness.decisions.rebalancing.evaluate import compared, simulate
from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.proportional import proportional_moves
from busyness.decisions.rebalancing.riding import moved, ridden
from busyness.decisions.rebalancing.ways import ways_of
from busyness.decisions.rebalancing.within_hours import van_minutes

AMOUNTS = arrays(np.float64, (3, 5), elements=st.integers(0, 30).map(float))


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.sampled_from([0.5, 1.0, 3.0]))
def test_riding_loses_no_vehicle(standing, started, ended, turns) -> None:
    served, after = ridden(standing, started, ended=ended, turns=np.full(5, turns))
    np.testing.assert_allclose(after.sum(axis=1), standing.sum(axis=1))
    assert (after >= -1e-9).all()
    assert (served <= started).all()
    assert (served <= turns * standing).all()


@given(AMOUNTS, st.integers(0, 99))
def test_moving_loses_no_vehicle_and_takes_no_more_than_there_are(fleet_of, standing, seed) -> None:
    draw = np.random.default_rng(seed)
    way = draw.integers(0, 5, (2, 8))
    quantity = draw.integers(1, 9, 8)
    moves = Moves(np.zeros(8, int), way[0], way[1], quantity, np.ones(8), np.ones(8))
    after, taken = moved(standing, moves)
    np.testing.assert_allclose(after.sum(axis=1), standing.sum(axis=1))
    assert (after >= 0).all()
    assert (taken <= quantity).all()


def test_doing_nothing_in_one_period_is_counted_by_hand(fleet_of) -> None:
    problem = fleet_of(5, 1)
    found = simulate(problem, Moves.none(ways_of(problem)), demand=problem.demand)
    started, standing = problem.demand.started[:, :, 0], problem.standing.working
    served = np.minimum(started, 1.5 * standing)
    np.testing.assert_allclose(found.unmet, (started - served).sum(axis=1), rtol=1e-6)
    np.testing.assert_allclose(found.idle, (standing - served / 1.5).sum(axis=1), rtol=1e-6)
    assert not found.moves.any()


@given(st.integers(0, 300))
@settings(max_examples=15, deadline=None)
def test_the_rule_gives_every_place_its_share(fleet_of, seed) -> None:
    problem = fleet_of(7, 1, seed=seed)
    moves = proportional_moves(problem, ways_of(problem), minutes=van_minutes(problem))
    after = np.append(problem.standing.working, [depot.vehicles for depot in problem.depots])
    np.subtract.at(after, moves.origin, moves.quantity)
    np.add.at(after, moves.destination, moves.quantity)
    assert (after >= 0).all()
    mean = problem.demand.started.mean(axis=0)[:, 0]
    out = after[:7].sum()
    assert np.abs(after[:7] - mean / mean.sum() * out).max() < 1


def test_the_rule_keeps_to_the_hours(fleet_of) -> None:
    problem = fleet_of(7, 2, hours=0.3)
    ways, minutes = ways_of(problem), van_minutes(problem)
    moves = proportional_moves(problem, ways, minutes=minutes)
    assert len(moves)
    row = {(a, b): k for k, (a, b) in enumerate(zip(ways.origin, ways.destination, strict=True))}
    at = np.array([row[pair] for pair in zip(moves.origin, moves.destination, strict=True)])
    spent = np.zeros_like(minutes)
    np.add.at(spent, (moves.period, ways.home[at]), moves.quantity * ways.minutes[at])
    assert (spent <= minutes + 1e-9).all()


def test_the_comparison_is_paired(fleet_of) -> None:
    problem = fleet_of(7, 2, draws=50)
    ways = ways_of(problem)
    rule = proportional_moves(problem, ways, minutes=van_minutes(problem))
    table = compared(problem, {"nothing": Moves.none(ways), "rule": rule}, demand=problem.demand)
    nothing, ours = table.rows(named=True)
    assert (ours["plan_saves"], ours["plan_saves_low"], ours["plan_saves_high"]) == (0, 0, 0)
    assert nothing["plan_saves"] == pytest.approx(nothing["cost"] - ours["cost"])
    assert nothing["plan_saves_low"] < nothing["plan_saves"] < nothing["plan_saves_high"]
    assert nothing["cost"] == pytest.approx(2.5 * nothing["unmet_trips"] + nothing["idle_cost"])
    assert nothing["idle_cost"] == pytest.approx(0.4 * nothing["idle_periods"])
