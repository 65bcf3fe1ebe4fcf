"""A figure: one number of ours beside one of a peer, and the options every benchmark takes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "out"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run was asked for. ``quick`` shrinks every size: it shows that things work, its numbers mean nothing.

    ``threads`` are those of ours and of the peers alike; ``rounds`` is how often short measurements alternate;
    ``real`` is the folder of the real data sets.
    """

    quick: bool
    threads: int
    rounds: int
    real: Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. ``peer`` is None where there is nothing to compare with; ``extra`` keys go along."""

    benchmark: str
    ours: float
    peer: float | None
    unit: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """This will return ours / peer: below 1 is better for errors, seconds and memory, above 1 for rows per second."""
        return self.ours / self.peer if self.peer else None

    def record(self) -> dict[str, Any]:
        """This will return the figure as JSON facts, rounded to four significant digits."""
        named = {"benchmark": self.benchmark, "ours": self.ours, "peer": self.peer, "ratio": self.ratio, "unit": self.unit}
        return {name: _rounded(value) for name, value in {**named, **self.extra}.items()}

    def line(self) -> str:
        """This will return the figure as one line of JSON."""
        return json.dumps(self.record(), ensure_ascii=False)


class NotHere(Exception):  # noqa: N818 - it is a state of the machine, not a fault
    """Something a benchmark needs is not on this machine; the message says what and how to get it."""


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return value
