"""What a fit says of itself without another one: the errors from which its calibration was learned, origin by origin.

A lighter fit of the same model, on what lies before the last weeks, was asked at the origins in them. Its medians are scored
against the raw observations; its bands and means are those that the other half of the origins teaches, so that nothing is
scored by errors it was made from. Windows overlap where the horizon is longer than the step. It is no backtest: one fit,
on fewer rows, that grows as old as these weeks are long.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.backtesting.baselines import seasonal_naive
from busyness.domain.quantiles import REPORTED_LEVELS
from busyness.metrics import point, quantile
from busyness.models.calibration import Calibrator
from busyness.tables import columns as c
from busyness.tables.panel import Panel, start_times
from busyness.tables.residuals import Residuals
from busyness.tables.verbs import Forecaster

HOW, REHEARSAL, REPLAY = "how", "rehearsal", "replay"
"""A card's metrics say how they were found where that was not by a replay."""

CONTINUED = "continued"
"""Of parameters: which model was continued; of metrics: that the rehearsal was of a continuation."""

_BAND = (0.1, 0.9)
_LEAST_ORIGINS = 4  # two for either half
_BY_ROWS = ("mae", "bias", "pinball", "coverage_80", "within_20")


def rehearsal_metrics(model: Forecaster, panel: Panel) -> dict[str, Any]:
    """This will return a card's metrics, all windows together and each, of a model that has just been fitted on ``panel``.

    Empty where nothing was rehearsed. ``rows, mae, wape, within_20`` of the medians and the ``mae`` of the seasonal naive
    on the same cells; ``bias, pinball, coverage_80`` where there are origins enough to halve.
    """
    errors: Residuals | None = getattr(model, "rehearsal", None)
    places: tuple[str, ...] = getattr(model, "places", ())
    if errors is None or not len(errors.origins):
        return {}
    asked = panel.select(places)
    errors = _raw(errors, asked)
    naive = seasonal_naive(asked.sealed(), errors.origins, errors.horizon)
    starts = start_times(asked.places[:1], asked.slots)[0]
    spread = _spread(errors, panel.slots.length.per_day)
    windows = []
    for k, origin in enumerate(errors.origins):
        there = np.isfinite(errors.observed[k])
        if not there.any():
            continue
        when = starts[origin].astype("datetime64[s]").item().replace(tzinfo=UTC)
        usual = np.where(np.isfinite(naive[k]), errors.observed[k], np.float32(np.nan))
        found = {"origin": when.isoformat(), "rows": int(there.sum()), **_of_medians(errors, k)}
        found |= _of_bands(errors, k, spread[_early(errors)[k]]) if spread else {}
        windows.append(found | {c.SEASONAL_NAIVE: point.mae(usual, naive[k])})
    if not windows:
        return {}
    whole = _together(windows, float(np.nansum(errors.observed, dtype=np.float64)))
    return whole | _about(errors, panel) | {"windows": windows}


def measured_by(metrics: Mapping[str, Any]) -> str:
    """This will say how a card's metrics were found: by a ``replay``, in a ``rehearsal``, or (empty) not at all."""
    return str(metrics.get(HOW, REPLAY)) if metrics else ""


def _raw(errors: Residuals, panel: Panel) -> Residuals:
    """The same with what was observed, where a preparation had filled or mended it."""
    at = errors.origins[:, None] + np.arange(errors.horizon)
    came = panel.demand[:, np.minimum(at, panel.history - 1)].transpose(1, 0, 2)
    observed = np.where(np.isfinite(errors.observed), came, np.float32(np.nan))
    return Residuals(errors.origins, observed, errors.predicted, errors.level)


def _early(errors: Residuals) -> NDArray[np.bool_]:
    return np.asarray(np.arange(len(errors.origins)) < len(errors.origins) / 2)


def _spread(errors: Residuals, per_day: int) -> dict[bool, Calibrator]:
    """For either half of the origins, the calibration that the other half teaches."""
    early = _early(errors)
    if len(early) < _LEAST_ORIGINS:
        return {}
    return {half: Calibrator.learned_from(_some(errors, early != half), per_day) for half in (True, False)}


def _some(errors: Residuals, which: NDArray[np.bool_]) -> Residuals:
    return Residuals(errors.origins[which], errors.observed[which], errors.predicted[which], errors.level[which])


def _of_medians(errors: Residuals, k: int) -> dict[str, float]:
    came, said = errors.observed[k], errors.predicted[k]
    return {"mae": point.mae(came, said), "wape": point.wape(came, said), "within_20": point.within(came, said)}


def _of_bands(errors: Residuals, k: int, calibrator: Calibrator) -> dict[str, float]:
    there = np.isfinite(errors.observed[k])
    marks, mean = calibrator.quantiles(errors.predicted[k], errors.level[k])
    came, marks, mean = errors.observed[k][there], marks[there], mean[there]
    reported = [calibrator.levels.index(level) for level in REPORTED_LEVELS]
    low, high = (marks[..., calibrator.levels.index(level)] for level in _BAND)
    return {
        "bias": point.bias(came, mean),
        "pinball": quantile.pinball(came, marks[..., reported], REPORTED_LEVELS),
        "coverage_80": quantile.coverage(came, low, high),
    }


def _together(windows: list[dict[str, Any]], came: float) -> dict[str, Any]:
    """The means over all rows, and what was missed as a share of all that ``came``."""
    rows = np.array([window["rows"] for window in windows], np.float64)
    names = [name for name in (*_BY_ROWS, c.SEASONAL_NAIVE) if name in windows[0]]
    whole = {name: _mean([window[name] for window in windows], rows) for name in names}
    missed = sum(window["mae"] * window["rows"] for window in windows)
    return {"rows": int(rows.sum()), **whole, "wape": missed / came if came > 0 else math.nan}


def _mean(values: list[float], rows: NDArray[np.float64]) -> float:
    there = np.isfinite(values)
    return float(np.average(np.asarray(values)[there], weights=rows[there])) if there.any() else math.nan


def _about(errors: Residuals, panel: Panel) -> dict[str, Any]:
    days = math.ceil((panel.history - int(errors.origins[0])) / panel.slots.length.per_day)
    return {HOW: REHEARSAL, "days": days, "origins": len(errors.origins), "horizon": errors.horizon}
