"""Events counted by place and slot as they stream by: memory holds the counts, never the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl

from busyness.domain.errors import InputError
from busyness.domain.local_time import to_utc, utc_offsets
from busyness.domain.measures import Measure
from busyness.domain.slots import SlotLength
from busyness.tables import columns as c
from busyness.tables.events import Events, no_rejections
from busyness.tables.verbs import Locator

SLOT = "slot"
LESS = "less"
UNSEEN = "unseen"
COUNTS_SCHEMA = {c.CODE: pl.UInt64, SLOT: pl.Int64, c.AMOUNT: pl.Float64, LESS: pl.Float64, UNSEEN: pl.UInt32}
"""``amount`` of the events that count, ``less`` of those taken away from them, ``unseen`` the rows without a value."""

_SHOWN_REJECTED = 100_000
OUTSIDE = "outside every place"
"""The reason of events that lie in no place."""

_SHOWN_ASTRAY = 10_000
_MERGE_AT = 2_000_000
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class SlotClock:
    """Numbers the slots of all time: local days since 1970 where slots are daily, else steps of UTC.

    Days are those of ``timezone``, but for the places (by code) that ``zones`` names. Steps of UTC begin ``phase``
    seconds late, so that an hour begins on the full local hour in India too.
    """

    length: SlotLength
    timezone: str = "UTC"
    zones: Mapping[int, str] = field(default_factory=dict)
    phase: int = 0

    def number(self, time: pl.Series, code: pl.Series) -> pl.Series:
        """This will return the slot number (Int64) of each time (Datetime, UTC) at its place."""
        micros = time.to_physical().to_numpy()
        step = self.length.minutes * 60
        if not self.length.daily:
            return pl.Series(SLOT, (micros - self.phase * _MICRO) // (step * _MICRO), dtype=pl.Int64)
        seconds = micros // _MICRO
        local = seconds + utc_offsets(seconds.astype("datetime64[s]"), self.timezone)
        for zone in sorted(set(self.zones.values()) - {self.timezone}):
            there = [number for number, name in self.zones.items() if name == zone]
            rows = code.is_in(pl.Series(there, dtype=pl.UInt64)).fill_null(False).to_numpy()
            local[rows] = seconds[rows] + utc_offsets(seconds[rows].astype("datetime64[s]"), zone)
        return pl.Series(SLOT, local // step, dtype=pl.Int64)

    def after(self, day: date) -> int:
        """This will return the number of the first slot that begins after a local day."""
        midnight = np.array([day], "datetime64[D]") + 1
        if self.length.daily:
            return int(midnight.astype(np.int64)[0])
        seconds = int(to_utc(midnight, self.timezone).astype(np.int64)[0]) - self.phase
        return -(-seconds // (self.length.minutes * 60))

    def start(self, number: int) -> np.datetime64:
        """This will return the start of a slot: UTC, or the local midnight of a daily one."""
        return np.datetime64(number * self.length.minutes * 60 + (0 if self.length.daily else self.phase), "s")


@dataclass(frozen=True, repr=False)
class Tally:
    """What was counted: ``counts`` (see ``COUNTS_SCHEMA``), one row for each place and slot with any event.

    ``read = mapped + unmapped + rejected`` rows. ``reasons`` counts the rejected ones, ``rejected`` shows the first of
    them. ``last`` is the last instant of any event in a place, in microseconds UTC; ``astray`` are some of those outside
    every place.
    """

    counts: pl.DataFrame
    clock: SlotClock
    read: int
    mapped: int
    unmapped: int
    reasons: Mapping[str, int]
    rejected: pl.DataFrame
    notes: tuple[str, ...]
    last: int
    astray: pl.DataFrame

    def left_out(self) -> pl.DataFrame:
        """This will return the rows that were not counted, each with its reason: rejected, or outside every place."""
        stray = self.astray
        if stray.is_empty():
            return self.rejected
        there = set(stray.columns)
        where = [pl.col(name).cast(pl.String) for name in (c.LATITUDE, c.LONGITUDE) if name in there]
        outside = stray.select(
            (pl.col(c.LINE) if c.LINE in there else pl.lit(None)).cast(pl.Int64).alias(c.LINE),
            pl.lit(OUTSIDE).alias(c.REASON),
            (pl.col(c.PLACE) if c.PLACE in there else pl.lit(None)).cast(pl.String).alias(c.PLACE),
            pl.col(c.TIME).cast(pl.String).alias(c.TIME),
            (pl.concat_str(where, separator=", ") if where else pl.lit(None)).cast(pl.String).alias(c.VALUE),
        )
        return pl.concat([self.rejected, outside])

    def until(self, day: date | None) -> Tally:
        """This will leave out what was counted after a local day: what nobody knew then chooses no places."""
        if day is None:
            return self
        return replace(self, counts=self.counts.filter(pl.col(SLOT) < self.clock.after(day)))

    def __repr__(self) -> str:
        return f"Tally({self.read:,} read, {self.mapped:,} mapped, {self.unmapped:,} outside every place)"


class Tallier:
    """Adds chunk after chunk. Distinct values are kept by place and slot; everything else is a sum."""

    def __init__(self, locator: Locator, measure: Measure, clock: SlotClock) -> None:
        self._locator, self._measure, self._clock = locator, measure, clock
        self._parts: list[pl.DataFrame] = []
        self._pending = 0
        self._read = self._mapped = self._unmapped = 0
        self._last = -(2**62)
        self._astray = pl.DataFrame()
        self._reasons: Counter[str] = Counter()
        self._rejected: list[pl.DataFrame] = []
        self._shown = 0
        self._notes: dict[str, None] = {}

    def add(self, events: Events) -> None:
        """This will count one chunk."""
        frame, rejected = events.frame, events.rejected
        self._notes |= dict.fromkeys(events.notes)
        self._read += frame.height + rejected.height
        if rejected.height:
            self._reasons.update(events.reasons())
            self._rejected.append(rejected.head(_SHOWN_REJECTED - self._shown))
            self._shown += self._rejected[-1].height
        if not frame.height:
            return
        code = self._locator.codes(frame)
        inside = frame.height - code.null_count()
        self._mapped += inside
        self._unmapped += frame.height - inside
        if inside < frame.height and self._astray.height < _SHOWN_ASTRAY:
            stray = frame.filter(code.is_null()).select(pl.col(r"^(place|latitude|longitude|time|line)$"))
            self._astray = pl.concat([self._astray, stray.head(_SHOWN_ASTRAY - self._astray.height)], how="diagonal")
        if not inside:
            return
        self._last = max(self._last, int(frame[c.TIME].to_physical().max()))  # type: ignore[arg-type]
        part = self._grouped(frame, code.alias(c.CODE))
        self._parts.append(part)
        self._pending += part.height
        if self._pending > _MERGE_AT:
            self._merge()

    def result(self) -> Tally:
        """This will return what has been counted so far."""
        self._merge()
        counts = self._parts[0] if self._parts else self._empty()
        if self._measure.distinct:
            counts = self._by_cell(counts.lazy().with_columns(pl.lit(1.0).alias(c.AMOUNT))).collect()
        return Tally(
            counts.select(*COUNTS_SCHEMA),
            self._clock,
            self._read,
            self._mapped,
            self._unmapped,
            dict(self._reasons.most_common()),
            pl.concat(self._rejected) if self._rejected else no_rejections(),
            tuple(self._notes),
            self._last,
            self._astray,
        )

    def _grouped(self, frame: pl.DataFrame, code: pl.Series) -> pl.DataFrame:
        """The counts of one chunk, or its distinct values."""
        measure = self._measure
        columns = [code, self._clock.number(frame[c.TIME], code), frame[c.AMOUNT]]
        if measure.kinds and c.KIND in frame.columns:
            columns.append(frame[c.KIND])
        if measure.distinct:
            if measure.distinct not in frame.columns:
                raise InputError(
                    f"The events have no '{measure.distinct}', so {measure.name} cannot be counted.",
                    hint=f"Name its column: --columns {measure.distinct}=….",
                )
            columns.append(frame[measure.distinct].hash(seed=0).alias("value"))
        lazy = pl.DataFrame(columns).lazy().filter(pl.col(c.CODE).is_not_null())
        if c.KIND in (column.name for column in columns):
            lazy = lazy.filter(pl.col(c.KIND).is_in(list(measure.kinds)))
        if measure.distinct:
            return lazy.select(c.CODE, SLOT, "value").unique().collect()
        if measure.less:
            away = pl.col(c.KIND) == measure.less
            lazy = lazy.with_columns(
                pl.when(away).then(c.AMOUNT).alias(LESS),
                pl.when(~away).then(c.AMOUNT).alias(c.AMOUNT),
                pl.col(c.AMOUNT).is_null().alias(UNSEEN),
            )
        return self._by_cell(lazy).collect()

    def _by_cell(self, lazy: pl.LazyFrame) -> pl.LazyFrame:
        names = lazy.collect_schema().names()
        less = pl.col(LESS).sum() if LESS in names else pl.lit(0.0).alias(LESS)
        unseen = pl.col(UNSEEN).sum() if UNSEEN in names else pl.col(c.AMOUNT).null_count().alias(UNSEEN)
        return lazy.group_by(c.CODE, SLOT).agg(pl.col(c.AMOUNT).sum(), less.cast(pl.Float64), unseen.cast(pl.UInt32))

    def _merge(self) -> None:
        if len(self._parts) > 1:
            whole = pl.concat(self._parts).lazy()
            whole = whole.unique() if self._measure.distinct else self._by_cell(whole)
            self._parts = [whole.collect()]
        self._pending = 0

    def _empty(self) -> pl.DataFrame:
        schema = {c.CODE: pl.UInt64, SLOT: pl.Int64, "value": pl.UInt64} if self._measure.distinct else COUNTS_SCHEMA
        return pl.DataFrame(schema=schema)


def tally(events: Iterable[Events], locator: Locator, *, measure: Measure, clock: SlotClock) -> Tally:
    """This will count events by place and slot, chunk by chunk.

    Raises ``InputError`` where what is to be counted is not in the events.
    """
    tallier = Tallier(locator, measure, clock)
    for chunk in events:
        tallier.add(chunk)
    return tallier.result()
