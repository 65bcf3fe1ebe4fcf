"""What came, and what had been said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.domain.slots import Slots, Times
from busyness.tables import columns as c
from busyness.tables.instants import utc_series
from busyness.workflows.service.ask_forecast import as_utc
from busyness.workflows.service.past import Past
from busyness.workflows.service.slot_times import SlotTimes
from busyness.workflows.service.small_counts import hidden
from busyness.workflows.service.snapshot import Snapshot

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PlaceHistory:
    """One place's past, arrays ``[times]``: ``demand`` and what ``forecast``, ``low`` and ``high`` (80 %) had said of it.

    NaN where nothing was observed, or nothing had been said; ``suppressed`` where a count is too small to be shown.
    """

    place: Place
    times: Times
    labels: Sequence[str]
    demand: Floats
    forecast: Floats
    low: Floats
    high: Floats
    suppressed: NDArray[np.bool_]


def ask_history(
    snapshot: Snapshot,
    places: Sequence[str] | None = None,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> tuple[PlaceHistory, ...]:
    """This will return the last weeks of these places (None: all) from ``start`` to before ``end``, both aware.

    A world whose folder has no history has no times. Raises ``UnknownPlaceError``.
    """
    slots = _slots(snapshot)
    zones: dict[str, SlotTimes] = {}
    answers = []
    for name in snapshot.forecast.ids if places is None else places:
        row, place = snapshot.place(name)
        times = zones.setdefault(place.timezone, SlotTimes.of(slots, place.timezone))
        span = times.between(*(None if time is None else as_utc(time) for time in (start, end)))
        answers.append(_of_place(snapshot, row, times=times, span=span, slots=slots))
    return tuple(answers)


def last_window(snapshot: Snapshot) -> tuple[datetime, datetime] | None:
    """This will return the last seven days of which a forecast had been replayed, aware in UTC; None: none was."""
    replayed = snapshot.replayed
    if replayed is None:
        return None
    zone = snapshot.forecast.places[0].timezone
    slots = replayed.slots
    ends = SlotTimes.of(
        Slots(slots.end - slots.length.per_week * slots.length.step, slots.length, slots.length.per_week + 1), zone
    )
    first, last = (datetime.fromtimestamp(int(ends.starts[k].astype(np.int64)), UTC) for k in (0, -1))
    return first, last


def history_table(answers: Sequence[PlaceHistory]) -> pl.DataFrame:
    """This will return ``place, time`` (UTC)``, local_time, demand, forecast, low, high, suppressed``, nulls for NaN."""
    frames = [
        pl.DataFrame(
            {
                c.PLACE: pl.repeat(one.place.id, len(one.times), dtype=pl.String, eager=True),
                c.TIME: utc_series(one.times),
                "local_time": pl.Series(one.labels, dtype=pl.String),
                c.DEMAND: one.demand,
                "forecast": one.forecast,
                "low": one.low,
                "high": one.high,
                "suppressed": one.suppressed,
            }
        ).fill_nan(None)
        for one in answers
    ]
    return pl.concat(frames)


def _slots(snapshot: Snapshot) -> Slots:
    """From the first slot that anything is known of to the last."""
    length = snapshot.forecast.slots.length
    known = [past.slots for past in (snapshot.history, snapshot.replayed) if past is not None]
    if not known:
        return Slots(snapshot.forecast.slots.start, length, 0)
    first = min(slots.start for slots in known)
    last = max(slots.end for slots in known)
    return Slots(first, length, int((last - first) // length.step))


def _of_place(snapshot: Snapshot, row: int, *, times: SlotTimes, span: slice, slots: Slots) -> PlaceHistory:
    demand = _laid(snapshot.history, c.DEMAND, row=row, slots=slots)[span]
    if snapshot.history is None:
        demand = _laid(snapshot.replayed, c.OBSERVED, row=row, slots=slots)[span]
    said, low, high = (_laid(snapshot.replayed, name, row=row, slots=slots)[span] for name in (c.MEAN, "q10", "q90"))
    small = hidden(snapshot, demand)
    shown = np.where(small, np.float32(np.nan), demand)
    return PlaceHistory(
        snapshot.forecast.places[row], times.starts[span], times.labels[span], shown, said, low, high, suppressed=small
    )


def _laid(past: Past | None, name: str, *, row: int, slots: Slots) -> Floats:
    """One row of a cube, laid over other slots."""
    line = np.full(slots.count, np.nan, np.float32)
    if past is not None:
        first = int(slots.index(past.slots.start))
        line[first : first + past.slots.count] = past[name][row]
    return line
