"""Neighbours: the places nearest to each place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KDTree

from busyness.domain.place import Place
from busyness.geo.nearest import vectors_of


def neighbours(places: Sequence[Place], *, count: int = 6) -> NDArray[np.int32]:
    """This will return the rows of the nearest other places by great circle, the nearest first, int32 ``[places, count]``.

    -1 stands at the end where there are fewer; a place without a position has no neighbours and is nobody's.
    """
    found = np.full((len(places), count), -1, np.int32)
    vectors = vectors_of(places)
    rows = np.flatnonzero(np.isfinite(vectors[:, 0]))
    asked = min(count + 1, len(rows))  # one more: each place finds itself
    if asked < 2:
        return found
    _, near = KDTree(vectors[rows]).query(vectors[rows], k=asked)
    itself = near == np.arange(len(rows))[:, None]
    itself[~itself.any(axis=1), -1] = True  # pushed out by others at the same position: the farthest goes instead
    found[rows, : asked - 1] = rows[near[~itself].reshape(len(rows), asked - 1)]
    return found
