"""The centre of a chain of places, and how far from it each place lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.geo.distance import degrees_of, metres_between
from busyness.geo.nearest import vectors_of

KM_TO_CENTRE = "km_to_centre"
"""The attribute: kilometres from the place to the centre of all places."""


def kilometres_to_centre(places: Sequence[Place]) -> NDArray[np.float64]:
    """This will return each place's distance to the median position of all places, km; NaN without a position.

    The median does not follow one far store, and knows nothing of demand: it is the same at every origin.
    """
    vectors = vectors_of(places)
    placed = np.isfinite(vectors[:, 0])
    if not placed.any():
        return np.full(len(places), np.nan)
    middle = degrees_of(np.median(vectors[placed], axis=0))
    latitude, longitude = degrees_of(vectors)
    return metres_between(latitude, longitude, to_latitude=middle[0], to_longitude=middle[1]) / 1000


def with_distance_to_centre(places: Sequence[Place]) -> tuple[Place, ...]:
    """This will return the places with the attribute ``km_to_centre``; a place without a position stays as it is."""
    return tuple(
        place if np.isnan(far) else replace(place, attributes={**place.attributes, KM_TO_CENTRE: round(float(far), 3)})
        for place, far in zip(places, kilometres_to_centre(places), strict=True)
    )
