from __future__ import annotations

import io
from datetime import UTC, datetime

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.reports.spreadsheets import workbook
from busyness.tables.plan import Plan

pytest.importorskip("xlsxwriter")

PLAN = Plan(
    kind="staffing",
    actions=pl.DataFrame(
        {
            "place": ["S1", "S1"],
            "time": [datetime(2026, 3, 2, 14, tzinfo=UTC), datetime(2026, 3, 3, 14, tzinfo=UTC)],
            "action": ["shift", "shift"],
            "quantity": [8.0, 4.0],
            "cost": [96.0, 40.0],
            "reason": ["busy", "=1+1"],
            "name": ["Ana", "Beto"],
            "start": [datetime(2026, 3, 2, 9), datetime(2026, 3, 3, 9)],
            "end": [datetime(2026, 3, 2, 18), datetime(2026, 3, 3, 13)],
            "role": ["sales", "checkout"],
        }
    ),
    cost=150.0,
    bound=140.0,
    currency="PEN",
    tables={"need": pl.DataFrame({"role": ["sales"], "need": [3]}), "empty": pl.DataFrame({"a": []})},
    notes=("Ana wished Monday off: priced at 4.00 PEN.",),
    versions={"forecast": "f1"},
)


def sheet(content: bytes, name: str) -> pl.DataFrame:
    return pl.read_excel(io.BytesIO(content), sheet_name=name, has_header=False, infer_schema_length=0)


@pytest.mark.parametrize(
    ("language", "summary", "roster", "actions"),
    [("en", "Summary", "Roster", "Actions"), ("es", "Resumen", "Horario", "Acciones")],
)
def test_the_workbook_holds_the_plan(language: str, summary: str, roster: str, actions: str) -> None:
    content = workbook(PLAN, language=language)
    cells = sheet(content, summary).to_series(1).to_list()
    assert "150" in cells
    assert PLAN.notes[0] in cells
    week = sheet(content, roster)
    assert week.row(1)[:3] == ("Ana", "09:00–18:00 sales", None)
    assert week.row(2)[2:] == ("09:00–13:00 checkout", "4")
    assert sheet(content, actions).height == 3
    assert sheet(content, "need").rows()[1] == ("sales", "3")


def test_a_text_is_never_a_formula() -> None:
    assert "=1+1" in sheet(workbook(PLAN), "Actions").rows()[2]


def test_the_same_plan_is_the_same_file() -> None:
    assert workbook(PLAN) == workbook(PLAN)


def test_a_plan_without_people_has_no_roster() -> None:
    stock = Plan("stock", PLAN.actions.select("place", "time", "action", "quantity", "cost", "reason"), 1.0, 1.0)
    with pytest.raises(Exception, match="Roster"):
        sheet(workbook(stock), "Roster")


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="'fr'"):
        workbook(PLAN, language="fr")
