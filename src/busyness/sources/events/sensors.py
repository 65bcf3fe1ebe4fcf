"""Door and IoT sensors as a source of events: entries and exits, calibrated, with the slots that are not to be believed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from busyness.sources.chunks.chunk import Chunks
from busyness.sources.events._base import EventLayout, wanted_kinds
from busyness.sources.events.counter_steps import JUMP, NEGATIVE, Counters
from busyness.sources.events.notes import said_once
from busyness.sources.events.reading_form import ReadingForm, tell_form
from busyness.sources.events.readings import ENTRIES, EXITS, ROLES, SENSOR, InOrder, ReadingReader, Readings
from busyness.sources.events.roles import assign_roles, roles_note
from busyness.sources.events.sensor_health import HEALTH_SCHEMA, WHAT, SensorHealth
from busyness.sources.events.sensor_index import KINDS, SensorIndex
from busyness.sources.events.sensor_register import SensorRegister
from busyness.sources.events.sensor_rules import SensorRules
from busyness.sources.events.sensor_watch import SensorWatch
from busyness.sources.events.stuck_runs import AMOUNT, SERIES, START, StuckRuns
from busyness.tables import columns as c
from busyness.tables.events import Events, no_rejections

PROBED = 20_000
"""The form is told from so many readings; they are held in memory until then."""
_BATCH = 500_000
_RULES = SensorRules()


class SensorReadings:
    """An ``EventSource`` of the kinds ``entry`` and ``exit``.

    ``amount`` is people: the count times the sensor's factor, null where the slot is listed and not to be believed. A
    place and slot may have a row with a number and one without: then a part of its doors is missing and the slot is not
    observed. ``time`` is the start of the interval. Readings of a sensor have to come in order of time; nothing is kept
    of them but the last few rows of each sensor and a few numbers for each sensor and day. ``health`` is filled when
    ``chunks`` has been read to its end.
    """

    def __init__(self, raw: Chunks, layout: EventLayout, *, register: SensorRegister, rules: SensorRules = _RULES) -> None:
        self._raw, self._layout, self._rules = raw, layout, rules
        self._register = register
        self._index = SensorIndex(register, rules.by)
        self._columns = assign_roles(raw.columns, ROLES, layout.columns)
        self._kinds = wanted_kinds(layout, KINDS)
        self.health = pl.DataFrame(schema=HEALTH_SCHEMA)
        """What was found about the sensors: ``sensor, place, from, to, what, sentence``."""

    def chunks(self) -> Iterator[Events]:
        """This will yield the events; the last chunks hold the slots that turned out not to be believed."""
        said = (*self._register.notes, roles_note(self._columns, self._layout.columns))
        return said_once(self._pass(tuple(note for note in said if note)))

    def _pass(self, opening: tuple[str, ...]) -> Iterator[Events]:
        reader = ReadingReader(self._columns, self._layout, index=self._index, available=self._raw.columns)
        reading = (reader.read(chunk) for chunk in self._raw)
        probed = _held(reading, PROBED)
        first = pl.concat([readings.frame for readings in probed]) if probed else None
        if first is None or first.is_empty():
            for readings in probed:
                yield Events(self._events(_no_rows()), readings.sieve.rejected(), (*opening, *readings.sieve.notes))
            return
        form = tell_form(first.head(PROBED), self._rules, self._raw.name)
        opening = (*opening, *form.notes)
        run = _Run(self._index, form, self._rules)
        for readings in _chained(probed, reading):
            rows = run.rows(readings)
            said = (*opening, *readings.sieve.notes)
            yield self._chunk(rows, form, rejected=readings.sieve.rejected(), notes=said)
        yield self._chunk(run.rest(), form, rejected=no_rejections())
        yield from self._doubtful(run.watch, form)

    def _chunk(
        self, rows: pl.DataFrame, form: ReadingForm, *, rejected: pl.DataFrame, notes: tuple[str, ...] = ()
    ) -> Events:
        return Events(self._events(rows), rejected, notes, form.every)

    def _doubtful(self, watch: SensorWatch, form: ReadingForm) -> Iterator[Events]:
        """The slots of sensors that were stuck at zero, or silent while others of their place were not."""
        health = SensorHealth(watch)
        batch: list[pl.DataFrame] = []
        for part in health.doubtful():
            batch.append(part)
            if sum(one.height for one in batch) >= _BATCH:
                yield Events(self._missing(batch), slot_minutes=form.every)
                batch = []
        self.health = health.table()
        counted = self.health.group_by(WHAT).agg(pl.col("sensor").n_unique()).sort(WHAT)
        notes = tuple(f"Sensors with something to say about their health ({what}): {n}." for what, n in counted.iter_rows())
        yield Events(self._missing(batch), notes=notes, slot_minutes=form.every)

    def _missing(self, parts: list[pl.DataFrame]) -> pl.DataFrame:
        empty = pl.DataFrame(schema={c.PLACE: pl.Int64, START: pl.Int64, c.KIND: pl.String})
        rows = pl.concat([empty, *parts]).unique(maintain_order=True).filter(pl.col(c.KIND).is_in(self._kinds))
        return rows.select(
            _instant(START),
            self._named(rows[c.PLACE].to_numpy()),
            pl.lit(None, dtype=pl.Float64).alias(c.AMOUNT),
            pl.col(c.KIND),
            pl.lit(None, dtype=pl.String).alias(c.SOURCE),
            pl.lit(None, dtype=pl.Int64).alias(c.LINE),
        )

    def _events(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of series → events of places; what a sensor counted while it hung nowhere belongs to nobody."""
        series = rows[SERIES].to_numpy().astype(np.int64)
        row = self._index.rows(series // 2, rows[START].to_numpy())
        held = pl.Series(row >= 0)
        rows, series, row = rows.filter(held), series[row >= 0], row[row >= 0]
        leaving = (series % 2 == 1) != self._index.swapped[row]
        kinds = pl.Series(leaving).replace_strict({False: KINDS[0], True: KINDS[1]}, return_dtype=pl.String)
        ids = pl.Series(self._index.ids, dtype=pl.String).gather(series // 2)
        return rows.select(
            _instant(START),
            self._named(self._index.place_of(row)),
            (pl.col(AMOUNT) * pl.Series(self._index.factor[row], dtype=pl.Float64)).alias(c.AMOUNT),
            kinds.alias(c.KIND),
            ids.alias(c.SOURCE),
            pl.col(c.LINE),
        ).filter(pl.col(c.KIND).is_in(self._kinds))

    def _named(self, places: np.ndarray) -> pl.Series:
        return pl.Series(self._index.places, dtype=pl.String).gather(places).alias(c.PLACE)


class _Run:
    """One pass through the readings: what has to be remembered from chunk to chunk."""

    def __init__(self, index: SensorIndex, form: ReadingForm, rules: SensorRules) -> None:
        self._form, self._rules = form, rules
        self._order = InOrder(len(index.ids), form)
        rolls = np.repeat(index.rolls_over_at, len(KINDS))
        most = rules.most_a_minute * form.every
        self._counters = Counters(index.series, every=form.every, most=most, rolls_over_at=rolls)
        self._most = most
        self._stuck = StuckRuns(index.series, rules.chance)
        self.watch = SensorWatch(index, form, rules)

    def rows(self, readings: Readings) -> pl.DataFrame:
        """This will return ``series, start, amount, what, line, stuck`` of the slots whose fate is known."""
        counted = self._counted(_by_series(self._order.passed(readings)))
        passed = self._stuck.passed(counted)
        self.watch.see(passed)
        return passed

    def rest(self) -> pl.DataFrame:
        """This will return the rows that were held back, when there are no more readings."""
        rest = self._stuck.rest()
        if rest is None:
            return _no_rows()
        self.watch.see(rest)
        return rest

    def _counted(self, rows: pl.DataFrame) -> pl.DataFrame:
        series = rows[SERIES].to_numpy().astype(np.int64)
        time = rows[c.TIME].to_numpy()
        value = rows["value"].fill_null(float("nan")).to_numpy()
        if self._form.counters:
            steps = self._counters.steps(series, time, value)
            at, start, amount, what = steps.at, steps.start, steps.amount, steps.what
        else:
            at = np.arange(len(series))
            start = time - (self._form.step if self._rules.stamp == "end" else 0)
            what = np.where(value < 0, NEGATIVE, np.where(value > self._most, JUMP, 0)).astype(np.uint8)
            amount = np.where(what > 0, np.nan, value)
        return pl.DataFrame(
            {
                SERIES: rows[SERIES].gather(at),
                START: start,
                AMOUNT: pl.Series(amount, dtype=pl.Float64).fill_nan(None),
                WHAT: what,
                c.LINE: rows[c.LINE].gather(at),
            }
        )


def _by_series(readings: pl.DataFrame) -> pl.DataFrame:
    """One row for each count: ``series, time, value, line``, by series and time."""
    parts = [
        readings.select((pl.col(SENSOR) * 2 + kind).alias(SERIES), c.TIME, pl.col(name).alias("value"), c.LINE)
        for kind, name in enumerate((ENTRIES, EXITS))
        if name in readings.columns
    ]
    return pl.concat(parts).sort(SERIES, maintain_order=True)


def _no_rows() -> pl.DataFrame:
    schema = {SERIES: pl.UInt32, START: pl.Int64, AMOUNT: pl.Float64, WHAT: pl.UInt8, c.LINE: pl.Int64, "stuck": pl.Boolean}
    return pl.DataFrame(schema=schema)


def _held(readings: Iterator[Readings], rows: int) -> list[Readings]:
    held: list[Readings] = []
    while sum(one.frame.height for one in held) < rows:
        one = next(readings, None)
        if one is None:
            break
        held.append(one)
    return held


def _chained(held: list[Readings], more: Iterator[Readings]) -> Iterator[Readings]:
    """What was held, letting go of each, then the rest."""
    while held:
        yield held.pop(0)
    yield from more


def _instant(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias(c.TIME)
