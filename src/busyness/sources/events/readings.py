"""Raw chunks of sensor readings → sensors by number, instants and values, with what could not be read set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.events._base import EventLayout
from busyness.sources.events.instants import read_numbers
from busyness.sources.events.pass_times import PassTimes
from busyness.sources.events.reading_form import ReadingForm
from busyness.sources.events.roles import Role
from busyness.sources.events.sensor_index import SensorIndex
from busyness.sources.events.sieve import Sieve
from busyness.tables import columns as c
from busyness.tables.events import Reason

SENSOR, ENTRIES, EXITS, ROW = "sensor", "entries", "exits", "row"
_ZONE = "#zone"  # added to a chunk whose sensors keep different clocks
ROLES = (
    Role(SENSOR, "the sensor's id", ("sensor_id", "device_id", "device", "counter_id", "counter", "id_sensor")),
    Role(
        c.TIME,
        "when it was read",
        ("timestamp", "datetime", "read_at", "ts", "fecha_hora", "hora", "date_time", "date + time", "fecha + hora"),
    ),
    Role(
        ENTRIES,
        "people who came in, or the reading of that counter",
        ("entry", "entradas", "ins", "in", "count_in", "total_in", "people_in", "count", "counts", "visitors", "footfall"),
    ),
    Role(
        EXITS,
        "people who went out, or the reading of that counter",
        ("exit", "salidas", "outs", "out", "count_out", "total_out", "people_out"),
        required=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Readings:
    """A chunk that was read: ``sieve`` knows every row, ``frame`` has the good ones in the file's order.

    Columns: ``row`` (in the chunk), ``sensor`` (UInt32), ``time`` (UTC), ``entries`` and ``exits`` (Float64, null where
    blank; no ``exits`` where the file has none) and ``line``.
    """

    sieve: Sieve
    frame: pl.DataFrame


class ReadingReader:
    """Reads chunk after chunk; ``columns`` as assigned to ``ROLES``. Make one for each pass."""

    def __init__(
        self, columns: Mapping[str, str], layout: EventLayout, *, index: SensorIndex, available: Sequence[str]
    ) -> None:
        self._columns, self._index = columns, index
        self._zones = sorted(set(index.zones))
        told = layout.timezone in available
        self._own_clocks = len(self._zones) > 1 and not told
        timezone = layout.timezone if told else _ZONE if self._own_clocks else self._zones[0]
        self._times = PassTimes(replace(layout, timezone=timezone))

    def read(self, chunk: RawChunk) -> Readings:
        """This will read one chunk; rows of sensors that the register does not have at that time are rejected.

        Times without an offset are by the clock that the register says each sensor has, unless a column of the file
        (``EventLayout.timezone``) says it.
        """
        index, columns = self._index, self._columns
        sensor = index.numbers(chunk.frame[columns[SENSOR]])
        if self._own_clocks:
            zones = pl.Series(_ZONE, index.zones).gather(sensor).fill_null(self._zones[0])
            chunk = replace(chunk, frame=chunk.frame.with_columns(zones))
        raw, sieve = chunk.frame, Sieve(chunk, place=columns[SENSOR], time=columns[c.TIME])
        sieve.reject(sensor.is_null(), Reason.UNKNOWN_SENSOR, value=raw[columns[SENSOR]])
        times = self._times.read(sieve, columns[c.TIME])
        values = {name: read_numbers(sieve, raw[columns[name]]) for name in (ENTRIES, EXITS) if name in columns}
        kept = sieve.kept.arg_true()
        frame = pl.DataFrame(
            {
                ROW: kept,
                SENSOR: sensor.gather(kept),
                c.TIME: times.gather(kept),
                **{name: value.gather(kept) for name, value in values.items()},
                c.LINE: chunk.lines.gather(kept),
            }
        )
        moment = frame[c.TIME].dt.epoch("us").to_numpy()
        there = pl.Series(index.rows(frame[SENSOR].to_numpy().astype(np.int64), moment, closing=True) >= 0)
        sieve.reject(_at(frame[ROW].filter(~there), raw.height), Reason.UNKNOWN_SENSOR)
        return Readings(sieve, frame.filter(there))


class InOrder:
    """Lets readings pass that come after all earlier ones of their sensor; the others are rejected."""

    def __init__(self, sensors: int, form: ReadingForm) -> None:
        self._form = form
        self._last = np.full(sensors, np.iinfo(np.int64).min)

    def passed(self, readings: Readings) -> pl.DataFrame:
        """This will return the frame by sensor and time, with ``time`` as whole microseconds (Int64)."""
        frame = readings.frame
        time = self._form.settled(frame[c.TIME].dt.epoch("us").to_numpy())
        frame = frame.with_columns(pl.Series(c.TIME, time)).sort(SENSOR, maintain_order=True)
        sensor = frame[SENSOR].to_numpy()
        latest = pl.col(c.TIME).cum_max().shift(1).over(SENSOR)
        before = frame.select(pl.max_horizontal(latest, pl.Series(self._last[sensor]))).to_series()
        rows = readings.sieve.frame.height
        readings.sieve.reject(_at(frame[ROW].filter(frame[c.TIME] == before), rows), Reason.DUPLICATE)
        readings.sieve.reject(_at(frame[ROW].filter(frame[c.TIME] < before), rows), Reason.OUT_OF_ORDER)
        frame = frame.filter(frame[c.TIME] > before)
        np.maximum.at(self._last, frame[SENSOR].to_numpy(), frame[c.TIME].to_numpy())
        return frame


def _at(rows: pl.Series, many: int) -> pl.Series:
    mask = np.zeros(many, bool)
    mask[rows.to_numpy()] = True
    return pl.Series(mask)
