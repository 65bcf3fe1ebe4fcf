"""Maps without tiles: outlines where they are known, else dots, shaded by a value. Plain vectors, no network, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from busyness.domain.place import Place
from busyness.reports.projection import HIGHEST, HIGHEST_OF_DOTS, Points, Projection
from busyness.reports.shades import Shades
from busyness.reports.words import Words

Ring: TypeAlias = Sequence[tuple[float, float]]
"""A closed line of ``(longitude, latitude)``; rings inside another are holes."""

NAMED = 25
"""With at most so many places their names stand on the map, as far as there is room."""

_FINE, _COARSE = 0.1, 0.5  # points to which corners are rounded: outlines of very many corners show no more
_MANY_CORNERS = 20_000
_DOTS = (5.0, 17.0)  # radius of the smallest and the largest dot
_LETTER, _LINE = 7.0, 15.0  # points that a letter and a line of a name take


@dataclass(frozen=True)
class MapMaterial:
    """``outlines`` and ``values`` by place id; a place without an outline is a dot, one without a position is left out.

    ``values`` shade the map (none at all: a plain map), ``unit`` says what they are, ``title`` heads it.
    """

    places: tuple[Place, ...]
    outlines: Mapping[str, Sequence[Ring]] = field(default_factory=dict)
    values: Mapping[str, float | None] = field(default_factory=dict)
    title: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place in the picture: the SVG ``path`` of its outline, or a dot of ``radius`` at ``x``, ``y``.

    ``number`` is its row among the material's places, ``shade`` −1 where its value is not known, ``name_at`` where its name
    stands (``None``: nowhere).
    """

    number: int
    name: str
    said: str
    shade: int
    x: float
    y: float
    path: str = ""
    radius: float = 0.0
    name_at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Map:
    """A picture of ``width`` × ``height`` points; ``scale`` is a length in words and its share of the width."""

    title: str
    said: str
    note: str
    width: int
    height: int
    spots: tuple[Spot, ...]
    scale: tuple[str, float]
    legend: tuple[tuple[int, str], ...]


def drawn_map(material: MapMaterial, words: Words) -> Map | None:
    """This will draw the places that have an outline or a position; ``None`` where none has."""
    outlines = {place.id: rings for place in material.places if (rings := _rings(material.outlines.get(place.id, ())))}
    dots = {
        place.id: np.array([[place.longitude, place.latitude]], np.float64)
        for place in material.places
        if place.id not in outlines and place.latitude is not None and place.longitude is not None
    }
    corners = [ring for rings in outlines.values() for ring in rings]
    if not corners and not dots:
        return None
    highest = HIGHEST if corners else HIGHEST_OF_DOTS
    projection = Projection.around(np.concatenate([*corners, *dots.values()]), highest=highest)
    known = {place: value for place, value in material.values.items() if value is not None and np.isfinite(value)}
    drawn = _Drawing(material, words, projection, known, sum(map(len, corners)))
    spots = [
        drawn.area(number, place, outlines[place.id]) if place.id in outlines else drawn.dot(number, place, dots[place.id])
        for number, place in enumerate(material.places)
        if place.id in outlines or place.id in dots
    ]
    spots.sort(key=lambda spot: (spot.radius, -spot.number), reverse=True)  # small dots lie upon large ones
    length, share = projection.scale_bar()
    said = words.say("map.aria", title=material.title, count=words.number(len(spots)))
    return Map(
        title=material.title,
        said=said,
        note=_note(material, spots, known, words=words),
        width=round(projection.width),
        height=round(projection.height),
        spots=_with_names(spots, projection) if len(material.places) <= NAMED else tuple(spots),
        scale=(f"{words.number(length)} km" if length >= 1 else f"{words.number(length * 1000)} m", share),
        legend=drawn.shades.legend(words),
    )


