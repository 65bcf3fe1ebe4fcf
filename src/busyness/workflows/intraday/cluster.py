"""One day of a cluster: which places, which steps, how many heads the roster has in each, and how far they lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday.from_forecast import DayAhead, day_ahead
from busyness.decisions.intraday.problem import FlexPeople, IntradayProblem, Money, Notice, Visits
from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.geo.distance import metres_between
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import start_times, wall_times
from busyness.workflows.intraday.flex import FlexSettings
from busyness.workflows.money_practices import Ground, planned_spans
from busyness.workflows.stored_plan import StoredPlan

STEP_MINUTES = 15
_DETOUR = 1.3
_NEAR = 4  # places beside the busiest one
_OCCUPANCY = 0.85
_USUAL_WAGE = 10.0
_PATHS = 400


@dataclass(frozen=True, repr=False)
class Cluster:
    """The problem, the day it is about, its places by name, and what was assumed, in sentences."""

    problem: IntradayProblem
    day: DayAhead
    names: dict[str, str]
    zone: str
    assumed: tuple[str, ...]


def cluster_of(
    said: Forecast, flex: FlexSettings, *, staffing: StoredPlan | None, day: date | None = None, seed: int = 0
) -> Cluster:
    """This will lay out one opening day of a forecast for a cluster of places.

    Raises:
        UnknownPlaceError: a place of the cluster is not in the forecast.
        InputError: the forecast has no such day, nobody is open on it, or a place has no position.

    """
    staffed = None if staffing is None else set(staffing.plan.actions[c.PLACE].to_list())
    places = _chosen(said, flex, staffed)
    rows = [said.ids.index(place.id) for place in places]
    first, steps, chosen = _opening(said, rows, day)
    start = _moment(said, rows[0], first)
    ahead = day_ahead(said, [place.id for place in places], start=start, steps=steps, paths=_PATHS, seed=seed)
    assumed = [
        f"{chosen:%Y-%m-%d}; {len(places)} places; a visitor makes {flex.service_minutes:g} minutes of work and waits about "
        f"{flex.patience_minutes:g} minutes before giving up."
    ]
    ground = Ground(places, rows, slice(0, steps), start, STEP_MINUTES / 60)
    heads, wage = _roster(ground, ahead, flex, staffing)
    if staffing is None:
        assumed.append("Without a staffing plan the roster's heads are those the expected visitors need.")
    money = Money(
        wage=wage,
        lost_visitor=flex.lost_visitor,
        waiting_minute=flex.waiting_minute,
        notices=tuple(Notice(notice.minutes, notice.premium) for notice in flex.notices),
        move=flex.move,
        send_home=flex.send_home,
        currency=flex.currency or (staffing.plan.currency if staffing else ""),
    )
    problem = IntradayProblem(
        places=ahead.places,
        heads=heads,
        travel=_travel(places, flex),
        flex=FlexPeople(_at_start(places, flex), flex.callable, flex.sendable, flex.moves_per_step),
        visits=Visits(flex.service_minutes, flex.patience_minutes, flex.shape, flex.spread),
        money=money,
        step_minutes=STEP_MINUTES,
    )
    return Cluster(problem, ahead, {place.id: place.label for place in places}, places[0].timezone, tuple(assumed))


def _chosen(said: Forecast, flex: FlexSettings, staffed: set[str] | None) -> tuple[Place, ...]:
    """The places of the settings; else the busiest with a position, and those nearest to it; all with a roster."""
    by_id = {place.id: place for place in said.places}
    for name in flex.places:
        if name not in by_id:
            raise UnknownPlaceError(name, said.ids)
    without = next((name for name in flex.places if staffed is not None and name not in staffed), None)
    if without is not None:
        raise InputError(f"The staffing plan has nobody in '{without}'.", hint="Leave it out, or plan its staff.")
    if flex.places:
        return tuple(by_id[name] for name in flex.places)
    there = [
        row
        for row, place in enumerate(said.places)
        if place.latitude is not None and place.longitude is not None and (staffed is None or place.id in staffed)
    ]
    if len(there) < 2:
        raise InputError(
            "People cannot move between fewer than two places with a position and a roster.",
            hint="Name places in flex.yaml.",
        )
    busiest = max(there, key=lambda row: float(said.mean[row].sum()))
    metres = {row: _metres(said.places[busiest], said.places[row]) for row in there}
    return tuple(said.places[row] for row in sorted(there, key=lambda row: metres[row])[: _NEAR + 1])


def _opening(said: Forecast, rows: Sequence[int], day: date | None) -> tuple[int, int, date]:
    """The first open slot of the day, how many steps it is until all are closed, and the day."""
    if said.slots.length.daily:
        raise InputError("A forecast of whole days cannot be followed while the day runs.", hint="Forecast by the hour.")
    wall = wall_times(said.places, said.slots)[rows[0]]
    days = wall.astype("datetime64[D]")
    anyone = said.open[list(rows)].any(axis=0)
    listed = [value.item() for value in np.unique(days[anyone])]
    whole = [each for each in listed if wall[days == np.datetime64(each)][0] == np.datetime64(each, "s")]
    chosen = day or next(iter(whole), None)
    slots = np.flatnonzero(anyone & (days == np.datetime64(chosen))) if chosen is not None else np.zeros(0, int)
    if chosen is None or not len(slots):
        span = f"{listed[0]} to {listed[-1]}" if listed else "no open day"
        raise InputError(f"Nobody is open on {chosen or 'any whole day'}; the forecast covers {span}.", hint="Choose --day.")
    count = int(slots[-1] - slots[0] + 1)
    return int(slots[0]), count * said.slots.length.minutes // STEP_MINUTES, chosen


def _moment(said: Forecast, row: int, slot: int) -> datetime:
    seconds = start_times(said.places, said.slots)[row, slot].astype("datetime64[s]").astype(np.int64)
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(ZoneInfo(said.places[row].timezone))


def _roster(
    ground: Ground, ahead: DayAhead, flex: FlexSettings, staffing: StoredPlan | None
) -> tuple[NDArray[np.int64], float]:
    """Heads ``[places, steps]``, those who may be sent about taken off, and the wage of an hour."""
    if staffing is None:
        needed = np.ceil(ahead.expected * flex.service_minutes / STEP_MINUTES / _OCCUPANCY)
        return np.maximum(needed, 1).astype(np.int64), _USUAL_WAGE if flex.wage is None else flex.wage
    spans = planned_spans(staffing, ground)
    heads = np.floor(ground.heads(spans) + 0.5).astype(np.int64)
    if not heads.any():
        raise InputError(
            f"The staffing plan in {staffing.folder} has nobody at work on that day.", hint="Choose another --day."
        )
    return heads, _usual_wage(staffing, ground) if flex.wage is None else flex.wage


def _usual_wage(staffing: StoredPlan, ground: Ground) -> float:
    """What an hour of the roster costs in these places, by the plan's own wages."""
    shifts = staffing.plan.actions.filter(pl.col(c.PLACE).is_in(list(ground.ids)))
    hours, cost = float(shifts["quantity"].sum()), float(shifts["cost"].sum())
    return cost / hours if hours > 0 and cost > 0 else _USUAL_WAGE


