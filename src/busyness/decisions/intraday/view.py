"""What may be known when a step is decided: nothing of it lies in the future."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.kernel import Seen, World, look

LOOK = 12
"""Steps ahead in which people under way are told; later ones count from the last."""


class View(NamedTuple):
    """Days at the start of one ``step``. ``expected`` ``[days, places, steps]`` is the morning's forecast, ``arrived``
    ``[days, places, step]`` who came so far; ``[days, places]``: ``waiting`` in line, ``busy`` people, ``heads`` there (busy
    ones too), ``flex`` of these who may be moved. ``coming`` ``[days, places, LOOK]``: people under way who will be there in
    this and the next steps (a part of a step counts as a part). ``called`` and ``sent`` ``[days]`` so far today.
    """

    step: int
    expected: NDArray[np.float64]
    arrived: NDArray[np.int64]
    waiting: NDArray[np.int64]
    busy: NDArray[np.int64]
    heads: NDArray[np.int64]
    flex: NDArray[np.int64]
    coming: NDArray[np.float64]
    called: NDArray[np.int64]
    sent: NDArray[np.int64]


def view_of(world: World, step: int, days: Days) -> View:
    """This will return what is known of the days that run."""
    state = world.state
    shape = state.people.shape
    busy, heads, flex = np.zeros((3, *shape), np.int64)
    seen = Seen(busy, heads, flex, np.zeros((*shape, LOOK)))
    look(world, step, seen)
    return View(
        step=step,
        expected=days.expected[state.day],
        arrived=days.arrivals[state.day, :, :step],
        waiting=state.waiting.copy(),
        busy=busy,
        heads=heads,
        flex=flex,
        coming=seen.coming,
        called=state.called.copy(),
        sent=state.sent.copy(),
    )
