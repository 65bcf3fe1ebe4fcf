"""Weeks found so far, each one person's: what they cost and which heads they add."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.best_weeks import BestWeeks
from busyness.decisions.staffing.catalogue import Ints
from busyness.decisions.staffing.model import Floats, RosterModel
from busyness.decisions.staffing.rewards import Rewards, coverage, own_cost
from busyness.decisions.staffing.roster import Roster


class Columns:
    """All weeks, numbered as they come; a week that is known already keeps its number.

    ``rows`` are the names and slots that cost anything, as one index into ``[names × slots]``; heads are only of those.
    """

    def __init__(self, model: RosterModel) -> None:
        self.model = model
        self.weeks = BestWeeks(model)
        table = _extended(model.problem.need.cost, len(model.problem.people))
        flat = table.reshape(-1, table.shape[2])
        self.rows = np.flatnonzero(np.abs(np.diff(flat, axis=1)).max(axis=1) > 0)
        self.row_cost = flat[self.rows]
        self.fixed_cost = float(flat[:, 0].sum() - self.row_cost[:, 0].sum())
        self.of_person: list[list[int]] = [[] for _ in model.problem.people]
        self._off: dict[int, int] = {}
        self._known: dict[tuple[int, bytes], int] = {}
        self.person: list[int] = []
        self.chosen: list[Ints] = []
        self.cost: list[float] = []
        self.heads: list[NDArray[np.int8]] = []

    def add(self, person: int, chosen: Ints) -> int:
        """This will return the number of a person's week of patterns and roles ``[days, 2]``."""
        key = (person, chosen.astype(np.int32).tobytes())
        if key not in self._known:
            self._known[key] = len(self.person)
            self.of_person[person].append(len(self.person))
            self.person.append(person)
            self.chosen.append(chosen)
            self.cost.append(own_cost(self.model, person, chosen))
            self.heads.append(coverage(self.model, person, chosen).reshape(-1)[self.rows].astype(np.int8))
        return self._known[key]

    def best(self, people: Sequence[int], prices: Floats) -> tuple[list[int], Floats]:
        """This will find each person's best week at prices per head ``[rows]``: its number, and what it is worth."""
        rewards = self.rewards(prices)
        worth, classes = self.weeks.find(people, [rewards.of_person(person) for person in people])
        return [self.add(p, self._patterns(rewards, p, classes[i])) for i, p in enumerate(people)], worth

    def rewards(self, prices: Floats) -> Rewards:
        """This will return the rewards at prices per head ``[rows]``."""
        every = np.zeros(self.model.problem.need.heads.size)
        every[self.rows] = prices
        return Rewards(self.model, every.reshape(self.model.problem.need.heads.shape))

    def _patterns(self, rewards: Rewards, person: int, classes: Ints) -> Ints:
        chosen = np.full((len(classes), 2), -1, np.int64)
        for day in np.flatnonzero(classes >= 0).tolist():
            chosen[day] = rewards.best_pattern(person, day, chosen=int(classes[day]))
        return chosen

    def week_off(self, person: int) -> int:
        """This will return the number of the cheapest week of a person if nobody were needed."""
        if person not in self._off:
            self._off[person] = self.best([person], np.zeros(len(self.rows)))[0][0]
        return self._off[person]

    def weeks_of(self, roster: Roster, *, instead: Sequence[int]) -> list[int]:
        """This will return each person's week in a roster, without shifts they cannot work any more; where none is left,
        or what is left breaks a rule, the week in ``instead``."""
        week = self.model.problem.week
        numbers = list(instead)
        for row, person in enumerate(self.model.problem.people):
            chosen = np.full((week.days, 2), -1, np.int64)
            for shift in roster.of(person.id):
                day, found = week.number(shift.day), self.model.find(shift)
                if found and 0 <= day < week.days and self.model.allowed[row, day, self.model.shifts.of_class[found[0]]]:
                    chosen[day] = found
            if np.isfinite(own_cost(self.model, row, chosen)):
                numbers[row] = self.add(row, chosen)
        return numbers

    def total(self, picked: Sequence[int]) -> float:
        """This will return what a roster of these weeks costs."""
        heads = self.heads_of(picked)
        cover = self.row_cost[np.arange(len(heads)), heads].sum()
        return float(cover + sum(self.cost[number] for number in picked)) + self.fixed_cost

    def heads_of(self, picked: Sequence[int]) -> NDArray[np.int64]:
        """This will return the heads these weeks add up to, ``[rows]``."""
        total = np.zeros(len(self.rows), np.int64)
        for number in picked:
            total += self.heads[number]
        return total


def _extended(cost: Floats, people: int) -> Floats:
    """The cost of heads, as far as everybody at once: beyond the table it goes on as its last step does."""
    more = people + 1 - cost.shape[2]
    if more <= 0:
        return cost
    step = cost[:, :, -1:] - cost[:, :, -2:-1]
    return np.concatenate([cost, cost[:, :, -1:] + step * np.arange(1, more + 1)], axis=2)
