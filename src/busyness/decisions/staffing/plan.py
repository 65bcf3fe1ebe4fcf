"""The roster as a plan: one row a shift with its reason, the need beside what is planned, and each person's week."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from busyness.decisions.staffing.need import ANYONE, KEYS
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.score import Score, score
from busyness.decisions.staffing.solver import Solution
from busyness.decisions.staffing.week import clock
from busyness.domain.local_time import to_utc
from busyness.tables import columns as c
from busyness.tables.instants import utc_series
from busyness.tables.plan import Plan

_NAMED = 10

_SAID = {
    "overtime": "Overtime",
    "short_hours": "Contract hours that are paid and not given",
    "missing": "Heads expected to be missing",
    "idle": "Heads expected to be idle",
    "presence": "Least presence or keys not kept",
    "wishes": "Wishes not kept",
    "fairness": "Weekends and closings of people who had more than others",
    "changes": "Changes of what was published",
}


def plan_of(problem: StaffingProblem, solution: Solution, *, versions: Mapping[str, str]) -> Plan:
    """This will return the plan, with the tables ``need`` and ``people`` and its cost in words.

    The actions' costs are wages; the plan's cost also prices heads missing and idle, wishes, fairness and changes.
    """
    scored = score(problem, solution.roster)
    return Plan(
        kind="staffing",
        actions=_actions(problem, solution.roster, scored),
        cost=scored.cost,
        bound=solution.bound,
        currency=problem.rules.currency,
        seconds=solution.seconds,
        versions=versions,
        tables={"need": _need(problem, scored), "people": _people(problem, solution.roster, scored)},
        notes=_notes(problem, scored),
    )


def _actions(problem: StaffingProblem, roster: Roster, scored: Score) -> pl.DataFrame:
    people = {person.id: person for person in problem.people}
    week, zone = problem.week, problem.need.timezone
    shifts = roster.shifts
    starts = [week.moment(shift.day, shift.start) for shift in shifts]
    hours = [shift.paid_minutes / 60 for shift in shifts]
    rest = [f"{clock(s.break_start)}–{clock(s.break_end)}" if s.break_end > s.break_start else "" for s in shifts]
    return pl.DataFrame(
        {
            c.PLACE: pl.Series([problem.need.place] * len(shifts), dtype=pl.String),
            c.TIME: utc_series(to_utc(np.array(starts, "datetime64[s]"), zone)),
            "action": pl.Series(["shift"] * len(shifts), dtype=pl.String),
            "quantity": pl.Series(hours, dtype=pl.Float64),
            "cost": pl.Series([people[s.person].wage * h for s, h in zip(shifts, hours, strict=True)], dtype=pl.Float64),
            c.REASON: pl.Series([_reason(problem, shift, scored) for shift in shifts], dtype=pl.String),
            "person": pl.Series([shift.person for shift in shifts], dtype=pl.String),
            "name": pl.Series([people[shift.person].label for shift in shifts], dtype=pl.String),
            "start": pl.Series(starts, dtype=pl.Datetime("us")),
            "end": pl.Series([week.moment(shift.day, shift.end) for shift in shifts], dtype=pl.Datetime("us")),
            "break": pl.Series(rest, dtype=pl.String),
            "role": pl.Series([shift.role for shift in shifts], dtype=pl.String),
        }
    )


def _reason(problem: StaffingProblem, shift: Shift, scored: Score) -> str:
    """Where the shift is missed most: the slot in which the heads without it are furthest below the need."""
    need, week = problem.need, problem.week
    row = need.names.index(shift.role)
    first = week.number(shift.day) * week.per_day + shift.start // week.length.minutes
    last = min(first + (shift.end - shift.start) // week.length.minutes, week.count)
    slots = np.arange(first, last)
    if not len(slots):
        return ""
    planned, wanted = scored.planned[row, slots], need.heads[row, slots]
    most = int(np.argmax(wanted - planned))
    at, there, due = clock(int(slots[most]) % week.per_day * week.length.minutes), int(planned[most]), int(wanted[most])
    if there <= due:
        return f"At {at} {shift.role} needs {due} and has {there}, this shift among them."
    return f"Gives {shift.role} cover all through: at {at}, its tightest, {there} for a need of {due}."


def _need(problem: StaffingProblem, scored: Score) -> pl.DataFrame:
    need, week = problem.need, problem.week
    starts = np.datetime64(week.moment(week.first, 0), "s") + np.arange(week.count) * week.length.step
    count = len(need.names)
    planned = scored.planned.reshape(-1)
    heads = need.heads.reshape(-1)
    frame = pl.DataFrame(
        {
            c.PLACE: pl.Series([need.place] * (count * week.count), dtype=pl.String),
            c.TIME: utc_series(np.tile(to_utc(starts, need.timezone), count)),
            "start": pl.Series(np.tile(starts.astype("datetime64[us]"), count)),
            "role": pl.Series([name for name in need.names for _ in range(week.count)], dtype=pl.String),
            "need": heads,
            "planned": planned,
            "gap": planned - heads,
        }
    )
    return frame.filter(np.tile(need.open, count) | (planned > 0) | (heads > 0))


def _people(problem: StaffingProblem, roster: Roster, scored: Score) -> pl.DataFrame:
    rows = []
    for person in problem.people:
        shifts = roster.of(person.id)
        hours = sum(shift.paid_minutes for shift in shifts) / 60
        rows.append(
            {
                "person": person.id,
                "name": person.label,
                "shifts": len(shifts),
                "hours": hours,
                "least_hours": person.min_hours,
                "most_hours": person.max_hours,
                "cost": hours * person.wage,
                "weekends": sum(shift.day.weekday() >= 5 for shift in shifts),
                "weekends_before": person.past.weekends,
                "wishes_broken": sum(w.person == person.label and w.part == "wishes" for w in scored.wishes),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _notes(problem: StaffingProblem, scored: Score) -> tuple[str, ...]:
    money = problem.rules.currency
    notes = [f"Wages come to {scored.parts['wages']:,.2f} {money}."]
    notes += [
        f"{_SAID[part]}: {amount:,.2f} {money}."
        for part, amount in scored.parts.items()
        if part in _SAID and amount >= 0.005
    ]
    wishes = sorted(scored.wishes, key=lambda wish: -wish.price)
    notes += [f"{wish.person} {wish.said}: priced at {wish.price:,.2f} {money}." for wish in wishes]
    return (*notes, *_missed(problem, scored), *scored.broken)


def _missed(problem: StaffingProblem, scored: Score) -> list[str]:
    """The slots whose missing heads cost most, beside what would be missed with the heads needed."""
    need = problem.need
    told = []
    for row, name in enumerate(need.names):
        short = np.maximum(need.heads[row] - scored.planned[row], 0)
        price = need.priced(row, scored.planned[row])[0] - need.priced(row, need.heads[row])[0]
        for slot in np.flatnonzero(short).tolist():
            what = {KEYS: "no key holder is there", ANYONE: f"{short[slot]} fewer than the least are there"}
            said = what.get(name, f"{name} is {short[slot]} below its need of {need.heads[row, slot]}")
            told.append((float(price[slot]), f"{problem.week.said(slot)}: {said}, priced at {price[slot]:,.2f}."))
    told.sort(key=lambda pair: -pair[0])
    more = [f"In {len(told) - _NAMED} more slots heads are below the need."] if len(told) > _NAMED else []
    return [said for _, said in told[:_NAMED]] + more
