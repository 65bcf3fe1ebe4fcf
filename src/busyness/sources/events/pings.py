"""Pings of couriers' phones: where each courier was at a moment, and for which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from busyness.sources.chunks.chunk import Chunks, RawChunk
from busyness.sources.events._base import EventLayout, wanted_kinds
from busyness.sources.events.hashing import check_salt, hashed
from busyness.sources.events.names import names
from busyness.sources.events.notes import said_once
from busyness.sources.events.pass_times import PassTimes
from busyness.sources.events.positions import Positions, degrees
from busyness.sources.events.roles import Role, assign_roles, column_parts, roles_note
from busyness.sources.events.seen import Seen
from busyness.sources.events.sieve import Sieve
from busyness.sources.events.trip_limits import straight_line
from busyness.sources.events.where import Where
from busyness.tables import columns as c
from busyness.tables.events import Events, Reason

PING = "ping"
ROLES = (
    Role(
        "courier_id", "the courier", ("courier", "driver_id", "rider_id", "driver", "rider", "repartidor", "repartidor_id")
    ),
    Role(
        "order_number",
        "the order",
        ("order_id", "order", "delivery_id", "pedido", "pedido_id", "numero_pedido"),
        required=False,
    ),
    Role(
        "ping_time",
        "when the courier was there",
        ("courier_location_timestamp", "location_timestamp", "timestamp", "time", "recorded_at", "datetime", "event_time"),
    ),
    Role("courier_latitude", "degrees north of the courier", ("courier_lat", "driver_lat", "rider_lat", "latitude", "lat")),
    Role(
        "courier_longitude",
        "degrees east of the courier",
        ("courier_lon", "courier_lng", "driver_lon", "driver_lng", "rider_lon", "rider_lng", "longitude", "lon", "lng"),
    ),
    Role(
        "order_created",
        "when the order was placed",
        ("order_created_timestamp", "order_created_at", "order_time", "created_at", "placed_at"),
        required=False,
    ),
    Role("restaurant_latitude", "degrees north of the restaurant", ("restaurant_lat", "store_lat"), required=False),
    Role(
        "restaurant_longitude",
        "degrees east of the restaurant",
        ("restaurant_lon", "restaurant_lng", "store_lon", "store_lng"),
        required=False,
    ),
)
"""What a column of pings can mean."""


@dataclass(frozen=True, slots=True)
class PingLimits:
    """A ping more than ``clocks_apart`` before its order was placed is rejected; see ``Pings``.

    ``farthest_km`` is the longest way from the courier to the restaurant of the order. ``remembered`` pings are asked
    whether one comes again, 8 bytes each; with 0, only within a chunk.
    """

    clocks_apart: timedelta = timedelta(minutes=5)
    farthest_km: float = 100.0
    remembered: int = 25_000_000


@dataclass(frozen=True, slots=True)
class Pings:
    """Pings, chunk by chunk (an ``EventSource``; columns: ``ROLES``; docs/events.md), as events of the kind ``ping``.

    ``who`` is the courier, hashed with the ``salt``; ``order`` is the order, null while the courier has none. Exact
    repeats are rejected. A ping well before its order was placed is rejected too: one of the two clocks is wrong, and a
    ping of unknown time belongs to no slot.
    """

    raw: Chunks
    layout: EventLayout = field(default_factory=EventLayout)
    limits: PingLimits = field(default_factory=PingLimits)
    salt: str = field(default="", kw_only=True, repr=False)

    def chunks(self) -> Iterator[Events]:
        """This will yield the events of each chunk, with its rejected pings.

        Raises: ``InputError`` where the salt is too short.
        """
        check_salt(self.salt)
        wanted_kinds(self.layout, (PING,))
        one_pass = _Pass(self)
        return said_once(one_pass.read(chunk) for chunk in self.raw)


class _Pass:
    """What is known while the table is read once."""

    def __init__(self, pings: Pings) -> None:
        self.layout, self.limits, self.salt = pings.layout, pings.limits, pings.salt
        self.columns = assign_roles(pings.raw.columns, ROLES, pings.layout.columns)
        self.where = Where.of(self.columns, pings.raw.columns, before="courier_")
        self.positions, self.times, self.seen = Positions(), PassTimes(pings.layout), Seen(pings.limits.remembered)

    def read(self, chunk: RawChunk) -> Events:
        frame, columns = chunk.frame, self.columns
        sieve = Sieve(chunk, place=self.where.shown, time=columns["ping_time"])
        sieve.say(roles_note(columns, self.layout.columns))
        time = self.times.read(sieve, columns["ping_time"])
        where = self.where.read(sieve, self.positions)
        courier = hashed(frame[columns["courier_id"]], self.salt).alias(c.WHO)
        sieve.reject(courier.is_null(), Reason.NO_WHO)
        named = columns.get("order_number")
        order = names(frame[named]) if named else pl.Series([None], dtype=pl.String).new_from_index(0, time.len())
        self._judge_order(sieve, time, where)
        found = pl.DataFrame([time, *where.get_columns(), courier, order.alias(c.ORDER), chunk.lines.alias(c.LINE)])
        keys = found.drop(c.LINE)
        sieve.reject(self.seen.again(keys, sieve.kept), Reason.DUPLICATE)
        good = found.filter(sieve.kept).with_columns(pl.lit(1.0).alias(c.AMOUNT), pl.lit(PING).alias(c.KIND))
        return Events(good, sieve.rejected(), sieve.notes)

    def _judge_order(self, sieve: Sieve, time: pl.Series, where: pl.DataFrame) -> None:
        created = self.columns.get("order_created")
        if created:
            placed = self.times.read(sieve, created, required=False)
            value = sieve.frame.select(column_parts(created, sieve.frame.columns)).get_columns()
            sieve.reject(placed - time > self.limits.clocks_apart, Reason.ENDS_FIRST, value=tuple(value))
        halves = [self.columns.get(f"restaurant_{half}") for half in (c.LATITUDE, c.LONGITUDE)]
        written = tuple(sieve.frame[half] for half in halves if half)
        if len(written) == 2:
            restaurant = pl.DataFrame([degrees(written[0]).alias(c.LATITUDE), degrees(written[1]).alias(c.LONGITUDE)])
            way = straight_line(where, restaurant)
            sieve.reject(way > self.limits.farthest_km, Reason.TOO_FAR, value=written)
