"""Counted events to a panel: which places take part, when the service ran, and what a slot without events means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError, NoUsableRowsError, UnknownPlaceError
from busyness.domain.measures import Measure
from busyness.domain.opening_hours import OpeningHours
from busyness.domain.place import Place
from busyness.domain.slots import Slots
from busyness.preparation.counting import by_schedule
from busyness.preparation.grid import Gridded
from busyness.preparation.occupancy import occupancy
from busyness.preparation.place_register import natural_order
from busyness.preparation.slot_grid import check_size
from busyness.preparation.tally import LESS, SLOT, UNSEEN, Tally
from busyness.tables import columns as c
from busyness.tables.panel import Panel, open_cube
from busyness.tables.verbs import Locator

_BUSY_DAY = 20  # events of a usual day from which on a day without any means that the service stood still
_CUT_SHORT = 0.1  # of a slot: the last slot is left out when its events stop so much earlier than those of others
_COMPARED = 28
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """Which of the places with events take part.

    ``at_least`` so many events over the file, the ``top`` busiest of those; ``only`` and ``exclude`` are ids or names.
    ``always`` are places that take part even without events, such as every area of a city. ``end`` is the last local
    date of the history; ``opening_hours`` by id, ``"*"`` for all others, replace those of the places.
    """

    at_least: float = 0
    top: int | None = None
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    always: tuple[Place, ...] = ()
    end: date | None = None
    opening_hours: Mapping[str, OpeningHours] = None  # type: ignore[assignment]  # set below

    def __post_init__(self) -> None:
        object.__setattr__(self, "opening_hours", self.opening_hours or {})


def panel_of(found: Tally, locator: Locator, *, measure: Measure, choice: PlaceChoice, future: int) -> Gridded:
    """This will make a panel of what was counted, with ``future`` slots after its history.

    A slot without events is **0** where the place was in service, **closed** outside its opening hours, and **not
    observed** (NaN) before the place's first event, on days on which nothing happened anywhere although a usual day
    has events (the service stood still), where a row said that it has no value, and, for measures that are not
    ``silent`` (sensors), everywhere without a row.

    Raises:
        NoUsableRowsError: no event lies inside any place.
        UnknownPlaceError: ``choice`` names a place that is not there.
        InputError: all events lie after the end, or no place has as many as ``choice`` asks for.

    """
    if found.counts.is_empty():
        raise NoUsableRowsError("The data", {**found.reasons, "outside every place": found.unmapped})
    found = found.until(choice.end)
    if found.counts.is_empty():
        raise InputError(f"All events lie after {choice.end}, the end of the history.", hint="Choose a later --until.")
    chosen, codes, notes = _chosen(found, locator, choice)
    counts = found.counts.filter(pl.col(c.CODE).is_in(codes))
    slots, said = _history(found, counts, whole=choice.end is not None)
    notes += said
    row_of = pl.DataFrame({c.CODE: codes, "row": np.arange(len(codes))}, schema_overrides={c.CODE: pl.UInt64})
    counts = counts.join(row_of, on=c.CODE, how="inner")
    first = int(slots.start.astype(np.int64) - (0 if slots.length.daily else found.clock.phase)) // (
        slots.length.minutes * 60
    )
    counts = counts.with_columns(pl.col(SLOT) - first).filter(pl.col(SLOT).is_between(0, slots.count - 1))
    span = slots.extended(future)
    check_size(chosen, span)
    like, examples = by_schedule(chosen)
    opened = open_cube(examples, span)[like]
    demand = np.full((len(chosen), span.count), np.nan, np.float32)
    demand[:, : slots.count] = _demand(counts, len(chosen), slots.count, measure)
    demand[:, : slots.count], standing = _zeros(demand[:, : slots.count], counts, slots, silent=measure.silent)
    notes += standing
    if measure.less:
        demand[:, : slots.count] = occupancy(demand[:, : slots.count], opened, places=chosen, slots=slots)
    demand[~opened & ~(demand > 0)] = np.nan
    panel = Panel(chosen, span, slots.count, demand, opened, np.zeros(demand.shape, bool))
    unobserved = int((opened[:, : slots.count] & np.isnan(demand[:, : slots.count])).sum())
    return Gridded(panel, tuple(notes), 0.0, unobserved)


def _chosen(found: Tally, locator: Locator, choice: PlaceChoice) -> tuple[tuple[Place, ...], list[int], list[str]]:
    """The panel's places in natural order with their codes, and what was left out."""
    totals = found.counts.group_by(c.CODE).agg(pl.col(c.AMOUNT).sum()).sort(c.AMOUNT, c.CODE, descending=[True, False])
    seen = dict(zip(totals[c.CODE].to_list(), locator.places(totals[c.CODE].to_list()), strict=True))
    amount = dict(totals.iter_rows())
    kept = {code: place for code, place in seen.items() if amount[code] >= choice.at_least}
    if choice.top is not None:
        kept = dict(list(kept.items())[: choice.top])
    there = {place.id for place in seen.values()}
    spare = 2**63  # codes of places without events; no locator gives these
    everywhere = {**seen, **{spare + k: place for k, place in enumerate(choice.always) if place.id not in there}}
    if not choice.at_least and choice.top is None:
        kept = everywhere
    kept = _named(kept, everywhere, choice)
    if not kept:
        raise InputError(
            f"No place has {choice.at_least:,.10g} or more; the busiest has {max(amount.values()):,.10g}.",
            hint="Use a smaller --at-least.",
        )
    left = totals.filter(~pl.col(c.CODE).is_in(list(kept)))
    notes = []
    if left.height:
        share = float(left[c.AMOUNT].sum()) / max(float(totals[c.AMOUNT].sum()), 1e-12)
        notes.append(
            f"Places left out: {left.height:,} of {totals.height:,}, with {share:.1%} of what was counted ({_why(choice)})."
        )
    order = natural_order(place.id for place in kept.values())
    code_of = {place.id: code for code, place in kept.items()}
    codes = [code_of[place] for place in order]
    return tuple(_with_hours(kept[code], choice.opening_hours) for code in codes), codes, notes


