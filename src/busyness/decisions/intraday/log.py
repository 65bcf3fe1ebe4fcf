"""The log of the day's decisions: what was offered and accepted, what came, and the waits that followed.

One row a place, step and decision in it; what was decided for the cluster stands in the rows of all of its places.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.tables import columns as c

CLUSTER, STEP, TURN = "cluster", "step", "turn"
POLICY, VERSION, ACTION, OFFER, PROPENSITY = "policy", "version", "action", "offer", "propensity"
ADVISED, ALLOWED, STATE = "advised", "allowed", "state"
ACCEPTED, BY, TRAVEL, PLANNED_TRAVEL = "accepted", "by", "travel_minutes", "planned_travel_minutes"
EXPECTED, ARRIVALS, SERVED, GAVE_UP = "expected", "arrivals", "served", "gave_up"
BUSY, WAITED, COST = "busy_minutes", "waited_minutes", "cost"
HEADS, SERVICES_COUNTED, WAITS_COUNTED = "heads", "services_counted", "waits_counted"

LOG_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    CLUSTER: pl.String,  # the places whose people may be exchanged
    c.PLACE: pl.String,
    c.DATE: pl.Date,  # the opening day, local
    c.TIME: pl.Datetime("us", "UTC"),  # start of the step
    STEP: pl.Int32,  # of the day, from 0
    TURN: pl.Int32,  # of the decisions in one step, from 0; what came and what it cost stands in the last one, 0 before
    POLICY: pl.String,  # who decided
    VERSION: pl.String,
    ACTION: pl.Int32,  # the number of what was offered; 0 is nothing
    OFFER: pl.String,  # the same in words
    PROPENSITY: pl.Float64,  # the probability with which the policy offered it
    ADVISED: pl.Int32,  # what the look-ahead would have offered
    ALLOWED: pl.List(pl.Int32),  # the actions there were
    STATE: pl.List(pl.Float64),  # what the policy saw
    ACCEPTED: pl.Boolean,  # null: nothing was offered
    BY: pl.String,  # who accepted or refused; null: nothing was offered
    TRAVEL: pl.Float64,  # minutes it took whoever went; null: nobody went
    PLANNED_TRAVEL: pl.Float64,  # minutes it was believed to take
    HEADS: pl.Int32,  # the roster's people at work there, without flex people
    EXPECTED: pl.Float64,  # visitors in the step, by the forecast
    ARRIVALS: pl.Int64,  # visitors who came
    SERVED: pl.Int64,  # whose service began
    GAVE_UP: pl.Int64,  # who left without
    BUSY: pl.Float64,  # minutes of the services that began
    WAITED: pl.Float64,  # minutes of visitors waiting
    COST: pl.Float64,  # money, all of the place's in the step
    SERVICES_COUNTED: pl.Boolean,  # whether served and busy_minutes were counted; else they are the simulator's
    WAITS_COUNTED: pl.Boolean,  # the same of gave_up and waited_minutes
}
"""The columns of the log, in order."""

KEY = (CLUSTER, c.PLACE, c.TIME, TURN)
DECISION = (c.DATE, STEP, POLICY, VERSION, ACTION, PROPENSITY, ADVISED, ACCEPTED)
"""What is the same in all places of a cluster's step."""

_MAY_BE_NULL = frozenset([ACCEPTED, BY, TRAVEL, PLANNED_TRAVEL])
_NOT_NEGATIVE = (
    STEP,
    TURN,
    ACTION,
    ADVISED,
    TRAVEL,
    PLANNED_TRAVEL,
    HEADS,
    EXPECTED,
    ARRIVALS,
    SERVED,
    GAVE_UP,
    BUSY,
    WAITED,
)
_LISTS = (ALLOWED, STATE)
_ROW = "#row"
_ENDINGS = (".csv", ".parquet")
_FIRST = "Check the path; busyness plan intraday-log makes it after the first day."
_NAMES = "Give what the simulator or the service logged; docs/intraday.md lists the columns."


def checked(log: pl.DataFrame) -> pl.DataFrame:
    """This will return a log with exactly the columns of ``LOG_SCHEMA``, or name the first row that cannot be.

    Raises:
        ColumnMissingError: a column is missing.
        InputError: with the row (the first is 1) and what is wrong with it.

    """
    for name in LOG_SCHEMA:
        if name not in log.columns:
            raise ColumnMissingError(name, log.columns, role="the log of decisions")
    try:
        log = log.select(pl.col(name).cast(kind) for name, kind in LOG_SCHEMA.items())
    except pl.exceptions.PolarsError as fault:
        raise InputError(f"The log has a column of the wrong kind: {str(fault).splitlines()[0]}", hint=_NAMES) from fault
    numbered = log.with_row_index(_ROW, 1)
    for wrong, says, hint in _rules():
        _refuse(numbered, wrong, says=says, hint=hint)
    return log


