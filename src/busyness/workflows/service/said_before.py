"""What had been said of the last weeks beside what came: the replay, then every forecast that answered, then the counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, BusynessError
from busyness.domain.slots import Slots
from busyness.monitoring.walked import Walked
from busyness.registry.releases import Releases
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import wall_times
from busyness.workflows.folder import read_forecast
from busyness.workflows.service.past import Past, past_of
from busyness.workflows.service.snapshot import Snapshot

Floats = NDArray[np.float32]
_LEVELS = (0.5, 0.1, 0.9)
_REPLAYED = ("q50", "q10", "q90")


def said_before(
    snapshot: Snapshot, now: datetime, *, posted: pl.DataFrame, earlier: Sequence[Forecast] = ()
) -> Walked | None:
    """This will lay what was said of each slot before the local day of ``now`` beside what came; None: nothing was replayed.

    Behind the replay the newest forecast that had begun before a slot counts: of ``earlier``, those that answered before
    (oldest first), and the snapshot's. What a trial's challenger said is left out. ``posted`` (``place, time`` (UTC)``,
    demand``) wins over the folder's history.
    """
    replayed, said = snapshot.replayed, snapshot.forecast
    if replayed is None:
        return None
    length, places = said.slots.length, said.places
    today = np.array([now.astimezone(ZoneInfo(place.timezone)).date() for place in places], "datetime64[D]")
    reached = int(replayed.slots.index(np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "s")))
    slots = Slots(replayed.slots.start, length, max(reached + 1 + length.per_day, 0))
    cubes = [_laid(replayed, name, slots) for name in _REPLAYED]
    naive = _laid(replayed, c.SEASONAL_NAIVE, slots)
    came = _came(snapshot, posted, slots)
    before = np.concatenate([np.full((len(places), length.per_week), np.nan, np.float32), came], axis=1)[:, : slots.count]
    for forecast in sorted((*earlier, said), key=lambda one: one.slots.start):
        _say(cubes, naive, forecast, snapshot=snapshot, slots=slots, week_ago=before)
    day = wall_times(places, slots).astype("datetime64[D]")
    over = day < today[:, None]
    return Walked(
        said.ids, day, np.where(over, came, np.float32(np.nan)), median=cubes[0], low=cubes[1], high=cubes[2], baseline=naive
    )


def answered_before(releases: Releases | None, *, since: np.datetime64) -> list[Forecast]:
    """This will read the forecasts of those champions before this one that are still here and reach behind ``since``.

    They come in the order in which they answered.
    """
    try:
        champion = None if releases is None else releases.champion()
    except ArtifactError:
        return []
    if releases is None or champion is None:
        return []
    found = []
    for one in reversed(champion.previous):
        try:
            said = read_forecast(releases.folder(one.release), mapped=True).forecast
        except BusynessError:  # it is gone, or damaged: what it had said is not known
            continue
        if said.slots.end > since:
            found.append(said)
    return found


def _say(
    cubes: Iterable[Floats], naive: Floats, forecast: Forecast, *, snapshot: Snapshot, slots: Slots, week_ago: Floats
) -> None:
    """Lay a forecast over what was said before it, behind the replay; closed slots say nothing."""
    begin = int(slots.index(forecast.slots.start))
    replayed = 0 if snapshot.replayed is None else snapshot.replayed.slots.count
    first, last = max(begin, replayed), min(begin + forecast.slots.count, slots.count)
    rows = {place: row for row, place in enumerate(forecast.ids)}
    pairs = [(row, rows[place]) for row, place in enumerate(snapshot.forecast.ids) if place in rows]
    if last <= first or not pairs or forecast.slots.length != slots.length:
        return
    mine, theirs = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    span, own = slice(first, last), slice(first - begin, last - begin)
    speaks = forecast.open[theirs, own].copy()
    if forecast is snapshot.forecast and snapshot.lot is not None:
        speaks &= ~snapshot.lot.cells[theirs, own]
    for cube, level in zip(cubes, _LEVELS, strict=True):
        cube[mine, span] = np.where(speaks, forecast.at(level)[theirs, own], np.float32(np.nan))
    week = min(last, begin + slots.length.per_week)  # later ones would know more than the forecast did
    naive[mine, span] = np.nan
    naive[mine, first:week] = week_ago[mine, first:week]


def _came(snapshot: Snapshot, posted: pl.DataFrame, slots: Slots) -> Floats:
    """What came, the surest source first."""
    places, length = snapshot.forecast.places, slots.length
    fresh = past_of(posted, (c.DEMAND,), places=places, length=length) if posted.height else None
    came = np.full((len(places), slots.count), np.nan, np.float32)
    for past, name in ((fresh, c.DEMAND), (snapshot.history, c.DEMAND), (snapshot.replayed, c.OBSERVED)):
        came = np.where(np.isnan(came), _laid(past, name, slots), came)
    return came


def _laid(past: Past | None, name: str, slots: Slots) -> Floats:
    """A cube of the past, laid over other slots; NaN where it says nothing."""
    if past is None:
        return np.full((1, slots.count), np.nan, np.float32)
    line = np.full((len(past[name]), slots.count), np.nan, np.float32)
    begin = int(slots.index(past.slots.start))
    first, last = max(begin, 0), min(begin + past.slots.count, slots.count)
    if last > first:
        line[:, first:last] = past[name][:, first - begin : last - begin]
    return line
