"""The pings of couriers who collect meals: the last minutes of the way, then once a minute while they stand and wait."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import polars_h3 as h3
from numpy.typing import NDArray

from busyness.sources.simulator.courier_city import COURIER_TIMEZONE, METRES_EAST, METRES_NORTH, Restaurants
from busyness.sources.simulator.courier_orders import Collections
from busyness.sources.simulator.span import stream
from busyness.tables import columns as c

PINGED, CREATED = "courier_location_timestamp", "order_created_timestamp"
_EVERY = 60.0  # seconds
_APPROACH = 2  # pings before the courier is there
_LOST = 0.03
_NOISE_M, _CANYON_M, _IN_CANYON = 9.0, 60.0, 0.02  # metres of error on either axis; between high houses; how often
_FIRST_ORDER = 280_000_000


def draw_pings(
    collected: Collections, restaurants: Restaurants, *, start: date, resolution: int, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """This will return the pings by time, columns as ``CourierWorld.pings`` says, and the truth of each hexagon and hour."""
    draw = stream(seed, "pings")
    waited = np.floor((collected.left - collected.arrived) / _EVERY).astype(np.int64) + 1
    order = np.repeat(np.arange(len(waited)), waited + _APPROACH)
    first = np.cumsum(waited + _APPROACH) - (waited + _APPROACH)
    step = np.arange(len(order)) - first[order] - _APPROACH
    moment = collected.arrived[order] + _EVERY * step + draw.uniform(-3, 3, len(order)) * (step > 0)
    seen = (moment >= collected.set_out[order]) & (draw.random(len(order)) >= _LOST)
    order, moment = order[seen], moment[seen]
    latitude, longitude = _positions(collected, restaurants, order, moment)
    error = draw.normal(0, 1, (2, len(order))) * np.where(draw.random(len(order)) < _IN_CANYON, _CANYON_M, _NOISE_M)
    place = collected.restaurant[order]
    pings = pl.DataFrame(
        {
            "courier_id": pl.Series(
                [f"C{number:04}" for number in range(1, int(collected.courier.max(initial=0)) + 2)]
            ).gather(collected.courier[order]),
            "order_number": _FIRST_ORDER + order,
            PINGED: _wall(start, moment),
            "courier_lat": np.round(latitude + error[0] / METRES_NORTH, 6),
            "courier_lon": np.round(longitude + error[1] / METRES_EAST, 6),
            CREATED: _wall(start, collected.created[order]),
            "restaurant_lat": restaurants.latitude[place],
            "restaurant_lon": restaurants.longitude[place],
            "latitude": latitude,
            "longitude": longitude,
        }
    ).sort(PINGED, "order_number")
    truth = _truth(pings, resolution)
    return pings.drop("latitude", "longitude").with_columns(_utc_text(PINGED), _utc_text(CREATED)), truth


def local_time(column: str) -> pl.Expr:
    """This will read the text of a ping's moment as wall clock in the city."""
    return (
        pl.col(column)
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")
        .dt.convert_time_zone(COURIER_TIMEZONE)
        .dt.replace_time_zone(None)
    )


def _positions(
    collected: Collections, restaurants: Restaurants, order: NDArray[np.int64], moment: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the courier truly is: on a straight line from where they set out, then at the restaurant."""
    set_out, arrived = collected.set_out[order], collected.arrived[order]
    done = np.clip((moment - set_out) / np.maximum(arrived - set_out, 1e-9), 0, 1)
    place = collected.restaurant[order]
    north, east = collected.from_latitude[order], collected.from_longitude[order]
    return north + done * (restaurants.latitude[place] - north), east + done * (restaurants.longitude[place] - east)


def _wall(start: date, seconds: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """Wall clock to the millisecond."""
    return np.asarray(np.datetime64(start, "us") + (seconds * 1000).astype(np.int64) * np.timedelta64(1000, "us"))


def _utc_text(column: str) -> pl.Expr:
    aware = pl.col(column).dt.replace_time_zone(COURIER_TIMEZONE).dt.convert_time_zone("UTC")
    return aware.dt.to_string("%Y-%m-%dT%H:%M:%S%.3fZ")


def _truth(pings: pl.DataFrame, resolution: int) -> pl.DataFrame:
    """Who truly was in each hexagon in each hour: ``time, hexagon, couriers, orders, pings``."""
    hexagon = h3.latlng_to_cell("latitude", "longitude", resolution, return_dtype=pl.Utf8)
    hours = pings.group_by(pl.col(PINGED).dt.truncate("1h").alias(c.TIME), hexagon.alias("hexagon"))
    counted = hours.agg(couriers=pl.col("courier_id").n_unique(), orders=pl.col("order_number").n_unique(), pings=pl.len())
    return counted.sort(c.TIME, "hexagon")
