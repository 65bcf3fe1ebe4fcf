"""What can be decided in a step, numbered: nothing, move one flex person, call one in, send one home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.problem import IntradayProblem

NOTHING, MOVE, CALL, SEND = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Actions:
    """``table`` int64 ``[actions, 3]``: what is done, and its two facts.

    Number 0 is ``NOTHING``; ``MOVE`` has the places from and to, ``CALL`` the place and the number of the notice, ``SEND``
    the place.
    """

    table: NDArray[np.int64]

    @classmethod
    def of(cls, problem: IntradayProblem) -> Actions:
        """This will number what the problem allows: moves by origin and destination, calls by place and notice, sends."""
        places = range(len(problem.places))
        rows = [(NOTHING, 0, 0)]
        rows += [(MOVE, i, j) for i in places for j in places if i != j]
        notices = range(len(problem.money.notices)) if problem.flex.callable else range(0)
        rows += [(CALL, j, n) for j in places for n in notices]
        rows += [(SEND, j, 0) for j in places if problem.flex.sendable]
        return cls(np.array(rows, np.int64))

    @property
    def count(self) -> int:
        """How many actions there are."""
        return len(self.table)


def offers_of(problem: IntradayProblem) -> list[str]:
    """This will say every action in words, by its number, as the log does."""
    return [_said(problem, row) for row in Actions.of(problem).table.tolist()]


def _said(problem: IntradayProblem, action: Sequence[int]) -> str:
    kind, first, second = action
    if kind == MOVE:
        return f"move one from {problem.places[first]} to {problem.places[second]}"
    if kind == CALL:
        return f"call one in to {problem.places[first]}, {problem.money.notices[second].minutes:g} minutes ahead"
    return "nothing" if kind == NOTHING else f"send one home from {problem.places[first]}"
