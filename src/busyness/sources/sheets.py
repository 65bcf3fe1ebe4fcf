"""A file's bytes → its cells, as they are written, with the line of each row: one function a format."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import polars as pl
from polars import selectors as cs

from busyness.domain.errors import SettingsError

_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Column ``names`` as written (they may repeat), the cells below them, and the ``lines`` they came from."""

    names: tuple[str, ...]
    frame: pl.DataFrame
    lines: pl.Series
    decimal_comma: bool = False
    typed: bool = False


def read_delimited(content: bytes, file: str) -> Sheet:
    """This will read CSV in UTF-8, UTF-16 or Latin-1, with commas, semicolons, tabs or bars; every cell is text."""
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    body = text.lstrip("\n \t").rstrip()
    if not body:
        raise SettingsError("the file is empty.", file=file, hint="Write a header and one row for each entry.")
    header = body.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    first = 1 + text[: len(text) - len(text.lstrip("\n \t"))].count("\n")
    try:
        cells = pl.read_csv(body.encode(), infer_schema=False, has_header=False, separator=delimiter)
    except pl.exceptions.PolarsError:
        raise _broken_row(body, delimiter, first, file) from None
    # a quoted cell may hold line breaks, which move every later row down
    breaks = cells.select(pl.sum_horizontal(pl.all().str.count_matches("\n").fill_null(0)).cum_sum().shift(1, fill_value=0))
    lines = breaks.to_series().cast(pl.Int64) + pl.int_range(first, first + cells.height, eager=True)
    return _headed(cells, lines, decimal_comma=delimiter != ",")


def read_excel(content: bytes, file: str) -> Sheet:
    """This will read the first sheet of a workbook; every cell is text (a date with its midnight)."""
    try:
        cells = pl.read_excel(
            io.BytesIO(content),
            has_header=False,
            infer_schema_length=0,
            drop_empty_rows=False,
            drop_empty_cols=False,
            raise_if_empty=False,
            read_options={"skip_rows": 0},
        )
    # the reader's own error class is private to it, so any failure is taken for a damaged workbook
    except Exception:  # noqa: BLE001
        raise SettingsError(
            "this is no Excel workbook that can be read.", file=file, hint="Save it again as .xlsx."
        ) from None
    blank = (
        cells.select(pl.all_horizontal(pl.all().is_null())).to_series() if cells.width else pl.Series([], dtype=pl.Boolean)
    )
    top = blank.arg_min() if blank.len() and not blank.all() else None
    if top is None:
        raise SettingsError("the first sheet is empty.", file=file, hint="Put the table on the first sheet.")
    lines = pl.int_range(1 + top, 1 + cells.height, eager=True, dtype=pl.Int64)
    return _headed(cells.slice(top), lines, typed=True)


def read_parquet(content: bytes, file: str) -> Sheet:
    """This will read a Parquet file; row 1 counts as line 1."""
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):  # damaged pages make the reader panic
        raise SettingsError("this is no Parquet file that can be read.", file=file, hint="Write it again.") from None
    # pandas keeps words as categories, and its row labels in a column of that name
    frame = frame.select(pl.exclude("^__index_level_.*$")).cast({cs.categorical() | cs.enum(): pl.String})
    lines = pl.int_range(1, 1 + frame.height, eager=True, dtype=pl.Int64)
    return Sheet(tuple(frame.columns), frame, lines, typed=True)


def read_json_lines(content: bytes, file: str) -> Sheet:
    """This will read one JSON object a line."""
    rows = [(number, line) for number, line in enumerate(_decoded(content).splitlines(), 1) if line.strip()]
    if not rows:
        raise SettingsError("the file is empty.", file=file, hint="Write one JSON object a line.")
    try:
        frame = pl.read_ndjson("\n".join(line for _, line in rows).encode(), infer_schema_length=None)
    except pl.exceptions.PolarsError:
        raise _broken_json(rows, file) from None
    return Sheet(tuple(frame.columns), frame, pl.Series([number for number, _ in rows], dtype=pl.Int64))


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _headed(cells: pl.DataFrame, lines: pl.Series, *, decimal_comma: bool = False, typed: bool = False) -> Sheet:
    names = tuple(str(name or "") for name in cells.row(0))
    return Sheet(names, cells.slice(1), lines.slice(1), decimal_comma, typed)


def _broken_row(body: str, delimiter: str, first: int, file: str) -> SettingsError:
    """The error for the first row that is wider than the header, or else whose quotes are not closed."""
    rows = csv.reader(io.StringIO(body), delimiter=delimiter)
    width, line = len(next(rows)), first + rows.line_num
    for row in rows:
        if len(row) > width:
            hint = 'Quote a cell that holds the delimiter, as in "a,b".'
            return SettingsError(f"the row has {len(row)} cells; the header has {width}.", file=file, line=line, hint=hint)
        line = first + rows.line_num
    odd = next((i for i, text in enumerate(body.split("\n")) if text.count('"') % 2), 0)
    return SettingsError("a quotation mark is out of place.", file=file, line=first + odd, hint='Quote a whole cell: "a,b".')


def _broken_json(rows: list[tuple[int, str]], file: str) -> SettingsError:
    hint = 'Write one object a line, such as {"place": "S1", "capacity": 120}.'
    for number, line in rows:
        try:
            good = isinstance(json.loads(line), dict)
        except ValueError:
            good = False
        if not good:
            return SettingsError("this is no JSON object.", file=file, line=number, hint=hint)
    return SettingsError("the lines' values do not fit together.", file=file, hint="Use one kind of value for each name.")
