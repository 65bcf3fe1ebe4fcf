"""The embedding network: what an ordinary day has, times a factor that the network says, plus a small correction.

One formula for all libraries: PyTorch learns by it, NumPy answers by it, and Keras builds the same from its own layers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from busyness.models.neural.inputs import Floats, Inputs, Reading

Weights = Mapping[str, Floats]
"""Arrays by name: ``table.0 …``, ``hidden.0 …`` and their ``bias``, ``factor``, ``wide``."""

FACTOR, MOST, WIDE = 0.5, 2.0, 0.1
"""Scale and cut of the factor's logarithm, and scale of the correction."""

BLOCK = 2048
"""Rows answered at a time, always as many: the last bits of a sum depend on the shape."""


class Maths(NamedTuple):
    """What the formula needs of a library."""

    lookup: Callable[[Any, Any], Any]  # (table, codes)
    join: Callable[[list[Any]], Any]  # along the columns
    silu: Callable[[Any], Any]
    exp: Callable[[Any], Any]
    clip: Callable[[Any, float, float], Any]
    softplus: Callable[[Any], Any]


def drawn(reading: Reading, *, hidden: tuple[int, ...], embedding: int, rng: np.random.Generator) -> dict[str, Floats]:
    """This will draw untrained weights: the answer begins as the usual demand."""
    whole = reading.width + embedding * len(reading.tables)
    weights = embeddings(reading, embedding, rng)
    for k, shape in enumerate(zip((whole, *hidden), hidden, strict=False)):
        weights |= layer(f"hidden.{k}", shape, rng=rng)
    return (
        weights
        | layer("factor", ((whole, *hidden)[-1], 1), rng=rng, share=0.1)
        | layer("wide", (whole, 1), rng=rng, share=0.1)
    )


def embeddings(reading: Reading, width: int, rng: np.random.Generator) -> dict[str, Floats]:
    """This will draw untrained embeddings."""
    return {f"table.{k}": rng.normal(0, 0.3, (size, width)).astype(np.float32) for k, size in enumerate(reading.tables)}


def layer(name: str, shape: tuple[int, int], *, rng: np.random.Generator, share: float = 1.0) -> dict[str, Floats]:
    """This will draw one dense layer, its values a ``share`` of what is usual."""
    reach = share * shape[0] ** -0.5
    drawn_values = rng.uniform(-reach, reach, shape).astype(np.float32)
    return {name: drawn_values, f"{name}.bias": np.zeros(shape[1], np.float32)}


def joined(weights: Mapping[str, Any], numbers: Any, codes: Any, *, maths: Maths) -> Any:  # noqa: ANN401  # of any library
    """This will return the numbers with the embeddings of their codes beside them."""
    tables = sum(name.startswith("table.") for name in weights)
    return maths.join([numbers, *(maths.lookup(weights[f"table.{k}"], codes[:, k]) for k in range(tables))])


def deepened(weights: Mapping[str, Any], whole: Any, maths: Maths) -> Any:  # noqa: ANN401  # of any library
    """This will pass rows through the hidden layers."""
    deep, number = whole, 0
    while f"hidden.{number}" in weights:
        deep = maths.silu(dense(weights, f"hidden.{number}", deep))
        number += 1
    return deep


def dense(weights: Mapping[str, Any], name: str, rows: Any) -> Any:  # noqa: ANN401  # of any library
    """This will pass rows through one dense layer."""
    return rows @ weights[name] + weights[f"{name}.bias"]


def formula(weights: Mapping[str, Any], inputs: tuple[Any, Any, Any], maths: Maths) -> tuple[Any, Any]:
    """This will return demand relative to the level, one a row, and the last hidden layer it comes from.

    ``inputs`` are numbers, codes and the usual demand.
    """
    numbers, codes, usual = inputs
    whole = joined(weights, numbers, codes, maths=maths)
    deep = deepened(weights, whole, maths)
    factor = maths.exp(maths.clip(FACTOR * dense(weights, "factor", deep)[:, 0], -MOST, MOST))
    return usual * factor + WIDE * dense(weights, "wide", whole)[:, 0], deep


def answered(weights: Weights, inputs: Inputs) -> Floats:
    """This will return demand relative to the level, one a row, by NumPy: a fitted network needs no other library."""
    rows = len(inputs.usual)
    said = np.empty(rows, np.float32)
    for begin in range(0, rows, BLOCK):
        some = inputs.take(filled(begin, rows, BLOCK))
        relative, _ = formula(weights, (some.numbers, some.codes, some.usual), NUMPY)
        said[begin : begin + BLOCK] = relative[: rows - begin]
    return said


def filled(begin: int, rows: int, block: int) -> NDArray[np.int64]:
    """This will return the rows of one block, always as many: past the last one, the first again."""
    return (begin + np.arange(block)) % rows


def _silu(values: Floats) -> Floats:
    return np.asarray(values * (np.float32(0.5) + np.float32(0.5) * np.tanh(np.float32(0.5) * values)), np.float32)


def _join(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts, axis=1)


def _lookup(table: Floats, codes: NDArray[np.int32]) -> Floats:
    return table[codes]


def _softplus(values: Floats) -> Floats:
    return np.asarray(np.logaddexp(values, np.float32(0)), np.float32)


NUMPY = Maths(_lookup, _join, _silu, np.exp, np.clip, _softplus)
"""NumPy's words for the formula."""
