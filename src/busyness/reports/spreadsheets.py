"""A plan as an Excel workbook: what it costs, the week at a glance where people work, its actions, and its tables."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from types import ModuleType
from typing import Any

import polars as pl

from busyness.domain.errors import InputError, MissingExtraError
from busyness.reports.words import Words, words_of
from busyness.tables.plan import Plan

_SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "summary": "Summary", "roster": "Roster", "actions": "Actions", "kind": "Plan", "cost": "Cost",
        "bound": "Least possible cost", "gap": "Gap", "seconds": "Seconds to solve", "notes": "What to know",
        "person": "Person", "hours": "Hours",
    },
    "es": {
        "summary": "Resumen", "roster": "Horario", "actions": "Acciones", "kind": "Plan", "cost": "Costo",
        "bound": "Menor costo posible", "gap": "Brecha", "seconds": "Segundos de cálculo", "notes": "Lo que hay que saber",
        "person": "Persona", "hours": "Horas",
    },
}  # fmt: skip
_WIDEST, _SHEET_NAME = 60, 31
_WORKED = {"name", "start", "end", "role", "quantity"}


def workbook(plan: Plan, *, language: str = "en") -> bytes:
    """This will return the content of an ``.xlsx`` file.

    Raises:
        InputError: the language is neither ``es`` nor ``en``.
        MissingExtraError: XlsxWriter is not installed.

    """
    if language not in _SAID:
        raise InputError(f"A workbook cannot be written in '{language}'.", hint="Use es or en.")
    library = _xlsxwriter()
    content = io.BytesIO()
    # a text that begins with = is a text, not a formula: names come from files anybody may have written
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with library.Workbook(content, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # the same plan is the same file
        _Writer(book, plan, words_of(language)).write()
    return content.getvalue()


def _xlsxwriter() -> ModuleType:
    """The library, imported when it is first needed, because it is an extra."""
    try:
        import xlsxwriter as library  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("XlsxWriter", "plans") from None
    module: ModuleType = library
    return module


class _Writer:
    """Writes a plan's sheets into a workbook."""

    def __init__(self, book: Any, plan: Plan, words: Words) -> None:  # noqa: ANN401 - the library has no types
        self._book, self._plan, self._words = book, plan, words
        self._said = _SAID[words.language]
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._money = book.add_format({"num_format": "#,##0.00"})
        self._share = book.add_format({"num_format": "0.0%"})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self) -> None:
        self._summary()
        if set(self._plan.actions.columns) >= _WORKED:
            self._roster()
        self._table(self._said["actions"], self._plan.actions)
        for name, table in self._plan.tables.items():
            self._table(name, table)

    def _summary(self) -> None:
        sheet, said, plan = self._book.add_worksheet(self._said["summary"]), self._said, self._plan
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, _WIDEST, self._wrap)
        rows = [
            (said["kind"], plan.kind, None),
            (f"{said['cost']} {plan.currency}".strip(), plan.cost, self._money),
            (f"{said['bound']} {plan.currency}".strip(), plan.bound, self._money),
            (said["gap"], plan.gap, self._share),
            (said["seconds"], round(plan.seconds, 1), None),
            *((name, version, None) for name, version in plan.versions.items()),
        ]
        for row, (name, value, form) in enumerate(rows):
            sheet.write(row, 0, name, self._head)
            sheet.write(row, 1, value, form)
        sheet.write(len(rows) + 1, 0, said["notes"], self._head)
        for row, note in enumerate(plan.notes, len(rows) + 2):
            sheet.write_string(row, 1, note, self._wrap)

    def _roster(self) -> None:
        """One row a person, one column a day."""
        sheet = self._book.add_worksheet(self._said["roster"])
        shifts = self._plan.actions.with_columns(pl.col("start").dt.date().alias("day")).sort("name", "start")
        days: list[date] = shifts["day"].unique().sort().to_list()
        heads = [self._said["person"], *(self._words.day(day, short=True) for day in days), self._said["hours"]]
        sheet.write_row(0, 0, heads, self._head)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, len(days), 18, self._wrap)
        names = shifts["name"].unique(maintain_order=True).to_list()
        for shift in shifts.iter_rows(named=True):
            said = f"{shift['start']:%H:%M}–{shift['end']:%H:%M} {shift['role']}"
            sheet.write_string(names.index(shift["name"]) + 1, days.index(shift["day"]) + 1, said, self._wrap)
        hours = dict(shifts.group_by("name").agg(pl.col("quantity").sum()).iter_rows())
        for row, name in enumerate(names, 1):
            sheet.write_string(row, 0, name)
            sheet.write_number(row, len(days) + 1, hours[name])

    def _table(self, name: str, table: pl.DataFrame) -> None:
        sheet = self._book.add_worksheet(name[:_SHEET_NAME])
        sheet.write_row(0, 0, table.columns, self._head)
        sheet.freeze_panes(1, 0)
        if table.height:
            sheet.autofilter(0, 0, table.height, table.width - 1)
        for column, (title, values) in enumerate(zip(table.columns, table.iter_columns(), strict=True)):
            wide = values.cast(pl.String, strict=False).str.len_chars().max()
            longest = wide if isinstance(wide, int) else 0
            sheet.set_column(column, column, min(max(longest, len(title)) + 2, _WIDEST))
            for row, value in enumerate(values.to_list(), 1):
                self._cell(sheet, row, column, value)

    def _cell(self, sheet: Any, row: int, column: int, value: object) -> None:  # noqa: ANN401 - as above
        if value is None:
            return
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value.replace(tzinfo=None), self._time)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._day)
        elif isinstance(value, bool | int | float | str):
            sheet.write(row, column, value)
        else:
            sheet.write_string(row, column, str(value))
