"""Where the place stands now: its level at the origin and how it has been moving. One value per place and origin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.domain.slots import SlotLength
from busyness.features._base import Feature, Ground, Rows, Scope, ratio
from busyness.features.history import LEVEL_DAYS
from busyness.features.pairs import Pairs

_WEEKS = 4
_HOURS = (6, 24, 72, 168)
_YEAR_DAYS = 364


def _level(name: str, formula: str, *, unit: str = "ratio") -> Feature:
    return Feature(name, "level", "numeric", "demand", formula, unit, "past")


def _spans(length: SlotLength) -> dict[int, int]:
    """Hours of the trends, and the slots they are: those that a slot fits into."""
    return {hours: hours * 60 // length.minutes for hours in _HOURS if hours * 60 >= length.minutes}


class LevelFamily:
    """Features anchored at the origin. They are computed once per place and origin, then handed to their rows."""

    def __init__(self, ground: Ground) -> None:
        self.day = ground.history.length.per_day
        self.windows = tuple(_spans(ground.history.length).values())

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        return (
            _level("log_level", "log of the mean demand of the 28 days before the origin", unit="log demand per slot"),
            *(
                _level(
                    f"trend_{hours}h", f"mean of the last {hours} h over the mean of the same hours in the four weeks before"
                )
                for hours in _spans(scope.length)
            ),
            _level("trend_28d", "level over the mean of the 28 days before those"),
            _level("trend_year", "level over the mean of the same 28 days 52 weeks ago"),
        )

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the level's features, computing each place and origin once."""
        pairs = rows.pairs
        table = np.empty((out.shape[1], pairs.count), np.float32)
        level = pairs.gathered(rows.level)
        table[0] = np.log(level)
        for k, window in enumerate(self.windows, start=1):
            table[k] = self._trend(pairs, window)
        table[-2] = ratio(level, pairs.before(LEVEL_DAYS * self.day), least=0.5)
        table[-1] = ratio(level, pairs.before(_YEAR_DAYS * self.day), least=0.5)
        pairs.spread(table, out)

    def _trend(self, pairs: Pairs, window: int) -> NDArray[np.float32]:
        total, seen = np.zeros((2, pairs.count), np.float32)
        for back in range(1, _WEEKS + 1):
            start = 7 * self.day * back
            then = pairs.mean(start + window, start)
            there = ~np.isnan(then)
            total += np.where(there, then, np.float32(0))
            seen += there
        with np.errstate(invalid="ignore"):
            return ratio(pairs.mean(window, 0), total / seen, least=0.5)