def _why(choice: PlaceChoice) -> str:
    reasons = []
    if choice.at_least:
        reasons.append(f"under {choice.at_least:,.10g} each: --at-least")
    if choice.top is not None:
        reasons.append(f"--top {choice.top}")
    if choice.only or choice.exclude:
        reasons.append("--only or --exclude")
    return ", ".join(reasons) or "no events in them"


def _named(kept: dict[int, Place], everywhere: dict[int, Place], choice: PlaceChoice) -> dict[int, Place]:
    """The places that ``only`` names (whatever their size), without those that ``exclude`` names."""
    code_of = {name: code for code, place in everywhere.items() for name in (place.name, place.id) if name}
    for wanted in (*choice.only, *choice.exclude):
        if wanted not in code_of:
            raise UnknownPlaceError(wanted, sorted(code_of))
    if choice.only:
        kept = {code_of[name]: everywhere[code_of[name]] for name in choice.only}
    without = {code_of[name] for name in choice.exclude}
    return {code: place for code, place in kept.items() if code not in without}


def _with_hours(place: Place, hours: Mapping[str, OpeningHours]) -> Place:
    return replace(place, opening_hours=hours.get(place.id) or place.opening_hours or hours.get("*"))


def _history(found: Tally, counts: pl.DataFrame, *, whole: bool) -> tuple[Slots, list[str]]:
    """The slots from the first event to the last; unless it is ``whole``, without a last slot that was cut short."""
    clock = found.clock
    if counts.is_empty():
        raise InputError("The places that were chosen have no events.", hint="Choose others with --only, or all of them.")
    first, last = int(counts[SLOT].min()), int(found.counts[SLOT].max())  # type: ignore[arg-type]
    slots = Slots(clock.start(first), clock.length, last - first + 1)
    notes = []
    if not whole and (short := _cut_short(found, last)) and slots.count > 1:
        slots = replace(slots, count=slots.count - 1)
        notes.append(short)
    return slots, notes


def _cut_short(found: Tally, last: int) -> str:
    """A sentence where the last slot ends early: its total is far below what slots at its time of the week had."""
    per_week = found.clock.length.per_week
    totals = dict(found.counts.group_by(SLOT).agg(pl.col(c.AMOUNT).sum()).iter_rows())
    begin = found.clock.start(last).astype("datetime64[us]").astype(np.int64)
    step = found.clock.length.minutes * 60 * _MICRO
    reached = (found.last - begin) / step if not found.clock.length.daily else None
    alike = [totals.get(last - k * per_week, 0.0) for k in range(1, 5)]
    usual = float(np.median(alike)) if any(alike) else 0.0
    early = reached is not None and reached < 1 - _CUT_SHORT
    if usual >= _BUSY_DAY and totals[last] < 0.5 * usual and (reached is None or early):
        return (
            f"The last slot seems cut short ({totals[last]:,.10g} where {usual:,.10g} are usual), so the history ends "
            "before it; --until says otherwise."
        )
    return ""


def _demand(counts: pl.DataFrame, places: int, slots: int, measure: Measure) -> NDArray[np.float32]:
    """The counted cells; NaN where there was no row, or one without a value."""
    cube = np.full((places, slots), np.nan, np.float32)
    amount = counts[c.AMOUNT] - counts[LESS] if measure.less else counts[c.AMOUNT]
    cube[counts["row"].to_numpy(), counts[SLOT].to_numpy()] = amount.to_numpy()
    unseen = counts.filter(pl.col(UNSEEN) > 0)
    cube[unseen["row"].to_numpy(), unseen[SLOT].to_numpy()] = np.nan
    return cube


def _zeros(
    demand: NDArray[np.float32], counts: pl.DataFrame, slots: Slots, *, silent: bool
) -> tuple[NDArray[np.float32], list[str]]:
    """Zero where a place in service had no event: from its first one on, on days on which anything happened anywhere."""
    if not silent:
        return demand, []
    listed = np.zeros(demand.shape, bool)
    listed[counts["row"].to_numpy(), counts[SLOT].to_numpy()] = True
    begun = np.maximum.accumulate(listed, axis=1)
    begun[~listed.any(axis=1)] = True  # a place that never had an event was there all the time
    per_day = slots.length.per_day
    total = np.nansum(demand, axis=0)
    day = np.arange(slots.count) // per_day
    of_day = np.bincount(day, weights=total)
    running = of_day > 0
    notes = []
    usual = float(np.median(of_day[running])) if running.any() else 0.0
    if usual < _BUSY_DAY:
        running[:] = True
    elif not running.all():
        notes.append(
            f"Days without any event anywhere: {int((~running).sum()):,}, where {usual:,.10g} are usual. The service is "
            "taken to have stood still: they are not observed, not zero."
        )
    return np.where(np.isnan(demand) & ~listed & begun & running[day], np.float32(0), demand), notes
