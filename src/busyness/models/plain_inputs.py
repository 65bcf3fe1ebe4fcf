"""Inputs for regressors that take neither missing values nor scales as they come: filled, scaled, categories apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.tables.examples import Examples

_FARTHEST = 8.0  # standard deviations: what lies farther is an accident
_MOST_CATEGORIES = 32


@dataclass(frozen=True)
class PlainInputs:
    """``fill``, ``middle`` and ``scale`` of each column; ``category`` (column) and ``code`` of each category kept apart."""

    fill: NDArray[np.float64]
    middle: NDArray[np.float64]
    scale: NDArray[np.float64]
    category: NDArray[np.int64]
    code: NDArray[np.float64]

    @classmethod
    def learned(cls, examples: Examples) -> Self:
        """This will learn medians to fill with (0 where nothing is known), means, deviations, the commonest categories."""
        table = examples.X.astype(np.float64)
        there = np.isfinite(table)
        fill = np.array([np.median(table[seen, k]) if seen.any() else 0.0 for k, seen in enumerate(there.T)])
        table = np.where(there, table, fill)
        scale = table.std(axis=0)
        own = []
        for name in examples.categorical:
            k = examples.names.index(name)
            codes, counts = np.unique(table[:, k], return_counts=True)
            commonest = np.sort(np.argsort(-counts, kind="stable")[:_MOST_CATEGORIES])
            own += [(k, float(code)) for code in codes[commonest]]
        category, code = np.array([k for k, _ in own], np.int64), np.array([code for _, code in own], np.float64)
        return cls(fill, table.mean(axis=0), np.where(scale > 0, scale, 1), category, code)

    def of(self, examples: Examples) -> NDArray[np.float64]:
        """This will return ``[rows, columns]`` without missing values: numbers scaled, then one column a category."""
        table = np.where(np.isfinite(examples.X), examples.X, self.fill)
        apart = (table[:, self.category] == self.code).astype(np.float64)
        table = np.clip((table - self.middle) / self.scale, -_FARTHEST, _FARTHEST)
        table[:, np.unique(self.category)] = 0
        return np.concatenate([table, apart], axis=1)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """This will return the arrays by name."""
        return dict(asdict(self))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """This will read what ``to_arrays`` wrote, or raise a ``KeyError``."""
        return cls(**{name: arrays[name] for name in ("fill", "middle", "scale", "category", "code")})
