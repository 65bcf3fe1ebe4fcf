"""What somebody should look at now: each alert a code with its numbers, so that any language can say it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from busyness.domain.errors import ArtifactError
from busyness.tables import columns as c
from busyness.workflows.service.ask_now import PlaceNow
from busyness.workflows.service.ask_plans import ask_plan_table
from busyness.workflows.service.gate import span_of
from busyness.workflows.service.holder import Refusal
from busyness.workflows.service.snapshot import Snapshot

Level = Literal["info", "warning", "serious"]
Code = Literal[
    "above_band",
    "below_band",
    "data_late",
    "forecast_old",
    "forecast_ended",
    "champion_refused",
    "over_capacity",
    "stock_out_expected",
    "staffing_gap",
    "plan_damaged",
    "drift_level",
    "drift_slow_level",
    "drift_coverage",
    "drift_accuracy",
]
DRIFTS: Mapping[str, Code] = {
    "level": "drift_level",
    "slow_level": "drift_slow_level",
    "coverage": "drift_coverage",
    "accuracy": "drift_accuracy",
}
"""The code of each signal of ``monitoring.signals``."""

_ORDER: Mapping[Level, int] = {"serious": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class AlertRules:
    """When to speak: slots in a row outside the band, hours of a forecast's age, of what is ahead; P(demand > capacity)."""

    slots: int = 3
    old_hours: float = 24.0
    ahead_hours: float = 24.0
    over_capacity: float = 0.5


@dataclass(frozen=True)
class Alert:
    """``params`` are what the sentence of the code needs (``alert_words``); ``place`` is None where it is of the world."""

    level: Level
    code: Code
    place: str | None = None
    params: Mapping[str, str | float] = field(default_factory=dict)


def alerts_of(
    snapshot: Snapshot,
    standing: Sequence[PlaceNow],
    *,
    now: datetime,
    refusal: Refusal | None = None,
    drift: pl.DataFrame | None = None,
    rules: AlertRules | None = None,
) -> tuple[Alert, ...]:
    """This will gather the alerts of the world and of these places, the serious ones first.

    ``standing`` is what ``ask_now`` said of the places in scope; ``refusal`` what the gate said of the newest release;
    ``drift`` the signals that ``ask_signals`` found.
    """
    rules = rules or AlertRules()
    places = {one.place.id: one.place.label for one in standing}
    found = [
        *_of_forecast(snapshot, now, rules=rules, refusal=refusal),
        *_of_places(snapshot, standing, now=now, rules=rules),
        *_of_plans(snapshot, places, now=now, rules=rules),
        *(() if drift is None else _of_drift(drift, places, everywhere=len(places) == len(snapshot.rows))),
    ]
    return tuple(sorted(found, key=lambda alert: (_ORDER[alert.level], alert.code, alert.place or "")))


def _of_forecast(snapshot: Snapshot, now: datetime, *, rules: AlertRules, refusal: Refusal | None) -> list[Alert]:
    origin, end = span_of(snapshot)
    hours = (now - origin).total_seconds() / 3600
    found = []
    if end <= now:
        found.append(Alert("serious", "forecast_ended", params={"since": _local(end, snapshot.forecast.places[0].timezone)}))
    elif hours > max(rules.old_hours, snapshot.forecast.slots.length.minutes / 60):
        found.append(Alert("warning", "forecast_old", params={"hours": round(hours)}))
    if refusal is not None:
        found.append(Alert("serious", "champion_refused", params={"release": refusal.release, "why": refusal.sentence}))
    return found


def _of_places(snapshot: Snapshot, standing: Sequence[PlaceNow], *, now: datetime, rules: AlertRules) -> list[Alert]:
    enough = 1 if snapshot.forecast.slots.length.daily else rules.slots
    until = now + timedelta(hours=rules.ahead_hours)
    found = []
    for one in standing:
        name, seen = one.place.id, one.seen
        params: dict[str, str | float] = {"name": one.place.label}
        if one.status == "late":
            since = {"since": seen.time} if seen else {}
            found.append(Alert("warning", "data_late", name, {**params, "slots": one.missing, **since}))
        elif one.status in ("above", "below") and one.run >= enough and seen is not None:
            numbers = {"slots": one.run, "observed": seen.observed, "expected": seen.expected}
            told = params | {key: round(value, 1) for key, value in numbers.items() if value is not None}
            found.append(Alert("warning", "above_band" if one.status == "above" else "below_band", name, told))
        for peak in one.next_peaks:
            over, time = peak[c.OVER_CAPACITY], peak[c.TIME]
            if isinstance(over, float) and over >= rules.over_capacity and isinstance(time, datetime) and time < until:
                told = params | {"time": str(peak["local_time"]), "probability": round(over, 2)}
                found.append(Alert("warning", "over_capacity", name, told))
                break
    return found


