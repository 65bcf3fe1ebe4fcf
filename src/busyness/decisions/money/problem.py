"""The question of money: two practices on the same days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.money.assumptions import Assumptions
from busyness.domain.errors import InputError

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Practice:
    """A way to run the places: ``heads`` working ``[places, slots]`` and, per item, further ``costs`` of every common day
    and place ``[units, places]`` (``waste``, ``stock-outs``, …), as stock plans and others tell them.

    ``wages`` is money an hour ``[places]``; None: the assumed wage everywhere.
    """

    heads: Numbers
    costs: Mapping[str, Numbers] = field(default_factory=dict)
    wages: Numbers | None = None


@dataclass(frozen=True, slots=True)
class MoneyProblem:
    """``visitors`` ``[units, places, slots]``: common days (drawn paths of the horizon, or days that came), on which the
    practice of the ``plan`` and ``today``'s are reckoned alike. ``need`` is heads ``[places, slots]``, None: from the
    visitors of each unit. ``slot_hours`` is the length of a slot, ``start`` the first one.

    Raises ``InputError`` where shapes do not fit or numbers are missing or negative.
    """

    places: tuple[str, ...]
    start: datetime
    slot_hours: float
    visitors: Numbers
    plan: Practice
    today: Practice
    assumptions: Assumptions = field(default_factory=Assumptions)
    need: Numbers | None = None
    currency: str = ""
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.visitors.ndim != 3 or self.visitors.shape[1] != len(self.places) or not self.visitors.size:
            raise InputError(f"Visitors of shape {self.visitors.shape} do not fit {len(self.places)} places.")
        if self.start.tzinfo is None or self.slot_hours <= 0:
            raise InputError("The first slot needs a time zone, and slots a length above 0.")
        _sound("visitors", self.visitors, self.visitors.shape)
        units, places, slots = self.visitors.shape
        if self.need is not None:
            _sound("the need", self.need, (places, slots))
        for name, practice in (("the plan", self.plan), ("today's practice", self.today)):
            _sound(f"the heads of {name}", practice.heads, (places, slots))
            for item, costs in practice.costs.items():
                _sound(f"'{item}' of {name}", costs, (units, places))
            if practice.wages is not None:
                _sound(f"the wages of {name}", practice.wages, (places,))
        if set(self.plan.costs) != set(self.today.costs):
            only = ", ".join(sorted(set(self.plan.costs) ^ set(self.today.costs)))
            raise InputError(f"Only one of the two practices has {only}.", hint="Give it for both, 0 where there is none.")

    @property
    def days(self) -> float:
        """How long a common day (or week, or horizon) is."""
        return float(self.visitors.shape[2] * self.slot_hours / 24)


def _sound(name: str, numbers: Numbers, shape: tuple[int, ...]) -> None:
    if numbers.shape != shape:
        raise InputError(f"{name[0].upper()}{name[1:]} has the shape {numbers.shape}; {shape} is needed.")
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise InputError(f"{name[0].upper()}{name[1:]} has gaps or negative numbers.", hint="Fill the gaps with 0.")
