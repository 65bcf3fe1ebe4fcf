"""Numbers as marks on a common line: bars, intervals, what chance does. Positions in percent, so that any width fits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_MOST_TICKS = 5
_MARGIN = 0.06  # of the span, left free on both sides
_LEAST_SPAN = 1e-9  # amounts nearer together are one


@dataclass(frozen=True, slots=True)
class Mark:
    """A ``bar``, ``band``, ``line`` or ``dot`` from ``start`` to ``stop``; ``tone`` is plan, today or chance.

    ``lane`` 0 is the upper half of a track and 1 the lower one; None is its whole height.
    """

    shape: str
    start: float
    stop: float
    tone: str = "plan"
    lane: int | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One line: what it is about, its marks, and the same in words and numbers."""

    label: str
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on the axis, at a percentage of the width."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Tracks:
    """A figure of tracks. Marks are in percent of the width; ``zero`` is where 0 lies, if it is inside."""

    title: str
    note: str
    tracks: tuple[Track, ...]
    ticks: tuple[Tick, ...]
    zero: float | None
    legend: tuple[tuple[str, str], ...] = ()
    kind: str = "tracks"


def drawn_tracks(
    title: str,
    tracks: Sequence[Track],
    *,
    written: Callable[[float], str],
    note: str = "",
    legend: Sequence[tuple[str, str]] = (),
    with_zero: bool = True,
) -> Tracks:
    """This will put tracks whose marks are in their own unit on one scale that holds them all, and 0 unless told otherwise.

    ``written`` writes a number of the axis; ``legend`` names tones.
    """
    ends = [end for track in tracks for mark in track.marks for end in (mark.start, mark.stop)]
    ends += [0.0] if with_zero or not ends else []
    low, high = min(ends), max(ends)
    span = high - low if high - low >= _LEAST_SPAN else 1.0
    high = max(high, low + span) if high - low < _LEAST_SPAN else high
    low, high = low - _MARGIN * span * (low < 0 or not with_zero), high + _MARGIN * span
    scale = 100 / (high - low)

    def at(value: float) -> float:
        return round((value - low) * scale, 2)

    return Tracks(
        title=title,
        note=note,
        tracks=tuple(
            Track(t.label, t.text, tuple(Mark(m.shape, at(m.start), at(m.stop), m.tone, m.lane) for m in t.marks))
            for t in tracks
        ),
        ticks=tuple(Tick(at(value), written(value)) for value in round_ticks(low, high)),
        zero=at(0.0) if low < 0 < high else None,
        legend=tuple(legend),
    )


def round_ticks(low: float, high: float) -> list[float]:
    """This will return at most a handful of round numbers from ``low`` to ``high``.

    >>> round_ticks(-3.0, 42.0)
    [0.0, 20.0, 40.0]
    """
    if not high > low:
        return [low]
    raw = (high - low) / (_MOST_TICKS - 1)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * k for k in (1, 2, 5, 10) if size * k >= raw)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 10) + 0.0 for k in range(first, math.floor(high / step + 1e-9) + 1)]
