"""Trips of scooters, bikes, cars → one event where each starts, one where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from busyness.sources.chunks.chunk import Chunks, RawChunk
from busyness.sources.events._base import EventLayout, wanted_kinds
from busyness.sources.events.instants import read_numbers, written_times
from busyness.sources.events.names import names
from busyness.sources.events.notes import said_once
from busyness.sources.events.pass_times import PassTimes
from busyness.sources.events.positions import Positions
from busyness.sources.events.roles import assign_roles, missing_role, roles_note
from busyness.sources.events.seen import Seen
from busyness.sources.events.sieve import Sieve, Written
from busyness.sources.events.trip_limits import (
    TripLimits,
    clock_step,
    judge_duration,
    judge_elapsed,
    judge_line,
    straight_line,
)
from busyness.sources.events.trip_roles import ROLES
from busyness.sources.events.trip_units import Unit, distance_unit, duration_unit
from busyness.sources.events.where import Where, missing
from busyness.tables import columns as c
from busyness.tables.events import Events, Reason

TRIP_START, TRIP_END = "trip_start", "trip_end"
_LAYOUT, _LIMITS = EventLayout(), TripLimits()


@dataclass(frozen=True, slots=True)
class Trips:
    """A table of trips, chunk by chunk (an ``EventSource``; columns: ``trip_roles.ROLES``; docs/events.md).

    Yields ``trip_start`` events at the start and ``trip_end`` events at the end, of the kinds wanted. A start that is
    missing is a fault where starts are wanted; a trip whose end is not known (it is under way, or the end was withheld)
    then only starts. ``who`` is the vehicle.
    """

    raw: Chunks
    layout: EventLayout = _LAYOUT
    limits: TripLimits = _LIMITS

    def chunks(self) -> Iterator[Events]:
        """This will yield the events of each chunk, with its rejected trips."""
        one_pass = _Pass(self)
        return said_once(one_pass.read(chunk) for chunk in self.raw)


class _Pass:
    """What is known while the table is read once: its columns and units, and the trips that came before."""

    def __init__(self, trips: Trips) -> None:
        available, layout = trips.raw.columns, trips.layout
        self.layout, self.limits = layout, trips.limits
        self.columns = assign_roles(available, ROLES, layout.columns)
        self.kinds = wanted_kinds(layout, (TRIP_START, TRIP_END))
        self.start = _where_of(self.columns, available, "start", required=TRIP_START in self.kinds)
        self.end = _where_of(self.columns, available, "end", required=TRIP_END in layout.kinds)
        timed = "end_time" in self.columns or "duration" in self.columns
        if TRIP_END in layout.kinds and not timed:
            raise missing_role(next(role for role in ROLES if role.name == "end_time"), available)
        self.ends = TRIP_END in self.kinds and self.end is not None and timed
        self.starts = TRIP_START in self.kinds
        self.positions, self.times = Positions(), PassTimes(layout)
        self.seen = Seen(self.limits.remembered)
        self.step: float | None = None
        self.duration_unit: Unit | None = None
        self.distance_unit: Unit | None = None

    def read(self, chunk: RawChunk) -> Events:
        shown = self.start if self.starts else self.end
        sieve = Sieve(chunk, place=shown.shown if shown else None, time=self.columns["start_time"])
        sieve.say(roles_note(self.columns, self.layout.columns))
        start, end, seconds = self._times(sieve)
        starts_at = self.start.read(sieve, self.positions, required=self.starts) if self.start else None
        ends_at = self.end.read(sieve, self.positions, required=not self.starts) if self.end else None
        self._lengths(sieve, starts_at, ends_at, seconds=seconds)
        if "trip_id" in self.columns:
            ids = sieve.frame[self.columns["trip_id"]]
            sieve.reject(self.seen.again(ids.to_frame(), sieve.kept & ids.is_not_null()), Reason.DUPLICATE, value=ids)
        others = pl.DataFrame([sieve.kept, chunk.lines.alias(c.LINE)])
        if "vehicle" in self.columns:
            others = others.with_columns(names(sieve.frame[self.columns["vehicle"]]).alias(c.WHO))
        events = []
        if self.starts and starts_at is not None:
            events.append(_events(TRIP_START, start, starts_at, others=others))
        if self.ends and ends_at is not None and end is not None:
            events.append(_events(TRIP_END, end, ends_at, others=others))
            if self.starts and events[1].height < events[0].height:
                sieve.say("Trips whose end is not known have a start and no end.")
        elif TRIP_END in self.kinds:
            sieve.say("No columns say when and where trips end, so that they only start.")
        return Events(pl.concat(events, how="diagonal"), sieve.rejected(), sieve.notes)

    def _times(self, sieve: Sieve) -> tuple[pl.Series, pl.Series | None, pl.Series | None]:
        """Start, end, and how many seconds the trip took; the last two where they are known."""
        start = self.times.read(sieve, self.columns["start_time"], required=self.starts)
        end = elapsed = duration = None
        ended: Written = ()
        if "end_time" in self.columns:
            needed = not self.starts and "duration" not in self.columns
            end = self.times.read(sieve, self.columns["end_time"], required=needed, after=start)
            elapsed = (end.to_physical() - start.to_physical()) / 1e6
            ended = written_times(sieve.frame, self.columns["end_time"])
        if self.step is None and start.count():
            self.step = clock_step(start, end)
        if "duration" in self.columns:
            duration = self._duration(sieve, elapsed)
            judge_duration(sieve, duration, limits=self.limits, value=sieve.frame[self.columns["duration"]])
        if elapsed is not None:
            judge_elapsed(sieve, elapsed, duration, limits=self.limits, step=self.step or 0.0, value=ended)
        if duration is not None and (end is None or end.null_count()):
            micros = pl.select(pl.when(sieve.kept).then(duration * 1e6)).to_series().cast(pl.Int64)
            told = (start.to_physical() + micros).cast(start.dtype)
            end = told if end is None else pl.select(pl.coalesce(end, told)).to_series()
        if end is not None and not self.starts:
            sieve.reject(end.is_null(), Reason.NO_TIME)
        if duration is None or elapsed is None:
            return start, end, elapsed if duration is None else duration
        return start, end, pl.select(pl.coalesce(duration, elapsed)).to_series()

    def _duration(self, sieve: Sieve, elapsed: pl.Series | None) -> pl.Series:
        column = self.columns["duration"]
        values = sieve.frame[column]
        if values.dtype == pl.Duration:
            return values.dt.total_microseconds() / 1e6
        numbers = read_numbers(sieve, values)
        if not numbers.count():
            return numbers
        if self.duration_unit is None:
            self.duration_unit = duration_unit(self.limits.duration_unit, column, values=numbers, elapsed=elapsed)
            sieve.say(self.duration_unit.note)
        return numbers * self.duration_unit.size

    def _lengths(
        self, sieve: Sieve, start: pl.DataFrame | None, end: pl.DataFrame | None, *, seconds: pl.Series | None
    ) -> None:
        line = None
        if start is not None and end is not None and {c.LATITUDE} <= set(start.columns) & set(end.columns):
            line = straight_line(start, end)
            value = tuple(sieve.frame[self.columns[f"end_{half}"]] for half in (c.LATITUDE, c.LONGITUDE))
            judge_line(sieve, line, seconds, limits=self.limits, value=value)
        if "distance" not in self.columns:
            return
        column = self.columns["distance"]
        distance = read_numbers(sieve, sieve.frame[column])
        if self.distance_unit is None:
            self.distance_unit = distance_unit(self.limits.distance_unit, column, values=distance, straight=line)
            sieve.say(self.distance_unit.note if self.distance_unit else f"Nothing tells the unit of '{column}': not used.")
        if self.distance_unit:
            far = distance * self.distance_unit.size > self.limits.farthest_km
            sieve.reject(far, Reason.TOO_FAR, value=sieve.frame[column])


def _events(kind: str, time: pl.Series, where: pl.DataFrame, *, others: pl.DataFrame) -> pl.DataFrame:
    known = others["kept"] & time.is_not_null() & ~missing(where)
    frame = pl.DataFrame([time, *where.get_columns(), *others.drop("kept").get_columns()])
    frame = frame if known.all() else frame.filter(known)
    return frame.with_columns(pl.lit(1.0).alias(c.AMOUNT), pl.lit(kind).alias(c.KIND))


def _where_of(columns: Mapping[str, str], available: Sequence[str], end: str, *, required: bool) -> Where | None:
    known = f"{end}_place" in columns or {f"{end}_latitude", f"{end}_longitude"} <= set(columns)
    return Where.of(columns, available, before=f"{end}_") if known or required else None
