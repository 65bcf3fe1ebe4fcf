"""What one feature does to a forecast: the same rows asked again and again, with that feature alone at other values.

Source: Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29, 2001. Features that
move together in the world (the temperature and its mean of the day) are not moved together here: ask what-if for that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError, did_you_mean
from busyness.models.contributions import contributions
from busyness.tables.examples import Examples
from busyness.workflows.explain import Explainer

VALUES = 12
"""So many values of the feature are tried, or all there are where they are fewer."""

_ROWS = 300  # evenly spread over those kept; a mean of so many is steady enough for a picture


@dataclass(frozen=True)
class PartialDependence:
    """``table`` has ``value, expected, low, high``: the mean over ``rows`` slots of what would be said, and the middle 80 %
    of how far single slots move from it. ``now`` is the mean of what is said.
    """

    feature: str
    table: pl.DataFrame
    now: float
    rows: int


def partial_dependence(explainer: Explainer, feature: str, *, place: str | None = None) -> PartialDependence:
    """This will move one feature through the values it has in the forecast, all others staying as they are.

    Raises:
        UnknownPlaceError: there is no such place.
        InputError: the model has no such feature, or it has one value only.

    """
    names = explainer.names
    if feature not in names:
        hint = did_you_mean(feature, names) or "busyness features lists them."
        raise InputError(f"The model has no feature '{feature}'.", hint=hint)
    rows = explainer.rows_of(place)
    rows = rows[:: max(1, len(rows) // _ROWS)]
    asked = explainer.examples(rows)
    column = names.index(feature)
    values = _values(explainer.examples(explainer.rows_of(place)).X[:, column])
    if len(values) < 2:
        raise InputError(f"'{feature}' does not vary in this forecast.", hint="Choose another feature, or all places.")
    ids = tuple(each.id for each in explainer.places)
    now = _said(explainer, asked.X, asked=asked, ids=ids)
    told = []
    for value in values:
        moved = asked.X.copy()
        moved[:, column] = value
        said = _said(explainer, moved, asked=asked, ids=ids)
        low, high = np.quantile(said - now, (0.1, 0.9))
        told.append((float(value), float(said.mean()), float(now.mean() + low), float(now.mean() + high)))
    table = pl.DataFrame(told, schema=dict.fromkeys(("value", "expected", "low", "high"), pl.Float64), orient="row")
    return PartialDependence(feature, table, float(now.mean()), len(rows))


def _values(column: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values that are tried: all, or evenly spread over the order of those that occur."""
    there = np.unique(column[np.isfinite(column)])
    if len(there) <= VALUES:
        return there
    finite = np.sort(column[np.isfinite(column)])
    return np.unique(np.quantile(finite, np.linspace(0.02, 0.98, VALUES), method="nearest").astype(np.float32))


def _said(
    explainer: Explainer, matrix: NDArray[np.float32], *, asked: Examples, ids: tuple[str, ...]
) -> NDArray[np.float64]:
    found = contributions(explainer.member, replace(asked, X=matrix), places=ids)
    return np.maximum(found.total, 0)
