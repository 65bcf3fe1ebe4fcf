"""Small tables beside the counts (places, capacities, covariates, opening hours), read with the line of every row.

Anything wrong in them is a person's slip in a file they can open, so every error names the file and the line.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.sources.sheets import Sheet, read_delimited, read_excel, read_json_lines, read_parquet

LINE = "#line"
"""The column that holds the line of the file each row came from; the header is line 1 (rows of Parquet count so too)."""

_READERS = {
    (".csv", ".tsv", ".txt"): read_delimited,
    (".parquet", ".pq"): read_parquet,
    (".xlsx", ".xlsm", ".xls", ".ods"): read_excel,
    (".jsonl", ".ndjson", ".json"): read_json_lines,
}
_MISSING = ("", "na", "n/a", "nan", "null")


@dataclass(frozen=True, slots=True)
class SmallTable:
    """``frame`` has the file's columns (text stripped, blank is null) and ``LINE``; rows that are all blank are gone.

    ``decimal_comma`` says that ``12,5`` may mean a number (the file's delimiter is no comma); ``typed`` that midnight
    may stand for a date, because the format cannot tell the two apart (Excel, Parquet).
    """

    file: str
    frame: pl.DataFrame
    decimal_comma: bool
    typed: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the file's columns."""
        return tuple(name for name in self.frame.columns if name != LINE)

    def require(self, *names: str) -> None:
        """This will raise a ``SettingsError`` for the first of these columns that the file does not have."""
        for name in names:
            if name not in self.columns:
                listed = ", ".join(self.columns[:20])
                hint = did_you_mean(name, self.columns) or f"Add a column '{name}'."
                raise SettingsError(f"there is no column '{name}'; the columns are {listed}.", file=self.file, hint=hint)

    def refuse(self, wrong: pl.Expr, message: str, *, value: str = "", hint: str) -> None:
        """This will raise a ``SettingsError`` at the first row where ``wrong`` holds.

        ``{value}`` in the message is replaced by that row's cell of the column ``value``.
        """
        bad = self.frame.filter(wrong.fill_null(False)).head(1)
        if not bad.height:
            return
        cell = bad[value][0] if value else ""
        raise SettingsError(message.replace("{value}", str(cell)), file=self.file, line=int(bad[LINE][0]), hint=hint)

    def text(self, name: str) -> pl.Series:
        """This will return a column as text; a whole number that came as a float (``1.0``) loses its ``.0``."""
        column = self.frame[name]
        if column.dtype in (pl.List, pl.Struct, pl.Array, pl.Object, pl.Binary):
            raise SettingsError(
                f"column '{name}' holds nested values.", file=self.file, hint="Use one plain value in each row."
            )
        return column.cast(pl.String).str.replace(r"^(-?\d+)\.0+$", "$1")

    def numbers(self, name: str, *, what: str) -> pl.Series:
        """This will return a column as Float64, null where blank, or raise at the first cell that is no finite number."""
        parsed = parse_numbers(self, name)
        wrong = (parsed.is_null() & self.frame[name].is_not_null()) | parsed.is_infinite().fill_null(False)
        self.refuse(
            pl.lit(wrong), f"{what} '{{value}}' is no number.", value=name, hint="Write a number such as 120 or 12.5."
        )
        return parsed.rename(name)

    def places(self, name: str) -> pl.Series:
        """This will return the ids of places, or raise a ``SettingsError`` where one is missing or comes twice."""
        self.require(name)
        ids = self.text(name)
        self.refuse(pl.lit(ids.is_null()), "the place is missing.", hint="Write the place's id in every row.")
        self.refuse(
            pl.lit(~ids.is_first_distinct()),
            "place '{value}' comes a second time.",
            value=name,
            hint="Keep one row a place.",
        )
        return ids.rename(name)


def parse_numbers(table: SmallTable, name: str) -> pl.Series:
    """This will return a column as Float64, null where a cell is blank, NaN or no number."""
    column = table.frame[name]
    if column.dtype == pl.String:
        if table.decimal_comma:
            column = column.str.replace(r"^([+-]?\d+),(\d+)$", "$1.$2")
    elif not (column.dtype.is_numeric() or column.dtype == pl.Null):
        return pl.Series(name, [None] * column.len(), dtype=pl.Float64)
    return column.cast(pl.Float64, strict=False).fill_nan(None)


def read_small_table(path: str | Path, words: Mapping[str, str]) -> SmallTable:
    """This will read a CSV, Parquet, Excel or JSON lines file whose rows a person wrote.

    ``words`` maps the lower-case names of columns that mean something to the name used here; where two columns mean
    the same, the first of ``words`` counts and the other keeps its own name.

    Raises:
        SettingsError: the file is missing, empty or damaged, or has no columns, no rows or a column twice.

    """
    path = Path(path)
    file = str(path)
    if not path.is_file():
        nearby = [str(p) for p in path.parent.glob("*")] if path.parent.is_dir() else []
        raise SettingsError(f"There is no file '{file}'.", hint=did_you_mean(file, nearby) or "Check the path.")
    content = path.read_bytes()
    name = path.name.lower()
    if content[:2] == b"\x1f\x8b":
        content, name = _unzipped(content, file), name.removesuffix(".gz")
    for suffixes, reader in _READERS.items():
        if name.endswith(suffixes):
            sheet = reader(content, file)
            break
    else:
        hint = "Use .csv, .parquet, .xlsx or .jsonl."
        raise SettingsError(f"a file that ends in '{Path(name).suffix}' cannot be read.", file=file, hint=hint)
    return SmallTable(file, _cleaned(sheet, words, file), sheet.decimal_comma, sheet.typed)


def _unzipped(content: bytes, file: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError):
        raise SettingsError("the compressed file is damaged.", file=file, hint="Compress it again.") from None


def _cleaned(sheet: Sheet, words: Mapping[str, str], file: str) -> pl.DataFrame:
    frame = sheet.frame.with_columns(pl.col(pl.String).str.strip_chars(), pl.col(pl.Float32, pl.Float64).fill_nan(None))
    blank = pl.col(pl.String).str.to_lowercase().is_in(_MISSING)
    frame = frame.with_columns(pl.when(~blank).then(pl.col(pl.String)).name.keep())
    lines = pl.Series(LINE, sheet.lines, dtype=pl.Int64)
    names = [re.sub(r"\s+", " ", name.strip()) for name in sheet.names]
    kept = [i for i, name in enumerate(names) if name or frame[:, i].null_count() < frame.height]
    names, frame = [names[i] for i in kept], frame[:, kept]
    if not names:
        raise SettingsError("the file is empty.", file=file, hint="Write a header and one row for each entry.")
    for i, name in enumerate(names):
        if not name:
            raise SettingsError(f"column {kept[i] + 1} has no name.", file=file, hint="Name it, or delete the column.")
        if name.lower() in {earlier.lower() for earlier in names[:i]}:
            raise SettingsError(f"column '{name}' comes twice.", file=file, hint="Rename or delete one of the two.")
    lower = [name.lower() for name in names]
    for word, meaning in words.items():
        if word in lower and meaning not in names:
            names[lower.index(word)] = meaning
    frame.columns = names
    frame = frame.with_columns(lines).filter(~pl.all_horizontal(pl.exclude(LINE).is_null()))
    if not frame.height:
        raise SettingsError("the file has a header and no rows.", file=file, hint="Write one row for each entry.")
    return frame
