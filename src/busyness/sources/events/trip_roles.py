"""The columns of a table of trips."""

from __future__ import annotations

from busyness.sources.events.roles import Role

_AT = {  # what the two ends of a trip are called
    "start": ("start", "started", "pickup", "origin", "from", "begin", "checkout", "departure", "pu", "inicio", "origen"),
    "end": ("end", "ended", "dropoff", "destination", "to", "stop", "finish", "checkin", "return", "arrival", "do", "fin"),
}
_PLACES = (
    *("station_id", "terminal", "station", "station_name", "community_area_number", "community_area"),
    *("community_area_name", "zone", "zone_id", "location_id", "area", "neighborhood", "hexagon", "place_id", "location"),
)


def _time(end: str) -> tuple[str, ...]:
    words = _AT[end]
    return (
        *(f"{word}_date + {word}_time" for word in words),
        *(f"{word}_{what}" for what in ("time", "datetime", "timestamp", "at", "date_time", "time_local") for word in words),
        *(f"{what}_{word}" for what in ("time", "fecha_hora", "fecha", "hora") for word in words),
        *(f"tpep_{word}_datetime" for word in words),
        *(f"{word}_date" for word in words),
    )


def _degrees(end: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        form.format(word=word, name=name)
        for name in names
        for form in ("{word}_{name}", "{word}_centroid_{name}", "{word}_station_{name}", "{name}_{word}")
        for word in _AT[end]
    )


def _place(end: str) -> tuple[str, ...]:
    words = _AT[end]
    return (
        *(f"{word}_{what}" for what in _PLACES for word in words),
        *(f"{what}_{word}" for what in ("estacion",) for word in words),
    )


_LATITUDE = ("latitude", "lat")
_LONGITUDE = ("longitude", "lng", "lon", "long")

ROLES = (
    Role("trip_id", "the trip's id, once for each trip", ("ride_id", "rental_id", "id"), required=False),
    Role("start_time", "when the trip started", _time("start")),
    Role("end_time", "when the trip ended", _time("end"), required=False),
    Role(
        "duration",
        "how long the trip took",
        (
            *("trip_duration", "duration_sec", "duration_seconds", "duration_minutes", "duration_min", "trip_seconds"),
            *("trip_minutes", "elapsed", "duracion"),
        ),
        required=False,
    ),
    Role("start_latitude", "degrees north of the start", _degrees("start", _LATITUDE), required=False),
    Role("start_longitude", "degrees east of the start", _degrees("start", _LONGITUDE), required=False),
    Role("end_latitude", "degrees north of the end", _degrees("end", _LATITUDE), required=False),
    Role("end_longitude", "degrees east of the end", _degrees("end", _LONGITUDE), required=False),
    Role("start_place", "the station or area of the start", _place("start"), required=False),
    Role("end_place", "the station or area of the end", _place("end"), required=False),
    Role(
        "distance",
        "how far the trip went",
        ("trip_distance", "trip_miles", "distance_km", "distance_m", "distance_meters", "distance_miles", "distancia"),
        required=False,
    ),
    Role(
        "vehicle",
        "the scooter, bike or car",
        ("vehicle_id", "device_id", "bike_id", "bike_number", "scooter_id", "vehicle_number", "bicicleta"),
        required=False,
    ),
)
"""What a column of trips can mean. A start is needed: ``start_latitude`` and ``start_longitude``, or ``start_place``."""
