"""Anything with a time and a position, or a place: pick-ups, visits, calls, incidents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from busyness.sources.chunks.chunk import Chunks, RawChunk
from busyness.sources.events._base import EventLayout
from busyness.sources.events.hashing import check_salt, hashed
from busyness.sources.events.instants import read_numbers
from busyness.sources.events.names import names
from busyness.sources.events.notes import said_once
from busyness.sources.events.pass_times import PassTimes
from busyness.sources.events.positions import Positions
from busyness.sources.events.roles import Role, assign_roles, missing_role, roles_note
from busyness.sources.events.sieve import Sieve
from busyness.sources.events.where import Where
from busyness.sources.files.words import DATES, STAMPS
from busyness.tables import columns as c
from busyness.tables.events import Events, Reason

EVENT = "event"
"""The kind of a point that names none."""
ROLES = (
    Role(
        c.TIME,
        "when it happened",
        ("date + time", "date + hour", "fecha + hora", "event_date + event_time", *STAMPS, *DATES),
    ),
    Role(
        c.LATITUDE, "degrees north", ("lat", "latitud", "y_lat", "gps_lat", "pickup_latitude", "pickup_lat"), required=False
    ),
    Role(
        c.LONGITUDE,
        "degrees east",
        ("lon", "lng", "long", "longitud", "x_lon", "gps_lon", "gps_lng", "pickup_longitude", "pickup_lon", "pickup_lng"),
        required=False,
    ),
    Role(
        c.PLACE,
        "the id of the place",
        (
            *("place_id", "store_id", "store", "tienda", "station_id", "station", "site_id", "site", "venue_id", "venue"),
            *("zone_id", "zone", "area_id", "area", "location_id", "restaurant_id", "hexagon", "h3", "lugar"),
        ),
        required=False,
    ),
    Role(c.AMOUNT, "how much happened; 1 where there is no such column", ("count", "quantity", "cantidad"), required=False),
    Role(c.KIND, "what happened", ("event_kind", "event_type", "event", "type", "tipo"), required=False),
    Role(
        c.WHO,
        "whose event it is (hashed)",
        ("user_id", "customer_id", "person_id", "device_id", "member_id", "visitor_id", "cliente_id"),
        required=False,
    ),
)
"""What a column of points can mean. ``latitude`` and ``longitude``, or ``place``, are needed."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points, chunk by chunk (an ``EventSource``; columns: ``ROLES``; docs/events.md).

    ``who`` is hashed with the ``salt``; a column of people that nobody named is left out where there is no salt.
    """

    raw: Chunks
    layout: EventLayout = field(default_factory=EventLayout)
    salt: str = field(default="", kw_only=True, repr=False)

    def chunks(self) -> Iterator[Events]:
        """This will yield the events of each chunk, with its rejected points.

        Raises: ``InputError`` where a column of people was named and the salt is too short.
        """
        one_pass = _Pass(self)
        return said_once(one_pass.read(chunk) for chunk in self.raw)


class _Pass:
    """What is known while the table is read once."""

    def __init__(self, points: Points) -> None:
        self.layout, self.salt = points.layout, points.salt
        self.columns = assign_roles(points.raw.columns, ROLES, points.layout.columns)
        self.left_out = "" if self.salt or c.WHO in self.layout.columns else self.columns.pop(c.WHO, "")
        if c.WHO in self.columns:
            check_salt(self.salt)
        if c.KIND not in self.columns and len(self.layout.kinds) > 1:
            raise missing_role(next(role for role in ROLES if role.name == c.KIND), points.raw.columns)
        self.where = Where.of(self.columns, points.raw.columns)
        self.positions, self.times = Positions(), PassTimes(points.layout)

    def read(self, chunk: RawChunk) -> Events:
        chunk, kinds = self._wanted(chunk)
        sieve = Sieve(chunk, place=self.where.shown, time=self.columns[c.TIME])
        sieve.say(roles_note(self.columns, self.layout.columns))
        if self.left_out:
            sieve.say(f"'{self.left_out}' may say who people are, and there is no salt to hide it: left out.")
        time = self.times.read(sieve, self.columns[c.TIME])
        where = self.where.read(sieve, self.positions)
        parts = [time, *where.get_columns(), self._amounts(sieve), kinds, chunk.lines.alias(c.LINE)]
        if c.WHO in self.columns:
            parts.append(hashed(chunk.frame[self.columns[c.WHO]], self.salt).alias(c.WHO))
        return Events(pl.DataFrame(parts).filter(sieve.kept), sieve.rejected(), sieve.notes)

    def _wanted(self, chunk: RawChunk) -> tuple[RawChunk, pl.Series]:
        """The rows of the kinds that are wanted, and their kinds."""
        wanted = self.layout.kinds
        if c.KIND not in self.columns:
            kind = wanted[0] if wanted else EVENT
            return chunk, pl.Series(c.KIND, [kind]).new_from_index(0, chunk.frame.height)
        kinds = names(chunk.frame[self.columns[c.KIND]]).fill_null(EVENT).alias(c.KIND)
        asked = kinds.is_in(wanted) if wanted else pl.Series([True]).new_from_index(0, kinds.len())
        if asked.all():
            return chunk, kinds
        note = f"Rows of other kinds than {' and '.join(wanted)} were left aside."
        fewer = replace(chunk, frame=chunk.frame.filter(asked), lines=chunk.lines.filter(asked), notes=(*chunk.notes, note))
        return fewer, kinds.filter(asked)

    def _amounts(self, sieve: Sieve) -> pl.Series:
        if c.AMOUNT not in self.columns:
            return pl.repeat(1.0, sieve.frame.height, eager=True).alias(c.AMOUNT)
        written = sieve.frame[self.columns[c.AMOUNT]]
        amounts = read_numbers(sieve, written)
        sieve.reject(amounts < 0, Reason.NEGATIVE, value=written)
        return amounts.alias(c.AMOUNT)
