"""Moves as arrows on a map: from where to where, and how many. Plain vectors, no network, no script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import ColumnMissingError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.reports.map import Map, MapMaterial, Ring, drawn_map
from busyness.reports.words import Words
from busyness.tables.fleet import FROM, QUANTITY, TO

DRAWN = 80
"""So many arrows at most: the largest."""

_NUMBERED = 25  # arrows that carry their number, as far as there is room
_WIDTH = (1.4, 9.0)  # of the smallest and the widest arrow
_BEND, _FARTHEST = 0.14, 38.0  # an arrow swings out by this share of its length, within the picture's margin
_GAP = 6.0  # points left free at both ends
_SIDE = 12.0  # of a depot's square
_LETTER, _LINE = 8.0, 15.0
_ARROWS_OF_LEGEND = 3

Points = NDArray[np.float64]


@dataclass(frozen=True)
class FlowMaterial:
    """``moves`` has the columns ``from, to, quantity``: ids of ``places`` or ``depots``. Outlines are those of a map.

    Rows between the same two are added up. ``unit`` says what is moved, ``title`` heads the map.
    """

    places: tuple[Place, ...]
    depots: tuple[Place, ...]
    moves: pl.DataFrame
    outlines: Mapping[str, Sequence[Ring]] = field(default_factory=dict)
    title: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A bent line of ``width`` with the ``head`` of an arrow, both SVG paths; ``number`` stands at ``at``, if anywhere."""

    said: str
    line: str
    head: str
    width: float
    number: str
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class DepotMark:
    """A square with a name above it."""

    name: str
    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True)
class FlowMap:
    """``ground`` are the places and, from spot number ``first_depot`` on, the depots.

    ``arrows`` lie on it, the widest first; ``legend`` names some widths.
    """

    ground: Map
    first_depot: int
    said: str
    note: str
    depots: tuple[DepotMark, ...]
    arrows: tuple[Arrow, ...]
    legend: tuple[tuple[float, str], ...]


def drawn_flow_map(material: FlowMaterial, words: Words) -> FlowMap | None:
    """This will draw the moves between the places and depots that have a position; ``None`` where none has.

    Raises ``ColumnMissingError`` for a column and ``UnknownPlaceError`` for an id that is not there.
    """
    sites = (*material.places, *material.depots)
    ground = drawn_map(MapMaterial(sites, material.outlines, title=material.title), words)
    if ground is None:
        return None
    moves = _added_up(material.moves, sites)
    at = {sites[spot.number].id: np.array([spot.x, spot.y]) for spot in ground.spots}
    shown = [row for row in moves.iter_rows() if row[0] in at and row[1] in at and (at[row[0]] != at[row[1]]).any()]
    names = {site.id: site.label for site in sites}
    widest = max((row[2] for row in shown), default=1.0)
    first_depot = len(material.places)
    depots = tuple(
        DepotMark(sites[spot.number].label, spot.x, spot.y, _SIDE) for spot in ground.spots if spot.number >= first_depot
    )
    room = _Room(ground, depots)
    arrows = []
    for rank, (origin, destination, quantity) in enumerate(shown[:DRAWN]):
        count = words.number(quantity)
        said = words.say("flow.arrow", count=count, unit=material.unit, origin=names[origin], destination=names[destination])
        number = count if rank < _NUMBERED else ""
        width = _width(quantity, widest)
        arrows.append(
            _arrow(at[origin], at[destination], width=width, said=" ".join(said.split()), number=number, room=room)
        )
    fewer = len(shown) > DRAWN
    return FlowMap(
        ground=ground,
        first_depot=first_depot,
        said=words.say("flow.aria", count=words.number(len(shown)), title=material.title),
        note=words.say("flow.fewer", count=words.number(DRAWN), total=words.number(len(shown))) if fewer else "",
        depots=depots,
        arrows=tuple(arrows),
        legend=_legend([row[2] for row in shown], widest, words),
    )


