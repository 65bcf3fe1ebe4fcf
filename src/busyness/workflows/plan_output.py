"""A plan as files: tables for machines and for people, and what it costs beside the least it could cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from busyness import __version__
from busyness.reports.sentences import sentence_in
from busyness.tables.plan import Plan
from busyness.workflows.output import results

try:
    import xlsxwriter
except ModuleNotFoundError:  # the extra `plans` is not installed: no workbook then
    xlsxwriter = None

PLAN_FILE, WORKBOOK = "plan.json", "plan.xlsx"


def write_plan(
    plan: Plan,
    out: Path | None,
    *,
    texts: Mapping[str, str | bytes] | None = None,
    more: Mapping[str, Any] | None = None,
    zone: str = "UTC",
) -> list[Path]:
    """This will write ``plan.parquet``, ``.csv``, ``.xlsx`` and ``.json``, its further tables, and ``texts`` by file name.

    All of them or none; ``out`` None: nothing. ``more`` are further facts of ``plan.json``; a text's name may lie in a
    folder, whose content is then replaced as a whole; one of the workbook's name takes its place. Times of tables are UTC
    with their offset, those of the workbook, which knows no zones, the wall clock of ``zone``. Without the extra ``plans``
    there is no workbook.
    """
    if out is None:
        return []
    with results(out) as stage:
        plan.actions.write_parquet(stage / "plan.parquet")
        plan.actions.write_csv(stage / "plan.csv")
        for name, table in plan.tables.items():
            table.write_csv(stage / f"{name}.csv")
        if WORKBOOK not in (texts or {}):
            _write_workbook(plan, stage / WORKBOOK, zone)
        told = {**facts(plan), **(more or {})}
        (stage / PLAN_FILE).write_text(json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")
        for name, text in (texts or {}).items():
            (stage / name).parent.mkdir(exist_ok=True)
            (stage / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        names = sorted(made.name for made in stage.iterdir())
    return [out / name for name in names]


def facts(plan: Plan) -> dict[str, Any]:
    """This will return what ``plan.json`` holds: kind, cost, bound, gap, seconds, versions, notes."""
    return {
        "kind": plan.kind,
        "actions": plan.actions.height,
        "cost": plan.cost,
        "bound": plan.bound,
        "gap": plan.gap,
        "currency": plan.currency,
        "seconds": round(plan.seconds, 3),
        "versions": {"busyness": __version__, **plan.versions},
        "notes": list(plan.notes),
    }


def _write_workbook(plan: Plan, file: Path, zone: str) -> None:
    """One sheet a table; times on the wall clock, because spreadsheets know no zones."""
    if xlsxwriter is None:
        return
    with xlsxwriter.Workbook(file) as workbook:
        for name, table in {"plan": plan.actions, **plan.tables}.items():
            _zoneless(table, zone).write_excel(workbook, worksheet=name[:31], autofit=True, freeze_panes=(1, 0))


def _zoneless(table: pl.DataFrame, zone: str) -> pl.DataFrame:
    zoned = [name for name, kind in table.schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone]
    return table.with_columns(pl.col(name).dt.convert_time_zone(zone).dt.replace_time_zone(None) for name in zoned)


def said(sentence: str, language: str) -> str:
    """This will say an English sentence about a plan in ``language``."""
    return sentence_in(language)(sentence)
