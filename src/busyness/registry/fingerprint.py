"""Fingerprints: which data a model saw, and which model it is, as short texts that change when anything does."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.registry.data_card import DataCard
from busyness.registry.json_text import canonical
from busyness.tables.panel import Panel, start_times
from busyness.tables.parts import Parts

_VERSION_LETTERS = 12
_ROWS = 64  # places hashed at a time, so that a large panel is not copied whole


def fingerprint(panel: Panel) -> str:
    """This will return the sha256 of everything a model could read from the panel, the known future too.

    The same panel gives the same text on every machine: numbers are hashed little-endian, every NaN as the same NaN and
    −0 as 0.
    """
    known_from = {} if panel.known_from is None else {"known_from": panel.known_from}
    cubes = {
        "demand": panel.demand, "open": panel.open, "outlier": panel.outlier, **known_from,
        **{f"known.{name}": cube for name, cube in panel.known.items()},
        **{f"past.{name}": cube for name, cube in panel.past.items()},
    }  # fmt: skip
    header = {
        "places": [_place(place) for place in panel.places],
        "start": str(panel.slots.start),
        "every": str(panel.slots.length),
        "slots": panel.slots.count,
        "history": panel.history,
        "holidays": sorted((day.isoformat(), name) for day, name in panel.holidays.items()),
        "cubes": sorted(cubes),
    }
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for name in sorted(cubes):
        digest.update(name.encode())
        for row in range(0, len(panel.places), _ROWS):
            digest.update(_bytes(cubes[name][row : row + _ROWS]))
    return digest.hexdigest()


def version_of(parts: Parts, data_fingerprint: str) -> str:
    """This will return the version of a fitted model: twelve letters of a hash over its parts and its data's fingerprint."""
    digest = hashlib.sha256(canonical([parts.kind, data_fingerprint, dict(parts.facts), dict(parts.texts)]))
    for name in sorted(parts.arrays):
        array = np.asarray(parts.arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.asarray(array, order="C").tobytes())
    return digest.hexdigest()[:_VERSION_LETTERS]


def data_card(panel: Panel, *, source: str = "") -> DataCard:
    """This will describe the panel's history: its fingerprint, size and span. ``source`` names where it came from."""
    times = start_times(panel.places[:1], panel.slots)[0, : panel.history]
    span = times[[0, -1]].astype("datetime64[us]").tolist() if panel.history else (None, None)
    first, last = (None if time is None else time.replace(tzinfo=UTC) for time in span)
    return DataCard(
        fingerprint=fingerprint(panel),
        source=source,
        places=len(panel.places),
        slots=panel.history,
        every=str(panel.slots.length),
        observed=int(np.isfinite(panel.demand[:, : panel.history]).sum()),
        first=first,
        last=last,
        timezones=dict(Counter(place.timezone for place in panel.places)),
    )


def _place(place: Place) -> list[Any]:
    """What a model reads of a place; its hours are in the panel's ``open``."""
    attributes = sorted((name, str(value)) for name, value in place.attributes.items())
    return [place.id, place.timezone, place.latitude, place.longitude, place.parent, place.capacity, attributes]


def _bytes(cube: NDArray[Any]) -> bytes:
    if cube.dtype.kind == "f":
        cube = np.where(np.isnan(cube), np.nan, cube + 0)  # −0 + 0 is 0
    return cube.astype(cube.dtype.newbyteorder("<"), order="C").tobytes()
