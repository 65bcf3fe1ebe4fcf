"""What a practice costs and serves on every common day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from busyness.decisions.money.problem import MoneyProblem, Numbers, Practice
from busyness.decisions.money.service import serve

LABOUR, GAVE_UP, WAITING = "labour", "visitors who gave up", "waiting"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """``costs`` by item and the numbers finance divides by, each ``[units, places]``; money, visitors or hours."""

    costs: Mapping[str, Numbers]
    visitors: Numbers
    gave_up: Numbers
    waited: Numbers
    sales: Numbers
    hours: Numbers
    over: Numbers
    under: Numbers

    @property
    def cost(self) -> Numbers:
        """The money of all items together, ``[units, places]``."""
        return np.asarray(np.sum(list(self.costs.values()), axis=0))


def outcomes(problem: MoneyProblem, practice: Practice) -> Outcomes:
    """This will reckon a practice on the problem's common days."""
    facts, visitors = problem.assumptions, problem.visitors
    capacity = practice.heads * (60 * problem.slot_hours / facts.minutes_per_visitor)
    service = serve(visitors, capacity, slot_hours=problem.slot_hours, patience=facts.patience)
    came = visitors.sum(axis=2)
    hours = np.broadcast_to(practice.heads.sum(axis=1) * problem.slot_hours, came.shape)
    wages = np.full(len(problem.places), facts.wage) if practice.wages is None else practice.wages
    need = problem.need
    if need is None:
        need = np.ceil(visitors * (facts.minutes_per_visitor / 60 / problem.slot_hours / facts.occupancy) - 1e-9)
    gap = np.broadcast_to(practice.heads - need, visitors.shape)
    costs = {
        LABOUR: hours * wages,
        GAVE_UP: service.gave_up * facts.margin_per_visitor,
        WAITING: service.waited * facts.hour_of_waiting,
        **practice.costs,
    }
    return Outcomes(
        costs=costs,
        visitors=came,
        gave_up=service.gave_up,
        waited=service.waited,
        sales=(came - service.gave_up) * facts.sales_per_visitor,
        hours=hours,
        over=np.maximum(gap, 0).sum(axis=2) * problem.slot_hours,
        under=np.maximum(-gap, 0).sum(axis=2) * problem.slot_hours,
    )
