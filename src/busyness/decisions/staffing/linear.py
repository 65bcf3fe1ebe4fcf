"""The one door to HiGHS: a set of weeks to choose from, one for each person, against the convex cost of heads."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.model import Floats
from busyness.domain.errors import MissingExtraError

_FLAT = 1e-9
_PRIMAL = 4


def _highs() -> ModuleType:
    """HiGHS, imported when it is first needed, because it is an extra."""
    try:
        import highspy  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("HiGHS", "plans") from None
    return highspy


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer: ``cost``, the ``share`` of each column added, ``[columns]``, and, of a linear answer, the ``prices`` of
    a head more in each row and the ``worth`` each person's column has to beat."""

    cost: float
    share: Floats
    prices: Floats
    worth: Floats


class ColumnChoice:
    """Chooses a column for each person so that columns and heads cost least.

    ``cost`` ``[rows, heads + 1]`` is convex, of a row (a name in a slot) with 0, 1, 2, … heads of those chosen from here.
    Columns are added as they are found; each adds heads to some rows.
    """

    def __init__(self, cost: Floats, people: int) -> None:
        self._highspy = _highs()
        self._solver = self._highspy.Highs()
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("mip_rel_gap", 1e-6),
            ("random_seed", 0),
            ("presolve", "off"),
        ):
            self._solver.setOptionValue(name, value)
        self._rows, self._people = len(cost), people
        low = np.concatenate([np.zeros(self._rows), np.ones(people)])
        none = np.zeros(0, np.int32)
        self._solver.addRows(len(low), low, low, 0, none, none, np.zeros(0))
        self._base = float(cost[:, 0].sum())
        self._steps(cost)
        self._before = self._solver.getNumCol()

    def _steps(self, cost: Floats) -> None:
        """A variable for each run of heads that save the same; the last run goes on without end."""
        found, slopes, widths = [], [], []
        for number, saved in enumerate(np.diff(cost, axis=1)):
            starts = np.flatnonzero(np.diff(np.concatenate([[-np.inf], saved])) > _FLAT)
            found.append(np.full(len(starts), number))
            slopes.append(saved[starts])
            widths.append(np.append(np.diff(starts), np.inf))
        rows = np.concatenate(found).astype(np.int32)
        starts_at = np.arange(len(rows), dtype=np.int32)
        self._add(np.concatenate(slopes), np.concatenate(widths), starts_at, rows, np.full(len(rows), -1.0))

    def _add(self, cost: Floats, upper: Floats, starts: NDArray[np.int32], rows: NDArray[np.int32], values: Floats) -> None:
        zeros = np.zeros(len(cost))
        self._solver.addCols(len(cost), cost, zeros, upper, len(rows), starts, rows, values)

    def add(self, people: NDArray[np.int64], cost: Floats, heads: NDArray[np.float64] | NDArray[np.int8]) -> None:
        """This will add columns: whose each is, its own cost, and the heads it adds, ``[columns, rows]``."""
        at, rows = np.nonzero(heads)
        counts = np.bincount(at, minlength=len(people))
        ends = np.cumsum(counts)
        all_rows = np.insert(rows, ends, self._rows + people).astype(np.int32)
        values = np.insert(heads[at, rows].astype(np.float64), ends, 1.0)
        starts = np.concatenate([[0], np.cumsum(counts + 1)[:-1]]).astype(np.int32)
        self._add(np.asarray(cost, np.float64), np.full(len(people), np.inf), starts, all_rows, values)

    def linear(self) -> Choice:
        """This will return the best mixture of columns."""
        self._solver.run()
        # the first answer comes from nothing; later ones only have new columns, which the primal simplex takes in at once
        self._solver.setOptionValue("simplex_strategy", _PRIMAL)
        solution = self._solver.getSolution()
        duals = np.asarray(solution.row_dual)
        share = np.asarray(solution.col_value)[self._before :]
        return Choice(self._cost(), share, duals[: self._rows], duals[self._rows :])

    def whole(self, start: NDArray[np.int64], *, nodes: int, seconds: float) -> Choice | None:
        """This will return the best choice of one column each that ``nodes`` and ``seconds`` find, or ``None``.

        ``start`` are the columns of an answer known already.
        """
        solver = self._solver
        columns = np.arange(self._before, solver.getNumCol(), dtype=np.int32)
        kind = self._highspy.HighsVarType.kInteger
        solver.changeColsIntegrality(len(columns), columns, np.full(len(columns), kind.value, np.uint8))
        solver.setOptionValue("presolve", "on")
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setOptionValue("time_limit", solver.getRunTime() + max(seconds, 0.05))
        given = np.zeros(len(columns))
        given[start] = 1.0
        solver.setSolution(len(columns), columns, given)
        solver.run()
        solution = solver.getSolution()
        if not solution.value_valid:
            return None
        share = np.asarray(solution.col_value)[self._before :]
        return Choice(self._cost(), share, np.zeros(0), np.zeros(0))

    def _cost(self) -> float:
        return float(self._solver.getInfo().objective_function_value) + self._base