def _rules() -> list[tuple[pl.Expr, str, str]]:
    """What is wrong, in words, and what to do, in the order in which a person would look."""
    count = "Count again; write 0 where there was none."
    rules = [
        (pl.col(name).is_null(), f"{name} is missing", "Fill it in every row.")
        for name in LOG_SCHEMA
        if name not in _MAY_BE_NULL
    ]
    rules += [(pl.col(name) < 0, f"{name} is negative", count) for name in _NOT_NEGATIVE]
    numbers = [name for name, kind in LOG_SCHEMA.items() if kind == pl.Float64]
    rules += [(~pl.col(name).is_finite(), f"{name} is no finite number", count) for name in numbers]
    known = "Log the probability with which the policy offered it: above 0, at most 1."
    offered = "Leave accepted and by blank where nothing was offered, and fill both where something was."
    again = "Keep one row a cluster, place, time and turn."
    same = "The places of a cluster share one decision in a step."
    return [
        *rules,
        (~((pl.col(PROPENSITY) > 0) & (pl.col(PROPENSITY) <= 1)), "propensity is no probability above 0", known),
        (~pl.col(ALLOWED).list.contains(pl.col(ACTION)), "the action offered was not allowed", "List it in allowed."),
        ((pl.col(ACTION) == 0) != pl.col(ACCEPTED).is_null(), "an answer without an offer, or none to one", offered),
        (pl.col(ACCEPTED).is_null() != pl.col(BY).is_null(), "nobody is named who answered, or somebody without", offered),
        (pl.col(TRAVEL).is_not_null() & pl.col(PLANNED_TRAVEL).is_null(), "no planned travel", "Say what was believed."),
        (~pl.struct(KEY).is_first_distinct(), "the same decision a second time", again),
        (
            pl.struct(DECISION).n_unique().over(CLUSTER, c.TIME, TURN) > 1,
            "the cluster's places differ in what was decided",
            same,
        ),
    ]


def _refuse(log: pl.DataFrame, wrong: pl.Expr, *, says: str, hint: str) -> None:
    bad = log.filter(wrong.fill_null(False)).head(1)
    if bad.height:
        row = bad.row(0, named=True)
        where = (
            f"cluster '{row[CLUSTER]}', place '{row[c.PLACE]}', {row[c.TIME]:%Y-%m-%d %H:%M}" if row[c.TIME] else "no time"
        )
        raise InputError(f"Row {row[_ROW]:,} of the log ({where}): {says}.", hint=hint)


def append(path: str | Path, rows: pl.DataFrame) -> int:
    """This will add checked rows to a log (``.parquet`` or ``.csv``, made if it is not there) and return its length.

    The file is written anew beside the old one and takes its place at once, so a reader never sees half of it.

    Raises:
        InputError: a row cannot be, or is in the log already; nothing is written then.

    """
    path = Path(path)
    rows = checked(rows)
    whole = checked(pl.concat([read(path), rows])) if path.is_file() else rows
    _write(path, whole)
    return whole.height


def put(path: str | Path, days: pl.DataFrame) -> int:
    """This will keep whole days in a log, each in place of the same cluster's same day where that is there already, and
    return how many of them were there: the same day twice does not double.

    A ``path`` without an ending is a folder, with a file for each day of a cluster; several processes may write to it at
    once. A file is written anew beside the old one and takes its place at once.

    Raises:
        InputError: a row cannot be; nothing is written then.

    """
    path, days = Path(path), checked(days)
    if path.suffix and not path.is_dir():
        known = read(path) if path.is_file() else days.clear()
        before = days.unique([CLUSTER, c.DATE]).join(known, on=[CLUSTER, c.DATE], how="semi").height
        _write(path, pl.concat([known.join(days, on=[CLUSTER, c.DATE], how="anti"), days]))
        return before
    before = 0
    for (cluster, day), part in days.group_by(CLUSTER, c.DATE, maintain_order=True):
        file = path / f"{day}-{sha256(str(cluster).encode()).hexdigest()[:8]}.parquet"
        before += file.is_file()
        _write(file, part)
    return before


def read(path: str | Path) -> pl.DataFrame:
    """This will read a log, or a folder of logs as one, and check it.

    Raises:
        InputError: there is no such file, it cannot be read, or one of its rows cannot be.

    """
    path = Path(path)
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in _ENDINGS and not file.name.startswith("."))
        if not files:
            raise InputError(f"The folder '{path}' holds no log yet.", hint=_FIRST)
        return checked(pl.concat([_read(file) for file in files]))
    if not path.is_file():
        raise InputError(f"There is no log '{path}'.", hint=_FIRST)
    return _read(path)


def _read(path: Path) -> pl.DataFrame:
    try:
        log = _read_csv(path) if _is_csv(path) else pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise InputError(f"The log '{path}' cannot be read: {str(fault).splitlines()[0]}", hint=_NAMES) from fault
    return checked(log)


def _write(path: Path, whole: pl.DataFrame) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    csv = _is_csv(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if csv:
        whole.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(" ") for name in _LISTS).write_csv(
            beside, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ"
        )
    else:
        whole.write_parquet(beside)
    beside.replace(path)


def _read_csv(path: Path) -> pl.DataFrame:
    plain = {name: pl.String if name in _LISTS else kind for name, kind in LOG_SCHEMA.items()}
    log = pl.read_csv(path, schema_overrides=plain)
    lists = [name for name in _LISTS if name in log.columns]
    return log.with_columns(pl.col(name).str.split(" ").cast(LOG_SCHEMA[name]) for name in lists)


def _is_csv(path: Path) -> bool:
    if path.suffix not in _ENDINGS:
        raise InputError(f"A log cannot be kept in '{path.name}'.", hint="Use .parquet, .csv, or a folder.")
    return path.suffix == ".csv"
