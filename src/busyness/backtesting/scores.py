"""Scores: how good predictions were, overall, per place, by day ahead and by origin, beside two baselines.

To add a metric for good, write one small function of ``(observed, predicted)`` in ``busyness.metrics`` and one line in
``METRICS`` that says which answer of a forecaster it judges (median, mean, quantiles); name it in ``OF_BASELINES`` too
if it makes sense for one number per slot. To add one for one call, hand it over:

>>> from datetime import UTC, datetime
>>> import polars as pl
>>> hours = [datetime(2025, 1, 1, hour, tzinfo=UTC) for hour in range(3)]
>>> frame = pl.DataFrame({"place": "a", "time": hours, "observed": [4, 8, None], "prediction": [5, 5, 5]})
>>> worst = lambda observed, predicted: float(abs(observed - predicted).max())
>>> found = score(frame, extra_metrics={"worst": worst}).to_dict()
>>> found["mae"], found["bias"], found["worst"], found["rows"]
(2.0, -1.0, 3.0, 2)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.backtesting.answers import Answers, AnswerSheet, Groups, answer_sheet
from busyness.domain.errors import InputError
from busyness.metrics import point, quantile

Metric: TypeAlias = Callable[[Answers], float]
ExtraMetric: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], float]


def _coverage_80(answers: Answers) -> float:
    if not {0.1, 0.9} <= set(answers.levels):
        return math.nan
    low, high = (answers.quantiles[:, answers.levels.index(level)] for level in (0.1, 0.9))
    return quantile.coverage(answers.observed, low, high)


def _peak_hit(answers: Answers) -> float:
    marked = answers.hit[~np.isnan(answers.hit)]
    return float(marked.mean(dtype=np.float64)) if marked.size else math.nan


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "mae": lambda a: point.mae(a.observed, a.median),
        "rmse": lambda a: point.rmse(a.observed, a.mean),
        "wape": lambda a: point.wape(a.observed, a.median),
        "mase": lambda a: point.mase(a.observed, a.median, a.scale),
        "bias": lambda a: point.bias(a.observed, a.mean),
        "pinball": lambda a: quantile.pinball(a.observed, a.quantiles, a.levels),
        "coverage_80": _coverage_80,
        "within_20": lambda a: point.within(a.observed, a.median, share=0.2),
        "peak_hit": _peak_hit,
    }
)
"""Every metric by name: a function of one forecaster's answers. NaN where it cannot be told."""

OF_BASELINES = ("mae", "rmse", "wape", "mase", "bias", "within_20", "peak_hit")
"""The metrics that baselines, one number per slot, are scored by as well."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Metrics by name, NaN where they cannot be told; units are those of ``busyness.metrics``.

    ``overall`` is of all ``rows`` that were scored; ``baselines`` holds the same of ``seasonal_naive`` and
    ``seasonal_mean``, as far as the predictions name them. ``places``, ``by_horizon`` and ``by_origin`` are lists of
    groups: ``place``, ``day_ahead`` (1: the first 24 hours) or ``origin`` (UTC), ``rows``, the metrics, and the
    baselines' under their names. ``unanswered`` counts rows that were observed but not predicted: nobody is scored on
    them. ``left_out`` counts the rows on which a baseline had no answer and could not be scored.
    """

    overall: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]
    places: tuple[Mapping[str, Any], ...]
    by_horizon: tuple[Mapping[str, Any], ...]
    by_origin: tuple[Mapping[str, Any], ...]
    rows: int
    unanswered: int
    left_out: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """This will return plain dicts, lists and numbers ready for JSON: ``None`` instead of NaN and infinity."""
        whole = {
            **self.overall,
            **self.baselines,
            "rows": self.rows,
            "unanswered": self.unanswered,
            "left_out": self.left_out,
            "places": self.places,
            "by_horizon": self.by_horizon,
            "by_origin": self.by_origin,
        }
        return {name: _plain(value) for name, value in whole.items()}


def score(
    predictions: pl.DataFrame,
    *,
    timezones: Mapping[str, str] | str = "UTC",
    slot_minutes: int | None = None,
    scales: Mapping[str, float] | None = None,
    extra_metrics: Mapping[str, ExtraMetric] | None = None,
) -> Scores:
    """This will score anyone's predictions.

    ``predictions`` has one row per place, slot and origin: ``place``, ``time`` (aware start of the slot), ``observed``
    (null where not observed or closed) and one or more of ``q50``, ``mean`` and ``prediction``. Absolute errors, peaks
    and ``extra_metrics`` judge the median (``q50``, else ``prediction``, else ``mean``), squared errors and bias the
    mean (``mean``, else ``prediction``, else ``q50``), ``pinball`` the reported levels ``q05 … q95`` that are there,
    ``coverage_80`` the ``q10`` and ``q90``. Optional: ``origin`` (the first slot forecast; aware), ``seasonal_naive``
    and ``seasonal_mean`` (where one is null it takes the other's value), and ``open`` (which slots were open; else those
    observed or predicted above zero, which decides only whether enough of a day was observed for its peak to count).

    ``timezones``, one for all or one by place, say where local days begin. ``slot_minutes`` is the slot's length (None:
    the shortest step between two rows). ``scales`` are the MASE's by place (``baselines.seasonal_scales``; NaN or
    absent: not scored by it); None: each place's mean absolute error of ``seasonal_naive`` in these rows. The order of
    the rows does not matter. Raises ``ColumnMissingError`` for a column that is not there, ``InputError`` for text where
    numbers belong, times without a zone, a missing place or time, a slot predicted twice, or a metric's name taken.
    """
    metrics = {**METRICS, **{name: _judging_medians(name, extra) for name, extra in (extra_metrics or {}).items()}}
    simple = {name: metric for name, metric in metrics.items() if name in OF_BASELINES or name not in METRICS}
    sheet = answer_sheet(predictions, timezones=timezones, slot_minutes=slot_minutes, scales=scales)

    def grouped(groups: Groups, key: str) -> tuple[Mapping[str, Any], ...]:
        return tuple({key: name, **_scored(sheet, rows, metrics, simple)} for name, rows in groups.rows())

    whole = _scored(sheet, slice(None), metrics, simple)
    return Scores(
        overall={name: whole[name] for name in metrics},
        baselines={name: whole[name] for name in sheet.baselines},
        places=grouped(sheet.by_place, "place"),
        by_horizon=grouped(sheet.by_horizon, "day_ahead"),
        by_origin=grouped(sheet.by_origin, "origin"),
        rows=len(sheet.forecast.observed),
        unanswered=sheet.unanswered,
        left_out=sheet.left_out,
    )


def _judging_medians(name: str, extra: ExtraMetric) -> Metric:
    if name in METRICS:
        raise InputError(f"There is a metric called '{name}' already.", hint="Give yours another name.")

    def metric(answers: Answers) -> float:
        seen = ~np.isnan(answers.observed)
        return float(extra(answers.observed[seen], answers.median[seen])) if seen.any() else math.nan

    return metric


def _scored(
    sheet: AnswerSheet, rows: NDArray[Any] | slice, metrics: Mapping[str, Metric], simple: Mapping[str, Metric]
) -> dict[str, Any]:
    """This will return the forecast's metrics on these rows, and under their names the baselines'."""
    forecast = sheet.forecast.take(rows)
    found: dict[str, Any] = {"rows": len(forecast.observed)}
    found.update((name, metric(forecast)) for name, metric in metrics.items())
    for baseline, everything in sheet.baselines.items():
        answers = everything.take(rows)
        found[baseline] = {name: metric(answers) for name, metric in simple.items()}
    return found


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
