"""The outlines of places, as rings that a map can draw."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely

from busyness.domain.errors import ArtifactError, InputError
from busyness.domain.place import Place
from busyness.geo.areas import Areas
from busyness.geo.hexagons import Hexagons, outlines
from busyness.tables.verbs import Locator

Rings = Sequence[Sequence[tuple[float, float]]]
OUTLINES = "outlines.json"
"""The file of a forecast folder that outlines are kept in; there is none where places are points."""

_HEXAGON = 15  # letters of an H3 cell's id
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


def outlines_in(folder: Path, places: Sequence[Place]) -> Mapping[str, Rings]:
    """This will return the rings of each place of a forecast folder: those kept there, else those of hexagons.

    Raises ``ArtifactError`` where the file is damaged.
    """
    file = folder / OUTLINES
    if not file.is_file():
        hexagons = [place for place in places if _is_hexagon(place.id)]
        rings = outlines([int(place.id, 16) for place in hexagons])
        return {place.id: [[(east, north) for north, east in ring]] for place, ring in zip(hexagons, rings, strict=True)}
    try:
        kept = json.loads(file.read_text("utf-8"))
        return {str(id_): [[(float(x), float(y)) for x, y in ring] for ring in of_place] for id_, of_place in kept.items()}
    except (AttributeError, TypeError, ValueError) as fault:
        hint = "Make it again: busyness forecast … --out DIR."
        raise ArtifactError(f"The outlines in {folder} cannot be read.", file=OUTLINES, hint=hint) from fault


def _is_hexagon(id_: str) -> bool:
    return len(id_) == _HEXAGON and id_.startswith("8") and all(letter in "0123456789abcdef" for letter in id_)


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
