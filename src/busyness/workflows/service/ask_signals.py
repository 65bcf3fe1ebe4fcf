"""Whether the world is still the one that was forecast: the signals of ``busyness watch``, on what a service knows."""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import polars as pl

from busyness.monitoring.signals import SCHEMA, WatchRules, signals
from busyness.monitoring.walked import Daily
from busyness.registry.releases import Releases
from busyness.tables import columns as c
from busyness.workflows.service.said_before import answered_before, said_before
from busyness.workflows.service.snapshot import Snapshot

_LEAST_DAYS = 14

_Key = tuple[date, int]
_remembered: WeakKeyDictionary[Snapshot, tuple[_Key, pl.DataFrame]] = WeakKeyDictionary()
_one_at_a_time = threading.Lock()


def ask_signals(
    snapshot: Snapshot, now: datetime, *, posted: pl.DataFrame, releases: Releases | None = None
) -> pl.DataFrame:
    """This will return the signals (``monitoring.signals.SCHEMA``) of the last two weeks, from after the model's own data.

    What was said is the replay and, after it, every forecast that answered; what came is the history and ``posted``
    (``place, time`` (UTC)``, demand``), up to yesterday. The first four weeks (half, where there are fewer than eight) say
    what is usual. It is worked out once a day, and again when counts of days before come in.
    """
    today = now.astimezone(_zone(snapshot)).date()
    midnight = datetime.combine(today, datetime.min.time(), _zone(snapshot)).astimezone(UTC)
    key = today, posted.filter(pl.col(c.TIME) < midnight).height
    with _one_at_a_time:
        known = _remembered.get(snapshot)
        if known is None or known[0] != key:
            known = key, _found(snapshot, now, posted=posted, releases=releases)
            _remembered[snapshot] = known
        return known[1]


def _found(snapshot: Snapshot, now: datetime, *, posted: pl.DataFrame, releases: Releases | None) -> pl.DataFrame:
    replayed = snapshot.replayed
    earlier = [] if replayed is None else answered_before(releases, since=replayed.slots.start)
    walked = said_before(snapshot, now, posted=posted, earlier=earlier)
    daily = None if walked is None else _scored(walked.by_day())
    if daily is None or len(daily.days) < _LEAST_DAYS:
        return pl.DataFrame(schema=SCHEMA)
    rules = WatchRules(reference=min(WatchRules().reference, len(daily.days) // 2))
    learned = snapshot.card.data_card.last if snapshot.card is not None else None
    after = now.astimezone(_zone(snapshot)).date() - timedelta(days=rules.recent)
    if learned is not None:
        after = max(after, learned.astimezone(_zone(snapshot)).date())
    return signals(daily, rules=rules).filter(pl.col("found") > after)


def _scored(daily: Daily) -> Daily:
    """The days on which anything was said and came."""
    kept = daily.slots.sum(axis=0) > 0
    of_days = [one.name for one in fields(daily) if one.name not in ("places", "days")]
    return replace(daily, days=daily.days[kept], **{name: getattr(daily, name)[:, kept] for name in of_days})


def _zone(snapshot: Snapshot) -> ZoneInfo:
    return ZoneInfo(snapshot.forecast.places[0].timezone)
