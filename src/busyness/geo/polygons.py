"""Polygons as they come: mended where they cross themselves, refused where they are none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from busyness.domain.errors import InputError

_POLYGONAL = {"Polygon", "MultiPolygon"}
_SHOWN = 5


def mended(labels: Sequence[str], polygons: Sequence[Geometry | None]) -> tuple[NDArray[np.object_], tuple[str, ...]]:
    """This will return flat, valid polygons in longitude and latitude, and a sentence about those that were mended.

    A polygon that crosses itself is split where it does, so that it covers the same ground.

    Raises: ``InputError`` with the row and label of the first one that is missing, empty, no polygon or not on Earth.
    """
    whole = np.array([_checked(polygon, row, labels[row]) for row, polygon in enumerate(polygons)], object)
    crossed = ~shapely.is_valid(whole)
    if not crossed.any():
        return whole, ()
    whole[crossed] = shapely.make_valid(whole[crossed], method="structure", keep_collapsed=False)
    for row in np.flatnonzero(crossed).tolist():
        if shapely.area(whole[row]) == 0:
            raise InputError(f"{_named(row, labels[row])} has a polygon without any ground inside.", hint=_DRAW)
    named = [labels[row] for row in np.flatnonzero(crossed).tolist()]
    listed = ", ".join(named[:_SHOWN]) + (", …" if len(named) > _SHOWN else "")
    which = f"The polygon of {listed}" if len(named) == 1 else f"{len(named):,} polygons ({listed})"
    return whole, (f"{which} crossed {'itself' if len(named) == 1 else 'themselves'} and {_WAS[len(named) > 1]} mended.",)


_WAS = ("was", "were")
_DRAW = "Draw it again, or leave the area out."


def _checked(polygon: Geometry | None, row: int, label: str) -> Geometry:
    named = _named(row, label)
    if polygon is None or shapely.is_empty(polygon):
        raise InputError(f"{named} has no polygon.", hint=_DRAW)
    if polygon.geom_type not in _POLYGONAL:
        kind = "points" if "Point" in polygon.geom_type else "lines" if "Line" in polygon.geom_type else "mixed shapes"
        raise InputError(f"{named} is made of {kind}, not of polygons.", hint="Give the outline of the area.")
    corners = shapely.get_coordinates(polygon)
    if not np.isfinite(corners).all():
        raise InputError(f"{named} has a corner without a number.", hint=_DRAW)
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise InputError(
            f"{named} does not lie on Earth: its coordinates run to {max(west, east, key=abs):,.1f} east and "
            f"{max(south, north, key=abs):,.1f} north.",
            hint="Write the file in degrees of longitude and latitude (WGS 84, EPSG:4326).",
        )
    return shapely.force_2d(polygon)


def _named(row: int, label: str) -> str:
    return f"Area {row + 1} ('{label}')"
