"""A part of the roster set free: some people's shifts on some days may change while all else stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from busyness.decisions.staffing.catalogue import Ints
from busyness.decisions.staffing.columns import Columns
from busyness.decisions.staffing.linear import Choice, ColumnChoice
from busyness.decisions.staffing.model import Floats

_KEPT = 1e5
"""What keeping a shift that may not change is worth to the dynamic programme: more than any saving."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """``people`` whose shifts may change on ``days``, by their numbers."""

    people: tuple[int, ...]
    days: tuple[int, ...]


class Part:
    """Chooses weeks for the people of a neighbourhood: the linear answer says what to look for, HiGHS then decides."""

    def __init__(self, columns: Columns, picked: Sequence[int], where: Neighbourhood) -> None:
        self._columns, self._where = columns, where
        self._week = columns.model.problem.week
        self._now = [picked[person] for person in where.people]
        free = set(where.people)
        self._rows = self._touched()
        others = columns.heads_of([n for person, n in enumerate(picked) if person not in free])[self._rows]
        heads = np.minimum(others[:, None] + np.arange(len(free) + 1), columns.row_cost.shape[1] - 1)
        self._choice = ColumnChoice(columns.row_cost[self._rows[:, None], heads], len(free))
        self._place = {person: i for i, person in enumerate(where.people)}
        self._added: list[int] = []
        self.put(self._now)

    @property
    def whole_week(self) -> bool:
        """Whether every day may change."""
        return len(self._where.days) == self._week.days

    def _touched(self) -> Ints:
        """The rows of the free days, and of the nights behind them."""
        day = self._columns.rows % self._week.count // self._week.per_day
        near = set(self._where.days) | {number + 1 for number in self._where.days}
        return np.flatnonzero(np.isin(day, list(near)))

    def put(self, numbers: Sequence[int]) -> None:
        """This will add weeks that may be chosen."""
        there = set(self._added)
        new = [number for number in dict.fromkeys(numbers) if number not in there]
        if new:
            columns = self._columns
            who = np.array([self._place[columns.person[number]] for number in new])
            heads = np.stack([columns.heads[n][self._rows] for n in new])
            self._choice.add(who, np.array([columns.cost[n] for n in new]), heads)
            self._added += new

    def promising(self, prices: Floats, *, most: int = 25) -> None:
        """This will add the best weeks of each person found before, by their worth at prices ``[rows of all]``."""
        columns = self._columns
        for person in self._where.people:
            own = columns.of_person[person]
            worth = np.array([columns.heads[n] @ prices - columns.cost[n] for n in own])
            self.put([own[i] for i in np.argsort(-worth, kind="stable")[:most]])

    def linear(self) -> Choice:
        """This will return the best mixture of the weeks known."""
        return self._choice.linear()

    def look(self, answer: Choice) -> bool:
        """This will look for weeks that lower the linear answer, and add them; whether there were any."""
        prices = np.zeros(len(self._columns.rows))
        prices[self._rows] = answer.prices
        found = self._best(prices)
        columns = self._columns
        worth = np.array([columns.heads[n][self._rows] @ answer.prices - columns.cost[n] for n in found])
        self.put(found)
        return bool((worth + answer.worth).max() > 1e-4)

    def _best(self, prices: Floats) -> list[int]:
        columns, people = self._columns, self._where.people
        if self.whole_week:
            return columns.best(people, prices)[0]
        rewards = columns.rewards(prices)
        kept = [day for day in range(self._week.days) if day not in self._where.days]
        of_class = columns.model.shifts.of_class
        tables = []
        for person, number in zip(people, self._now, strict=True):
            table = rewards.of_person(person)
            table[kept] = -np.inf
            for day in kept:
                if columns.chosen[number][day, 0] >= 0:
                    table[day, of_class[columns.chosen[number][day, 0]]] = _KEPT
            tables.append(table)
        _, classes = columns.weeks.find(people, tables)
        found = []
        for i, person in enumerate(people):
            chosen = columns.chosen[self._now[i]].copy()
            for day in self._where.days:
                of = int(classes[i, day])
                chosen[day] = rewards.best_pattern(person, day, chosen=of) if of >= 0 else -1
            found.append(columns.add(person, chosen))
        return found

    def choose(self, *, nodes: int, seconds: float) -> dict[int, int]:
        """This will return the week chosen for each person; empty where none better than today's was found."""
        whole = self._choice.whole(np.arange(len(self._now)), nodes=nodes, seconds=seconds)
        if whole is None:
            return {}
        taken = (self._added[at] for at in np.flatnonzero(whole.share > 0.5).tolist())
        return {self._columns.person[number]: number for number in taken}
