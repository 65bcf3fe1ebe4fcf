"""Columns made ready for models that cannot eat them as they are: normalised, one-hot, numbered, and by target means.

Every encoding learns from one table (``fit``) and is applied to any other with the same columns (``transform``): encoded
columns take the place of the old ones, the others stay. What was learned is JSON (``to_facts``, ``from_facts``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, ColumnMissingError, InputError


class Named(Protocol):
    """A matrix with named columns; ``Examples`` is one."""

    @property
    def X(self) -> NDArray[np.float32]:  # noqa: N802 - as Examples calls it
        """Values, ``[rows, names]``."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each column."""
        ...


@dataclass(frozen=True, slots=True)
class Columns:
    """A matrix float32 ``[rows, names]`` and the names of its columns."""

    X: NDArray[np.float32]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Standardizer:
    """Makes ``normalized_<name>``: minus the mean, over the standard deviation. NaN stays NaN; a constant becomes 0."""

    names: tuple[str, ...]
    means: tuple[float, ...] = ()
    deviations: tuple[float, ...] = ()

    def fit(self, table: Named) -> Self:
        """This will learn mean and standard deviation of the finite values of each column."""
        means, deviations = [], []
        for name in self.names:
            values = _column(table, name).astype(np.float64)
            values = values[np.isfinite(values)]
            means.append(float(values.mean()) if len(values) else 0.0)
            deviations.append(float(values.std()) if len(values) else 0.0)
        return type(self)(self.names, tuple(means), tuple(deviations))

    def transform(self, table: Named) -> Columns:
        """This will replace the columns by normalised ones; an infinite value counts as not known."""
        made = {}
        for name, mean, deviation in zip(self.names, _fitted(self.means, self.names), self.deviations, strict=True):
            values = _column(table, name)
            values = np.where(np.isfinite(values), values, np.float32(np.nan)) - np.float32(mean)
            flat = deviation <= 1e-6 * max(abs(mean), 1e-6)  # what rounding leaves of a constant
            made[name] = {f"normalized_{name}": values * np.float32(0 if flat else 1 / deviation)}
        return _replaced(table, made)

    def to_facts(self) -> dict[str, Any]:
        """This will return what was learned, as JSON facts."""
        return {"names": list(self.names), "means": list(self.means), "deviations": list(self.deviations)}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """This will read what ``to_facts`` wrote."""
        return cls(*_facts(facts, "names", "means", "deviations"))


@dataclass(frozen=True)
class OneHot:
    """Makes ``<name>_<value>`` for every value seen: 1 where the column has it, else 0.

    A value that was not seen in fitting, and NaN, are 0 in all of them.
    """

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...] = ()

    def fit(self, table: Named) -> Self:
        """This will learn the distinct values of each column."""
        return type(self)(self.names, _values_of(table, self.names))

    def transform(self, table: Named) -> Columns:
        """This will replace each column by one column for each of its values."""
        made = {}
        for name, values in zip(self.names, _fitted(self.values, self.names), strict=True):
            column = _column(table, name)
            made[name] = {f"{name}_{value:.9g}": (column == np.float32(value)).astype(np.float32) for value in values}
        return _replaced(table, made)

    def to_facts(self) -> dict[str, Any]:
        """This will return what was learned, as JSON facts."""
        return {"names": list(self.names), "values": [list(values) for values in self.values]}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """This will read what ``to_facts`` wrote."""
        return cls(*_facts(facts, "names", "values"))


