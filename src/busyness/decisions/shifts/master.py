"""The master problem: which of the rows found so far each person gets, so that wishes and cover cost least."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from busyness.decisions.shifts.figures import Figures, Floats, Row

NO_INDEX, NO_VALUE = np.array([], dtype=np.int32), np.array([])
DUAL_SIMPLEX, PRIMAL_SIMPLEX = 1, 4
COVER_COLUMNS = 4
Heads = tuple[float, float]
ANY: Heads = (0.0, np.inf)


@dataclass(frozen=True, slots=True)
class Prices:
    """What the master problem costs now, and its dual prices.

    ``worth`` is what one more head saves in every slot ``[days, shifts]``, ``allowed`` what a person's row may cost
    ``[staff]``: only a row whose wishes less its heads' worth come below that can make the whole cheaper.
    """

    cost: float
    worth: Floats
    allowed: Floats


class Master:
    """A linear program: a column for every known row, and four for every line of cover, heads too few and too many, then
    the same beyond what ``bind`` allows, at a price that no roster costs.
    """

    def __init__(self, highs: ModuleType, figures: Figures) -> None:
        self._figures = figures
        staff, days, shifts = figures.wishes.shape
        self._lines = figures.slot.size
        self._line = np.full(days * shifts, -1)
        self._line[figures.slot] = np.arange(self._lines)
        self._columns: dict[tuple[int, Row], int] = {}
        self._fixed: set[tuple[int, Row]] = set()
        self._bound: dict[int, Heads] = {}
        self._solver: Any = highs.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("presolve", "off")  # a basis is at hand nearly always
        for heads in [*figures.required, *np.ones(staff)]:
            self._solver.addRow(heads, heads, 0, NO_INDEX, NO_VALUE)
        beyond = 10.0 * figures.dearest
        for line, (under, over) in enumerate(zip(figures.under, figures.over, strict=True)):
            for cost, sign in ((under, 1.0), (over, -1.0), (beyond, 1.0), (beyond, -1.0)):
                self._solver.addCol(cost, 0.0, np.inf, 1, np.array([line], dtype=np.int32), np.array([sign]))

    def add(self, person: int, row: Row) -> bool:
        """This will add a row as a column; False where it was known already."""
        if (person, row) in self._columns:
            return False
        lines = self._line[self._figures.slots(row)]
        at = np.append(lines[lines >= 0], self._lines + person).astype(np.int32)
        self._solver.addCol(self._figures.wish_cost(person, row), 0.0, np.inf, at.size, at, np.ones(at.size))
        self._columns[person, row] = COVER_COLUMNS * self._lines + len(self._columns)
        return True

    def fix(self, rows: Mapping[int, Row]) -> None:
        """This will give these people these rows, and everybody else the choice."""
        wanted = set(rows.items())
        for key in self._fixed ^ wanted:
            self.add(*key)
            self._solver.changeColBounds(self._columns[key], float(key in wanted), np.inf)
        self._fixed = wanted

    def bind(self, heads: Mapping[int, Heads]) -> None:
        """This will demand that these lines of cover get at least and at most so many heads, and free all others."""
        for line in self._bound.keys() | heads.keys():
            least, most = heads.get(line, ANY)
            needed = self._figures.required[line]
            under, over = COVER_COLUMNS * line, COVER_COLUMNS * line + 1
            self._solver.changeColBounds(under, max(0.0, needed - most), max(0.0, needed - least))
            self._solver.changeColBounds(over, max(0.0, least - needed), max(0.0, most - needed))
        self._bound = dict(heads)

    def solve(self, *, grown: bool) -> Prices:
        """This will solve the program; ``grown`` says that since the last time it only got more rows to choose from."""
        self._solver.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX if grown else DUAL_SIMPLEX)
        self._solver.run()
        duals = np.array(self._solver.getSolution().row_dual)
        worth = np.zeros(self._line.size)
        worth[self._figures.slot] = duals[: self._lines]
        cost = self._solver.getInfo().objective_function_value + self._figures.constant
        return Prices(cost, worth.reshape(self._figures.wishes.shape[1:]), duals[self._lines :])

    def heads(self) -> Floats:
        """This will return how many heads the last solution gives to every line of cover."""
        values = np.array(self._solver.getSolution().col_value[: COVER_COLUMNS * self._lines]).reshape(-1, COVER_COLUMNS)
        heads: Floats = self._figures.required - values[:, 0] + values[:, 1] - values[:, 2] + values[:, 3]
        return heads

    def shares(self, people: Collection[int]) -> list[tuple[float, int, Row]]:
        """This will return how much of each row the last solution gives to these people, where it is not nothing."""
        values = self._solver.getSolution().col_value[COVER_COLUMNS * self._lines :]
        return [
            (share, person, row)
            for share, (person, row) in zip(values, self._columns, strict=True)
            if share > 1e-6 and person in people
        ]
