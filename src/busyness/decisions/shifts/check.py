"""The independent checker: what a roster costs and which hard rules it breaks, counted day by day from the words alone.

It shares nothing with the solver but the instance, so that a slip in one is seen by the other.
"""

from __future__ import annotations

from itertools import groupby, pairwise

from busyness.decisions.shifts.instance import OFF, SATURDAY, SUNDAY, WEEK, Instance, Person, Roster, ShiftType


def check(instance: Instance, roster: Roster) -> tuple[int, tuple[str, ...]]:
    """This will return the roster's penalty (unheeded requests, heads too few and too many) and every hard rule that it
    breaks, as sentences. A roster that is not even a table of the instance's staff, days and shifts says only that.
    """
    misshapen = _misshapen(instance, roster)
    if misshapen:
        return 0, misshapen
    types = {shift.name: shift for shift in instance.shifts}
    broken = [sentence for person in instance.staff for sentence in _broken(person, roster[person.name], types)]
    return _requests(instance, roster) + _cover(instance, roster), tuple(broken)


def _misshapen(instance: Instance, roster: Roster) -> tuple[str, ...]:
    names = {person.name for person in instance.staff}
    known = {shift.name for shift in instance.shifts} | {OFF}
    wrong = [f"{name} is not in the roster." for name in sorted(names - set(roster))]
    wrong += [f"{name} is not on the staff." for name in sorted(set(roster) - names)]
    for name, days in roster.items():
        if len(days) != instance.days:
            wrong.append(f"{name} has {len(days)} days of {instance.days}.")
        wrong += [f"{name} has an unknown shift '{shift}'." for shift in sorted(set(days) - known)]
    return tuple(wrong)


def _requests(instance: Instance, roster: Roster) -> int:
    total = 0
    for request in instance.requests:
        has_it = roster[request.person][request.day] == request.shift
        if has_it != request.wanted:
            total += request.weight
    return total


def _cover(instance: Instance, roster: Roster) -> int:
    total = 0
    for line in instance.cover:
        heads = sum(days[line.day] == line.shift for days in roster.values())
        if heads < line.required:
            total += line.under * (line.required - heads)
        else:
            total += line.over * (heads - line.required)
    return total


def _broken(person: Person, days: tuple[str, ...], types: dict[str, ShiftType]) -> list[str]:
    return [
        f"{person.name} {what}."
        for what in (*_amounts(person, days, types), *_stretches(person, days), *_days(person, days, types))
    ]


def _amounts(person: Person, days: tuple[str, ...], types: dict[str, ShiftType]) -> list[str]:
    wrong = []
    for shift, most in person.most_shifts.items():
        if days.count(shift) > most:
            wrong.append(f"works shift {shift} {days.count(shift)} times, at most {most} are allowed")
    minutes = sum(types[shift].minutes for shift in days if shift != OFF)
    if minutes > person.most_minutes:
        wrong.append(f"works {minutes} minutes, at most {person.most_minutes} are allowed")
    if minutes < person.least_minutes:
        wrong.append(f"works {minutes} minutes, at least {person.least_minutes} are due")
    weekends = {day // WEEK for day, shift in enumerate(days) if shift != OFF and day % WEEK in {SATURDAY, SUNDAY}}
    if len(weekends) > person.most_weekends:
        wrong.append(f"works {len(weekends)} weekends, at most {person.most_weekends} are allowed")
    return wrong


def _stretches(person: Person, days: tuple[str, ...]) -> list[str]:
    wrong = []
    for working, stretch in groupby(range(len(days)), key=lambda day: days[day] != OFF):
        members = list(stretch)
        first, last, length = members[0], members[-1], len(members)
        inside = first > 0 and last < len(days) - 1
        if working and length > person.most_in_a_row:
            wrong.append(f"works {length} days in a row from day {first}, at most {person.most_in_a_row} are allowed")
        if working and inside and length < person.least_in_a_row:
            wrong.append(f"works {length} days in a row from day {first}, at least {person.least_in_a_row} are due")
        if not working and inside and length < person.least_days_off:
            wrong.append(f"has {length} days off from day {first}, at least {person.least_days_off} are due")
    return wrong


def _days(person: Person, days: tuple[str, ...], types: dict[str, ShiftType]) -> list[str]:
    wrong = [f"works on day {day}, a day off" for day in sorted(person.days_off) if days[day] != OFF]
    for day, (shift, following) in enumerate(pairwise(days)):
        if shift != OFF and following in types[shift].cannot_precede:
            wrong.append(f"works {following} on day {day + 1}, which cannot follow {shift}")
    return wrong
