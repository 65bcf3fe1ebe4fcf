"""What a person says about a file of counts. Everything left out is guessed, and the guess is stated."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from busyness.domain.errors import InputError

Duplicates: TypeAlias = Literal["reject", "sum", "mean", "last"]


@dataclass(frozen=True, slots=True)
class CountsLayout:
    """Which columns mean what, and how their text is written.

    ``time`` names one column, or two: a date and an hour (or time of day). ``timezone`` is an IANA name, or the name
    of a column that holds one per row; empty means UTC unless the times carry an offset. An empty ``demand`` (not
    ``None``) says that there is none: every row is one event. ``duplicates`` says what
    happens to several rows of one place and time: ``reject`` keeps the first and ``last`` the last (the others are
    rejected rows), ``sum`` and ``mean`` make one row of them. ``known_places``: rows of any other place are rejected.
    """

    time: tuple[str, ...] = ()
    place: str | None = None
    demand: str | None = None
    timezone: str = ""
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    day_first: bool | None = None
    duplicates: Duplicates = "reject"
    known_places: frozenset[str] | None = None

    def __post_init__(self) -> None:
        named: object = self.time
        if isinstance(named, str):  # a bare name is an easy slip, and a tuple of its letters helps nobody
            object.__setattr__(self, "time", tuple(part.strip() for part in named.split(",")))
        object.__setattr__(self, "time", tuple(self.time))
        if len(self.time) > 2:
            raise InputError(
                f"The time is one column or two; {len(self.time)} were named.", hint="Name a date column and an hour column."
            )
        if self.duplicates not in get_args(Duplicates):
            raise InputError(
                f"'{self.duplicates}' does not say what to do with duplicates.", hint="Use reject, sum, mean or last."
            )
        if self.delimiter is not None and (
            len(self.delimiter) != 1 or not self.delimiter.isascii() or self.delimiter in '"\n\r'
        ):
            raise InputError(f"The delimiter {self.delimiter!r} is not one character.", hint="Use for example ; or a tab.")
        if self.decimal not in {None, ".", ","}:
            raise InputError(f"The decimal sign is a point or a comma, not {self.decimal!r}.")
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                raise InputError(
                    f"'{self.encoding}' is not a text encoding.", hint="Use for example utf-8 or latin-1."
                ) from None
