"""Between a roster's table, as people write it, and the shifts that are planned and scored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import polars as pl

from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.week import clock
from busyness.domain.errors import SettingsError, did_you_mean
from busyness.sources.rosters import read_roster
from busyness.tables import columns as c

Lines = Mapping[Shift, int]
"""The line of the file each shift came from."""


def roster_table(problems: Mapping[str, StaffingProblem], rosters: Mapping[str, Roster]) -> pl.DataFrame:
    """This will return one row a shift: ``place, person, name, role, start, end, break``, by the place's clock."""
    rows = []
    for place, problem in problems.items():
        names = {person.id: person.label for person in problem.people}
        for shift in rosters[place].shifts:
            rest = f"{clock(shift.break_start)}-{clock(shift.break_end)}" if shift.break_end > shift.break_start else ""
            start, end = (f"{problem.week.moment(shift.day, at):%Y-%m-%d %H:%M}" for at in (shift.start, shift.end))
            rows.append((place, shift.person, names.get(shift.person, ""), shift.role, start, end, rest))
    columns = (c.PLACE, "person", "name", "role", "start", "end", "break")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def read_rosters(file: Path, problems: Mapping[str, StaffingProblem]) -> dict[str, tuple[Roster, Lines]]:
    """This will read a roster's table by place; a place of which it has no row is left out.

    Raises:
        SettingsError: with file and line, for somebody or a place that is unknown, and for a shift of another week.

    """
    homes = {person.id: place for place, problem in problems.items() for person in problem.people}
    found: dict[str, dict[Shift, int]] = {}
    for row in read_roster(file).iter_rows(named=True):
        person, line = row["person"], int(row["line"])
        if person not in homes:
            hint = did_you_mean(person, homes) or "Add the person to the staff table, or remove the row."
            raise SettingsError(f"'{person}' is not on the staff.", file=str(file), line=line, hint=hint)
        home = homes[person]
        if row[c.PLACE] not in {None, home}:
            message = f"{person} works at '{home}', not at '{row[c.PLACE]}'."
            raise SettingsError(message, file=str(file), line=line, hint="Correct the place.")
        shift, week = _shift(row), problems[home].week
        if not 0 <= week.number(shift.day) < week.days:
            last = week.first + timedelta(days=week.days - 1)
            message = f"{shift.day} lies outside the week that is planned, {week.first} to {last}."
            raise SettingsError(message, file=str(file), line=line, hint="Take the roster of that week, or choose --week.")
        if shift in found.setdefault(home, {}):
            raise SettingsError(f"the same shift of {person} comes twice.", file=str(file), line=line, hint="Keep one.")
        found[home][shift] = line
    return {place: (Roster(tuple(lines)), lines) for place, lines in found.items()}


def _shift(row: Mapping[str, object]) -> Shift:
    start, end = row["start"], row["end"]
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)  # type: ignore[attr-defined]  # the reader's promise
    return Shift(
        midnight.date(),
        _minutes(start - midnight),
        _minutes(end - midnight),
        str(row["person"]),
        str(row["role"]),
        int(row["break_start"] or 0),  # type: ignore[call-overload]
        int(row["break_end"] or 0),  # type: ignore[call-overload]
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60
