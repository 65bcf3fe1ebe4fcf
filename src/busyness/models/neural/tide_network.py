"""The formula of the multi-horizon network, in two stages, for PyTorch (learning) and NumPy (answering) alike.

A window's context: encoder and decoder, dense with a way around (a residual block each). A step's answer: the usual demand
times a factor plus a small correction, as in ``network``, and the gaps between neighbouring quantiles around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from busyness.models.neural.inputs import Floats, Inputs, Reading
from busyness.models.neural.network import BLOCK, NUMPY, Maths, Weights, dense, embeddings, filled, formula, joined, layer

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""The levels of the network's own quantiles."""

_MIDDLE = LEVELS.index(0.5)
_GAP = 0.1  # scale of the gaps between neighbouring quantiles
_WINDOW_BLOCK = 64  # windows answered at a time, always as many: the last bits of a sum depend on the shape


@dataclass(frozen=True, slots=True)
class TideSizes:
    """How wide the encoder is, how many numbers each step gets from it, and the layers that join them with the step."""

    encoder: int = 128
    context: int = 8
    hidden: tuple[int, ...] = (128, 64)
    embedding: int = 8


def drawn(
    reading: Reading, sizes: TideSizes, *, look_back: int, horizon: int, rng: np.random.Generator
) -> dict[str, Floats]:
    """This will draw untrained weights: the medians begin as the usual demand."""
    wide, words = sizes.encoder, sizes.embedding * len(reading.tables)
    whole = reading.width + sizes.context + words
    shapes = {
        "encoder": (look_back + words, wide),
        "encoder.out": (wide, wide),
        "decoder": (wide, wide),
        "decoder.out": (wide, wide),
        "steps": (wide, horizon * sizes.context),
        **{f"hidden.{k}": shape for k, shape in enumerate(zip((whole, *sizes.hidden), sizes.hidden, strict=False))},
    }
    weights = embeddings(reading, sizes.embedding, rng)
    for name, shape in shapes.items():
        weights |= layer(name, shape, rng=rng)
    last = (whole, *sizes.hidden)[-1]
    for name, shape in {"factor": (last, 1), "wide": (whole, 1), "gaps": (last, len(LEVELS) - 1)}.items():
        weights |= layer(name, shape, rng=rng, share=0.1)
    return weights


def contexts(weights: Mapping[str, Any], window: tuple[Any, Any], maths: Maths, *, steps: int) -> Any:  # noqa: ANN401
    """This will return ``[windows, steps, numbers]``: what the look back says for each step of all that were trained.

    ``window`` are the look back and the codes of each window's first step.
    """
    back, codes = window
    seen = joined(weights, back, codes, maths=maths)
    seen = dense(weights, "encoder.out", maths.silu(dense(weights, "encoder", seen)))
    seen = seen + dense(weights, "decoder.out", maths.silu(dense(weights, "decoder", seen)))
    flat = dense(weights, "steps", maths.silu(seen))
    return flat.reshape(flat.shape[0], steps, -1)


def said(weights: Mapping[str, Any], inputs: tuple[Any, Any, Any], context: Any, *, maths: Maths) -> tuple[Any, Any]:  # noqa: ANN401
    """This will return the median of each row relative to its level, and the gaps between the quantiles, above zero."""
    numbers, codes, usual = inputs
    median, deep = formula(weights, (maths.join([numbers, context]), codes, usual), maths)
    return median, _GAP * maths.softplus(dense(weights, "gaps", deep))


def quantiles(median: Any, gaps: Any) -> list[Any]:  # noqa: ANN401  # of any library
    """This will return the value at each of ``LEVELS``, one array or tensor of rows each."""
    marks = [median]
    for k in range(_MIDDLE - 1, -1, -1):
        marks.insert(0, marks[0] - gaps[:, k])
    for k in range(_MIDDLE, len(LEVELS) - 1):
        marks.append(marks[-1] + gaps[:, k])
    return marks


def answered(weights: Weights, back: Floats, steps: Inputs, *, trained: int) -> Floats:
    """This will return the quantiles relative to the level, ``[rows, levels]``, by NumPy.

    ``back`` is one row a window, ``steps`` as many rows for each as are asked for, ``trained`` how many were learned.
    """
    windows, rows = len(back), len(steps.usual)
    asked = rows // max(windows, 1)
    codes = steps.codes[:: max(asked, 1)]
    found = np.empty((windows, asked, weights["steps"].shape[1] // trained), np.float32)
    for begin in range(0, windows, _WINDOW_BLOCK):
        some = filled(begin, windows, _WINDOW_BLOCK)
        context = contexts(weights, (back[some], codes[some]), NUMPY, steps=trained)
        found[begin : begin + _WINDOW_BLOCK] = context[: windows - begin, :asked]
    context, marks = found.reshape(rows, -1), np.empty((rows, len(LEVELS)), np.float32)
    for begin in range(0, rows, BLOCK):
        some = filled(begin, rows, BLOCK)
        step = steps.take(some)
        median, gaps = said(weights, (step.numbers, step.codes, step.usual), context[some], maths=NUMPY)
        marks[begin : begin + BLOCK] = np.stack(quantiles(median, gaps), axis=1)[: rows - begin]
    return marks
