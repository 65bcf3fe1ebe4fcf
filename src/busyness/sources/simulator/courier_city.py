"""Where simulated couriers ride: quarters of Madrid at their real places, with invented restaurants in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.sources.simulator.span import stream
from busyness.tables import columns as c

CITY, COUNTRY, COURIER_TIMEZONE = "Madrid", "ES", "Europe/Madrid"
METRES_NORTH = 111_200.0  # of one degree of latitude
METRES_EAST = METRES_NORTH * float(np.cos(np.radians(40.42)))  # of one degree of longitude in Madrid


class Quarter(NamedTuple):
    """A part of the city: its rounded middle, its share of the orders, and how much of a lunch place it is (1: average)."""

    name: str
    latitude: float
    longitude: float
    pull: float
    lunch: float


QUARTERS = (
    Quarter("Sol", 40.417, -3.703, 10, 1.0),
    Quarter("Malasaña", 40.426, -3.704, 10, 0.8),
    Quarter("Chueca", 40.423, -3.697, 8, 0.8),
    Quarter("Lavapiés", 40.409, -3.701, 8, 0.8),
    Quarter("La Latina", 40.411, -3.710, 6, 0.8),
    Quarter("Chamberí", 40.435, -3.703, 8, 1.0),
    Quarter("Salamanca", 40.428, -3.685, 8, 1.3),
    Quarter("Ibiza", 40.418, -3.675, 5, 1.0),
    Quarter("Argüelles", 40.430, -3.716, 6, 1.0),
    Quarter("Cuatro Caminos", 40.447, -3.704, 5, 0.9),
    Quarter("Azca", 40.450, -3.693, 5, 2.4),
    Quarter("Chamartín", 40.465, -3.679, 4, 1.8),
    Quarter("Prosperidad", 40.444, -3.672, 4, 1.0),
    Quarter("Ventas", 40.431, -3.663, 4, 0.8),
    Quarter("Delicias", 40.399, -3.695, 4, 0.9),
    Quarter("Pacífico", 40.404, -3.674, 3, 0.8),
    Quarter("Oporto", 40.389, -3.731, 2, 0.6),
    Quarter("Usera", 40.386, -3.706, 2, 0.7),
    Quarter("Puente de Vallecas", 40.392, -3.659, 2, 0.6),
    Quarter("Tetuán", 40.460, -3.699, 3, 0.8),
)

_SPREAD_M = 420.0  # of the restaurants of a quarter around its middle
_POPULAR = 0.8  # log spread of the orders from one restaurant to another
_PACE, _PACE_SPREAD = 11.0, 0.5  # median minutes from order to meal, log spread between kitchens


@dataclass(frozen=True, eq=False)
class Restaurants:
    """One entry a restaurant; ``share`` of all orders sums to 1, ``pace`` is the median minutes a meal takes."""

    ids: tuple[str, ...]
    quarter: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    share: NDArray[np.float64]
    lunch: NDArray[np.float64]
    pace: NDArray[np.float64]

    def table(self) -> pl.DataFrame:
        """This will return ``place, quarter, latitude, longitude, timezone``."""
        return pl.DataFrame(
            {
                c.PLACE: self.ids,
                "quarter": pl.Series([quarter.name for quarter in QUARTERS]).gather(self.quarter),
                c.LATITUDE: self.latitude,
                c.LONGITUDE: self.longitude,
                c.TIMEZONE: [COURIER_TIMEZONE] * len(self.ids),
            }
        )


def draw_restaurants(count: int, seed: int) -> Restaurants:
    """This will draw restaurants around the middles of the quarters, to five decimals."""
    draw = stream(seed, "restaurants")
    pull = np.array([quarter.pull for quarter in QUARTERS])
    quarter = draw.choice(len(QUARTERS), count, p=pull / pull.sum())
    north, east = draw.normal(0, _SPREAD_M, (2, count))
    popularity = np.exp(draw.normal(0, _POPULAR, count))
    middle = np.array([(each.latitude, each.longitude) for each in QUARTERS])[quarter]
    return Restaurants(
        ids=tuple(f"R{number:04}" for number in range(1, count + 1)),
        quarter=quarter,
        latitude=np.round(middle[:, 0] + north / METRES_NORTH, 5),
        longitude=np.round(middle[:, 1] + east / METRES_EAST, 5),
        share=popularity / popularity.sum(),
        lunch=np.array([each.lunch for each in QUARTERS])[quarter] * np.exp(draw.normal(0, 0.3, count)),
        pace=_PACE * np.exp(draw.normal(0, _PACE_SPREAD, count)),
    )
