"""In which unit durations and distances of trips are written: said, shown by the rows, or told by the column's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from busyness.domain.errors import InputError, did_you_mean
from busyness.sources.files.words import tokens

SECONDS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "milliseconds": 0.001}
"""Seconds of each unit of time."""
KILOMETRES = {"kilometres": 1.0, "miles": 1.609344, "metres": 0.001, "feet": 0.0003048}
"""Kilometres of each unit of length."""
DETOUR = 1.17
"""A quarter of trips are shorter than this many times the straight line: how far streets lead around."""
_WORDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "seconds"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "minutes"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
    **dict.fromkeys(("ms", "millis", "milliseconds"), "milliseconds"),
    **dict.fromkeys(("km", "kms", "kilometers", "kilometres"), "kilometres"),
    **dict.fromkeys(("mi", "mile", "miles"), "miles"),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), "metres"),
    **dict.fromkeys(("ft", "feet"), "feet"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """How much one of the column is (in seconds, or kilometres), and the sentence that says how that was found."""

    size: float
    note: str = ""


def checked_unit(unit: str | None, units: Mapping[str, float]) -> str | None:
    """This will return the unit, or raise an ``InputError`` that lists those there are."""
    if unit is not None and unit not in units:
        raise InputError(f"'{unit}' is no unit here.", hint=did_you_mean(unit, units) or f"Use {', '.join(units)}.")
    return unit


def duration_unit(said: str | None, column: str, *, values: pl.Series, elapsed: pl.Series | None) -> Unit:
    """This will find the unit of durations. ``elapsed`` is end − start in seconds, where both are written."""
    if said is not None:
        return Unit(SECONDS[said])
    if elapsed is not None:
        ratio = (elapsed / values).filter((elapsed > 0) & (values > 0)).median()
        if isinstance(ratio, float):
            unit = _nearest(ratio, SECONDS)
            return Unit(SECONDS[unit], f"Durations in '{column}' are {unit}: end minus start shows it.")
    named = _named(column, SECONDS)
    if named:
        return Unit(SECONDS[named], f"Durations in '{column}' are {named}: its name says it.")
    middle = values.filter(values > 0).median()
    unit = "seconds" if isinstance(middle, float) and middle >= 90 else "minutes"
    why = f"the middle one is {middle:g}" if isinstance(middle, float) else "nothing tells"
    return Unit(SECONDS[unit], f"Durations in '{column}' were assumed to be {unit}: {why}.")


def distance_unit(said: str | None, column: str, *, values: pl.Series, straight: pl.Series | None) -> Unit | None:
    """This will find the unit of distances; ``None`` where nothing tells.

    ``straight`` is the straight line from start to end in kilometres, where both positions are known. Streets lead
    around by ``DETOUR`` at the lower quartile, which no unit shares with another.
    """
    if said is not None:
        return Unit(KILOMETRES[said])
    named = _named(column, KILOMETRES)
    if named:
        return Unit(KILOMETRES[named], f"Distances in '{column}' are {named}: its name says it.")
    if straight is not None:
        ratio = (values / straight).filter((straight > 0.5) & (values > 0)).quantile(0.25)
        if ratio is not None:
            unit = _nearest(DETOUR / ratio, KILOMETRES)
            return Unit(KILOMETRES[unit], f"Distances in '{column}' are {unit}: the positions of start and end show it.")
    return None


def _nearest(size: float, units: Mapping[str, float]) -> str:
    return min(units, key=lambda unit: abs(np.log(units[unit] / size)))


def _named(column: str, units: Mapping[str, float]) -> str | None:
    found = {_WORDS.get(word) for word in tokens(column)} & set(units)
    return found.pop() if len(found) == 1 else None
