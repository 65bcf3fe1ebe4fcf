"""The job that forecasts again with the counts that were posted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from busyness.domain.clock import Clock, SystemClock
from busyness.tables import columns as c
from busyness.workflows.progress import Told
from busyness.workflows.service.refresh import refresh_world


class _Standing:
    """The clock of a world whose time stands."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def work_refresh(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    """This will answer ``{"folder", "place": […], "time": […], "demand": […], "clock", "stale_hours"}`` with the new
    release: ``{"release", "origin", "counts", "failed_plans"}``, and in a trial ``challenger``, its new release, or
    ``challenger_failed``, why there is none. ``clock`` is where the world's time stands (none: it goes).
    """
    rows = {
        c.PLACE: pl.Series(arguments["place"], dtype=pl.String),
        c.TIME: pl.Series([datetime.fromisoformat(each) for each in arguments["time"]], dtype=pl.Datetime("us", "UTC")),
        c.DEMAND: pl.Series(arguments["demand"], dtype=pl.Float64),
    }
    stands = arguments.get("clock")
    clock: Clock = _Standing(datetime.fromisoformat(stands)) if stands else SystemClock()
    done = refresh_world(
        Path(arguments["folder"]),
        pl.DataFrame(rows),
        clock=clock,
        stale_hours=float(arguments["stale_hours"]),
        progress=Told(tell),
    )
    return {
        "release": done.release,
        "origin": done.origin.isoformat(),
        "counts": done.counts,
        "failed_plans": done.failed_plans,
    } | {name: told for name in ("challenger", "challenger_failed") if (told := getattr(done, name))}
