"""The card of a fitted model: what it was made from, with what, what came before it, and how well it did."""

from __future__ import annotations

import hashlib
import math
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Literal

import numpy as np
from pydantic import AwareDatetime, Field, field_validator

import busyness
from busyness.registry.code_version import code_version
from busyness.registry.data_card import DataCard, Page
from busyness.registry.json_text import canonical

LIBRARIES = ("lightgbm", "numpy", "polars", "scikit-learn")
"""The libraries whose versions change what a model answers."""

OPTIONAL_LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "xgboost": ("xgboost",),
    "embedding": ("torch",),
    "keras": ("keras",),
    "tide": ("torch",),
    "prophet": ("prophet",),
    "chronos": ("chronos-forecasting", "torch"),
}
"""Those of single kinds of model."""

KERAS_BACKENDS: Mapping[str, str] = {"torch": "torch", "tensorflow": "tensorflow", "jax": "jax"}
"""What Keras computes with, by what the variable ``KERAS_BACKEND`` says; PyTorch unless it says something."""

_DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "xgboost": ("xgboost", "xgboost-cpu"),
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
}
"""Under which names a library may have been installed."""


class Software(Page):
    """What a model was fitted with: versions of Busyness, its code, Python and the libraries that matter."""

    busyness: str
    python: str
    libraries: dict[str, str] = Field(default_factory=dict)
    code: str = ""


class FeatureChange(Page):
    """That a feature is used now and was not before, or the other way round, and why."""

    name: str
    change: Literal["entered", "left"]
    why: str


class Ancestry(Page):
    """Which model came before (its version), why this one was made, how its features differ, and what was decided."""

    parent: str
    why: str = ""
    changes: tuple[FeatureChange, ...] = ()
    decision: dict[str, Any] = Field(default_factory=dict)


class Card(Page):
    """Who a model is. ``features`` are the lines of the catalog, each with its ``weight``; ``seconds`` the time of stages.

    ``created_at`` is what a ``Clock`` said; ``version`` what ``fingerprint.version_of`` returned. ``metrics`` holds those of
    all windows together and, under ``windows``, of each. A metric that is not a finite number is kept as ``None``, because
    JSON has no word for it.
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
    ancestry: Ancestry | None = None

    @field_validator("created_at")
    @classmethod
    def _in_utc(cls, moment: datetime) -> datetime:
        return moment.astimezone(UTC)

    @field_validator("features", "parameters", "metrics", "seconds", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return plain(value)

    @property
    def recipe(self) -> str:
        """Twelve letters that are the same for the same data, parameters, seed, threads, libraries and code.

        Two models of one recipe give the same forecast, bit for bit, on one machine. The parameters of one that went on
        learning say from which model, and until when.
        """
        made_of = [
            self.kind,
            self.data_card.fingerprint,
            self.parameters,
            self.seed,
            self.threads,
            self.software.model_dump(),
        ]
        return hashlib.sha256(canonical(plain(made_of))).hexdigest()[:12]


def software(*kinds: str) -> Software:
    """This will return the versions that are running now; with those of the optional libraries of some kinds of model."""
    wanted = [library for kind in kinds for library in OPTIONAL_LIBRARIES.get(kind, ())]
    if "keras" in kinds:
        wanted.append(KERAS_BACKENDS.get(os.environ.get("KERAS_BACKEND", "torch"), "torch"))
    versions = {library: _version(library) for library in (*LIBRARIES, *wanted)}
    found = {library: version for library, version in versions.items() if version}
    return Software(busyness=busyness.__version__, python=platform.python_version(), libraries=found, code=code_version())


def _version(library: str) -> str:
    """The version under whichever name it was installed; empty where it was not: a slim install may lack one."""
    for name in _DISTRIBUTIONS.get(library, (library,)):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return ""


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
