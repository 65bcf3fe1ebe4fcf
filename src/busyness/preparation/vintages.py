"""Covariates with many vintages (weather forecasts), brought onto a panel's slots with the origin that first sees each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.preparation.align import Aligned, require_names
from busyness.preparation.spans import slot_means
from busyness.preparation.zoned_spans import ALWAYS, Taken, ZonedSpans
from busyness.tables import columns as c
from busyness.tables.panel import Panel
from busyness.tables.vintages import Vintages


def align_vintages(
    panel: Panel,
    table: pl.DataFrame,
    names: Sequence[str],
    *,
    local: bool,
    stations: Mapping[str, Mapping[str, str]] | None = None,
) -> Aligned:
    """This will put every vintage of the covariates of a long table into the panel's ``vintages``.

    ``table`` and ``stations`` are those of ``align_known``; all values with one ``known_at`` are a vintage, which origins
    from that time on see (null: all origins). Within a vintage, spans shorter than a slot are averaged and longer ones
    repeated; nothing is bridged. Memory grows with places × slots ahead × vintages, 12 bytes each.

    Raises:
        InputError: the table has no such covariate.

    """
    require_names(table, names)
    spans = ZonedSpans(panel, local=local, stations=stations)
    valued = table.drop_nulls(c.VALUE)
    vintages = panel.vintages or Vintages(panel.slots.count)
    notes = []
    for name in names:
        parts = [part for taken in spans.each(name, valued.filter(pl.col("name") == name)) for part in _vintages(taken)]
        place, slot, known_from, value = (
            np.concatenate([part[k] for part in parts]) if parts else np.zeros(0, np.int64) for k in range(4)
        )
        vintages = vintages.with_values(name, place, slot=slot, known_from=known_from, value=value.astype(np.float32))
        notes.append(_reach(name, slot, known_from, panel))
    return Aligned(replace(panel, vintages=vintages), tuple(notes))


def _vintages(taken: Taken) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]]:
    """Place, slot, first origin and value of every cell of every vintage."""
    edges, parts = taken.edges, []
    order = np.argsort(taken.spans.known, kind="stable")
    spans = taken.spans.kept(order)
    for begin, stop in _runs(spans.known):
        one = spans.kept(np.arange(begin, stop))
        one = one.kept(np.lexsort((one.ends, one.starts)))
        known = int(one.known[0])
        known_from = 0 if known == ALWAYS else int(np.searchsorted(edges, known, side="left"))
        first = max(int(np.searchsorted(edges, one.starts.min(), side="right")) - 1, 0)
        last = min(int(np.searchsorted(edges, one.ends.max(), side="left")), len(edges) - 1)
        if first >= last or known_from >= len(edges):
            continue  # about a time, or known at one, that the panel does not have
        means = slot_means(one.newest(), edges[first : last + 1], flag=False)
        there = np.flatnonzero(np.isfinite(means))
        place = np.repeat(taken.rows, len(there))
        slot = np.tile(first + there, len(taken.rows))
        parts.append((place, slot, np.full(len(slot), known_from), np.tile(means[there], len(taken.rows))))
    return parts


def _runs(known: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Where each run of equal values begins and stops."""
    if not len(known):
        return []
    begins = [0, *(np.flatnonzero(np.diff(known)) + 1).tolist()]
    return list(zip(begins, [*begins[1:], len(known)], strict=True))


def _reach(name: str, slot: NDArray[np.int64], known_from: NDArray[np.int64], panel: Panel) -> str:
    """How many vintages there are and how far ahead they look, for the person."""
    if not len(slot):
        return f"No forecast of '{name}' is about the time of the data."
    vintages = len(np.unique(known_from))
    hours = int((slot - known_from).max() + 1) * panel.slots.length.minutes / 60
    seen = f"'{name}' is forecast in {vintages:,} vintages, up to {max(hours, 0):,.0f} h ahead."
    newest = int(known_from[known_from <= panel.history].max(initial=-1))
    if newest < 0:
        return f"{seen} None of them was issued before the forecast begins, so none can be used."
    return seen
