"""A shorter order of a tour's stops: parts turned round (2-opt) or carried elsewhere (Or-opt), the load always possible."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

_LONGEST_PART = 3
_MOST_STOPS = 40  # tours of more stops stay as they are: all exchanges at once would not fit in memory


def shorter_order(km: NDArray[np.float64], change: Rows, *, aboard: int, room: int) -> Rows:
    """This will return the order in which to visit the stops, ``[stops]``, no longer than the given one.

    ``km`` ``[stops + 1, stops + 1]`` are distances, the depot last; ``change`` is what each stop adds to the load, which
    begins at ``aboard`` and has to stay within 0 … ``room``. The best exchange is made until none is shorter.
    """
    stops = len(change)
    order = np.arange(stops)
    if not 1 < stops <= _MOST_STOPS:
        return order
    while True:
        tries = order[_exchanges(stops)]
        load = aboard + np.cumsum(change[tries], axis=1)
        fits = (load.min(axis=1) >= 0) & (load.max(axis=1) <= room)
        length = np.where(fits, tour_km(km, tries), np.inf)
        best = int(np.argmin(length))
        if length[best] >= tour_km(km, order[None])[0] - 1e-9:
            return order
        order = tries[best]


def tour_km(km: NDArray[np.float64], orders: Rows) -> NDArray[np.float64]:
    """This will return the length of tours ``[tours, stops]`` from the depot and back."""
    depot = len(km) - 1
    between = km[orders[:, :-1], orders[:, 1:]].sum(axis=1)
    return np.asarray(km[depot, orders[:, 0]] + between + km[orders[:, -1], depot])


@cache
def _exchanges(stops: int) -> Rows:
    """Every order that one exchange makes of ``0, 1, …``: ``[exchanges, stops]``."""
    straight = list(range(stops))
    found = []
    for begin in range(stops):
        for end in range(begin + 1, stops + 1):
            part, rest = straight[begin:end], straight[:begin] + straight[end:]
            if len(part) > 1:
                found.append(straight[:begin] + part[::-1] + straight[end:])
            if len(part) <= _LONGEST_PART:
                for at in range(len(rest) + 1):
                    found.append(rest[:at] + part + rest[at:])
                    found.append(rest[:at] + part[::-1] + rest[at:])
    return np.unique(np.array(found, np.int64), axis=0)