def _added_up(moves: pl.DataFrame, sites: Sequence[Place]) -> pl.DataFrame:
    """``from, to, quantity``, one row a pair, the largest first."""
    for name in (FROM, TO, QUANTITY):
        if name not in moves.columns:
            raise ColumnMissingError(name, moves.columns, role="the map of moves")
    known = [site.id for site in sites]
    unknown = set(moves[FROM]) | set(moves[TO])
    for id_ in sorted(unknown - set(known)):
        raise UnknownPlaceError(id_, known)
    pairs = moves.group_by(FROM, TO).agg(pl.col(QUANTITY).cast(pl.Float64).sum())
    return pairs.filter(pl.col(QUANTITY) > 0).sort(QUANTITY, FROM, TO, descending=[True, False, False])


def _width(quantity: float, widest: float) -> float:
    return round(_WIDTH[0] + (_WIDTH[1] - _WIDTH[0]) * math.sqrt(quantity / widest), 1)


def _arrow(origin: Points, destination: Points, *, width: float, said: str, number: str, room: _Room) -> Arrow:
    """An arrow that swings out to its left, so that the way back lies beside it."""
    along = destination - origin
    length = float(np.hypot(*along))
    ahead = along / length
    left = np.array([ahead[1], -ahead[0]])
    gap = min(_GAP, length / 5)
    size = min(3.0 + 1.6 * width, length * 0.45)
    bend = (origin + destination) / 2 + left * min(_BEND * length, _FARTHEST)
    begin, tip = origin + gap * _unit(bend - origin), destination - gap * _unit(destination - bend)
    into = _unit(tip - bend)
    across = np.array([-into[1], into[0]]) * size * 0.55
    neck = tip - into * size * 0.9
    corners = (tip, tip - into * size + across, tip - into * size - across)
    middle = (begin + 2 * bend + neck) / 4
    return Arrow(
        said=said,
        line=f"M{_at(begin)}Q{_at(bend)} {_at(neck)}",
        head=f"M{'L'.join(_at(corner) for corner in corners)}Z",
        width=width,
        number=number,
        at=room.beside(middle, left * (width / 2 + 8), number),
    )


class _Room:
    """Knows where words stand already, so that no number meets one or sticks out of the picture."""

    def __init__(self, ground: Map, depots: Sequence[DepotMark]) -> None:
        self._width, self._height = ground.width, ground.height
        self._taken = [_box(*spot.name_at, spot.name) for spot in ground.spots if spot.name_at]
        self._taken += [_box(depot.x, depot.y - depot.side / 2 - 5, depot.name) for depot in depots]

    def beside(self, middle: Points, aside: Points, number: str) -> tuple[float, float] | None:
        """Where a number stands on the one side of its arrow's middle or on the other, if there is room."""
        for x, y in (middle + aside, middle - aside) if number else ():
            box = _box(float(x), float(y) + 4, number)
            apart = all(box[0] >= o[2] or o[0] >= box[2] or box[1] >= o[3] or o[1] >= box[3] for o in self._taken)
            if apart and box[0] >= 0 and box[1] >= 0 and box[2] <= self._width and box[3] <= self._height:
                self._taken.append(box)
                return round(float(x), 1), round(float(y) + 4, 1)
        return None


def _box(x: float, foot: float, text: str) -> tuple[float, float, float, float]:
    half = len(text) * _LETTER / 2 + 1
    return x - half, foot - _LINE + 3, x + half, foot + 3


def _legend(quantities: Sequence[float], widest: float, words: Words) -> tuple[tuple[float, str], ...]:
    """Some quantities that are drawn, the smallest and the largest among them."""
    known = sorted(set(quantities))
    if not known:
        return ()
    picked = {known[round(k * (len(known) - 1) / (_ARROWS_OF_LEGEND - 1))] for k in range(_ARROWS_OF_LEGEND)}
    return tuple((_width(quantity, widest), words.number(quantity)) for quantity in sorted(picked))


def _unit(vector: Points) -> Points:
    return np.asarray(vector / np.hypot(*vector))


def _at(point: Points) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"
