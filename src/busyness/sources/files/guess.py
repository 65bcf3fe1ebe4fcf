"""Which column is the time, which the place, which the count. Every guess is said."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.files.amounts import AMOUNT, UNREADABLE, read_amounts
from busyness.sources.files.guess_time import guess_time
from busyness.sources.files.layout import CountsLayout
from busyness.sources.files.raw import RawTable
from busyness.sources.files.words import (
    ASIDE,
    COVARIATES,
    ENDS,
    NEVER,
    PLACE_TOKENS,
    SINGLE,
    STRONG,
    TIME_TOKENS,
    TOTALS,
    WEAK,
    ZONES,
    joined,
    tokens,
)

_SAMPLE = 1000
_IDS = ("id", "ids", "code", "codigo", "nr", "no", "nro", "nbr", "num", "number", "numero", "key")
_NUMBERING = {"n", "num", "number", "numero"}
_CODES = 20
"""A bare 'Centro' with more different numbers than this, next to two other columns of numbers, holds counts."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that are read. No ``place``: one store. No ``demand`` and no ``wide``: every row counts one.

    ``wide`` are columns of counts, each named after its place. ``zone`` holds a time zone per row.
    """

    time: tuple[str, ...]
    place: str | None = None
    demand: str | None = None
    zone: str | None = None
    wide: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def choose_columns(raw: RawTable, layout: CountsLayout) -> Columns:
    """This will take the named columns and guess the others.

    Raises: ``ColumnMissingError`` for a name that is not there, ``InputError`` where a guess would be a coin toss.
    """
    frame = raw.frame
    time = tuple(_named(frame, column, "the time") for column in layout.time)
    place = _named(frame, layout.place, "the place") if layout.place else None
    demand = _named(frame, layout.demand, "the count") if layout.demand else None
    counted = layout.demand != ""  # an empty name says: there is no count, each row is one event
    zone = _zone_column(frame, layout)
    guessed: list[str] = []
    named = frozenset(column for column in (place, demand, zone) if column)
    if not time:
        time = guess_time(frame, raw.name, apart=named)
        guessed.append(" and ".join(f"'{column}'" for column in time) + " as the time")
    free = [column for column in frame.columns if column not in {*time, *named} and not frame.schema[column].is_nested()]
    numeric = [column for column in free if _is_numeric(frame[column], raw.delimiter)]
    if demand is None and counted:
        demand = _demand_by_word(free, numeric, raw.name)
    repeated = frame.height - frame.select(time).unique().height
    once = repeated <= frame.height * 0.2  # a time that comes again is an exception, such as a repeated row
    apart = _side_by_side(numeric, once=once) if counted else frozenset()
    if place is None:
        aside = {demand, *apart}
        if demand is None and counted and once:
            aside |= _bare_counts(numeric, frame, never_repeat=not repeated)
        place = _guess_place([column for column in free if column not in aside], numeric, frame, times_repeat=repeated > 0)
    wide: tuple[str, ...] = ()
    if demand is None and counted:
        left = [c for c in numeric if c != place and (place is None or c in apart or _place_rank(c) is None)]
        demand, wide = _demand_by_content(left, raw.name, may_be_wide=place is None and once, apart=apart)
    if not layout.place and place:
        guessed.append(f"'{place}' as the place")
    if not layout.demand and demand:
        guessed.append(f"'{demand}' as the count")
    notes = [f"Read {_listed(guessed)}."] if guessed else []
    if wide:
        left_out = [column for column in free if column not in wide]
        notes.append(f"Read {len(wide)} columns ({_few(wide)}) as places: the table is wide, one column for each place.")
        notes += [f"Left out the column{'s' * (len(left_out) > 1)} {_few(tuple(left_out))}."] if left_out else []
    elif place is None:
        notes.append("There is no place column: everything is one place, 'store'.")
    if demand and not layout.demand:
        notes += _not_used([column for column in numeric if column not in {place, demand}], codes=not once)
    if zone and zone != layout.timezone:
        notes.append(f"Read '{zone}' as the time zone of each row.")
    return Columns(time, place, demand, zone, wide, tuple(notes))


def _named(frame: pl.DataFrame, column: str, role: str) -> str:
    if column in frame.columns:
        return column
    exact = [name for name in frame.columns if name.strip().lower() == column.strip().lower()]
    if len(exact) == 1:  # capitals and spaces at the ends are no reason to refuse a file
        return exact[0]
    raise ColumnMissingError(column, frame.columns, role=role)


def _zone_column(frame: pl.DataFrame, layout: CountsLayout) -> str | None:
    if layout.timezone:
        return layout.timezone if layout.timezone in frame.columns else None
    return next((column for column in frame.columns if joined(column) in ZONES and frame.schema[column] == pl.String), None)


def _is_numeric(values: pl.Series, delimiter: str) -> bool:
    if values.dtype.is_numeric():
        return True
    if values.dtype not in (pl.String, pl.Categorical):
        return False
    sample = values.drop_nulls().head(_SAMPLE)
    if not sample.len():
        return False
    read = read_amounts(sample, delimiter=delimiter).frame
    observed = read.height - int((read[AMOUNT].is_null() & ~read[UNREADABLE]).sum())
    return observed > 0 and int(read[UNREADABLE].sum()) * 2 < observed


def _demand_rank(column: str) -> int:
    """How surely a name says that this is the number to forecast: 4 is the word itself, 0 is not at all."""
    whole, words = joined(column), set(tokens(column))
    if whole in STRONG:
        return 4
    if words & (NEVER | TIME_TOKENS):
        return 0
    if words & STRONG or {"foot", "traffic"} <= words:
        return 3
    if whole in WEAK:
        return 2
    # One letter says something only in front: not in 'Tienda Ñ' or 'Sol y Mar'. 'Store number 1' is the number of a store.
    weak = {word for word in words & WEAK if len(word) > 1 or word == tokens(column)[0]}
    if words & set(PLACE_TOKENS):
        weak -= _NUMBERING
    return int(bool(weak) and not words & COVARIATES)


def _demand_by_word(free: list[str], numeric: list[str], name: str) -> str | None:
    ranks = {column: _demand_rank(column) for column in free}
    ranks = {column: rank for column, rank in ranks.items() if rank == 4 or (rank and column in numeric)}
    if not ranks:
        return None
    top = [column for column, rank in ranks.items() if rank == max(ranks.values())]
    top = [column for column in top if column in numeric] or top
    if len(top) > 1:
        raise _toss_up(top, name)
    return top[0]


def _demand_by_content(
    left: list[str], name: str, *, may_be_wide: bool, apart: frozenset[str]
) -> tuple[str | None, tuple[str, ...]]:
    """The one numeric column that is left; or all of them, where each may be a place.

    Weather and the like next to nameless numbers leave it open what those are; next to ``apart`` they do not.
    """
    likely = _likely(left)
    if len(likely) <= 1:
        return (likely[0] if likely else None), ()
    places = tuple(column for column in likely if joined(column) not in TOTALS)
    if may_be_wide and (len(likely) == len(left) or apart.issuperset(places)):
        return (None, places) if len(places) > 1 else (likely[0], ())
    raise _toss_up(likely, name)


def _likely(numeric: list[str]) -> list[str]:
    """The columns of numbers that are not known to be about something else than how busy it was."""
    return [column for column in numeric if not set(tokens(column)) & (COVARIATES | NEVER | ASIDE)]


def _side_by_side(numeric: list[str], *, once: bool) -> frozenset[str]:
    """Numbers under 'Tienda A' and 'Tienda B', at times that come once, are counts of places side by side."""
    if not once:
        return frozenset()
    return frozenset(c for c in _likely(numeric) if (rank := _place_rank(c)) is not None and rank[2] and not _is_bare(c))


def _bare_counts(numeric: list[str], frame: pl.DataFrame, *, never_repeat: bool) -> set[str]:
    """Numbers under 'Mall', 'Park' and 'Museum' may be codes of places: counts are those of which there are many."""
    several = len(_likely(numeric)) > 2
    named = [column for column in numeric if _place_rank(column) is not None]
    many = {column for column in named if never_repeat and not _few_values(frame[column])}
    return many | {c for c in named if several and _is_bare(c) and frame[c].n_unique() > _CODES}


def _is_bare(column: str) -> bool:
    return joined(column) in PLACE_TOKENS


def _not_used(aside: list[str], *, codes: bool) -> list[str]:
    """A note that names the numbers that could have been counts; with ``codes``, those named after places were not."""
    lost = [column for column in _likely(aside) if not codes or _place_rank(column) is None]
    said = [f"'{column}'" for column in lost[:8]] + ([f"{len(lost) - 8} more"] if len(lost) > 8 else [])
    return [f"Not used: {_listed(said)}."] if lost else []


def _toss_up(columns: list[str], name: str) -> InputError:
    listed = " and ".join(f"'{column}'" for column in columns[:4]) + (" and others" if len(columns) > 4 else "")
    return InputError(f"In {name}, {listed} could each be the count.", hint="Name one with --demand.")


def _guess_place(free: list[str], numeric: list[str], frame: pl.DataFrame, *, times_repeat: bool) -> str | None:
    """By name; else the text column, where times repeat and so something must tell the rows apart."""
    named = {column: rank for column in free if (rank := _place_rank(column)) is not None}
    if named:
        best = [column for column, rank in named.items() if rank == min(named.values())]
        if len(best) > 1:
            raise _which_place(best)
        return best[0]
    aside = (COVARIATES | NEVER | ASIDE | TIME_TOKENS | SINGLE) - {"id", "name", "nombre"}
    texts = [column for column in free if column not in numeric and not set(tokens(column)) & aside]
    texts = [column for column in texts if frame.schema[column] in (pl.String, pl.Categorical)]
    texts = [column for column in texts if _repeats(frame[column])]
    if len(texts) == 1:
        return texts[0]
    if len(texts) > 1 and times_repeat:
        raise _which_place(texts)
    return None


def _which_place(columns: list[str]) -> InputError:
    listed = " and ".join(f"'{column}'" for column in columns[:4])
    return InputError(f"The columns {listed} could each be the place.", hint="Name one with --place.")


def _few_values(values: pl.Series) -> bool:
    return values.n_unique() <= max(values.len() // 3, 1)


def _repeats(values: pl.Series) -> bool:
    """Places come again and again; what is different in every row is the id of the row, or a remark."""
    return values.null_count() < values.len() and values.n_unique() <= max(values.len() // 2, 20)


def _place_rank(column: str) -> tuple[int, int, int] | None:
    words = tokens(column)
    found = [PLACE_TOKENS.index(word) for word in words if word in PLACE_TOKENS]
    if not found or set(words) & (
        TIME_TOKENS | COVARIATES | ZONES | {"type", "tipo", "format", "capacity", "size", "count"}
    ):
        return None
    if joined(column) in {"lat", "lon"} or set(words) & (STRONG - {"traffic"}):
        return None
    # Bare words and ids before names: 'store_id' before 'store' before 'store_name'; the start of a trip before its end.
    kind = (
        0 if words[-1] in _IDS or words[0] in _IDS else 1 if len(words) == 1 else 3 if {"name", "nombre"} & set(words) else 2
    )
    return int(bool(ENDS & set(words))), min(found), kind


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _few(columns: tuple[str, ...]) -> str:
    return ", ".join(columns[:3]) + (", …" if len(columns) > 3 else "")
