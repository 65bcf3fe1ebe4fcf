"""Point-of-sale transactions that go with simulated visitors: most of those who come in buy something."""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.sources.simulator.retail import VISITORS, RetailWorld
from busyness.sources.simulator.span import stream
from busyness.sources.simulator.towns import DISTRICT_TYPES
from busyness.tables import columns as c

# By district type, in the order of DISTRICT_TYPES
_CONVERSION = np.array([0.66, 0.58, 0.60, 0.52, 0.56])  # share of visitors who buy
_ITEMS = np.array([9.0, 4.0, 7.0, 4.5, 3.5])  # mean items of a basket
_STORE_SPREAD = 0.03
_ITEM_SOLES, _BASKET_SPREAD = 7.5, 0.45  # median price of an item in soles, log spread from basket to basket


def simulate_transactions(world: RetailWorld, *, days: int | None = 28) -> pl.DataFrame:
    """This will return one row a purchase: ``transaction_id, time, place, amount`` (soles), ``items``.

    They belong to the visitors who came (``world.actual``), so tills know of people the sensors missed. ``time`` is wall
    clock to the second. ``days`` takes the last days of the counts only (millions of purchases are made in two years);
    ``None`` takes all. By place and time. Raises ``InputError`` for less than one day.
    """
    visits = recent(world.actual, world, days)
    draw = stream(world.chain.seed, "transactions")
    kinds = [DISTRICT_TYPES.index(kind) for kind in world.places["district_type"]]
    share = np.clip(_CONVERSION[kinds] + draw.normal(0, _STORE_SPREAD, len(kinds)), 0.3, 0.9)
    row = store_numbers(visits, world)
    bought = draw.binomial(visits[VISITORS].to_numpy(), share[row])
    total = int(bought.sum())
    items = 1 + draw.poisson(np.repeat(_ITEMS[kinds][row] - 1, bought) * draw.standard_gamma(2.0, total) / 2.0)
    amount = np.round(items * _ITEM_SOLES * np.exp(draw.normal(0, _BASKET_SPREAD, total)), 2)
    purchases = (
        scattered(visits, bought, world=world, draw=draw).with_columns(amount=amount, items=items).sort(c.PLACE, c.TIME)
    )
    number = pl.int_range(1, pl.len() + 1).over(c.PLACE).cast(pl.String).str.zfill(9)
    return purchases.select(pl.concat_str(c.PLACE, number, separator="-").alias("transaction_id"), pl.all())


def recent(visits: pl.DataFrame, world: RetailWorld, days: int | None) -> pl.DataFrame:
    """This will return the last ``days`` of the simulated span (all of it for ``None``)."""
    if days is None:
        return visits
    if days < 1:
        raise InputError(f"The last {days} days cannot be simulated.", hint="Ask for at least one day, or for all of them.")
    first = world.chain.start + timedelta(days=max(world.chain.days - days, 0))
    return visits.filter(pl.col(c.TIME) >= datetime.combine(first, time()))


def store_numbers(visits: pl.DataFrame, world: RetailWorld) -> NDArray[np.int64]:
    """This will return the row of ``world.places`` that each visit's place has."""
    ids = pl.Enum(world.places[c.PLACE])
    return visits[c.PLACE].cast(ids).to_physical().cast(pl.Int64).to_numpy()


def scattered(
    visits: pl.DataFrame, repeats: NDArray[np.int64], *, world: RetailWorld, draw: np.random.Generator
) -> pl.DataFrame:
    """This will repeat each row of ``world.actual`` as often as asked, at random seconds of its step: ``time, place``."""
    seconds = math.gcd(world.chain.every.minutes, 60) * 60
    within = draw.integers(0, seconds, int(repeats.sum())).astype("timedelta64[s]")
    when = np.repeat(visits[c.TIME].to_numpy().astype("datetime64[s]"), repeats) + within
    place = visits[c.PLACE].gather(np.repeat(np.arange(len(visits)), repeats))
    return pl.DataFrame({c.TIME: when.astype("datetime64[us]"), c.PLACE: place})
