"""The rows of a table of covariates as spans of time, for the places that take them, one time zone after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import to_utc
from busyness.domain.slots import Times
from busyness.preparation.spans import Spans
from busyness.tables import columns as c
from busyness.tables.panel import Panel, start_times

ALWAYS = np.iinfo(np.int64).min
"""When something became known that has no ``known_at``, in seconds."""

_START, _END = "start", "end"


@dataclass(frozen=True, slots=True)
class Taken:
    """Spans that the places ``rows`` of a panel take alike, and the ``edges`` of their slots (seconds UTC, one more)."""

    rows: NDArray[np.int64]
    edges: NDArray[np.int64]
    spans: Spans


class ZonedSpans:
    """A panel's clock, read once, for one covariate after the other.

    ``stations`` says for a covariate under which name of the table each place finds its values; a covariate that is not
    in it lists the places themselves.
    """

    def __init__(self, panel: Panel, *, local: bool, stations: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._panel = panel
        self._local = local
        self._stations = stations or {}
        starts = start_times(panel.places, panel.slots.extended(1))
        self._edges = starts.astype("datetime64[s]").astype(np.int64)

    def takes(self, name: str, place: str) -> str:
        """This will return the name under which the table lists a place's values of a covariate."""
        return self._stations.get(name, {}).get(place, place)

    def each(self, name: str, rows: pl.DataFrame) -> Iterator[Taken]:
        """This will yield the spans of one covariate's ``rows``: those for every place first, then each place's own."""
        rows = rows.sort(c.PLACE, _START, nulls_last=False)
        for zone in sorted({place.timezone for place in self._panel.places}):
            takers: dict[str, list[int]] = {}
            for row, place in enumerate(self._panel.places):
                if place.timezone == zone:
                    takers.setdefault(self.takes(name, place.id), []).append(row)
            some = rows.filter(pl.col(c.PLACE).is_null() | pl.col(c.PLACE).is_in(list(takers)))
            spans = self._spans(some, zone)
            everyone = sorted(row for listed in takers.values() for row in listed)
            runs = some[c.PLACE].rle().struct.unnest()
            ends = runs["len"].cum_sum().to_list()
            for listed, begin, end in zip(runs["value"].to_list(), [0, *ends], ends, strict=False):
                where = np.array(everyone if listed is None else takers[listed], np.int64)
                yield Taken(where, self._edges[where[0]], spans.kept(np.arange(begin, end)))

    def _spans(self, rows: pl.DataFrame, zone: str) -> Spans:
        clock = zone if self._local else "UTC"
        known = np.full(rows.height, ALWAYS)
        if c.KNOWN_AT in rows.columns and rows[c.KNOWN_AT].null_count() < rows.height:
            told = rows[c.KNOWN_AT].is_not_null().to_numpy()
            known[told] = _seconds(rows[c.KNOWN_AT].drop_nulls(), zone)
        return Spans(_seconds(rows[_START], clock), _seconds(rows[_END], clock), rows[c.VALUE].to_numpy(), known)


def _seconds(times: pl.Series, zone: str) -> NDArray[np.int64]:
    """Seconds UTC of aware times, or of wall-clock times in a zone."""
    if getattr(times.dtype, "time_zone", None) is not None:
        return np.asarray(times.dt.epoch("s").to_numpy(), np.int64)
    distinct = times.unique().sort()  # places mostly share their times: the clock is asked once for each
    wall: Times = distinct.dt.cast_time_unit("ms").to_numpy().astype("datetime64[s]")
    seconds = to_utc(wall, zone).astype(np.int64)
    return seconds[np.searchsorted(distinct.to_physical().to_numpy(), times.to_physical().to_numpy())]
