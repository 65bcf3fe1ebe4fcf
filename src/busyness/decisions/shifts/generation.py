"""Column generation: the master problem asks for rows until none could make it cheaper; and the best roster so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from busyness.decisions.shifts.figures import Figures, Row, figures_of
from busyness.decisions.shifts.instance import Instance
from busyness.decisions.shifts.master import Master, Prices
from busyness.decisions.shifts.rows import Rows

TINY = 1e-6


def rounded_up(cost: float) -> int:
    """This will round a bound up, because every cost of a roster is a whole number; solvers err in the last digits."""
    return math.ceil(cost - 10 * TINY)


@dataclass(frozen=True, slots=True)
class Step:
    """What is known so far: the best ``rows`` by person, what they cost, and the least that any roster could cost."""

    rows: tuple[Row, ...]
    penalty: int
    bound: int


class Generation:
    """The master problem with whoever finds its rows. ``bound`` only rises, ``penalty`` (of ``best``) only falls."""

    def __init__(self, highs: ModuleType, instance: Instance, expired: Callable[[], bool]) -> None:
        self.everybody = range(len(instance.staff))
        self.figures: Figures = figures_of(instance)
        self.master = Master(highs, self.figures)
        self.expired = expired
        self._rows = Rows(instance)
        self.bound = 0  # no weight is negative
        cheapest = {found.person: found.row for found in self._rows.cheapest(self.figures.wishes, self.everybody)}
        self.best = [cheapest[person] for person in self.everybody]
        self.penalty = self.figures.penalty(self.best)
        self.take(self.best)

    @property
    def proven(self) -> bool:
        """Whether no roster can be better than the best one known."""
        return self.penalty <= self.bound

    def step(self) -> Step:
        """This will say what is known now."""
        return Step(tuple(self.best), self.penalty, self.bound)

    def price(self, free: Collection[int]) -> Prices | None:
        """This will find every row that could make the master problem, as it is fixed and bound, cheaper for the ``free``.

        Back come the prices at its end; None where time ran out before.
        """
        grown = False
        while not self.expired():
            prices = self.master.solve(grown=grown)
            grown = False
            for found in self._rows.cheapest(self.figures.wishes - prices.worth, free):
                if found.value < prices.allowed[found.person] - TINY:
                    grown |= self.master.add(found.person, found.row)
            if not grown:
                return prices
        return None

    def price_all(self) -> None:
        """This will do so for everybody, with nothing fixed or bound: what it then costs is a bound."""
        self.master.fix({})
        self.master.bind({})
        prices = self.price(self.everybody)
        if prices is not None:
            self.bound = max(self.bound, rounded_up(prices.cost))

    def take(self, rows: Sequence[Row]) -> None:
        """This will make a roster better person by person, and keep it where it is the best."""
        settled = self._settled(list(rows))
        for person, row in enumerate(settled):
            self.master.add(person, row)
        penalty = self.figures.penalty(settled)
        if penalty <= self.penalty:
            self.best, self.penalty = settled, penalty

    def _settled(self, rows: list[Row]) -> list[Row]:
        """Give each person in turn the cheapest row beside everybody else's, until nobody's changes the cost."""
        figures = self.figures
        days, shifts = figures.wishes.shape[1:]
        heads = np.zeros(days * shifts)
        for row in rows:
            heads[figures.slots(row)] += 1
        unchanged = 0
        while unchanged < len(rows) and not self.expired():
            for person in self.everybody:
                heads[figures.slots(rows[person])] -= 1
                price = np.zeros(days * shifts)
                price[figures.slot] = np.where(heads[figures.slot] < figures.required, -figures.under, figures.over)
                prices = figures.wishes + price.reshape(days, shifts)
                (found,) = self._rows.cheapest(prices, [person])
                now = sum(prices[person, day, shift] for day, shift in enumerate(rows[person]) if shift >= 0)
                unchanged += 1
                if found.value < now - TINY:
                    rows[person], unchanged = found.row, 0
                heads[figures.slots(rows[person])] += 1
        return rows
