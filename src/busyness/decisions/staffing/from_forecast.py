"""A forecast's paths laid on the week's wall-clock slots."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.split import split_slots
from busyness.decisions.staffing.week import MOST_DAYS, Week
from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.domain.slots import SlotLength
from busyness.tables.forecast import Forecast
from busyness.tables.panel import wall_times


def visitors_of(
    forecast: Forecast, place: str, *, minutes: int = 60, paths: int = 200, seed: int = 0
) -> tuple[Week, NDArray[np.float32], NDArray[np.bool_]]:
    """This will return the first whole local days of a forecast (seven at most) as a week, with a place's paths of demand
    ``[paths, slots]`` and its opening hours ``[slots]`` on slots of ``minutes``.

    Slots that are longer are cut (``split_slots``); slots that are shorter are added up. An hour that the clock skips is
    closed; one that comes twice counts with what came more.

    Raises:
        UnknownPlaceError: the forecast has no such place.
        InputError: the forecast's slots are days, do not fit the ones asked for, or hold no whole local day.

    """
    if place not in forecast.ids:
        raise UnknownPlaceError(place, forecast.ids)
    row = forecast.ids.index(place)
    length, asked = forecast.slots.length.minutes, SlotLength(minutes)
    if forecast.slots.length.daily or (length % minutes and minutes % length):
        raise InputError(
            f"A forecast in slots of {forecast.slots.length} cannot be staffed in slots of {asked}.",
            hint="Forecast hours or quarters of an hour.",
        )
    drawn = forecast.paths(paths, seed=seed, rows=slice(row, row + 1))[:, 0]
    wall = wall_times(forecast.places[row : row + 1], forecast.slots)[0]
    first = np.datetime64(wall[0] + np.timedelta64(86_399, "s"), "D")
    days = int((wall[-1] + forecast.slots.length.step).astype("datetime64[D]").astype(int) - first.astype(int))
    if days < 1:
        raise InputError("The forecast holds no whole local day.", hint="Forecast at least a day more.")
    days = min(days, MOST_DAYS)
    at = (wall - first.astype("datetime64[s]")).astype(np.int64) // (60 * length)
    inside = (at >= 0) & (at < days * 1440 // length)
    coarse = np.zeros((paths, days * 1440 // length), np.float32)
    is_open = np.zeros(coarse.shape[1], bool)
    for slot, where in zip(np.flatnonzero(inside).tolist(), at[inside].tolist(), strict=True):
        coarse[:, where] = np.maximum(coarse[:, where], drawn[:, slot])
        is_open[where] |= bool(forecast.open[row, slot])
    week = Week(date.fromisoformat(str(first)), days, asked)
    if length >= minutes:
        parts = length // minutes
        return week, split_slots(coarse, parts), np.asarray(np.repeat(is_open, parts), bool)
    together = minutes // length
    added = np.asarray(coarse.reshape(paths, -1, together).sum(axis=2), np.float32)
    return week, added, np.asarray(is_open.reshape(-1, together).any(axis=1), bool)
