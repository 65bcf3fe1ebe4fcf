"""What does not repeat: level shifts, strikes and football matches, sensors that fail or count nonsense."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.slots import MINUTES_PER_DAY
from busyness.sources.simulator.span import Span, stream
from busyness.sources.simulator.stores import Stores
from busyness.sources.simulator.truth import truth_rows

_SHIFT_CAUSES = ("a competitor opens", "a metro station opens", "road works", "a shopping centre opens next door")
_SHIFT_SIZES = np.array([-0.20, 0.30, -0.15, 0.15])
_SETTLED = 60  # days from a store's start and before its end in which no level shifts
_STRIKES_PER_YEAR, _MATCHES_PER_YEAR = 1.2, 5.0
_MATCH_HOURS = (19, 22)
_LONG_OUTAGES = 0.25  # share of outages that last days
_STUCK_SHARE = 0.35  # share of outliers that are sensors stuck at zero; the others are spikes
_SPIKE = 5.0
_FIRST_HOUR, _LAST_HOUR = 10, 20  # outliers begin in hours in which every store is open


@dataclass(frozen=True)
class Incidents:
    """One entry a store and incident; steps count from the start of the span, ``end`` exclusive; ``size`` relative."""

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    size: NDArray[np.float64]
    cause: NDArray[np.str_]

    def only(self, kept: NDArray[np.bool_]) -> Incidents:
        """This will return the entries that are kept."""
        return Incidents(self.row[kept], self.start[kept], self.end[kept], self.size[kept], self.cause[kept])

    def covered(self, stores: int, steps: int) -> NDArray[np.bool_]:
        """This will say which steps any entry covers, ``[stores, steps]``."""
        change = np.zeros((stores, steps + 1), np.int16)
        np.add.at(change, (self.row, self.start), 1)
        np.add.at(change, (self.row, self.end), -1)
        return np.asarray(np.cumsum(change, axis=1, dtype=np.int16)[:, :steps] > 0)

    def log_effect(self, stores: int, steps: int) -> NDArray[np.float64]:
        """This will return the summed log effect, ``[stores, steps]``; sizes must lie above -1."""
        change = np.zeros((stores, steps + 1))
        effect = np.log1p(self.size)
        np.add.at(change, (self.row, self.start), effect)
        np.add.at(change, (self.row, self.end), -effect)
        return np.asarray(np.cumsum(change, axis=1)[:, :steps])

    def truth(self, stores: Stores, span: Span, kind: str) -> pl.DataFrame:
        """This will return the truth rows; what reaches the end of the span has no end, an outage no size."""
        times = np.append(span.times, span.times[-1] + np.timedelta64(span.step_minutes, "m"))
        end = np.where(self.end >= len(span.times), np.datetime64("NaT", "m"), times[self.end])
        lasting = end if kind == "level_shift" else times[self.end]
        size = None if kind == "outage" else self.size
        return truth_rows(stores.ids, self.row, kind=kind, cause=self.cause, start=times[self.start], end=lasting, size=size)


def _trading_steps(stores: Stores, span: Span) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first step of every store, and the step after its last."""
    per_day = MINUTES_PER_DAY // span.step_minutes
    begin = np.datetime64(span.start, "D")
    last = np.where(np.isnat(stores.closed), begin + span.days, stores.closed)
    first = np.maximum((stores.opened - begin).astype(np.int64), 0)
    return first * per_day, (last - begin).astype(np.int64) * per_day


