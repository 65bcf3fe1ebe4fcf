"""Local events (a concert, a match, a market): at a place, or within some distance of a point."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from busyness.domain.place import Place
from busyness.geo.distance import metres_between
from busyness.sources.campaign_table import campaign_table, flag_rows, number_rows
from busyness.sources.covariates import END, START, KnownTable, read_spans
from busyness.sources.small_table import read_small_table
from busyness.tables import columns as c

EVENT = "event"
RADIUS_METRES = 1000.0
"""How far an event is felt that says no radius."""

_RADIUS, _SIZE = "radius", "size"
_WORDS = {
    "place": c.PLACE, "store": c.PLACE, "start": START, "from": START, "end": END, "to": END, "until": END,
    "date": c.DATE, "known_at": c.KNOWN_AT, "latitude": c.LATITUDE, "lat": c.LATITUDE, "longitude": c.LONGITUDE,
    "lon": c.LONGITUDE, "lng": c.LONGITUDE, "radius": _RADIUS, "size": _SIZE, "attendance": _SIZE,
}  # fmt: skip


def read_local_events(path: str | Path, places: Sequence[Place]) -> KnownTable:
    """This will read a table ``start, end`` with ``place`` or ``latitude, longitude, radius`` (metres), and ``size``.

    An event with a position is felt at the places within its radius (1,000 m where it says none); one with neither
    place nor position, at all. Gives the flag ``event`` and the number ``event_size`` (people; of two at once the mean).

    Raises:
        SettingsError: with file and line, where a time or number cannot be read.

    """
    table = read_small_table(path, _WORDS)
    spans, notes, local = read_spans(table)
    numbers = {
        name: table.numbers(name, what=f"{name}:")
        if name in table.columns
        else pl.Series(name, [None] * spans.height, dtype=pl.Float64)
        for name in (c.LATITUDE, c.LONGITUDE, _RADIUS, _SIZE)
    }
    spans = spans.with_columns(numbers.values())
    placed = pl.col(c.LATITUDE).is_not_null() & pl.col(c.LONGITUDE).is_not_null() & pl.col(c.PLACE).is_null()
    near = _near(spans.filter(placed), places)
    nowhere = int(spans.filter(placed).height - near["event"].n_unique())
    if nowhere:
        notes.append(f"Local events that are near no place: {nowhere:,}.")
    felt = pl.concat([spans.filter(~placed), near.drop("event")])
    parts = [
        flag_rows(felt, pl.repeat(EVENT, felt.height, dtype=pl.String, eager=True)),
        number_rows(felt, f"{EVENT}_size", felt[_SIZE]),
    ]
    return campaign_table(parts, local=local, notes=notes)


def _near(events: pl.DataFrame, places: Sequence[Place]) -> pl.DataFrame:
    """A row for each event and each place within its radius, with the event's number."""
    known = [place for place in places if place.latitude is not None and place.longitude is not None]
    latitude, longitude = np.array([(place.latitude, place.longitude) for place in known], float).reshape(-1, 2).T
    metres = metres_between(
        events[c.LATITUDE].to_numpy()[:, None],
        events[c.LONGITUDE].to_numpy()[:, None],
        to_latitude=latitude,
        to_longitude=longitude,
    )
    event, place = np.nonzero(metres <= events[_RADIUS].fill_null(RADIUS_METRES).to_numpy()[:, None])
    ids = pl.Series(c.PLACE, [known[row].id for row in place], dtype=pl.String)
    return events[event].with_columns(ids, pl.Series("event", event))
