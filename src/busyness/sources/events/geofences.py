"""Entering and leaving a geofence → a visit with the minutes between."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from busyness.sources.events.app_kinds import ENTER, VISIT
from busyness.tables import columns as c
from busyness.tables.events import Reason

ROW, FAULT = "row", "fault"
_LAST = "last"  # when the person was last seen entering
_SCHEMA = {ROW: pl.Int64, FAULT: pl.String}


class Geofences:
    """Remembers who is inside: one row for each person and place that has been entered and not left.

    Rows have ``time, who``, a place or a position, ``kind, line, dwell`` and ``row`` (of the chunk; null: remembered);
    those of one person are in order of time. A second entering within ``longest`` is a repeat; a leave that nobody
    entered for, or too long after, ends before it starts.
    """

    def __init__(self, longest: timedelta) -> None:
        self._longest = longest
        self._inside: pl.DataFrame | None = None
        self.unmatched = 0

    def visits(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """This will return the visits that are over, and ``row, fault`` of the rows that make none."""
        rows = rows.with_columns(pl.col(ROW).cast(pl.Int64), pl.col(c.TIME).alias(_LAST))
        if self._inside is not None:
            rows = pl.concat([self._inside, rows])
        keys = [c.WHO, c.PLACE] if c.PLACE in rows.columns else [c.WHO]
        entering = pl.col(c.KIND) == ENTER
        since = pl.col(c.TIME) - pl.col(_LAST).shift(1).over(keys)
        after_enter = entering.shift(1).over(keys).fill_null(False) & since.is_between(timedelta(0), self._longest)
        rows = rows.sort(*keys, maintain_order=True, nulls_last=False).with_columns(after_enter.alias("follows"))
        begins = entering & ~pl.col("follows")
        rows = rows.with_columns(begins.alias("begins"), (begins | ~(entering | pl.col("follows"))).cum_sum().alias("visit"))
        faults = rows.filter(~pl.col("begins") & (entering | ~pl.col("follows")) & pl.col(ROW).is_not_null())
        reason = pl.when(entering).then(pl.lit(Reason.DUPLICATE.value)).otherwise(pl.lit(Reason.ENDS_FIRST.value))
        return self._over(rows, keys), faults.select(ROW, reason.alias(FAULT)).cast(_SCHEMA)  # type: ignore[arg-type]

    def rest(self) -> pl.DataFrame | None:
        """This will return the visits that nobody was seen to leave; ``None`` where nobody ever entered."""
        if self._inside is None:
            return None
        rest, self._inside = self._inside, None
        self.unmatched += rest.height
        return rest.drop(_LAST, ROW).with_columns(pl.lit(VISIT).alias(c.KIND))

    def _over(self, rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
        left = (pl.col(c.KIND) != ENTER) & pl.col("follows")
        firsts = [name for name in rows.columns if name not in {"visit", "follows", "begins", _LAST}]
        visits = rows.group_by("visit", maintain_order=True).agg(
            pl.col(firsts).first(),
            pl.col(_LAST).filter(~left).last(),
            pl.col("begins").first(),
            pl.col(c.TIME).filter(left).first().alias("until"),
        )
        last = (pl.int_range(pl.len()).over(keys) == pl.len().over(keys) - 1) & pl.col("until").is_null()
        visits = visits.with_columns(last.alias("still")).filter("begins").drop("begins", "visit")
        still = visits["still"]
        visits = visits.drop("still")
        self._inside = visits.filter(still).drop("until").with_columns(pl.lit(None, dtype=pl.Int64).alias(ROW))
        self._inside = self._inside.select(rows.drop("visit", "follows", "begins").columns)
        over = visits.filter(~still)
        self.unmatched += over["until"].null_count()
        minutes = (pl.col("until") - pl.col(c.TIME)).dt.total_microseconds() / 60_000_000
        return over.with_columns(minutes.alias(c.DWELL), pl.lit(VISIT).alias(c.KIND)).drop("until", _LAST, ROW)
