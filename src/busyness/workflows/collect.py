"""Take what is new in a table, and keep it in a folder that a forecast can read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import InputError
from busyness.sources.chunks.sql import SqlQuery
from busyness.sources.chunks.sql_mark import Mark
from busyness.sources.chunks.sql_url import is_sql_url, split_table
from busyness.workflows.progress import Progress, Silent

_STATE = "_collected.json"  # folders are read without what begins with _


@dataclass(frozen=True)
class Collected:
    """How many rows came, into which files, and how many are there in all."""

    rows: int
    files: list[Path]
    total: int


def collect(
    source: str, into: Path, *, watermark: str, progress: Progress | None = None, clock: Clock | None = None
) -> Collected:
    """This will read the rows of a table that came since the last time, and add them to a folder as Parquet.

    ``source`` is a database's URL with the table after ``#``. Where it ended is kept in ``_collected.json``; a run that
    broke off left its files unnamed there, and the next one writes them again: no row is lost or doubled.

    Raises ``InputError`` where the source is no table of a database, or the folder was collected from another one.
    """
    progress, clock = progress or Silent(), clock or SystemClock()
    if not is_sql_url(source):
        raise InputError("Only tables of databases can be collected.", hint="For example sqlite:///shop.db#sales.")
    url, table = split_table(source)
    into.mkdir(parents=True, exist_ok=True)
    state = _state(into, str(table), watermark)
    since = Mark.of(str(state["mark"])) if state["mark"] else None
    query = SqlQuery(url, table=table, watermark=watermark, since=since)
    files: list[Path] = []
    rows = 0
    for chunk in query:
        if chunk.frame.height:
            file = into / f"part-{int(state['parts']) + len(files) + 1:06d}.parquet"
            _write(chunk.frame, file)
            files.append(file)
            rows += chunk.frame.height
            progress.step(f"Collecting: {rows:,} rows")
    reached = query.reached.text() if query.reached else state["mark"]
    state |= {
        "mark": reached,
        "parts": int(state["parts"]) + len(files),
        "rows": int(state["rows"]) + rows,
        "at": clock.now().isoformat(),
    }
    unfinished = into / f".{_STATE}"
    unfinished.write_text(json.dumps(state, indent=2) + "\n", "utf-8")
    unfinished.replace(into / _STATE)
    return Collected(rows, files, int(state["rows"]))


def _state(into: Path, table: str, watermark: str) -> dict[str, str | int]:
    file = into / _STATE
    if not file.is_file():
        return {"table": table, "watermark": watermark, "mark": "", "parts": 0, "rows": 0, "at": ""}
    state: dict[str, str | int] = json.loads(file.read_text("utf-8"))
    if (state["table"], state["watermark"]) != (table, watermark):
        raise InputError(
            f"{into} holds rows of {state['table']} by {state['watermark']}, not of {table} by {watermark}.",
            hint="Collect each table into a folder of its own.",
        )
    return state


def _write(frame: pl.DataFrame, file: Path) -> None:
    unfinished = file.with_name(f".{file.name}")
    frame.write_parquet(unfinished)
    unfinished.replace(file)
