"""What a missing head, a head too many, a broken wish and a changed shift cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from busyness.decisions.staffing.people import Person


@dataclass(frozen=True, slots=True)
class Prices:
    """Money.

    ``hour`` is what an hour of work costs on average. ``under``, ``over``, ``presence`` and ``keys`` are an hour and head;
    the rest is a time it happens.

    ``presence`` is for heads below the least that have to be there, ``keys`` for an hour without a key holder;
    ``short_hour`` for an hour of a contract that was not given (it is paid besides); ``weekend`` and ``closing`` for such
    a shift of somebody who had one more of them lately than the others; ``change`` for a published day that starts or ends
    otherwise, ``adjust`` for a moved break or another role in a shift that stays.
    """

    hour: float
    under: float
    over: float
    presence: float
    keys: float
    wished_off: float
    preference: float
    short_hour: float
    weekend: float
    closing: float
    change: float
    adjust: float

    @classmethod
    def usual(cls, people: Sequence[Person]) -> Prices:
        """This will return prices in proportion to the mean wage: what most shops find reasonable to begin with."""
        wage = float(np.mean([person.wage for person in people])) if people else 1.0
        return cls(
            hour=wage,
            under=3 * wage,
            over=0.2 * wage,
            presence=12 * wage,
            keys=12 * wage,
            wished_off=4 * wage,
            preference=0.5 * wage,
            short_hour=0.5 * wage,
            weekend=0.5 * wage,
            closing=0.3 * wage,
            change=2 * wage,
            adjust=0.5 * wage,
        )
