"""What was said beside what came, slot by slot, and the same by day: what everything here is told from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError

Numbers = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Walked:
    """One forecaster's answers, each made before its slot: arrays ``[places, slots]``, in demand per slot.

    ``observed`` is NaN where nothing was observed or the place was closed; ``low`` and ``high`` are the 80 % band,
    ``baseline`` what anyone would have said (NaN where nobody could); ``day`` ``[places, slots]`` is the local date.
    """

    places: tuple[str, ...]
    day: Days
    observed: NDArray[np.float32]
    median: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    baseline: NDArray[np.float32]

    def __post_init__(self) -> None:
        shape = (len(self.places), self.day.shape[1])
        for name in ("day", "observed", "median", "low", "high", "baseline"):
            if getattr(self, name).shape != shape:
                raise InputError(f"What was walked through has '{name}' of shape {getattr(self, name).shape}, not {shape}.")

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Where something came and something had been said."""
        return np.isfinite(self.observed) & np.isfinite(self.median)

    def by_day(self) -> Daily:
        """This will add up each place's local days."""
        days, number = np.unique(self.day, return_inverse=True)
        cell = np.arange(len(self.places))[:, None] * len(days) + number.reshape(self.day.shape)
        scored = self.scored
        inside = scored & (self.observed >= self.low) & (self.observed <= self.high)
        compared = scored & np.isfinite(self.baseline)

        def added(values: NDArray[np.float32] | NDArray[np.bool_], where: NDArray[np.bool_]) -> Numbers:
            size = len(self.places) * len(days)
            total = np.bincount(cell[where], np.asarray(values[where], np.float64), minlength=size)
            return np.asarray(total.reshape(len(self.places), len(days)))

        missed = np.abs(self.observed - self.median)
        return Daily(
            places=self.places,
            days=days,
            slots=added(scored, scored),
            came=added(self.observed, scored),
            said=added(self.median, scored),
            missed=added(missed, scored),
            inside=added(inside, scored),
            compared=added(missed, compared),
            baseline=added(np.abs(self.observed - self.baseline), compared),
        )


@dataclass(frozen=True)
class Daily:
    """Sums of each place's scored slots by local day, ``[places, days]``.

    ``slots`` how many; ``came`` and ``said`` demand and medians; ``missed`` absolute errors; ``inside`` slots inside the
    80 % band; ``compared`` the absolute errors where there is a baseline, and ``baseline`` its own.
    """

    places: tuple[str, ...]
    days: Days
    slots: Numbers
    came: Numbers
    said: Numbers
    missed: Numbers
    inside: Numbers
    compared: Numbers
    baseline: Numbers

    def errors(self, *, leave_out: Days | None = None) -> Numbers:
        """This will return scaled errors, log of came over said, ``[places, days]``: 0.34 is 40 % more than was said.

        NaN on days with less than half of the place's usual slots, and on days to be left out (holidays: they say little
        about ordinary days).
        """
        seen = np.where(self.slots > 0, self.slots, np.nan)
        few = self.slots < 0.5 * np.nan_to_num(_median(seen))[:, None]
        least = 0.02 * np.nan_to_num(_median(np.where(self.slots > 0, self.said, np.nan)))[:, None] + 1.0
        error = np.log((self.came + least) / (self.said + least))
        out = np.zeros(len(self.days), bool) if leave_out is None else np.isin(self.days, leave_out)
        return np.asarray(np.where(few | (self.slots == 0) | out, np.nan, error))


def _median(values: Numbers) -> Numbers:
    """The median of each row, NaN where there is nothing."""
    some = np.isfinite(values).any(axis=1)
    found = np.full(len(values), np.nan)
    found[some] = np.nanmedian(values[some], axis=1)
    return found
