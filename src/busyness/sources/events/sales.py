"""Tills: one event for each transaction, whether a row is a whole one or a line of a basket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from busyness.sources.chunks.chunk import Chunks, RawChunk
from busyness.sources.events._base import EventLayout, wanted_kinds
from busyness.sources.events.baskets import Baskets
from busyness.sources.events.hashing import check_salt, hashed
from busyness.sources.events.instants import read_numbers
from busyness.sources.events.notes import said_once
from busyness.sources.events.pass_times import PassTimes
from busyness.sources.events.roles import Role, assign_roles, roles_note
from busyness.sources.events.sieve import Sieve
from busyness.sources.files.place_ids import read_places
from busyness.tables import columns as c
from busyness.tables.events import Events, Reason, no_rejections

SALE, REFUND = "sale", "refund"
REGISTER, LOYALTY, BASKET = "register", "loyalty_id", "transaction_id"
ROLES = (
    Role(
        c.PLACE,
        "the store",
        ("store", "store_id", "shop", "shop_id", "tienda", "tienda_id", "branch", "sucursal", "local", "place_id", "site"),
    ),
    Role(
        c.TIME,
        "when it was paid",
        (
            *("timestamp", "datetime", "date_time", "transaction_time", "sold_at", "paid_at", "fecha_hora", "invoice_date"),
            *("date + time", "fecha + hora", "created_at", "ts"),
        ),
    ),
    Role(
        BASKET,
        "the transaction, or the basket that lines belong to",
        (
            *("transaction", "basket_id", "basket", "receipt_id", "receipt", "receipt_number", "ticket_id", "ticket"),
            *("invoice_no", "invoice", "order_id", "boleta"),
        ),
        required=False,
    ),
    Role(
        c.AMOUNT,
        "money, below 0 for a refund",
        ("sales", "total", "total_amount", "price", "revenue", "value", "importe", "monto", "venta", "net_amount"),
        required=False,
    ),
    Role(c.UNITS, "units sold", ("quantity", "qty", "items", "unidades", "cantidad"), required=False),
    Role(REGISTER, "the till", ("till", "pos", "pos_id", "register_id", "terminal", "terminal_id", "caja"), required=False),
    Role(
        LOYALTY,
        "the customer's card (hashed)",
        ("loyalty", "loyalty_card", "customer_id", "customer", "member_id", "card_id", "cliente_id"),
        required=False,
    ),
)
"""What a column of transactions can mean."""


@dataclass(frozen=True, slots=True)
class Sales:
    """Transactions, chunk by chunk (an ``EventSource``; columns: ``ROLES``; docs/events-retail.md).

    One event of the kind ``sale`` a transaction, with ``amount`` 1, its money as ``sales``, its ``units`` and its
    ``order``; lines with the same transaction of a store are one. Where money (or, without any, units) comes out below
    0 the kind is ``refund``. ``who`` is the loyalty card, hashed with the ``salt``; without a salt it is left out.
    """

    raw: Chunks
    layout: EventLayout = field(default_factory=EventLayout)
    salt: str = field(default="", kw_only=True, repr=False)

    def chunks(self) -> Iterator[Events]:
        """This will yield the transactions, each when its last line can have come.

        Raises: ``InputError`` where a column of cards was named and the salt is too short.
        """
        return said_once(_Pass(self).events())


class _Pass:
    """What is known while the table is read once."""

    def __init__(self, sales: Sales) -> None:
        self._raw, self._layout, self._salt = sales.raw, sales.layout, sales.salt
        self._kinds = wanted_kinds(sales.layout, (SALE, REFUND))
        self._columns = assign_roles(sales.raw.columns, ROLES, sales.layout.columns)
        named = LOYALTY in self._layout.columns
        self._left_out = "" if self._salt or named else self._columns.pop(LOYALTY, "")
        if LOYALTY in self._columns:
            check_salt(self._salt)
        self._times = PassTimes(sales.layout)
        self._baskets = Baskets() if BASKET in self._columns else None

    def events(self) -> Iterator[Events]:
        for chunk in self._raw:
            sieve, lines = self._lines(chunk)
            rows = lines if self._baskets is None else self._baskets.closed(lines, chunk.frame.height)
            yield Events(self._transactions(rows), self._shown(sieve), sieve.notes)
        if self._baskets is not None:
            yield Events(self._transactions(self._baskets.rest()), no_rejections())

    def _lines(self, chunk: RawChunk) -> tuple[Sieve, pl.DataFrame]:
        """The rows of a chunk that can be used, and the sieve that knows the others."""
        frame, columns = chunk.frame, self._columns
        sieve = Sieve(chunk, place=columns[c.PLACE], time=columns[c.TIME])
        sieve.say(roles_note(columns, self._layout.columns))
        if self._left_out:
            sieve.say(f"'{self._left_out}' may say who people are, and there is no salt to hide it: left out.")
        if self._baskets is None:
            sieve.say("There is no column of transactions, so each row counts as one.")
        time = self._times.read(sieve, columns[c.TIME])
        place = read_places(frame[columns[c.PLACE]]).alias(c.PLACE)
        sieve.reject(place.is_null(), Reason.NO_PLACE)
        parts = [time, place, chunk.lines.alias(c.LINE)]
        for role, name in ((c.AMOUNT, c.SALES), (c.UNITS, c.UNITS)):
            if role in columns:
                parts.append(read_numbers(sieve, frame[columns[role]]).alias(name))
        if BASKET in columns:
            basket = read_places(frame[columns[BASKET]]).alias(c.ORDER)
            sieve.reject(basket.is_null(), Reason.NO_ORDER)
            parts.append(basket)
        if REGISTER in columns:
            parts.append(read_places(frame[columns[REGISTER]]).alias(c.SOURCE))
        if LOYALTY in columns:
            parts.append(hashed(frame[columns[LOYALTY]], self._salt).alias(c.WHO))
        lines = pl.DataFrame(parts).with_columns(pl.int_range(pl.len()).alias("row"))
        return sieve, lines.filter(sieve.kept)

    def _shown(self, sieve: Sieve) -> pl.DataFrame:
        """The rejected rows. Cells of a row that is torn may be anybody's card number, so they are not shown."""
        rejected, torn = sieve.rejected(), sieve.chunk.rejected[c.LINE]
        if LOYALTY not in self._columns and not self._left_out:
            return rejected
        whole = ~rejected[c.LINE].is_in(torn.implode())
        return rejected.with_columns(pl.when(whole).then(pl.col(c.PLACE, c.TIME, c.VALUE)).name.keep())

    def _transactions(self, rows: pl.DataFrame) -> pl.DataFrame:
        deciding = next((name for name in (c.SALES, c.UNITS) if name in rows.columns), None)
        back = (pl.col(deciding) < 0).fill_null(False) if deciding else pl.lit(False)
        kind = pl.when(back).then(pl.lit(REFUND)).otherwise(pl.lit(SALE)).alias(c.KIND)
        counted = rows.with_columns(pl.lit(1.0).alias(c.AMOUNT), kind).filter(pl.col(c.KIND).is_in(self._kinds))
        return counted.drop("row", strict=False)
