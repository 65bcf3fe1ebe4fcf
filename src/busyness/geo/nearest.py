"""Stores: places that are points. An event belongs to the nearest one, if it is near enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.neighbors import KDTree

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.geo.distance import chord_of, unit_vectors
from busyness.tables import columns as c

_BLOCK = 1 << 18  # points at a time: bounds the memory


class Stores:
    """Points → the nearest store within so many metres (a ``Locator``). A code is the store's row.

    Of two at the same distance it is always the same one. ``notes`` names the stores without a position, to which no
    point can belong.

    Raises: ``InputError`` where no store has a position, or the distance is not above 0.
    """

    def __init__(self, stores: Sequence[Place], *, within: float) -> None:
        if not within > 0:
            raise InputError(f"A store cannot reach {within:g} metres.", hint="Give a distance above 0.")
        self._stores = tuple(stores)
        self.within = within
        vectors = vectors_of(self._stores)
        self._rows = np.flatnonzero(np.isfinite(vectors[:, 0]))
        if not len(self._rows):
            raise InputError(
                "No store has a position, so points cannot be told apart.", hint="Add latitude and longitude to the places."
            )
        self._tree = KDTree(vectors[self._rows], leaf_size=16)
        lost = [store.label for store in self._stores if store.latitude is None or store.longitude is None]
        self.notes: tuple[str, ...] = (
            (f"No point can belong to {', '.join(lost[:5])}: no position is given.",) if lost else ()
        )

    def codes(self, frame: pl.DataFrame) -> pl.Series:
        """This will return the row of the nearest store to each ``latitude`` and ``longitude``, null beyond reach."""
        on_earth = pl.col(c.LATITUDE).is_between(-90, 90) & pl.col(c.LONGITUDE).is_between(-180, 180)
        where = frame.select(pl.col(c.LATITUDE, c.LONGITUDE).cast(pl.Float64), on_earth=on_earth.fill_null(value=False))
        points = np.flatnonzero(where["on_earth"].to_numpy())
        latitude, longitude = (where[name].gather(points).to_numpy() for name in (c.LATITUDE, c.LONGITUDE))
        reach = chord_of(self.within)
        found = np.full(frame.height, -1, np.int32)
        for begin in range(0, len(points), _BLOCK):
            block = slice(begin, begin + _BLOCK)
            far, near = self._tree.query(unit_vectors(latitude[block], longitude[block]), k=1)
            found[points[block]] = np.where(far[:, 0] <= reach, self._rows[near[:, 0]], -1)
        series = pl.Series(c.CODE, found)
        return pl.select(pl.when(series >= 0).then(series).cast(pl.UInt64).alias(c.CODE)).to_series()

    def places(self, codes: Sequence[int]) -> tuple[Place, ...]:
        """This will return the stores of these codes, in their order."""
        return tuple(self._stores[code] for code in codes)


def vectors_of(places: Sequence[Place]) -> NDArray[np.float64]:
    """This will return the places on the unit sphere, ``[places, 3]``; NaN where a position is missing."""
    missing = float("nan")
    latitude = np.array([missing if place.latitude is None else place.latitude for place in places], np.float64)
    longitude = np.array([missing if place.longitude is None else place.longitude for place in places], np.float64)
    return unit_vectors(latitude, longitude)
