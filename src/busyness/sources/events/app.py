"""The app: check-ins, sessions and visits to geofences, of people who agreed to it, under names that say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.chunks.chunk import Chunks, RawChunk
from busyness.sources.events._base import EventLayout, wanted_kinds
from busyness.sources.events.app_kinds import CHECK_IN, ENTER, KINDS, LEAVE, SESSION, VISIT, read_kinds
from busyness.sources.events.geofences import Geofences
from busyness.sources.events.hashing import check_salt, hashed
from busyness.sources.events.notes import said_once
from busyness.sources.events.pass_times import PassTimes
from busyness.sources.events.positions import Positions
from busyness.sources.events.roles import Role, assign_roles, roles_note
from busyness.sources.events.sieve import Sieve
from busyness.sources.events.where import Where
from busyness.tables import columns as c
from busyness.tables.events import REJECTED_SCHEMA, Events, Reason

USER, OPTED_IN, END = "user_id", "opted_in", "end"
ROLES = (
    Role(
        USER,
        "the person (hashed)",
        ("user", "usuario", "usuario_id", "customer_id", "member_id", "device_id", "person_id", "visitor_id"),
    ),
    Role(
        c.TIME,
        "when it happened, or when the session began",
        (
            *("timestamp", "datetime", "event_time", "start", "start_time", "started_at", "session_start", "checked_in_at"),
            *("ts", "date + time", "fecha_hora", "fecha + hora", "inicio"),
        ),
    ),
    Role(END, "when the session ended", ("end_time", "ended_at", "session_end", "fin"), required=False),
    Role(
        OPTED_IN,
        "whether the person agreed",
        ("opt_in", "optin", "consent", "consented", "agreed", "consentimiento", "acepta"),
        required=False,
    ),
    Role(c.KIND, "what happened", ("event", "event_type", "event_kind", "type", "action", "tipo", "evento"), required=False),
    Role(c.PLACE, "the place", ("place_id", "store", "store_id", "tienda", "venue", "geofence"), required=False),
    Role(c.LATITUDE, "degrees north", ("lat", "latitud"), required=False),
    Role(c.LONGITUDE, "degrees east", ("lon", "lng", "long", "longitud"), required=False),
)
"""What a column of app events can mean. ``latitude`` and ``longitude``, or ``place``, are needed."""
_YES = ("true", "t", "yes", "y", "1", "1.0", "si", "sí", "opted_in", "granted")


@dataclass(frozen=True, slots=True)
class AppRules:
    """A visit that was not left after ``longest`` is closed, without a dwell; a longer session is rejected."""

    longest: timedelta = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class AppEvents:
    """App events, chunk by chunk (an ``EventSource``; columns: ``ROLES``; docs/events-retail.md).

    Kinds: ``check_in``, ``session`` and ``visit`` (entering and leaving a geofence), the last two with ``dwell`` in
    minutes; ``amount`` is 1. Only rows of people who opted in are used. ``consent="all"`` says that the file holds
    nobody else, where it has no such column. ``who`` is hashed with the ``salt``, which is used and never kept; rejected
    rows show their line and reason only, because any cell of a broken row may be somebody's id.
    """

    raw: Chunks
    layout: EventLayout = field(default_factory=EventLayout)
    rules: AppRules = field(default_factory=AppRules)
    salt: str = field(kw_only=True, repr=False)
    consent: Literal["column", "all"] = field(default="column", kw_only=True)

    def chunks(self) -> Iterator[Events]:
        """This will yield the events, visits when they end.

        Raises: ``InputError`` where the salt is too short, or nothing says who opted in.
        """
        check_salt(self.salt)
        return said_once(_Pass(self).events())


class _Pass:
    """What is known while the table is read once."""

    def __init__(self, source: AppEvents) -> None:
        self._raw, self._layout, self._rules, self._salt = source.raw, source.layout, source.rules, source.salt
        self._kinds = wanted_kinds(source.layout, KINDS)
        self._columns = assign_roles(source.raw.columns, ROLES, source.layout.columns)
        if OPTED_IN not in self._columns and source.consent != "all":
            raise InputError(
                f"{source.raw.name} does not say who agreed to be counted, and app events are used of people who did.",
                hint="Add a column opted_in; or, if everybody has agreed, say --consent all (in YAML consent: all).",
            )
        self._where = Where.of(self._columns, source.raw.columns)
        self._positions, self._times = Positions(), PassTimes(source.layout)
        self._fences = Geofences(source.rules.longest)

    def events(self) -> Iterator[Events]:
        for chunk in self._raw:
            yield self._read(chunk)
        visits = self._fences.rest()
        if visits is not None:
            yield Events(self._wanted(visits), notes=self._said_unmatched())

    def _read(self, chunk: RawChunk) -> Events:
        columns, frame = self._columns, chunk.frame
        sieve = Sieve(chunk)
        sieve.say(roles_note(columns, self._layout.columns))
        if OPTED_IN in columns:
            agreed = frame[columns[OPTED_IN]].cast(pl.String).str.strip_chars().str.to_lowercase().is_in(_YES)
            sieve.reject(~agreed.fill_null(False), Reason.NOT_OPTED_IN)
        who = hashed(frame[columns[USER]], self._salt).alias(c.WHO)
        sieve.reject(who.is_null(), Reason.NO_WHO)
        time = self._times.read(sieve, columns[c.TIME])
        kinds = read_kinds(frame[columns[c.KIND]] if c.KIND in columns else None, frame.height, sessions=END in columns)
        sieve.reject(kinds.is_null(), Reason.UNKNOWN_KIND)
        where = self._where.read(sieve, self._positions)
        found = pl.DataFrame([time, *where.get_columns(), who, kinds.alias(c.KIND), chunk.lines.alias(c.LINE)])
        found = found.with_columns(self._session_minutes(sieve, time, kinds), pl.int_range(pl.len()).alias("row"))
        fenced = found.filter(sieve.kept & kinds.is_in([ENTER, LEAVE]).fill_null(False))
        visits, faults = self._fences.visits(fenced)
        rows = pl.DataFrame({"row": pl.int_range(frame.height, eager=True)})
        sieve.reject_as(rows.join(faults, on="row", how="left", maintain_order="left")["fault"])
        whole = found.filter(sieve.kept & kinds.is_in([CHECK_IN, SESSION]).fill_null(False)).drop("row")
        good = pl.concat([whole, visits.select(whole.columns)])
        return Events(self._wanted(good), _lines_only(sieve.rejected()), sieve.notes)

    def _session_minutes(self, sieve: Sieve, start: pl.Series, kinds: pl.Series) -> pl.Series:
        nothing = pl.Series(c.DWELL, [None], dtype=pl.Float64).new_from_index(0, start.len())
        if END not in self._columns:
            return nothing
        end = self._times.read(sieve, self._columns[END], required=False, after=start)
        session = kinds == SESSION
        sieve.reject(session & end.is_null(), Reason.NO_TIME)
        sieve.reject(session & (end < start), Reason.ENDS_FIRST)
        sieve.reject(session & (end - start > self._rules.longest), Reason.TOO_LONG)
        minutes = (end - start).dt.total_microseconds() / 60_000_000
        return minutes.zip_with(session.fill_null(False), nothing).alias(c.DWELL)

    def _wanted(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.col(c.KIND).is_in(self._kinds)).with_columns(pl.lit(1.0).alias(c.AMOUNT))

    def _said_unmatched(self) -> tuple[str, ...]:
        many = self._fences.unmatched
        hours = self._rules.longest / timedelta(hours=1)
        said = f"Visits of which nobody saw the end within {hours:g} hours: {many:,}. They count, without a dwell."
        return (said,) if many and VISIT in self._kinds else ()


def _lines_only(rejected: pl.DataFrame) -> pl.DataFrame:
    hidden = [pl.lit(None, dtype=pl.String).alias(name) for name in (c.PLACE, c.TIME, c.VALUE)]
    return rejected.with_columns(hidden).select(list(REJECTED_SCHEMA))
