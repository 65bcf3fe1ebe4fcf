"""What the challenger changed: the effect of a switch-back experiment over places and days.

Who served is the lot's (``registry.lots``): every place has every weekday once under each model in every fortnight, so a
Tuesday is compared with the Tuesday a week away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.metrics.paired import Difference, clustered
from busyness.registry.lots import CHALLENGER, CHAMPION, FORTNIGHT, WEEK, Design
from busyness.tables import columns as c

DATE, VALUE, ARM = "date", "value", "arm"


@dataclass(frozen=True, slots=True)
class Effect:
    """What the challenger changed, in the outcome's unit and as a share of the champion's; ``dropped``: days unpaired."""

    difference: Difference
    relative: Difference
    champion_mean: float
    dropped: int


def assignment(design: Design, places: Sequence[str]) -> pl.DataFrame:
    """This will list who serves: ``place, date, arm``, for every place and day of the switch-back."""
    days = [design.start + timedelta(days=k) for k in range(WEEK * design.weeks)]
    rows = [(place, day, design.arm(place, day)) for place in places for day in days]
    return pl.DataFrame(rows, schema={c.PLACE: pl.String, DATE: pl.Date, ARM: pl.String}, orient="row")


def effect(outcomes: pl.DataFrame, design: Design, *, confidence: float = 0.95) -> Effect:
    """This will estimate what the challenger changed: pairs of one place and weekday a week apart, clustered by day pair.

    ``outcomes`` is ``place, date`` (local)``, value``, one row a place and day: a cost, an error, sales.

    Raises:
        InputError: a column is missing, a day of a place is there twice, or there is no whole pair.

    """
    pairs, days = _pairs(outcomes, design)
    if pairs.is_empty():
        raise InputError(
            "No place has both models on a weekday of one fortnight.", hint="Wait for two whole weeks, or check the dates."
        )
    found = clustered((pairs[CHALLENGER] - pairs[CHAMPION]).to_numpy(), pairs["cluster"].to_numpy(), confidence=confidence)
    usual = float(pairs[CHAMPION].to_numpy().mean())
    return Effect(found, found.over(usual), usual, days - 2 * pairs.height)


def _pairs(outcomes: pl.DataFrame, design: Design) -> tuple[pl.DataFrame, int]:
    """``cluster, champion, challenger`` of every place and pair of days, and how many days of places there were."""
    for name in (c.PLACE, DATE, VALUE):
        if name not in outcomes.columns:
            raise ColumnMissingError(name, outcomes.columns, role="outcomes of a trial")
    table = outcomes.select(pl.col(c.PLACE).cast(pl.String), pl.col(DATE).cast(pl.Date), pl.col(VALUE).cast(pl.Float64))
    within = table.filter(pl.col(DATE).is_between(design.start, design.end, closed="left") & pl.col(VALUE).is_finite())
    twice = within.filter(within.select(c.PLACE, DATE).is_duplicated())
    if twice.height:
        place, day = twice.row(0)[:2]
        raise InputError(f"'{place}' has {day} twice among the outcomes.", hint="Give one row a place and day.")
    arms = [design.arm(place, day) for place, day in within.select(c.PLACE, DATE).iter_rows()]
    number = (pl.col(DATE) - pl.lit(design.start)).dt.total_days()
    marked = within.with_columns(
        pl.Series(ARM, arms, dtype=pl.String), (number // FORTNIGHT * WEEK + number % WEEK).alias("cluster")
    )
    sides = [
        marked.filter(pl.col(ARM) == arm).select(c.PLACE, "cluster", pl.col(VALUE).alias(arm))
        for arm in (CHAMPION, CHALLENGER)
    ]
    return sides[0].join(sides[1], on=[c.PLACE, "cluster"]).sort("cluster", c.PLACE), within.height


def better(found: Difference, *, higher: bool = False) -> bool:
    """This will say whether the whole interval lies on the better side of zero: below it, or above where ``higher`` is."""
    return bool(np.isfinite(found.low) and (found.low > 0 if higher else found.high < 0))
