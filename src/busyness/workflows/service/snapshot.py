"""One world as it is served: a forecast folder read once into arrays that nobody changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.registry.artifact import read_card
from busyness.registry.card import Card
from busyness.registry.release_marks import MARKS
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import HEALTH, HISTORY, MODEL, PATHS, QUALITY, read_forecast
from busyness.workflows.outlines import Rings, outlines_in
from busyness.workflows.service.past import Past, past_of
from busyness.workflows.service.plan_folder import PLANS, PlanFolder, plans_of
from busyness.workflows.service.slot_times import SlotTimes, times_by_zone
from busyness.workflows.simulated import from_simulation

_MADE_AGAIN = "Make the forecast again, or serve the release before: busyness forecast … --out DIR."
_REPLAYED = (c.OBSERVED, c.MEAN, "q10", "q50", "q90", c.SEASONAL_NAIVE)
_REPLAYED_DAYS = 56


@dataclass(frozen=True, repr=False, eq=False)
class Lot:
    """That a trial's lot decides: its id, the challenger's snapshot, and whose ``cells`` ``[places, slots]`` those are.

    True where the challenger speaks; ``cells`` are those of the snapshot that carries the lot.
    """

    trial: str
    challenger: Snapshot
    cells: NDArray[np.bool_]


@dataclass(frozen=True, repr=False, eq=False)
class Snapshot:
    """A world's forecast and everything that is shown beside it. Immutable: a request keeps one from start to end.

    ``history`` holds ``demand`` of the last weeks, ``replayed`` what had been said in the backtest's windows beside what
    came (``observed, mean, q10, q50, q90, seasonal_naive``); None where the folder has none. ``peaks`` is as
    ``Forecast.peaks`` makes it, times in UTC. ``small_counts``: a count of distinct people under this is not shown (0: all
    are shown). ``simulated``: whoever looks has to be told. ``etag`` changes with any file that is served. ``lot``: in a
    trial, the forecast and the peaks of some places and days are the challenger's; all the rest is the champion's.
    """

    world: str
    release: str
    folder: Path
    forecast: Forecast
    noun: str
    adds_up: bool
    history: Past | None
    replayed: Past | None
    peaks: pl.DataFrame
    scores: Mapping[str, Any]
    card: Card | None
    health: Mapping[str, Any]
    quality: pl.DataFrame | None
    outlines: Mapping[str, Rings]
    plans: Mapping[str, PlanFolder]
    made_at: datetime
    etag: str
    small_counts: int = 0
    simulated: bool = False
    rows: Mapping[str, int] = field(default_factory=dict)
    lot: Lot | None = None

    def __repr__(self) -> str:
        return f"Snapshot({self.world}/{self.release}: {self.forecast!r})"

    @cached_property
    def times(self) -> Mapping[str, SlotTimes]:
        """When the forecast's slots begin, by zone."""
        return times_by_zone(self.forecast.slots, (place.timezone for place in self.forecast.places))

    @property
    def model_version(self) -> str:
        """The version of the model that made the forecast."""
        return self.forecast.model

    def place(self, name: str) -> tuple[int, Place]:
        """This will return the row and the place of an id, or raise ``UnknownPlaceError``."""
        row = self.rows.get(name)
        if row is None:
            raise UnknownPlaceError(name, self.forecast.ids[:200])
        return row, self.forecast.places[row]

    def sayer(self, row: int, slot: int) -> Snapshot:
        """This will return the snapshot whose model said a cell of the forecast: this one, or the challenger's."""
        return self.lot.challenger if self.lot is not None and self.lot.cells[row, slot] else self


