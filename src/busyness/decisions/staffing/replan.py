"""A new roster after somebody falls ill: as little as possible changes of what people were told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.solver import Effort, Solution, solve

AFTER_A_CALL = Effort(seconds=3.0, recreations=60, neighbourhoods=4)
"""What is worth doing while somebody waits at the telephone."""


def replan(
    problem: StaffingProblem,
    published: Solution,
    absent: Iterable[tuple[str, date]],
    *,
    clock: Callable[[], float],
    fixed_days: int = 0,
    effort: Effort = AFTER_A_CALL,
) -> tuple[StaffingProblem, Solution]:
    """This will return the problem with these people absent on these dates, and its answer.

    Every shift of others that starts or ends otherwise than published costs ``prices.change``; the first ``fixed_days``
    days are over and stay. The search begins with what is published, and with the prices that proved its bound.

    Raises:
        InputError: nobody could keep what is asked for any more.

    """
    changed = replace(
        problem,
        published=published.roster,
        absent=problem.absent | frozenset(absent),
        fixed_days=fixed_days,
    )
    return changed, solve(changed, effort, clock=clock, warm=published)
