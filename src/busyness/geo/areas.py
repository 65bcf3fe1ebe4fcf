"""Areas: places that are polygons, such as the neighbourhoods of a city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.geo.coverage import adjacent, coverage_findings
from busyness.geo.polygons import mended
from busyness.geo.raster import CUT, Raster
from busyness.tables import columns as c


class Areas:
    """Points → areas (a ``Locator``). A code is the area's row.

    ``areas`` and ``polygons`` go together, row by row; an area without a position gets one inside its polygon (the
    centroid, where that lies inside). A point on a border, or where areas overlap, belongs to the first area alone, so
    that every point is counted once. ``notes`` are sentences about how the areas were read and mended.

    Raises: ``InputError`` with the area's name where a polygon is missing, empty, no polygon, or not in degrees.
    """

    def __init__(self, areas: Sequence[Place], polygons: Sequence[Geometry], *, notes: Sequence[str] = ()) -> None:
        if len(areas) != len(polygons):
            raise InputError(f"{len(areas)} areas and {len(polygons)} polygons do not go together.")
        if not areas:
            raise InputError("There are no areas.", hint="Give at least one polygon.")
        self.polygons, said = mended([area.label for area in areas], polygons)
        self.notes = (*notes, *said)
        self._areas = tuple(_placed(area, polygon) for area, polygon in zip(areas, self.polygons, strict=True))

    def __len__(self) -> int:
        return len(self._areas)

    @property
    def all(self) -> tuple[Place, ...]:
        """Every area, in order: row and code are the same."""
        return self._areas

    def codes(self, frame: pl.DataFrame) -> pl.Series:
        """This will return the row of the area that each ``latitude`` and ``longitude`` lies in, null outside all."""
        latitude = _numbers(frame[c.LATITUDE])
        longitude = _numbers(frame[c.LONGITUDE])
        rows = self._raster.look_up(longitude, latitude)
        cut = np.flatnonzero(rows == CUT)
        rows[cut] = first_polygon(self.polygons, self._tree, x=longitude[cut], y=latitude[cut])
        found = pl.Series(c.CODE, rows)
        return pl.select(pl.when(found >= 0).then(found).cast(pl.UInt64).alias(c.CODE)).to_series()

    def places(self, codes: Sequence[int]) -> tuple[Place, ...]:
        """This will return the areas of these codes, in their order."""
        return tuple(self._areas[code] for code in codes)

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """What a person should know of how the areas lie: overlaps and gaps with their sizes, as sentences."""
        return coverage_findings([area.label for area in self._areas], self.polygons)

    def adjacent(self) -> tuple[tuple[int, ...], ...]:
        """This will return the rows of the areas that touch each area."""
        return adjacent(self.polygons)

    @cached_property
    def _raster(self) -> Raster:
        return Raster(self.polygons)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        shapely.prepare(self.polygons)
        return shapely.STRtree(self.polygons)


def first_polygon(
    polygons: NDArray[np.object_], tree: shapely.STRtree, *, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.int32]:
    """This will return the first polygon that each point lies in or on the border of, -1 where there is none."""
    point, polygon = tree.query(shapely.points(x, y))
    hit = shapely.intersects_xy(polygons[polygon], x[point], y[point])
    first = np.full(len(x), len(polygons), np.int32)
    np.minimum.at(first, point[hit], polygon[hit].astype(np.int32))
    return np.where(first == len(polygons), np.int32(-1), first)


def _numbers(degrees: pl.Series) -> NDArray[np.float64]:
    return degrees.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _placed(area: Place, polygon: Geometry) -> Place:
    if area.latitude is not None and area.longitude is not None:
        return area
    middle = shapely.centroid(polygon)
    if not shapely.contains(polygon, middle):
        middle = shapely.point_on_surface(polygon)
    return replace(area, latitude=float(shapely.get_y(middle)), longitude=float(shapely.get_x(middle)))
