"""Three worlds from a formula, in the shapes of the API: stores of Madrid, scooters of Chicago, ten thousand hexagons."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

LONG = "Centro Comercial Nuestra Señora de la Encarnación y de los Ángeles del Ayuntamiento Nº 1"
STORES = ["Sol", "Gran Vía", "Chamberí", "Lavapiés", LONG, "Móstoles Ñ", "Argüelles", "Vallecas"]
AREAS = ["LOOP", "LAKE VIEW", "LINCOLN PARK", "NEAR NORTH SIDE", "UPTOWN", "WEST TOWN", "LOGAN SQUARE", "AVONDALE", "AUSTIN"]
ZONES = {"retail": "Europe/Madrid", "scooters": "America/Chicago", "couriers": "Europe/Madrid"}
NOUNS = {"retail": "visitors", "scooters": "trips", "couriers": "couriers"}
TITLES = {"retail": "Tiendas", "scooters": "Patinetes", "couriers": "Repartidores"}
ORIGINS = {
    "retail": datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Madrid")),
    "scooters": datetime(2020, 9, 10, tzinfo=ZoneInfo("America/Chicago")),
    "couriers": datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Madrid")),
}
CLOCKS = {world: origin + timedelta(hours=11) for world, origin in ORIGINS.items()}
PLANS = {"retail": ["money", "promotions", "staffing", "stock"], "scooters": ["rebalancing"], "couriers": []}
RELEASE = "2026-11-23-0500"
LEVELS = ["0.05", "0.1", "0.5", "0.9", "0.95"]
SPREAD = {"0.05": 0.66, "0.1": 0.75, "0.5": 1.0, "0.9": 1.27, "0.95": 1.4}


def meta(world: str) -> dict[str, Any]:
    """What every answer was made from."""
    return {
        "world": world,
        "release": RELEASE,
        "model_version": "trees-3f9ac1",
        "made_at": "2026-11-23T04:58:00Z",
        "origin": utc(ORIGINS[world]),
        "unit": f"{NOUNS[world]} per 1h",
        "noun": NOUNS[world],
        "slot": "1h",
        "timezone": ZONES[world],
        "clock": utc(CLOCKS[world]),
    }


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def world_item(world: str) -> dict[str, Any]:
    facts = meta(world)
    return facts | {
        "name": world,
        "title": TITLES[world],
        "ready": True,
        "simulated": world == "retail",
        "slot_minutes": 60,
        "end": utc(ORIGINS[world] + timedelta(days=7)),
        "places": len(places(world)),
        "plans": PLANS[world],
    }


@cache
def places(world: str) -> list[dict[str, Any]]:
    names = {"retail": STORES, "scooters": AREAS, "couriers": [f"Hexágono {n:05d}" for n in range(10_000)]}[world]
    middle = {"retail": (40.42, -3.70), "scooters": (41.90, -87.66), "couriers": (40.42, -3.70)}[world]
    return [
        {
            "place": f"{world[0].upper()}{n:03d}",
            "name": name,
            "latitude": middle[0] + 0.03 * (n // 3 % 100 - 1),
            "longitude": middle[1] + 0.04 * (n % 3 - 1),
            "timezone": ZONES[world],
            "parent": None,
            "capacity": 400.0 if world == "retail" else None,
        }
        for n, name in enumerate(names)
    ]


def shape(place: dict[str, Any]) -> dict[str, Any]:
    """A hexagon around the place."""
    ring = [
        [place["longitude"] + 0.018 * math.cos(math.pi * k / 3), place["latitude"] + 0.013 * math.sin(math.pi * k / 3)]
        for k in range(7)
    ]
    return {
        "type": "Feature",
        "id": place["place"],
        "properties": {"name": place["name"]},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def level(number: int, moment: datetime) -> float:
    """Demand of a place at a local time: two humps a day, a busier weekend; closed at night."""
    hour = moment.hour
    if not 10 <= hour < 22:
        return 0.0
    hump = math.exp(-((hour - 13) ** 2) / 6) + 1.3 * math.exp(-((hour - 19) ** 2) / 8)
    return round((30 + 45 * (number % 5)) * hump * (1.5 if moment.weekday() >= 5 else 1.0) + 4, 2)


def number_of(place: str) -> int:
    return int(place[1:])


def hours(world: str, start: datetime, count: int) -> list[datetime]:
    zone = ZoneInfo(ZONES[world])
    return [(start.astimezone(UTC) + timedelta(hours=n)).astimezone(zone) for n in range(count)]


def forecast_of(world: str, place: dict[str, Any]) -> dict[str, Any]:
    times = hours(world, ORIGINS[world], 168)
    mean = [level(number_of(place["place"]), time) for time in times]
    return {
        "place": place["place"],
        "name": place["name"],
        "timezone": ZONES[world],
        "times": [time.isoformat() for time in times],
        "open": [10 <= time.hour < 22 for time in times],
        "mean": mean,
        "quantiles": {name: [round(value * SPREAD[name], 2) for value in mean] for name in LEVELS},
        "override": [90.0 if 34 <= n < 38 else None for n in range(168)],
    }


def history_of(world: str, place: dict[str, Any]) -> dict[str, Any]:
    times = hours(world, ORIGINS[world] - timedelta(days=7), 168)
    said = [level(number_of(place["place"]), time) for time in times]
    came = [round(value * (1 + 0.18 * math.sin(n * 1.7)), 1) if n % 41 else None for n, value in enumerate(said)]
    return {
        "place": place["place"],
        "name": place["name"],
        "timezone": ZONES[world],
        "times": [time.isoformat() for time in times],
        "demand": came,
        "forecast": said,
        "low": [value * 0.75 for value in said],
        "high": [value * 1.27 for value in said],
        "suppressed": [False] * 168,
    }


def peaks_of(world: str, place: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for day in range(7):
        for rank, hour in enumerate((19, 20, 13), start=1):
            moment = ORIGINS[world] + timedelta(days=day, hours=hour)
            size = level(number_of(place["place"]), moment)
            rows.append(
                {
                    "place": place["place"],
                    "name": place["name"],
                    "date": moment.date().isoformat(),
                    "rank": rank,
                    "time": utc(moment),
                    "local_time": moment.isoformat(),
                    "probability": (0.55, 0.25, 0.1)[rank - 1],
                    "size_q10": size * 0.8,
                    "size_q50": size,
                    "size_q90": size * 1.2,
                    "capacity": place["capacity"],
                    "over_capacity": 0.62 if number_of(place["place"]) == 4 and rank == 1 else 0.05,
                }
            )
    return rows


def now_of(world: str, place: dict[str, Any]) -> dict[str, Any]:
    number = number_of(place["place"])
    moment = CLOCKS[world]
    expected = level(number, moment)
    status = ["within", "above", "within", "late", "below", "within", "closed", "unknown"][number % 8]
    factor = {"above": 1.6, "below": 0.5}.get(status, 1.05)
    slot = {
        "time": moment.isoformat(),
        "observed": None,
        "expected": expected,
        "low": expected * 0.75,
        "high": expected * 1.27,
    }
    before = moment - timedelta(hours=1)
    was = level(number, before)
    seen = {"time": before.isoformat(), "observed": was * factor, "expected": was, "low": was * 0.75, "high": was * 1.27}
    return {
        "place": place["place"],
        "name": place["name"],
        "now": slot | {"suppressed": False},
        "seen": None if status == "unknown" else seen | {"suppressed": status == "closed"},
        "status": status,
        "run": 3 if status == "above" else 0,
        "missing": 5 if status == "late" else 0,
        "next_peaks": peaks_of(world, place)[:3] if status != "unknown" else [],
    }


PEOPLE = ["Ana Núñez", "Íñigo Peña", "Lucía Fernández de la Hoz", "Omar Haddad", "Zoë Müller", "Joaquín Sánchez"]


def shifts(place: str) -> list[dict[str, Any]]:
    """A week of shifts, four people a day."""
    rows = []
    for day in range(7):
        when = date(2026, 11, 23) + timedelta(days=day)
        for n, name in enumerate(PEOPLE):
            if (n + day) % 6 < 2 or (n == 5 and day == 2):
                continue
            begin = (10, 12, 14)[n % 3]
            rest = f"{begin + 4:02d}:00–{begin + 4:02d}:30"
            rows.append(
                {
                    "person": f"P{n:02d}",
                    "start": f"{when}T{begin - 1:02d}:00:00Z",
                    "end": f"{when}T{begin + 7:02d}:00:00Z",
                    "detail": {"name": name, "role": "sales" if n % 2 else "till", "break": rest},
                }
            )
    return rows


def need_rows(place: str) -> list[dict[str, Any]]:
    rows = []
    for day in range(7):
        when = date(2026, 11, 23) + timedelta(days=day)
        for hour in range(10, 22):
            for role in ("till", "sales"):
                need = 1 + (hour in (13, 19, 20)) * (role == "sales")
                start = f"{when}T{hour:02d}:00:00"
                rows.append(
                    {
                        "place": place,
                        "time": f"{when}T{hour - 1:02d}:00:00Z",
                        "start": start,
                        "role": role,
                        "need": need,
                        "planned": 1,
                        "gap": 1 - need,
                    }
                )
    return rows
