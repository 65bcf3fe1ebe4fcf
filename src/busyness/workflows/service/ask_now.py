"""Now: the slot of the world's clock, what was seen last against what had been said, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.registry.lots import CHALLENGER, CHAMPION, Arm
from busyness.tables import columns as c
from busyness.tables.panel import local_label
from busyness.workflows.service.ask_peaks import ask_peaks
from busyness.workflows.service.recent import Recent, recent_of
from busyness.workflows.service.small_counts import hidden
from busyness.workflows.service.snapshot import Snapshot

Status = Literal["above", "below", "within", "closed", "late", "unknown"]

_PEAKS = 3
_LATE = 3  # open slots without a count, after which a place counts as late
_LATE_DAILY = 1


@dataclass(frozen=True)
class SlotNow:
    """One slot: its start (local ISO text), what came (None: not observed, or too small to be shown), mean and 80 % band,
    and which model said them.
    """

    time: str
    observed: float | None
    expected: float | None
    low: float | None
    high: float | None
    suppressed: bool = False
    said_by: Arm = CHAMPION


@dataclass(frozen=True)
class PlaceNow:
    """A place at this moment.

    ``now`` is the running slot, ``seen`` the newest observed one of the last days. ``run`` counts how many observed slots
    in a row, up to the newest, lay outside the band on the same side. ``missing`` counts the open slots that have ended
    since without a count. ``status``: ``closed`` now; ``late``, where too many are missing; else where ``seen`` lay
    against its band; ``unknown``: nothing was seen, or nothing had been said of it. ``next_peaks`` are rows of
    ``ask_peaks``.
    """

    place: Place
    now: SlotNow
    seen: SlotNow | None
    status: Status
    run: int
    missing: int
    next_peaks: Sequence[Mapping[str, object]]


def ask_now(
    snapshot: Snapshot, now: datetime, *, places: Sequence[str] | None = None, posted: pl.DataFrame | None = None
) -> tuple[PlaceNow, ...]:
    """This will say of each place (None: all) how it stands at ``now``, the world's clock (aware).

    ``posted`` are counts that came since the forecast was made, ``place, time`` (UTC)``, demand``; they win over history.

    Raises:
        UnknownPlaceError: a place is not in the forecast.

    """
    names = snapshot.forecast.ids if places is None else tuple(places)
    recent = recent_of(snapshot, names, now=now, posted=posted)
    small, side = hidden(snapshot, recent.observed), recent.side
    ahead = ask_peaks(snapshot, places=places, after=now, most=_PEAKS)
    peaks: dict[str, list[Mapping[str, object]]] = {}
    for peak in ahead.iter_rows(named=True):
        peaks.setdefault(str(peak[c.PLACE]), []).append(peak)
    limit = _LATE_DAILY if snapshot.forecast.slots.length.daily else _LATE
    answers = []
    for k, name in enumerate(names):
        known = np.flatnonzero(np.isfinite(recent.observed[k]))
        newest = int(known[-1]) if len(known) else -1
        missing = int(recent.open[k, newest + 1 : -1].sum())
        seen = _slot(recent, k, newest, small=small) if len(known) else None
        status = _status(
            recent, k, newest=newest, late=missing > limit, side=0 if small[k, newest] else int(side[k, newest])
        )
        now_slot = _slot(recent, k, recent.mean.shape[1] - 1, small=small)
        run = _run(side[k, known]) if len(known) else 0
        answers.append(PlaceNow(recent.places[k], now_slot, seen, status, run, missing, peaks.get(name, [])))
    return tuple(answers)


def _status(recent: Recent, k: int, *, newest: int, late: bool, side: int) -> Status:
    if not recent.open[k, -1]:
        return "closed"
    if late:
        return "late"
    if newest < 0 or np.isnan(recent.mean[k, newest]):
        return "unknown"
    return "above" if side > 0 else "below" if side < 0 else "within"


def _run(side: NDArray[np.int8]) -> int:
    """How many of the last slots lie outside on the side of the newest."""
    if not side[-1]:
        return 0
    other = np.flatnonzero(side[::-1] != side[-1])
    return int(other[0]) if len(other) else len(side)


def _slot(recent: Recent, k: int, column: int, *, small: NDArray[np.bool_]) -> SlotNow:
    label = local_label(recent.starts[k, column : column + 1], recent.places[k].timezone)[0]
    observed, mean, low, high = (
        _number(values[k, column]) for values in (recent.observed, recent.mean, recent.low, recent.high)
    )
    suppressed = bool(small[k, column])
    said_by = CHALLENGER if recent.challenger[k, column] else CHAMPION
    return SlotNow(label, None if suppressed else observed, mean, low, high, suppressed, said_by)


def _number(value: np.float32) -> float | None:
    return None if np.isnan(value) else float(value)
