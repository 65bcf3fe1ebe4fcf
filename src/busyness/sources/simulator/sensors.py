"""Door sensors that go with simulated visitors: what they read, what they got wrong, and what truly passed each door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.sources.simulator.retail import VISITORS, RetailWorld
from busyness.sources.simulator.span import Span, stream
from busyness.sources.simulator.transactions import store_numbers
from busyness.tables import columns as c

FAULT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "sensor": pl.String,
    "what": pl.String,  # reset, stuck, zero (stuck at zero) or dead
    "start": pl.Datetime("us"),  # wall clock
    "end": pl.Datetime("us"),  # exclusive
}
_MOST_DOORS = 3
_STAYS_ON = 0.45  # share of visitors who leave in the step after the one they came in
_FAULTS = ("reset", "stuck", "zero", "dead")
_LASTS = {"reset": (1, 2), "stuck": (30, 73), "zero": (5, 49), "dead": (5, 73)}  # hours
_FIRST_HOUR, _LAST_HOUR = 10, 15  # faults begin before most of a day's visitors have come
_APART = 7  # days: one fault of a sensor has long ended when the next begins

_PEOPLE = 10  # an hour: where fewer come, nobody can tell that a sensor failed

Ints = NDArray[np.int64]
Faults: TypeAlias = list[tuple[int, str, int, int]]


@dataclass(frozen=True, slots=True)
class SensorFleet:
    """What to plant. Rates are faults per sensor and year; ``bias`` is the log spread of the calibration factors.

    ``counters``: readings only go up and bear the time they were read at; else each is the count of the step it bears
    the start of. Counters hang at what they show (they count nobody), counts repeat themselves.
    """

    counters: bool = True
    resets_per_year: float = 4.0
    stuck_per_year: float = 2.0
    zeros_per_year: float = 2.0
    dead_per_year: float = 2.0
    bias: float = 0.06

    def __post_init__(self) -> None:
        rates = (self.resets_per_year, self.stuck_per_year, self.zeros_per_year, self.dead_per_year, self.bias)
        if not all(0 <= rate <= 12 for rate in rates):
            raise InputError("A rate of the simulated sensors lies outside 0 … 12 a year.", hint="Use 0 for none.")


@dataclass(frozen=True, slots=True)
class SensorWorld:
    """Times are wall clock in ``America/Lima`` (no zone attached).

    - ``readings``: ``time, sensor, entries, exits``, by time; every step, day and night.
    - ``register``: ``sensor, place, door, factor, timezone``; the factors are the true ones.
    - ``truth``: what was planted (``FAULT_SCHEMA``); no user would have it.
    - ``actual``: ``time`` (start of the step), ``sensor, place, entries, exits``: the people who passed; no user has it.
    """

    readings: pl.DataFrame
    register: pl.DataFrame
    truth: pl.DataFrame
    actual: pl.DataFrame


def simulate_sensors(world: RetailWorld, fleet: SensorFleet) -> SensorWorld:
    """This will hang one to three sensors in each store; the same world and fleet give the same readings."""
    draw = stream(world.chain.seed, "sensors")
    span = _span(world)
    steps, doors = len(span.times), draw.integers(1, _MOST_DOORS + 1, len(world.places))
    store = np.repeat(np.arange(len(doors)), doors)
    came = _by_door(_came(world, span), doors, draw)
    went = _by_door(_left(_came(world, span), draw), doors, draw)
    nth = np.arange(len(store)) - np.repeat(np.cumsum(doors) - doors, doors)
    places = world.places[c.PLACE].gather(store)
    ids = [f"{place}-D{number + 1}" for place, number in zip(places, nth.tolist(), strict=True)]
    factor = np.exp(draw.normal(0, fleet.bias, len(store))).astype(np.float64).round(3)
    faults = _draw_faults(came, doors, span, fleet=fleet, draw=draw)
    seen = np.stack([_seen(came, factor, draw), _seen(went, factor, draw)])
    shown, silent = _shown(seen, faults, fleet, draw)
    times = np.append(span.times, span.times[-1] + np.timedelta64(span.step_minutes, "m")).astype("datetime64[us]")
    row, step = np.nonzero(~silent)
    readings = pl.DataFrame(
        {
            c.TIME: times[step + fleet.counters],
            "sensor": pl.Series(ids, dtype=pl.String).gather(row),
            "entries": shown[0, row, step],
            "exits": shown[1, row, step],
        }
    ).sort(c.TIME, "sensor")
    every = np.arange(len(store) * steps)
    actual = pl.DataFrame(
        {
            c.TIME: times[every % steps],
            "sensor": pl.Series(ids, dtype=pl.String).gather(every // steps),
            c.PLACE: places.gather(every // steps),
            "entries": came.reshape(-1),
            "exits": went.reshape(-1),
        }
    )
    register = pl.DataFrame(
        {
            "sensor": ids,
            c.PLACE: places,
            "door": pl.Series(["main", "side", "car park"]).gather(nth),
            "factor": factor,
            c.TIMEZONE: world.places[c.TIMEZONE].gather(store),
        }
    )
    planted = [(ids[sensor], what, times[start].item(), times[end].item()) for sensor, what, start, end in faults]
    return SensorWorld(readings, register, pl.DataFrame(planted, schema=FAULT_SCHEMA, orient="row"), actual)


def _span(world: RetailWorld) -> Span:
    minutes = min(60, world.chain.every.minutes)
    return Span(world.chain.start, world.chain.days, 0, minutes)


def _came(world: RetailWorld, span: Span) -> Ints:
    """Visitors by store and step, ``[stores, steps]``, 0 where closed."""
    came = np.zeros((len(world.places), len(span.times)), np.int64)
    minutes = (world.actual[c.TIME].to_numpy() - span.times[0]).astype("timedelta64[m]").astype(np.int64)
    came[store_numbers(world.actual, world), minutes // span.step_minutes] = world.actual[VISITORS].to_numpy()
    return came


def _left(came: Ints, draw: np.random.Generator) -> Ints:
    later = draw.binomial(came, _STAYS_ON)
    left = came - later
    left[:, 1:] += later[:, :-1]
    return left


def _by_door(people: Ints, doors: Ints, draw: np.random.Generator) -> Ints:
    """Each person takes one of the store's doors, ``[sensors, steps]``; the first door has the most."""
    parts = []
    for store, many in enumerate(doors.tolist()):
        rest = people[store]
        for nth in range(many - 1, 0, -1):
            through = draw.binomial(rest, 0.6 / (nth + 1))
            parts.append(through)
            rest = rest - through
        parts.append(rest)
        parts[-many:] = parts[-many:][::-1]
    return np.stack(parts)


