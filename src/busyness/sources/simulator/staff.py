"""The staff of a simulated chain: about as many people as its visitors make work for, with contracts and wishes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl
from faker import Faker

from busyness.sources.simulator.retail import VISITORS, RetailWorld
from busyness.sources.simulator.span import stream
from busyness.sources.simulator.transactions import recent
from busyness.tables import columns as c

MINUTES_A_VISITOR, OCCUPANCY = 2.0, 0.85
_SPARE = 1.1  # somebody is always on holiday
_LOOK_BACK = 28
_LEADS, _FEWEST = 5, 8


@dataclass(frozen=True, slots=True)
class _Contract:
    """``share`` of the people have it; ``times`` are the availabilities they may have, empty for always."""

    least: int
    most: int
    wage: float  # soles an hour
    share: float
    times: tuple[str, ...]


_LEAD = _Contract(40, 48, 12.0, 0.0, ("", "", "", "mon-sat 06:00-23:00"))
_CONTRACTS = (
    _Contract(40, 48, 7.0, 0.55, ("", "", "", "daily 06:00-16:00", "daily 13:00-24:00", "mon-sat 06:00-24:00")),
    _Contract(16, 24, 6.5, 0.3, ("daily 06:00-15:00", "daily 14:00-24:00", "mon-fri 08:00-16:00; sat 08:00-20:00", "")),
    _Contract(8, 16, 6.0, 0.15, ("mon-fri 17:00-24:00; sat-sun 07:00-24:00", "fri 15:00-24:00; sat-sun 07:00-24:00")),
)


def simulate_staff(world: RetailWorld) -> pl.DataFrame:
    """This will return one row a person, as a chain would write it (``sources.staff`` reads it); made up, every one.

    There are about as many as the visitors of the last four weeks ask for, at two minutes of work each; a store that has
    closed has none. Five of each store have keys and every role, the others sell, work at the checkout, or both. Days off
    and wishes lie in the week after the counts; ``weekends, closings, days_in_a_row`` tell of the weeks before.
    """
    first = world.chain.start + timedelta(days=world.chain.days)
    days = min(_LOOK_BACK, world.chain.days)
    visits = recent(world.actual, world, days)
    last = datetime.combine(first - timedelta(days=1), time())
    there = set(visits.filter(pl.col(c.TIME) >= last)[c.PLACE])
    weekly = dict(visits.group_by(c.PLACE).agg(pl.col(VISITORS).sum() * 7 / days).iter_rows())
    names = _names(world.chain.seed)
    rows: list[dict[str, object]] = []
    for place in world.places[c.PLACE]:
        if place not in there:
            continue
        draw = stream(world.chain.seed, f"staff of {place}")
        hours = weekly[place] * MINUTES_A_VISITOR / 60 / OCCUPANCY * _SPARE
        rows += [{**_person(each, first, draw=draw), c.PLACE: place} for each in _hired(hours, draw)]
    people = [dict(zip(("person", "name"), next(names), strict=True)) | row for row in rows]
    return pl.DataFrame(people, schema=_COLUMNS)


_COLUMNS = {
    "person": pl.String, "name": pl.String, c.PLACE: pl.String, "roles": pl.String, "wage": pl.Float64,
    "min_hours": pl.Int64, "max_hours": pl.Int64, "keys": pl.String, "availability": pl.String, "days_off": pl.String,
    "wished_off": pl.String, "prefers": pl.String, "weekends": pl.Int64, "closings": pl.Int64, "days_in_a_row": pl.Int64,
    "weekends_in_a_row": pl.Int64, "last_end": pl.String,
}  # fmt: skip


def _hired(hours: float, draw: np.random.Generator) -> Iterator[_Contract]:
    """Contracts that come to these hours a week, those with keys first."""
    shares = [contract.share for contract in _CONTRACTS]
    given, count = 0.0, 0
    while given < hours or count < _FEWEST:
        contract = _LEAD if count < _LEADS else _CONTRACTS[draw.choice(len(_CONTRACTS), p=shares)]
        given, count = given + (contract.least + contract.most) / 2, count + 1
        yield contract


def _person(contract: _Contract, first: date, *, draw: np.random.Generator) -> dict[str, object]:
    lead = contract is _LEAD
    roles = "checkout;sales" if lead else draw.choice(["checkout", "sales", "checkout;sales"], p=[0.4, 0.35, 0.25])
    row = int(draw.integers(0, 5))
    ended = first - timedelta(days=1 if row else 2)
    return {
        "roles": str(roles),
        "wage": round(contract.wage * float(draw.uniform(0.95, 1.15)) * 2) / 2,
        "min_hours": contract.least,
        "max_hours": contract.most,
        "keys": "yes" if lead else "no",
        "availability": _one(contract.times, draw) or None,
        "days_off": _day(first, 0.06, draw),
        "wished_off": _day(first, 0.25, draw),
        "prefers": _one(("morning", "evening", None, None, None), draw),
        "weekends": int(draw.integers(1, 6)),
        "closings": int(draw.integers(0, 7)),
        "days_in_a_row": row,
        "weekends_in_a_row": int(draw.integers(0, 3)),
        "last_end": f"{ended} {_one(('15:00', '18:00', '21:00'), draw)}",
    }


def _one(choices: Sequence[str | None], draw: np.random.Generator) -> str | None:
    return choices[int(draw.integers(0, len(choices)))]


def _day(first: date, share: float, draw: np.random.Generator) -> str | None:
    """A day of the week ahead for this share of the people, none for the others."""
    day, asked = first + timedelta(days=int(draw.integers(0, 7))), draw.random() < share
    return day.isoformat() if asked else None


def _names(seed: int) -> Iterator[tuple[str, str]]:
    """Ids such as ``rosa.quispe`` and the names they stand for; no two alike."""
    fake = Faker("es_MX")  # the nearest there is: Faker has no Peruvian Spanish
    fake.seed_instance(seed)
    ids: set[str] = set()
    names: set[str] = set()
    while True:
        name, family = fake.first_name(), fake.last_name()
        whole = " ".join(f"{name} {family} {fake.last_name()}".split())
        plain = unicodedata.normalize("NFKD", f"{name}.{family}".lower()).encode("ascii", "ignore").decode()
        short = re.sub(r"[^a-z.]+", "", plain)
        if whole in names:
            continue
        number = next(n for n in range(1, len(ids) + 2) if (f"{short}{n}" if n > 1 else short) not in ids)
        own = f"{short}{number}" if number > 1 else short
        ids.add(own)
        names.add(whole)
        yield own, whole
