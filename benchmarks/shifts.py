"""The shift scheduling instances of Curtois and Qu: ours beside CP-SAT on the whole model, the same seconds and cores."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from busyness.decisions.shifts.check import check
from busyness.decisions.shifts.instance import Instance, Person
from busyness.decisions.shifts.read import read_instance
from busyness.decisions.shifts.solve import Solution, solve
from figure import Figure, NotHere, Options


def run(options: Options) -> Iterator[Figure]:
    """This will yield, for each instance, our penalty beside CP-SAT's, one after the other."""
    folder = options.real / "shift_scheduling"
    if not folder.is_dir():
        raise NotHere(f"The instances are missing: {folder}")
    seconds = 2.0 if options.quick else 60.0
    with (folder / "best_known.csv").open(encoding="utf-8") as file:
        known = {int(row["instance"]): int(row["best_ub"]) for row in csv.DictReader(file)}
    for number in [1, 2] if options.quick else known:
        instance = read_instance(folder / f"Instance{number}.txt")
        solution = solve(instance, seconds=seconds, threads=options.threads)
        penalty, broken = check(instance, solution.roster)
        whole = _whole_model(folder / f"Instance{number}.txt", seconds, options.threads)
        best = known[number]
        extra = {
            "instance": number,
            "best_known": best,
            "over_best_known": penalty / best - 1,
            "target": "= best known" if number <= 3 else "within 2 %",
            "bound": solution.bound,
            "hard_rules_broken": len(broken),
            "seconds": solution.seconds,
            "seconds_to_2_percent": _when(solution, 1.02 * best),
            "seconds_to_best_known": _when(solution, best),
            **whole,
        }
        yield Figure("shifts", penalty, whole["peer_penalty"], "penalty", extra)


def _when(solution: Solution, penalty: float) -> float | None:
    return next((step.seconds for step in solution.log if step.penalty <= penalty), None)


def _whole_model(path: Path, seconds: float, threads: int) -> dict[str, Any]:
    """CP-SAT in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_cp_sat, (path, seconds, threads))


def _cp_sat(path: Path, seconds: float, threads: int) -> dict[str, Any]:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - it may not be in one process with HiGHS

    instance = read_instance(path)
    model = cp_model.CpModel()
    works = {
        (person.name, day, shift.name): model.new_bool_var("")
        for person in instance.staff
        for day in range(instance.days)
        for shift in instance.shifts
    }
    for person in instance.staff:
        _limits(model, instance, person, works)
    cost: list[Any] = [
        wish.weight
        * (1 - works[wish.person, wish.day, wish.shift] if wish.wanted else works[wish.person, wish.day, wish.shift])
        for wish in instance.requests
    ]
    for line in instance.cover:
        heads = sum(works[person.name, line.day, line.shift] for person in instance.staff)
        under, over = (model.new_int_var(0, len(instance.staff) + line.required, "") for _ in range(2))
        model.add(heads + under - over == line.required)
        cost += [line.under * under, line.over * over]
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    penalty = solver.objective_value if found else None
    return {"peer_penalty": penalty, "peer_bound": solver.best_objective_bound, "peer_seconds": solver.wall_time}


def _limits(model: Any, instance: Instance, person: Person, works: dict[tuple[str, int, str], Any]) -> None:
    days, shifts = range(instance.days), instance.shifts
    on = [model.new_bool_var("") for _ in days]
    for day in days:
        model.add(sum(works[person.name, day, shift.name] for shift in shifts) == on[day])
        if day in person.days_off:
            model.add(on[day] == 0)
    for shift in shifts:
        model.add(
            sum(works[person.name, day, shift.name] for day in days) <= person.most_shifts.get(shift.name, instance.days)
        )
        for later in shift.cannot_precede:
            for day in days[:-1]:
                model.add_bool_or(~works[person.name, day, shift.name], ~works[person.name, day + 1, later])
    minutes = sum(shift.minutes * works[person.name, day, shift.name] for day in days for shift in shifts)
    model.add_linear_constraint(minutes, person.least_minutes, person.most_minutes)
    for first in days[: -person.most_in_a_row]:
        model.add(sum(on[first : first + person.most_in_a_row + 1]) <= person.most_in_a_row)
    for least, state in ((person.least_in_a_row, on), (person.least_days_off, [~day for day in on])):
        for length in range(1, least):
            for first in range(1, instance.days - length):
                inside = [~day for day in state[first : first + length]]
                model.add_bool_or(state[first - 1], *inside, state[first + length])
    weekends = []
    for saturday in range(5, instance.days, 7):
        weekends.append(model.new_bool_var(""))
        for day in days[saturday : saturday + 2]:
            model.add_implication(on[day], weekends[-1])
    model.add(sum(weekends) <= person.most_weekends)
