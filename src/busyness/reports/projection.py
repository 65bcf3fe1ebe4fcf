"""From degrees to the points of a picture: equirectangular, east-west shrunk by the latitude in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

WIDEST, HIGHEST, HIGHEST_OF_DOTS = 1000.0, 620.0, 440.0
"""The picture fits into so many points; dots fill it less than outlines do."""

MARGIN = 24.0
"""Points left free on every side."""

_KM_PER_DEGREE = 111.195  # of a great circle on a sphere of 6371 km
_SMALLEST_KM = 1.0  # a single place still stands in some surroundings
_FLATTEST = 3.0  # places in a row make a band at most so much longer than wide

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projection:
    """A picture of ``width`` × ``height`` points in which a kilometre is ``per_km`` points long, the same both ways."""

    width: float
    height: float
    per_km: float
    longitude: float  # in the middle of the picture
    latitude: float

    @classmethod
    def around(cls, points: Points, *, highest: float = HIGHEST) -> Self:
        """This will fit a picture around ``points`` ``[points, (longitude, latitude)]``, also around 180°."""
        longitude, latitude = points[:, 0], points[:, 1]
        if np.ptp(longitude) > 180:
            longitude = longitude % 360
        middle = (longitude.min() + longitude.max()) / 2, (latitude.min() + latitude.max()) / 2
        across = max(np.ptp(longitude) * np.cos(np.radians(middle[1])) * _KM_PER_DEGREE, _SMALLEST_KM)
        along = max(np.ptp(latitude) * _KM_PER_DEGREE, _SMALLEST_KM)
        across, along = max(across, along / _FLATTEST), max(along, across / _FLATTEST)
        per_km = min((WIDEST - 2 * MARGIN) / across, (highest - 2 * MARGIN) / along)
        size = across * per_km + 2 * MARGIN, along * per_km + 2 * MARGIN
        return cls(float(size[0]), float(size[1]), float(per_km), float(middle[0]), float(middle[1]))

    def points(self, places: Points | Sequence[tuple[float, float]]) -> Points:
        """This will place ``[points, (longitude, latitude)]`` in the picture, ``[points, (right, down)]``."""
        degrees = np.asarray(places, np.float64).reshape(-1, 2)
        east = (degrees[:, 0] - self.longitude + 180) % 360 - 180
        scale = self.per_km * _KM_PER_DEGREE
        right = self.width / 2 + east * np.cos(np.radians(self.latitude)) * scale
        down = self.height / 2 - (degrees[:, 1] - self.latitude) * scale
        return np.stack([right, down], axis=1)

    def scale_bar(self) -> tuple[float, float]:
        """This will return a round number of kilometres and the share of the picture's width that they take.

        >>> Projection(1000, 500, 10, 0, 0).scale_bar()
        (20.0, 0.2)
        """
        longest = 0.3 * self.width / self.per_km
        unit = 10.0 ** np.floor(np.log10(longest))
        length = float(next(step * unit for step in (5, 2, 1) if step * unit <= longest))
        return length, length * self.per_km / self.width
