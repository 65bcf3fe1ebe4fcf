"""After the day: what was decided, answered and counted becomes rows of the log, from which the next days learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.kept_day import KeptDay
from busyness.decisions.intraday.realised import NOBODY, realised
from busyness.domain.errors import InputError
from busyness.tables import columns as c
from busyness.workflows.intraday.day_after import Answers, Came, Rejected, of_no_day, rejected_table
from busyness.workflows.intraday.kept_decisions import kept_days

DAYS_SCHEMA = {
    g.CLUSTER: pl.String,
    c.DATE: pl.Date,
    "steps": pl.Int64,  # that are logged
    "left_out": pl.Int64,  # because a place has no count of visitors
    "decided": pl.Int64,  # steps in which somebody asked
    "offers": pl.Int64,
    "accepted": pl.Int64,
    "unanswered": pl.Int64,  # counted as refused
    "services_counted": pl.Float64,  # share of the rows in which served and busy_minutes were counted
    "waits_counted": pl.Float64,  # the same of gave_up and waited_minutes
}
"""What was logged of each day of a cluster."""


@dataclass(frozen=True, repr=False)
class DaysLogged:
    """The ``days`` that were logged (``DAYS_SCHEMA``), how many ``again``, the rows that were ``rejected`` with their
    reason (``REJECTED_SCHEMA``), and sentences about what was taken for granted.
    """

    days: pl.DataFrame
    again: int
    rejected: pl.DataFrame
    notes: tuple[str, ...]


def log_intraday(
    plans: Sequence[Path], came: Path, log: Path, *, answers: Path | None = None, dry_run: bool = False
) -> DaysLogged:
    """This will log every day that the folders of ``plans`` keep and that ``came`` has counts of.

    ``log`` is a ``.parquet``, a ``.csv``, or a folder (a file for each day). A day that is there already is replaced, so the
    same call twice changes nothing. With ``dry_run`` nothing is written.

    Raises:
        InputError: a folder has no decisions, a table cannot be read, or it has no count of any of the days.

    """
    kept = kept_days(plans)
    told, counts = None if answers is None else Answers.read(answers), Came.read(came)
    rejected: Rejected = []
    frames, days = [], []
    for day, decided in kept:
        counted, wrong = counts.of(day)
        rejected += wrong
        if not np.isfinite(counted.arrivals).any():
            continue
        answered, bad = told.of(day, decided) if told is not None else ({}, [])
        rejected += bad
        rows = realised(day, decided, answers=answered, counted=counted)
        frames.append(rows)
        days.append(_day(day, decided, rows))
    if not frames or not any(frame.height for frame in frames):
        first, last = (f"{each:%Y-%m-%d}" for each in (min(day.date for day, _ in kept), max(day.date for day, _ in kept)))
        raise InputError(
            f"{came} has no step in which all places of a plan were counted ({first} to {last}).",
            hint="Count place,time,arrivals in each quarter of an hour, 0 where nobody came.",
        )
    table = pl.DataFrame(days, schema=DAYS_SCHEMA, orient="row")
    again = 0 if dry_run else g.put(log, pl.concat(frames))
    passed = {str(each.file): of_no_day(each, [day for day, _ in kept]) for each in (told, counts) if each is not None}
    return DaysLogged(table, again, rejected_table(rejected), _notes(table, passed))


def _day(day: KeptDay, decided: pl.DataFrame, rows: pl.DataFrame) -> tuple[object, ...]:
    first = rows.filter(pl.col(c.PLACE) == day.problem.places[0])
    offered = first.filter(pl.col(g.ACCEPTED).is_not_null())
    steps = first[g.STEP].n_unique()
    return (
        day.cluster,
        day.date,
        steps,
        day.problem.steps - steps,
        decided[g.STEP].n_unique(),
        offered.height,
        int(offered[g.ACCEPTED].sum()),
        offered.filter(pl.col(g.BY) == NOBODY).height,
        rows[g.SERVICES_COUNTED].mean(),
        rows[g.WAITS_COUNTED].mean(),
    )


def _notes(days: pl.DataFrame, passed: dict[str, int]) -> tuple[str, ...]:
    """What was taken for granted, in words."""
    told = []
    if days["left_out"].sum():
        told.append(f"Steps left out, because a place of theirs has no count of visitors: {days['left_out'].sum():,}.")
    if days["unanswered"].sum():
        told.append(f"Offers without an answer, which count as refused by {NOBODY}: {days['unanswered'].sum():,}.")
    for name, what in (
        ("services_counted", "services (served, busy_minutes)"),
        ("waits_counted", "waits (gave_up, waited_minutes)"),
    ):
        share = 1 - float(days[name].mean() or 0.0)  # type: ignore[arg-type] # a mean of numbers
        if share > 0:
            told.append(
                f"In {share:.0%} of the rows {what} were not counted: they are the simulator's, by the queue of those who "
                "came, and nothing is learned from them."
            )
    told += [
        f"Rows of {file} that are of days these plans do not know: {count:,}." for file, count in passed.items() if count
    ]
    return tuple(told)
