"""The card of a fitted model: what it was made from, with what, and how well it did."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

import busyness

LIBRARIES = ("lightgbm", "numpy", "polars", "scikit-learn")
"""The libraries whose versions change what a model answers."""


class _Page(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Software(_Page):
    """What a model was fitted with: versions of Busyness, of Python and of the libraries that matter."""

    busyness: str
    python: str
    libraries: dict[str, str] = Field(default_factory=dict)


class DataCard(_Page):
    """What a model was fitted on. ``first`` and ``last`` are the UTC starts of the first and last slot of the history."""

    fingerprint: str
    source: str = ""
    places: int = Field(ge=0)
    slots: int = Field(ge=0, description="slots of the history")
    every: str = Field(description="length of a slot: 15min, 1h, 1d")
    observed: int = Field(ge=0, description="cells of the history whose demand was observed")
    first: AwareDatetime | None = None
    last: AwareDatetime | None = None


class Card(_Page):
    """Who a model is. ``features`` are the lines of the catalog, ``seconds`` the time of each stage.

    ``created_at`` is what a ``Clock`` said; ``version`` what ``fingerprint.version_of`` returned. A metric that is not a
    finite number is kept as ``None``, because JSON has no word for it.
    """

    kind: str
    version: str
    created_at: AwareDatetime
    software: Software
    data_card: DataCard
    features: tuple[dict[str, Any], ...] = ()
    parameters: dict[str, Any] = Field(default_factory=dict)
    seed: int = 0
    threads: int = Field(1, ge=1)
    metrics: dict[str, Any] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)

    @field_validator("created_at")
    @classmethod
    def _in_utc(cls, moment: datetime) -> datetime:
        return moment.astimezone(UTC)

    @field_validator("features", "parameters", "metrics", "seconds", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return plain(value)


def software() -> Software:
    """This will return the versions that are running now."""
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:  # a slim install may lack one
            continue
    return Software(busyness=busyness.__version__, python=platform.python_version(), libraries=found)


def plain(value: object) -> object:
    """This will return the same value as JSON would give it back; a number that is not finite becomes ``None``."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value
