"""How visitors are served by a number of heads: who waits, who gives up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Service:
    """Per common day and place ``[units, places]``: visitors who ``gave_up`` and the hours that all ``waited``."""

    gave_up: Numbers
    waited: Numbers


def serve(visitors: Numbers, capacity: Numbers, *, slot_hours: float, patience: float) -> Service:
    """This will let ``visitors`` ``[units, places, slots]`` queue before a ``capacity`` in visitors a slot ``[places,
    slots]``, or with a leading axis of units; ``patience`` is the mean in minutes.

    A fluid with abandonment, solved exactly within each slot: dq/dt = arrivals − capacity − q ÷ patience while somebody
    waits. Who still waits at the end gives up. It knows queues from too few heads, not those from chance within a slot.
    Source: Whitt, "Fluid models for multiserver queues with abandonments", Operations Research 54, 2006.
    """
    hours = patience / 60
    queue = np.zeros(visitors.shape[:2])
    waited = np.zeros_like(queue)
    for slot in range(visitors.shape[2]):
        level = (visitors[:, :, slot] - capacity[..., slot]) / slot_hours * hours  # where the queue would settle
        shrinks = (level < 0) & (queue > 0)
        emptied = hours * np.log1p(queue / np.where(shrinks, -level, 1.0))
        busy = np.where(level < 0, np.where(shrinks, np.minimum(emptied, slot_hours), 0.0), slot_hours)
        faded = np.exp(-busy / hours)
        waited += np.maximum(level * busy + (queue - level) * hours * (1 - faded), 0.0)
        queue = np.where(busy < slot_hours, 0.0, np.maximum(level + (queue - level) * faded, 0.0))
    return Service(waited / hours + queue, waited)
