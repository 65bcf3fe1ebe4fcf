"""How many of those who come in buy: visits per sale, the share that buys, and what is in a basket."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.domain.local_time import to_local
from busyness.tables import columns as c

VISITS, TRANSACTIONS, CONVERSION, VISITS_PER_SALE = "visits", "transactions", "conversion", "visits_per_sale"
BASKET_SALES, BASKET_UNITS, NOTE = "basket_sales", "basket_units", "note"
_OVER = "More sales than visitors: a door is not counted, or the clocks of tills and sensors differ."
_UNKNOWN = "Visitors were not counted completely."


def conversion(
    entries: pl.DataFrame, sales: pl.DataFrame, *, every: str = "1d", timezone: str | Mapping[str, str] = "UTC"
) -> pl.DataFrame:
    """This will compare events of the kind ``entry`` with those of the kind ``sale``, by place and local hour or day.

    ``every`` is ``1h`` or ``1d``; ``timezone`` one IANA name, or one for each place. Other kinds are left aside.

    Returns ``place, time`` (wall-clock start of the hour or day), ``visits`` (null where a row lacks its amount),
    ``transactions, conversion`` (transactions ÷ visits), ``visits_per_sale, basket_sales`` (money a transaction),
    ``basket_units`` and ``note`` (what makes the row doubtful). A ratio is null where its divisor is 0 or not known.
    Only places and times with a visitor, a sale or an uncounted door are there.

    Raises: ``InputError`` for another ``every``, ``UnknownPlaceError`` for a place without a time zone.
    """
    if every not in {"1h", "1d"}:
        raise InputError(f"'{every}' is neither an hour nor a day.", hint="Use 1h or 1d.")
    came = _by_slot(entries, "entry", every=every, timezone=timezone).agg(
        pl.when(pl.col(c.AMOUNT).null_count() == 0).then(pl.col(c.AMOUNT).sum()).alias(VISITS),
        (pl.col(c.AMOUNT).null_count() > 0).alias("unknown"),
    )
    sums = [pl.col(name).sum() for name in (c.SALES, c.UNITS) if name in sales.columns]
    bought = _by_slot(sales, "sale", every=every, timezone=timezone).agg(pl.col(c.AMOUNT).sum().alias(TRANSACTIONS), *sums)
    both = came.join(bought, on=[c.PLACE, c.TIME], how="full", coalesce=True).with_columns(
        pl.col(TRANSACTIONS).fill_null(0.0),
        pl.when(pl.col("unknown").is_null()).then(0.0).otherwise(pl.col(VISITS)).alias(VISITS),
    )
    missing = [pl.lit(None, pl.Float64).alias(name) for name in (c.SALES, c.UNITS) if name not in sales.columns]
    over = pl.col(TRANSACTIONS) > pl.col(VISITS)
    told = both.with_columns(missing).select(
        c.PLACE,
        c.TIME,
        VISITS,
        TRANSACTIONS,
        _ratio(TRANSACTIONS, VISITS).alias(CONVERSION),
        _ratio(VISITS, TRANSACTIONS).alias(VISITS_PER_SALE),
        _ratio(c.SALES, TRANSACTIONS).alias(BASKET_SALES),
        _ratio(c.UNITS, TRANSACTIONS).alias(BASKET_UNITS),
        pl.when(pl.col(VISITS).is_null()).then(pl.lit(_UNKNOWN)).when(over).then(pl.lit(_OVER)).alias(NOTE),
    )
    return told.filter(pl.col(VISITS).is_null() | (pl.col(VISITS) > 0) | (pl.col(TRANSACTIONS) > 0)).sort(c.PLACE, c.TIME)


def _ratio(over: str, under: str) -> pl.Expr:
    return pl.when(pl.col(under) > 0).then(pl.col(over) / pl.col(under))


def _by_slot(
    events: pl.DataFrame, kind: str, *, every: str, timezone: str | Mapping[str, str]
) -> pl.dataframe.group_by.GroupBy:
    chosen = events.filter(pl.col(c.KIND) == kind) if c.KIND in events.columns else events
    parts = [chosen.clear().with_columns(pl.col(c.TIME).dt.replace_time_zone(None))]
    for (place,), rows in chosen.group_by(c.PLACE, maintain_order=True):
        zone = timezone if isinstance(timezone, str) else timezone.get(str(place))
        if zone is None:
            raise UnknownPlaceError(str(place), list(timezone))
        wall = to_local(rows[c.TIME].dt.replace_time_zone(None).to_numpy(), zone).astype("datetime64[us]")
        parts.append(rows.with_columns(pl.Series(c.TIME, np.ascontiguousarray(wall))))
    return pl.concat(parts).with_columns(pl.col(c.TIME).dt.truncate(every)).group_by(c.PLACE, c.TIME)
