"""Covariates: what is known of the slot beforehand, what was seen lately, and what the place is like."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, did_you_mean
from busyness.features._base import Feature, Ground, Rows, Scope
from busyness.features.attributes import attribute_table
from busyness.features.day_mean import day_mean, over_a_day
from busyness.features.history import running


def _covariate(name: str, family: str, formula: str) -> Feature:
    return Feature(name, family, "numeric", "covariates", formula, "", "past" if family == "past" else "known")


def _attribute(name: str, words: tuple[str, ...]) -> Feature:
    return Feature(name, "place", "categorical" if words else "numeric", "places", f"the place's {name}", "", "known")


_PLACE = Feature("place", "place", "categorical", "places", "number of the place among those fitted on", "place", "known")


class CovariateFamily:
    """The place's number and attributes, known covariates at the slot, and the last day's mean of past ones.

    A known temperature is given as the mean of the 24 hours up to the slot, too: people answer to the day as well.
    """

    def __init__(self, ground: Ground) -> None:
        history, scope = ground.history, ground.scope
        panel = history.panel
        self.day = history.length.per_day
        self.known = [np.ascontiguousarray(covariate(panel.known, name)) for name in scope.known]
        names = [name for name in scope.known if over_a_day(name, history.length)]
        self.known += [day_mean(covariate(panel.known, name), self.day) for name in names]
        self.past = []
        for name in scope.past:
            cube = history.clock.localized(np.asarray(covariate(panel.past, name), np.float32), np.nan)
            there = np.isfinite(cube)
            self.past.append((running(np.where(there, cube, np.float32(0)), np.float64), running(there, np.int32)))
        self.statics = attribute_table(panel.places, scope.attributes, scope.categories)

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        attributes = zip(scope.attributes, scope.categories, strict=True)
        return (
            _PLACE,
            *(_attribute(name, words) for name, words in attributes),
            *(_covariate(name, "known", f"{name} at the slot") for name in scope.known),
            *(
                _covariate(f"{name}_24h", "known", f"mean {name} of the 24 h that end with the slot")
                for name in scope.known
                if over_a_day(name, scope.length)
            ),
            *(_covariate(f"{name}_last_day", "past", f"mean {name} of the 24 h before the origin") for name in scope.past),
        )

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the covariates of each row."""
        out[:, 0] = rows.place_code
        at = 1
        for attribute in self.statics.T:
            out[:, at] = attribute.take(rows.place)
            at += 1
        for cube in self.known:
            out[:, at] = cube.reshape(-1).take(rows.place * np.int64(cube.shape[1]) + rows.slot)
            at += 1
        for sums, counts in self.past:
            stop = rows.place * np.int64(sums.shape[1]) + rows.origin
            begin = stop - np.minimum(rows.origin, np.int32(self.day))
            seen = counts.take(stop) - counts.take(begin)
            with np.errstate(invalid="ignore"):
                out[:, at] = (sums.take(stop) - sums.take(begin)) / seen
            at += 1


def covariate(cubes: Mapping[str, NDArray[np.float32]], name: str) -> NDArray[np.float32]:
    """This will return a covariate that the model was fitted with, or raise ``InputError`` where the panel has none."""
    if name not in cubes:
        raise InputError(
            f"The model knows the covariate '{name}', which this data does not have.",
            hint=did_you_mean(name, cubes) or "Give it along, as it was given for training.",
        )
    return cubes[name]
