"""Events to a panel: rows are added up by place and slot; closed, zero and missing stay three different things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError, NoUsableRowsError
from busyness.domain.place import Place
from busyness.domain.slots import MINUTES_PER_DAY, SlotLength, Slots
from busyness.preparation.counting import Counted, Rows, by_schedule, count
from busyness.preparation.grid_rules import GridRules
from busyness.preparation.place_register import choose_places
from busyness.preparation.slot_grid import after, check_size, lay_slots
from busyness.tables import columns as c
from busyness.tables.events import Events
from busyness.tables.panel import Panel, open_cube

SINGLE = "event"
"""The ``kind`` of rows that are single things that happened: where there is none, nothing happened."""

_HOUR = SlotLength(60)


@dataclass(frozen=True)
class Gridded:
    """A panel, and what was done to get it.

    ``set_aside`` is the amount in slots of which only a part was there; it is not in the panel. ``unobserved`` counts
    the slots of the history in which a place was open and nothing is known.
    """

    panel: Panel
    notes: tuple[str, ...]
    set_aside: float
    unobserved: int


def build_panel(events: Events, rules: GridRules) -> Gridded:
    """This will add events up into a panel of ``rules``' places and slots.

    Raises:
        NoUsableRowsError: no row is left, or none has a value.
        UnknownPlaceError: the rules name a place that is not there.
        InputError: the rows are longer than the slots, span too many years, or their zones disagree.

    """
    if events.frame.is_empty():
        raise NoUsableRowsError("The data", events.reasons())
    length, part, notes = _lengths(events, rules.every)
    ids = events.frame[c.PLACE].unique().drop_nulls().to_list()
    places, said = choose_places(ids, rules)
    notes += said
    frame, place = _taken(events.frame, places)
    time = frame[c.TIME].to_physical().to_numpy()
    grid = lay_slots(time, place, places, length=length, end=rules.end)
    notes += grid.notes
    history = grid.slots
    slots = history.extended(rules.future)
    check_size(places, slots)
    rows = Rows(place, grid.index, time, frame[c.AMOUNT].cast(pl.Float64).to_numpy())
    frame, rows, said = _until_end(frame, rows, history)
    notes += said
    counted = count(rows, places, history, part=part)
    _refuse_nothing(counted, events, length)
    notes += _said_set_aside(counted, part, length)

    like, examples = by_schedule(places)
    opened = open_cube(examples, slots)[like]
    notes += _settle_closed(counted.demand, opened[:, : history.count], length)
    _fill_zeros(counted, opened, _single_places(frame, rows, len(places)))
    demand = np.full((len(places), slots.count), np.nan, np.float32)
    demand[:, : history.count] = counted.demand
    known_from = _known_from(frame, rows, places, slots)
    outlier = np.zeros(demand.shape, bool)
    panel = Panel(places, slots, history.count, demand, opened, outlier, known_from=known_from)
    unobserved = int((opened[:, : history.count] & np.isnan(counted.demand)).sum())
    return Gridded(panel, notes, counted.set_aside, unobserved)


def _lengths(events: Events, every: SlotLength | None) -> tuple[SlotLength, SlotLength | None, tuple[str, ...]]:
    """The length of a slot, that of a row where rows are counts per slot, and what was assumed."""
    minutes = events.slot_minutes
    if minutes is None:
        if every is not None:
            return every, None, ()
        return _HOUR, None, ("The rows have no regular length; they are added up by the hour (--every chooses another).",)
    if minutes > MINUTES_PER_DAY or MINUTES_PER_DAY % minutes:
        size = f"{minutes // MINUTES_PER_DAY} days" if minutes % MINUTES_PER_DAY == 0 else f"{minutes} minutes"
        raise InputError(
            f"The rows are {size} long, which does not divide a day.", hint="Give counts per 15min, 30min, 1h or 1d."
        )
    part = SlotLength(minutes)
    if every is None:
        return part, part, (f"Slots are {part} long, like the rows.",)
    if every.minutes % minutes:
        raise InputError(
            f"The rows are {part} long and cannot be divided into slots of {every}.", hint=f"Use --every {part}."
        )
    return every, part, ()


def _taken(frame: pl.DataFrame, places: Sequence[Place]) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """The rows of the panel's places, and the place of each."""
    ids = [place.id for place in places]
    codes = frame[c.PLACE].cast(pl.String).cast(pl.Enum(ids), strict=False).to_physical()
    if codes.null_count():
        frame, codes = frame.filter(codes.is_not_null()), codes.drop_nulls()
    if frame.is_empty():
        raise NoUsableRowsError("The data of the chosen places")
    return frame, codes.cast(pl.Int64).to_numpy()


