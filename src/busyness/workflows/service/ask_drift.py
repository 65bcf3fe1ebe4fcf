"""Whether the last week is like the weeks before it: the demand itself, and how well it was forecast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.slots import SlotLength
from busyness.monitoring.stability import DRIFTED, FEWEST, SHIFTING, psi
from busyness.tables import columns as c
from busyness.workflows.service.past import Past
from busyness.workflows.service.snapshot import Snapshot

Floats = NDArray[np.float32]
Verdict = Literal["steady", "shifting", "drifted", "unknown"]

EVERYWHERE = ""
"""The place of the row that pools all places."""


def ask_drift(snapshot: Snapshot, *, places: Sequence[str] | None = None) -> pl.DataFrame:
    """This will compare the last seven days with the weeks before, for all places pooled (``place`` "") and for each.

    Columns: ``place, psi`` (population stability index over fifths of the earlier demand; null with too few slots)``,
    verdict`` (steady under 0.1, shifting under 0.25, drifted; unknown)``, level_change`` (mean demand against before)``,
    wape_before, wape_last, wape_change``. Pooled demand is each place's relative to its own earlier mean.
    """
    chosen = snapshot.forecast.ids if places is None else tuple(places)
    rows = np.array([snapshot.place(name)[0] for name in chosen], np.int64)
    before, last = _demand(snapshot.history, rows)
    missed = _errors(snapshot.replayed, rows)
    usual = np.array([float(np.mean(line)) if len(line) else np.nan for line in map(_known, before)])[:, None]
    usual = np.where(usual > 0, usual, np.nan)
    pooled = _row(EVERYWHERE, _known(before / usual), last=_known(last / usual), missed=missed.sum(axis=0))
    each = [_row(name, _known(before[k]), last=_known(last[k]), missed=missed[k]) for k, name in enumerate(chosen)]
    return pl.DataFrame([pooled, *each], schema=_SCHEMA)


_SCHEMA = {
    c.PLACE: pl.String,
    "psi": pl.Float64,
    "verdict": pl.String,
    "level_change": pl.Float64,
    "wape_before": pl.Float64,
    "wape_last": pl.Float64,
    "wape_change": pl.Float64,
}


def _row(name: str, before: Floats, *, last: Floats, missed: NDArray[np.float64]) -> dict[str, object]:
    index = psi(before, last) if min(len(before), len(last)) >= FEWEST else None
    level = float(before.mean()) if len(before) else 0.0
    then, now = (_share(missed[0], missed[1]), _share(missed[2], missed[3]))
    return {
        c.PLACE: name,
        "psi": index,
        "verdict": _verdict(index),
        "level_change": float(last.mean()) / level - 1 if level > 0 and len(last) else None,
        "wape_before": then,
        "wape_last": now,
        "wape_change": None if then is None or now is None else now - then,
    }


def _verdict(index: float | None) -> Verdict:
    if index is None:
        return "unknown"
    return "steady" if index < SHIFTING else "shifting" if index < DRIFTED else "drifted"


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def _known(values: Floats) -> Floats:
    return np.asarray(values[np.isfinite(values)], np.float32)


def _week(length: SlotLength, past: Past) -> int:
    return min(length.per_week, past.slots.count)


def _demand(past: Past | None, rows: NDArray[np.int64]) -> tuple[Floats, Floats]:
    if past is None:
        nothing = np.zeros((len(rows), 0), np.float32)
        return nothing, nothing
    cut = past.slots.count - _week(past.slots.length, past)
    demand = past[c.DEMAND][rows]
    return demand[:, :cut], demand[:, cut:]


def _errors(past: Past | None, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Absolute errors and demand, before the last week and in it, ``[places, 4]``."""
    if past is None:
        return np.zeros((len(rows), 4))
    cut = past.slots.count - _week(past.slots.length, past)
    came, median = past[c.OBSERVED][rows], past["q50"][rows]
    counted = np.isfinite(came) & np.isfinite(median)
    error = np.where(counted, np.abs(came - median), 0)
    demand = np.where(counted, came, 0)
    halves = (error[:, :cut], demand[:, :cut], error[:, cut:], demand[:, cut:])
    return np.stack([half.sum(axis=1, dtype=np.float64) for half in halves], axis=1)
