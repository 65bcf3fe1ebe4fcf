"""What a plan's folder keeps of its days until they are logged: how a day was laid out, and what was decided on it."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import polars as pl

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.actions import CALL, MOVE, SEND, Actions
from busyness.decisions.intraday.decided import DECIDED_SCHEMA, together
from busyness.decisions.intraday.kept_day import KeptDay
from busyness.decisions.intraday.plan import FROM, SAVES, TO, WORDS
from busyness.domain.errors import ArtifactError, InputError
from busyness.tables import columns as c
from busyness.tables.plan import Plan
from busyness.workflows.intraday.cluster import STEP_MINUTES
from busyness.workflows.intraday.day_after import Answers

_DECISIONS, _DAY = "decisions", "day"
_KINDS = {WORDS[MOVE]: "move", WORDS[CALL]: "call", WORDS[SEND]: "send"}
_STEP = timedelta(minutes=STEP_MINUTES)


class Gone(NamedTuple):
    """How many people were called in and sent home on a day so far, and the answers that could not be read."""

    called: int = 0
    sent: int = 0
    rejected: Sequence[tuple[str, int, str]] = ()


def decision_files(folder: Path, day: KeptDay, rows: pl.DataFrame) -> dict[str, bytes]:
    """This will return the files of a day by name, with those ``rows`` put to what the folder has of the day already."""
    before = folder / f"{_DECISIONS}-{day.date}.parquet"
    held = io.BytesIO()
    together(_read(before) if before.is_file() else None, rows).write_parquet(held)
    told = json.dumps(day.to_facts(), ensure_ascii=False) + "\n"
    return {before.name: held.getvalue(), f"{_DAY}-{day.date}.json": told.encode()}


def offers_of(plan: Plan, decided: pl.DataFrame) -> str:
    """This will return the step's offers as the service takes them (``POST /v1/intraday``); no answer is taken once the next
    step begins.
    """
    turns = decided.filter(pl.col(g.ACTION) != 0).select(g.CLUSTER, g.TURN).unique(maintain_order=True).rows()
    items = [
        {
            "cluster": cluster,
            "time": row[c.TIME].isoformat(),
            "turn": turn,
            "kind": _KINDS[row["action"]],
            "place": row[c.PLACE],
            "from": row[FROM] or "",
            "to": row[TO] or "",
            "reason": row[c.REASON],
            "gain": round(row[SAVES], 2),
            "currency": plan.currency,
            "ends_at": (row[c.TIME] + _STEP).isoformat(),
        }
        for (cluster, turn), row in zip(turns, plan.actions.iter_rows(named=True), strict=True)
    ]
    return json.dumps({"items": items}, indent=2, ensure_ascii=False) + "\n"


def gone_today(folder: Path, day: KeptDay, answers: Answers) -> Gone:
    """This will count who was called in and sent home today: offers that the folder keeps and that were accepted."""
    file = folder / f"{_DECISIONS}-{day.date}.parquet"
    if not file.is_file():
        return Gone()
    decided, table = _read(file), Actions.of(day.problem).table
    answered, rejected = answers.of(day, decided)
    offers = {(row[g.STEP], row[g.TURN]): row[g.ACTION] for row in decided.iter_rows(named=True)}
    kinds = [int(table[offers[key], 0]) for key, answer in answered.items() if answer.accepted and offers[key] < len(table)]
    return Gone(kinds.count(CALL), kinds.count(SEND), rejected)


def kept_days(folders: Sequence[Path]) -> list[tuple[KeptDay, pl.DataFrame]]:
    """This will return every day of these folders of plans, and its decisions.

    Raises:
        InputError: a folder holds none.
        ArtifactError: a file of it is damaged.

    """
    found = []
    for folder in folders:
        files = sorted(folder.glob(f"{_DECISIONS}-*.parquet")) if folder.is_dir() else []
        if not files:
            raise InputError(
                f"{folder} holds no decisions of a day.", hint="Give the --out of busyness plan intraday as --plan."
            )
        for file in files:
            facts = folder / f"{_DAY}{file.stem.removeprefix(_DECISIONS)}.json"
            try:
                day = KeptDay.from_facts(json.loads(facts.read_text("utf-8")))
            except (OSError, ValueError) as fault:
                raise ArtifactError(f"{facts} cannot be read.", file=facts.name, hint="Plan the day again.") from fault
            found.append((day, _read(file)))
    return found


def _read(file: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(file).select(pl.col(name).cast(kind) for name, kind in DECIDED_SCHEMA.items())
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise ArtifactError(f"{file} is damaged.", file=file.name, hint="Remove it, and plan the day again.") from fault
