"""The need: how many heads each role should have in each slot, and what fewer or more of them are expected to cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.week import Week
from busyness.domain.errors import InputError

ANYONE = "anyone"
"""The name of the least presence: whoever is there counts, in whatever role."""

KEYS = "key holder"
"""The name of the need for somebody who has the keys."""

_MERGED_HOURS = 4


@dataclass(frozen=True, repr=False)
class Need:
    """``names`` are roles, and perhaps ``ANYONE`` and ``KEYS``. ``heads`` int ``[names, slots]`` is what the manager sees.

    ``under`` and ``over`` float ``[names, slots, heads + 1]`` are the money a slot costs with 0, 1, 2, … heads: what is
    missed, and what is idle. Their sum is convex in the heads; beyond the last it goes on as its last step does.
    ``open`` bool ``[slots]``.
    """

    place: str
    timezone: str
    week: Week
    names: tuple[str, ...]
    heads: NDArray[np.int64]
    under: NDArray[np.float64]
    over: NDArray[np.float64]
    open: NDArray[np.bool_]

    def __post_init__(self) -> None:
        shape = (len(self.names), self.week.count)
        fits = self.heads.shape == shape and self.under.shape[:2] == shape and self.over.shape == self.under.shape
        if not fits or self.open.shape != shape[1:]:
            raise InputError(f"The need does not have the shape of {shape[0]} roles × {shape[1]} slots.")
        if self.under.shape[2] < 2 or (np.diff(self.cost, n=2, axis=2) < -1e-6).any():
            raise InputError(
                "The cost of heads is not convex: each further head has to save no more than the one before.",
                hint="Price missing heads and heads too many by the hour.",
            )

    @cached_property
    def cost(self) -> NDArray[np.float64]:
        """Money of each slot by heads, ``[names, slots, heads + 1]``."""
        return self.under + self.over

    @property
    def roles(self) -> tuple[str, ...]:
        """The names that are roles somebody works in."""
        return tuple(name for name in self.names if name not in {ANYONE, KEYS})

    @cached_property
    def windows(self) -> tuple[tuple[int, int], ...]:
        """The spans of slots in which the place is open, ``[start, end)``; gaps of up to four hours count as open."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], self.open, [False]]).astype(np.int8)))
        spans: list[tuple[int, int]] = []
        for start, end in edges.reshape(-1, 2).tolist():
            if spans and (start - spans[-1][1]) * self.week.hours <= _MERGED_HOURS:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        return tuple(spans)

    def priced(self, name: int, planned: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """This will return what is missed and what is idle in each slot, in money, with ``planned`` heads ``[slots]``."""
        return _read(self.under[name], planned), _read(self.over[name], planned)


def _read(table: NDArray[np.float64], planned: NDArray[np.int64]) -> NDArray[np.float64]:
    most = table.shape[1] - 1
    rows = np.arange(len(table))
    beyond = np.maximum(planned - most, 0) * (table[:, most] - table[:, most - 1])
    return np.asarray(table[rows, np.minimum(planned, most)] + beyond)
