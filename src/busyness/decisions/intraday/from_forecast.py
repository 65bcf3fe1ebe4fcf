"""A forecast's paths laid on the steps of one opening day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.tables.forecast import Forecast
from busyness.tables.panel import start_times


@dataclass(frozen=True, eq=False)
class DayAhead:
    """``paths`` ``[paths, places, steps]`` and their mean ``expected`` ``[places, steps]``, visitors a step from ``start``
    on.
    """

    places: tuple[str, ...]
    start: datetime
    paths: NDArray[np.float64]
    expected: NDArray[np.float64]


def day_ahead(
    forecast: Forecast,
    places: Sequence[str],
    *,
    start: datetime,
    steps: int,
    step_minutes: int = 15,
    paths: int = 200,
    seed: int = 0,
) -> DayAhead:
    """This will draw joint paths of a cluster's places for ``steps`` steps from ``start`` (aware) on.

    Slots longer than a step are cut into steps of a straight line that keeps each slot's total.

    Raises:
        UnknownPlaceError: the forecast has no such place.
        InputError: the slots cannot be cut into such steps, or the forecast does not reach over the day.

    """
    unknown = next((place for place in places if place not in forecast.ids), None)
    if unknown is not None:
        raise UnknownPlaceError(unknown, forecast.ids)
    length = forecast.slots.length.minutes
    if forecast.slots.length.daily or length % step_minutes:
        raise InputError(
            f"A forecast in slots of {forecast.slots.length} cannot be cut into steps of {step_minutes} minutes.",
            hint="Forecast hours or quarters of an hour.",
        )
    rows = [forecast.ids.index(place) for place in places]
    first = start_times(forecast.places, forecast.slots)[rows[0], 0].astype("datetime64[s]").astype(np.int64)
    offset = (int(start.timestamp()) - int(first)) // 60
    begin, rest = divmod(offset, step_minutes)
    parts = length // step_minutes
    if offset < 0 or rest or begin + steps > forecast.slots.count * parts:
        raise InputError(
            f"The forecast does not reach over {steps} steps from {start:%Y-%m-%d %H:%M}.", hint="Forecast that day."
        )
    drawn = forecast.paths(paths, seed=seed)[:, rows].astype(np.float64)
    fine = split_evenly(drawn, parts)[:, :, begin : begin + steps]
    return DayAhead(tuple(places), start, fine, fine.mean(axis=0))


def split_evenly(demand: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    """This will cut each slot of ``[…, slots]`` into ``parts`` that add up to it: a straight line in each slot, as steep as
    the line from the slot before to the one after, but never below 0; the first and last slot are flat.
    """
    slope = np.zeros_like(demand)
    slope[..., 1:-1] = (demand[..., 2:] - demand[..., :-2]) / 2
    slope = np.clip(slope, -2 * demand, 2 * demand)
    offset = (np.arange(parts) + 0.5) / parts - 0.5
    fine = (demand[..., None] + slope[..., None] * offset) / parts
    return np.asarray(fine.reshape(*demand.shape[:-1], -1))