def draw_level_shifts(stores: Stores, span: Span, *, per_year: float, seed: int) -> Incidents:
    """This will draw lasting changes at single stores, on a morning well inside the store's life."""
    draw = stream(seed, "level shifts")
    per_day = MINUTES_PER_DAY // span.step_minutes
    row = np.repeat(np.arange(len(stores.ids)), draw.poisson(per_year * span.years, len(stores.ids)))
    first, stop = (edge[row] // per_day for edge in _trading_steps(stores, span))
    day = (first + _SETTLED + draw.random(len(row)) * np.maximum(stop - first - 2 * _SETTLED, 0)).astype(np.int64)
    cause = draw.integers(0, len(_SHIFT_CAUSES), len(row))
    size = _SHIFT_SIZES[cause] * draw.uniform(0.8, 1.2, len(row))
    shifts = Incidents(row, day * per_day, stop * per_day, size, np.array(_SHIFT_CAUSES)[cause])
    return shifts.only(stop - first > 2 * _SETTLED)


def draw_shocks(stores: Stores, span: Span, seed: int) -> Incidents:
    """This will draw what hits many stores at once: strikes in a city, football matches in the whole chain."""
    draw = stream(seed, "shocks")
    per_day, per_hour = MINUTES_PER_DAY // span.step_minutes, 60 // span.step_minutes
    names, city = stores.cities
    hit_city = np.repeat(np.arange(len(names)), draw.poisson(_STRIKES_PER_YEAR * span.years, len(names)))
    hit_city = np.append(hit_city, np.full(draw.poisson(_MATCHES_PER_YEAR * span.years), -1))  # -1: every city
    match = hit_city < 0
    day = draw.integers(0, span.days, len(hit_city))
    length = draw.integers(1, 3, len(hit_city))
    size = np.where(match, draw.uniform(-0.45, -0.25, len(hit_city)), draw.uniform(-0.65, -0.35, len(hit_city)))
    start = day * per_day + np.where(match, _MATCH_HOURS[0] * per_hour, 0)
    end = np.where(match, day * per_day + _MATCH_HOURS[1] * per_hour, (day + length) * per_day)
    event, row = np.nonzero(match[:, None] | (hit_city[:, None] == city))
    cause = np.where(match, "a football match", "a strike")
    shocks = Incidents(row, start[event], end[event], size[event], cause[event])
    return _while_trading(shocks, stores, span)


def draw_outages(stores: Stores, span: Span, *, per_year: float, seed: int) -> Incidents:
    """This will draw when sensors were silent: mostly for hours, sometimes for days."""
    draw = stream(seed, "outages")
    per_day, per_hour = MINUTES_PER_DAY // span.step_minutes, 60 // span.step_minutes
    row = np.repeat(np.arange(len(stores.ids)), draw.poisson(per_year * span.years, len(stores.ids)))
    start = draw.integers(0, span.days * per_day // per_hour, len(row)) * per_hour
    hours = np.where(
        draw.random(len(row)) < _LONG_OUTAGES, draw.integers(24, 24 * 6, len(row)), draw.integers(2, 13, len(row))
    )
    outages = Incidents(row, start, start + hours * per_hour, np.full(len(row), np.nan), np.full(len(row), "sensor silent"))
    return _while_trading(outages, stores, span)


def draw_outliers(
    stores: Stores, span: Span, per_year: float, *, usable: NDArray[np.bool_], seed: int
) -> tuple[Incidents, NDArray[np.float64]]:
    """This will draw spikes of an hour and sensors stuck at zero, where ``usable`` (``[stores, steps]``) throughout.

    Returns the incidents and the factor on what was counted, ``[stores, steps]``.
    """
    draw = stream(seed, "outliers")
    per_day, per_hour = MINUTES_PER_DAY // span.step_minutes, 60 // span.step_minutes
    row = np.repeat(np.arange(len(stores.ids)), draw.poisson(per_year * span.years, len(stores.ids)))
    stuck = draw.random(len(row)) < _STUCK_SHARE
    hour = draw.integers(_FIRST_HOUR, _LAST_HOUR, len(row))
    hours = np.where(stuck, np.minimum(draw.integers(3, 9, len(row)), _LAST_HOUR + 1 - hour), 1)
    start = draw.integers(0, span.days, len(row)) * per_day + hour * per_hour
    cause = np.where(stuck, "sensor stuck at zero", "spike")
    outliers = Incidents(row, start, start + hours * per_hour, np.where(stuck, -1.0, _SPIKE - 1.0), cause)
    count, steps = usable.shape
    bad_before = np.concatenate([np.zeros((count, 1), np.int32), np.cumsum(~usable, axis=1, dtype=np.int32)], axis=1)
    outliers = outliers.only(bad_before[row, outliers.end] == bad_before[row, start])
    zero = outliers.only(outliers.size < 0).covered(count, steps)
    # Where a stuck sensor and a spike would meet, the stuck sensor counts nothing and there is no spike.
    outliers = outliers.only((outliers.size < 0) | ~zero[outliers.row, outliers.start])
    spike = outliers.only(outliers.size > 0).covered(count, steps)
    return outliers, np.where(zero, 0.0, np.where(spike, _SPIKE, 1.0))


def _while_trading(incidents: Incidents, stores: Stores, span: Span) -> Incidents:
    first, stop = (edge[incidents.row] for edge in _trading_steps(stores, span))
    start, end = np.maximum(incidents.start, first), np.minimum(incidents.end, stop)
    clipped = Incidents(incidents.row, start, end, incidents.size, incidents.cause)
    return clipped.only(start < end)
