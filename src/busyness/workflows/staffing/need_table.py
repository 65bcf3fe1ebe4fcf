"""The heads each place needs, before anybody is planned."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.week import clock, said_day
from busyness.tables import columns as c


def need_table(problems: Mapping[str, StaffingProblem]) -> pl.DataFrame:
    """This will return ``place, start, role, need``: one row a place, role and slot in which somebody is needed or it is
    open; ``start`` is wall clock."""
    frames = []
    for place, problem in problems.items():
        need, week = problem.need, problem.week
        starts = np.datetime64(week.first, "s") + np.arange(week.count) * week.length.step
        for row, role in enumerate(need.names):
            frame = pl.DataFrame({"start": starts.astype("datetime64[us]"), "need": need.heads[row]})
            frame = frame.filter(pl.Series(need.open | (need.heads[row] > 0)))
            frames.append(frame.select(pl.lit(place).alias(c.PLACE), "start", pl.lit(role).alias("role"), "need"))
    return pl.concat(frames)


def week_of_heads(problem: StaffingProblem) -> list[tuple[str, list[str], list[list[object]]]]:
    """This will return for each role a title, the heads of columns, and rows of heads: one row a time of day, one column a
    day; ``None`` where nobody is needed and the place is closed."""
    need, week = problem.need, problem.week
    days = [week.day(number) for number in range(week.days)]
    tables: list[tuple[str, list[str], list[list[object]]]] = []
    for row, role in enumerate(need.names):
        if role not in need.roles:
            continue
        shown = (need.open | (need.heads[row] > 0)).reshape(week.days, -1)
        heads = need.heads[row].reshape(week.days, -1)
        rows: list[list[object]] = [
            [clock(slot * week.length.minutes), *(int(heads[d, slot]) if shown[d, slot] else None for d in range(week.days))]
            for slot in np.flatnonzero(shown.any(axis=0)).tolist()
        ]
        tables.append((role, ["", *(said_day(day).rsplit(" ", 1)[0] for day in days)], rows))
    return tables
