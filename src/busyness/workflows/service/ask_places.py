"""Which places there are: all, those of a name, the nearest to a point; and what they look like on a map."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import shapely

from busyness.domain.errors import InputError
from busyness.domain.names import normalised
from busyness.domain.place import Place
from busyness.geo.distance import metres_between
from busyness.tables import columns as c
from busyness.workflows.outlines import Rings
from busyness.workflows.service.snapshot import Snapshot

METRES = "metres"  # from the point that was asked about
_NUMBERS = (c.LATITUDE, c.LONGITUDE, c.CAPACITY)
_TEXTS = (c.PLACE, "name", c.TIMEZONE, "parent")


@dataclass(frozen=True)
class Near:
    """A point in degrees, and how many of the nearest places are wanted."""

    latitude: float
    longitude: float
    count: int = 5

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise InputError(
                f"{self.latitude:g}, {self.longitude:g} is not a point on the Earth.",
                hint="Latitude is between -90 and 90, longitude between -180 and 180.",
            )
        if self.count < 1:
            raise InputError("At least one place has to be asked for.", hint="For example nearest=5.")


def ask_places(
    snapshot: Snapshot, *, only: Collection[str] | None = None, search: str = "", near: Near | None = None
) -> pl.DataFrame:
    """This will return ``place, name, latitude, longitude, timezone, parent, capacity`` and, with ``near``, ``metres``.

    ``only`` are the ids in scope (None: all); ``search`` is part of a name or id, whatever its case and accents. The
    nearest come first; else the order is the forecast's. Places without a position are never near.
    """
    wanted = normalised(search) if search else ""
    places = [place for place in snapshot.forecast.places if only is None or place.id in only]
    if wanted:
        places = [place for place in places if wanted in normalised(place.label) or wanted in normalised(place.id)]
    table = _table(places)
    if near is None:
        return table
    far = metres_between(
        near.latitude, near.longitude, to_latitude=table[c.LATITUDE].to_numpy(), to_longitude=table[c.LONGITUDE].to_numpy()
    )
    metres = pl.Series(METRES, np.round(far, 1)).fill_nan(None)
    return table.with_columns(metres).drop_nulls(METRES).sort(METRES, maintain_order=True).head(near.count)


def _table(places: Sequence[Place]) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {
        c.PLACE: [place.id for place in places],
        "name": [place.label for place in places],
        c.LATITUDE: [place.latitude for place in places],
        c.LONGITUDE: [place.longitude for place in places],
        c.TIMEZONE: [place.timezone for place in places],
        "parent": [place.parent or None for place in places],
        c.CAPACITY: [place.capacity for place in places],
    }
    return pl.DataFrame(columns, schema_overrides=dict.fromkeys(_TEXTS, pl.String) | dict.fromkeys(_NUMBERS, pl.Float64))


def shape_of(snapshot: Snapshot, place: str) -> dict[str, Any]:
    """This will return a place as a GeoJSON feature: its polygon, else its point, else a feature without a geometry."""
    _, found = snapshot.place(place)
    rings = snapshot.outlines.get(place)
    geometry: dict[str, Any] | None = None
    if rings:
        geometry = _geometry(rings)
    elif found.latitude is not None and found.longitude is not None:
        geometry = {"type": "Point", "coordinates": [found.longitude, found.latitude]}
    return {"type": "Feature", "id": found.id, "geometry": geometry, "properties": {"name": found.label}}


def shapes_of(snapshot: Snapshot, *, only: Collection[str] | None = None) -> dict[str, Any]:
    """This will return the places (of ``only``, where given) as one GeoJSON collection: what a map draws."""
    kept = [place.id for place in snapshot.forecast.places if only is None or place.id in only]
    return {"type": "FeatureCollection", "features": [shape_of(snapshot, place) for place in kept]}


def _geometry(rings: Rings) -> dict[str, Any]:
    """Rings of ``(longitude, latitude)`` as polygons, whichever of them are holes (RFC 7946)."""
    closed = [shapely.linearrings(np.asarray(ring, np.float64)) for ring in rings]
    area = shapely.orient_polygons(shapely.build_area(shapely.geometrycollections(closed)))
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(area))
    return geometry
