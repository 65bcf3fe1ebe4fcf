"""What a model said of the next two days: arrivals are compared with it, so that learning needs no look at the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.domain.slots import SlotLength
from busyness.models.corrections import HOURS, Floats, Said
from busyness.tables.forecast import Forecast
from busyness.tables.panel import SealedPanel, wall_times

_THURSDAY = 72  # hours from Monday to the first day of the epoch
_BAND = (0.1, 0.9)


@dataclass(frozen=True)
class Outlook:
    """``said`` of the slots from ``start`` on, ``[places, slots]``; ``per_day`` float32 ``[places]``: slots of an open day.

    It is made anew after half of it: the other half tells how far the model has moved in between.
    """

    start: np.datetime64
    length: SlotLength
    said: Said
    per_day: Floats

    @classmethod
    def read(cls, forecast: Forecast, panel: SealedPanel) -> Self:
        """This will keep what a forecast from the panel's origin says."""
        low, high = (forecast.at(level) for level in _BAND)
        wall = wall_times(forecast.places, forecast.slots)
        feasts = np.array(sorted(panel.holidays), dtype="datetime64[D]")
        usual = ~np.isin(wall.astype("datetime64[D]"), feasts)
        said = Said(forecast.mean, forecast.at(0.5), low, high, hour_of_week(forecast), usual)
        length = forecast.slots.length
        per_day = np.maximum((forecast.mean > 0).mean(axis=1) * length.per_day, 1).astype(np.float32)
        return cls(forecast.slots.start, length, said, per_day)

    @property
    def end(self) -> np.datetime64:
        """The end of what it says."""
        end: np.datetime64 = self.start + self.said.mean.shape[1] * self.length.step
        return end

    def rows(self, rows: NDArray[np.int64]) -> Outlook:
        """This will return it for other places: row numbers, −1 for a place of which nothing was said."""
        said = self.said.rows(np.maximum(rows, 0))
        nothing = np.where(rows[:, None] < 0, np.float32(0), said.mean)
        return Outlook(
            self.start,
            self.length,
            Said(nothing, said.median, said.low, said.high, said.hour, said.usual),
            self.per_day[np.maximum(rows, 0)],
        )

    def moved(self, later: Floats, start: np.datetime64) -> Floats:
        """This will return how far the model has moved since, log factors ``[places]``: by what both say of the same slots.

        ``later`` are means ``[places, slots]`` from ``start`` on. 0 where they have no slot in common.
        """
        skipped = int((start - self.start) // self.length.step)
        before = self.said.mean[:, max(skipped, 0) :]
        both = min(before.shape[1], later.shape[1]) if skipped >= 0 else 0
        then, now = before[:, :both].sum(axis=1), later[:, :both].sum(axis=1)
        known = (then > 0) & (now > 0)
        return np.asarray(np.log(np.where(known, now, 1) / np.where(known, then, 1)), np.float32)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """This will return what an artifact stores."""
        own = {field.name: getattr(self.said, field.name) for field in fields(Said)}
        return {**own, "per_day": self.per_day, "start": np.array([self.start.astype("datetime64[s]").astype(np.int64)])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], length: SlotLength) -> Self:
        """This will read what ``to_arrays`` wrote."""
        try:
            said = Said(*(np.asarray(arrays[field.name]) for field in fields(Said)))
            start = np.datetime64(int(arrays["start"][0]), "s")
            return cls(start, length, said, np.asarray(arrays["per_day"], np.float32))
        except (KeyError, IndexError) as fault:
            raise ArtifactError("The artifact's outlook cannot be read.", file="arrays.npz") from fault


def hour_of_week(forecast: Forecast) -> NDArray[np.int16]:
    """This will return the local hour of the week of every cell, ``[places, horizon]``; 0 is Monday, midnight."""
    hours = wall_times(forecast.places, forecast.slots).astype("datetime64[h]").astype(np.int64)
    return np.asarray((hours + _THURSDAY) % HOURS, np.int16)
