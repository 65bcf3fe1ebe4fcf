"""Which features are worth their place: what hardly varies, what repeats another, and what did not matter when it counted.

Permutation importance (Breiman 2001; on held-out windows, as Fisher, Rudin & Dominici 2019 advise): by how much the error
grows when a column's values are shuffled among the rows. Features that share what they know look unimportant one by one;
so what repeats another is told first, and ``selecting.py`` takes the whole selection only if the model is no worse with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.tables.examples import Examples

NEEDED = frozenset(
    ["median_8", "mean_8", "mean_4", "weeks_seen", "profile_city", "sundays", "past_holidays", "day_type", "horizon"]
)
"""What models read by name: the seasonal profile rests on it. It never leaves."""

Floats = NDArray[np.float64]

_CHANCE = 2.0  # standard errors
_WINDOWS_TO_JUDGE = 2
_ONE_SIDED = 0.01  # share of rows on which only one of two columns is known: more, and they are no repetition


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """``varies``: the least share of rows that differ from the commonest value; ``alike``: the correlation from which one
    repeats another; ``matters``: by what share the error must grow; ``stable``: in what share of the windows; ``windows``:
    how many; ``worse``: by what share the model's error may be larger with the selection.
    """

    varies: float = 0.001
    alike: float = 0.98
    matters: float = 0.001
    stable: float = 0.5
    windows: int = 4
    worse: float = 0.005


def repeated(examples: Examples, rules: SelectionRules) -> dict[str, str]:
    """This will return the features that hardly vary or repeat another, each with the reason."""
    table = examples.X.astype(np.float64)
    known = np.isfinite(table)
    left: dict[str, str] = {}
    for k, name in enumerate(examples.names):
        values = table[known[:, k], k]
        if name in NEEDED:
            continue
        if not len(values):
            left[name] = "it is never known"
        elif len(values) == len(table) and _moving(values) < rules.varies:
            left[name] = "it hardly varies"
    open_ones = [k for k, name in enumerate(examples.names) if name not in left and name not in examples.categorical]
    ordered = sorted(open_ones, key=lambda k: (examples.names[k] not in NEEDED, k))
    for other, repeats, alike in _pairs(table, known, ordered, least=rules.alike):
        first, second = examples.names[other], examples.names[repeats]
        if first not in left and second not in left and second not in NEEDED:
            left[second] = f"it repeats {first} (correlation {alike:.3f})"
    return left


def permuted(
    examples: Examples, errors: Callable[[Examples], Floats], names: Iterable[str], *, rng: np.random.Generator
) -> dict[str, float]:
    """This will return by what share the error grows when each of these columns is shuffled among the rows.

    ``errors`` are those of each row (NaN: not counted). What is no more than chance, two standard errors, counts as 0: the
    error with a column of noise is as likely to shrink.
    """
    usual = errors(examples)
    whole, grown = max(float(np.nanmean(usual)), 1e-12), {}
    for name in names:
        k = examples.names.index(name)
        kept = examples.X[:, k].copy()
        examples.X[:, k] = rng.permutation(kept)
        more = errors(examples) - usual
        examples.X[:, k] = kept
        more = more[np.isfinite(more)]
        chance = _CHANCE * float(more.std()) / math.sqrt(len(more))
        grown[name] = float(more.mean()) / whole if more.mean() > chance else 0.0
    return grown


def judged(window: Examples, learned_from: Examples, *, least: float = 0.25) -> frozenset[str]:
    """This will return the features that a window can judge: those that vary in it as in what was learned from.

    A window without a holiday says nothing of holidays.
    """
    names = []
    for name in window.names:
        here, there = window.column(name), learned_from.column(name)
        here, there = here[np.isfinite(here)], there[np.isfinite(there)]
        if len(here) and len(there) and float(here.std()) >= least * float(there.std()) > 0:
            names.append(name)
    return frozenset(names)


def unstable(importance: Sequence[Mapping[str, float]], rules: SelectionRules) -> dict[str, str]:
    """This will return the features that mattered in too few of the windows that could judge them, with the reason."""
    left = {}
    for name in sorted({name for window in importance for name in window}):
        grown = [window[name] for window in importance if name in window]
        mattered = sum(share >= rules.matters for share in grown)
        if len(grown) >= _WINDOWS_TO_JUDGE and mattered < rules.stable * len(grown):
            left[name] = f"it mattered in {mattered} of {len(grown)} windows (the error grew by {max(grown):.2%} at most)"
    return left


def _moving(values: Floats) -> float:
    """The share of values that differ from the commonest one."""
    _, counts = np.unique(values, return_counts=True)
    return 1 - float(counts.max()) / len(values)


def _pairs(table: Floats, known: NDArray[np.bool_], columns: Sequence[int], *, least: float) -> list[tuple[int, int, float]]:
    """The pairs of columns that go together, the earlier first, with their correlation."""
    count = known[:, columns].sum(axis=0)
    mean = np.where(known, table, 0)[:, columns].sum(axis=0) / np.maximum(count, 1)
    off = np.where(known[:, columns], table[:, columns] - mean, 0.0)
    size = np.sqrt((off**2).sum(axis=0))
    alike = off.T @ off / np.maximum(size[:, None] * size, 1e-12)
    found = []
    for i, j in zip(*np.nonzero(np.triu(np.abs(alike) >= least, 1)), strict=True):
        if float((known[:, columns[i]] != known[:, columns[j]]).mean()) <= _ONE_SIDED:
            found.append((columns[i], columns[j], float(alike[i, j])))
    return found
