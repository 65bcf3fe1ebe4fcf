"""Excel workbooks → raw table. Every cell as text: one odd cell must not change how its whole column is read."""

from __future__ import annotations

import fastexcel
import polars as pl

from busyness.domain.errors import InputError, did_you_mean
from busyness.sources.files.raw import RawTable, row_numbers, unique_names
from busyness.sources.files.times import looks_like_time


def read_workbook(content: bytes, name: str, *, sheet: str | None = None) -> RawTable:
    """This will read one sheet: the named one, or the first that holds anything. ``lines`` are Excel's row numbers.

    Raises: ``InputError`` where the file is damaged, the sheet is not there or has no rows.
    """
    try:
        book = fastexcel.read_excel(content)
    except fastexcel.FastExcelError:
        raise InputError(f"{name} is a damaged or locked Excel file.", hint="Open it in Excel and save it again.") from None
    if sheet is not None and sheet not in book.sheet_names:
        listed = ", ".join(book.sheet_names)
        raise InputError(
            f"{name} has no sheet '{sheet}'; its sheets are {listed}.", hint=did_you_mean(sheet, book.sheet_names)
        )
    cells, chosen = pl.DataFrame(), ""
    for chosen in [sheet] if sheet is not None else book.sheet_names:
        try:
            cells = book.load_sheet(chosen, header_row=None, skip_rows=0, dtypes="string").to_polars()
        except fastexcel.FastExcelError:
            raise InputError(f"The sheet '{chosen}' of {name} cannot be read.", hint="Save it as CSV.") from None
        if cells.height and cells.width:
            break
    notes = [f"Read the sheet '{chosen}'."] if len(book.sheet_names) > 1 and sheet is None else []
    return _below_header(cells, name, notes)


def _below_header(cells: pl.DataFrame, name: str, notes: list[str]) -> RawTable:
    if not cells.height:
        raise InputError(f"{name} has no rows.")
    cells = cells.with_columns(pl.when(pl.all().str.strip_chars() != "").then(pl.all()))
    filled = cells.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    # Titles above a table fill fewer cells than its header does.
    widest = int(filled.head(200).mode().max()) if filled.len() > 2 else int(filled.max())  # type: ignore[arg-type]
    header = int((filled >= max(widest - 1, 1)).arg_max() or 0)
    headings = [cell or "" for cell in cells.row(header)]
    has_header = not any(looks_like_time(heading) for heading in headings)
    if not has_header:
        notes.append("There is no header row: the columns are called column_1, column_2, ….")
        headings, first = [""] * len(headings), header
    else:
        first = header + 1
    if header:
        notes.append(f"Took row {header + 1} as the header; the rows above it are no table.")
    names, _ = unique_names(headings)
    frame = cells.slice(first)
    frame.columns = names
    lines = row_numbers(frame.height, first + 1)
    kept = filled.slice(first) > 0
    if not kept.any():
        raise InputError(f"{name} has a header but no rows.")
    unused = [column for column in names if column.startswith("column_") and frame[column].null_count() == frame.height]
    return RawTable(name, frame.filter(kept).drop(unused), lines.filter(kept), notes=tuple(notes))
