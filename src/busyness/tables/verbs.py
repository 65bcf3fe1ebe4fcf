"""The verbs at the seams: what a room may ask of another without knowing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.place import Place
from busyness.tables.events import Events
from busyness.tables.examples import Cells, Examples
from busyness.tables.forecast import Forecast
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts


class Source(Protocol):
    """Where events come from."""

    def read(self) -> Events:
        """This will return the events, with the rejected rows beside them."""
        ...


class EventSource(Protocol):
    """Where single events come from, more of them than memory holds: they come in chunks."""

    def chunks(self) -> Iterator[Events]:
        """This will yield the events chunk by chunk, each with its own rejected rows; nothing is kept of a chunk."""
        ...


class Locator(Protocol):
    """Points → places. A place has a number (``code``), so that millions of points stay numbers until they are counted.

    ``notes`` are sentences for the person about how the places were read.
    """

    notes: tuple[str, ...]

    def codes(self, frame: pl.DataFrame) -> pl.Series:
        """This will return the code of each row's place (UInt64), null outside every place.

        ``frame`` has ``latitude`` and ``longitude`` (Float64, WGS 84) or, for a locator of names, ``place`` (String).
        """
        ...

    def places(self, codes: Sequence[int]) -> tuple[Place, ...]:
        """This will return the places of these codes, in their order."""
        ...


class FeatureBuilder(Protocol):
    """Turns a sealed panel and a list of cells into examples."""

    def prepared(self, panel: SealedPanel) -> Self:
        """This will return a builder that remembers the panel's places, holidays, covariates and attributes."""
        ...

    def examples(self, panel: SealedPanel, cells: Cells) -> Examples:
        """This will return one example per cell, reading nothing at or after the cell's own origin."""
        ...

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``, above zero."""
        ...

    def to_facts(self) -> dict[str, Any]:
        """This will return what an artifact must hold to build the same columns again."""
        ...


class MedianForecaster(Protocol):
    """A member: says the median of what demand will be. Calibration turns members into forecasters."""

    kind: str

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will learn from everything before the panel's origin, for up to ``horizon`` slots ahead."""
        ...

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``; each origin sees only what lies before it. Never negative.

        No origin may lie after the panel's own.
        """
        ...

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``, above zero."""
        ...

    def to_parts(self) -> Parts:
        """This will return what an artifact must hold to answer again in a new process."""
        ...


class Forecaster(Protocol):
    """Answers what demand will be, as distributions. ``version`` names the fitted model in every forecast."""

    version: str

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will learn from everything before the panel's origin, for up to ``horizon`` slots ahead."""
        ...

    def predict(self, panel: SealedPanel, horizon: int) -> Forecast:
        """This will forecast the ``horizon`` slots from the panel's origin on."""
        ...

    def to_parts(self) -> Parts:
        """This will return what an artifact must hold to answer again in a new process."""
        ...


class OnlineForecaster(Forecaster, Protocol):
    """A forecaster that goes on learning from what arrives, without being fitted again."""

    def update(self, panel: SealedPanel) -> Self:
        """This will return the forecaster that has also seen the slots before the panel's origin it had not seen yet.

        Slot by slot or all at once is the same; nothing new changes nothing. The work grows with the places and the new
        slots, never with the history.
        """
        ...


class ContinuedForecaster(MedianForecaster, Protocol):
    """A member whose learning can go on where it stopped."""

    def continued(self, panel: SealedPanel) -> Self:
        """This will return the same member after it has learned some more, the last weeks above all.

        Features, horizon and settings stay. What it costs is a part of a fit.
        """
        ...
