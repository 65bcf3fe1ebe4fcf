"""Which slot each row falls into: the span of the panel, and where its slots begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import gcd

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.local_time import to_local, to_utc, utc_offsets
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots, Times

MOST_CELLS = 2_000_000_000
MOST_YEARS = 40
_DAY = 86_400
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class SlotGrid:
    """``slots`` of the history; ``index`` int64 is each row's slot, which lies past the last where ``end`` cut it off."""

    slots: Slots
    index: NDArray[np.int64]
    notes: tuple[str, ...] = ()


def lay_slots(
    time: NDArray[np.int64], place: NDArray[np.int64], places: Sequence[Place], *, length: SlotLength, end: date | None
) -> SlotGrid:
    """This will lay slots over rows at ``time`` (microseconds, UTC) and ``place`` (row of ``places``).

    Daily slots are local dates of each row's own place. Shorter ones are equal steps of UTC whose phase follows the
    local clock, so that an hour begins on the full hour in India too.

    Raises:
        InputError: the rows span too many years, ``end`` lies before all of them, or zones disagree on the phase.

    """
    _check_span(time, place, places)
    notes: tuple[str, ...] = ()
    step = length.minutes * 60
    if length.daily:
        clock = _local_seconds(time, place, places)
        phase = 0
    else:
        clock = time // _MICRO
        phase, notes = _phase(clock, {p.timezone for p in places}, length)
    number = (clock - phase) // step
    first, last = int(number.min()), int(number.max())
    start = np.datetime64(first * step + phase, "s")
    slots = Slots(start, length, last - first + 1)
    if end is not None:
        stop = _end_slot(slots, end, places[0].timezone)
        if stop < 1:
            raise InputError(f"All rows lie after {end.isoformat()}, the end of the history.", hint="Choose a later --end.")
        slots = Slots(start, length, stop)
    return SlotGrid(slots, number - first, notes)


def check_size(places: Sequence[Place], slots: Slots) -> None:
    """This will raise an ``InputError`` where the cube would not fit into memory or the span cannot be meant."""
    cells = len(places) * slots.count
    if cells > MOST_CELLS or slots.count > MOST_YEARS * 366 * slots.length.per_day:
        raise InputError(
            f"{len(places):,} places × {slots.count:,} slots of {slots.length} from {slots.start} are more than fit.",
            hint="Probably a date is wrong; otherwise use longer slots (--every) or fewer places (--only).",
        )


def after(times: NDArray[np.int64], place: NDArray[np.int64], *, places: Sequence[Place], slots: Slots) -> NDArray[np.int64]:
    """This will return the first slot that begins at or after each time (microseconds, UTC) at its place."""
    seconds = -(-times // _MICRO)
    if slots.length.daily:
        seconds = _local_seconds(seconds * _MICRO, place, places)
    step = slots.length.minutes * 60
    return np.asarray(-(-(seconds - slots.start.astype(np.int64)) // step), np.int64)


def _local_seconds(time: NDArray[np.int64], place: NDArray[np.int64], places: Sequence[Place]) -> NDArray[np.int64]:
    seconds = time // _MICRO
    zones = sorted({p.timezone for p in places})
    if len(zones) == 1:
        return seconds + utc_offsets(seconds.astype("datetime64[s]"), zones[0])
    zone_of = np.array([zones.index(p.timezone) for p in places], np.int64)[place]
    for number, name in enumerate(zones):
        rows = np.flatnonzero(zone_of == number)
        seconds[rows] += utc_offsets(seconds[rows].astype("datetime64[s]"), name)
    return seconds


def _end_slot(slots: Slots, end: date, timezone: str) -> int:
    midnight: Times = np.array([np.datetime64(end.isoformat(), "s") + np.timedelta64(_DAY, "s")])
    if not slots.length.daily:
        midnight = to_utc(midnight, timezone)
    return int(slots.index(midnight)[0])


def _check_span(time: NDArray[np.int64], place: NDArray[np.int64], places: Sequence[Place]) -> None:
    low, high = int(time.argmin()), int(time.argmax())
    if (time[high] - time[low]) / (_DAY * _MICRO) <= MOST_YEARS * 365.25:
        return
    said = []
    for row in (low, high):
        at = places[int(place[row])]
        wall = to_local(np.array([time[row] // _MICRO]).astype("datetime64[s]"), at.timezone)[0]
        said.append(f"{np.datetime_as_string(wall, 'm').replace('T', ' ')} at place '{at.id}'")
    raise InputError(
        f"The rows run from {said[0]} to {said[1]}, which is more than {MOST_YEARS} years.",
        hint="Probably one of these dates is wrong: correct or remove it.",
    )


def _phase(clock: NDArray[np.int64], zones: set[str], length: SlotLength) -> tuple[int, tuple[str, ...]]:
    """Seconds after a multiple of the slot at which slots begin, so that most of them begin on the local clock."""
    step = length.minutes * 60
    days = np.arange(int(clock.min()) // _DAY, int(clock.max()) // _DAY + 1) * _DAY
    phases: dict[int, str] = {}
    shifting = []
    for name in sorted(zones):
        found, count = np.unique(-utc_offsets(days.astype("datetime64[s]"), name) % step, return_counts=True)
        phases.setdefault(int(found[count.argmax()]), name)
        if len(found) > 1:
            shifting.append(name)
    if len(phases) > 1:
        (first, one), (second, other) = list(phases.items())[:2]
        minutes = gcd(length.minutes, *(phase // 60 for phase in phases))
        raise InputError(
            f"Slots of {length} begin {abs(first - second) // 60} minutes apart in {one} and {other}.",
            hint=f"Use --every {SlotLength(minutes)}, or forecast them apart.",
        )
    notes = tuple(
        f"The clock of {name} moves by less than a slot of {length}: after that, slots begin at other local times."
        for name in shifting
    )
    return next(iter(phases)), notes
