"""Covariates known ahead, brought onto a panel's slots, those of the future too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError, UnknownPlaceError, did_you_mean
from busyness.preparation.spans import bridge, slot_means
from busyness.preparation.zoned_spans import ZonedSpans
from busyness.tables import columns as c
from busyness.tables.panel import Panel, wall_times

_NAME = "name"
_BRIDGED_MINUTES = 180


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
    stations: Mapping[str, Mapping[str, str]] | None = None,
) -> Aligned:
    """This will put the covariates ``names`` of a long table into the panel's ``known``, ``[places, slots]`` float32.

    ``table`` has ``place`` (null: every place without a value of its own), ``start`` and ``end`` (half-open; wall clock
    where ``local``, else UTC), ``name``, ``value`` and ``known_at`` (null: always known). Spans shorter than a slot are
    averaged, longer ones repeated. Numbers bridge gaps of up to three hours in slots of up to an hour; a covariate that
    is only ever 0 or 1 is 0 where the table has the place and says nothing. Everything else is NaN.

    Of a value with several ``known_at`` the newest counts, among those known at ``as_of``; without ``as_of``, among
    those known before their own time, so that what was only measured afterwards is not used as if it were known.
    ``stations`` says for a covariate under which ``place`` of the table each place finds its values (weather stations).

    Raises:
        InputError: the table has no such covariate.
        UnknownPlaceError: ``strict``, and the table names a place that the panel does not have.

    """
    require_names(table, names)
    notes = [] if stations else _strangers(panel, table, strict=strict)
    spans = ZonedSpans(panel, local=local, stations=stations)
    aligner = _Aligner(panel, spans, as_of=as_of)
    listed = set(table[c.PLACE].unique().to_list())
    valued = table.drop_nulls("value")
    known = dict(panel.known)
    for name in names:
        had = np.array([None in listed or spans.takes(name, place) in listed for place in panel.ids], bool)
        known[name], said = aligner.cube(name, valued.filter(pl.col(_NAME) == name), had)
        notes += said
    return Aligned(replace(panel, known=known), tuple(notes))


def require_names(table: pl.DataFrame, names: Sequence[str]) -> None:
    """This will raise ``InputError`` for the first of these covariates that a long table does not have."""
    available = table[_NAME].unique().drop_nulls().to_list()
    for name in names:
        if name not in available:
            raise InputError(f"The table has no covariate '{name}'.", hint=did_you_mean(name, available))


def _strangers(panel: Panel, table: pl.DataFrame, *, strict: bool) -> list[str]:
    strangers = sorted(set(table[c.PLACE].drop_nulls().unique().to_list()) - set(panel.ids))
    if not strangers:
        return []
    if strict:
        raise UnknownPlaceError(strangers[0], panel.ids)
    return [f"Places of the covariates that the panel does not have: {len(strangers):,}, such as '{strangers[0]}'."]


class _Aligner:
    """The panel's clock, for one covariate after the other."""

    def __init__(self, panel: Panel, spans: ZonedSpans, *, as_of: datetime | None) -> None:
        self._panel = panel
        self._spans = spans
        self._as_of = None if as_of is None else int(as_of.astimezone(UTC).timestamp())

    def cube(self, name: str, rows: pl.DataFrame, had: NDArray[np.bool_]) -> tuple[NDArray[np.float32], list[str]]:
        """The covariate's values, with notes; ``had`` are the places that the table has at all."""
        panel = self._panel
        flag = bool(rows.height) and bool(rows["value"].is_in([0.0, 1.0]).all())
        denies = bool((rows["value"] == 0.0).any())  # says when the flag is down, not only when it is up
        cube = np.full((len(panel.places), panel.slots.count), np.nan, np.float32)
        late = 0
        for taken in self._spans.each(name, rows):
            in_time = taken.spans.known <= (taken.spans.starts if self._as_of is None else self._as_of)
            late += int((~in_time).sum())
            means = slot_means(taken.spans.kept(in_time).newest(), taken.edges, flag=flag)
            there = np.isfinite(means)  # rows for every place come first, and give way to a place's own
            cube[np.ix_(taken.rows, np.flatnonzero(there))] = means[there]
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
