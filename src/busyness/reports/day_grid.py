"""A calendar of places and days: how busy each day will be, and which days were picked for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from busyness.reports.words import Words
from busyness.tables import columns as c

SHADES = 3
_SHOWN_PLACES = 60


@dataclass(frozen=True, slots=True)
class GridDay:
    """A number, how deep it is shaded (0 is the least), and what the day was picked for (empty: not picked)."""

    text: str
    shade: int
    picked: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """A place and its days."""

    name: str
    days: tuple[GridDay, ...]


@dataclass(frozen=True, slots=True)
class DayGrid:
    """``days`` head the columns: weekday and day of the month; weekends are told apart."""

    id: str
    title: str
    note: str
    days: tuple[tuple[str, str, bool], ...]
    rows: tuple[GridRow, ...]
    legend: tuple[tuple[str, str], ...]
    kind: str = "grid"


def drawn_grid(
    expected: pl.DataFrame,
    picked: Sequence[tuple[str, date, date, str]],
    words: Words,
    *,
    names: Mapping[str, str],
) -> DayGrid | None:
    """This will draw ``place, date, visits`` with the picked windows (place, first day, last day, what for) on them.

    None where nothing is expected. Places with a window come first where there are too many for a page.
    """
    if not expected.height:
        return None
    days = expected[c.DATE].unique().sort().to_list()
    chosen = {place for place, *_ in picked}
    places = sorted(expected[c.PLACE].unique(maintain_order=True).to_list(), key=lambda place: place not in chosen)
    kinds = sorted({kind for *_, kind in picked})
    letters = {kind: chr(ord("A") + number % 26) for number, kind in enumerate(kinds)}
    rows = [
        _row(
            expected.filter(pl.col(c.PLACE) == place),
            days,
            words,
            name=names.get(place, place),
            marks=_marks(place, picked, letters),
        )
        for place in places[:_SHOWN_PLACES]
    ]
    more = len(places) - _SHOWN_PLACES
    return DayGrid(
        id="calendar",
        title=words.say("calendar"),
        note=words.say("calendar.note") + ("" if more <= 0 else " " + words.say("calendar.more", count=more)),
        days=tuple((words.lists["weekdays.short"][day.weekday()], str(day.day), day.weekday() >= 5) for day in days),
        rows=tuple(rows),
        legend=tuple((letters[kind], kind) for kind in kinds),
    )


def _marks(
    place: str, picked: Sequence[tuple[str, date, date, str]], letters: Mapping[str, str]
) -> list[tuple[date, date, str]]:
    return [(start, end, letters[kind]) for where, start, end, kind in picked if where == place]


def _row(
    own: pl.DataFrame, days: Sequence[date], words: Words, *, name: str, marks: Sequence[tuple[date, date, str]]
) -> GridRow:
    visits = dict(own.select(c.DATE, "visits").iter_rows())
    least, most = min(visits.values()), max(visits.values())
    cells = []
    for day in days:
        value = visits.get(day)
        share = 0.0 if value is None or most <= least else (value - least) / (most - least)
        letter = next((letter for start, end, letter in marks if start <= day <= end), "")
        cells.append(GridDay(words.number(value, 0), min(int(share * SHADES), SHADES - 1), letter))
    return GridRow(name, tuple(cells))
