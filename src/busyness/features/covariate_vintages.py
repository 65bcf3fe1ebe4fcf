"""Forecasts of the weather and the like: the newest one that the origin had for the slot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, did_you_mean
from busyness.features._base import Feature, Ground, Rows, Scope
from busyness.tables.vintages import Vintages


def _forecast(name: str) -> Feature:
    formula = f"newest forecast of {name} for the slot that was known at the origin"
    return Feature(f"{name}_forecast", "vintages", "numeric", "covariates", formula, "", "known")


class CovariateVintages:
    """The newest value of each covariate with vintages at the slot, as the row's own origin had it; NaN beyond its reach."""

    def __init__(self, ground: Ground) -> None:
        panel = ground.history.panel
        self.names = ground.scope.vintages
        self.vintages = panel.vintages or Vintages(panel.slots.count)
        for name in self.names:
            if name not in self.vintages.names:
                hint = did_you_mean(name, self.vintages.names) or "Give it along, as it was given for training."
                raise InputError(f"The model knows the forecast '{name}', which this data does not have.", hint=hint)

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        return tuple(_forecast(name) for name in scope.vintages)

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the forecasts of each row."""
        for column, name in enumerate(self.names):
            out[:, column] = self.vintages.at(name, rows.place, slot=rows.slot, origin=rows.origin_slot)
