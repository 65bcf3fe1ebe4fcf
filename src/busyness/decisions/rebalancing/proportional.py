"""The rule most fleets know: vehicles in proportion to the mean demand. What the plan has to beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.problem import RebalancingProblem
from busyness.decisions.rebalancing.riding import ridden
from busyness.decisions.rebalancing.ways import Ways
from busyness.decisions.rebalancing.whole import shared_out

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def proportional_moves(problem: RebalancingProblem, ways: Ways, *, minutes: Floats) -> Moves:
    """This will move vehicles each period so that every place has its share of the period's mean demand.

    A depot's vehicles come out as far as the mean demand needs more than stand outside. The nearest moves are made first,
    until the minutes ``[periods, depots]`` of their depots' vans are over. Between periods riders take vehicles along as
    they do on average.
    """
    places = len(problem.places)
    turns = problem.turns_of_places
    standing = np.concatenate([problem.standing.working, [depot.vehicles for depot in problem.depots]]).astype(np.int64)
    started = problem.demand.started.mean(axis=0, dtype=np.float64)
    ended = None if problem.demand.ended is None else problem.demand.ended.mean(axis=0, dtype=np.float64)
    nearest_first = np.argsort(ways.km, kind="stable")
    periods, rows, quantities = [], [], []
    for period in range(problem.periods):
        if period == 1:
            standing[:places] += problem.standing.charging
        needed = int(np.ceil((started[:, period] / turns).sum()))
        outside, stored = int(standing[:places].sum()), int(standing[places:].sum())
        out = max(outside, min(outside + stored, needed))
        lacking = shared_out(started[:, period] / turns, out) - standing[:places]
        if started[:, period].sum() > 0:
            way, quantity = _nearest_moves(standing, lacking, ways=ways, order=nearest_first, minutes=minutes[period])
            np.subtract.at(standing, ways.origin[way], quantity)
            np.add.at(standing, ways.destination[way], quantity)
            periods.append(np.full(len(way), period))
            rows.append(way)
            quantities.append(quantity)
        came = None if ended is None else ended[None, :, period]
        _, after = ridden(standing[None, :places].astype(np.float64), started[None, :, period], ended=came, turns=turns)
        standing[:places] = shared_out(after[0], int(standing[:places].sum()))
    if not rows:
        return Moves.none(ways)
    return Moves.along(ways, np.concatenate(periods), way=np.concatenate(rows), quantity=np.concatenate(quantities))


def _nearest_moves(
    standing: Counts, lacking: Counts, *, ways: Ways, order: Counts, minutes: Floats
) -> tuple[Counts, Counts]:
    """Ways in ``order`` from where there is too much to where there is too little: ``(ways, quantities)``."""
    places = len(lacking)
    spare = np.concatenate([np.maximum(-lacking, 0), standing[places:]])
    wanting = np.concatenate([np.maximum(lacking, 0), np.zeros(len(standing) - places, np.int64)])
    left = minutes.copy()
    way, quantity = [], []
    for row in order[(spare[ways.origin[order]] > 0) & (wanting[ways.destination[order]] > 0)]:
        origin, destination = ways.origin[row], ways.destination[row]
        many = min(int(spare[origin]), int(wanting[destination]))
        if ways.minutes[row] > 0:
            many = int(min(many, left[ways.home[row]] // ways.minutes[row]))
        if many > 0:
            spare[origin] -= many
            wanting[destination] -= many
            left[ways.home[row]] -= many * ways.minutes[row]
            way.append(int(row))
            quantity.append(many)
    return np.array(way, np.int64), np.array(quantity, np.int64)
