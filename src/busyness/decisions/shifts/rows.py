"""The cheapest row of a roster for each person, by dynamic programming over days.

What matters of the days so far is a state: what is worked today and for how many days in a row (or for how many days off),
and what has been used up: minutes, weekends, and shifts of a kind that has a limit. The used-up amounts lie on one flat
axis, so that working a shift moves all of them by one slice; a margin behind each amount catches what runs over its limit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from busyness.decisions.shifts.instance import SATURDAY, SUNDAY, WEEK, Instance, Person

Floats = npt.NDArray[np.float64]
Row = tuple[int, ...]
"""The shift's number of every day, -1 for a day off."""


@dataclass(frozen=True, slots=True)
class Found:
    """A row of one person (by number) and the sum of its prices."""

    person: int
    row: Row
    value: float


class Rows:
    """All people of an instance, ready to be asked for their cheapest rows under any prices."""

    def __init__(self, instance: Instance) -> None:
        keyed = sorted((_rules(instance, person), number) for number, person in enumerate(instance.staff))
        self._groups = [
            _Group(instance, rules, [number for _, number in members])
            for rules, members in groupby(keyed, key=lambda pair: pair[0])
        ]

    def cheapest(self, prices: Floats, people: Sequence[int], *, each: int = 1) -> list[Found]:
        """This will return for each of ``people`` the cheapest row, and up to ``each`` that differ in minutes.

        ``prices`` is what a shift costs a person on a day, ``[staff, days, shifts]``, infinite where it cannot be. The
        first row of each person is the cheapest of all; somebody without any possible row is left out.
        """
        wanted = set(people)
        found: list[Found] = []
        for group in self._groups:
            members = [number for number in group.people if number in wanted]
            if members:
                found += group.cheapest(prices, members, each)
        return found


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
    weekends = sum(day % WEEK == SATURDAY for day in range(instance.days)) + (instance.days % WEEK == SUNDAY + 0) * 0
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
        self._final_minutes = np.where(inside & (used[-1] >= rules.minutes[0]), used[-1], -1)

    def cheapest(self, prices: Floats, people: list[int], each: int) -> list[Found]:
        work, off = self._forward(prices[people])
        found: list[Found] = []
        for place, person in enumerate(people):
            for state, cell, value in self._ends(work[-1][place], off[-1][place], each):
                found.append(Found(person, self._trace(work, off, place, (state, cell)), value))
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

    def _ends(self, work: Floats, off: Floats, each: int) -> Iterator[tuple[int, int, float]]:
        states = np.concatenate([work.reshape(-1, self._cells), off])
        best = states.argmin(axis=0)
        value = np.where(self._final_minutes >= 0, states[best, np.arange(self._cells)], np.inf)
        seen: set[int] = set()
        for cell in value.argsort(kind="stable"):
            minutes = int(self._final_minutes[cell])
            if len(seen) == each or not np.isfinite(value[cell]):
                return
            if minutes not in seen:
                seen.add(minutes)
                yield int(best[cell]), int(cell), float(value[cell])

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
            earlier += [
                (float(before[s, n, cell]), s * most + n) for s in range(self._shifts) for n in ends
            ]
        else:
            earlier.append((float(rested[length - 1, cell]), self._shifts * most + length - 1))
        if length == least_off - 1:
            earlier.append((float(rested[length, cell]), self._shifts * most + length))
        return min(earlier)[1]
