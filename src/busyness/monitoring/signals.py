"""What the watch has found, one row a place and signal, each with a sentence that a manager understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import polars as pl

from busyness.monitoring.accuracy import worse_than_baseline
from busyness.monitoring.adwin import adwin
from busyness.monitoring.change import Changes
from busyness.monitoring.coverage import AIM, coverage_watch
from busyness.monitoring.page_hinkley import page_hinkley
from busyness.monitoring.standard import standardised
from busyness.monitoring.walked import Daily, Days, Numbers
from busyness.tables import columns as c

Signal = Literal["level", "slow_level", "coverage", "accuracy", "input"]

SCHEMA = {
    c.PLACE: pl.String,
    "signal": pl.String,
    "since": pl.Date,
    "found": pl.Date,
    "size": pl.Float64,
    "statistic": pl.Float64,
    "threshold": pl.Float64,
}
"""``place`` "" is all places together; ``size`` is a relative change (−0.4: 40 % less), a share, or an index."""


_ENOUGH = 5  # places, to tell what one does from what all do

_Told = tuple[date, date, float, float, float]


@dataclass(frozen=True)
class WatchRules:
    """When to speak. ``reference`` days are what is usual, ``per_year`` false alarms a place and year are put up with.

    ``recent`` days tell coverage and accuracy; a share of the bands off by ``apart`` and rarer than ``sure`` is told.
    """

    reference: int = 28
    per_year: float = 0.1
    recent: int = 14
    apart: float = 0.1
    sure: float = 0.001
    least_change: float = 0.1


def signals(daily: Daily, *, holidays: Days | None = None, rules: WatchRules | None = None) -> pl.DataFrame:
    """This will return all that was found of places, the earliest first. Columns: ``SCHEMA``.

    ``level``: demand left what had been said of it, by Page–Hinkley; ``slow_level``: the same by ADWIN where Page–Hinkley
    found nothing; ``coverage``: the bands hold too little or too much; ``accuracy``: last week's values are better.
    """
    rules = rules or WatchRules()
    names, errors = apart(daily, daily.errors(leave_out=holidays))
    scaled = standardised(errors, rules.reference)
    quick = page_hinkley(scaled, rules.reference, per_year=rules.per_year)
    slow = adwin(scaled, rules.reference, per_year=rules.per_year)
    found = _changes(names, errors, quick, days=daily.days, rules=rules)
    late = _changes(names, errors, slow, days=daily.days, rules=rules)
    rows = [_row(place, "level", *told) for place, told in found.items()]
    rows += [_row(place, "slow_level", *told) for place, told in late.items() if place not in found]
    rows += _of_coverage(daily, rules) + _of_accuracy(daily, rules)
    return pl.DataFrame(rows, schema=SCHEMA).sort("found", "signal", c.PLACE)


def apart(daily: Daily, errors: Numbers) -> tuple[tuple[str, ...], Numbers]:
    """This will take what all places have in common (the median of each day) out of their errors, as a row of its own, "".

    A strike or a storm then is one alarm and not a hundred, and a change at one place stands out of what hits them all.
    With fewer than five places nothing can be told apart: they stay as they are.
    """
    if len(daily.places) < _ENOUGH:
        return daily.places, errors
    shared = np.full((1, errors.shape[1]), np.nan)
    some = np.isfinite(errors).sum(axis=0) >= _ENOUGH
    shared[0, some] = np.nanmedian(errors[:, some], axis=0)
    return ("", *daily.places), np.concatenate([shared, errors - np.nan_to_num(shared)])


def of_inputs(found: pl.DataFrame, day: date) -> pl.DataFrame:
    """This will return the drifted inputs of ``stability.input_stability`` as signals; ``place`` is the input's name."""
    drifted = found.filter(pl.col("verdict") == "drifted")
    return drifted.select(
        pl.col("input").alias(c.PLACE),
        pl.lit("input").alias("signal"),
        pl.lit(None, pl.Date).alias("since"),
        pl.lit(day, pl.Date).alias("found"),
        pl.col("psi").alias("size"),
        pl.col("psi").alias("statistic"),
        pl.col("limit").alias("threshold"),
    )


def _changes(
    names: tuple[str, ...], errors: Numbers, changes: Changes, *, days: Days, rules: WatchRules
) -> dict[str, _Told]:
    """The first change of each place that is large enough and still lasts, by how far demand left what was said."""
    told: dict[str, _Told] = {}
    whole = zip(changes.row, changes.found, changes.since, changes.statistic, changes.threshold, strict=True)
    for row, found, since, statistic, limit in whole:
        before, after = errors[row, : rules.reference], errors[row, since : max(found + 1, since + rules.recent)]
        size = float(np.expm1(np.nanmedian(after) - np.nanmedian(before)))
        if abs(size) >= rules.least_change and names[row] not in told:
            told[names[row]] = (_date(days, since), _date(days, found), size, float(statistic), float(limit))
    return told


def _of_coverage(daily: Daily, rules: WatchRules) -> list[dict[str, Any]]:
    watched = coverage_watch(daily, days=rules.recent)
    wrong = watched.filter(((pl.col("share") - AIM).abs() >= rules.apart) & (pl.col("p") < rules.sure))
    span = _recent(daily, rules)
    return [_row(place, "coverage", *span, share, p, rules.sure) for place, share, _, p in wrong.iter_rows()]


def _of_accuracy(daily: Daily, rules: WatchRules) -> list[dict[str, Any]]:
    behind = worse_than_baseline(daily, days=rules.recent).filter((pl.col("p") < rules.sure) & (pl.col("baseline") > 0))
    span = _recent(daily, rules)
    return [
        _row(place, "accuracy", *span, ours / theirs - 1, p, rules.sure) for place, ours, theirs, p in behind.iter_rows()
    ]


def _row(place: str, signal: Signal, *told: date | float) -> dict[str, Any]:
    return dict(zip(SCHEMA, (place, signal, *told), strict=True))


def _recent(daily: Daily, rules: WatchRules) -> tuple[date, date]:
    return _date(daily.days, max(len(daily.days) - rules.recent, 0)), _date(daily.days, len(daily.days) - 1)


def _date(days: Days, day: int | np.integer[Any]) -> date:
    found: date = days[int(day)].astype("datetime64[D]").item()
    return found
