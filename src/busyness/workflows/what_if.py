"""What would be expected if a promotion, a holiday or the weather were different: the same model, asked twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import ValidationError

from busyness.domain.errors import ArtifactError, InputError, UnknownPlaceError, did_you_mean
from busyness.registry.artifact import load_artifact
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.instants import utc_series
from busyness.tables.panel import Panel, start_times
from busyness.workflows.folder import MODEL, SETTINGS
from busyness.workflows.ingest import ingest, preparer
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring.restored import restored

Kind = Literal["promotion", "holiday", "weather"]
_PROMOTION = "promo"
_HOLIDAY = "Holiday"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different from ``start`` to ``end`` (aware; the end is not part of it) at ``places`` (all: none).

    ``name`` is the covariate (a promotion's or the weather's; for a holiday its name) and ``value`` what it is then: 1 for a
    promotion that runs, 0 for one that does not; degrees or millimetres for the weather, or with ``add`` so much more.
    """

    kind: Kind
    start: datetime
    end: datetime
    name: str = ""
    value: float = 1.0
    add: bool = False
    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise InputError("A change needs times with their zone.", hint="Write 2026-07-04T08:00-05:00.")
        if self.end <= self.start:
            raise InputError(f"A change cannot end ({self.end}) before it begins ({self.start}).", hint="Swap them.")
        if not np.isfinite(self.value):
            raise InputError(f"The value of a change cannot be {self.value}.", hint="Write a number.")


@dataclass(frozen=True, repr=False)
class WhatIf:
    """The forecast as it stands and as it would be, and ``table``: ``place, time, before, after, difference`` (means)."""

    before: Forecast
    after: Forecast
    table: pl.DataFrame
    changed: int


def what_if(folder: Path, changes: Sequence[Change], *, progress: Progress | None = None) -> WhatIf:
    """This will repeat a run's forecast with its own model, once as it is and once with the changes.

    Reads the run's data again, so they have to be where the run found them.

    Raises:
        InputError: nothing changes, a covariate or place is not known, or the folder holds no model or no settings.

    """
    progress = progress or Silent()
    if not changes:
        raise InputError("Nothing is changed.", hint="Give at least one change: a promotion, a holiday, the weather.")
    settings = run_settings(folder)
    if not (folder / MODEL).is_dir():
        raise InputError(f"{folder} holds no model.", hint="Make it with busyness forecast or busyness run.")
    parts, card = load_artifact(folder / MODEL)
    progress.step("Reading")
    found = ingest(settings)
    panel, changed = changed_panel(found.panel, changes)
    progress.step("Forecasting")
    model = restored(parts, threads=settings.model.threads, version=card.version)
    prepare = preparer(settings.preparation)
    before = model.predict(prepare(found.panel.sealed()), found.horizon)
    after = model.predict(prepare(panel.sealed()), found.horizon)
    return WhatIf(before, after, _table(before, after), changed)


def run_settings(folder: Path) -> RunSettings:
    """This will read the settings that a forecast folder's run was made with."""
    file = folder / SETTINGS
    if not file.is_file():
        raise InputError(f"{folder} does not say how it was made ({SETTINGS} is missing).", hint="Run the forecast again.")
    try:
        return RunSettings.model_validate(json.loads(file.read_text("utf-8")))
    except (ValueError, ValidationError) as fault:
        raise ArtifactError(f"The settings in {folder} cannot be read.", file=SETTINGS, hint="Run it again.") from fault


def changed_panel(panel: Panel, changes: Sequence[Change]) -> tuple[Panel, int]:
    """This will return the panel with its future changed, and in how many cells; the past stays as it was."""
    cells = 0
    for change in changes:
        rows, slots = _cells(panel, change)
        if not len(rows):
            raise InputError(
                f"The {change.kind} from {change.start} to {change.end} touches no slot of the forecast.",
                hint="Choose times within the days that are forecast.",
            )
        cells += len(rows)
        if change.kind == "holiday":
            more = dict.fromkeys(_days(panel, change), change.name or _HOLIDAY)
            panel = replace(panel, holidays={**panel.holidays, **more})
        else:
            panel = _with_values(panel, change, rows, slots)
    return panel, cells


def _cells(panel: Panel, change: Change) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places and future slots that begin in the span of a change."""
    for place in change.places:
        if place not in panel.ids:
            raise UnknownPlaceError(place, panel.ids)
    starts = start_times(panel.places, panel.slots)
    first, last = (np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "s") for at in (change.start, change.end))
    inside = (starts >= first) & (starts < last)
    inside[:, : panel.history] = False
    if change.places:
        inside &= np.isin(np.array(panel.ids), change.places)[:, None]
    rows, slots = np.nonzero(inside)
    return rows, slots


def _days(panel: Panel, change: Change) -> list[date]:
    """The local days of a holiday, by the first place's clock."""
    zone = ZoneInfo(panel.places[0].timezone)
    first, last = change.start.astimezone(zone).date(), (change.end - timedelta(seconds=1)).astimezone(zone).date()
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def _with_values(panel: Panel, change: Change, rows: NDArray[np.int64], slots: NDArray[np.int64]) -> Panel:
    name = _covariate(panel, change)
    if name in panel.known:
        cube = panel.known[name].copy()
        old = np.nan_to_num(cube[rows, slots]) if change.add else np.float32(0)
        cube[rows, slots] = old + np.float32(change.value)
        return replace(panel, known={**panel.known, name: cube})
    assert panel.vintages is not None
    now = np.full(len(rows), panel.history, np.int32)
    there = panel.vintages.at(name, rows.astype(np.int32), slot=slots.astype(np.int32), origin=now)
    value = np.nan_to_num(there) + change.value if change.add else np.full(len(rows), change.value)
    newer = panel.vintages.with_newer(name, rows, slot=slots, known_from=panel.history, value=np.asarray(value, np.float32))
    return replace(panel, vintages=newer)


def _covariate(panel: Panel, change: Change) -> str:
    """The covariate that a change means: by its name, or a promotion of any kind where there is only one."""
    known = [*panel.known, *(panel.vintages.names if panel.vintages is not None else ())]
    fitting = [name for name in known if name.startswith(_PROMOTION) == (change.kind == "promotion")]
    for name in (change.name, f"{_PROMOTION}_{change.name}"):
        if name in fitting:
            return name
    if not change.name and len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise InputError(
            f"The model knows no {change.kind}, so it cannot say what one would change.",
            hint="Train it with promotions (--promotions) or weather (--weather) first.",
        )
    what = f"no {change.kind} '{change.name}'" if change.name else f"more than one {change.kind}"
    raise InputError(
        f"There is {what}; the model knows {', '.join(fitting)}.", hint=did_you_mean(change.name, fitting) or "Name one."
    )


def _table(before: Forecast, after: Forecast) -> pl.DataFrame:
    places, horizon = before.mean.shape
    starts = start_times(before.places, before.slots)
    return pl.DataFrame(
        {
            c.PLACE: pl.Series([place for place in before.ids for _ in range(horizon)], dtype=pl.String),
            c.TIME: utc_series(starts.reshape(places * horizon)),
            "before": before.mean.reshape(-1),
            "after": after.mean.reshape(-1),
            "difference": (after.mean - before.mean).reshape(-1),
        }
    )
