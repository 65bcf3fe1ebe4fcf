"""Is 01/02/2024 in January or February? Chunks are asked one by one, and all must be read the same way."""

from __future__ import annotations

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.events.sieve import Sieve
from busyness.sources.files.date_order import month_first_zone

_TWO_NUMBERS = r"(?:^|\D)(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})(?:\D|$)"
_SAMPLE = 100


class OneDateOrder:
    """What one pass over a file knows of the order of day and month. Make one for each pass."""

    def __init__(self, day_first: bool | None, timezone: str) -> None:
        self._day_first = day_first
        self._shown = day_first is not None
        self._month_first_country = month_first_zone(timezone)

    def of(self, sieve: Sieve, times: pl.Series) -> bool | None:
        """This will say whether the day comes first in these times; ``None`` where they are not so written.

        The first chunk that shows it (a number above 12) settles it. Until then the country's habit is assumed.

        Raises: ``InputError`` where a later chunk shows that the assumption was wrong.
        """
        if self._shown or times.dtype != pl.String:
            return self._day_first
        if not times.drop_nulls().head(_SAMPLE).str.contains(_TWO_NUMBERS).any():
            return self._day_first
        dates = times.str.head(16).str.extract(r"^\s*([\w-]*[,\s]?\s*[\d/.-]+)", 1).unique()
        numbers = dates.str.extract_groups(_TWO_NUMBERS).struct.unnest().cast(pl.Int64).drop_nulls()
        days = int((numbers[:, 0] > 12).sum())
        months = int((numbers[:, 1] > 12).sum())
        if not days and not months:
            return self._assumed(sieve, numbers)
        shown = days >= months
        if self._day_first not in {None, shown}:
            raise InputError(
                f"The dates were assumed to be {_name(not shown)}, and rows further down show that they are {_name(shown)}.",
                hint=f"Say events.day_first: {str(shown).lower()}.",
            )
        self._day_first, self._shown = shown, True
        sieve.say(f"Dates are {_name(shown)}: a number above 12 shows it.")
        return shown

    def _assumed(self, sieve: Sieve, numbers: pl.DataFrame) -> bool:
        if self._day_first is None:
            self._day_first = not self._month_first_country
            example = "/".join(f"{number:02d}" for number in numbers.row(0)) if numbers.height else "01/02"
            sieve.say(f"Dates such as {example} were assumed to be {_name(self._day_first)}: no number above 12 tells.")
        return self._day_first


def _name(day_first: bool) -> str:
    return "day first" if day_first else "month first"