@dataclass(frozen=True)
class Labels:
    """Makes ``label_<name>``: the number of the value among those seen, from 1 on, in the order of their size.

    0 is a value that was not seen in fitting, and NaN: every label is an index into a table of ``sizes`` rows.
    """

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many labels each column has, the 0 too."""
        return tuple(len(values) + 1 for values in self.values)

    def fit(self, table: Named) -> Self:
        """This will learn the distinct values of each column."""
        return type(self)(self.names, _values_of(table, self.names))

    def transform(self, table: Named) -> Columns:
        """This will replace each column by its labels."""
        made = {}
        for name, values in zip(self.names, _fitted(self.values, self.names), strict=True):
            code = _codes(_column(table, name), values)
            made[name] = {f"label_{name}": np.where(code < len(values), code + 1, 0).astype(np.float32)}
        return _replaced(table, made)

    def to_facts(self) -> dict[str, Any]:
        """This will return what was learned, as JSON facts."""
        return {"names": list(self.names), "values": [list(values) for values in self.values]}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """This will read what ``to_facts`` wrote."""
        return cls(*_facts(facts, "names", "values"))


@dataclass(frozen=True)
class TargetMeans:
    """Makes ``target_mean_<name>``: the mean target of the rows with the same value, shrunk toward the mean of all.

    A value counts as much as its rows, the mean of all as much as ``shrink`` of them. A value that was not seen in
    fitting takes the mean of all; NaN is a value of its own. Rows that are fitted on get their codes from
    ``fit_transform``, out of fold: none is coded with its own target, nor with another of its block of time.
    """

    names: tuple[str, ...]
    folds: int = 5
    shrink: float = 20.0
    overall: float = 0.0
    values: tuple[tuple[float, ...], ...] = ()
    means: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.folds < 2 or self.shrink <= 0:
            raise InputError("Target means need at least two folds and some shrinkage.", hint="For example 5 and 20.")

    def fit(self, table: Named, target: NDArray[np.float32]) -> Self:
        """This will learn the codes for new rows; rows without a target (NaN) do not count."""
        values = _values_of(table, self.names)
        there = np.isfinite(target)
        total, count = float(target[there].sum(dtype=np.float64)), int(there.sum())
        overall = total / count if count else 0.0
        means = []
        for name, seen in zip(self.names, values, strict=True):
            sums, counts = _sums(_codes(_column(table, name), seen), target, len(seen) + 2)
            means.append(tuple(float(mean) for mean in (sums + self.shrink * overall) / (counts + self.shrink)))
        return type(self)(self.names, self.folds, self.shrink, overall, values, tuple(means))

    def transform(self, table: Named) -> Columns:
        """This will replace the columns of rows that were not fitted on by the codes."""
        made = {}
        for name, seen, means in zip(self.names, _fitted(self.values, self.names), self.means, strict=True):
            made[name] = {f"target_mean_{name}": np.array(means, np.float32)[_codes(_column(table, name), seen)]}
        return _replaced(table, made)

    def fit_transform(self, table: Named, target: NDArray[np.float32], time: NDArray[Any]) -> tuple[Self, Columns]:
        """This will learn from rows and code the same rows, each by the other blocks of ``time`` only.

        ``time`` orders the rows (their slots); rows of one time are always in the same block.
        """
        fitted = self.fit(table, target)
        fold = time_folds(time, self.folds)
        made = {}
        for name, seen in zip(self.names, fitted.values, strict=True):
            code = _codes(_column(table, name), seen)
            made[name] = {f"target_mean_{name}": self._out_of_fold(code, target, fold, size=len(seen) + 2)}
        return fitted, _replaced(table, made)

    def _out_of_fold(
        self, code: NDArray[np.int64], target: NDArray[np.float32], fold: NDArray[np.int64], *, size: int
    ) -> NDArray[np.float32]:
        sums, counts = (made.reshape(self.folds, size) for made in _sums(fold * size + code, target, self.folds * size))
        others, rows = sums.sum(axis=0) - sums, counts.sum(axis=0) - counts
        overall = others.sum(axis=1, keepdims=True) / np.maximum(rows.sum(axis=1, keepdims=True), 1)
        means = (others + self.shrink * overall) / (rows + self.shrink)
        return np.asarray(means[fold, code], np.float32)

    def to_facts(self) -> dict[str, Any]:
        """This will return what was learned, as JSON facts."""
        return {
            "names": list(self.names),
            "folds": self.folds,
            "shrink": self.shrink,
            "overall": self.overall,
            "values": [list(values) for values in self.values],
            "means": [list(means) for means in self.means],
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """This will read what ``to_facts`` wrote."""
        return cls(*_facts(facts, "names", "folds", "shrink", "overall", "values", "means"))


def time_folds(time: NDArray[Any], folds: int) -> NDArray[np.int64]:
    """This will return the block of time of each row, 0 … ``folds`` − 1: about as many rows in each, the earliest in 0."""
    _, where, count = np.unique(time, return_inverse=True, return_counts=True)
    return np.asarray(((np.cumsum(count) - count) * folds // max(len(time), 1))[where], np.int64)


def _codes(column: NDArray[np.float32], values: Sequence[float]) -> NDArray[np.int64]:
    """The number of each value among the sorted ``values``; their count for any other, and one more for NaN."""
    known = np.array(values, np.float32)
    at = np.searchsorted(known, column)
    found = np.append(known, np.float32(np.nan))[np.minimum(at, len(known))] == column
    return np.where(np.isnan(column), len(known) + 1, np.where(found, at, len(known))).astype(np.int64)


def _sums(
    code: NDArray[np.int64], target: NDArray[np.float32], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The sum of the targets of each code, and how many there are."""
    there = np.isfinite(target)
    sums = np.bincount(code[there], weights=target[there], minlength=size).astype(np.float64)
    return sums, np.bincount(code[there], minlength=size).astype(np.float64)


def _column(table: Named, name: str) -> NDArray[np.float32]:
    if name not in table.names:
        raise ColumnMissingError(name, table.names, role="an encoding")
    return np.asarray(table.X[:, table.names.index(name)], np.float32)


def _values_of(table: Named, names: Iterable[str]) -> tuple[tuple[float, ...], ...]:
    columns = (np.unique(_column(table, name)) for name in names)
    return tuple(tuple(float(value) for value in values[~np.isnan(values)]) for values in columns)


def _fitted(learned: tuple[Any, ...], names: tuple[str, ...]) -> tuple[Any, ...]:
    if len(learned) != len(names):
        raise InputError("This encoding has not learned anything yet.", hint="Call fit first.")
    return learned


def _replaced(table: Named, made: Mapping[str, Mapping[str, NDArray[np.float32]]]) -> Columns:
    """The table with each column of ``made`` replaced by the columns made of it, in its place."""
    columns, names = [], []
    for k, name in enumerate(table.names):
        for new, values in made.get(name, {name: table.X[:, k]}).items():
            names.append(new)
            columns.append(values)
    matrix = np.empty((len(table.X), len(columns)), np.float32)
    for k, values in enumerate(columns):
        matrix[:, k] = values
    return Columns(matrix, tuple(names))


def _facts(facts: Mapping[str, Any], *keys: str) -> tuple[Any, ...]:
    """The values of these keys, lists as tuples."""
    try:
        return tuple(_frozen(facts[key]) for key in keys)
    except (KeyError, TypeError) as fault:
        raise ArtifactError("The artifact's encoding of features cannot be read.", file="manifest.json") from fault


def _frozen(value: object) -> object:
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list) else value
