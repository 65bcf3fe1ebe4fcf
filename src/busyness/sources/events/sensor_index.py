"""The register as arrays: which number a sensor has, and what it counted at an instant."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import to_utc, utc_offsets
from busyness.sources.events.sensor_register import (
    FACTOR,
    ROLLS_OVER_AT,
    SENSOR,
    SWAPPED,
    VALID_FROM,
    VALID_TO,
    SensorRegister,
)
from busyness.sources.files.place_ids import read_places
from busyness.tables import columns as c

Ints = NDArray[np.int64]
KINDS = ("entry", "exit")
"""Series 2 × sensor counts what the sensor calls entries, the next one what it calls exits."""
_EVER = np.iinfo(np.int64).max
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
HOURS = 168


class SensorIndex:
    """Sensors are numbered by id; ``by`` is the register's column that becomes the place."""

    def __init__(self, register: SensorRegister, by: str) -> None:
        rows = register.frame.sort(SENSOR, VALID_FROM, nulls_last=False)
        self.ids: list[str] = rows[SENSOR].unique().sort().to_list()
        self.places: list[str] = rows[by].unique().sort().to_list()
        self.zones: list[str] = rows.unique(SENSOR, keep="first", maintain_order=True)[c.TIMEZONE].to_list()
        self.series = len(self.ids) * len(KINDS)
        sensor = self._codes(rows[SENSOR])
        self._first = np.searchsorted(sensor, np.arange(len(self.ids)))
        self._many = np.bincount(sensor, minlength=len(self.ids))
        self._place = rows[by].cast(pl.Enum(self.places)).to_physical().cast(pl.Int64).to_numpy()
        self._from = rows[VALID_FROM].dt.epoch("us").fill_null(-_EVER).to_numpy()
        self._to = rows[VALID_TO].dt.epoch("us").fill_null(_EVER).to_numpy()
        self._sensor = sensor
        self._clocks = sorted(set(self.zones))
        self._clock = np.array([self._clocks.index(name) for name in self.zones], np.int64)
        self.factor = rows[FACTOR].to_numpy()
        self.swapped = rows[SWAPPED].to_numpy()
        self.rolls_over_at = rows[ROLLS_OVER_AT].fill_null(float("nan")).to_numpy()[self._first]

    def numbers(self, ids: pl.Series) -> pl.Series:
        """This will return the number of each sensor as written (UInt32), null where the register does not have it."""
        return read_places(ids).cast(pl.Enum(self.ids), strict=False).to_physical().cast(pl.UInt32)

    def rows(self, sensor: Ints, time: Ints, *, closing: bool = False) -> Ints:
        """This will return the register's row for each sensor and instant, -1 where it has none.

        ``closing``: the last instant of a row counts as its own, as a counter is read when its interval is over.
        """
        found = np.full(len(sensor), -1, np.int64)
        for nth in range(int(self._many.max(initial=0))):
            row = np.minimum(self._first[sensor] + nth, len(self._from) - 1)
            holds = (nth < self._many[sensor]) & (time >= self._from[row])
            holds &= (time <= self._to[row]) if closing else (time < self._to[row])
            found[holds & (found < 0)] = row[holds & (found < 0)]
        return found

    def place(self, sensor: Ints, time: Ints) -> Ints:
        """This will return the number of the place each sensor counts at an instant, -1 for none."""
        row = self.rows(sensor, time)
        return np.where(row < 0, -1, self._place[row])

    def place_of(self, row: Ints) -> Ints:
        """This will return the number of the place of each row of the register."""
        return self._place[row]

    def midnight(self, place: int, day: int) -> int:
        """This will return when a local day (since 1970-01-01) of a place begins, in microseconds UTC."""
        name = self.zones[int(self._sensor[np.flatnonzero(self._place == place)[0]])]
        return int(to_utc(np.array([np.datetime64(day, "D")]), name)[0].astype(np.int64)) * 1_000_000

    def life(self, sensor: int) -> tuple[int, int]:
        """This will return when the register says that a sensor hung somewhere, open ends as the largest number."""
        rows = slice(self._first[sensor], self._first[sensor] + self._many[sensor])
        return int(self._from[rows].min()), int(self._to[rows].max())

    def installed(self, sensor: int) -> bool:
        """Whether the register says since when the sensor hangs there."""
        return self.life(sensor)[0] > -_EVER

    def beside(self, sensor: int) -> list[int]:
        """This will return the other sensors that count a place of this one, at any time."""
        mine = self._place[self._sensor == sensor]
        return [int(other) for other in np.unique(self._sensor[np.isin(self._place, mine)]) if other != sensor]

    def local(self, sensor: Ints, time: Ints) -> Ints:
        """This will return wall-clock microseconds of UTC ones, by each sensor's zone."""
        local = time.copy()
        which = self._clock[sensor]
        for number, name in enumerate(self._clocks):
            rows = np.flatnonzero(which == number)
            local[rows] += utc_offsets((time[rows] // 1_000_000).astype("datetime64[s]"), name) * 1_000_000
        return local

    def _codes(self, ids: pl.Series) -> Ints:
        return ids.cast(pl.Enum(self.ids)).to_physical().cast(pl.Int64).to_numpy()


def hour_of_week(local: Ints) -> Ints:
    """This will return 0 for Monday 00:00 to 167, of wall-clock microseconds."""
    return (local // _HOUR + 72) % HOURS


def day_number(local: Ints) -> Ints:
    """This will return days since 1970-01-01 by the wall clock."""
    return local // _DAY
