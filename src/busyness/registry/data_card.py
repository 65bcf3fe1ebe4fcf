"""What a model was fitted on: where it came from, how it was collected, and what is odd about it."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Page(BaseModel):
    """A part of the card: frozen, and it knows its lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceFile(Page):
    """One file (or database, without its password) that was read; ``role`` is its setting: file, places, weather, …

    ``sha256`` is of the whole file, of its first 256 MB where it is larger, and empty for what is no file.
    """

    role: str
    name: str
    sha256: str = ""
    size: int = Field(0, ge=0)
    changed: AwareDatetime | None = None


class Collection(Page):
    """How the data were collected: what a row is, how often there is one, how many were read, and what was assumed."""

    how: str
    every: str
    rows: int = Field(ge=0)
    rejected: dict[str, int] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Anomalies(Page):
    """Gaps and odd values between each place's first and last observation, in slots; the worst places by name.

    ``rule`` says how outliers were told, for this count only: what the model masks is among its parameters.
    """

    missing: int = Field(ge=0)
    share_missing: float = Field(ge=0, le=1)
    longest_gap: int = Field(ge=0)
    outliers: int = Field(ge=0)
    rule: str = ""
    closed: int = Field(0, ge=0)
    zeros: int = Field(0, ge=0)
    worst: tuple[dict[str, Any], ...] = ()


class DataCard(Page):
    """What a model was fitted on. ``first`` and ``last`` are the UTC starts of the first and last slot of the history.

    ``timezones`` counts places by zone. What came with format 2 is empty in cards from before.
    """

    fingerprint: str
    source: str = ""
    places: int = Field(ge=0)
    slots: int = Field(ge=0, description="slots of the history")
    every: str = Field(description="length of a slot: 15min, 1h, 1d")
    observed: int = Field(ge=0, description="cells of the history whose demand was observed")
    first: AwareDatetime | None = None
    last: AwareDatetime | None = None
    timezones: dict[str, int] = Field(default_factory=dict)
    lineage: tuple[SourceFile, ...] = ()
    collection: Collection | None = None
    anomalies: Anomalies | None = None
