"""The bound: no roster can cost less. Column generation over people's weeks, and the Lagrangian bound of its prices.

For any prices of heads, the cost of heads at these prices plus each person's best week is a bound, so it is valid however
early the search for better prices stops. Prices are smoothed towards the best ones known (Wentges' rule), which keeps the
search from swinging. On a finer grid the linear programme sees whole hours: a quarter of the rows of a 15-minute grid, ten
times as fast, and what the finer rows would add to the bound in the same time is less than the search gains with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from busyness.decisions.staffing.columns import Columns
from busyness.decisions.staffing.linear import ColumnChoice
from busyness.decisions.staffing.model import Floats

_SMOOTHED = 0.6
_CLOSE = 3e-4
_SOME = 1e-6


@dataclass(frozen=True, slots=True)
class Bound:
    """``least``: no roster costs less; ``prices`` of a head ``[rows]`` that prove it; ``mixture``: the share of each week
    in the linear answer, by column number."""

    least: float
    prices: Floats
    mixture: dict[int, float]


class Relaxation:
    """Prices of heads and what they prove, for all people and days."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._people = range(len(columns.model.problem.people))
        self._heads = np.arange(columns.row_cost.shape[1])

    def proven(self, prices: Floats) -> tuple[float, list[int]]:
        """This will return the bound that prices ``[rows]`` prove, and each person's best week at them."""
        found, worth = self._columns.best(self._people, prices)
        cover = (self._columns.row_cost + prices[:, None] * self._heads).min(axis=1).sum()
        return float(cover - worth.sum()) + self._columns.fixed_cost, found

    def generate(self, start: Sequence[int], *, rounds: int, go_on: Callable[[], bool]) -> Bound:
        """This will find prices by column generation in at most ``rounds``, from ``start``: a week for each person."""
        hours = _Hours(self._columns)
        choice = ColumnChoice(hours.cost, len(self._people))
        added: list[int] = []
        best, found = Bound(-np.inf, np.zeros(len(self._columns.rows)), {}), list(start)
        for number in range(rounds + 1):
            hours.put(choice, added, found)
            answer = choice.linear()
            above = answer.cost + self._columns.fixed_cost
            enough = number == rounds or above * (1 - _CLOSE) <= best.least
            if enough or (number > 0 and not go_on()):
                break
            smoothed = _SMOOTHED if np.isfinite(best.least) else 0.0
            prices = smoothed * best.prices + (1 - smoothed) * hours.spread(answer.prices)
            least, found = self.proven(prices)
            if least > best.least:
                best = replace(best, least=least, prices=prices)
        return replace(best, mixture={n: float(s) for n, s in zip(added, answer.share, strict=True) if s > _SOME})


class _Hours:
    """Rows put together by name and hour: as the linear programme sees them."""

    def __init__(self, columns: Columns) -> None:
        week = columns.model.problem.week
        self._columns = columns
        each = max(1, 60 // week.length.minutes)
        block = columns.rows // week.count * week.count + columns.rows % week.count // each
        _, self._of = np.unique(block, return_inverse=True)
        self._size = np.bincount(self._of)
        self.cost = np.zeros((len(self._size), columns.row_cost.shape[1]))
        np.add.at(self.cost, self._of, columns.row_cost)

    def spread(self, prices: Floats) -> Floats:
        """An hour's price shared by its slots."""
        return (prices / self._size)[self._of]

    def put(self, choice: ColumnChoice, added: list[int], numbers: Sequence[int]) -> None:
        """Adds the weeks that are not there yet, their heads averaged over each hour."""
        there = set(added)
        new = [number for number in dict.fromkeys(numbers) if number not in there]
        if not new:
            return
        columns = self._columns
        heads = np.stack([np.bincount(self._of, columns.heads[n], minlength=len(self._size)) for n in new]) / self._size
        choice.add(np.array([columns.person[n] for n in new]), np.array([columns.cost[n] for n in new]), heads)
        added += new