def _travel(places: Sequence[Place], flex: FlexSettings) -> NDArray[np.float64]:
    """Minutes between places: a start, and the way by road."""
    count = len(places)
    minutes = np.zeros((count, count))
    for i in range(count):
        for j in range(count):
            if i != j:
                km = _metres(places[i], places[j]) / 1000 * _DETOUR
                minutes[i, j] = flex.on_the_way + km / flex.kmh * 60
    return minutes


def _metres(one: Place, other: Place) -> float:
    for place in (one, other):
        if place.latitude is None or place.longitude is None:
            raise InputError(f"{place.label} has no position, so nobody knows how far it is.", hint="Add it to the places.")
    (from_north, from_east), (to_north, to_east) = ((place.latitude, place.longitude) for place in (one, other))
    return float(metres_between(from_north, from_east, to_latitude=to_north, to_longitude=to_east))  # type: ignore[arg-type] # checked above


def _at_start(places: Sequence[Place], flex: FlexSettings) -> tuple[int, ...]:
    if isinstance(flex.at_start, int):
        return (flex.at_start,) * len(places)
    unknown = next((name for name in flex.at_start if name not in {place.id for place in places}), None)
    if unknown is not None:
        raise UnknownPlaceError(unknown, [place.id for place in places])
    return tuple(flex.at_start.get(place.id, 0) for place in places)
