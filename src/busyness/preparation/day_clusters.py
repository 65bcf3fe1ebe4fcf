"""Days that resemble no other day of their place, found by density-based clustering (DBSCAN) of their shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN
from sklearn.neighbors import NearestNeighbors

_MOST_DAYS = 1_500
"""Days that are clustered at most: distances between all pairs stay under 20 MB."""

_NEIGHBOURS = 4
_CLOSE = 0.1
"""Shapes that differ by this much of the place's level per slot resemble each other in any case."""


def lonely_days(shapes: NDArray[np.float32], threshold: float) -> NDArray[np.bool_]:
    """This will say which of one place's days resemble no other day, ``[days]``.

    ``shapes`` is demand over the place's level, ``[days, slots of a day]``; a day with NaN is not judged. Two days
    resemble each other when they are no further apart than ``threshold`` times what is usual between a day and its
    fourth nearest. Of very many days, every so-manieth is clustered and the others are compared with those.
    """
    whole = np.flatnonzero(np.isfinite(shapes).all(axis=1))
    lonely = np.zeros(len(shapes), bool)
    if len(whole) <= 2 * _NEIGHBOURS:
        return lonely
    sample = whole[np.linspace(0, len(whole) - 1, min(len(whole), _MOST_DAYS)).astype(np.int64)]
    nearest = NearestNeighbors(n_neighbors=_NEIGHBOURS + 1).fit(shapes[sample])
    distance = nearest.kneighbors(shapes[sample])[0][:, -1]
    reach = max(threshold * float(np.median(distance)), _CLOSE * shapes.shape[1] ** 0.5)
    alone = DBSCAN(eps=reach, min_samples=2).fit(shapes[sample]).labels_ < 0
    lonely[sample] = alone
    others = np.setdiff1d(whole, sample)
    if len(others) and not alone.all():
        clustered = NearestNeighbors(n_neighbors=1).fit(shapes[sample[~alone]])
        lonely[others] = clustered.kneighbors(shapes[others])[0][:, 0] > reach
    return lonely
