"""The panel: one dense cube of places × slots, and the sealed view of it that an origin may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError, LeakError, UnknownPlaceError
from busyness.domain.local_time import to_local, to_utc, utc_offsets
from busyness.domain.place import Place
from busyness.domain.slots import Slots, Times
from busyness.tables import columns as c
from busyness.tables.instants import utc_series
from busyness.tables.vintages import Vintages


@dataclass(frozen=True, repr=False)
class Panel:
    """Demand of every place in every slot, with what is known about each slot.

    The first ``history`` slots have passed; the rest are future slots, whose opening hours and known covariates are
    there but whose demand is NaN. Shapes are ``[places, slots]``: ``demand`` float32 (visitors, trips; NaN where not
    observed), ``open`` and ``outlier`` bool, every covariate of ``known`` and ``past`` float32. ``open`` is what is known
    ahead, by the opening hours; that people came while a place should have been closed is in the demand, and only a later
    origin sees it. ``known_from`` is the first origin (slot number) that may see a value, where values came late; None: at
    the end of their slot.
    ``holidays`` names the public holidays by local date. ``neighbours`` int32 ``[places, k]`` are the rows of the places
    around each one, nearest first, -1 where there are fewer. ``vintages`` are covariates that change as they become
    known, such as a weather forecast.
    """

    places: tuple[Place, ...]
    slots: Slots
    history: int
    demand: NDArray[np.float32]
    open: NDArray[np.bool_]
    outlier: NDArray[np.bool_]
    known: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    past: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    known_from: NDArray[np.int32] | None = None
    holidays: Mapping[date, str] = field(default_factory=dict)
    neighbours: NDArray[np.int32] | None = None
    vintages: Vintages | None = None

    def __post_init__(self) -> None:
        shape = (len(self.places), self.slots.count)
        cubes = [("demand", self.demand), ("open", self.open), ("outlier", self.outlier), ("known_from", self.known_from)]
        for name, cube in (*cubes, *self.known.items(), *self.past.items()):
            if cube is not None and cube.shape != shape:
                raise InputError(f"The panel's '{name}' has shape {cube.shape}; places × slots is {shape}.")
        if self.neighbours is not None and len(self.neighbours) != len(self.places):
            raise InputError(f"Neighbours of {len(self.neighbours)} places were given; the panel has {len(self.places)}.")
        if self.vintages is not None and self.vintages.slots != self.slots.count:
            raise InputError(f"Vintages of {self.vintages.slots} slots were given; the panel has {self.slots.count}.")
        if not 0 <= self.history <= self.slots.count:
            raise InputError(f"A panel of {self.slots.count} slots cannot have a history of {self.history}.")
        if len({place.id for place in self.places}) != len(self.places):
            raise InputError("Two places of the panel have the same id.")

    def __repr__(self) -> str:
        return f"Panel({len(self.places)} places × {self.history:,} slots of {self.slots.length} from {self.slots.start})"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the places, in order."""
        return tuple(place.id for place in self.places)

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Where demand was observed, ``[places, slots]``."""
        return np.isfinite(self.demand)

    def until(self, origin: int) -> SealedPanel:
        """This will return what may be known at the start of slot ``origin``."""
        if not 0 <= origin <= self.history:
            raise LeakError(f"Origin {origin} does not lie inside the panel's history of {self.history} slots.")
        return SealedPanel(self, origin)

    def sealed(self) -> SealedPanel:
        """This will return the view from the end of the history: what a forecast of the future may use."""
        return self.until(self.history)

    def shortened(self, history: int, future: int) -> Panel:
        """This will return the same panel with another end of its history and so many future slots after it."""
        count = history + future
        if count > self.slots.count:
            raise InputError(f"A panel of {self.slots.count} slots cannot have {count}.")
        return replace(
            self,
            slots=Slots(self.slots.start, self.slots.length, count),
            history=history,
            demand=self.demand[:, :count],
            open=self.open[:, :count],
            outlier=self.outlier[:, :count],
            known={name: cube[:, :count] for name, cube in self.known.items()},
            past={name: cube[:, :count] for name, cube in self.past.items()},
            known_from=None if self.known_from is None else self.known_from[:, :count],
            vintages=None if self.vintages is None else self.vintages.shortened(count),
        )

    def select(self, ids: Sequence[str]) -> Panel:
        """This will return the same panel with these places only, in this order."""
        row = {place.id: i for i, place in enumerate(self.places)}
        for wanted in ids:
            if wanted not in row:
                raise UnknownPlaceError(wanted, self.ids)
        rows = np.array([row[wanted] for wanted in ids], np.int64)
        return replace(
            self,
            places=tuple(self.places[i] for i in rows),
            demand=self.demand[rows],
            open=self.open[rows],
            outlier=self.outlier[rows],
            known={name: cube[rows] for name, cube in self.known.items()},
            past={name: cube[rows] for name, cube in self.past.items()},
            known_from=None if self.known_from is None else self.known_from[rows],
            neighbours=None if self.neighbours is None else _renumbered(self.neighbours[rows], rows, len(self.places)),
            vintages=None if self.vintages is None else self.vintages.select(rows),
        )

    def origin_of(self, day: date) -> int:
        """This will return the slot that begins at local midnight of ``day`` at the first place."""
        midnight = np.datetime64(day.isoformat(), "s")
        if self.slots.length.daily:
            return int(self.slots.index(midnight))
        return int(self.slots.index(to_utc(np.array([midnight]), self.places[0].timezone))[0])

    def to_polars(self) -> pl.DataFrame:
        """This will return the observed history as a long table: ``time`` (UTC), ``place``, ``amount``."""
        rows, columns = np.nonzero(self.observed[:, : self.history])
        starts = start_times(self.places, self.slots)
        return pl.DataFrame(
            {
                c.TIME: utc_series(starts[rows, columns]),
                c.PLACE: np.array(self.ids, dtype=object)[rows] if len(rows) else pl.Series([], dtype=pl.String),
                c.AMOUNT: self.demand[rows, columns],
            },
            schema_overrides={c.PLACE: pl.String},
        )


class SealedPanel:
    """A panel as it was known at the start of slot ``origin``. A look past the origin raises ``LeakError``.

    ``demand``, ``outlier`` and the ``past`` covariates end at the origin; ``open`` and the ``known`` covariates, known
    ahead, run to the end of the panel. Everything handed out is read-only.
    """

    def __init__(self, panel: Panel, origin: int) -> None:
        self._panel = panel
        self.origin = int(origin)
        self.places = panel.places
        self.slots = panel.slots
        self.holidays = panel.holidays
        self.neighbours = panel.neighbours

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the places, in order."""
        return self._panel.ids

    @cached_property
    def demand(self) -> NDArray[np.float32]:
        """Raw demand before the origin, ``[places, origin]``; NaN where not observed or not known yet."""
        seen = self._panel.demand[:, : self.origin]
        if self._panel.known_from is not None:
            late = self._panel.known_from[:, : self.origin] > self.origin
            seen = np.where(late, np.float32(np.nan), seen)
        return _read_only(seen)

    @cached_property
    def open(self) -> NDArray[np.bool_]:
        """Opening hours of all slots, the future's too, ``[places, slots]``; before the origin, also where people came."""
        came = self.demand > 0
        if not (came & ~self._panel.open[:, : self.origin]).any():
            return _read_only(self._panel.open)
        opened = self._panel.open.copy()
        opened[:, : self.origin] |= came
        return _read_only(opened)

    @cached_property
    def outlier(self) -> NDArray[np.bool_]:
        """Values flagged as outliers by what is known at the origin, ``[places, origin]``."""
        return _read_only(self._panel.outlier[:, : self.origin])

    @property
    def known(self) -> dict[str, NDArray[np.float32]]:
        """Covariates known ahead, ``[places, slots]`` each."""
        return {name: _read_only(cube) for name, cube in self._panel.known.items()}

    @property
    def past(self) -> dict[str, NDArray[np.float32]]:
        """Covariates seen only afterwards, ``[places, origin]`` each."""
        return {name: _read_only(cube[:, : self.origin]) for name, cube in self._panel.past.items()}

    @cached_property
    def vintages(self) -> Vintages | None:
        """Covariates that change as they become known, as far as they were known at the origin."""
        return None if self._panel.vintages is None else self._panel.vintages.until(self.origin)

    def window(self, begin: int, stop: int) -> NDArray[np.float32]:
        """This will return the demand of slots ``begin`` to ``stop``, or raise ``LeakError`` past the origin."""
        if stop > self.origin:
            raise LeakError(f"Slot {stop - 1} was asked for, but the origin is {self.origin}.")
        return self.demand[:, begin:stop]

    def until(self, origin: int) -> SealedPanel:
        """This will return an earlier view; a later one raises ``LeakError``."""
        if not 0 <= origin <= self.origin:
            raise LeakError(f"A panel sealed at {self.origin} cannot be opened until {origin}.")
        return SealedPanel(self._panel, origin)

    def select(self, ids: Sequence[str]) -> SealedPanel:
        """This will return the same view of these places only, in this order."""
        return SealedPanel(self._panel.select(ids), self.origin)

    def ahead(self, horizon: int) -> Slots:
        """This will return the ``horizon`` slots from the origin on, or raise if the panel does not reach so far."""
        if self.origin + horizon > self.slots.count:
            raise InputError(
                f"The panel ends {self.slots.count - self.origin} slots after the origin, but {horizon} are to be forecast.",
                hint="Read it with a longer horizon.",
            )
        start = self.slots.start + self.origin * self.slots.length.step
        return Slots(start, self.slots.length, horizon)

    def flagged(self, outlier: NDArray[np.bool_]) -> SealedPanel:
        """This will return the same view with these outliers flagged, ``[places, origin]``; demand is unchanged."""
        whole = np.zeros(self._panel.outlier.shape, bool)
        whole[:, : self.origin] = outlier
        return SealedPanel(replace(self._panel, outlier=whole), self.origin)

    def opened(self, opened: NDArray[np.bool_]) -> SealedPanel:
        """This will return the same view with other opening hours, ``[places, slots]``."""
        return SealedPanel(replace(self._panel, open=opened), self.origin)

    def filled(self, demand: NDArray[np.float32]) -> SealedPanel:
        """This will return the same view with another history (an imputed one), ``[places, origin]``."""
        whole = np.full(self._panel.demand.shape, np.nan, np.float32)
        whole[:, : self.origin] = demand
        late = self._panel.known_from
        return SealedPanel(
            replace(self._panel, demand=whole, known_from=None if late is None else np.minimum(late, self.origin)),
            self.origin,
        )


