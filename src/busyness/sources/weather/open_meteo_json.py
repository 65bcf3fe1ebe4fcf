"""Open-Meteo's JSON answer: one location or a list of them, each with hourly and daily blocks and their units."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.weather.open_meteo import Block, Spot

_STEPS = {"minutely_15": timedelta(minutes=15), "hourly": timedelta(hours=1), "daily": timedelta(days=1)}


def json_blocks(content: bytes, file: str) -> list[Block]:
    """This will return the blocks of an answer.

    Raises: ``InputError`` where it is no JSON, no answer of Open-Meteo, an answer that says an error, or cut short.
    """
    try:
        answer = json.loads(content)
    except ValueError:
        raise InputError(f"{file} is no JSON that can be read.", hint="Download it again.") from None
    places = answer if isinstance(answer, list) else [answer]
    blocks = []
    for number, place in enumerate(places):
        if not isinstance(place, dict):
            raise InputError(f"{file} is no answer of Open-Meteo.", hint="It has latitude, longitude and hourly or daily.")
        if place.get("error"):
            raise InputError(f"{file} holds an error instead of weather: {place.get('reason', 'no reason given')}.")
        blocks += list(_blocks(place, number, file))
    if not blocks:
        raise InputError(f"{file} has no hourly and no daily weather.", hint="Ask Open-Meteo for hourly=temperature_2m.")
    return blocks


def _blocks(place: Mapping[str, Any], number: int, file: str) -> Iterator[Block]:
    try:
        latitude, longitude = float(place["latitude"]), float(place["longitude"])
        offset = int(place.get("utc_offset_seconds") or 0)
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{file}: location {number + 1} has no position.", hint="Use the answer as it came.") from None
    spot = Spot(f"{latitude:.4f},{longitude:.4f}", latitude, longitude, offset)
    for kind, step in _STEPS.items():
        block = place.get(kind)
        if not isinstance(block, dict) or not block.get("time"):
            continue
        units = place.get(f"{kind}_units") or {}
        time = pl.Series("time", block["time"])
        variables = {}
        for name, values in block.items():
            if name == "time" or not _numeric(values):
                continue
            if len(values) != len(time):
                raise InputError(
                    f"{file}: '{name}' has {len(values)} values for {len(time)} times.", hint="Download it again."
                )
            variables[name] = (str(units.get(name, "")), pl.Series(name, values, dtype=pl.Float64, strict=False))
        if variables:
            yield Block(spot, step, time, variables)


def _numeric(values: object) -> bool:
    """Whether a variable holds numbers (sunrise and sunset are times)."""
    return isinstance(values, list) and not any(isinstance(value, str) for value in values)
