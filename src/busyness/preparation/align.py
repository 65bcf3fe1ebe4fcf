"""Covariates known ahead, brought onto a panel's slots, those of the future too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError, UnknownPlaceError, did_you_mean
from busyness.domain.local_time import to_utc
from busyness.domain.slots import Times
from busyness.preparation.spans import Spans, bridge, slot_means
from busyness.tables import columns as c
from busyness.tables.panel import Panel, start_times, wall_times

_START, _END, _NAME = "start", "end", "name"
_BRIDGED_MINUTES = 180
_ALWAYS = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Aligned:
    """The panel with its covariates, and sentences for the person on what was found on the way."""

    panel: Panel
    notes: tuple[str, ...]


def align_known(
    panel: Panel,
    table: pl.DataFrame,
    names: Sequence[str],
    *,
    local: bool,
    strict: bool = False,
    as_of: datetime | None = None,
) -> Aligned:
    """This will put the covariates ``names`` of a long table into the panel's ``known``, ``[places, slots]`` float32.

    ``table`` has ``place`` (null: every place without a value of its own), ``start`` and ``end`` (half-open; wall clock
    where ``local``, else UTC), ``name``, ``value`` and ``known_at`` (null: always known). Spans shorter than a slot are
    averaged, longer ones repeated. Numbers bridge gaps of up to three hours in slots of up to an hour; a covariate that
    is only ever 0 or 1 is 0 where the table has the place and says nothing. Everything else is NaN.

    Of a value with several ``known_at`` the newest counts, among those known at ``as_of``; without ``as_of``, among
    those known before their own time, so that what was only measured afterwards is not used as if it were known.

    Raises:
        InputError: the table has no such covariate.
        UnknownPlaceError: ``strict``, and the table names a place that the panel does not have.

    """
    available = table[_NAME].unique().drop_nulls().to_list()
    for name in names:
        if name not in available:
            raise InputError(f"The table has no covariate '{name}'.", hint=did_you_mean(name, available))
    notes = _strangers(panel, table, strict=strict)
    aligner = _Aligner(panel, local=local, as_of=as_of)
    listed = set(table[c.PLACE].unique().to_list())
    had = np.array([None in listed or place in listed for place in panel.ids], bool)
    valued = table.drop_nulls("value").sort(c.PLACE, _START, nulls_last=False)
    known = dict(panel.known)
    for name in names:
        known[name], said = aligner.cube(name, valued.filter(pl.col(_NAME) == name), had)
        notes += said
    return Aligned(replace(panel, known=known), tuple(notes))


def _strangers(panel: Panel, table: pl.DataFrame, *, strict: bool) -> list[str]:
    strangers = sorted(set(table[c.PLACE].drop_nulls().unique().to_list()) - set(panel.ids))
    if not strangers:
        return []
    if strict:
        raise UnknownPlaceError(strangers[0], panel.ids)
    return [f"Places of the covariates that the panel does not have: {len(strangers):,}, such as '{strangers[0]}'."]


class _Aligner:
    """The panel's clock, for one covariate after the other."""

    def __init__(self, panel: Panel, *, local: bool, as_of: datetime | None) -> None:
        self._panel = panel
        self._local = local
        self._as_of = None if as_of is None else int(as_of.astimezone(UTC).timestamp())
        starts = start_times(panel.places, panel.slots.extended(1))
        self._edges = starts.astype("datetime64[s]").astype(np.int64)

    def cube(self, name: str, rows: pl.DataFrame, had: NDArray[np.bool_]) -> tuple[NDArray[np.float32], list[str]]:
        """The covariate's values, with notes; ``rows`` are in order of place, ``had`` the places the table has at all."""
        panel = self._panel
        flag = bool(rows.height) and bool(rows["value"].is_in([0.0, 1.0]).all())
        denies = bool((rows["value"] == 0.0).any())  # says when the flag is down, not only when it is up
        cube = np.full((len(panel.places), panel.slots.count), np.nan, np.float32)
        late = sum(self._fill_zone(cube, rows, zone, flag=flag) for zone in sorted({p.timezone for p in panel.places}))
        notes = []
        if late:
            notes.append(f"Values of '{name}' left out because they became known too late: {late:,}.")
        if denies or not flag:
            notes += self._ending(name, cube)
        if flag:
            cube[had[:, None] & np.isnan(cube)] = 0
        elif panel.slots.length.minutes <= 60:
            bridge(cube, _BRIDGED_MINUTES // panel.slots.length.minutes)
        return cube, notes

    def _fill_zone(self, cube: NDArray[np.float32], rows: pl.DataFrame, zone: str, *, flag: bool) -> int:
        """Fill the places of one time zone; returns how many values became known too late. The clock is read once."""
        row_of = {place.id: row for row, place in enumerate(self._panel.places) if place.timezone == zone}
        rows = rows.filter(pl.col(c.PLACE).is_null() | pl.col(c.PLACE).is_in(list(row_of)))
        spans = self._spans(rows, zone)
        in_time = spans.known <= (spans.starts if self._as_of is None else self._as_of)
        runs = rows[c.PLACE].rle().struct.unnest()
        ends = runs["len"].cum_sum().to_list()
        for place, begin, end in zip(runs["value"].to_list(), [0, *ends], ends, strict=False):
            some = np.arange(begin, end)[in_time[begin:end]]
            where = list(row_of.values()) if place is None else [row_of[place]]
            means = slot_means(spans.kept(some).newest(), self._edges[where[0]], flag=flag)
            there = np.isfinite(means)  # rows for every place come first, and give way to a place's own
            cube[np.ix_(np.array(where, np.int64), np.flatnonzero(there))] = means[there]
        return int((~in_time).sum())

    def _spans(self, rows: pl.DataFrame, zone: str) -> Spans:
        clock = zone if self._local else "UTC"
        known = np.full(rows.height, _ALWAYS)
        if c.KNOWN_AT in rows.columns and rows[c.KNOWN_AT].null_count() < rows.height:
            told = rows[c.KNOWN_AT].is_not_null().to_numpy()
            known[told] = _seconds(rows[c.KNOWN_AT].drop_nulls(), zone)
        return Spans(_seconds(rows[_START], clock), _seconds(rows[_END], clock), rows["value"].to_numpy(), known)

    def _ending(self, name: str, cube: NDArray[np.float32]) -> list[str]:
        """A sentence where some place's values end before the panel does, naming the first to end."""
        there = np.isfinite(cube)
        some = np.flatnonzero(there.any(axis=1))
        if not len(some):
            return []
        last = there.shape[1] - there[some, ::-1].argmax(axis=1)
        first = int(last.argmin())
        if last[first] == there.shape[1]:
            return []
        place = self._panel.places[int(some[first])]
        end = wall_times([place], self._panel.slots.extended(1))[0, last[first]]
        when = np.datetime_as_string(end, "m").replace("T", " ")
        ending = int((last < there.shape[1]).sum())
        return [
            f"'{name}' is known until {when} at place '{place.id}'; places where it ends before the panel does: {ending:,}."
        ]


def _seconds(times: pl.Series, zone: str) -> NDArray[np.int64]:
    """Seconds UTC of aware times, or of wall-clock times in a zone."""
    if getattr(times.dtype, "time_zone", None) is not None:
        return np.asarray(times.dt.epoch("s").to_numpy(), np.int64)
    distinct = times.unique().sort()  # places mostly share their times: the clock is asked once for each
    wall: Times = distinct.dt.cast_time_unit("ms").to_numpy().astype("datetime64[s]")
    seconds = to_utc(wall, zone).astype(np.int64)
    return seconds[np.searchsorted(distinct.to_physical().to_numpy(), times.to_physical().to_numpy())]
