"""Many places at once: each in a worker process of its own, so that no place waits for another."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.solver import Effort, Solution, solve


def solve_places(problems: Mapping[str, StaffingProblem], effort: Effort, *, workers: int = 1) -> dict[str, Solution]:
    """This will solve every place's problem, ``workers`` at a time, each with the whole effort on one thread.

    Raises:
        InputError: a place's problem contradicts itself.
        MissingExtraError: HiGHS is not installed.

    """
    tasks = [(problem, effort) for problem in problems.values()]
    if workers <= 1 or len(tasks) <= 1:
        return dict(zip(problems, map(_solved, tasks), strict=True))
    spawning = multiprocessing.get_context("spawn")  # a forked process would share the parent's threads
    with ProcessPoolExecutor(workers, mp_context=spawning) as pool:
        return dict(zip(problems, pool.map(_solved, tasks), strict=True))


def _solved(task: tuple[StaffingProblem, Effort]) -> Solution:
    problem, effort = task
    return solve(problem, effort, clock=time.perf_counter)
