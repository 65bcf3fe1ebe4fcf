"""The outlines of places, as rings that a map can draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.geo.areas import Areas
from busyness.geo.hexagons import Hexagons, outlines
from busyness.tables.verbs import Locator

Rings = Sequence[Sequence[tuple[float, float]]]
_FINE = 8000  # corners of all areas together that a page carries without growing heavy


def outlines_of(where: Locator, places: Sequence[Place]) -> Mapping[str, Rings]:
    """This will return the rings of ``(longitude, latitude)`` of each place by its id; nothing for places without any."""
    if isinstance(where, Areas):
        there = {place.id for place in places}
        kept = [row for row, area in enumerate(where.all) if area.id in there]
        drawn = _coarser([where.polygons[row] for row in kept])
        return {where.all[row].id: _rings(shape) for row, shape in zip(kept, drawn, strict=True)}
    if isinstance(where, Hexagons):
        rings = outlines([int(place.id, 16) for place in places])
        return {place.id: [[(east, north) for north, east in ring]] for place, ring in zip(places, rings, strict=True)}
    return {}


def _coarser(shapes: Sequence[shapely.Geometry]) -> Sequence[shapely.Geometry]:
    """Outlines with no more corners than a screen shows, neighbours still matching."""
    corners = int(shapely.get_num_coordinates(np.array(shapes, dtype=object)).sum()) if shapes else 0
    if corners <= _FINE:
        return shapes
    try:
        drawn: Sequence[shapely.Geometry] = list(shapely.coverage_simplify(np.array(shapes, dtype=object), 0.001))
    except shapely.errors.GEOSException:
        return shapes
    return [fine if coarse.is_empty else coarse for fine, coarse in zip(shapes, drawn, strict=True)]


def _rings(shape: shapely.Geometry) -> Rings:
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        raise InputError(f"A {shape.geom_type} has no outline.")
    parts = shapely.get_parts(shape)
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return [[(round(x, 5), round(y, 5)) for x, y in ring.coords] for ring in rings]
