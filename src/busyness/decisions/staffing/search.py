"""From the bound's mixture of weeks to one week each: best responses, ruin and recreate, large neighbourhoods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from busyness.decisions.staffing.catalogue import Ints
from busyness.decisions.staffing.columns import Columns
from busyness.decisions.staffing.model import Floats
from busyness.decisions.staffing.part import Neighbourhood, Part

_EPSILON = 1e-6


class Search:
    """Holds one week a person (``picked``, by column number) and makes it cheaper, step by step.

    ``seconds_left`` only ever cuts the work short.
    """

    def __init__(self, columns: Columns, picked: Sequence[int], *, seconds_left: Callable[[], float]) -> None:
        self.columns = columns
        self.picked = list(picked)
        self._left = seconds_left
        self.cost = columns.total(self.picked)

    @property
    def chosen(self) -> Ints:
        """Patterns and roles of everybody, ``[people, days, 2]``."""
        return np.stack([self.columns.chosen[number] for number in self.picked])

    def respond(self, order: Sequence[int]) -> bool:
        """This will give each person in turn the best week beside everybody else's; whether anything got cheaper."""
        before = self.cost
        picked = self._responded(self.picked, order)
        self.take(picked)
        return self.cost < before - _EPSILON

    def recreate(self, start: Sequence[int], people: Sequence[int]) -> list[int]:
        """This will return ``start`` with new weeks for these people: taken away together, given one after the other, twice.
        What is cheaper than all before is taken."""
        gone = list(start)
        for person in people:
            gone[person] = self.columns.week_off(person)
        trial = self._responded(self._responded(gone, people), people)
        self.take(trial)
        return trial

    def improve(self, where: Neighbourhood, *, prices: Floats, rounds: int, nodes: int) -> bool:
        """This will look for better weeks in a neighbourhood; whether anything got cheaper.

        ``prices`` ``[rows]`` say which of the weeks known already are worth trying.
        """
        part = Part(self.columns, self.picked, where)
        if part.whole_week:
            part.promising(prices)
        for _ in range(rounds):
            if self._left() <= 0:
                return False
            if not part.look(part.linear()):
                break
        trial = list(self.picked)
        for person, number in part.choose(nodes=nodes, seconds=self._left()).items():
            trial[person] = number
        return self.take(trial)

    def take(self, trial: list[int]) -> bool:
        """This will take other weeks for everybody if they cost less together; whether they do."""
        cost = self.columns.total(trial)
        if cost >= self.cost - _EPSILON:
            return False
        self.picked, self.cost = trial, cost
        return True

    def _responded(self, picked: Sequence[int], order: Sequence[int]) -> list[int]:
        columns, picked = self.columns, list(picked)
        heads = columns.heads_of(picked)
        rows = np.arange(len(heads))
        for person in order:
            if self._left() <= 0:
                break
            others = heads - columns.heads[picked[person]]
            saved = columns.row_cost[rows, others] - columns.row_cost[rows, others + 1]
            picked[person] = columns.best([person], saved)[0][0]
            heads = others + columns.heads[picked[person]]
        return picked


def neighbourhoods(search: Search, rng: np.random.Generator) -> Iterator[Neighbourhood]:
    """This will yield each day once, for everybody, and then without end groups of people, on two days or in all."""
    people = tuple(range(len(search.picked)))
    days = search.columns.model.problem.week.days
    for day in rng.permutation(days).tolist():
        yield Neighbourhood(people, (day,))
    while True:
        group = rng.choice(len(people), min(12, len(people)), replace=False)
        two = rng.choice(days, min(2, days), replace=False)
        yield Neighbourhood(tuple(sorted(group.tolist())), tuple(sorted(two.tolist())))
        group = rng.choice(len(people), min(6, len(people)), replace=False)
        yield Neighbourhood(tuple(sorted(group.tolist())), tuple(range(days)))
