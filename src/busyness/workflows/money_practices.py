"""The two practices that money compares, laid out over places and slots: a staffing plan's, and today's roster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from busyness.decisions.money.from_tables import HEADS
from busyness.decisions.money.problem import Numbers
from busyness.decisions.money.span_heads import span_heads
from busyness.decisions.staffing.need import ANYONE, KEYS
from busyness.domain.errors import ColumnMissingError, InputError, SettingsError, UnknownPlaceError
from busyness.domain.local_time import to_utc
from busyness.domain.place import Place
from busyness.sources.heads import has_heads, read_heads
from busyness.sources.rosters import read_roster
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import start_times, wall_times
from busyness.workflows.stored_plan import StoredPlan

START, END = "start", "end"
_SPANS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    c.PLACE: pl.String, START: pl.Datetime("us"), END: pl.Datetime("us"), HEADS: pl.Float64,
}  # fmt: skip
_BREAK = re.compile(r"(\d{1,2}):(\d{2})\D+(\d{1,2}):(\d{2})")
_DAY = timedelta(days=1)
_BUSIEST = 0.2


@dataclass(frozen=True, repr=False)
class Ground:
    """The places and the slots that both practices are reckoned on: ``rows`` and ``slots`` of the forecast."""

    places: tuple[Place, ...]
    rows: list[int]
    slots: slice
    start: datetime
    slot_hours: float

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the places."""
        return tuple(place.id for place in self.places)

    @property
    def count(self) -> int:
        """How many slots."""
        return int(self.slots.stop - self.slots.start)

    def heads(self, spans: pl.DataFrame) -> Numbers:
        """This will lay spans of work out over the places and slots."""
        return span_heads(spans, self.ids, start=self.start, slot_hours=self.slot_hours, slots=self.count)


def common_ground(staffing: StoredPlan, said: Forecast) -> tuple[Ground, tuple[str, ...]]:
    """This will return the planned places and the days of the plan that the forecast covers, and what to know of them.

    Raises:
        InputError: the forecast is of whole days, has none of the plan's days, or lacks one of its places.

    """
    if said.slots.length.daily:
        raise InputError("A forecast of whole days cannot say who waits.", hint="Forecast by the hour (--every 1h).")
    shifts = staffing.plan.actions
    for name in ("person", START, END):
        if name not in shifts.columns:
            raise ColumnMissingError(name, shifts.columns, role="the shifts of a staffing plan")
    if not shifts.height:
        raise InputError(f"The staffing plan in {staffing.folder} has no shifts.", hint="Plan the staff again.")
    planned = shifts[c.PLACE].unique().sort().to_list()
    for place in planned:
        if place not in said.ids:
            raise UnknownPlaceError(place, said.ids)
    rows = [said.ids.index(place) for place in planned]
    places = tuple(said.places[row] for row in rows)
    days = wall_times(places[:1], said.slots)[0].astype("datetime64[D]")
    first, last = np.array([shifts[START].min(), shifts[START].max()], "datetime64[D]")
    inside = np.flatnonzero((days >= first) & (days <= last))
    if not len(inside):
        raise InputError(
            f"The staffing plan is of {first} to {last}; the forecast covers {days[0]} to {days[-1]}.",
            hint="Give the forecast that the plan was made from.",
        )
    slots = slice(int(inside[0]), int(inside[-1]) + 1)
    begin = start_times(places, said.slots)[0, slots.start].astype("datetime64[s]").astype(np.int64)
    start = datetime.fromtimestamp(int(begin), UTC)
    notes = (
        [] if first >= days[0] and last <= days[-1] else [f"Only {days[slots.start]} to {days[slots.stop - 1]} is reckoned."]
    )
    return Ground(places, rows, slots, start, said.slots.length.minutes / 60), tuple(notes)


def planned_spans(staffing: StoredPlan, ground: Ground) -> pl.DataFrame:
    """This will return the plan's shifts as spans of work in UTC, breaks taken away: ``place, start, end, heads``.

    Shifts of places that are not on the ground are left out.
    """
    shifts = staffing.plan.actions.filter(pl.col(c.PLACE).is_in(list(ground.ids)))
    rests = shifts["break"].to_list() if "break" in shifts.columns else [None] * shifts.height
    rows = []
    for place, start, end, rest in zip(shifts[c.PLACE], shifts[START], shifts[END], rests, strict=True):
        rows.append((place, start, end, 1.0))
        found = _BREAK.search(rest or "")
        if found:
            begin, stop = (_clock(start, int(found[k]), int(found[k + 1])) for k in (1, 3))
            rows.append((place, begin, stop if stop >= begin else stop + _DAY, -1.0))
    return _in_utc(rows, ground)


def _clock(start: datetime, hour: int, minute: int) -> datetime:
    """That time of day, at or after the start of the shift."""
    at = start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour, minutes=minute)
    return at if at >= start else at + _DAY


def paid_wages(staffing: StoredPlan, ground: Ground, spans: pl.DataFrame) -> Numbers | None:
    """This will return what an hour of presence costs in each place by the plan's own wages; None where it has none."""
    shifts = staffing.plan.actions
    if not (shifts["cost"] > 0).any():
        return None
    hours = (pl.col(END) - pl.col(START)).dt.total_seconds() / 3600 * pl.col(HEADS)
    present = dict(spans.group_by(c.PLACE).agg(hours.sum()).iter_rows())
    paid = dict(shifts.group_by(c.PLACE).agg(pl.col("cost").sum()).iter_rows())
    return np.array([paid[place] / present[place] for place in ground.ids])


