"""Numbers that are times: Unix seconds and their fractions, Excel's serial dates, digits such as 20240131."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.sources.files.dates import NO_TIME, day_number, instants

_EXCEL_EPOCH = -25_569  # day 0 of Excel's calendar, 1899-12-30, in days since 1970
_UNIX = (  # from, up to, microseconds per unit, name
    (1e8, 4.2e9, 1e6, "Unix seconds"),
    (5e11, 4.2e12, 1e3, "Unix milliseconds"),
    (5e14, 4.2e15, 1.0, "Unix microseconds"),
    (5e17, 4.2e18, 1e-3, "Unix nanoseconds"),
)


@dataclass(frozen=True, slots=True)
class NumberTimes:
    """``micros`` since 1970 (``NO_TIME`` where it is none), whether it is UTC, whether it is a date without a time."""

    micros: NDArray[np.int64]
    absolute: NDArray[np.bool_]
    dated: NDArray[np.bool_]
    notes: tuple[str, ...]


def read_numbers(values: pl.Series) -> NumberTimes:
    """This will read numbers, or texts of numbers, as times.

    Eight, ten, twelve and fourteen digits that make a date from 1990 on are one; then come Unix times by their size,
    and numbers from 20,000 to 80,000 are days in Excel's calendar.
    """
    number = values.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    micros = np.full(len(number), NO_TIME, np.int64)
    absolute, dated = np.zeros(len(number), bool), np.zeros(len(number), bool)
    notes: list[str] = []
    whole = np.isfinite(number) & (number == np.floor(number))
    for digits in (8, 10, 12, 14):
        hit = whole & (number >= 10.0 ** (digits - 1)) & (number < 10.0**digits) & (micros == NO_TIME)
        if hit.any():
            micros[hit] = _digits(number[hit].astype(np.int64), digits)
            dated[hit] = (digits == 8) & (micros[hit] != NO_TIME)
    for low, high, size, name in _UNIX:
        hit = (number >= low) & (number < high) & (micros == NO_TIME)
        if hit.any():
            micros[hit] = np.round(number[hit] * size).astype(np.int64)
            absolute |= hit
            notes.append(f"Numbers such as {number[hit][0]:.0f} were read as {name} (UTC).")
    hit = (number >= 20_000) & (number < 80_000) & (micros == NO_TIME)
    if hit.any():
        seconds = np.round((number[hit] + _EXCEL_EPOCH) * 86_400).astype(np.int64)
        micros[hit] = seconds * 1_000_000
        dated |= hit & whole
        notes.append(f"Numbers such as {number[hit][0]:g} were read as Excel's serial dates.")
    return NumberTimes(micros, absolute, dated, tuple(notes))


def _digits(number: NDArray[np.int64], digits: int) -> NDArray[np.int64]:
    date = number // 10 ** (digits - 8)
    year = date // 10_000
    day = day_number(np.where(year >= 1990, year, 0), date // 100 % 100, date % 100)
    clock = number % 10 ** (digits - 8) * 10 ** (14 - digits)
    parts = np.stack([clock // 10_000, clock // 100 % 100, clock % 100, 0 * clock, 0 * clock + NO_TIME], axis=1)
    return instants(day, parts)