def _of_drift(drift: pl.DataFrame, places: Mapping[str, str], *, everywhere: bool) -> list[Alert]:
    """What all places have in common is told to whoever sees all, and then not of each place again."""
    whole = set(drift.filter(pl.col(c.PLACE) == "")["signal"]) if everywhere else set()
    found = []
    for row in drift.iter_rows(named=True):
        place, signal = row[c.PLACE], row["signal"]
        if (place in places and signal not in whole) or (not place and everywhere):
            told = {"name": places.get(place, ""), "size": round(row["size"], 3), "since": row["since"].isoformat()}
            found.append(Alert("warning", DRIFTS[signal], place or None, told))
    return found


def _of_plans(snapshot: Snapshot, places: Mapping[str, str], *, now: datetime, rules: AlertRules) -> list[Alert]:
    stock = _table(snapshot, "stock", "plan", places=places)
    staffing = _table(snapshot, "staffing", "need", places=places)
    until = now + timedelta(hours=rules.ahead_hours)
    found = [Alert("info", "plan_damaged", params={"kind": table}) for table in (stock, staffing) if isinstance(table, str)]
    if isinstance(stock, pl.DataFrame):
        found += _stock_outs(stock, places)
    if isinstance(staffing, pl.DataFrame):
        found += _gaps(snapshot, staffing, places, now=now, until=until)
    return found


def _table(snapshot: Snapshot, kind: str, name: str, *, places: Collection[str]) -> pl.DataFrame | str | None:
    """A plan's table; its kind where it is damaged; None where there is no such plan or table."""
    plan = snapshot.plans.get(kind)
    if plan is None or name not in plan.tables:
        return None
    try:
        return ask_plan_table(snapshot, kind, table=name, places=places)
    except ArtifactError:
        return kind


def _stock_outs(table: pl.DataFrame, places: Mapping[str, str]) -> list[Alert]:
    """Products of which less is on hand and on the way than will be wanted until the next order could arrive."""
    needed = {c.PLACE, "product", "on_hand", "on_order", "demand"}
    if not needed <= set(table.columns):
        return []
    short = table.filter(pl.col("on_hand") + pl.col("on_order") < pl.col("demand"))
    return [
        Alert(
            "warning",
            "stock_out_expected",
            place,
            {"name": places[place], "products": len(products), "product": str(products[0])},
        )
        for place, products in short.group_by(c.PLACE, maintain_order=True).agg("product").iter_rows()
    ]


def _gaps(
    snapshot: Snapshot, table: pl.DataFrame, places: Mapping[str, str], *, now: datetime, until: datetime
) -> list[Alert]:
    """Slots ahead in which fewer heads are planned than needed: how many, when first, and how many heads at most."""
    if not {c.PLACE, c.TIME, "gap"} <= set(table.columns) or not isinstance(table.schema[c.TIME], pl.Datetime):
        return []
    short = table.filter((pl.col("gap") < 0) & pl.col(c.TIME).is_between(now, until, closed="left")).sort(c.TIME)
    rows = short.group_by(c.PLACE, maintain_order=True).agg(pl.len(), pl.col(c.TIME).first(), -pl.col("gap").min())
    found = []
    for place, slots, time, heads in rows.iter_rows():
        first = _local(time, snapshot.place(place)[1].timezone)
        told = {"name": places[place], "slots": slots, "heads": heads, "time": first}
        found.append(Alert("warning", "staffing_gap", place, told))
    return found


def _local(time: datetime, zone: str) -> str:
    """A moment as the clock on the wall there shows it, which is how people read it."""
    return time.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
