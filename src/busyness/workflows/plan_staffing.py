"""Who works when, from a forecast folder, the staff's table and the rules of work; and the same again after a sick call."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster
from busyness.decisions.staffing.solver import Effort
from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import InputError, did_you_mean
from busyness.domain.threads import free_threads
from busyness.tables.plan import Plan
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.staffing.asked import Asked, StaffingRequest, asked_of
from busyness.workflows.staffing.edited import Edited, score_edit
from busyness.workflows.staffing.need_table import need_table
from busyness.workflows.staffing.shifts import read_rosters
from busyness.workflows.staffing.solving import Told, replan_apart, solve_apart, solver_version
from busyness.workflows.staffing.staffed import Staffed, StaffedPlace
from busyness.workflows.staffing.standard import StandardSettings, minutes_by_role, queue_of, read_standard
from busyness.workflows.staffing.stored import load_staffing
from busyness.workflows.staffing.written import write_staffed

__all__ = [
    "Edited",
    "Effort",
    "Published",
    "Sick",
    "Staffed",
    "StaffingRequest",
    "StandardSettings",
    "load_staffing",
    "minutes_by_role",
    "plan_staffing",
    "published_of",
    "queue_of",
    "read_standard",
    "replan_staffing",
    "replanned",
    "required_heads",
    "score_edit",
    "sick_of",
]

Sick = tuple[str, date]
"""Somebody, and the day on which they cannot come after all."""


@dataclass(frozen=True)
class Published:
    """The roster people have been told: its table. ``today``: days before it have been worked and stay."""

    roster: Path
    sick: tuple[Sick, ...] = ()
    today: date | None = None


def required_heads(request: StaffingRequest) -> tuple[pl.DataFrame, Asked]:
    """This will return the heads each place needs, ``place, start, role, need``, without planning anything."""
    asked = asked_of(request)
    return need_table(asked.problems), asked


def plan_staffing(
    request: StaffingRequest,
    out: Path,
    *,
    effort: Effort | None = None,
    threads: int | None = None,
    published: Published | None = None,
    language: str = "en",
    progress: Progress | None = None,
) -> tuple[Plan, list[Path]]:
    """This will plan the week of every place that has staff, each in a worker process, and write all of it.

    ``effort`` is each place's; with a ``published`` roster, what people have been told is changed as little as it pays.

    Raises:
        InputError: a file, an option or a place cannot be used, or nobody could keep what is asked for.
        MissingExtraError: the extra ``plans`` is not installed.

    """
    progress, begun = progress or Silent(), time.perf_counter()
    _speaks(language)
    solver = solver_version()
    progress.step("Reading")
    asked = asked_of(request)
    answers = solve_apart(
        asked.problems,
        effort or Effort(seed=request.seed),
        told=None if published is None else _told(asked.problems, published),
        workers=free_threads(threads),
        progress=progress,
    )
    staffed = Staffed(
        {place: StaffedPlace(asked.names[place], problem, solution) for place, (problem, solution) in answers.items()},
        asked.staff,
        asked.rules,
        versions={**asked.versions, "solver": solver},
        refused=asked.refused,
        assumed=asked.assumed,
        seconds=time.perf_counter() - begun,
        simulated=asked.simulated,
    )
    progress.step("Writing")
    return write_staffed(staffed, out, language=language, clock=SystemClock())


def replan_staffing(
    folder: Path,
    out: Path | None,
    *,
    sick: Iterable[Sick],
    today: date | None = None,
    language: str = "en",
    clock: Clock | None = None,
) -> tuple[Plan, list[Path]]:
    """This will plan anew after a sick call, from a plan's folder, and write the whole plan again (``out``
    None: nothing).

    What the folder holds counts as published. Days before ``today`` have been worked and stay. Raises as ``replanned``,
    and ``InputError`` where the folder holds no plan.
    """
    _speaks(language)
    staffed = replanned(load_staffing(folder), sick, today=today)
    return write_staffed(staffed, out, language=language, clock=clock or SystemClock())


def replanned(before: Staffed, sick: Iterable[Sick], *, today: date | None = None) -> Staffed:
    """This will plan anew only the places a sick call concerns, in a worker process, within three seconds each.

    Raises:
        InputError: nobody is sick, the person has no shift, or nobody could keep what is asked for any more.
        MissingExtraError: the extra ``plans`` is not installed.

    """
    begun, solver = time.perf_counter(), solver_version()
    problems = {place: each.problem for place, each in before.places.items()}
    calls = _by_place(problems, {place: each.solution.roster for place, each in before.places.items()}, tuple(sick))
    if not calls:
        raise InputError("Nobody has called in sick.", hint="Say who and when: --sick ana:2026-03-04.")
    seed = int(before.versions.get("seed", "0"))
    anew = {
        place: replan_apart(before.places[place], absent, fixed_days=_fixed(before.places[place].problem, today), seed=seed)
        for place, absent in calls.items()
    }
    return replace(
        before,
        places={place: anew.get(place, each) for place, each in before.places.items()},
        versions={**before.versions, "solver": solver},
        seconds=time.perf_counter() - begun,
    )


def sick_of(text: str) -> Sick:
    """This will read ``ana:2026-03-04``.

    >>> sick_of("ana:2026-03-04")
    ('ana', datetime.date(2026, 3, 4))
    """
    person, _, day = text.rpartition(":")
    try:
        return person.strip(), date.fromisoformat(day.strip())
    except ValueError:
        raise InputError(f"'{text}' does not say who is sick and when.", hint="Write PERSON:2026-03-04.") from None


def published_of(roster: Path | None, sick: Iterable[str], *, today: date | None = None) -> Published | None:
    """This will return what people have been told, from what was written on a command line; ``None`` where nothing was.

    Raises ``InputError`` for a sick call without the roster it changes.
    """
    calls = tuple(sick_of(text) for text in sick)
    if roster is not None:
        return Published(roster, calls, today)
    if calls or today:
        raise InputError(
            "A sick call changes a roster that is published.", hint="Name it: --published roster.csv, or use plan replan."
        )
    return None


def _speaks(language: str) -> None:
    if language not in {"es", "en"}:
        raise InputError(f"A roster cannot be written in '{language}'.", hint="Use es or en.")


def _told(problems: Mapping[str, StaffingProblem], published: Published) -> dict[str, Told]:
    """What people have been told, by place; of places that the roster does not name, nothing."""
    found = {place: roster for place, (roster, _) in read_rosters(published.roster, problems).items()}
    calls = _by_place(problems, found, published.sick)
    return {
        place: Told(roster, tuple(calls.get(place, ())), _fixed(problems[place], published.today))
        for place, roster in found.items()
    }


def _fixed(problem: StaffingProblem, today: date | None) -> int:
    return 0 if today is None else min(max(problem.week.number(today), 0), problem.week.days)


def _by_place(
    problems: Mapping[str, StaffingProblem], rosters: Mapping[str, Roster], sick: tuple[Sick, ...]
) -> dict[str, list[Sick]]:
    """Who is sick, by place; each of them has to be in the roster, and the day in its week."""
    homes = {person.id: place for place, problem in problems.items() for person in problem.people}
    calls: dict[str, list[Sick]] = {}
    for person, day in sick:
        if person not in homes:
            raise InputError(f"'{person}', who is sick, is not on the staff.", hint=did_you_mean(person, homes))
        place = homes[person]
        if place not in rosters or not rosters[place].of(person):
            raise InputError(
                f"{person}, who is sick, has no shift in the published roster.", hint="Check the person and the roster."
            )
        week = problems[place].week
        if not 0 <= week.number(day) < week.days:
            raise InputError(
                f"{person} is sick on {day}, which lies outside the week from {week.first} on.", hint="Check the date."
            )
        calls.setdefault(place, []).append((person, day))
    return calls
