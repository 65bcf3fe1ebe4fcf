"""What a forecast folder holds of the forecast itself, so that sums, plans and answers can be drawn from it later."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from busyness.domain.errors import ArtifactError, InputError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.workflows.npz import read_npz

PATHS = "paths.npz"
"""The file of a forecast folder that paths are drawn from."""

MODEL = "model"
"""The folder in a forecast folder that holds the fitted model."""

HISTORY, SETTINGS, HEALTH, QUALITY = "history.parquet", "settings.json", "health.json", "quality.parquet"
"""What a run keeps beside the forecast (``context.py``)."""


@dataclass(frozen=True, repr=False)
class StoredForecast:
    """A forecast read back from its folder, the word for one unit of its demand (visitors, …), and whether it adds up."""

    forecast: Forecast
    noun: str
    adds_up: bool


def write_paths(said: Forecast, file: Path, *, noun: str = "visitors", adds_up: bool = True) -> None:
    """This will write what paths are drawn from: dense quantiles, their levels, the ranks of past days, and the places."""
    numbers: dict[str, Any] = {
        name: np.array([np.nan if value is None else value for value in (getattr(p, name) for p in said.places)], np.float64)
        for name in ("latitude", "longitude", "capacity")
    }
    stored: dict[str, Any] = numbers | {
        "places": np.array(said.ids),
        "names": np.array([place.name for place in said.places]),
        "timezones": np.array([place.timezone for place in said.places]),
        "parents": np.array([place.parent for place in said.places]),
        "attributes": np.array([json.dumps(dict(place.attributes), ensure_ascii=False) for place in said.places]),
        "levels": np.asarray(said.levels),
        "reported": np.asarray(said.reported),
        "quantiles": said.quantiles,
        "mean": said.mean,
        "open": said.open,
        "ranks": said.ranks,
        "start": np.array([str(said.slots.start)]),
        "slot_minutes": np.array([said.slots.length.minutes]),
        "model": np.array([said.model]),
        "noun": np.array([noun]),
        "adds_up": np.array([adds_up]),
    }
    np.savez(file, **stored)  # what is in it hardly packs, and a service reads it four times as fast


def read_forecast(folder: Path, *, mapped: bool = False) -> StoredForecast:
    """This will read the forecast of a folder that ``busyness forecast`` or ``predict`` wrote.

    ``mapped``: its large arrays stay on the disk, as ``npz.read_npz`` says; only for folders that nobody writes again.

    Raises:
        InputError: the folder has no forecast.
        ArtifactError: the file is damaged or of an older format.

    """
    file = folder / PATHS
    if not file.is_file():
        raise InputError(
            f"{folder} holds no forecast ({PATHS} is missing).", hint="Make one: busyness forecast … --out DIR."
        )
    try:
        stored = read_npz(file, mapped=mapped)
        places = tuple(
            Place(
                id=str(stored["places"][k]),
                name=str(stored["names"][k]),
                timezone=str(stored["timezones"][k]),
                parent=str(stored["parents"][k]),
                latitude=_number(stored["latitude"][k]),
                longitude=_number(stored["longitude"][k]),
                capacity=_number(stored["capacity"][k]),
                attributes=json.loads(str(stored["attributes"][k])),
            )
            for k in range(len(stored["places"]))
        )
        slots = Slots(
            np.datetime64(str(stored["start"][0])), SlotLength(int(stored["slot_minutes"][0])), stored["mean"].shape[1]
        )
        said = Forecast(
            places=places,
            slots=slots,
            levels=tuple(float(level) for level in stored["levels"]),
            quantiles=stored["quantiles"],
            mean=stored["mean"],
            open=stored["open"],
            ranks=stored["ranks"],
            model=str(stored["model"][0]),
            reported=tuple(float(level) for level in stored["reported"]),
        )
        return StoredForecast(said, str(stored["noun"][0]), bool(stored["adds_up"][0]))
    except (KeyError, ValueError, IndexError, OSError) as fault:
        raise ArtifactError(
            f"The forecast in {folder} cannot be read.", file=PATHS, hint="Make it again: busyness forecast … --out DIR."
        ) from fault


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
