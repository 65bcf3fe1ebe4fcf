"""A raster laid over polygons once, so that nearly every point is answered by looking up the square it lies in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

OUTSIDE, CUT = -1, -2
"""A square wholly outside every polygon, and one that some border cuts."""

_SIDE_OF_ONE = 128  # squares along each side for one polygon; their number grows with that of the polygons
_MOST, _LEAST = 2048, 256
_CLOSE = 1e-6  # of a square: wider than any rounding of a coordinate, so that a border near an edge cuts both sides
_BLOCK = 1 << 15  # points at a time: their coordinates and squares stay in the processor's cache

Polygons = NDArray[np.object_]


class Raster:
    """Squares over the polygons' bounds. ``table`` int32 ``[rows, columns]`` names the polygon each square lies in.

    Where polygons overlap it is the first of them. The outermost squares are outside, and stand for all of the world
    that the bounds leave out.
    """

    def __init__(self, polygons: Polygons) -> None:
        self._side = int(np.clip(_SIDE_OF_ONE * np.sqrt(len(polygons)), _LEAST, _MOST))
        west, south, east, north = shapely.total_bounds(polygons)
        inner = self._side - 4  # two rings of squares lie around the bounds: no border is in the outermost
        self._origin = np.array([west, south])
        self._scale = inner / np.array([east - west, north - south])
        self.table = np.full((self._side, self._side), OUTSIDE, np.int32)
        for column, row in _squares_along(self._rings(polygons)):
            self.table[row, column] = CUT
        self._fill(polygons)

    def look_up(self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.int32]:
        """This will return what the table says of each point; missing positions (NaN) are outside."""
        found = np.empty(len(longitude), np.int32)
        flat = self.table.ravel()
        for begin in range(0, len(found), _BLOCK):
            block = slice(begin, begin + _BLOCK)
            square = self._index(latitude[block], 1)
            square *= self._side
            square += self._index(longitude[block], 0)
            flat.take(square, out=found[block])
        return found

    def _index(self, degrees: NDArray[np.float64], axis: int) -> NDArray[np.int64]:
        place = degrees - self._origin[axis]
        place *= self._scale[axis]
        place += 2
        np.fmin(place, self._side - 1, out=place)  # fmin and fmax bring NaN, too, into an outermost square
        np.fmax(place, 0, out=place)
        return np.asarray(place, np.int64)

    def _rings(self, polygons: Polygons) -> Iterator[NDArray[np.float64]]:
        """Every border as a line of points, in squares from the raster's corner."""
        for ring in shapely.get_rings(shapely.get_parts(polygons)):
            yield (shapely.get_coordinates(ring) - self._origin) * self._scale + 2

    def _fill(self, polygons: Polygons) -> None:
        """Between two cut squares of a row, no border passes: one point answers for all of them."""
        inside = self.table != CUT
        changed = np.diff(inside.astype(np.int8), axis=1, prepend=0, append=0)
        (row, first), (_, stop) = np.nonzero(changed == 1), np.nonzero(changed == -1)
        middle = np.stack([(first + stop) // 2 + 0.5, row + 0.5], axis=1)
        points = shapely.points((middle - 2) / self._scale + self._origin)
        which, polygon = shapely.STRtree(polygons).query(points, predicate="within")
        answer = np.full(len(points), len(polygons), np.int32)
        np.minimum.at(answer, which, polygon.astype(np.int32))
        answer[answer == len(polygons)] = OUTSIDE
        self.table[inside] = np.repeat(answer, stop - first)


def _squares_along(rings: Iterator[NDArray[np.float64]]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The columns and rows of the squares that each line touches.

    The line is cut into pieces of at most half a square; the box around such a piece lies in the squares of its corners.
    """
    for ring in rings:
        begin, step = ring[:-1], np.diff(ring, axis=0)
        pieces = np.ceil(2 * np.abs(step).max(axis=1)).astype(np.int64) + 1
        part = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        step = np.repeat(step / pieces[:, None], pieces, axis=0)
        one = np.repeat(begin, pieces, axis=0) + part[:, None] * step
        other = one + step
        low = (np.minimum(one, other) - _CLOSE).astype(np.int64)
        high = (np.maximum(one, other) + _CLOSE).astype(np.int64)
        for column in (low[:, 0], high[:, 0]):
            for row in (low[:, 1], high[:, 1]):
                yield column, row
