"""Covariates seen only afterwards (observed weather, sales, check-ins), brought onto a panel's slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.preparation.align import Aligned, align_known, require_names
from busyness.preparation.spans import Spans, slot_means
from busyness.preparation.zoned_spans import ALWAYS, ZonedSpans
from busyness.tables import columns as c
from busyness.tables.panel import Panel

PERFECT = (
    "Observed weather is used as if it had been forecast perfectly ({names}): nobody could have known it. The accuracy "
    "shown is better than a real forecast's will be."
)
"""What is said loudly where observed values stand among those known ahead."""


def align_past(
    panel: Panel,
    table: pl.DataFrame,
    names: Sequence[str],
    *,
    local: bool,
    stations: Mapping[str, Mapping[str, str]] | None = None,
    perfect: bool = False,
) -> Aligned:
    """This will put observed covariates of a long table into the panel's ``past``, ``[places, slots]`` float32.

    ``table`` and ``stations`` are those of ``align_known``; ``known_at`` null: known when its own time is over. Spans
    shorter than a slot are averaged. A value stands where it became known: in an hourly panel the rain of a whole day
    stands in its last hour, and a sale that was reported the next morning in the hour of the report, so that no origin
    sees a value before it was known. Of a value that was corrected later, the first counts. Nothing is bridged: a gap
    is NaN.

    ``perfect`` puts them among the ``known`` instead, as if they had been known ahead, and says so.

    Raises:
        InputError: the table has no such covariate.

    """
    if perfect:
        ahead = align_known(panel, table.drop(c.KNOWN_AT, strict=False), names, local=local, stations=stations)
        return Aligned(ahead.panel, (PERFECT.format(names=", ".join(names)), *ahead.notes))
    require_names(table, names)
    spans = ZonedSpans(panel, local=local, stations=stations)
    valued = table.drop_nulls(c.VALUE)
    past = dict(panel.past)
    notes = []
    for name in names:
        cube = np.full((len(panel.places), panel.slots.count), np.nan, np.float32)
        for taken in spans.each(name, valued.filter(pl.col("name") == name)):
            means = slot_means(_seen(_first(taken.spans), taken.edges), taken.edges, flag=False)
            there = np.isfinite(means)
            cube[np.ix_(taken.rows, np.flatnonzero(there))] = means[there]
        past[name] = cube
        lacking = int((~np.isfinite(cube).any(axis=1)).sum())
        if lacking:
            notes.append(f"Places without any value of '{name}': {lacking:,}.")
    return Aligned(replace(panel, past=past), tuple(notes))


def _first(spans: Spans) -> Spans:
    """Of several values for the very same span, the one that became known first; later corrections are left out."""
    order = np.lexsort((spans.known, spans.ends, spans.starts))
    same = (np.diff(spans.starts[order]) == 0) & (np.diff(spans.ends[order]) == 0)
    return spans.kept(order[np.append(True, ~same)[: len(order)]])


def _seen(spans: Spans, edges: NDArray[np.int64]) -> Spans:
    """The same values, each from the slot on in which it became known: the first slot that is over by then."""
    known = np.where(spans.known == ALWAYS, spans.ends, np.maximum(spans.known, spans.starts + 1))
    slot = np.searchsorted(edges, known, side="left") - 1
    within = (slot >= 0) & (slot < len(edges) - 1)
    spans, slot = spans.kept(within), slot[within]
    late = spans.ends <= edges[slot]  # over before the slot in which they became known: they fill all of it
    starts = np.where(late, edges[slot], np.maximum(spans.starts, edges[slot]))
    return replace(spans, starts=starts, ends=np.where(late, edges[slot + 1], spans.ends))
