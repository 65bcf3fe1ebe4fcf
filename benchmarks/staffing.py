"""Rosters of seeded stores: how far above the bound after 15 s, fifty stores on two cores, a re-plan after a sick call."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from busyness.decisions.staffing.places import solve_places
from busyness.decisions.staffing.replan import replan
from busyness.decisions.staffing.score import score
from busyness.decisions.staffing.solver import Effort, Solution, solve
from figure import Figure, Options
from staffing_instances import instance

STORES, WORKERS = 50, 2
CHAIN = Effort(seconds=6.5, gap=0.004)
"""For each of many stores: stop where a few tenths of a per cent are left."""


def run(options: Options) -> Iterator[Figure]:
    """This will yield gaps in per cent and seconds; targets are in ``extra``."""
    seeds = range(1, 2) if options.quick else range(1, 6)
    seconds = 2.0 if options.quick else 15.0
    for minutes, target in ((60, "≤ 0.5 % in 15 s"), (15, "≤ 1 % in 15 s")):
        solutions = [_solved(seed, minutes, Effort(seconds=seconds)) for seed in seeds]
        gaps = [100 * solution.gap for solution in solutions]
        extra = {"gaps": gaps, "seconds": max(solution.seconds for solution in solutions), "target": target}
        yield Figure(f"staffing_gap_{minutes}min", statistics.median(gaps), None, "%", extra)
    yield from _sick_call(seconds)
    yield from _chain(2 if options.quick else STORES)


def _solved(seed: int, minutes: int, effort: Effort) -> Solution:
    problem = instance(seed, minutes=minutes)
    solution = solve(problem, effort, clock=time.perf_counter)
    scored = score(problem, solution.roster)
    if scored.broken or abs(scored.cost - solution.cost) > 1e-6:
        raise RuntimeError(f"Store {seed}: the roster does not score as the solver says.")
    return solution


def _sick_call(seconds: float) -> Iterator[Figure]:
    for minutes in (60, 15):
        problem = instance(1, minutes=minutes)
        published = solve(problem, Effort(seconds=seconds / 2, gap=0.004), clock=time.perf_counter)
        ill = published.roster.shifts[len(published.roster.shifts) // 3]
        changed, solution = replan(problem, published, [(ill.person, ill.day)], clock=time.perf_counter)
        others = {shift for shift in published.roster.shifts if (shift.person, shift.day) != (ill.person, ill.day)}
        extra = {
            "changed": len(others - set(solution.roster.shifts)),
            "shifts": len(others),
            "broken": len(score(changed, solution.roster).broken),
            "gap": 100 * solution.gap,
            "target": "≤ 3 s",
        }
        yield Figure(f"staffing_sick_call_{minutes}min", solution.seconds, None, "s", extra)


def _chain(stores: int) -> Iterator[Figure]:
    problems = {f"S{seed:02d}": instance(1000 + seed) for seed in range(stores)}
    begun = time.perf_counter()
    solutions = solve_places(problems, CHAIN, workers=WORKERS)
    seconds = time.perf_counter() - begun
    gaps = sorted(100 * solution.gap for solution in solutions.values())
    extra = {
        "stores": stores,
        "within_1_percent": sum(gap <= 1 for gap in gaps),
        "median_gap": statistics.median(gaps),
        "worst_gap": gaps[-1],
        "target": "≤ 180 s on 2 cores, 45 of 50 within 1 %",
    }
    yield Figure("staffing_chain", seconds, None, "s", extra)
