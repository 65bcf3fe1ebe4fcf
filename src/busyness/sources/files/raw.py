"""A table as it was found: nothing interpreted yet."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class RawTable:
    """Columns as found, and where each row came from.

    ``lines`` (Int64, one per row of ``frame``) are physical lines of a text file (the header is line 1), rows of an
    Excel sheet as Excel numbers them, and row numbers from 1 for everything that has no lines. ``ragged`` are the
    lines with more or fewer fields than the header, with the same columns and ``ragged_lines``. ``delimiter`` is
    empty unless the table was delimited text.
    """

    name: str
    frame: pl.DataFrame
    lines: pl.Series
    ragged: pl.DataFrame = field(default_factory=pl.DataFrame)
    ragged_lines: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Int64))
    notes: tuple[str, ...] = ()
    delimiter: str = ""


def row_numbers(count: int, first: int = 1) -> pl.Series:
    """This will return ``first, first + 1, …`` (Int64, ``count`` long)."""
    return pl.int_range(first, first + count, eager=True, dtype=pl.Int64)


def unique_names(names: list[str]) -> tuple[list[str], list[str]]:
    """This will return names without blanks or repeats, and those that came more than once.

    >>> unique_names(["a", "", "a"])
    (['a', 'column_2', 'a_2'], ['a'])
    """
    taken: set[str] = set()
    clean, repeated = [], []
    for position, name in enumerate(names, start=1):
        wanted = name.strip().strip("\ufeff").strip() or f"column_{position}"
        if wanted in taken:
            repeated.append(wanted)
        unique, number = wanted, 2
        while unique in taken:
            unique, number = f"{wanted}_{number}", number + 1
        taken.add(unique)
        clean.append(unique)
    return clean, repeated
