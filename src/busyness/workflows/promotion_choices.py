"""What a forecast expects of the days to come, and the windows and places that promotions are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from busyness.decisions.promotions.days import Days
from busyness.decisions.promotions.propose import CANDIDATES_SCHEMA, Outlook
from busyness.domain.errors import InputError, TooLittleHistoryError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.geo.distance import metres_between
from busyness.geo.neighbours import neighbours
from busyness.sources.promotion_windows import COST, TYPE
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import wall_times
from busyness.workflows.promotion_terms import Terms


def near_places(places: Sequence[Place], kilometres: float) -> dict[str, list[str]]:
    """This will return the places within so many kilometres of each place, as far as positions are known."""
    if len(places) < 2 or all(place.latitude is None for place in places):
        return {}
    latitude, longitude = (
        np.array([np.nan if getattr(p, name) is None else getattr(p, name) for p in places])
        for name in ("latitude", "longitude")
    )
    found = {}
    for number, row in enumerate(neighbours(places)):
        around = row[row >= 0]
        metres = metres_between(
            latitude[number], longitude[number], to_latitude=latitude[around], to_longitude=longitude[around]
        )
        found[places[number].id] = [places[k].id for k in around[metres <= kilometres * 1000]]
    return found


def outlook_of(said: Forecast) -> Outlook:
    """This will return the expected visits of each whole local day, by the first place's calendar."""
    days = wall_times(said.places, said.slots).astype("datetime64[D]")
    unique, count = np.unique(days[0], return_counts=True)
    whole = unique[count >= said.slots.length.per_day - 1]  # a day of daylight saving has an hour less
    if not len(whole):
        raise TooLittleHistoryError("The forecast holds no whole day.", hint="Forecast at least a day (--horizon 168).")
    visits = np.stack([(said.mean * (days == day)).sum(axis=1) for day in whole], axis=1).astype(np.float64)
    return Outlook(said.ids, whole[0].astype(object), visits)


def given_windows(windows: pl.DataFrame, outlook: Outlook, terms: Terms) -> pl.DataFrame:
    """This will return the windows somebody gave that lie within the forecast, each with its visits and its cost.

    Raises:
        InputError: a place is unknown, none of them lies within the forecast, or one has no cost.

    """
    for place in windows[c.PLACE].drop_nulls().unique().sort():
        if place not in outlook.places:
            raise UnknownPlaceError(place, outlook.places)
    inside = windows.filter((pl.col("start") >= outlook.first) & (pl.col("end") <= outlook.last))
    if not inside.height:
        raise InputError(
            f"None of the {windows.height} windows lies within the forecast, {outlook.first} to {outlook.last}.",
            hint="Give windows of those days, or forecast further (--horizon).",
        )
    costs = terms.costs(inside.filter(pl.col(COST).is_null())[TYPE].unique().to_list())
    rows = [
        (where, start, end, kind, outlook.expected(where, start, end), costs[kind] if cost is None else cost)
        for place, start, end, kind, cost in inside.select(c.PLACE, "start", "end", TYPE, COST).iter_rows()
        for where in ([place] if place is not None else outlook.places)
    ]
    return pl.DataFrame(rows, schema=CANDIDATES_SCHEMA, orient="row")


def expected_days(outlook: Outlook | None) -> pl.DataFrame:
    """This will return ``place, date, visits`` of the forecast's days; no rows without one."""
    if outlook is None:
        return pl.DataFrame(schema={c.PLACE: pl.String, c.DATE: pl.Date, "visits": pl.Float64})
    count = outlook.visits.shape[1]
    dates = [outlook.first + timedelta(days=k) for k in range(count)]
    return pl.DataFrame(
        {
            c.PLACE: np.repeat(np.array(outlook.places, dtype=object), count),
            c.DATE: dates * len(outlook.places),
            "visits": outlook.visits.reshape(-1),
        },
        schema_overrides={c.PLACE: pl.String, c.DATE: pl.Date},
    )


def quietest_start(days: Days, first: date, length: int) -> date:
    """This will return the day of the week from ``first`` on whose ``length`` days usually see the fewest visits."""
    weekday = (np.arange(days.count) + days.first.weekday()) % 7
    usual = np.array([days.expected[:, weekday == k].mean() if (weekday == k).any() else 0.0 for k in range(7)])
    starts = [first + timedelta(days=k) for k in range(7)]
    return min(starts, key=lambda day: sum(usual[(day.weekday() + k) % 7] for k in range(length)))
