"""Forecasts of the weather and the like: the newest one that the origin had for the slot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, did_you_mean
from busyness.features._base import Feature, Ground, Rows, Scope
from busyness.features.day_mean import over_a_day
from busyness.features.order import mean_of_seen
from busyness.tables.vintages import Vintages

_LOOKS = 8  # forecasts of a day that its mean is taken from

_AT_SLOT = "newest forecast of {} for the slot that was known at the origin"
_OVER_DAY = "mean of such forecasts of {} for eight slots of the 24 h that end with the slot"


def _forecast(name: str, formula: str) -> Feature:
    return Feature(name, "vintages", "numeric", "covariates", formula, "", "known")


class CovariateVintages:
    """The newest value of each covariate with vintages at the slot, as the row's own origin had it; NaN beyond its reach.

    Of a temperature also the mean over the 24 hours up to the slot, NaN where under half of it is known.
    """

    def __init__(self, ground: Ground) -> None:
        panel, length = ground.history.panel, ground.history.length
        self.names = ground.scope.vintages
        self.over_a_day = [name for name in self.names if over_a_day(name, length)]
        self.back = range(0, length.per_day, max(length.per_day // _LOOKS, 1))
        self.vintages = panel.vintages or Vintages(panel.slots.count)
        for name in self.names:
            if name not in self.vintages.names:
                hint = did_you_mean(name, self.vintages.names) or "Give it along, as it was given for training."
                raise InputError(f"The model knows the forecast '{name}', which this data does not have.", hint=hint)

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        return (
            *(_forecast(f"{name}_forecast", _AT_SLOT.format(name)) for name in scope.vintages),
            *(
                _forecast(f"{name}_forecast_24h", _OVER_DAY.format(name))
                for name in scope.vintages
                if over_a_day(name, scope.length)
            ),
        )

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the forecasts of each row."""
        for column, name in enumerate(self.names):
            out[:, column] = self._at(name, rows, 0)
        for column, name in enumerate(self.over_a_day, start=len(self.names)):
            looks = np.stack([self._at(name, rows, back) for back in self.back])
            enough = np.isfinite(looks).sum(axis=0) * 2 >= len(looks)
            out[:, column] = np.where(enough, mean_of_seen(looks), np.float32(np.nan))

    def _at(self, name: str, rows: Rows, back: int) -> NDArray[np.float32]:
        slot = rows.slot - np.int32(back)
        value = self.vintages.at(name, rows.place, slot=np.maximum(slot, 0), origin=rows.origin_slot)
        return np.where(slot >= 0, value, np.float32(np.nan))
