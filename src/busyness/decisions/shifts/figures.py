"""An instance as arrays: what every person's every shift costs, and what every shift needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from busyness.decisions.shifts.instance import Instance

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Row = tuple[int, ...]
"""One person's shifts by number, day by day; -1 is a day off."""


@dataclass(frozen=True, slots=True)
class Figures:
    """``wishes`` is ``[staff, days, shifts]``: what a shift costs its person, infinite where it may not be.

    A granted wish is a negative cost and ``constant`` what all wishes cost if none is granted. The other arrays have one
    entry a line of cover: its ``slot`` (day × shifts + shift), the heads ``required``, the costs ``under`` and ``over``.
    """

    wishes: Floats
    constant: float
    slot: Ints
    required: Floats
    under: Floats
    over: Floats

    @property
    def dearest(self) -> float:
        """A cost that no roster reaches."""
        wishes = np.abs(self.wishes[np.isfinite(self.wishes)]).sum()
        cover = np.maximum(self.required * self.under, len(self.wishes) * self.over).sum()
        return 1.0 + self.constant + float(wishes) + float(cover)

    def wish_cost(self, person: int, row: Row) -> float:
        """This will return what a row costs its person's wishes, without ``constant``."""
        return float(sum(self.wishes[person, day, shift] for day, shift in enumerate(row) if shift >= 0))

    def slots(self, row: Row) -> Ints:
        """This will return the slots that a row covers."""
        shifts = self.wishes.shape[2]
        return np.array([day * shifts + shift for day, shift in enumerate(row) if shift >= 0], dtype=np.int64)

    def penalty(self, rows: list[Row]) -> int:
        """This will return what a whole roster, one row a person, costs."""
        heads = np.zeros(self.wishes.shape[1] * self.wishes.shape[2])
        for row in rows:
            heads[self.slots(row)] += 1
        short = self.required - heads[self.slot]
        cover = np.maximum(short, 0) @ self.under + np.maximum(-short, 0) @ self.over
        return round(self.constant + float(cover) + sum(self.wish_cost(p, row) for p, row in enumerate(rows)))


def figures_of(instance: Instance) -> Figures:
    """This will lay an instance out as arrays."""
    shift_number = {shift.name: number for number, shift in enumerate(instance.shifts)}
    person_number = {person.name: number for number, person in enumerate(instance.staff)}
    wishes = np.zeros((len(instance.staff), instance.days, len(instance.shifts)))
    for request in instance.requests:
        at = person_number[request.person], request.day, shift_number[request.shift]
        wishes[at] += -request.weight if request.wanted else request.weight
    for number, person in enumerate(instance.staff):
        wishes[number, sorted(person.days_off)] = np.inf
        for shift, most in person.most_shifts.items():
            if most == 0:
                wishes[number, :, shift_number[shift]] = np.inf
    cover = instance.cover
    return Figures(
        wishes,
        float(sum(request.weight for request in instance.requests if request.wanted)),
        np.array([line.day * len(instance.shifts) + shift_number[line.shift] for line in cover], dtype=np.int64),
        np.array([line.required for line in cover], dtype=float),
        np.array([line.under for line in cover], dtype=float),
        np.array([line.over for line in cover], dtype=float),
    )
