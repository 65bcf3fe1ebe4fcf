"""Examples: rows a model eats. One row is one cell, a place and a slot seen from an origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError


@dataclass(frozen=True, slots=True)
class Cells:
    """Which places and slots are asked for, and from which origin each is seen: int32 arrays of one length."""

    place: NDArray[np.int32]
    slot: NDArray[np.int32]
    origin: NDArray[np.int32]

    def __post_init__(self) -> None:
        if not len(self.place) == len(self.slot) == len(self.origin):
            raise InputError("Cells need as many places as slots and origins.")
        if len(self.slot) and bool((self.slot < self.origin).any()):
            raise InputError("A cell's slot lies before its origin.")

    def __len__(self) -> int:
        return len(self.place)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Cells:
        """This will return these rows of the cells."""
        return Cells(self.place[rows], self.slot[rows], self.origin[rows])

    @classmethod
    def ahead(cls, places: int, origins: NDArray[np.int64] | list[int], horizon: int) -> Cells:
        """This will return all cells of ``horizon`` slots from each origin, ordered ``[origins, places, horizon]``."""
        at = np.asarray(origins, np.int32)
        shape = (len(at), places, horizon)
        origin = np.broadcast_to(at[:, None, None], shape).reshape(-1)
        step = np.broadcast_to(np.arange(horizon, dtype=np.int32), shape).reshape(-1)
        place = np.broadcast_to(np.arange(places, dtype=np.int32)[None, :, None], shape).reshape(-1)
        return cls(place, origin + step, origin)


@dataclass(frozen=True, slots=True)
class Examples:
    """``X`` float32 ``[rows, features]`` (NaN: not known), their names, and what each row is about.

    ``level`` is the place's usual demand at the origin (per slot); ``y`` is demand divided by it, NaN where it is not
    observed; ``weight`` is how much the row counts in fitting.
    """

    X: NDArray[np.float32]
    names: tuple[str, ...]
    categorical: tuple[str, ...]
    y: NDArray[np.float32]
    weight: NDArray[np.float32]
    level: NDArray[np.float32]
    cells: Cells

    def __post_init__(self) -> None:
        rows = len(self.cells)
        if self.X.shape != (rows, len(self.names)):
            raise InputError(f"X has shape {self.X.shape}; rows × names is {(rows, len(self.names))}.")
        if not len(self.y) == len(self.weight) == len(self.level) == rows:
            raise InputError("y, weight and level need one value per row.")

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Examples:
        """This will return these rows."""
        return Examples(
            self.X[rows],
            self.names,
            self.categorical,
            self.y[rows],
            self.weight[rows],
            self.level[rows],
            self.cells.take(rows),
        )

    def column(self, name: str) -> NDArray[np.float32]:
        """This will return one feature of all rows."""
        return self.X[:, self.names.index(name)]
