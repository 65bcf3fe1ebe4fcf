"""The cheapest row of a roster for each person, by dynamic programming over days.

What matters of the days so far is a state: what is worked today and for how many days in a row (or for how many days off),
and what has been used up: minutes, weekends, and shifts of a kind that has a limit. The used-up amounts lie on one flat
axis, so that working a shift moves all of them by one slice; a margin behind each amount catches what runs over its limit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from busyness.decisions.shifts.figures import Floats, Row
from busyness.decisions.shifts.instance import SATURDAY, SUNDAY, WEEK, Instance, Person


@dataclass(frozen=True, slots=True)
class Found:
    """A row of one person (by number) and the sum of its prices."""

    person: int
    row: Row
    value: float


class Rows:
    """All people of an instance, ready to be asked for their cheapest rows under any prices."""

    def __init__(self, instance: Instance) -> None:
        people = range(len(instance.staff))
        strict = [_rules(instance, person) for person in instance.staff]
        self._limited = [dict(rules.limited) for rules in strict]
        self._loose = _groups(instance, people, [replace(rules, limited=()) for rules in strict])
        self._strict = _groups(instance, [n for n in people if self._limited[n]], strict)

    def cheapest(self, prices: Floats, people: Collection[int]) -> list[Found]:
        """This will return for each of ``people`` the cheapest row; somebody without any possible row is left out.

        ``prices`` is what a shift costs a person on a day, ``[staff, days, shifts]``, infinite where it cannot be.
        """
        found = [one for group in self._loose for one in group.cheapest(prices, people)]
        # Counting shifts of a kind makes many more states, and the limits on them seldom matter: only where they do.
        broken = {one.person for one in found if self._breaks(one)}
        kept = [one for one in found if one.person not in broken]
        return kept + [one for group in self._strict for one in group.cheapest(prices, broken)]

    def _breaks(self, found: Found) -> bool:
        return any(found.row.count(shift) > limit for shift, limit in self._limited[found.person].items())


def _groups(instance: Instance, people: Iterable[int], rules: Sequence[_Rules]) -> list[_Group]:
    ordered = sorted(people, key=lambda number: (rules[number], number))
    return [_Group(instance, shared, list(same)) for shared, same in groupby(ordered, key=lambda number: rules[number])]


@dataclass(frozen=True, slots=True, order=True)
class _Rules:
    """The limits that decide the shape of the states; people who share them are computed together."""

    most_in_a_row: int
    least_in_a_row: int
    least_off: int
    minutes: tuple[int, int]
    weekends: int
    limited: tuple[tuple[int, int], ...]


def _rules(instance: Instance, person: Person) -> _Rules:
    unit = math.gcd(*(shift.minutes for shift in instance.shifts)) or 1
    longest = max(shift.minutes for shift in instance.shifts)
    most = min(person.most_minutes, instance.days * longest)
    weekends = sum(day % WEEK == SATURDAY for day in range(instance.days))
    limited = []
    for number, shift in enumerate(instance.shifts):
        limit = person.most_shifts.get(shift.name, instance.days)
        reach = min(instance.days, most // shift.minutes if shift.minutes else instance.days)
        if 0 < limit < reach:
            limited.append((number, limit))
    return _Rules(
        min(person.most_in_a_row, instance.days),
        max(person.least_in_a_row, 1),
        max(person.least_days_off, 1),
        (math.ceil(person.least_minutes / unit), most // unit),
        min(person.most_weekends, weekends),
        tuple(limited),
    )


class _Group:
    """People with the same rules, and the states they pass through."""

    def __init__(self, instance: Instance, rules: _Rules, people: list[int]) -> None:
        self.people = people
        self._days, self._shifts, self._rules = instance.days, len(instance.shifts), rules
        unit = math.gcd(*(shift.minutes for shift in instance.shifts)) or 1
        minutes = [shift.minutes // unit for shift in instance.shifts]
        names = [shift.name for shift in instance.shifts]
        self._before = [
            [n for n, earlier in enumerate(instance.shifts) if name not in earlier.cannot_precede] for name in names
        ]
        tops = [rules.weekends, *(limit for _, limit in rules.limited), rules.minutes[1]]
        margins = [1] * (len(tops) - 1) + [max(minutes)]
        shape = [top + 1 + margin for top, margin in zip(tops, margins, strict=True)]
        strides = [math.prod(shape[n + 1 :]) for n in range(len(shape))]
        self._cells = math.prod(shape)
        self._step = [minutes[s] for s in range(self._shifts)]
        for axis, (shift, _) in enumerate(rules.limited, start=1):
            self._step[shift] += strides[axis]
        self._weekend = strides[0]
        used = np.indices(shape).reshape(len(shape), -1)
        inside = (used <= np.array(tops)[:, None]).all(axis=0)
        self._margin = np.where(inside, 0.0, np.inf)
        self._final = np.flatnonzero(inside & (used[-1] >= rules.minutes[0]))

    def cheapest(self, prices: Floats, asked: Collection[int]) -> list[Found]:
        """This will find the cheapest row of each of the group's people that is ``asked`` for."""
        people = [number for number in self.people if number in asked]
        if not people or not self._final.size:
            return []
        work, off = self._forward(prices[people])
        found: list[Found] = []
        for place, person in enumerate(people):
            states = np.concatenate([work[-1][place].reshape(-1, self._cells), off[-1][place]])[:, self._final]
            state, cell = divmod(int(states.argmin()), self._final.size)
            if np.isfinite(states[state, cell]):
                row = self._trace(work, off, place, (state, int(self._final[cell])))
                found.append(Found(person, row, float(states[state, cell])))
        return found

    def _forward(self, prices: Floats) -> tuple[list[Floats], list[Floats]]:
        rules, people = self._rules, len(prices)
        most, least_off = rules.most_in_a_row, rules.least_off
        shape_work, shape_off = (people, self._shifts, most, self._cells), (people, least_off, self._cells)
        work, off = [np.full(shape_work, np.inf)], [np.full(shape_off, np.inf)]
        for shift in range(self._shifts):
            work[0][:, shift, 0, self._moved(0, shift, 0)] = prices[:, 0, shift]
        work[0] += self._margin
        off[0][:, -1, 0] = 0.0
        for day in range(1, self._days):
            before, rested = work[-1], off[-1][:, -1]
            now = np.full(shape_work, np.inf)
            for shift in range(self._shifts):
                price = prices[:, day, shift, None]
                first, later = self._moved(day, shift, 0), self._moved(day, shift, 1)
                np.add(rested[:, : self._cells - first], price, out=now[:, shift, 0, first:])
                allowed = self._before[shift]
                if most > 1 and allowed:
                    reached = min(day, most - 1)
                    earlier = before[:, allowed[0], :reached, : self._cells - later]
                    for other in allowed[1:]:
                        earlier = np.minimum(earlier, before[:, other, :reached, : self._cells - later])
                    np.add(earlier, price[:, None], out=now[:, shift, 1 : reached + 1, later:])
                now[:, shift] += self._margin
            work.append(now)
            off.append(self._resting(before, off[-1], day))
        return work, off

    def _resting(self, work: Floats, off: Floats, day: int) -> Floats:
        now = np.empty_like(off)
        ended = work[:, :, self._may_end(day)].min(axis=(1, 2), initial=np.inf)
        now[:, 1:] = off[:, :-1]
        if off.shape[1] == 1:
            np.minimum(ended, off[:, 0], out=now[:, 0])
        else:
            now[:, 0] = ended
            np.minimum(now[:, -1], off[:, -1], out=now[:, -1])
        return now

    def _may_end(self, day: int) -> list[int]:
        """The lengths (less one) of a stretch that may end before ``day``; one that began with the horizon always may."""
        rules = self._rules
        return [n for n in range(min(day, rules.most_in_a_row)) if n + 1 >= rules.least_in_a_row or n + 1 == day]

    def _moved(self, day: int, shift: int, behind: int) -> int:
        """How far along the flat axis a shift moves, with ``behind`` days of the stretch before it."""
        weekday = day % WEEK
        counts = weekday == SATURDAY or (weekday == SUNDAY and behind == 0)
        return self._step[shift] + (self._weekend if counts else 0)

    def _trace(self, work: list[Floats], off: list[Floats], place: int, end: tuple[int, int]) -> Row:
        most, least_off = self._rules.most_in_a_row, self._rules.least_off
        state, cell = end
        row = [-1] * self._days
        for day in range(self._days - 1, -1, -1):
            working = state < self._shifts * most
            if working:
                shift, behind = divmod(state, most)
                row[day] = shift
                cell -= self._moved(day, shift, behind)
            if day == 0:
                break
            before, rested = work[day - 1][place], off[day - 1][place]
            if working and behind == 0:
                state = self._shifts * most + least_off - 1
            elif working:
                allowed = self._before[shift]
                state = allowed[int(before[allowed, behind - 1, cell].argmin())] * most + behind - 1
            else:
                state = self._before_rest(before, rested, day, (state - self._shifts * most, cell))
        return tuple(row)

    def _before_rest(self, before: Floats, rested: Floats, day: int, at: tuple[int, int]) -> int:
        most, least_off = self._rules.most_in_a_row, self._rules.least_off
        length, cell = at
        earlier: list[tuple[float, int]] = []
        if length == 0:
            ends = self._may_end(day)
            earlier += [(float(before[s, n, cell]), s * most + n) for s in range(self._shifts) for n in ends]
        else:
            earlier.append((float(rested[length - 1, cell]), self._shifts * most + length - 1))
        if length == least_off - 1:
            earlier.append((float(rested[length, cell]), self._shifts * most + length))
        return min(earlier)[1]
