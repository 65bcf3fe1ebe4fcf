"""Positions that cannot be right: missing, off the Earth, at 0, 0, with latitude and longitude swapped, or far away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.geo.distance import EARTH_KM, degrees_of, metres_between, unit_vectors
from busyness.tables import columns as c
from busyness.tables.events import Reason

_NEAR_KM = 500.0  # a crowd reaches at least so far from its middle
_NOWHERE = 0.001  # degrees: about 100 m around 0, 0, in the middle of an ocean
_SAMPLE = 100_000


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the crowd of positions lies: its median position (degrees) and how far it reaches (km).

    None can be told to be far away or swapped where nothing is known of the others: ``km`` is then half the Earth's girth.
    """

    latitude: float
    longitude: float
    km: float = _NEAR_KM

    @classmethod
    def of(cls, latitude: pl.Series, longitude: pl.Series) -> Reference:
        """This will find the crowd in these positions (a first chunk will do).

        It reaches 500 km from the median position, or twice as far as nineteen in twenty of them lie, where that is more:
        a chain may span a country. Those that would be near once swapped do not stretch it.
        """
        north, east = _sampled(latitude), _sampled(longitude)
        real = (np.abs(north) <= 90) & (np.abs(east) <= 180) & ~_nowhere(north, east)
        north, east = north[real], east[real]
        if not len(north):
            return cls(0.0, 0.0, np.pi * EARTH_KM)
        middle = degrees_of(np.median(unit_vectors(north, east), axis=0))
        near = cls(float(middle[0]), float(middle[1]))
        far, swapped = near.kilometres(north, east), near.kilometres(east, north)
        kept = far[(far <= _NEAR_KM) | ~(swapped <= _NEAR_KM)]
        spread = 2 * float(np.quantile(kept, 0.95)) if len(kept) else 0.0
        return cls(near.latitude, near.longitude, min(max(_NEAR_KM, spread), np.pi * EARTH_KM))

    def kilometres(self, latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float64]:
        """This will return the distance of each position to the crowd's middle; NaN for what is no position on Earth."""
        real = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)
        north, east = np.where(real, latitude, np.nan), np.where(real, longitude, np.nan)
        return metres_between(north, east, to_latitude=self.latitude, to_longitude=self.longitude) / 1000

    def box(self) -> tuple[float, float, float, float]:
        """This will return south, north, west and east of a box that lies wholly inside the crowd's reach (degrees)."""
        half = np.degrees(min(self.km, 2000.0) / EARTH_KM) * 0.6  # of a square whose corners lie at 0.85 of the reach
        south, north = max(self.latitude - half, -90.0), min(self.latitude + half, 90.0)
        widest = 1.0 if south <= 0 <= north else max(np.cos(np.radians(south)), np.cos(np.radians(north)))
        wide = half / widest
        return south, north, max(self.longitude - wide, -180.0), min(self.longitude + wide, 180.0)


def faults(latitude: pl.Series, longitude: pl.Series, reference: Reference) -> pl.Series:
    """This will return the ``Reason`` why each position cannot be right (String), null where nothing is wrong.

    Nearly all lie in a box inside the crowd and are answered by four comparisons; only the others are looked at.
    """
    frame = pl.DataFrame({c.LATITUDE: latitude, c.LONGITUDE: longitude}).cast(pl.Float64)
    south, north, west, east = reference.box()
    usual = pl.col(c.LATITUDE).is_between(south, north) & pl.col(c.LONGITUDE).is_between(west, east)
    if south <= _NOWHERE and north >= -_NOWHERE and west <= _NOWHERE and east >= -_NOWHERE:
        usual &= ~((pl.col(c.LATITUDE).abs() < _NOWHERE) & (pl.col(c.LONGITUDE).abs() < _NOWHERE))
    odd = frame.select(usual.fill_null(value=False).not_().arg_true()).to_series()
    reasons = pl.Series(c.REASON, [None], dtype=pl.String).new_from_index(0, frame.height)
    if not odd.len():
        return reasons
    looked = frame[odd]
    return reasons.scatter(odd, _reasons(_array(looked[c.LATITUDE]), _array(looked[c.LONGITUDE]), reference))


def _reasons(north: NDArray[np.float64], east: NDArray[np.float64], reference: Reference) -> pl.Series:
    """The first that holds, in this order."""
    far, swapped = reference.kilometres(north, east), reference.kilometres(east, north)
    crowd_known = reference.km < np.pi * EARTH_KM
    rules = (
        (np.isnan(north) | np.isnan(east), Reason.NO_POSITION),
        (_nowhere(north, east), Reason.NULL_ISLAND),
        (crowd_known & (swapped <= reference.km) & ~(far <= reference.km), Reason.SWAPPED),
        (np.isnan(far), Reason.NOT_ON_EARTH),
        (crowd_known & (far > reference.km), Reason.FAR_AWAY),
    )
    words = pl.Series([None, *(str(reason) for _, reason in rules)], dtype=pl.String)
    first = np.select([rule for rule, _ in rules], list(range(1, len(rules) + 1)), 0)
    return words.gather(first)


def _nowhere(north: NDArray[np.float64], east: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (np.abs(north) < _NOWHERE) & (np.abs(east) < _NOWHERE)


def _array(degrees: pl.Series) -> NDArray[np.float64]:
    return degrees.fill_null(float("nan")).to_numpy()


def _sampled(degrees: pl.Series) -> NDArray[np.float64]:
    """Every so many rows: a hundred thousand tell where a crowd lies."""
    return _array(degrees.cast(pl.Float64).gather_every(max(degrees.len() // _SAMPLE, 1)))
