"""Solving in worker processes: HiGHS shares no process with OR-Tools, nor with a service that has to answer."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.replan import AFTER_A_CALL, replan
from busyness.decisions.staffing.roster import Roster
from busyness.decisions.staffing.solver import Effort, Solution, solve
from busyness.domain.errors import MissingExtraError
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.staffing.staffed import StaffedPlace

_AROUND = 1.5  # seconds that the worker's start, reading and writing may take


def solver_version() -> str:
    """This will return the solver's name and version, or raise ``MissingExtraError`` where it is not installed."""
    try:
        return f"HiGHS {version('highspy')}"
    except PackageNotFoundError:
        raise MissingExtraError("HiGHS", "plans") from None


@dataclass(frozen=True, repr=False)
class Told:
    """What people have been told: the roster, who is ``absent`` after all, and how many first days have been worked."""

    roster: Roster
    absent: tuple[tuple[str, date], ...] = ()
    fixed_days: int = 0


Answer = tuple[StaffingProblem, Solution]


def solve_apart(
    problems: Mapping[str, StaffingProblem],
    effort: Effort,
    *,
    told: Mapping[str, Told] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> dict[str, Answer]:
    """This will solve every place's problem in worker processes, ``workers`` at a time, and say how many are done.

    Where people have been ``told`` a roster, the answer is to the problem of changing it as little as it pays.
    """
    progress, told = progress or Silent(), told or {}
    answers: dict[str, Answer] = {}
    with _pool(min(workers, len(problems))) as pool:
        tasks = {pool.submit(_solved, problem, effort, told.get(place)): place for place, problem in problems.items()}
        progress.step("Planning shifts", 0, total=len(tasks))
        try:
            for done, task in enumerate(as_completed(tasks), 1):
                answers[tasks[task]] = task.result()
                progress.step("Planning shifts", done, total=len(tasks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {place: answers[place] for place in problems}


def _solved(problem: StaffingProblem, effort: Effort, told: Told | None) -> Answer:
    """The answer to one place's problem; runs in the worker."""
    if told is None:
        return problem, solve(problem, effort, clock=time.perf_counter)
    # what is published comes without prices, and these are what a search from it needs
    quick = replace(effort, seconds=effort.seconds / 2, recreations=0, neighbourhoods=0)
    prices = solve(problem, quick, clock=time.perf_counter).prices
    published = Solution(told.roster, 0.0, 0.0, 0.0, prices)
    return replan(problem, published, told.absent, clock=time.perf_counter, fixed_days=told.fixed_days, effort=effort)


def replan_apart(
    published: StaffedPlace, absent: Iterable[tuple[str, date]], *, fixed_days: int = 0, seed: int = 0
) -> StaffedPlace:
    """This will plan a place anew in a worker process: as little as possible changes, in three seconds all in all."""
    effort = replace(AFTER_A_CALL, seconds=AFTER_A_CALL.seconds - _AROUND, seed=seed)
    with _pool(1) as pool:
        problem, solution = pool.submit(
            replan,
            published.problem,
            published.solution,
            tuple(absent),
            clock=time.perf_counter,
            fixed_days=fixed_days,
            effort=effort,
        ).result()
    return StaffedPlace(published.name, problem, solution)


def _pool(workers: int) -> ProcessPoolExecutor:
    # a forked process would share the parent's threads, and whatever solver it has loaded
    return ProcessPoolExecutor(max(workers, 1), mp_context=multiprocessing.get_context("spawn"))
