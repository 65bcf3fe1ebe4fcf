"""Which shade stands for which values: classes of about equally many places, with round borders."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from busyness.reports.palette import SHADES
from busyness.reports.words import Words


@dataclass(frozen=True, slots=True)
class Shades:
    """``borders`` between the classes, rising; a value on a border belongs to the class above it."""

    borders: tuple[float, ...]
    whole: bool = False  # whether all values are whole numbers

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """This will choose the classes for these values, at least two places to each; values all alike need no border."""
        known = np.array([value for value in values if math.isfinite(value)])
        if not known.size:
            return cls(())
        classes = min(SHADES, max(len(np.unique(known)) // 2, 2))
        rounded = {_rounded(float(mark)) for mark in np.quantile(known, np.arange(1, classes) / classes)}
        borders = sorted(
            {float(math.ceil(mark)) for mark in rounded} if (whole := bool((known % 1 == 0).all())) else rounded
        )
        return cls(tuple(mark for mark in borders if known.min() < mark <= known.max()), whole)

    def number(self, value: float) -> int:
        """This will return the shade of a value, 0 (the faintest) … SHADES − 1, spread over as many classes as there are."""
        found = sum(value >= border for border in self.borders)
        return round(found * (SHADES - 1) / len(self.borders)) if self.borders else SHADES - 1

    def legend(self, words: Words) -> tuple[tuple[int, str], ...]:
        """This will name the classes, faintest first: ``(shade, its values in words)``."""
        if not self.borders:
            return ()
        texts = [
            f"< {words.number(self.borders[0])}",
            *(self._between(low, high, words=words) for low, high in pairwise(self.borders)),
            f"≥ {words.number(self.borders[-1])}",
        ]
        lowest = (self.borders[0] - 1, *self.borders)
        return tuple((self.number(low), text) for low, text in zip(lowest, texts, strict=True))

    def _between(self, low: float, high: float, *, words: Words) -> str:
        last = high - 1 if self.whole else high
        return words.number(low) if self.whole and last == low else f"{words.number(low)} – {words.number(last)}"


def _rounded(value: float) -> float:
    """Two digits that count.

    >>> _rounded(1234.5), _rounded(0.0), _rounded(0.0567)
    (1200.0, 0.0, 0.057)
    """
    return 0.0 if value == 0 else round(value, 1 - math.floor(math.log10(abs(value))))
