"""What a forecaster would have said at many origins, each seeing only what lay before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from busyness.backtesting.baselines import seasonal_mean, seasonal_naive
from busyness.domain.errors import InputError
from busyness.domain.quantiles import column
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel, SealedPanel, wall_times
from busyness.tables.verbs import Forecaster


@dataclass(frozen=True)
class Replay:
    """Which origins (slot numbers), how far, and how often the model is fitted again (``None``: never after the first)."""

    origins: tuple[int, ...]
    horizon: int
    refit: int | None = 1
    prepare: Callable[[SealedPanel], SealedPanel] = field(default=lambda panel: panel)


def replay(
    panel: Panel,
    forecaster: Forecaster,
    plan: Replay,
    *,
    watch: Callable[[int], None] = lambda done: None,
) -> tuple[pl.DataFrame, Forecaster]:
    """This will return the predictions of every origin beside what came and two seasonal naives, and the last model.

    Columns: ``place, time, origin, observed, seasonal_naive, seasonal_mean, mean, q05 …``. Observed values are the raw
    ones, null where nothing was observed or the place was closed. ``watch`` hears how many origins are done.
    """
    if not plan.origins:
        raise InputError("There is no origin to replay.", hint="Give --origins, or a shorter --horizon.")
    frames = []
    fitted: Forecaster = forecaster
    for number, origin in enumerate(plan.origins):
        watch(number)
        sealed = plan.prepare(panel.until(origin))
        if number == 0 or (plan.refit is not None and number % plan.refit == 0):
            fitted = forecaster.fit(sealed, plan.horizon)
        frames.append(beside_observed(panel, fitted.predict(sealed, plan.horizon), origin))
    watch(len(plan.origins))
    return pl.concat(frames), fitted


def beside_observed(panel: Panel, forecast: Forecast, origin: int) -> pl.DataFrame:
    """This will put a forecast beside what came and the two seasonal naives."""
    horizon = forecast.slots.count
    ahead = slice(origin, origin + horizon)
    counted = panel.open[:, ahead] & np.isfinite(panel.demand[:, ahead])
    observed = np.where(counted, panel.demand[:, ahead], np.float32(np.nan))
    sealed = panel.until(origin)
    naive, mean = seasonal_naive(sealed, [origin], horizon)[0], seasonal_mean(sealed, [origin], horizon)[0]
    marks = [column(level) for level in forecast.reported]
    return (
        forecast.to_polars()
        .with_columns(
            pl.Series(c.OBSERVED, observed.reshape(-1), nan_to_null=True),
            pl.Series(c.SEASONAL_NAIVE, naive.reshape(-1), nan_to_null=True),
            pl.Series(c.SEASONAL_MEAN, mean.reshape(-1), nan_to_null=True),
        )
        .select(c.PLACE, c.TIME, c.ORIGIN, c.OBSERVED, c.SEASONAL_NAIVE, c.SEASONAL_MEAN, c.MEAN, *marks)
    )


def origins_back(panel: Panel, horizon: int, *, windows: int, step: int, end: int | None = None) -> tuple[int, ...]:
    """This will return up to ``windows`` origins, ``step`` apart, the last window ending at ``end`` (or the history's).

    Each leaves at least a third of the history before it; origins keep to the hour of the first.
    """
    last = (panel.history if end is None else end) - horizon
    return tuple(o for o in range(last - (windows - 1) * step, last + 1, step) if o >= max(panel.history // 3, 1))


def dated_origins(panel: Panel, days: Sequence[np.datetime64]) -> tuple[int, ...]:
    """This will return the slot that begins at local midnight of each date, or raise for one without data around it."""
    origins = []
    for day in days:
        origin = panel.origin_of(day.astype(object))
        if not 0 < origin < panel.history:
            first, last = np.datetime_as_string(wall_times(panel.places[:1], panel.slots)[0, [0, panel.history - 1]], "D")
            raise InputError(
                f"The origin {day} lies outside the data, which run from {first} to {last}.",
                hint="An origin needs data before it and after it.",
            )
        origins.append(origin)
    return tuple(sorted(set(origins)))
