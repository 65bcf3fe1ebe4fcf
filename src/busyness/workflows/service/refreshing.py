"""When a world is forecast again with what was posted: on request, and every night if the settings say so."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from busyness.domain.errors import BusynessError, InputError
from busyness.state.audit import AuditFilter
from busyness.state.deed import Deed
from busyness.state.store import State
from busyness.tables import columns as c
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.jobs import Jobs

REFRESHED = "job.refresh"
"""The action in the audit log that says that a world was to be forecast again."""
_WEEKS = timedelta(weeks=8)


def refresh_arguments(state: State, holder: Holder, world: str) -> dict[str, Any]:
    """This will return what the job ``refresh`` needs: the world's folder, and what was posted in the last eight weeks.

    Raises ``InputError`` where the world has no releases, or nothing was posted.
    """
    if holder.releases(world) is None:
        raise InputError(
            f"The world '{world}' is one forecast folder, without releases.", hint="Add its forecasts as releases."
        )
    settings = holder.settings[world]
    now = holder.now(world)
    posted = newest_counts(state, world, start=now - _WEEKS, end=now + timedelta(days=1))
    if posted.is_empty():
        raise InputError("Nothing was posted for this world.", hint="POST /v1/observations first.")
    return {
        "world": world,
        "folder": str(settings.folder),
        "place": posted[c.PLACE].to_list(),
        "time": [each.isoformat() for each in posted[c.TIME].to_list()],
        "demand": posted[c.DEMAND].to_list(),
        "clock": settings.clock.astimezone(UTC).isoformat() if settings.clock else None,
        "stale_hours": settings.stale_hours,
    }


def newest_counts(state: State, world: str, *, start: datetime, end: datetime) -> pl.DataFrame:
    """This will return the newest posted count of every slot: ``place, time, demand``."""
    kept = state.observations.newest(world, start=start, end=end)
    newest = kept.sort(c.KNOWN_AT, maintain_order=True).unique([c.PLACE, c.TIME], keep="last", maintain_order=True)
    return newest.select(c.PLACE, c.TIME, pl.col(c.AMOUNT).alias(c.DEMAND))


def refresh_due(state: State, holder: Holder, jobs: Jobs, *, at: str) -> tuple[str, ...]:
    """This will put a refresh in the queue for each world whose local time has passed ``at`` and that had none today.

    Returns the worlds. One without news is passed over until there are some.
    """
    begun = []
    for world in holder.names:
        try:
            zone = ZoneInfo(holder.world(world).forecast.places[0].timezone)
            local = holder.now(world).astimezone(zone)
            mark = f"refresh/{local:%Y-%m-%d}"
            asked = AuditFilter(action=REFRESHED, world=world, resource=mark)
            if local.time() < time.fromisoformat(at) or state.audit.list(asked, limit=1).items:
                continue
            job = jobs.submit("refresh", refresh_arguments(state, holder, world), owner="service")
        except BusynessError:
            continue
        deed = Deed(at=holder.clock.now(), action=REFRESHED, resource=mark, world=world, after={"job": job.id})
        state.audit.write(deed)
        begun.append(world)
    return tuple(begun)
