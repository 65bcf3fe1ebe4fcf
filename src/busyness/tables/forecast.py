"""The forecast: quantiles of every place and slot ahead, and the joint paths they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.quantiles import REPORTED_LEVELS, column, interpolate_levels, share_below
from busyness.domain.slots import Slots
from busyness.tables import columns as c
from busyness.tables.instants import utc_series
from busyness.tables.panel import start_times, wall_times
from busyness.tables.peaks import peaks_of_place
from busyness.tables.ranks import RankReader, spread_over_places
from busyness.tables.roll_up import Distributions, Grouping, summed


@dataclass(frozen=True, repr=False)
class Forecast:
    """``quantiles`` float32 ``[places, horizon, levels]``, ``mean`` float32 ``[places, horizon]``, in demand per slot.

    ``levels`` are dense, so that probabilities and paths can be read between them; ``reported`` are those that tables
    show. ``ranks`` uint8 ``[templates, places, horizon]`` hold whole past days as ranks within their distribution: they
    carry how hours and places move together, and paths are drawn from them. Quantiles never cross, nothing is
    negative, and closed slots are zero.
    """

    places: tuple[Place, ...]
    slots: Slots
    levels: tuple[float, ...]
    quantiles: NDArray[np.float32]
    mean: NDArray[np.float32]
    open: NDArray[np.bool_]
    ranks: NDArray[np.uint8]
    model: str = ""
    reported: tuple[float, ...] = field(default=REPORTED_LEVELS)

    def __post_init__(self) -> None:
        shape = (len(self.places), self.slots.count)
        if self.quantiles.shape != (*shape, len(self.levels)):
            raise InputError(
                f"Quantiles of shape {self.quantiles.shape} do not fit {shape} cells × {len(self.levels)} levels."
            )
        if self.mean.shape != shape or self.open.shape != shape:
            raise InputError("The forecast's mean and opening hours need the shape [places, horizon].")
        if self.ranks.shape[1:] != shape:
            raise InputError(f"Ranks of shape {self.ranks.shape} do not fit {shape} cells.")

    def __repr__(self) -> str:
        many = f"{len(self.places)} places × {self.slots.count} slots of {self.slots.length}"
        return f"Forecast({many} from {self.slots.start}, model={self.model!r})"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the places, in order."""
        return tuple(place.id for place in self.places)

    def at(self, level: float) -> NDArray[np.float32]:
        """This will return one quantile, ``[places, horizon]``."""
        return interpolate_levels(self.levels, self.quantiles, [level])[..., 0]

    def paths(self, count: int = 200, *, seed: int = 0, rows: slice = slice(None)) -> NDArray[np.float32]:
        """This will draw ``count`` joint paths, ``[count, places, horizon]``, of all places or of ``rows``.

        A path strings together whole past days (the next day comes from the same template with probability 0.7), and
        maps each rank through the cell's own quantiles: each path is coherent over hours and places, and each cell's
        paths follow its quantiles.
        """
        rng = np.random.default_rng(seed)
        picked = self._templates(count, rng)
        row = np.arange(len(self.places))[rows]
        shift = spread_over_places(rng.random(picked.shape), row, templates=len(self.ranks))
        day = np.arange(self.slots.count) // self.slots.length.per_day
        slot = np.arange(self.slots.count)
        reader = RankReader(self.levels, self.quantiles[rows])
        drawn = np.empty((count, len(row), self.slots.count), np.float32)
        for number in range(count):
            rank = self.ranks[picked[number][day][None, :], row[:, None], slot[None, :]]
            drawn[number] = reader.at(rank, shift[:, number, day])
        return drawn

    def _templates(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """This will choose the template of every day of every path, ``[count, days]``."""
        days = -(-self.slots.count // self.slots.length.per_day)
        many = len(self.ranks)
        fresh = rng.integers(0, many, (count, days))
        fresh[:, 0] = rng.permutation(np.arange(count) % many)  # every template starts equally many paths
        picked = fresh.copy()
        for d in range(1, days):
            picked[:, d] = np.where(rng.random(count) < 0.7, picked[:, d - 1], fresh[:, d])
        return picked

    def probability_over(self, threshold: NDArray[np.float32]) -> NDArray[np.float32]:
        """This will return P(demand > threshold) of every cell; ``threshold`` broadcasts to ``[places, horizon]``."""
        over = 1 - share_below(self.levels, self.quantiles, np.broadcast_to(threshold, self.mean.shape))
        return np.asarray(np.where(self.open | np.isnan(over), over, 0), np.float32)

    def sum(self, every: str = "1d", *, levels: Sequence[float] = REPORTED_LEVELS, count: int = 400) -> pl.DataFrame:
        """This will return each place's total per local day (``1d``) or over the whole horizon (``all``), from paths.

        Columns: ``place, date, mean, q05 …``; hourly quantiles do not add up, paths do.
        """
        if every not in {"1d", "all"}:
            raise InputError(f"'{every}' is not a period to sum over.", hint="Use 1d or all.")
        wall = wall_times(self.places, self.slots).astype("datetime64[D]")
        frames = []
        for row, place in enumerate(self.places):
            drawn = self.paths(count, rows=slice(row, row + 1))[:, 0]
            groups = wall[row] if every == "1d" else np.full(wall.shape[1], wall[row, 0])
            days, start = np.unique(groups, return_index=True)
            totals = np.add.reduceat(drawn, start, axis=1)
            mean = np.add.reduceat(self.mean[row], start)
            marks = np.quantile(totals, levels, axis=0)
            frames.append(
                pl.DataFrame({c.PLACE: [place.id] * len(days), c.DATE: days, c.MEAN: mean})
                .with_columns(pl.Series(column(level), marks[k]).cast(pl.Float32) for k, level in enumerate(levels))
                .with_columns(pl.col(c.DATE).cast(pl.Date))
            )
        return pl.concat(frames)

    def roll_up(self, to: str | Mapping[str, str] = "parent") -> Forecast:
        """This will return the forecast of groups of places: of their parents (``parent``), of everything together
        (``city`` or ``all``), or of the groups that a mapping names for every place's id.

        Means add up; quantiles are those of summed paths. The groups keep the places' templates: for the same seed, a
        path of a group is the sum of its places' paths, but for the grid of its quantiles (on average a few hundredths
        of the width of its 80 % interval). A group is open where any of its places is. Daily slots are local days: the
        same date is added up, whenever it begins at each place, and the group's day is that of the zone most of its
        places have. Raises ``InputError`` for places without a group, by name.
        """
        grouping = Grouping.of(self.places, to)
        rolled = summed(Distributions(self.levels, self.quantiles, self.ranks), grouping)
        return replace(
            self,
            places=grouping.places(self.places),
            levels=rolled.levels,
            quantiles=rolled.quantiles,
            mean=grouping.total(self.mean),
            open=grouping.either(self.open),
            ranks=rolled.ranks,
        )

    def peaks(self, *, count: int = 200) -> pl.DataFrame:
        """This will return the likely busiest slots of each place and local day (of each week, where slots are days).

        A forecast shorter than a day (a week) is one period, dated by its first day: its peak is the busiest slot ahead.
        Columns as ``tables.peaks.peaks_of_place`` says: probability, the peak's size as quantiles, P(demand > capacity).
        """
        starts = start_times(self.places, self.slots)
        wall = wall_times(self.places, self.slots).astype("datetime64[D]")
        length = self.slots.length
        if self.slots.count < (length.per_week if length.daily else length.per_day):
            wall = np.broadcast_to(wall[:, :1], wall.shape)
        elif length.daily:  # a week begins on Monday; day 0 of the epoch was a Thursday
            wall = wall - ((wall.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
        capacity = np.array([np.nan if place.capacity is None else place.capacity for place in self.places], np.float32)
        over = self.probability_over(capacity[:, None])
        frames = [
            peaks_of_place(
                place.id,
                self.paths(count, rows=slice(row, row + 1))[:, 0],
                starts=starts[row],
                period=wall[row],
                capacity=place.capacity,
                over=over[row],
            )
            for row, place in enumerate(self.places)
        ]
        return pl.concat(frames)

    def to_polars(self) -> pl.DataFrame:
        """This will return ``place, time, origin, horizon, mean, q05 …``, one row a place and slot, time in UTC."""
        count, horizon = self.mean.shape
        starts = start_times(self.places, self.slots)
        marks = interpolate_levels(self.levels, self.quantiles, self.reported)
        return pl.DataFrame(
            {
                c.PLACE: pl.Series([i for i in self.ids for _ in range(horizon)], dtype=pl.String),
                c.TIME: utc_series(starts.reshape(-1)),
                c.ORIGIN: utc_series(np.repeat(starts[:, 0], horizon)),
                c.HORIZON: np.tile(np.arange(1, horizon + 1, dtype=np.int32), count),
                c.MEAN: self.mean.reshape(-1),
                **{column(level): marks[..., k].reshape(-1) for k, level in enumerate(self.reported)},
            }
        )