def _seen(people: Ints, factor: NDArray[np.float64], draw: np.random.Generator) -> Ints:
    """Sensors with a factor above 1 miss people, those below 1 count some twice."""
    share = 1 / factor[:, None]
    missed = draw.binomial(people, np.minimum(share, 1.0))
    return np.asarray(missed + draw.binomial(people, np.clip(share - 1.0, 0.0, 1.0)))


def _draw_faults(came: Ints, doors: Ints, span: Span, *, fleet: SensorFleet, draw: np.random.Generator) -> Faults:
    """Sensor, what, first step and the step after the last, of every fault; the doors of a store never fail together."""
    per_day, per_hour = 1440 // span.step_minutes, 60 // span.step_minutes
    resets = fleet.resets_per_year if fleet.counters else 0.0  # a count has nothing to begin again from
    rates = np.array((resets, fleet.stuck_per_year, fleet.zeros_per_year, fleet.dead_per_year))
    found: Faults = []
    first = 0
    for many in doors.tolist():
        often = draw.poisson(rates * span.years, (many, len(rates)))
        which = draw.permutation(np.repeat(np.arange(often.size), often.reshape(-1)))
        weeks = draw.permutation(max(span.days // _APART, 1))[: len(which)]
        for sensor_kind, week in zip(which.tolist(), weeks.tolist(), strict=False):
            sensor, what = first + sensor_kind // len(rates), _FAULTS[sensor_kind % len(rates)]
            day, hour = int(week) * _APART + int(draw.integers(0, 3)), int(draw.integers(_FIRST_HOUR, _LAST_HOUR))
            start = day * per_day + hour * per_hour
            end = start + (1 if what == "reset" else int(draw.integers(*_LASTS[what])) * per_hour)
            if end < (span.days - 1) * per_day and came[sensor, start:end].sum() >= _PEOPLE * (end - start) / per_hour:
                found.append((sensor, what, start, end))
        first += many
    return sorted(found)


def _shown(
    seen: Ints,
    faults: Faults,
    fleet: SensorFleet,
    draw: np.random.Generator,
) -> tuple[Ints, NDArray[np.bool_]]:
    """What the sensors show, ``[2, sensors, steps]``, and where they say nothing, ``[sensors, steps]``."""
    shown, silent = seen.copy(), np.zeros(seen.shape[1:], bool)
    resets: list[tuple[int, int]] = []
    for sensor, what, start, end in faults:
        if what == "dead":
            silent[sensor, start:end] = True
        elif what == "reset":
            resets.append((sensor, start))
        elif what == "stuck" and not fleet.counters:
            shown[:, sensor, start:end] = np.maximum(shown[:, sensor, start], 1)[:, None]
        else:
            shown[:, sensor, start:end] = 0
    if fleet.counters:
        shown = np.cumsum(shown, axis=2) + draw.integers(100, 30_000, (2, seen.shape[1], 1))
        for sensor, start in resets:
            shown[:, sensor, start:] -= shown[:, sensor, start - 1][:, None]
    return shown, silent
