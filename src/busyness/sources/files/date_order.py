"""Is 01/02/2024 in January or February? The whole column is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MONTH_FIRST_ZONES: tuple[str, ...] = (
    "US/",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
)
MONTH_FIRST_ZONES += ("America/Detroit", "America/Indiana/", "America/Kentucky/", "America/Anchorage", "Pacific/Honolulu")


@dataclass(frozen=True, slots=True)
class DateOrder:
    """Whether the day comes first, and the sentence that says how that was found."""

    day_first: bool
    notes: tuple[str, ...] = ()


def month_first_zone(timezone: str) -> bool:
    """This will say whether people of a time zone write the month first (the United States)."""
    return timezone.startswith(MONTH_FIRST_ZONES)


def decide_order(parts: NDArray[np.int64], day_first: bool | None, month_first_country: bool) -> DateOrder:
    """This will decide the order of the dates ``[first, second, third, …]`` that do not begin with the year.

    A first number above 12 is a day, so is a second number; where both occur the commoner order is taken, and the
    others then are no dates.
    """
    open_dates = (parts[:, 0] >= 0) & (parts[:, 0] < 1000)
    if not open_dates.any():
        return DateOrder(True if day_first is None else day_first)
    first, second = parts[open_dates, 0], parts[open_dates, 1]
    days_first, months_first = int((first > 12).sum()), int((second > 12).sum())
    if day_first is not None:
        return DateOrder(day_first)
    if days_first and months_first:
        chosen = days_first >= months_first
        says = f"Dates are written both ways: most read as {_name(chosen)}, and those that do not were rejected."
        return DateOrder(chosen, (says,))
    if days_first or months_first:
        chosen = days_first > 0
        row = int(np.flatnonzero((first if chosen else second) > 12)[0])
        return DateOrder(
            chosen, (f"Dates are {_name(chosen)}: a date such as {first[row]:02d}/{second[row]:02d} shows it.",)
        )
    chosen = not month_first_country
    why = "no date above the 12th tells" + (", and the time zone is in the United States" if month_first_country else "")
    says = f"Dates such as {first[0]:02d}/{second[0]:02d} were assumed to be {_name(chosen)}: {why}."
    return DateOrder(chosen, (says,))


def _name(day_first: bool) -> str:
    return "day first" if day_first else "month first"
