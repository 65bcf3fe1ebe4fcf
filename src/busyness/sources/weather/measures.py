"""The vocabulary of weather: what a column's name means, and its unit brought to one of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured: its name and unit here, and the least and greatest value that weather can have.

    An ``amount`` falls in a span of time (rain) instead of standing at an instant (temperature).
    """

    name: str
    unit: str
    low: float
    high: float
    amount: bool = False


_DEGREES = ("°C", -90.0, 60.0)
_SHARE = ("%", 0.0, 100.5)
_MEASURES = {
    measure.name: measure
    for measure in (
        Measure("temperature", *_DEGREES),
        Measure("feels_like", *_DEGREES),
        Measure("dew_point", *_DEGREES),
        Measure("humidity", *_SHARE),
        Measure("cloud", *_SHARE),
        Measure("precipitation_probability", *_SHARE),
        Measure("precipitation", "mm", 0, 2000, amount=True),
        Measure("rain", "mm", 0, 2000, amount=True),
        Measure("snowfall", "cm", 0, 500, amount=True),
        Measure("snow_depth", "cm", 0, 3000),
        Measure("wind", "m/s", 0, 120),
        Measure("gust", "m/s", 0, 150),
        Measure("pressure", "hPa", 300, 1100),
    )
}
_SYNONYMS = {
    "temperature": ("temp", "airtemperature", "drybulbtemperature", "tmp", "tavg", "tmax", "tmin"),
    "feels_like": ("apparenttemperature", "feelslike"),
    "dew_point": ("dewpoint", "dew"),
    "humidity": ("relativehumidity", "rh"),
    "cloud": ("cloudcover", "clouds"),
    "precipitation": ("prcp", "precip"),
    "snowfall": ("snow",),
    "snow_depth": ("snwd",),
    "wind": ("windspeed", "awnd"),
    "gust": ("windgusts", "windgust", "windgustspeed", "gustspeed"),
    "pressure": ("surfacepressure", "pressuremsl", "sealevelpressure"),
}
_BY_WORD = {word: name for name, words in _SYNONYMS.items() for word in words} | {
    name.replace("_", ""): name for name in _MEASURES
}
_OVER_A_DAY = {
    "max": "max", "maximum": "max", "min": "min", "minimum": "min", "mean": "mean", "avg": "mean", "average": "mean",
    "sum": "sum", "total": "sum", "tmax": "max", "tmin": "min", "tavg": "mean", "awnd": "mean",
}  # fmt: skip
_UNIT_WORDS = {
    "f": "°F", "c": "°C", "in": "inch", "inch": "inch", "mm": "mm", "cm": "cm", "mph": "mph", "kmh": "km/h", "ms": "m/s",
    "kn": "kn", "percent": "%", "pct": "%", "hpa": "hPa",
}  # fmt: skip
_TO_OURS: dict[tuple[str, str], tuple[float, float]] = {
    ("°f", "°C"): (5 / 9, -160 / 9),
    ("k", "°C"): (1, -273.15),
    ("0.1 °c", "°C"): (0.1, 0),
    ("inch", "mm"): (25.4, 0),
    ("in", "mm"): (25.4, 0),
    ("cm", "mm"): (10, 0),
    ("0.1 mm", "mm"): (0.1, 0),
    ("inch", "cm"): (2.54, 0),
    ("in", "cm"): (2.54, 0),
    ("mm", "cm"): (0.1, 0),
    ("m", "cm"): (100, 0),
    ("ft", "cm"): (30.48, 0),
    ("km/h", "m/s"): (1 / 3.6, 0),
    ("mph", "m/s"): (0.44704, 0),
    ("mp/h", "m/s"): (0.44704, 0),
    ("kn", "m/s"): (0.514444, 0),
    ("0.1 m/s", "m/s"): (0.1, 0),
    ("okta", "%"): (12.5, 0),
    ("0.1 hpa", "hPa"): (0.1, 0),
    ("inch", "hPa"): (33.8639, 0),
    ("in", "hPa"): (33.8639, 0),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column is: a measure, ``over`` what (``max``, ``min``, ``mean``, ``sum`` of a day; nothing: as it was).

    ``unit`` is the one that the name says, or nothing.
    """

    measure: Measure
    over: str
    unit: str

    def name(self, *, daily: bool) -> str:
        """This will return our name: an amount of a whole day is a sum, whether its name says so or not."""
        over = self.over or ("sum" if daily and self.measure.amount else "")
        return f"{self.measure.name}_{over}" if over else self.measure.name


def meaning(raw: str) -> Meaning | None:
    """This will tell what a column of that name holds; nothing where it is no word of the vocabulary.

    >>> meaning("wind_speed_10m_max (km/h)").name(daily=True)
    'wind_max'
    >>> meaning("mean_temp_f").unit
    '°F'
    """
    stated = re.search(r"\(([^)]*)\)\s*$", raw)
    text = raw[: stated.start()] if stated else raw
    tokens = [word for word in re.split(r"[\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()) if word]
    unit = stated.group(1).strip() if stated else ""
    if not unit and len(tokens) > 1 and tokens[-1] in _UNIT_WORDS:
        unit = _UNIT_WORDS[tokens.pop()]
    over = next((_OVER_A_DAY[word] for word in tokens if word in _OVER_A_DAY), "")
    kept = [word for word in tokens if word not in ("2m", "10m") and (len(tokens) == 1 or word not in _OVER_A_DAY)]
    found = _BY_WORD.get("".join(kept))
    return Meaning(_MEASURES[found], over, unit) if found else None


def to_ours(unit: str, measure: Measure) -> tuple[float, float] | None:
    """This will return factor and offset that bring a unit to the measure's own; nothing where the unit is unknown."""
    plain = unit.strip().lower()
    if plain in ("", measure.unit.lower()):
        return 1.0, 0.0
    return _TO_OURS.get((plain, measure.unit))
