"""Covariates known ahead, brought onto a panel's slots, those of the future too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    groups = table.drop_nulls("value").sort(_START).partition_by(_NAME, c.PLACE, as_dict=True, maintain_order=True)
    known = dict(panel.known)
    for name in names:
        own = {place: rows for (of, place), rows in groups.items() if of == name}
        known[name], said = aligner.cube(name, own, had)
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
        self._zones = [place.timezone for place in panel.places]

    def cube(
        self, name: str, own: Mapping[object, pl.DataFrame], had: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float32], list[str]]:
        """The covariate's values, with notes; ``own`` are its rows by place, ``had`` the places the table has at all."""
        panel = self._panel
        stated = {float(value) for rows in own.values() for value in rows["value"].unique()}
        flag = bool(stated) and stated <= {0.0, 1.0}
        cube = np.full((len(panel.places), panel.slots.count), np.nan, np.float32)
        late = 0
        shared: dict[str, NDArray[np.float32]] = {}
        for row, place in enumerate(panel.ids):
            zone = self._zones[row]
            if None in own:
                if zone not in shared:
                    shared[zone], dropped = self._means(own[None], row, flag=flag)
                    late = max(late, dropped)
                cube[row] = shared[zone]
            if place in own:
                means, dropped = self._means(own[place], row, flag=flag)
                late += dropped
                np.copyto(cube[row], means, where=np.isfinite(means))
        notes = []
        if late:
            notes.append(f"Values of '{name}' left out because they became known too late: {late:,}.")
        if not (flag and 0.0 not in stated):
            notes += self._ending(name, cube)
        if flag:
            cube[had[:, None] & np.isnan(cube)] = 0
        elif panel.slots.length.minutes <= 60:
            bridge(cube, _BRIDGED_MINUTES // panel.slots.length.minutes)
        return cube, notes

    def _means(self, rows: pl.DataFrame, place: int, *, flag: bool) -> tuple[NDArray[np.float32], int]:
        """The mean of every slot at a place, and how many values became known too late."""
        zone = self._zones[place]
        known = np.full(rows.height, _ALWAYS)
        if c.KNOWN_AT in rows.columns and rows[c.KNOWN_AT].null_count() < rows.height:
            told = rows[c.KNOWN_AT].is_not_null().to_numpy()
            known[told] = _seconds(rows[c.KNOWN_AT].drop_nulls(), zone)
        clock = zone if self._local else "UTC"
        spans = Spans(_seconds(rows[_START], clock), _seconds(rows[_END], clock), rows["value"].to_numpy(), known)
        spans = spans.kept(spans.ends > spans.starts)  # an hour that daylight saving skips has no length
        in_time = spans.known <= (spans.starts if self._as_of is None else self._as_of)
        return slot_means(spans.kept(in_time).newest(), self._edges[place], flag=flag), int((~in_time).sum())

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
    wall: Times = times.dt.cast_time_unit("ms").to_numpy().astype("datetime64[s]")
    return to_utc(wall, zone).astype(np.int64)
