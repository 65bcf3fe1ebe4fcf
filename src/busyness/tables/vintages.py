"""Covariates that change as they become known: every vintage of a weather forecast, looked up as of any origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

_BITS = 24  # a known-from slot number has 24 bits; a cell number the 39 above them
_LATEST = (1 << _BITS) - 1


@dataclass(frozen=True, repr=False)
class Vintages:
    """All values of every covariate, each with the first origin that may see it.

    ``keys`` int64, ascending, hold ``(place × slots + slot) << 24 | known_from``; ``values`` float32 stand beside them.
    ``known_from`` is a slot number: origin o sees a value when ``known_from <= o``; 0: always known. Of one cell the
    value with the greatest ``known_from`` not after the origin counts, so a newer vintage replaces an older one.
    """

    slots: int
    keys: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    values: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Vintages({', '.join(f'{name}: {len(keys):,}' for name, keys in self.keys.items())})"

    @property
    def names(self) -> tuple[str, ...]:
        """The covariates, in alphabetical order."""
        return tuple(sorted(self.keys))

    def with_values(
        self,
        name: str,
        place: NDArray[np.int64],
        *,
        slot: NDArray[np.int64],
        known_from: NDArray[np.int64],
        value: NDArray[np.float32],
    ) -> Self:
        """This will return the same vintages with one covariate more, from arrays of one length in any order.

        Of entries with one cell and one ``known_from`` the last counts.
        """
        keys = ((place.astype(np.int64) * self.slots + slot) << _BITS) | np.clip(known_from, 0, _LATEST).astype(np.int64)
        order = np.argsort(keys, kind="stable")
        keys, ordered = keys[order], np.asarray(value, np.float32)[order]
        last = np.append(keys[1:] != keys[:-1], True) if len(keys) else np.zeros(0, bool)
        return type(self)(self.slots, {**self.keys, name: keys[last]}, {**self.values, name: ordered[last]})

    def with_newer(
        self, name: str, place: NDArray[np.int64], *, slot: NDArray[np.int64], known_from: int, value: NDArray[np.float32]
    ) -> Self:
        """This will return the same vintages with newer values of some cells, seen from ``known_from`` on."""
        keys = self.keys[name]
        cell, since = keys >> _BITS, keys & _LATEST
        fresh = np.full(len(place), known_from, np.int64)
        return self.with_values(
            name,
            np.concatenate([cell // self.slots, place]),
            slot=np.concatenate([cell % self.slots, slot]),
            known_from=np.concatenate([since, fresh]),
            value=np.concatenate([self.values[name], value]),
        )

    def at(
        self, name: str, place: NDArray[np.int32], *, slot: NDArray[np.int32], origin: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """This will return the newest value of each cell that its origin may see; NaN where there is none."""
        keys, values = self.keys[name], self.values[name]
        if not len(keys):
            return np.full(len(place), np.nan, np.float32)
        cell = place.astype(np.int64) * self.slots + slot
        at = np.searchsorted(keys, (cell << _BITS) | np.minimum(origin, _LATEST).astype(np.int64), side="right") - 1
        found = (at >= 0) & (keys[np.maximum(at, 0)] >> _BITS == cell)
        return np.where(found, values[np.maximum(at, 0)], np.float32(np.nan))

    def until(self, origin: int) -> Self:
        """This will return what an origin may see, and nothing newer."""
        kept = {name: (keys & _LATEST) <= origin for name, keys in self.keys.items()}
        return type(self)(
            self.slots,
            {name: keys[kept[name]] for name, keys in self.keys.items()},
            {name: values[kept[name]] for name, values in self.values.items()},
        )

    def select(self, rows: Sequence[int] | NDArray[np.int64]) -> Self:
        """This will return the vintages of these places only, in this order."""
        chosen = type(self)(self.slots)
        for name, keys in self.keys.items():
            place = (keys >> _BITS) // self.slots
            spans = np.searchsorted(place, np.stack([rows, np.asarray(rows) + 1]))
            shifts = (np.arange(len(rows)) - np.asarray(rows, np.int64)) * (self.slots << _BITS)
            runs = [np.arange(begin, stop) for begin, stop in spans.T]
            kept = np.concatenate([*runs, np.zeros(0, np.int64)]).astype(np.int64)
            moved = keys[kept] + np.repeat(shifts, [len(run) for run in runs])
            chosen = type(self)(self.slots, {**chosen.keys, name: moved}, {**chosen.values, name: self.values[name][kept]})
        return chosen

    def shortened(self, slots: int) -> Self:
        """This will return the vintages of a panel cut to so many slots."""
        chosen = type(self)(slots)
        for name, keys in self.keys.items():
            cell = keys >> _BITS
            place, slot = np.divmod(cell, self.slots)
            kept = slot < slots
            chosen = chosen.with_values(
                name, place[kept], slot=slot[kept], known_from=keys[kept] & _LATEST, value=self.values[name][kept]
            )
        return chosen