def needed_heads(staffing: StoredPlan, ground: Ground) -> Numbers | None:
    """This will return the heads the staffing plan says are needed in all roles together; None where it does not say."""
    if not (staffing.folder / "need.csv").is_file():
        return None
    need = staffing.table("need")
    if not {c.PLACE, c.TIME, "role", "need"} <= set(need.columns) or not isinstance(need.schema[c.TIME], pl.Datetime):
        return None
    times = pl.col(c.TIME) if need.schema[c.TIME].time_zone else pl.col(c.TIME).dt.replace_time_zone("UTC")  # type: ignore[attr-defined] # a Datetime
    role = pl.col("role")
    roles = pl.col("need").filter(~role.is_in([ANYONE, KEYS])).sum()
    least = pl.col("need").filter(role == ANYONE).max().fill_null(0)
    wanted = need.group_by(c.PLACE, times.alias(START)).agg(pl.max_horizontal(roles, least).cast(pl.Float64).alias(HEADS))
    step = wanted[START].unique().sort().diff().drop_nulls().min()
    length = step if isinstance(step, timedelta) else timedelta(hours=1)
    return ground.heads(wanted.with_columns((pl.col(START) + length).alias(END)))


def told_minutes(need: Numbers | None, visitors: Numbers, *, ground: Ground, occupancy: float) -> float | None:
    """This will return the staff minutes a visitor takes by the plan's need in the busiest fifth of the hours.

    There, whole heads and the least presence weigh least. ``visitors`` ``[units, places, slots]``; None without a need.
    """
    expected = visitors.mean(axis=0)
    busy = expected >= np.quantile(expected[expected > 0], 1 - _BUSIEST) if (expected > 0).any() else expected > 0
    if need is None or not need[busy].sum() > 0:
        return None
    return round(float(need[busy].sum() / expected[busy].sum()) * 60 * ground.slot_hours * occupancy, 3)


def todays_spans(file: Path, ground: Ground) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """This will read today's practice: heads by place and time, or a roster of shifts; spans in UTC as of a plan.

    A chain's roster may have more places than are planned: they are left out, and notes say so.

    Raises:
        SettingsError: with file and line, for a cell that cannot be read; with the file, if none of its places is planned.

    """
    if has_heads(file):
        heads, local = read_heads(file)
        notes = _strangers(heads[c.PLACE].to_list(), ground, str(file))
        heads = heads.filter(pl.col(c.PLACE).is_in(list(ground.ids)))
        if not local:
            zoned = pl.col(START, END).dt.replace_time_zone("UTC")
            return heads.with_columns(zoned), notes
        return _in_utc(list(heads.select(c.PLACE, START, END, HEADS).iter_rows()), ground), notes
    roster = read_roster(file)
    alone = ground.ids[0] if len(ground.ids) == 1 else None
    rows: list[tuple[str, datetime, datetime, float]] = []
    for row in roster.iter_rows(named=True):
        place = row[c.PLACE] or alone
        if place is None:
            hint = "Add a column place."
            raise SettingsError(
                "the shift has no place, and several are planned.", file=str(file), line=row["line"], hint=hint
            )
        rows.append((place, row[START], row[END], 1.0))
        if row["break_start"] is not None:
            midnight = row[START].replace(hour=0, minute=0, second=0)
            begin, end = (midnight + timedelta(minutes=row[name]) for name in ("break_start", "break_end"))
            rows.append((place, begin, end, -1.0))
    notes = _strangers([row[0] for row in rows], ground, str(file))
    return _in_utc([row for row in rows if row[0] in set(ground.ids)], ground), notes


def _strangers(places: list[str], ground: Ground, file: str) -> tuple[str, ...]:
    """Notes of the places that are in one roster and not in the other; none in both cannot be compared."""
    strangers = sorted(set(places) - set(ground.ids))
    missing = [place for place in ground.ids if place not in set(places)]
    if strangers and len(missing) == len(ground.ids):
        raise SettingsError(
            f"none of its places, such as '{strangers[0]}', is planned; planned are {', '.join(ground.ids[:8])}.",
            file=file,
            hint="Give today's roster of the places that are planned.",
        )
    notes = []
    if strangers:
        notes.append(f"Places of today's roster that are not planned: {len(strangers):,}, such as '{strangers[0]}'.")
    if missing:
        notes.append(f"Places that are planned and have nobody in today's roster: {len(missing):,}, such as '{missing[0]}'.")
    return tuple(notes)


def _in_utc(rows: list[tuple[str, datetime, datetime, float]], ground: Ground) -> pl.DataFrame:
    zones = {place.id: place.timezone for place in ground.places}
    frame = pl.DataFrame(rows, schema=_SPANS, orient="row")
    parts = []
    for key, own in frame.group_by(c.PLACE, maintain_order=True):
        zone = zones[str(key[0])]
        utc = [
            pl.Series(name, to_utc(own[name].to_numpy(), zone).astype("datetime64[us]")).dt.replace_time_zone("UTC")
            for name in (START, END)
        ]
        parts.append(own.with_columns(utc))
    return pl.concat(parts) if parts else frame.with_columns(pl.col(START, END).dt.replace_time_zone("UTC"))
