"""Chicago's 77 community areas: names, numbers, middles and outlines, simplified from the city's own file.

Source and terms stand in ``chicago_areas.json``; ``scripts/simplify_areas.py`` makes it. The city numbers its areas 1 to
77 (LAKE VIEW is 6, O'HARE 76); the number is a name, not an amount and not a position in a list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from busyness.tables import columns as c

CHICAGO_AREAS = Path(__file__).with_name("chicago_areas.json")
"""GeoJSON, one feature an area: ``place, name, area_number, parent, latitude, longitude`` and its outline."""

CHICAGO_TIMEZONE = "America/Chicago"
AREA_NUMBER = "area_number"


@dataclass(frozen=True, eq=False)
class Areas:
    """The areas in the order of their numbers; ``outlines`` are polygons in longitude and latitude."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    parents: tuple[str, ...]
    numbers: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    outlines: tuple[shapely.Geometry, ...]

    def table(self) -> pl.DataFrame:
        """This will return ``place, name, latitude, longitude, timezone, parent, area_number``."""
        return pl.DataFrame(
            {
                c.PLACE: self.ids,
                "name": self.names,
                c.LATITUDE: self.latitude,
                c.LONGITUDE: self.longitude,
                c.TIMEZONE: [CHICAGO_TIMEZONE] * len(self.ids),
                "parent": self.parents,
                AREA_NUMBER: self.numbers,
            }
        )

    def points(self, count: int, draw: np.random.Generator) -> NDArray[np.float64]:
        """This will draw points inside every area, ``[areas, count, (latitude, longitude)]``, to five decimals."""
        drawn = np.empty((len(self.ids), count, 2))
        for row, outline in enumerate(self.outlines):
            west, south, east, north = outline.bounds
            found = 0
            while found < count:
                spots = np.round(draw.uniform((south, west), (north, east), (4 * count, 2)), 5)
                inside = spots[shapely.contains_xy(outline, spots[:, 1], spots[:, 0])][: count - found]
                drawn[row, found : found + len(inside)] = inside
                found += len(inside)
        return drawn


@cache
def chicago_areas() -> Areas:
    """This will read the 77 areas that come with the project."""
    features = json.loads(CHICAGO_AREAS.read_text("utf-8"))["features"]
    facts = [feature["properties"] for feature in features]
    return Areas(
        ids=tuple(each[c.PLACE] for each in facts),
        names=tuple(each["name"] for each in facts),
        parents=tuple(each["parent"] for each in facts),
        numbers=np.array([each[AREA_NUMBER] for each in facts]),
        latitude=np.array([each[c.LATITUDE] for each in facts]),
        longitude=np.array([each[c.LONGITUDE] for each in facts]),
        outlines=tuple(shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])),
    )
