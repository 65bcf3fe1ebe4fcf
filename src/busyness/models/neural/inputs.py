"""From examples to what a network eats: scaled numbers, codes of embeddings, and the usual demand it corrects.

Numbers are squashed by signed logarithms, scaled to the training rows and cut off; where a value is missing it is zero, and
a column of its own says so. Code 0 of every embedding stands for a word that was not there in training.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from busyness.models.seasonal import profile, usual
from busyness.tables.examples import Examples

_PLACE, _HOUR, _DAY = "place", "hour_of_day", "day_type"
_CLOCK = frozenset(["hour_of_week", "day_of_week", _HOUR, _DAY])  # said by embeddings
_PAIRS = ((_PLACE, _HOUR), (_PLACE, _DAY))
_FURTHEST = 5.0  # standard deviations
_LEAST_SPREAD = 1e-3
_USUAL_FLOOR = 0.01
_CLOSE = 0.5  # of earlier artifacts: the city's profile counts as much as half a week of the place's own

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Inputs:
    """``numbers`` float32 ``[rows, width]``, ``codes`` int32 ``[rows, embeddings]``, ``usual`` float32 ``[rows]``."""

    numbers: Floats
    codes: NDArray[np.int32]
    usual: Floats

    def take(self, rows: NDArray[np.int64] | slice) -> Inputs:
        """This will return these rows."""
        return Inputs(self.numbers[rows], self.codes[rows], self.usual[rows])


class Lesson(NamedTuple):
    """What a network learns from: inputs, the relative demand that is ``wanted``, and how much each row counts."""

    inputs: Inputs
    wanted: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class Reading:
    """How the examples of one training are read; the same columns are read alike ever after.

    ``names`` are the numeric columns with their ``centre`` and ``spread``; ``gaps`` those of them that have missing values;
    ``words`` the columns of codes, and ``sizes`` how many codes each has, 0 included. ``holidays``: whether the usual demand
    is that of the seasonal profile, which knows holidays; that of networks in earlier artifacts does not.
    """

    names: tuple[str, ...]
    gaps: tuple[str, ...]
    words: tuple[str, ...]
    sizes: tuple[int, ...]
    centre: Floats
    spread: Floats
    holidays: bool = True

    @classmethod
    def learned_from(cls, examples: Examples) -> Self:
        """This will scale to these rows."""
        coded = {_PLACE, _HOUR, _DAY, *examples.categorical}
        names = tuple(name for name in examples.names if name not in coded | _CLOCK)
        words = tuple(name for name in examples.names if name in coded)
        centre, spread, gaps = [], [], []
        for name in names:
            values = _squashed(examples.column(name))
            there = values[np.isfinite(values)].astype(np.float64)
            centre.append(there.mean() if len(there) else 0.0)
            spread.append(max(float(there.std()), _LEAST_SPREAD) if len(there) else 1.0)
            gaps += [name] * (len(there) < len(values))
        most = [np.nan_to_num(examples.column(word)).max(initial=0) for word in words]
        sizes = tuple(int(code) + 2 for code in most)
        return cls(names, tuple(gaps), words, sizes, np.array(centre, np.float32), np.array(spread, np.float32))

    @property
    def width(self) -> int:
        """How many numbers a row has."""
        return len(self.names) + len(self.gaps)

    @property
    def tables(self) -> tuple[int, ...]:
        """How many rows each embedding has: those of the words, then of pairs of them."""
        size = dict(zip(self.words, self.sizes, strict=True))
        return (*self.sizes, *(size[one] * size[other] for one, other in _PAIRS))

    def read(self, examples: Examples) -> Inputs:
        """This will return the inputs of these examples, row by row."""
        rows = len(examples.cells)
        numbers = np.empty((rows, self.width), np.float32)
        for k, name in enumerate(self.names):
            scaled = (_squashed(examples.column(name)) - self.centre[k]) / self.spread[k]
            numbers[:, k] = np.clip(np.nan_to_num(scaled), -_FURTHEST, _FURTHEST)
        for k, name in enumerate(self.gaps):
            numbers[:, len(self.names) + k] = np.isnan(examples.column(name))
        sizes = dict(zip(self.words, self.sizes, strict=True))
        code = {word: _coded(examples.column(word), size) for word, size in sizes.items()}
        pairs = [code[one] * np.int32(sizes[other]) + code[other] for one, other in _PAIRS]
        codes = np.stack([*code.values(), *pairs], axis=1)
        expected = profile(examples) if self.holidays else usual(examples, of="median_8", shrink=_CLOSE)
        return Inputs(numbers, codes, np.maximum(expected, np.float32(_USUAL_FLOOR)))

    def unplaced(self, codes: NDArray[np.int32]) -> NDArray[np.int32]:
        """This will return the codes as those of a place that was not there in training."""
        sizes = dict(zip(self.words, self.sizes, strict=True))
        blank = codes.copy()
        blank[:, self.words.index(_PLACE)] = 0
        for k, (_, other) in enumerate(_PAIRS):
            blank[:, len(self.words) + k] %= sizes[other]
        return blank

    def to_facts(self) -> dict[str, Any]:
        """This will return the columns as JSON facts."""
        lists = {name: list(getattr(self, name)) for name in ("names", "gaps", "words", "sizes")}
        return {**lists, "holidays": self.holidays}

    @classmethod
    def from_facts(cls, facts: dict[str, Any], centre: Floats, spread: Floats) -> Self:
        """This will read what ``to_facts`` wrote, beside the stored scales."""
        lists = {name: tuple(facts[name]) for name in ("names", "gaps", "words", "sizes")}
        return cls(**lists, centre=centre, spread=spread, holidays=bool(facts.get("holidays", False)))


def _squashed(values: Floats) -> Floats:
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)), np.float32)


def _coded(values: Floats, size: int) -> NDArray[np.int32]:
    """Whole numbers from 1 on; 0 where missing or not there in training."""
    code = np.where(np.isfinite(values), np.floor(np.nan_to_num(values)) + 1, 0).astype(np.int32)
    return np.where((code < 0) | (code >= size), 0, code).astype(np.int32)
