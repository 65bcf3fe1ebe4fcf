"""Sources and stores that keep everything in memory, for tests that need no disk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy

import polars as pl

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry.card import Card
from busyness.tables import columns as c
from busyness.tables.events import Events
from busyness.tables.panel import Panel
from busyness.tables.parts import Parts

_UTC = pl.Datetime("us", "UTC")


class MemorySource:
    """A ``Source`` of events that were handed to it."""

    def __init__(self, events: Events) -> None:
        self.events = events

    def read(self) -> Events:
        """This will return the events."""
        return self.events

    @classmethod
    def of(cls, rows: Mapping[str, Sequence[object]], *, slot_minutes: int | None = None) -> MemorySource:
        """This will make a source of columns: ``time`` (aware), ``place``, and ``amount`` (1 where there is none)."""
        frame = pl.DataFrame(dict(rows), strict=False)
        if c.AMOUNT not in frame.columns:
            frame = frame.with_columns(pl.lit(1.0).alias(c.AMOUNT))
        kind = frame.schema[c.TIME]
        if not isinstance(kind, pl.Datetime) or kind.time_zone is None:
            raise InputError("The times have no zone.", hint="Use datetime(…, tzinfo=UTC).")
        types = [
            pl.col(c.TIME).dt.convert_time_zone("UTC").cast(_UTC),
            pl.col(c.PLACE).cast(pl.String),
            pl.col(c.AMOUNT).cast(pl.Float64),
        ]
        return cls(Events(frame.with_columns(types), slot_minutes=slot_minutes))

    @classmethod
    def of_panel(cls, panel: Panel) -> MemorySource:
        """This will make a source of a panel's observed history: one row a place and slot."""
        frame = panel.to_polars().with_columns(pl.col(c.AMOUNT).cast(pl.Float64), pl.col(c.TIME).cast(_UTC))
        return cls(Events(frame, slot_minutes=panel.slots.length.minutes))


class MemoryStore:
    """A ``ModelStore``: keeps models by version, one of them the champion. Forgets everything with the process."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Parts, Card]] = {}
        self.champion: str | None = None

    def save(self, parts: Parts, card: Card) -> str:
        """This will keep a copy of a model under its card's version, and return that. The first one is the champion."""
        facts = json.loads(json.dumps(parts.facts, allow_nan=False))  # as a disk would give them back
        arrays = {name: array.copy() for name, array in parts.arrays.items()}
        self._kept[card.version] = (Parts(parts.kind, facts, dict(parts.texts), arrays), card)
        self.champion = self.champion or card.version
        return card.version

    def load(self, version: str | None = None) -> tuple[Parts, Card]:
        """This will return a model, the champion unless named, or raise an ``ArtifactError``."""
        version = version or self.champion
        if version is None or version not in self._kept:
            known = ", ".join(self._kept) or "none"
            raise ArtifactError(f"There is no model '{version or 'champion'}'; kept are {known}.", hint="Save it first.")
        parts, card = self._kept[version]
        arrays = {name: array.copy() for name, array in parts.arrays.items()}
        return Parts(parts.kind, deepcopy(dict(parts.facts)), dict(parts.texts), arrays), card

    def promote(self, version: str) -> None:
        """This will make a kept model the champion, or raise an ``ArtifactError``."""
        self.load(version)
        self.champion = version

    def versions(self) -> tuple[str, ...]:
        """This will return the versions kept, the oldest first."""
        return tuple(self._kept)
