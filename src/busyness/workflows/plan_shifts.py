"""Who works which shift: a rostering instance of Curtois and Qu, solved and written."""

from __future__ import annotations

from pathlib import Path

from busyness.decisions.shifts.check import check
from busyness.decisions.shifts.plan import plan_of
from busyness.decisions.shifts.read import read_instance
from busyness.decisions.shifts.roster import ROSTER_FILE, roster_table
from busyness.decisions.shifts.solve import Progress as Step
from busyness.decisions.shifts.solve import solve
from busyness.domain.threads import free_threads
from busyness.tables.plan import Plan
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent


def instance_facts(file: Path) -> dict[str, int]:
    """This will read an instance and count what it asks: ``days, people, kinds_of_shift, requests, cover``."""
    read = read_instance(file)
    counted = (read.days, len(read.staff), len(read.shifts), len(read.requests), len(read.cover))
    return dict(zip(("days", "people", "kinds_of_shift", "requests", "cover"), counted, strict=True))


def plan_shifts(
    file: Path,
    out: Path,
    *,
    seconds: float = 60,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Plan, list[Path]]:
    """This will solve an instance and write ``roster.csv`` (``staff,day,shift``, day from 0) and the plan's files."""
    progress = progress or Silent()
    progress.step("Reading")
    instance = read_instance(file)

    def told(step: Step) -> None:
        progress.step(f"Searching: {step.penalty:,}, at least {step.bound:,} ({step.seconds:.0f} s)")

    found = solve(instance, seconds=seconds, seed=seed, threads=free_threads(threads), watch=told)
    penalty, broken = check(instance, found.roster)  # written apart from the solver: it does not take its word
    if broken or penalty != found.penalty:
        raise AssertionError(f"The roster costs {penalty}, not {found.penalty}; broken rules: {len(broken)}.")
    plan = plan_of(instance, found)
    roster = roster_table(found.roster).write_csv()
    return plan, write_plan(plan, out, texts={ROSTER_FILE: roster})
