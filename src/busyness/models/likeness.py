"""Who is like whom: the places around, and what places of such capacity and attributes usually have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.tables.panel import SealedPanel

_RIDGE = 3.0
_BEYOND = float(np.log(2))  # how far a guess may lie outside the levels that there are
_FEW_WORDS = 5  # an attribute in words tells something when at least so many places share one on average

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """``known`` bool ``[places]`` are those that can be asked; ``near`` bool ``[places, places]`` who is around whom."""

    known: NDArray[np.bool_]
    zone: NDArray[np.int64]
    neighbours: NDArray[np.int32]
    traits: NDArray[np.float64]
    per_day: int

    @classmethod
    def among(cls, panel: SealedPanel, known: NDArray[np.bool_]) -> Self:
        """This will take the neighbours and traits of a panel's places. Daily slots have no time zone."""
        names = ["" if panel.slots.length.daily else place.timezone for place in panel.places]
        number = {name: k for k, name in enumerate(sorted(set(names)))}
        zone = np.array([number[name] for name in names], np.int64)
        none = np.full((len(names), 0), -1, np.int32)
        around = none if panel.neighbours is None else panel.neighbours
        return cls(known, zone, around, traits(panel.places), panel.slots.length.per_day)

    def levels(self, level: Floats) -> Floats:
        """This will return the level that each place should have by those of the known ones: a ridge on its logarithm."""
        logs = np.log(level.astype(np.float64))
        middle = float(np.median(logs[self.known]))
        asked = (self.neighbours >= 0) & self.known[self.neighbours]
        total = np.where(asked, logs[self.neighbours], 0).sum(axis=1)
        around = np.where(asked.any(axis=1), total / np.maximum(asked.sum(axis=1), 1), middle)
        columns = np.column_stack([around, self.traits])
        usual = np.array([_mean(column[self.known]) for column in columns.T])
        columns = np.where(np.isfinite(columns), columns, usual) - usual
        spread = columns[self.known].std(axis=0)
        columns = columns[:, spread > 0] / spread[spread > 0]
        seen, mean = columns[self.known], float(logs[self.known].mean())
        slope = np.linalg.solve(seen.T @ seen + _RIDGE * np.eye(seen.shape[1]), seen.T @ (logs[self.known] - mean))
        told = mean if seen.shape[1] else middle
        reach = logs[self.known].min() - _BEYOND, logs[self.known].max() + _BEYOND
        return np.asarray(np.exp(np.clip(told + columns @ slope, *reach)), np.float32)

    def mixed(self, table: Floats, row: int, *, share: float) -> Floats:
        """This will return the median over the known places of ``[places, slots]``, mixed with the mean of those around.

        Places of the same time zone are asked where there are any. NaN where nobody says anything.
        """
        same = self.known & (self.zone == self.zone[row])
        same = same if same.any() else self.known
        city = _median(table[same])
        near = [k for k in self.neighbours[row] if k >= 0 and same[k]]
        if not near:
            return city
        here = table[near]
        there = np.isfinite(here)
        around = np.where(there, here, 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
        around = np.where(there.any(axis=0), around, city)
        return np.asarray(np.where(np.isfinite(city), (1 - share) * city + share * around, around), np.float32)


def traits(places: Sequence[Place]) -> NDArray[np.float64]:
    """This will return what places can be compared by, ``[places, traits]``: capacity, numbers, and each frequent word.

    Numbers that are all above zero, and the capacity, as logarithms; NaN where a place does not say.
    """
    columns = [np.array([place.capacity or np.nan for place in places], np.float64)]
    words: list[NDArray[np.float64]] = []
    for name in sorted({name for place in places for name in place.attributes}):
        values = [place.attributes.get(name) for place in places]
        if all(value is None or isinstance(value, (int, float)) for value in values):
            columns.append(np.array([np.nan if value is None else value for value in values], np.float64))
            continue
        kinds = sorted({str(value) for value in values if value is not None})
        if len(kinds) * _FEW_WORDS <= len(places):
            words += [np.array([float(str(value) == kind) for value in values]) for kind in kinds]
    positive = [np.nanmin(column, initial=np.inf) > 0 for column in columns]
    logs = [np.log(column) if above else column for column, above in zip(columns, positive, strict=True)]
    return np.stack([*logs, *words], axis=1)


def _mean(values: NDArray[np.float64]) -> float:
    there = np.isfinite(values)
    return float(values[there].mean()) if there.any() else 0.0


def _median(table: Floats) -> Floats:
    """The median of what is there in each column, ``[columns]``; NaN where nothing is."""
    ordered = np.sort(table, axis=0)  # NaN goes last
    seen = np.isfinite(table).sum(axis=0)
    column = np.arange(table.shape[1])
    middle = ordered[np.maximum(seen - 1, 0) // 2, column] + ordered[np.minimum(seen // 2, len(table) - 1), column]
    return np.asarray(np.float32(0.5) * middle, np.float32)