def _until_end(frame: pl.DataFrame, rows: Rows, history: Slots) -> tuple[pl.DataFrame, Rows, tuple[str, ...]]:
    """The rows of the history."""
    held = rows.slot < history.count
    if held.all():
        return frame, rows, ()
    kept = Rows(rows.place[held], rows.slot[held], rows.time[held], rows.amount[held])
    note = f"Rows left out because they lie after the end of the history: {int((~held).sum()):,}."
    return frame.filter(pl.Series(held)), kept, (note,)


def _refuse_nothing(counted: Counted, events: Events, length: SlotLength) -> None:
    if np.isfinite(counted.demand).any():
        return
    if counted.incomplete:
        raise InputError(
            f"No slot of {length} has all of its rows, so nothing can be added up.",
            hint="Use a shorter --every, or --opening-hours if rows are only there while places are open.",
        )
    raise NoUsableRowsError("The data", {**events.reasons(), "missing count": events.frame[c.AMOUNT].null_count()})


def _said_set_aside(counted: Counted, part: SlotLength | None, length: SlotLength) -> tuple[str, ...]:
    if not counted.incomplete:
        return ()
    of = f"their {part} rows" if part is not None and part < length else "their values"
    return (
        f"Slots of {length} that have only some of {of}: {counted.incomplete:,}. They count as not observed, and the "
        f"{counted.set_aside:,.10g} counted in them is set aside.",
    )


def _settle_closed(demand: NDArray[np.float32], opened: NDArray[np.bool_], length: SlotLength) -> tuple[str, ...]:
    """Nobody in a closed place is no demand; somebody in one stays, as a sealed panel counts the place open then."""
    visited = ~opened & (demand > 0)
    demand[~opened & ~visited] = np.nan
    slots = int(visited.sum())
    if not slots:
        return ()
    where = int(visited.any(axis=1).sum())
    return (
        f"Slots of {length} that had visitors outside the opening hours: {slots:,}, at {where:,} of {len(demand):,} "
        "places; the hours may be wrong. These slots count as open.",
    )


def _single_places(frame: pl.DataFrame, rows: Rows, places: int) -> NDArray[np.bool_]:
    """Which places have rows of kind ``event`` only."""
    if c.KIND not in frame.columns or not (single := frame[c.KIND].eq_missing(SINGLE).to_numpy()).any():
        return np.zeros(places, bool)
    alone = np.bincount(rows.place, minlength=places) > 0
    alone[rows.place[~single]] = False
    return np.asarray(alone, bool)


def _fill_zeros(counted: Counted, opened: NDArray[np.bool_], single: NDArray[np.bool_]) -> None:
    """Between its first and last event a place of single events without a row was empty: 0 where open."""
    if not single.any():
        return
    listed = counted.listed[single]
    begun = np.maximum.accumulate(listed, axis=1)
    going = np.maximum.accumulate(listed[:, ::-1], axis=1)[:, ::-1]
    demand = counted.demand[single]
    demand[begun & going & ~listed & opened[single, : demand.shape[1]]] = 0
    counted.demand[single] = demand


def _known_from(frame: pl.DataFrame, rows: Rows, places: Sequence[Place], slots: Slots) -> NDArray[np.int32] | None:
    """The first origin that may see each slot, where some row came after the end of its slot."""
    if c.KNOWN_AT not in frame.columns:
        return None
    known_at = frame[c.KNOWN_AT]
    told = np.flatnonzero(known_at.is_not_null().to_numpy())
    if not len(told):
        return None
    times = known_at.drop_nulls().dt.cast_time_unit("us").to_physical().to_numpy()
    origin = np.minimum(after(times, rows.place[told], places=places, slots=slots), np.iinfo(np.int32).max)
    late = np.flatnonzero(origin > rows.slot[told] + 1)
    if not len(late):
        return None
    known_from = np.broadcast_to(np.arange(1, slots.count + 1, dtype=np.int32), (len(places), slots.count)).copy()
    at = told[late]
    np.maximum.at(known_from, (rows.place[at], rows.slot[at]), origin[late].astype(np.int32))
    return known_from
