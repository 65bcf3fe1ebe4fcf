"""Distances over the ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG), kilometres."""


def metres_between(
    latitude: ArrayLike, longitude: ArrayLike, *, to_latitude: ArrayLike, to_longitude: ArrayLike
) -> NDArray[np.float64]:
    """This will return great-circle distances in metres (haversine on a sphere); degrees in, shapes broadcast.

    A missing position (NaN) is at a distance of NaN. Good to 0.5 %: the Earth is no perfect sphere.
    """
    north, east = np.radians(np.asarray(latitude)), np.radians(np.asarray(longitude))
    to_north, to_east = np.radians(np.asarray(to_latitude)), np.radians(np.asarray(to_longitude))
    across = np.sin((to_north - north) / 2) ** 2
    along = np.cos(north) * np.cos(to_north) * np.sin((to_east - east) / 2) ** 2
    return np.asarray(2000 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(across + along, 1.0))), np.float64)


def unit_vectors(latitude: ArrayLike, longitude: ArrayLike) -> NDArray[np.float64]:
    """This will return the points of the unit sphere at these degrees, ``[points, 3]``.

    Straight lines between them order points as great circles do, without a seam at the date line.
    """
    north, east = np.radians(latitude), np.radians(longitude)
    level = np.cos(north)
    return np.stack([level * np.cos(east), level * np.sin(east), np.sin(north)], axis=-1)


def degrees_of(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """This will return latitude and longitude of vectors ``[..., 3]`` of any length: the way back."""
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))


def chord_of(metres: ArrayLike) -> NDArray[np.float64]:
    """This will return the straight line through a unit sphere that spans this distance over the ground."""
    return np.asarray(2 * np.sin(np.minimum(np.asarray(metres) / (2000 * EARTH_KM), np.pi / 2)), np.float64)
