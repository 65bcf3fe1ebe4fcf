"""The covariates of a table as numbers: numbers stay, yes and no become 1 and 0, words one 0/1 column each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from busyness.domain.errors import SettingsError
from busyness.sources.small_table import LINE, SmallTable, parse_numbers

MOST_WORDS = 20
"""A column of more different words than this is rather a list of names than a covariate."""

_TRUE = ("true", "yes", "sí", "si", "verdadero")
_FALSE = ("false", "no", "falso")


@dataclass(frozen=True, slots=True)
class Values:
    """``frame`` has one Float64 column per covariate, a row for each row of the table; ``worded`` came from words."""

    frame: pl.DataFrame
    names: tuple[str, ...]
    worded: tuple[str, ...]
    notes: tuple[str, ...]


def read_values(table: SmallTable, columns: Sequence[str], *, sparse: bool) -> Values:
    """This will turn the table's ``columns`` into numbers.

    ``sparse``: rows are spans that may overlap (two promotions at once), so that a word only says where it holds (1),
    and nothing (null) elsewhere; otherwise it is 0 in the other rows.

    Raises:
        SettingsError: with file and line, at the first cell that is no number in a column of numbers; or without a
            line, where a column has too many different words, or two covariates would have the same name.

    """
    read: list[pl.Series] = []
    worded: list[str] = []
    notes: list[str] = []
    for name in columns:
        column = table.frame[name]
        if column.null_count() == column.len():
            notes.append(f"Column '{name}' is empty and left out.")
            continue
        numbers = _numeric(table, name)
        if numbers is not None:
            read.append(numbers)
            continue
        flags = _flags(table, name, sparse=sparse)
        notes.append(f"Column '{name}' holds words; they became {', '.join(flag.name for flag in flags)}.")
        worded += [flag.name for flag in flags]
        read += flags
    names = tuple(column.name for column in read)
    for i, name in enumerate(names):
        if name in names[:i]:
            raise SettingsError(f"two columns make the covariate '{name}'.", file=table.file, hint="Rename one of them.")
    if not names:
        raise SettingsError("every covariate of the table is empty.", file=table.file, hint="Fill in at least one column.")
    return Values(pl.DataFrame(read), names, tuple(worded), tuple(notes))


def _numeric(table: SmallTable, name: str) -> pl.Series | None:
    """The column as numbers, or ``None`` where it holds words."""
    column = table.frame[name]
    if column.dtype == pl.Boolean:
        return column.cast(pl.Float64)
    parsed = parse_numbers(table, name)
    filled = column.is_not_null()
    if column.dtype == pl.String and not parsed.is_not_null().any():
        lower = column.str.to_lowercase()
        if lower.drop_nulls().is_in(_TRUE + _FALSE).all():
            return pl.select(pl.when(filled).then(lower.is_in(_TRUE).cast(pl.Float64))).to_series().alias(name)
    if column.dtype == pl.String and 2 * int(parsed.is_not_null().sum()) < int(filled.sum()):
        return None
    if column.dtype not in (pl.String, pl.Null) and not column.dtype.is_numeric():
        message = f"column '{name}' holds {column.dtype}, which is no covariate."
        hint = "Use numbers, yes and no, or words."
        raise SettingsError(message, file=table.file, line=int(table.frame[LINE][0]), hint=hint)
    return table.numbers(name, what=f"'{name}':")


def _flags(table: SmallTable, name: str, *, sparse: bool) -> list[pl.Series]:
    words = table.text(name).str.replace_all(r"\W+", "_").str.strip_chars("_")
    distinct = words.drop_nulls().unique().sort().to_list()
    if len(distinct) > MOST_WORDS:
        message = f"column '{name}' holds {len(distinct)} different words; {MOST_WORDS} is the most."
        hint = "Group them, or delete the column. A column of place ids is called 'place'."
        raise SettingsError(message, file=table.file, hint=hint)
    other = None if sparse else 0.0
    held = words.is_not_null()
    return [
        pl.select(pl.when(words == word).then(1.0).when(held).then(pl.lit(other, pl.Float64)))
        .to_series()
        .alias(f"{name}_{word}")
        for word in distinct
    ]
