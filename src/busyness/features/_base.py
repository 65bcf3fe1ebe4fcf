"""What a feature is, what a family of them is, and the rows a family fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from busyness.domain.slots import SlotLength
from busyness.features.calendar_table import CalendarTable
from busyness.features.history import History
from busyness.features.pairs import Pairs


@dataclass(frozen=True, slots=True)
class Feature:
    """One line of the catalog: what a column of the design matrix means and when it is known."""

    name: str
    family: str
    kind: Literal["numeric", "categorical"]
    source: str
    formula: str
    unit: str
    availability: Literal["known", "past"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a family must know to list its features: the slot length, and the covariates and attributes by name.

    ``categories`` holds the words of each attribute in the order of their codes; none for a number.
    """

    length: SlotLength
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    categories: tuple[tuple[str, ...], ...] = ()
    vintages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Cells by wall-clock column, as the families read them: arrays of one length, int32 except ``level``, ``place_code``.

    ``column`` and ``origin`` count wall-clock slots from the clock's first midnight, ``slot`` and ``origin_slot`` those of
    the panel; ``everywhere`` is the column before which all places, in whatever time zone, have been seen at the origin.
    ``day`` and ``step`` say where ``column`` is in its local day. ``level`` is the place's usual demand at the origin;
    ``place_code`` is its number among the places the model was fitted on, NaN for a new one. ``pairs`` are the distinct
    places and origins among the rows.
    """

    place: NDArray[np.int32]
    column: NDArray[np.int32]
    origin: NDArray[np.int32]
    everywhere: NDArray[np.int32]
    slot: NDArray[np.int32]
    origin_slot: NDArray[np.int32]
    level: NDArray[np.float32]
    place_code: NDArray[np.float32]
    day: NDArray[np.int32]
    step: NDArray[np.int32]
    pairs: Pairs


class Family(Protocol):
    """Features that share a source. Fills its columns of the design matrix, reading nothing from the origin on."""

    def fill(self, rows: Rows, out: NDArray[np.float32]) -> None:
        """This will write ``[rows, features]`` into ``out``; every column of it is contiguous in memory."""
        ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What every family stands on: the past by wall clock, the calendar, and which names the model knows."""

    history: History
    calendar: CalendarTable
    scope: Scope


def ratio(value: NDArray[np.float32], level: NDArray[np.float32], *, least: float = 0.05) -> NDArray[np.float32]:
    """This will divide by a level of at least ``least`` slots' demand, so that a quiet place cannot explode."""
    return np.asarray(value / np.maximum(level, np.float32(least)), np.float32)