class _Drawing:
    """Draws one place after another in the same projection and shades."""

    def __init__(
        self, material: MapMaterial, words: Words, projection: Projection, known: Mapping[str, float], corners: int
    ) -> None:
        self._unit, self._words, self._projection, self._known = material.unit, words, projection, known
        self._grid = _FINE if corners < _MANY_CORNERS else _COARSE
        self._largest = max(known.values(), default=0.0)
        self.shades = Shades.of(known.values())

    def area(self, number: int, place: Place, rings: Sequence[Points]) -> Spot:
        placed = [self._projection.points(ring) for ring in rings]
        path = "".join(_line(ring, self._grid) for ring in placed)
        outer = max(placed, key=lambda ring: float(np.ptp(ring[:, 0]) * np.ptp(ring[:, 1])))
        x, y = (outer.min(axis=0) + outer.max(axis=0)) / 2
        return Spot(number, place.label, self._said(place), self._shade(place), round(x, 1), round(y, 1), path=path)

    def dot(self, number: int, place: Place, position: Points) -> Spot:
        x, y = self._projection.points(position)[0]
        share = max(self._known.get(place.id, 0), 0) / self._largest if self._largest > 0 else 0
        radius = round(_DOTS[0] + (_DOTS[1] - _DOTS[0]) * share**0.5, 1)
        return Spot(number, place.label, self._said(place), self._shade(place), round(x, 1), round(y, 1), radius=radius)

    def _shade(self, place: Place) -> int:
        return self.shades.number(self._known[place.id]) if place.id in self._known else -1

    def _said(self, place: Place) -> str:
        if not self._known:
            return place.label
        value = self._known.get(place.id)
        return f"{place.label}: {self._words.say('map.none') if value is None else self._words.number(value)}" + (
            f" {self._unit}" if value is not None and self._unit else ""
        )


def _rings(rings: Sequence[Ring]) -> list[Points]:
    return [np.asarray(ring, np.float64)[:, :2] for ring in rings if len(ring) > 2]


def _line(ring: Points, grid: float) -> str:
    """A ring as an SVG path; corners that fall together are one."""
    corners = np.round(ring / grid) * grid
    apart = np.append(True, (np.abs(np.diff(corners, axis=0)) > grid / 2).any(axis=1))
    return "M" + "L".join(f"{x:.4g},{y:.4g}" for x, y in corners[apart]) + "Z"


def _with_names(spots: Sequence[Spot], projection: Projection) -> tuple[Spot, ...]:
    """The spots with the place of their names, first come first served: none meets a dot or another name, or sticks out."""
    taken = [(spot.x - spot.radius, spot.y - spot.radius, spot.x + spot.radius, spot.y + spot.radius) for spot in spots]
    names: dict[int, tuple[float, float]] = {}
    for spot in sorted(spots, key=lambda spot: spot.number):
        half = len(spot.name) * _LETTER / 2
        middle = max(half, min(spot.x, projection.width - half))
        feet = (spot.y + 4,) if spot.path else (spot.y + spot.radius + _LINE - 1, spot.y - spot.radius - 5)
        for foot in feet:
            box = (middle - half, foot - _LINE + 3, middle + half, foot + 3)
            apart = all(box[0] >= o[2] or o[0] >= box[2] or box[1] >= o[3] or o[1] >= box[3] for o in taken)
            if apart and box[1] >= 0 and box[3] <= projection.height and 2 * half <= projection.width:
                taken.append(box)
                names[spot.number] = (round(middle, 1), round(foot, 1))
                break
    return tuple(replace(spot, name_at=names.get(spot.number)) for spot in spots)


def _note(material: MapMaterial, spots: Sequence[Spot], known: Mapping[str, float], *, words: Words) -> str:
    """What is not on the map, or has no value."""
    absent = len(material.places) - len(spots)
    blank = sum(spot.shade < 0 for spot in spots) if known else 0
    told = []
    for key, count in (("map.absent", absent), ("map.blank", blank)):
        if count:
            told.append(words.say(f"{key}.one") if count == 1 else words.say(key, count=words.number(count)))
    return " ".join(told)