def _read_only(array: NDArray) -> NDArray:  # type: ignore[type-arg]  # any dtype goes in and the same comes out
    view = array.view()
    view.flags.writeable = False
    return view


def _renumbered(neighbours: NDArray[np.int32], rows: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    """Neighbours by their new rows; those that are not there any more become -1, at the end."""
    new = np.full(count + 1, -1, np.int32)  # the last one stands for -1
    new[rows] = np.arange(len(rows), dtype=np.int32)
    found = new[neighbours]
    order = np.argsort(found < 0, axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)


def start_times(places: Sequence[Place], slots: Slots) -> Times:
    """This will return the UTC start of every slot at every place, ``[places, slots]``.

    They differ between places only for daily slots, which begin at each place's own midnight.
    """
    times = slots.times()
    if not slots.length.daily or not places:
        return np.broadcast_to(times, (len(places), slots.count))
    by_zone = {name: to_utc(times, name) for name in {place.timezone for place in places}}
    return np.stack([by_zone[place.timezone] for place in places])


def wall_times(places: Sequence[Place], slots: Slots) -> Times:
    """This will return the wall-clock start of every slot at every place, ``[places, slots]``."""
    times = slots.times()
    if slots.length.daily or not places:
        return np.broadcast_to(times, (len(places), slots.count))
    by_zone = {name: to_local(times, name) for name in {place.timezone for place in places}}
    return np.stack([by_zone[place.timezone] for place in places])


def open_cube(places: Sequence[Place], slots: Slots) -> NDArray[np.bool_]:
    """This will say for every place and slot whether the place is open, by its opening hours; no hours: always."""
    wall = wall_times(places, slots)
    cube = np.ones((len(places), slots.count), bool)
    for row, place in enumerate(places):
        if place.opening_hours is not None:
            cube[row] = place.opening_hours.open_at(wall[row], slots.length)
        if place.opened is not None:
            cube[row] &= wall[row] >= np.datetime64(place.opened)
        if place.closed is not None:
            cube[row] &= wall[row] < np.datetime64(place.closed)
    return cube


def local_label(times: Times, timezone: str) -> list[str]:
    """This will write UTC times as local ISO text with the offset: ``2025-01-31T08:00:00-05:00``."""
    shift = utc_offsets(times, timezone)
    wall = np.datetime_as_string(np.asarray(times, "datetime64[s]") + shift.astype("timedelta64[s]"))
    signs = np.where(shift < 0, "-", "+")
    return [
        f"{text}{sign}{abs(s) // 3600:02d}:{abs(s) % 3600 // 60:02d}"
        for text, sign, s in zip(wall, signs, shift, strict=True)
    ]
