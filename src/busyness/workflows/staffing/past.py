"""What the rosters of the weeks before mean for the next: who had weekends and closings, who has worked how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.rosters import read_roster
from busyness.sources.staff import STAFF_SCHEMA
from busyness.tables import columns as c

_HISTORY = ("weekends", "closings", "days_in_a_row", "weekends_in_a_row", "last_end")


def with_past(staff: pl.DataFrame, files: Sequence[Path], first: Mapping[str, date]) -> pl.DataFrame:
    """This will return the staff table with its history counted from rosters of the weeks before ``first`` (by place).

    Whoever ends last at a place on a day has closed it. Shifts from ``first`` on, and of people who have left, do not count.

    Raises:
        InputError: a roster has nothing of the weeks before.

    """
    if not files:
        return staff
    homes = staff.select("person", pl.col(c.PLACE).alias("home")).with_columns(
        pl.col("home").replace_strict(first, return_dtype=pl.Date).alias("first")
    )
    weeks = []
    for file in files:
        shifts = read_roster(file).join(homes, on="person").filter(pl.col("start").dt.date() < pl.col("first"))
        if shifts.is_empty():
            raise InputError(
                f"{file} has no shift of this staff before the week that is planned.",
                hint="Give the weeks before with --past.",
            )
        weeks.append(shifts)
    worked = pl.concat(weeks).unique(["person", "start"]).with_columns(day=pl.col("start").dt.date())
    worked = worked.with_columns(
        closed=pl.col("end") == pl.col("end").max().over("home", "day"), weekend=pl.col("day").dt.weekday() >= 6
    )
    counted = [
        {"person": person, **_counted(shifts, shifts["first"][0])}
        for (person,), shifts in worked.group_by("person", maintain_order=True)
    ]
    schema = {name: STAFF_SCHEMA[name] for name in ("person", *_HISTORY)}
    return staff.drop(_HISTORY).join(pl.DataFrame(counted, schema=schema), on="person", how="left", maintain_order="left")


def _counted(shifts: pl.DataFrame, first: date) -> dict[str, int | datetime]:
    days = set(shifts["day"])
    saturday = first - timedelta(days=(first.weekday() + 1) % 7 + 1)
    last = shifts["end"].max()
    return {
        "weekends": int(shifts["weekend"].sum()),
        "closings": int(shifts["closed"].sum()),
        "days_in_a_row": next(n for n in range(len(days) + 1) if first - timedelta(days=n + 1) not in days),
        "weekends_in_a_row": next(n for n in range(len(days) + 1) if not _weekend(saturday - timedelta(weeks=n), days)),
        "last_end": last if isinstance(last, datetime) else datetime.combine(first, time()),
    }


def _weekend(saturday: date, days: set[date]) -> bool:
    return saturday in days or saturday + timedelta(days=1) in days
