"""Which station's weather each place has: the nearest one that measures it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from busyness.domain.place import Place
from busyness.geo.distance import metres_between
from busyness.sources.weather.weather_table import END, NAME, START, STATION, WeatherTable
from busyness.tables import columns as c

FAR_KM = 100.0
"""Weather from farther away than this is warned of."""

MEAN_OF_ALL = "mean of all stations"
"""The name under which a place without a position finds its weather."""

_ENOUGH = 0.5  # of the values of the station that has most: fewer do not make a station worth taking


@dataclass(frozen=True, slots=True)
class NearestWeather:
    """Weather by station, and who takes it from where.

    ``frame`` is the ``WeatherTable``'s, with the station in the column ``place``; ``stations`` says for each measure which
    station each place takes.
    """

    frame: pl.DataFrame
    stations: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...]


def nearest_weather(table: WeatherTable, places: Sequence[Place]) -> NearestWeather:
    """This will give each place the nearest station, measure by measure, among those with at least half of the most values.

    Places without a position, and all where the stations have none, take the only station, or the mean of all.
    """
    counts = table.frame.group_by(NAME, STATION, c.LATITUDE, c.LONGITUDE).len().sort(NAME, STATION)
    frame, notes = table.frame, []
    stations: dict[str, dict[str, str]] = {}
    farthest: dict[str, float] = {}
    placeless: set[str] = set()
    for (name,), rows in counts.partition_by(NAME, as_dict=True, maintain_order=True).items():
        enough = rows.filter(pl.col("len") >= _ENOUGH * pl.col("len").max())
        known = enough.drop_nulls([c.LATITUDE, c.LONGITUDE])
        rest = str(enough[STATION][0]) if enough[STATION].n_unique() == 1 else MEAN_OF_ALL
        stations[str(name)] = taken = {}
        for place in places:
            if place.latitude is None or place.longitude is None or not known.height:
                taken[place.id] = rest
                placeless.add(place.id)
                continue
            metres = metres_between(
                place.latitude, place.longitude, to_latitude=known[c.LATITUDE], to_longitude=known[c.LONGITUDE]
            )
            taken[place.id] = str(known[STATION][int(metres.argmin())])
            farthest[place.id] = max(farthest.get(place.id, 0.0), float(metres.min()) / 1000)
    if any(MEAN_OF_ALL in taken.values() for taken in stations.values()):
        frame = pl.concat([frame, _means(frame)])
    if placeless:
        how = "the mean of all stations" if frame.height > table.frame.height else "the only station"
        notes.append(f"Places whose weather is {how}, because they or the stations have no position: {len(placeless):,}.")
    far = {place: km for place, km in farthest.items() if km > FAR_KM}
    if far:
        farthest_place, km = max(far.items(), key=lambda pair: pair[1])
        notes.append(
            f"Places whose weather comes from more than {FAR_KM:.0f} km away: {len(far):,}; "
            f"'{farthest_place}' is {km:,.0f} km from its station."
        )
    return NearestWeather(frame.rename({STATION: c.PLACE}), stations, tuple(notes))


def _means(frame: pl.DataFrame) -> pl.DataFrame:
    means = frame.group_by(START, END, NAME, c.KNOWN_AT, maintain_order=True).agg(pl.col(c.VALUE).mean())
    nowhere = [pl.lit(None, pl.Float64).alias(name) for name in (c.LATITUDE, c.LONGITUDE)]
    return means.with_columns(pl.lit(MEAN_OF_ALL).alias(STATION), *nowhere).select(frame.columns)
