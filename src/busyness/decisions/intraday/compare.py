"""Policies on the same random days: what each costs, how far it is from the look-ahead and from the bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday._base import Policy
from busyness.decisions.intraday.clairvoyant import clairvoyant
from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.rollout import Ran, run_days

STATIC = "static"
LOOKAHEAD = "lookahead"
BOUND_DAYS = 400
Z95 = 1.959963984540054


def run_policies(problem: IntradayProblem, days: Days, *, policies: Sequence[Policy]) -> dict[str, Ran]:
    """This will run all policies on the same days, by name."""
    return {policy.name: run_days(problem, days, policy=policy) for policy in policies}


def bound_of(problem: IntradayProblem, days: Days, *, ran: Mapping[str, Ran]) -> NDArray[np.float64]:
    """This will return the clairvoyant bound of the first ``BOUND_DAYS`` days (it takes far longer than a policy)."""
    some = days.part(slice(0, BOUND_DAYS))
    reached = np.min([each.cost[: some.count] for each in ran.values()], axis=0)
    return clairvoyant(problem, some, reached=reached)


def comparison(ran: Mapping[str, Ran], *, bound: NDArray[np.float64] | None = None) -> pl.DataFrame:
    """This will return one row a policy, all means a day: ``policy, cost, labour, wait`` (minutes a visitor), ``gave_up``
    (share of visitors), ``moves, calls, sends``; what it saves against the static roster and against the look-ahead with
    the 95 % interval of the paired difference (``saves_static, saves_static_low, …``); and ``gap_closed``, the share of the
    way from static to the bound (on the days that the bound is for).
    """
    rows = []
    for name, each in ran.items():
        row: dict[str, float | str | None] = {
            "policy": name,
            "cost": float(each.cost.mean()),
            "labour": float(each.labour.mean()),
            "wait": float(each.waited.sum() / max(each.came.sum(), 1)),
            "gave_up": float(each.gave_up.sum() / max(each.came.sum(), 1)),
            "moves": float(each.moves.mean()),
            "calls": float(each.calls.mean()),
            "sends": float(each.sends.mean()),
        }
        for other in (STATIC, LOOKAHEAD):
            saved, low, high = paired(ran[other].cost - each.cost) if other in ran else (None, None, None)
            row |= {f"saves_{other}": saved, f"saves_{other}_low": low, f"saves_{other}_high": high}
        rows.append(row | {"gap_closed": _gap_closed(ran, each, bound)})
    return pl.DataFrame(rows, schema_overrides={"gap_closed": pl.Float64, f"saves_{LOOKAHEAD}": pl.Float64})


def paired(differences: NDArray[np.float64]) -> tuple[float, float, float]:
    """This will return the mean of differences of the same days and its 95 % interval (normal: days are many)."""
    mean = float(differences.mean())
    spread = float(differences.std(ddof=1)) if len(differences) > 1 else float("inf")
    half = Z95 * spread / len(differences) ** 0.5
    return mean, mean - half, mean + half


def _gap_closed(ran: Mapping[str, Ran], each: Ran, bound: NDArray[np.float64] | None) -> float | None:
    if bound is None or STATIC not in ran:
        return None
    static = float(ran[STATIC].cost[: len(bound)].mean())
    gap = static - float(bound.mean())
    return (static - float(each.cost[: len(bound)].mean())) / gap if gap > 0 else None
