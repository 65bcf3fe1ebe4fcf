"""Covariates: what is known of the slot beforehand, what was seen lately, and what the place is like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.features._base import Feature, Ground, Rows
from busyness.features.history import running


class CovariateFamily:
    """Known covariates at the slot, the last day's mean of past ones, and the place: its number and attributes."""

    def __init__(self, ground: Ground) -> None:
        panel = ground.history.panel
        self.history = ground.history
        self.known = [panel.known[name] for name in ground.known]
        self.past = [ground.history.clock.localized(np.asarray(panel.past[name])) for name in ground.past]
        self.past_sums = [(running(np.nan_to_num(cube), np.float64), running(np.isfinite(cube), np.int32)) for cube in self.past]
        self.statics = static_table(panel.places, ground.attributes, ground.categories)
        self.features = (
            Feature("place", "place", "categorical", "places", "number of the place among those fitted on", "place", "known"),
            *(
                Feature(name, "place", "categorical" if words else "numeric", "places", f"the place's {name}", "", "known")
                for name, words in zip(ground.attributes, ground.categories, strict=True)
            ),
            *(Feature(name, "known", "numeric", "covariates", f"{name} at the slot", "", "known") for name in ground.known),
            *(
                Feature(f"{name}_last_day", "past", "numeric", "covariates", f"mean {name} of the 24 h before the origin", "", "past")
                for name in ground.past
            ),
        )  # fmt: skip

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the covariates of each row."""
        out[:, 0] = rows.place_code
        place = rows.place
        at = 1 + self.statics.shape[1]
        if self.statics.shape[1]:
            out[:, 1:at] = self.statics[place]
        for cube in self.known:
            out[:, at] = cube[place, rows.slot]
            at += 1
        for sums, counts in self.past_sums:
            begin = np.maximum(rows.origin - self.history.length.per_day, 0)
            seen = counts[place, rows.origin] - counts[place, begin]
            total = sums[place, rows.origin] - sums[place, begin]
            out[:, at] = np.where(seen > 0, total / np.maximum(seen, 1), np.nan)
            at += 1


def static_table(
    places: Sequence[Place], attributes: Sequence[str], categories: Sequence[Sequence[str]]
) -> NDArray[np.float32]:
    """This will return ``[places, attributes]``: numbers as they are, words as their number among ``categories``."""
    table = np.full((len(places), len(attributes)), np.nan, np.float32)
    for column, (name, words) in enumerate(zip(attributes, categories, strict=True)):
        code = {word: float(k) for k, word in enumerate(words)}
        for row, place in enumerate(places):
            value = place.attributes.get(name)
            if words:
                table[row, column] = code.get(str(value), np.nan)
            elif isinstance(value, (int, float)):
                table[row, column] = value
    return table
