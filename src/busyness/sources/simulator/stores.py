"""The stores of a simulated chain: where they stand, how large they are, when they opened and closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from faker import Faker
from numpy.typing import NDArray

from busyness.domain.slots import Times
from busyness.sources.simulator.span import Span, stream
from busyness.sources.simulator.towns import CLIMATES, DISTRICT_TYPES, TOWNS, Town
from busyness.tables import columns as c

TIMEZONE = "America/Lima"
_NEVER = np.datetime64("NaT", "D")
_M2_PER_HOURLY_VISITOR = 12.0
_SHORTEST_SPAN_WITH_TURNOVER = 120  # days; in less, a store that opens says nothing


@dataclass(frozen=True)
class Stores:
    """Arrays of one entry a store. ``closed`` is the first day without visitors, ``NaT`` for stores that stay."""

    ids: tuple[str, ...]
    towns: tuple[Town, ...]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    area: NDArray[np.int64]  # m²
    usual: NDArray[np.float64]  # visitors in an average open hour
    opened: Times
    closed: Times

    @property
    def kinds(self) -> NDArray[np.int64]:
        """Number of each store's district type."""
        return np.array([DISTRICT_TYPES.index(town.kind) for town in self.towns], np.int64)

    @property
    def cities(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """The cities with a store, and the number of each store's city in them."""
        names = tuple(city for city in CLIMATES if any(town.city == city for town in self.towns))
        return names, np.array([names.index(town.city) for town in self.towns], np.int64)

    def trading(self, dates: Times) -> NDArray[np.bool_]:
        """This will say on which dates each store exists, ``[stores, dates]``."""
        return (dates >= self.opened[:, None]) & ~(dates >= self.closed[:, None])

    def capacity(self, slot_minutes: int) -> NDArray[np.int64]:
        """This will return the visitors each store can serve in a slot: ample, but short on the busiest days."""
        hours = min(slot_minutes / 60, 14.0)
        return np.maximum(np.round(self.usual * 2.6 * hours / 5).astype(np.int64) * 5, 5)


def draw_stores(count: int, span: Span, seed: int) -> Stores:
    """This will draw the stores: about an eighth open and a sixteenth close within a span of months."""
    draw = stream(seed, "stores")
    towns = tuple(TOWNS[i % len(TOWNS)] for i in range(count))
    area = np.round(np.exp(draw.normal(np.log(2300), 0.4, count)) / 50).astype(np.int64) * 50
    usual = np.maximum(area, 300) / _M2_PER_HOURLY_VISITOR * np.exp(draw.normal(0, 0.2, count))
    opened = np.datetime64(span.start, "D") - draw.integers(500, 7000, count)
    closed = np.full(count, _NEVER)
    if span.days >= _SHORTEST_SPAN_WITH_TURNOVER:
        order = draw.permutation(count)
        opening = order[: int(np.ceil(count / 8)) if count > 2 else 0]
        closing = order[len(opening) : len(opening) + int(np.ceil(count / 16)) if count > 7 else 0]
        opened[opening] = span.dates[(draw.uniform(0.15, 0.85, len(opening)) * span.days).astype(np.int64)]
        closed[closing] = span.dates[(draw.uniform(0.4, 0.9, len(closing)) * span.days).astype(np.int64)]
    return Stores(
        ids=tuple(f"S{number:0{max(3, len(str(count)))}d}" for number in range(1, count + 1)),  # sorted as text, too
        towns=towns,
        latitude=np.round([town.latitude for town in towns] + draw.normal(0, 0.004, count), 5),
        longitude=np.round([town.longitude for town in towns] + draw.normal(0, 0.004, count), 5),
        area=np.maximum(area, 300),
        usual=usual,
        opened=opened,
        closed=closed,
    )


def places_table(stores: Stores, slot_minutes: int, seed: int) -> pl.DataFrame:
    """This will return one row a store; the names are made up, no chain is meant."""
    fake = Faker("es_MX")  # the nearest there is: Faker has no Peruvian Spanish
    fake.seed_instance(seed)
    chain = f"Súper {fake.last_name()}"
    names = [f"{chain} {town.district}, Av. {fake.first_name()} {fake.last_name()}" for town in stores.towns]
    return pl.DataFrame(
        {
            c.PLACE: stores.ids,
            "name": names,
            "city": [town.city for town in stores.towns],
            "district": [town.district for town in stores.towns],
            "district_type": [town.kind for town in stores.towns],
            c.LATITUDE: stores.latitude,
            c.LONGITUDE: stores.longitude,
            "timezone": [TIMEZONE] * len(stores.ids),
            "floor_area_m2": stores.area,
            "opened": stores.opened,
            "closed": stores.closed,
            c.CAPACITY: stores.capacity(slot_minutes),
        }
    )
