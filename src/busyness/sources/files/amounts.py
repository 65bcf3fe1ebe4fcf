"""Counts as people write them → numbers: decimal commas, thousands separators, and the many ways to write nothing."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from busyness.sources.files.distinct import by_distinct

AMOUNT, UNREADABLE = "amount", "unreadable"
MISSING = (
    *("", "na", "n/a", "nan", "null", "none", "nil", "<na>", "#n/a", "#n/d", "s/d", "sindato"),
    *("-", "--", "—", "–", ".", "..", "?"),
)
"""Texts, in lower case and without spaces, that say: nothing was observed."""
_THOUSANDS_COMMA = r"^[+-]?[1-9]\d{0,2}(?:,\d{3})+$"
_THOUSANDS_POINT = r"^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$"


@dataclass(frozen=True, slots=True)
class Amounts:
    """``frame`` has ``amount`` (Float64, null where nothing was observed or it is no number) and ``unreadable``."""

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


def read_amounts(values: pl.Series, *, decimal: str | None = None, delimiter: str = "") -> Amounts:
    """This will read a column of counts of any type.

    ``decimal`` is the decimal sign; ``None`` asks the whole column (``1.234,5`` and ``12,5`` show a decimal comma,
    ``1,234`` beside ``987`` a thousands comma). ``delimiter`` of the file helps: who separates fields with ``;`` writes
    decimals with a comma.
    """
    if values.dtype.is_numeric() or values.dtype == pl.Boolean:
        number = values.cast(pl.Float64).fill_nan(None)
        return Amounts(pl.DataFrame({AMOUNT: number}).with_columns(pl.lit(False).alias(UNREADABLE)))
    if values.dtype != pl.String:
        values = values.cast(pl.String, strict=False) if not values.dtype.is_nested() else values.is_null().cast(pl.String)
    plain = values.cast(pl.Float64, strict=False)
    if plain.null_count() == values.null_count() and decimal != "," and not values.str.contains(".", literal=True).any():
        return Amounts(pl.DataFrame({AMOUNT: plain.fill_nan(None)}).with_columns(pl.lit(False).alias(UNREADABLE)))
    notes: list[str] = []

    def read(distinct: pl.Series) -> pl.DataFrame:
        clean = _clean(distinct)
        sign, note = (decimal, "") if decimal else _decimal_sign(clean, delimiter)
        notes.extend([note] if note else [])
        return _numbers(clean, sign)

    return Amounts(by_distinct(values, read), tuple(notes))


def _clean(texts: pl.Series) -> pl.Series:
    spaceless = texts.str.replace_all(r"[\s\u00a0\u202f'’]", "").str.to_lowercase()
    return spaceless.str.replace("−", "-", literal=True)


def _numbers(clean: pl.Series, decimal: str) -> pl.DataFrame:
    thousands = "." if decimal == "," else ","
    grouped = rf"^[+-]?\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d*)?$"
    text = pl.col("text")
    whole = pl.when(text.str.contains(grouped)).then(text.str.replace_all(thousands, "", literal=True)).otherwise(text)
    # A point that is neither a decimal sign nor between groups of three is not a number: 1.23.4, or 5.1 with decimal commas.
    number = whole.str.replace(decimal, ".", literal=True) if decimal == "," else whole
    stray = (decimal == ",") & whole.str.contains(".", literal=True)
    frame = clean.to_frame("text").select(text, pl.when(~stray).then(number).cast(pl.Float64, strict=False).alias(AMOUNT))
    absent = text.is_null() | text.is_in(MISSING).fill_null(True) | pl.col(AMOUNT).is_nan().fill_null(False)
    return frame.select(
        pl.when(~absent).then(pl.col(AMOUNT)).alias(AMOUNT),
        (pl.col(AMOUNT).is_null() & ~absent).fill_null(False).alias(UNREADABLE),
    )


def _decimal_sign(clean: pl.Series, delimiter: str) -> tuple[str, str]:
    """The decimal sign that the column's distinct texts show, and what to say about it."""
    numeric = clean.filter(clean.str.contains(r"^[+-]?[\d.,]*\d[\d.,]*$").fill_null(False))
    commas, points = numeric.str.contains(",", literal=True), numeric.str.contains(".", literal=True)
    if not commas.any():
        return _only_points(numeric, points)
    both = numeric.filter(commas & points)
    if both.len():
        comma_last = int((both.str.contains(r"\..*,")).sum()) * 2 > both.len()
        return (",", _says(",", both)) if comma_last else (".", _says(".", both))
    only = numeric.filter(commas)
    if not only.str.contains(_THOUSANDS_COMMA).all():
        return (".", "") if only.str.contains(r",.*,").all() else (",", _says(",", only))
    ungrouped_thousands = numeric.filter(~commas).str.contains(r"^[+-]?\d{4,}$").any()
    if ungrouped_thousands or (delimiter == ";" and commas.all() and not only.str.contains(r",.*,").any()):
        return ",", _says(",", only)
    return ".", f"Counts such as {only[0]} were read with the comma between thousands."


def _only_points(numeric: pl.Series, points: pl.Series) -> tuple[str, str]:
    pointed = numeric.filter(points)
    grouped = pointed.len() > 0 and bool(pointed.str.contains(_THOUSANDS_POINT).all())
    several_points = bool(pointed.str.contains(r"\..*\.").any())
    # Decimals all of exactly three digits beside small whole numbers are not decimals but thousands: 1.234, 987, 2.001.
    small_whole = numeric.filter(~points)
    beside_small = pointed.len() > 1 and small_whole.len() > 0 and not small_whole.str.contains(r"\d{4,}").any()
    if grouped and (several_points or beside_small):
        return ",", f"Counts such as {pointed[0]} were read with the point between thousands."
    return ".", ""


def _says(decimal: str, examples: pl.Series) -> str:
    name = "comma" if decimal == "," else "point"
    return f"Counts such as {examples[0]} were read with a decimal {name}."
