"""Ways of moving vehicles, judged on the same draws of demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.rebalancing.moves import Moves
from busyness.decisions.rebalancing.problem import Demand, RebalancingProblem
from busyness.decisions.rebalancing.riding import ride_through

Floats = NDArray[np.float64]

_NORMAL_95 = 1.96
_NEED = 0.9  # vehicles beyond what nine periods in ten need are surplus


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of one way of moving vehicles, in every draw ``[draws]``, all periods together.

    ``idle`` are vehicle-periods at places that no trip used, ``surplus`` vehicle-periods beyond what nine periods in ten
    need, ``moves`` vehicles moved; ``move_cost`` is what moving them cost.
    """

    unmet: Floats
    idle: Floats
    surplus: Floats
    moves: Floats
    move_cost: Floats

    def cost(self, problem: RebalancingProblem) -> Floats:
        """This will price every draw."""
        values = problem.values
        return np.asarray(self.unmet * values.unmet_trip + self.idle * values.idle_vehicle + self.move_cost)


def simulate(problem: RebalancingProblem, moves: Moves, *, demand: Demand) -> Outcome:
    """This will carry the moves out in every draw. Vehicles that are not where they were expected cannot be moved."""
    turns = problem.turns_of_places
    unmet, idle, surplus, many, cost = np.zeros((5, len(demand.started)))
    for period in ride_through(problem, moves, demand=demand):
        many, cost = many + period.taken.sum(axis=1), cost + period.taken @ period.moves.cost
        unmet = unmet + (period.started - period.served).sum(axis=1)
        idle = idle + (period.out - period.served / turns).sum(axis=1)
        need = np.ceil(np.quantile(period.started, _NEED, axis=0) / turns)
        surplus = surplus + np.maximum(period.out - need, 0).sum(axis=1)
    return Outcome(unmet, idle, surplus, many, cost)


def compared(problem: RebalancingProblem, rivals: Mapping[str, Moves], *, demand: Demand) -> pl.DataFrame:
    """This will judge every way of moving vehicles beside the last of ``rivals``, draw by draw.

    Columns: ``policy, unmet_trips, surplus, idle_periods, idle_cost, moves, move_cost, cost`` (means over the draws), and
    ``plan_saves, plan_saves_low, plan_saves_high``: how much less the last one costs, with the 95 % interval of the mean
    of the paired differences.
    """
    outcomes = {name: simulate(problem, moves, demand=demand) for name, moves in rivals.items()}
    costs = {name: outcome.cost(problem) for name, outcome in outcomes.items()}
    ours = list(costs.values())[-1]
    rows = []
    for name, outcome in outcomes.items():
        saved = costs[name] - ours
        spread = _NORMAL_95 * float(saved.std(ddof=1)) / len(saved) ** 0.5 if len(saved) > 1 else float("nan")
        idle = float(outcome.idle.mean())
        rows.append(
            {
                "policy": name,
                "unmet_trips": float(outcome.unmet.mean()),
                "surplus": float(outcome.surplus.mean()),
                "idle_periods": idle,
                "idle_cost": idle * problem.values.idle_vehicle,
                "moves": float(outcome.moves.mean()),
                "move_cost": float(outcome.move_cost.mean()),
                "cost": float(costs[name].mean()),
                "plan_saves": float(saved.mean()),
                "plan_saves_low": float(saved.mean()) - spread,
                "plan_saves_high": float(saved.mean()) + spread,
            }
        )
    return pl.DataFrame(rows)
