"""The design matrix of a panel: every observed cell with all its features, a bounded number of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.tables import columns as c
from busyness.tables.examples import Cells, Examples
from busyness.tables.instants import utc_series
from busyness.tables.panel import SealedPanel, start_times
from busyness.tables.verbs import FeatureBuilder

TARGET = "y"
"""The column of what came, in demand per slot."""


def design_matrix(
    builder: FeatureBuilder,
    panel: SealedPanel,
    *,
    origins_every: int | None = None,
    horizon: int | None = None,
    lead: int | None = None,
    chunk: int = 250_000,
) -> Iterator[Examples]:
    """This will yield the examples of the observed cells before the panel's origin, by place, slot and origin.

    A cell is seen from every origin that has it among its next ``horizon`` slots (by default ``origins_every``: each
    cell once). Origins lie ``origins_every`` slots apart (by default a day) and at the hour of the panel's own; slots
    before the first of them are seen from the first slot. With ``lead`` a cell is seen from one origin of its own, as
    the ``lead``-th slot from there: 1 is the slot that begins at the origin; slots too early for that are left out. No
    yield has more than ``chunk`` rows, or than one cell has origins.

    Raises:
        InputError: where one of these is not above zero, or ``lead`` is given together with origins or a horizon.

    """
    if lead is not None and (origins_every is not None or horizon is not None):
        raise InputError("A lead was given together with origins or a horizon.", hint="Give one or the other.")
    every = panel.slots.length.per_day if origins_every is None else origins_every
    ahead = every if horizon is None else horizon
    if min(every, ahead, chunk, 1 if lead is None else lead) < 1:
        raise InputError("A design matrix needs its horizon, lead, steps and chunk above zero.")
    views = 1 if lead is not None else -(-ahead // every)
    for place, slot in _observed(panel, max(1, chunk // views)):
        if lead is not None:
            origin = slot[:, None] - (lead - 1)
        else:
            last = slot - (slot - panel.origin) % every
            origin = np.maximum(last, 0)[:, None] - every * np.arange(views - 1, -1, -1)
        row, view = np.nonzero((origin >= 0) & (slot[:, None] - origin < (ahead if lead is None else lead)))
        kinds = (place[row], slot[row], origin[row, view])
        if len(row):
            yield builder.examples(panel, Cells(*(numbers.astype(np.int32) for numbers in kinds)))


def matrix_table(panel: SealedPanel, examples: Examples) -> pl.DataFrame:
    """This will return examples as a table: ``place``, ``time``, ``origin`` (UTC), every feature by name, and ``y``.

    ``y`` is the demand of the slot as it came, null for an outlier and for what has not come yet; a feature that is not
    known is null. A feature with the name of one of the other columns, such as ``place``, becomes ``feature_place``.
    """
    cells = examples.cells
    starts = start_times(panel.places, panel.slots)
    passed = np.isfinite(examples.y)
    target = np.full(len(cells), np.nan, np.float32)
    target[passed] = panel.demand[cells.place[passed], cells.slot[passed]]
    others = {c.PLACE, c.TIME, c.ORIGIN, TARGET}
    names = [f"feature_{name}" if name in others else name for name in examples.names]
    features = {name: examples.X[:, k] for k, name in enumerate(names)}
    numbers = pl.DataFrame({**features, TARGET: target}).fill_nan(None)
    keys = pl.DataFrame(
        {
            c.PLACE: pl.Series(panel.ids, dtype=pl.String).gather(cells.place),
            c.TIME: utc_series(starts[cells.place, cells.slot]),
            c.ORIGIN: utc_series(starts[cells.place, cells.origin]),
        }
    )
    return keys.hstack(numbers)


def _observed(panel: SealedPanel, cells: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Places and slots of the observed cells, at most so many at a time."""
    height = max(1, cells // max(panel.origin, 1))
    for first in range(0, len(panel.places), height):
        place, slot = np.nonzero(np.isfinite(panel.demand[first : first + height]))
        for begin in range(0, len(place), cells):
            yield place[begin : begin + cells] + first, slot[begin : begin + cells]