def load_snapshot(folder: Path, *, world: str, release: str, small_counts: int = 0) -> Snapshot:
    """This will read a forecast folder once, or raise without a trace of it.

    ``small_counts`` applies where the world counts distinct people, whose counts do not add up over slots.

    Raises:
        InputError: there is no forecast, or it was being written meanwhile.
        ArtifactError: a file is damaged; ``file`` names it.

    """
    folder = Path(folder)
    seen = signature(folder)
    stored = read_forecast(folder, mapped=(folder / MARKS).is_file())  # a release is never written again
    said = stored.forecast
    if not said.places or not said.slots.count:
        raise ArtifactError(f"The forecast in {folder} is empty.", file=PATHS, hint=_MADE_AGAIN)
    health = _json(folder / HEALTH)
    card = read_card(folder / MODEL) if (folder / MODEL).is_dir() else None
    made = Snapshot(
        world=world,
        release=release,
        folder=folder,
        forecast=said,
        noun=stored.noun,
        adds_up=stored.adds_up,
        history=_past(folder / HISTORY, (c.DEMAND,), said),
        replayed=_past(folder / "predictions.parquet", _REPLAYED, said),
        peaks=_peaks(folder / "peaks.csv"),
        scores=_json(folder / "backtest.json"),
        card=card,
        health=health,
        quality=_table(folder / QUALITY),
        outlines=outlines_in(folder, said.places),
        plans=plans_of(folder),
        made_at=_made_at(folder, health, card),
        etag=hashlib.sha256(f"{world}/{release}/{seen}".encode()).hexdigest()[:16],
        small_counts=0 if stored.adds_up else small_counts,
        simulated=from_simulation((folder,)),
        rows={place.id: row for row, place in enumerate(said.places)},
    )
    if signature(folder) != seen:
        raise InputError(f"{folder} was being written while it was read.", hint="It is read again in a moment.")
    return made


def signature(folder: Path) -> str:
    """This will return a mark of the files that are served: it changes when one is replaced, added or removed."""
    marks = hashlib.sha256()
    files = [*folder.glob("*"), *folder.glob(f"{PLANS}/*/*"), *folder.glob(f"{MODEL}/*")]
    for file in sorted(files):
        try:
            found = file.stat()
        except OSError:  # replaced between the listing and the look: the next look sees it
            continue
        if file.is_file():
            marks.update(f"{file.relative_to(folder)} {found.st_size} {found.st_mtime_ns} {found.st_ino}\n".encode())
    return marks.hexdigest()


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Any fault in the block is told as damage of the file."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, KeyError, TypeError) as fault:
        raise ArtifactError(f"{file.name} in {file.parent} cannot be read.", file=file.name, hint=_MADE_AGAIN) from fault


def _json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    with _reading(file):
        content = json.loads(file.read_text("utf-8"))
        if not isinstance(content, dict):
            raise TypeError
        return content


def _table(file: Path) -> pl.DataFrame | None:
    if not file.is_file():
        return None
    with _reading(file):
        return pl.read_parquet(file)


def _past(file: Path, names: Sequence[str], said: Forecast) -> Past | None:
    if not file.is_file():
        return None
    with _reading(file):
        rows = pl.scan_parquet(file)
        if c.ORIGIN in rows.collect_schema():  # of two predictions for a slot the newer one counts
            recent = pl.col(c.TIME) > pl.col(c.TIME).max() - pl.duration(days=_REPLAYED_DAYS)
            rows = rows.filter(recent).sort(c.ORIGIN, maintain_order=True)
        table = rows.select(c.PLACE, c.TIME, *names).collect()
        return past_of(table, names, places=said.places, length=said.slots.length)


def _peaks(file: Path) -> pl.DataFrame:
    with _reading(file):
        local = pl.read_csv(file, schema_overrides={c.PLACE: pl.String, c.CAPACITY: pl.Float64, c.OVER_CAPACITY: pl.Float64})
        times = pl.col(c.TIME).cast(pl.String).str.to_datetime("%+", time_unit="us").dt.convert_time_zone("UTC")
        return local.with_columns(times, pl.col(c.DATE).cast(pl.String).str.to_date("%Y-%m-%d")).sort(c.PLACE, c.TIME)


def _made_at(folder: Path, health: Mapping[str, Any], card: Card | None) -> datetime:
    """When the forecast was made: as the folder says, else as its model's card does, else when its file was written."""
    with _reading(folder / HEALTH):
        if "made_at" in health:
            return datetime.fromisoformat(str(health["made_at"])).astimezone(UTC)
    if card is not None:
        return card.created_at
    return datetime.fromtimestamp((folder / PATHS).stat().st_mtime, UTC)
