"""From paths of visitors to heads: minutes of work per visitor, role by role, and who has to be there in any case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.need import ANYONE, KEYS, Need
from busyness.decisions.staffing.prices import Prices
from busyness.decisions.staffing.week import Week
from busyness.domain.errors import InputError

_MOST_HEADS = 400


@dataclass(frozen=True, slots=True)
class RoleStandard:
    """``minutes`` of work per visitor, ``occupancy`` the share of time somebody should be busy with visitors, ``least``
    the heads there while the place is open."""

    role: str
    minutes: float
    occupancy: float = 0.85
    least: int = 0

    def __post_init__(self) -> None:
        if self.minutes < 0 or not 0 < self.occupancy <= 1 or self.least < 0:
            raise InputError(
                f"The labour standard of '{self.role}' cannot be: {self.minutes} minutes at {self.occupancy:.0%}.",
                hint="Minutes are 0 or more, occupancy lies above 0 and at most at 1.",
            )


@dataclass(frozen=True, slots=True)
class LabourStandard:
    """``service`` is the share of paths in which heads should be enough; 0: the least expected cost decides.

    ``least`` heads are there while the place is open and for ``before`` and ``after`` minutes around, whatever their
    role; with ``key_holder`` one of those there has the keys.
    """

    roles: tuple[RoleStandard, ...]
    service: float = 0.0
    least: int = 0
    before: int = 0
    after: int = 0
    key_holder: bool = False


def need_of_paths(
    visitors: NDArray[np.float32],
    open_slots: NDArray[np.bool_],
    *,
    standard: LabourStandard,
    prices: Prices,
    week: Week,
    place: str = "",
    timezone: str = "UTC",
) -> Need:
    """This will turn visitors ``[paths, slots]`` (per slot) into the need.

    A path needs ``visitors × minutes ÷ (slot minutes × occupancy)`` heads. With a service level the heads are that
    quantile over paths, and fewer or more cost by the hour; without one the cost is what is expected over all paths,
    and the heads shown are where it is least.
    """
    load = np.asarray(visitors, np.float64) / week.length.minutes
    heads = [np.where(open_slots, load * role.minutes / role.occupancy, 0.0) for role in standard.roles]
    return need_of_heads(
        {role.role: np.maximum(each, role.least * open_slots) for role, each in zip(standard.roles, heads, strict=True)},
        open_slots,
        standard=standard,
        prices=prices,
        week=week,
        place=place,
        timezone=timezone,
    )


def need_of_heads(
    wanted: dict[str, NDArray[np.float64]],
    open_slots: NDArray[np.bool_],
    *,
    standard: LabourStandard,
    prices: Prices,
    week: Week,
    place: str = "",
    timezone: str = "UTC",
) -> Need:
    """This will turn the heads that each path needs, ``[paths, slots]`` by role (fractions are fine), into the need."""
    most = 2 + int(max((np.ceil(each).max() for each in wanted.values() if each.size), default=1))
    most = max(most, standard.least + 1)
    if most > _MOST_HEADS:
        raise InputError(
            f"The forecast asks for {most} heads at once.",
            hint="Check the minutes of work per visitor and the slot's length.",
        )
    least = {role.role: role.least for role in standard.roles}
    parts = [_role(each, standard.service, most, prices=prices, week=week) for each in wanted.values()]
    parts = [
        _with_least(part, least.get(role, 0) * open_slots, prices.presence * week.hours)
        for role, part in zip(wanted, parts, strict=True)
    ]
    names = list(wanted)
    around = _around(open_slots, standard.before // week.length.minutes, standard.after // week.length.minutes)
    for name, count, price in ((ANYONE, standard.least, prices.presence), (KEYS, int(standard.key_holder), prices.keys)):
        if count:
            names.append(name)
            under = np.maximum(count * around[:, None] - np.arange(most + 1), 0) * price * week.hours
            parts.append(((count * around).astype(np.float64), under, np.zeros_like(under)))
    heads, under, over = (np.stack(each) for each in zip(*parts, strict=True))
    return Need(place, timezone, week, tuple(names), heads.astype(np.int64), under, over, open_slots)


def _role(
    wanted: NDArray[np.float64], service: float, most: int, *, prices: Prices, week: Week
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Heads ``[slots]``, and what fewer and more cost, ``[slots, heads + 1]``."""
    count = np.arange(most + 1, dtype=np.float64)
    if service:
        heads = np.asarray(np.ceil(np.quantile(wanted, service, axis=0, method="inverted_cdf") - 1e-9), np.float64)
        gaps = heads[None, :, None] - count
    else:
        gaps = wanted[:, :, None] - count
    under = prices.under * week.hours * np.maximum(gaps, 0).mean(axis=0)
    over = prices.over * week.hours * np.maximum(-gaps, 0).mean(axis=0)
    if not service:
        # the wage is not in these costs, so what is shown weighs it in: a head more has to save its hour
        step = np.diff(under + over, axis=1) + prices.hour * week.hours
        heads = (step < -1e-9).sum(axis=1).astype(np.float64)
    return heads, under, over


def _with_least(
    part: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], least: NDArray[np.int64], price: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    heads, under, over = part
    missing = np.maximum(least[:, None] - np.arange(under.shape[1]), 0)
    return np.maximum(heads, least), under + price * missing, over


def _around(open_slots: NDArray[np.bool_], before: int, after: int) -> NDArray[np.int64]:
    """The open slots and those just before and after, as 0 and 1."""
    wide = open_slots.copy()
    for shift in range(1, before + 1):
        wide[:-shift] |= open_slots[shift:]
    for shift in range(1, after + 1):
        wide[shift:] |= open_slots[:-shift]
    return wide.astype(np.int64)
