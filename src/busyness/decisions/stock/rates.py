"""From visitors to units: the share who buy a product and how many they take, each with what is not known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.tables import columns as c

PRODUCT, VISITORS, BASKETS = "product", "visitors", "baskets"
_NEEDED = (PRODUCT, c.PLACE, VISITORS, BASKETS, c.UNITS)


@dataclass(frozen=True, slots=True)
class Rate:
    """``mean`` of a share or a number of units; ``error`` is the standard error of that mean (nobody knows it better),
    ``daily`` the standard deviation from day to day around it. Both 0: a fixed number.
    """

    mean: float
    error: float = 0.0
    daily: float = 0.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.mean) and self.mean >= 0 and self.error >= 0 and self.daily >= 0):
            raise InputError(
                f"A rate of {self.mean:g} ± {self.error:g} ± {self.daily:g} is not possible.",
                hint="Rates are numbers that are not negative.",
            )


class Rates(NamedTuple):
    """Of a product in a place: ``conversion`` (share of visitors who take it along) and ``units`` per such basket."""

    conversion: Rate
    units: Rate


def beta_draws(rng: np.random.Generator, mean: NDArray[np.float64], spread: float) -> NDArray[np.float64]:
    """This will draw shares 0 … 1 around each ``mean`` with the standard deviation ``spread``, as far as a share allows."""
    inside = np.clip(mean, 1e-9, 1 - 1e-9)
    variance = np.minimum(spread**2, 0.9 * inside * (1 - inside))
    if spread == 0:
        return mean
    weight = inside * (1 - inside) / variance - 1
    return np.where((mean > 0) & (mean < 1), rng.beta(inside * weight, (1 - inside) * weight), mean)


def gamma_draws(rng: np.random.Generator, mean: NDArray[np.float64], spread: float) -> NDArray[np.float64]:
    """This will draw numbers above 0 around each ``mean`` with the standard deviation ``spread``."""
    if spread == 0:
        return mean
    inside = np.maximum(mean, 1e-9)
    return rng.gamma((inside / spread) ** 2, spread**2 / inside)


def rates_of(history: pl.DataFrame) -> dict[tuple[str, str], Rates]:
    """This will learn the rates of each (product, place) from days: ``product, place, visitors, baskets, units``.

    ``baskets`` are the visits that held the product, ``units`` what they took. Day-to-day spread is what is left of the
    days' variance beyond chance (method of moments, binomial for the share); a first day alone has none.

    Raises:
        InputError: a column is missing, a number is negative, or there are more baskets than visitors.

    """
    for name in _NEEDED:
        if name not in history.columns:
            raise ColumnMissingError(name, history.columns, role="learning what visitors buy")
    wrong = history.filter((pl.col(BASKETS) > pl.col(VISITORS)) | (pl.min_horizontal(VISITORS, BASKETS, c.UNITS) < 0))
    if wrong.height:
        row = wrong.row(0, named=True)
        raise InputError(
            f"Product '{row[PRODUCT]}' in '{row[c.PLACE]}' has a day with {row[VISITORS]} visitors, {row[BASKETS]} baskets "
            f"and {row[c.UNITS]} units.",
            hint="None can be negative, and a basket needs a visitor.",
        )
    found = {}
    for key, days in history.drop_nulls([VISITORS, BASKETS, c.UNITS]).group_by(PRODUCT, c.PLACE, maintain_order=True):
        visitors, baskets, units = (days[name].to_numpy().astype(np.float64) for name in (VISITORS, BASKETS, c.UNITS))
        found[str(key[0]), str(key[1])] = Rates(_share(visitors, baskets), _per_basket(baskets, units))
    return found


def _share(visitors: NDArray[np.float64], baskets: NDArray[np.float64]) -> Rate:
    total = visitors.sum()
    if not total:
        return Rate(0.0)
    mean = baskets.sum() / total
    seen = visitors > 0
    chance = mean * (1 - mean)
    around = ((baskets[seen] / visitors[seen] - mean) ** 2 - chance / visitors[seen]) * visitors[seen]
    daily = float(max(around.sum() / total, 0.0)) if seen.sum() > 1 else 0.0
    return Rate(float(mean), float(np.sqrt(daily / seen.sum() + chance / total)), float(np.sqrt(daily)))


def _per_basket(baskets: NDArray[np.float64], units: NDArray[np.float64]) -> Rate:
    total = baskets.sum()
    if not total:
        return Rate(0.0)
    seen = baskets > 0
    mean = units.sum() / total
    variance = float((baskets[seen] * (units[seen] / baskets[seen] - mean) ** 2).sum() / total)
    return Rate(float(mean), float(np.sqrt(variance / seen.sum())), float(np.sqrt(variance)))
