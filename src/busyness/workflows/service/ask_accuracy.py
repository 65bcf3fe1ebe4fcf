"""How good the forecasts of the last weeks were: what had been said beside what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.local_time import to_local
from busyness.tables import columns as c
from busyness.workflows.service.past import Past
from busyness.workflows.service.snapshot import Snapshot

By = Literal["day", "place", "place_day", "all"]

_KEYS: dict[str, list[str]] = {"day": [c.DATE], "place": [c.PLACE], "place_day": [c.PLACE, c.DATE], "all": []}
_SUMS = ("slots", "inside", "came", "said", "missed", "naive_missed", "naive_came")


def ask_accuracy(snapshot: Snapshot, *, places: Sequence[str] | None = None, by: By = "day") -> pl.DataFrame:
    """This will score the replayed windows by local day, by place, by both, or all together; slots that were observed only.

    Columns: the keys (``place``, ``date``), ``slots``, ``observed`` and ``forecast`` (totals; null where slots do not add
    up), ``wape`` (of the median, a share), ``naive_wape`` (of last week's value), ``coverage`` (share inside the 80 %
    band), ``bias`` (mean forecast over what came, minus 1). No rows where nothing was replayed.

    Raises:
        UnknownPlaceError: a place is not in the forecast.
        InputError: another ``by``.

    """
    if by not in get_args(By):
        raise InputError(f"Accuracy is not told by '{by}'.", hint=f"Use {', '.join(get_args(By))}.")
    sums = _daily(snapshot, places)
    keys = _KEYS[by]
    totals = [pl.col(name).sum() for name in _SUMS]
    rolled = sums.group_by(keys).agg(totals).sort(keys) if keys else sums.select(totals).filter(pl.col("slots") > 0)
    came, shown = pl.col("came"), pl.lit(snapshot.adds_up)
    return rolled.select(
        *keys,
        pl.col("slots").cast(pl.Int64),
        pl.when(shown).then(came).alias(c.OBSERVED),
        pl.when(shown).then("said").alias("forecast"),
        _over("missed", came).alias("wape"),
        _over("naive_missed", pl.col("naive_came")).alias("naive_wape"),
        _over("inside", pl.col("slots")).alias("coverage"),
        (_over("said", came) - 1).alias("bias"),
    )


def _over(name: str, total: pl.Expr) -> pl.Expr:
    return pl.when(total > 0).then(pl.col(name) / total)


def _daily(snapshot: Snapshot, places: Sequence[str] | None) -> pl.DataFrame:
    """The sums that scores are made of, one row a place and local day with something observed."""
    replayed = snapshot.replayed
    schema = {c.PLACE: pl.String, c.DATE: pl.Date, **dict.fromkeys(_SUMS, pl.Float64)}
    rows = range(len(snapshot.rows)) if places is None else [snapshot.place(name)[0] for name in places]
    if replayed is None or not len(rows):
        return pl.DataFrame(schema=schema)
    by_zone: dict[str, list[int]] = {}
    for row in rows:
        by_zone.setdefault(snapshot.forecast.places[row].timezone, []).append(row)
    frames = [_of_zone(snapshot, replayed, zone=zone, rows=np.array(of_zone)) for zone, of_zone in by_zone.items()]
    return pl.concat(frames).cast(schema).filter(pl.col("slots") > 0)  # type: ignore[arg-type]  # a schema of types


def _of_zone(snapshot: Snapshot, replayed: Past, *, zone: str, rows: NDArray[np.int64]) -> pl.DataFrame:
    times = replayed.slots.times()
    wall = times if replayed.slots.length.daily else to_local(times, zone)
    days, begin = np.unique(wall.astype("datetime64[D]"), return_index=True)
    came, said, median, low, high, naive = (
        replayed[name][rows] for name in (c.OBSERVED, c.MEAN, "q50", "q10", "q90", c.SEASONAL_NAIVE)
    )
    counted = np.isfinite(came) & np.isfinite(median)
    usual = counted & np.isfinite(naive)
    of_slot = {
        "slots": counted,
        "inside": counted & (came >= low) & (came <= high),
        "came": np.where(counted, came, 0),
        "said": np.where(counted, said, 0),
        "missed": np.where(counted, np.abs(came - median), 0),
        "naive_missed": np.where(usual, np.abs(came - naive), 0),
        "naive_came": np.where(usual, came, 0),
    }
    ids = np.array([snapshot.forecast.places[row].id for row in rows], dtype=object)
    return pl.DataFrame(
        {
            c.PLACE: pl.Series(np.repeat(ids, len(days)).tolist(), dtype=pl.String),
            c.DATE: np.tile(days, len(rows)),
            **{
                name: np.add.reduceat(values, begin, axis=1, dtype=np.float64).reshape(-1)
                for name, values in of_slot.items()
            },
        }
    )
