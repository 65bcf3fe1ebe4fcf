"""The features of the retail foot traffic document that no other family has, under the document's own names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from busyness.features._base import Feature, Ground, Rows, Scope, ratio
from busyness.features.covariate import covariate
from busyness.features.hemisphere import southern

TEMPERATURE = "temperature"
PROMOTION = "promo"

_SEASON = (
    "meteorological season by hemisphere: 1 winter, 2 spring, 3 summer, 4 autumn; winter is December to February in the "
    "north, June to August in the south; hemisphere by latitude, else by the time zone's city, else northern"
)


def _known(name: str, formula: str, unit: str, *, source: str = "calendar") -> Feature:
    return Feature(name, "documents", "numeric", source, formula, unit, "known")


def _past(name: str, formula: str) -> Feature:
    return Feature(name, "documents", "numeric", "demand", formula, "ratio", "past")


_FEATURES = (
    _known("month", "1 … 12", "month"),
    Feature("season", "documents", "categorical", "calendar, places", _SEASON, "season", "known"),
    _known("day_of_month", "1 … 31", "day"),
    _known("is_holiday", "1 on a public holiday, else 0", "", source="holidays"),
    _past("prev_hourly_traffic", "demand of the last slot before the origin / level"),
    _past("prev_daily_traffic", "mean of the last 24 h before the origin / level"),
    _past("ma_hourly_traffic_7days", "mean of the 7 days before the origin / level"),
    _past("ma_hourly_traffic_30days", "mean of the 30 days before the origin / level"),
)
_BY_ORIGIN = slice(4, 8)


class DocumentFamily:
    """Calendar, previous traffic, moving averages, and interactions with the weather and promotions."""

    def __init__(self, ground: Ground) -> None:
        calendar, panel = ground.calendar, ground.history.panel
        self.hours = np.float32(ground.history.length.minutes / 60)
        day = ground.history.length.per_day
        self.windows = (1, day, 7 * day, 30 * day)
        self.month = calendar.month.astype(np.float32)
        self.by_day = [values.astype(np.float32) for values in (calendar.day_of_month, calendar.is_holiday)]
        self.weekday = calendar.weekday.astype(np.float32)
        self.south = np.array([southern(place) for place in panel.places], bool)
        self.temperature = [covariate(panel.known, name) for name in _temperatures(ground.scope)]
        self.promotions = [covariate(panel.known, name) for name in _promotions(ground.scope)]

    @staticmethod
    def listed(scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        warm = "hour_of_day × temperature at the slot"
        promoted = "(day_of_week + 1) × {} at the slot: 1 Monday … 7 Sunday, 0 without a promotion"
        both = "calendar, covariates"
        return (
            *_FEATURES,
            *(_known(f"hour_of_day_x_{name}", warm, "h × degree", source=both) for name in _temperatures(scope)),
            *(_known(f"day_of_week_x_{name}", promoted.format(name), "day", source=both) for name in _promotions(scope)),
        )

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write the document's features of each row."""
        month = self.month.take(rows.day)
        turned = np.where(self.south.take(rows.place), month + 6, month)
        out[:, 0] = month
        out[:, 1] = np.floor(turned % 12 / 3) + 1
        for k, values in enumerate(self.by_day, start=2):
            out[:, k] = values.take(rows.day)
        pairs = rows.pairs
        level = pairs.gathered(rows.level)
        means = np.stack([ratio(pairs.mean(window, 0), level) for window in self.windows])
        pairs.spread(means, out[:, _BY_ORIGIN])
        for k, values in enumerate(self._interactions(rows), start=len(_FEATURES)):
            out[:, k] = values

    def _interactions(self, rows: Rows) -> Iterator[NDArray[np.float32]]:
        hour, weekday = rows.step.astype(np.float32) * self.hours, self.weekday.take(rows.day) + 1
        for cube in self.temperature:
            yield hour * cube[rows.place, rows.slot]
        for cube in self.promotions:
            yield weekday * cube[rows.place, rows.slot]


def _temperatures(scope: Scope) -> tuple[str, ...]:
    return tuple(name for name in scope.known if name == TEMPERATURE)


def _promotions(scope: Scope) -> tuple[str, ...]:
    return tuple(name for name in scope.known if name.startswith(PROMOTION))
