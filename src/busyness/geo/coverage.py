"""How areas lie beside one another: where two overlap, where ground between them belongs to none, which touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from busyness.geo.distance import EARTH_KM

_LEAST_KM2 = 1e-4  # 100 m²: less is how two outlines were digitised
_TOUCHING_KM = 0.02  # outlines drawn apart by no more than a street touch
_SHOWN = 3

Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Ground that belongs to two areas: their rows, its size, and its share of the smaller one."""

    first: int
    second: int
    km2: float
    share: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground inside the areas' common outline that belongs to none: its size and a position in it (degrees)."""

    km2: float
    latitude: float
    longitude: float


def overlaps(polygons: Polygons) -> tuple[Overlap, ...]:
    """This will return the pairs of areas that share more than 100 m² of ground, the largest first."""
    flat = _level(polygons)
    one, other = shapely.STRtree(flat).query(flat, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.area(shapely.intersection(flat[one], flat[other]))
    smaller = np.minimum(shapely.area(flat[one]), shapely.area(flat[other]))
    order = [i for i in np.argsort(-shared, kind="stable") if shared[i] >= _LEAST_KM2]
    return tuple(Overlap(int(one[i]), int(other[i]), float(shared[i]), float(shared[i] / smaller[i])) for i in order)


def gaps(polygons: Polygons) -> tuple[Gap, ...]:
    """This will return the holes in what all areas cover together, of more than 100 m², the largest first."""
    latitude = _middle(polygons)
    parts = shapely.get_parts(shapely.union_all(_level(polygons)))
    holes = [shapely.polygons(ring) for part in parts for ring in part.interiors]
    found = []
    for hole in holes:
        km2 = float(shapely.area(hole))
        if km2 >= _LEAST_KM2:
            inside = shapely.get_coordinates(shapely.point_on_surface(hole))
            east, north = _unlevelled(inside, latitude)[0]
            found.append(Gap(km2, float(north), float(east)))
    return tuple(sorted(found, key=lambda gap: -gap.km2))


def adjacent(polygons: Polygons) -> tuple[tuple[int, ...], ...]:
    """This will return for each area the rows of those that touch it: no more than 20 m lie between their outlines."""
    flat = _level(polygons)
    one, other = shapely.STRtree(flat).query(flat, predicate="dwithin", distance=_TOUCHING_KM)
    touching: list[list[int]] = [[] for _ in polygons]
    for row, near in zip(one.tolist(), other.tolist(), strict=True):
        if row != near:
            touching[row].append(near)
    return tuple(tuple(sorted(rows)) for rows in touching)


def coverage_findings(labels: Sequence[str], polygons: Polygons) -> tuple[str, ...]:
    """This will say in a sentence each where areas overlap and where they leave ground between them."""
    said = []
    shared, between = overlaps(polygons), gaps(polygons)
    if shared:
        pairs = [f"{labels[o.first]} and {labels[o.second]} ({_size(o.km2)})" for o in shared]
        count = "One pair of areas overlaps" if len(pairs) == 1 else f"{len(pairs):,} pairs of areas overlap"
        said.append(f"{count}: {_listed(pairs)}; a point in both is counted in the first.")
    if between:
        places = [f"{_size(gap.km2)} around {gap.latitude:.3f}, {gap.longitude:.3f}" for gap in between]
        count = "One gap lies" if len(places) == 1 else f"{len(places):,} gaps lie"
        said.append(f"{count} between the areas: {_listed(places)}; points there belong to no area.")
    return tuple(said)


def _listed(words: Sequence[str]) -> str:
    rest = f" and {len(words) - _SHOWN:,} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + rest


def _size(km2: float) -> str:
    return f"{km2:,.2f} km²" if km2 >= 0.01 else f"{km2 * 1e6:,.0f} m²"


def _level(polygons: Polygons) -> Polygons:
    """The polygons on a flat map in kilometres: cylindrical equal-area (Lambert, 1772), true to scale at their middle."""
    latitude = _middle(polygons)
    shrink = np.cos(np.radians(latitude))

    def levelled(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        east, north = np.radians(degrees).T
        return EARTH_KM * np.stack([east * shrink, np.sin(north) / shrink], axis=1)

    flat = shapely.transform(polygons, levelled)  # rounding may make two corners cross that did not in degrees
    return np.asarray(shapely.make_valid(flat, method="structure", keep_collapsed=False), object)


def _unlevelled(points: NDArray[np.float64], latitude: float) -> NDArray[np.float64]:
    """The way back: longitude and latitude."""
    shrink = np.cos(np.radians(latitude))
    east, north = points.T / EARTH_KM
    return np.asarray(np.degrees(np.stack([east / shrink, np.arcsin(north * shrink)], axis=1)), np.float64)


def _middle(polygons: Polygons) -> float:
    _, south, _, north = shapely.total_bounds(polygons)
    return float(np.clip((south + north) / 2, -80, 80))
