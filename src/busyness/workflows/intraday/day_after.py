"""What people write down after a day: the answers to what was offered, and what came. Bad rows are named and left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.kept_day import KeptDay
from busyness.decisions.intraday.realised import Answer, Counted
from busyness.sources.small_table import LINE, SmallTable, parse_numbers, read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

REJECTED_SCHEMA = {"file": pl.String, "line": pl.Int64, c.REASON: pl.String}
"""A row that was left out: where it stands, and what is wrong with it."""

_ANSWERS = {
    "cluster": g.CLUSTER, "time": c.TIME, "start": c.TIME, "turn": g.TURN, "accepted": g.ACCEPTED, "answer": g.ACCEPTED,
    "by": g.BY, "person": g.BY, "who": g.BY, "travel_minutes": g.TRAVEL, "minutes": g.TRAVEL,
}  # fmt: skip
_CAME = {
    "place": c.PLACE, "store": c.PLACE, "time": c.TIME, "start": c.TIME, "arrivals": g.ARRIVALS, "observed": g.ARRIVALS,
    "visitors": g.ARRIVALS, "count": g.ARRIVALS, "demand": g.ARRIVALS, "served": g.SERVED, "gave_up": g.GAVE_UP,
    "waited_minutes": g.WAITED, "busy_minutes": g.BUSY,
}  # fmt: skip
_YES = frozenset(["yes", "y", "true", "1", "accept", "accepted", "sí", "si", "s"])
_NO = frozenset(["no", "n", "false", "0", "refuse", "refused"])
_WHOLE = (g.ARRIVALS, g.SERVED, g.GAVE_UP)
_COUNTED = (*_WHOLE, g.WAITED, g.BUSY)
_WRITTEN = "#written"  # the time as it stands in the file
_NO_STEP = "the day has no step then"

Rejected = list[tuple[str, int, str]]


@dataclass(frozen=True, repr=False)
class Answers:
    """The rows of a table of answers, by the moment as it is written; ``aware`` says whether the times have a zone."""

    rows: tuple[Mapping[str, Any], ...]
    aware: bool
    file: str

    @classmethod
    def read(cls, path: Path) -> Answers:
        """This will read ``time, accepted, by`` and any of ``turn, travel_minutes, cluster``.

        Raises:
            SettingsError: the file cannot be read, a column is missing, or no cell is a time.

        """
        table = read_small_table(path, _ANSWERS)
        table.require(c.TIME, g.ACCEPTED, g.BY)
        times = read_times(table, c.TIME, strict=False)
        more = {name: table.text(name) for name in (g.ACCEPTED, g.BY, g.CLUSTER) if name in table.columns}
        more |= {name: parse_numbers(table, name) for name in (g.TURN, g.TRAVEL) if name in table.columns}
        given = {f"{name}?": table.frame[name].is_not_null() for name in (g.TURN, g.TRAVEL) if name in table.columns}
        return cls(_rows(table, times.at, {**more, **given}), times.aware, table.file)

    def of(self, day: KeptDay, decided: pl.DataFrame) -> tuple[dict[tuple[int, int], Answer], Rejected]:
        """This will return the answers to the offers of one day by step and turn, and the rows of that day that cannot be.

        Rows of other days and other clusters are not this day's, and are passed over.
        """
        offers = {(row[c.TIME], row[g.TURN]): row for row in decided.filter(pl.col(g.ACTION) != 0).iter_rows(named=True)}
        asked = {(row[c.TIME], row[g.TURN]): row[g.STEP] for row in decided.iter_rows(named=True)}
        found: dict[tuple[int, int], Answer] = {}
        rejected: Rejected = []
        for row in self.rows:
            if row[c.TIME] is None:
                rejected.append((self.file, row[LINE], _no_time(row)))
                continue
            if row.get(g.CLUSTER) not in (None, day.cluster) or not _of_day(day, row, self.aware):
                continue
            if not _on(day, row, self.aware):
                rejected.append((self.file, row[LINE], _NO_STEP))
                continue
            turn = 0 if row.get(g.TURN) is None else row[g.TURN]
            key = (_moment(day, row, self.aware), turn)
            wrong = _wrong_answer(row, offered=key in offers)
            if not wrong and (asked[key], int(turn)) in found:
                wrong = "the same offer is answered a second time"
            if wrong:
                rejected.append((self.file, row[LINE], wrong))
            else:
                answer = Answer(str(row[g.ACCEPTED]).lower() in _YES, str(row[g.BY]), row.get(g.TRAVEL))
                found[asked[key], int(turn)] = answer
        return found, rejected


@dataclass(frozen=True, repr=False)
class Came:
    """The rows of a table of what came, by the moment as it is written; ``aware`` says whether the times have a zone."""

    rows: tuple[Mapping[str, Any], ...]
    aware: bool
    file: str

    @classmethod
    def read(cls, path: Path) -> Came:
        """This will read ``place, time, arrivals`` and any of ``served, gave_up, waited_minutes, busy_minutes``.

        Raises:
            SettingsError: the file cannot be read, a column is missing, or no cell is a time.

        """
        table = read_small_table(path, _CAME)
        table.require(c.PLACE, c.TIME, g.ARRIVALS)
        times = read_times(table, c.TIME, strict=False)
        counted = [name for name in _COUNTED if name in table.columns]
        more = {c.PLACE: table.text(c.PLACE), **{name: parse_numbers(table, name) for name in counted}}
        given = {f"{name}?": table.frame[name].is_not_null() for name in counted}
        return cls(_rows(table, times.at, {**more, **given}), times.aware, table.file)

    def of(self, day: KeptDay) -> tuple[Counted, Rejected]:
        """This will return what was counted on one day, and the rows of that day that cannot be.

        Rows of other days and other places are not this day's, and are passed over.
        """
        places = {place: number for number, place in enumerate(day.problem.places)}
        counted = {name: np.full(day.problem.heads.shape, np.nan) for name in _COUNTED}
        rejected: Rejected = []
        for row in self.rows:
            if row[c.TIME] is None:
                rejected.append((self.file, row[LINE], _no_time(row)))
                continue
            if row[c.PLACE] not in places or not _of_day(day, row, self.aware):
                continue
            if not _on(day, row, self.aware):
                if row[g.ARRIVALS] != 0:  # a counter runs on when the place is closed
                    rejected.append((self.file, row[LINE], _NO_STEP))
                continue
            at, off = divmod((_moment(day, row, self.aware) - day.start).total_seconds() / 60, day.problem.step_minutes)
            cell = places[row[c.PLACE]], int(at)
            wrong = _wrong_count(row, step=f"{day.problem.step_minutes:g}") if not off else "no step begins then"
            if not wrong and np.isfinite(counted[g.ARRIVALS][cell]):
                wrong = f"place '{row[c.PLACE]}' has this step a second time"
            if wrong:
                rejected.append((self.file, row[LINE], wrong))
                continue
            for name in _COUNTED:
                value = row.get(name)
                counted[name][cell] = np.nan if value is None else value
        order = (counted[name] for name in (g.ARRIVALS, g.SERVED, g.GAVE_UP, g.WAITED, g.BUSY))
        return Counted(*order), rejected


def of_no_day(table: Answers | Came, days: Sequence[KeptDay]) -> int:
    """This will count the rows of a table that are of none of these days."""
    timed = [row for row in table.rows if row[c.TIME] is not None]
    return sum(not any(_of_day(day, row, table.aware) for day in days) for row in timed)


def rejected_table(rows: Rejected) -> pl.DataFrame:
    """This will return the rows that were left out, each once, with the columns of ``REJECTED_SCHEMA``."""
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row").unique(maintain_order=True)


def _rows(table: SmallTable, at: pl.Series, columns: Mapping[str, pl.Series]) -> tuple[Mapping[str, Any], ...]:
    written = table.text(c.TIME).alias(_WRITTEN)
    frame = pl.DataFrame(
        [at.alias(c.TIME), written, table.frame[LINE], *(column.alias(name) for name, column in columns.items())]
    )
    return tuple(frame.iter_rows(named=True))


def _moment(day: KeptDay, row: Mapping[str, Any], aware: bool) -> datetime:
    local: datetime = row[c.TIME]
    return local.replace(tzinfo=UTC) if aware else local.replace(tzinfo=ZoneInfo(day.zone)).astimezone(UTC)


def _on(day: KeptDay, row: Mapping[str, Any], aware: bool) -> bool:
    """Whether a row is of the opening day."""
    return day.start <= _moment(day, row, aware) < day.end


def _of_day(day: KeptDay, row: Mapping[str, Any], aware: bool) -> bool:
    """Whether a row is of the opening day, or of its date before or after the opening hours."""
    return _on(day, row, aware) or _moment(day, row, aware).astimezone(ZoneInfo(day.zone)).date() == day.date


def _no_time(row: Mapping[str, Any]) -> str:
    return "the time is missing" if row[_WRITTEN] is None else f"'{row[_WRITTEN]}' is no time"


def _wrong_answer(row: Mapping[str, Any], *, offered: bool) -> str:
    said = str(row[g.ACCEPTED] or "").lower()
    minutes, turn = row.get(g.TRAVEL), row.get(g.TURN)
    wrong = (
        (said not in _YES | _NO, f"'{row[g.ACCEPTED] or ''}' is neither yes nor no"),
        (row[g.BY] is None, "nobody is named who answered"),
        (bool(row.get(f"{g.TURN}?")) and turn is None, "the turn is no number"),
        (bool(row.get(f"{g.TRAVEL}?")) and minutes is None, "the minutes of travel are no number"),
        (minutes is not None and not 0 <= minutes < np.inf, "the minutes of travel are below 0 or without end"),
        (not offered, "nothing was offered then"),
    )
    return next((said for bad, said in wrong if bad), "")


def _wrong_count(row: Mapping[str, Any], *, step: str) -> str:
    if row[g.ARRIVALS] is None:
        return "the visitors are missing or no number"
    for name in _COUNTED:
        value = row.get(name)
        if row.get(f"{name}?") and (value is None or not 0 <= value < np.inf):
            return f"{name} is no number of 0 or more"
        if name in _WHOLE and value is not None and value != round(value):
            return f"{name} is no whole number; count each step of {step} minutes"
    return ""
