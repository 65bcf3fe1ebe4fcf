"""The seasonal profile: what this hour of the week is usually like, shrunk toward what it is like everywhere.

It needs no training, answers for a place with a day of data, and is what the other models fall back to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from busyness.models._base import cells_ahead, shaped
from busyness.tables.examples import Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder

HOLIDAY = 7
"""The day type of public holidays."""

_SHRINK = 1.0  # the city's profile counts as much as one week of the place's own


class SeasonalForecaster:
    """Level at the origin × profile of the hour of the week; on holidays × that of Sundays and past holidays."""

    kind = "seasonal"

    def __init__(self, builder: FeatureBuilder) -> None:
        self.builder = builder

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will remember the panel's places and holidays; a profile has nothing else to learn."""
        del horizon
        return type(self)(self.builder.prepared(panel))

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        cells = cells_ahead(panel, origins, horizon)
        examples = self.builder.examples(panel, cells)
        return shaped(profile(examples) * examples.level, panel, cells=cells, horizon=horizon)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def to_parts(self) -> Parts:
        """This will return the feature specification; there is nothing else."""
        return Parts(self.kind, {"features": self.builder.to_facts()})


def profile(examples: Examples) -> NDArray[np.float32]:
    """This will return the profile of each row, relative to the level: finite and not negative."""
    usually = usual(examples, of="median_8", shrink=_SHRINK)
    holidays = np.stack([examples.column("sundays"), examples.column("past_holidays")])
    there = np.isfinite(holidays)
    special = np.where(there, holidays, 0).sum(0) / np.maximum(there.sum(0), 1)
    on_holiday = (examples.column("day_type") == HOLIDAY) & there.any(0)
    return np.asarray(np.maximum(np.where(on_holiday, special, usually), 0), np.float32)


def usual(examples: Examples, *, of: str = "mean_8", shrink: float = 2.0) -> NDArray[np.float32]:
    """This will return what an ordinary day has at this hour of the week, relative to the level: finite.

    ``of`` is the feature it rests on, and ``shrink`` how many of the place's own weeks the city's profile counts as much as.
    """
    own, seen, city = examples.column(of), examples.column("weeks_seen"), examples.column("profile_city")
    city = np.where(np.isfinite(city), city, 1)
    mixed = (seen * np.nan_to_num(own) + shrink * city) / (seen + shrink)
    return np.asarray(np.where(np.isfinite(own), mixed, city), np.float32)
