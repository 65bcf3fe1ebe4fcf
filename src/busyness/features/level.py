"""Where the place stands now: its level at the origin and how it has been moving. One value per place and origin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.features._base import Feature, Ground, Rows, ratio
from busyness.features.history import LEVEL_DAYS, History

_WEEKS = 4
_HOURS = (6, 24, 72, 168)


class LevelFamily:
    """Features anchored at the origin. They are computed once per place and origin, then handed to their rows."""

    def __init__(self, ground: Ground) -> None:
        self.history: History = ground.history
        minutes = ground.history.length.minutes
        self.windows = tuple(hours * 60 // minutes for hours in _HOURS if hours * 60 >= minutes)
        spans = [hours for hours in _HOURS if hours * 60 >= minutes]
        self.features = (
            Feature("log_level", "level", "numeric", "demand", "log of the mean demand of the 28 days before the origin", "log demand per slot", "past"),
            *(
                Feature(
                    f"trend_{hours}h", "level", "numeric", "demand",
                    f"mean of the last {hours} h over the mean of the same hours in the four weeks before", "ratio", "past",
                )
                for hours in spans
            ),
            Feature("trend_28d", "level", "numeric", "demand", "level over the mean of the 28 days before those", "ratio", "past"),
            Feature("trend_year", "level", "numeric", "demand", "level over the mean of the same 28 days 52 weeks ago", "ratio", "past"),
        )  # fmt: skip

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the level's features, computing each place and origin once."""
        place, origin, where = distinct_pairs(rows.place, rows.origin)
        if where is None:
            self._fill(place, origin, rows.level, out)
            return
        table = np.empty((len(place), out.shape[1]), np.float32)
        level = np.ones(len(place), np.float32)  # pairs of the grid that no row asks for stay 1
        level[where] = rows.level
        self._fill(place, origin, level, table)
        np.copyto(out, table[where])

    def _fill(
        self, place: NDArray[np.int32], origin: NDArray[np.int32], level: NDArray[np.float32], out: NDArray[np.float32]
    ) -> None:
        history, day = self.history, np.int32(self.history.length.per_day)
        week, year, month = 7 * day, 364 * day, LEVEL_DAYS * day
        out[:, 0] = np.log(level)
        for k, window in enumerate(self.windows, start=1):
            now = history.mean(place, origin - window, origin)
            total, seen = np.zeros(len(place), np.float32), np.zeros(len(place), np.float32)
            for back in range(1, _WEEKS + 1):
                then = history.mean(place, origin - window - week * back, origin - week * back)
                there = np.isfinite(then)
                total += np.where(there, then, 0)
                seen += there
            out[:, k] = np.where(seen > 0, ratio(now, total / np.maximum(seen, 1), 0.5), np.nan)
        out[:, -2] = ratio(level, history.mean(place, origin - 2 * month, origin - month), 0.5)
        out[:, -1] = ratio(level, history.mean(place, origin - month - year, origin - year), 0.5)


def distinct_pairs(
    place: NDArray[np.int32], origin: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32] | None]:
    """This will return a grid of places × origins that holds every row's pair, and where each row is in it.

    Where the grid would be no smaller than the rows, the rows themselves come back, with ``None``.
    """
    if not len(place):
        return place, origin, None
    places, by_place = _distinct(place)
    origins, by_origin = _distinct(origin)
    if len(places) * len(origins) > 0.7 * len(place):
        return place, origin, None
    where = by_place * np.int32(len(origins)) + by_origin
    return np.repeat(places, len(origins)), np.tile(origins, len(places)), where


def _distinct(values: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The distinct values and each row's number among them, by counting instead of sorting."""
    low = values.min()
    there = np.zeros(int(values.max() - low) + 1, bool)
    there[values - low] = True
    numbers = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return (np.flatnonzero(there) + low).astype(np.int32), numbers[values - low]
