"""Scooter trips as an operator reports them: moments, positions, distance and duration of every one."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.sources.simulator.chicago_areas import Areas
from busyness.sources.simulator.scooter_demand import FIRST_HOUR
from busyness.sources.simulator.scooter_flow import SERVICE_HOURS, Flow
from busyness.sources.simulator.span import Span, stream

_CORNERS = 600  # street corners of an area at which scooters are taken and left
_EARTH_M, _DETOUR, _STROLL_M = 6_371_000.0, 1.25, 300.0
_SPEED, _SPEED_SPREAD = 2.9, 0.25  # metres a second, log spread from rider to rider
_UNLOCK_S = 40
_FALSE_STARTS = 0.004  # beside each trip: unlocked, did not run, given back


def trips_table(flow: Flow, areas: Areas, *, span: Span, seed: int, at_centroids: bool) -> pl.DataFrame:
    """This will return the trips of a flow by start, columns as ``ScooterWorld.trips`` says.

    ``at_centroids`` puts both ends at the middles of their areas; the distance stays that of the ride.
    """
    draw = stream(seed, "scooter trips")
    count = len(flow.slot)
    start, corners = _starts(flow, span, draw), areas.points(_CORNERS, draw)
    begin, end = (
        corners[area, (_CORNERS * draw.random(count) ** 2).astype(np.int64)] for area in (flow.origin, flow.destination)
    )
    distance = _DETOUR * _metres(begin, end) + draw.exponential(_STROLL_M, count)
    duration = _UNLOCK_S + 25 + distance / (_SPEED * np.exp(draw.normal(0, _SPEED_SPREAD, count)))
    if at_centroids:
        middle = np.stack([areas.latitude, areas.longitude], axis=1)
        begin, end = middle[flow.origin], middle[flow.destination]
    rides = pl.DataFrame(
        {
            "start": start,
            "start_latitude": begin[:, 0],
            "start_longitude": begin[:, 1],
            "end_latitude": end[:, 0],
            "end_longitude": end[:, 1],
            "distance_meters": np.round(distance).astype(np.int64),
            "duration_seconds": np.round(duration).astype(np.int64),
            "start_area_number": areas.numbers[flow.origin],
            "end_area_number": areas.numbers[flow.destination],
        }
    )
    return _reported(pl.concat([rides, _false_starts(rides, draw)]))


def _starts(flow: Flow, span: Span, draw: np.random.Generator) -> NDArray[np.datetime64]:
    """A random second of the hour, before the last scooter was gone."""
    day, hour = np.divmod(flow.slot, len(SERVICE_HOURS))
    share = flow.available[flow.origin, day, hour]
    seconds = (3600 * share * draw.random(len(day))).astype(np.int64)
    whole = span.dates[day].astype("datetime64[s]") + 3600 * (FIRST_HOUR + hour)
    return np.asarray((whole + seconds).astype("datetime64[us]"))


def _metres(begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The great-circle distance between rows of latitude and longitude (haversine)."""
    (north, east), (to_north, to_east) = np.radians(begin).T, np.radians(end).T
    half = np.sin((to_north - north) / 2) ** 2 + np.cos(north) * np.cos(to_north) * np.sin((to_east - east) / 2) ** 2
    return np.asarray(2 * _EARTH_M * np.arcsin(np.sqrt(half)))


def _false_starts(rides: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Some riders unlock a scooter that does not run, just before the one they ride."""
    some = rides[np.flatnonzero(draw.random(len(rides)) < _FALSE_STARTS)]
    seconds = draw.integers(5, 45, len(some))
    return some.with_columns(
        end_latitude="start_latitude",
        end_longitude="start_longitude",
        distance_meters=pl.lit(0, pl.Int64),
        duration_seconds=seconds,
        end_area_number="start_area_number",
    )


def _reported(rides: pl.DataFrame) -> pl.DataFrame:
    """The rides in order, numbered, with their moments as text."""
    end = pl.col("start") + pl.duration(seconds="duration_seconds")
    rides = rides.sort("start", "start_area_number", "end_area_number", "duration_seconds", maintain_order=True)
    return rides.select(
        pl.concat_str(pl.lit("T"), pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(8)).alias("trip_id"),
        pl.col("start").dt.to_string("%Y-%m-%d %H:%M:%S").alias("start_time"),
        end.dt.to_string("%Y-%m-%d %H:%M:%S").alias("end_time"),
        pl.exclude("start"),
    )
