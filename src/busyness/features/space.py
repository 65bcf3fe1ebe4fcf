"""Where the place lies: how far out, and how the places around it have been doing lately."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.features._base import Feature, Ground, Rows, Scope

_KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km
_TREND_DAYS = 7


def _space(name: str, formula: str, *, unit: str = "ratio", past: bool = True) -> Feature:
    source = "demand" if past else "places"
    return Feature(name, "space", "numeric", source, formula, unit, "past" if past else "known")


_FEATURES = (
    _space(
        "distance_to_centre",
        "distance to the median latitude and longitude of all places, on a plane",
        unit="km",
        past=False,
    ),
    _space("neighbours_last_day", "sum over the nearest places of mean demand of the last 24 h / sum of their 28-day means"),
    _space("neighbours_trend", "sum over the nearest places of mean demand of the last 7 days / sum of their 28-day means"),
)


class SpaceFamily:
    """Distance to the centre and the neighbours' recent demand, once per place and origin; NaN without positions."""

    def __init__(self, ground: Ground) -> None:
        panel = ground.history.panel
        self.day = ground.history.length.per_day
        self.distance = distance_to_centre(panel.places)
        self.neighbours = panel.neighbours

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        del scope
        return _FEATURES

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the distances, and what the neighbours had before the origin."""
        out[:, 0] = self.distance.take(rows.place)
        if self.neighbours is None or not self.neighbours.shape[1]:
            out[:, 1:] = np.nan
            return
        windows = (self.day, _TREND_DAYS * self.day)
        rows.pairs.spread(rows.pairs.around(self.neighbours, windows), out[:, 1:])


def distance_to_centre(places: Sequence[Place]) -> NDArray[np.float32]:
    """This will return how far each place lies from the median position of all, in km, ``[places]``; NaN without one."""
    nowhere = (np.nan, np.nan)
    found = [
        nowhere if place.latitude is None or place.longitude is None else (place.latitude, place.longitude)
        for place in places
    ]
    latitude, longitude = np.array(found, np.float64).reshape(-1, 2).T
    if np.isnan(latitude).all():
        return np.full(len(places), np.nan, np.float32)
    north, east = latitude - np.nanmedian(latitude), longitude - np.nanmedian(longitude)
    east = ((east + 180) % 360 - 180) * np.cos(np.radians(np.nanmedian(latitude)))
    return np.asarray(np.hypot(north, east) * _KM_PER_DEGREE, np.float32)
