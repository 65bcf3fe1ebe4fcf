"""What becomes of vehicles in one period, draw by draw: they are moved, ridden, and left elsewhere. None is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.problem import Demand, RebalancingProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ridden:
    """One period in every draw: ``started`` trips were wanted and ``served`` ones made with the vehicles that stood ``out``.

    ``after`` stand there when it ends; all of these are ``[draws, places]``. ``taken`` ``[draws, moves]`` is how many of
    each of ``moves`` were moved before.
    """

    moves: Moves
    taken: Floats
    started: Floats
    out: Floats
    served: Floats
    after: Floats


def ride_through(problem: RebalancingProblem, moves: Moves, *, demand: Demand) -> Iterator[Ridden]:
    """This will carry the moves out and let people ride, period by period and draw by draw."""
    draws, places, periods = demand.started.shape
    depots = np.array([depot.vehicles for depot in problem.depots], np.float64)
    standing = np.tile(np.concatenate([problem.standing.working, depots]).astype(np.float64), (draws, 1))
    for period in range(periods):
        if period == 1:
            standing[:, :places] += problem.standing.charging
        now = moves.of(period)
        standing, taken = moved(standing, now)
        started = demand.started[:, :, period].astype(np.float64)
        ended = None if demand.ended is None else demand.ended[:, :, period].astype(np.float64)
        out = standing[:, :places]
        served, after = ridden(out, started, ended=ended, turns=problem.turns_of_places)
        yield Ridden(now, taken, started, out, served, after)
        standing = np.concatenate([after, standing[:, places:]], axis=1)


def moved(standing: Floats, moves: Moves) -> tuple[Floats, Floats]:
    """This will carry out moves on ``[draws, sites]``, and return what stands then and how many of each were moved.

    Where fewer vehicles stand than were to leave, each of the moves from there takes its share. ``[draws, moves]``.
    """
    sites = standing.shape[1]
    asked = np.bincount(moves.origin, moves.quantity, sites)
    share = np.minimum(1, standing / np.where(asked > 0, asked, 1))
    taken = share[:, moves.origin] * moves.quantity
    change = np.zeros_like(standing)
    for sign, at in ((-1, moves.origin), (1, moves.destination)):
        order = np.argsort(at, kind="stable")
        if len(order):
            site, first = np.unique(at[order], return_index=True)
            change[:, site] += sign * np.add.reduceat(taken[:, order], first, axis=1)
    return np.maximum(standing + change, 0), np.asarray(taken)


def ridden(standing: Floats, started: Floats, *, ended: Floats | None, turns: Floats) -> tuple[Floats, Floats]:
    """This will let people ride: ``(trips served, vehicles when the period ends)``, both ``[draws, places]``.

    A place loses what more starts than ends there, in the share that could be served, and no more than stands there; what
    all places lose is shared out to those where more ends than starts.
    """
    served = np.minimum(started, turns * standing)
    if ended is None:
        return served, standing
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(started > 0, served / started, 0)
    leaving = np.minimum(np.maximum(started - ended, 0) * share, standing)
    coming = np.maximum(ended - started, 0)
    whole = coming.sum(axis=1, keepdims=True)
    lost = np.where(whole > 0, np.minimum(leaving.sum(axis=1, keepdims=True), whole), 0)
    all_leaving = leaving.sum(axis=1, keepdims=True)
    leaving = leaving * np.divide(lost, all_leaving, out=np.zeros_like(lost), where=all_leaving > 0)
    arriving = coming * np.divide(lost, whole, out=np.zeros_like(lost), where=whole > 0)
    return served, standing - leaving + arriving
