"""The health of the sensors: which one failed, from when to when, how, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import zone
from busyness.sources.events.doubtful_slots import DoubtfulSlots
from busyness.sources.events.sensor_index import KINDS
from busyness.sources.events.sensor_watch import SensorWatch
from busyness.sources.events.stuck_runs import SERIES, START
from busyness.tables import columns as c

SENSOR, FROM, TO, WHAT, SENTENCE = "sensor", "from", "to", "what", "sentence"
HEALTH_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    SENSOR: pl.String,  # null: all sensors of the place together
    c.PLACE: pl.String,
    FROM: pl.Datetime("us", "UTC"),
    TO: pl.Datetime("us", "UTC"),  # exclusive
    WHAT: pl.String,  # reset, rollover, negative, jump, stuck, dead, idle or imbalance
    SENTENCE: pl.String,
}
_SENTENCES = {
    "reset": "The counter of {who} began again at zero at {start}; what it counted since then was taken.",
    "rollover": "The counter of {who} rolled over at {start}; it was counted on.",
    "negative": "{who} gave less than nothing at {start}; that slot counts as missing.",
    "jump": "{who} gave more people at {start} than can be counted; that slot counts as missing.",
    "stuck": "{who} hung from {start} to {end}; that time counts as missing.",
    "dead": "{who} gave no reading from {start} to {end}, when it usually does.",
}
_OFTEN = {
    "reset": "The counter of {who} began again at zero {times:,} times from {start} to {end}; each time it was counted on.",
    "rollover": "The counter of {who} rolled over {times:,} times from {start} to {end}; each time it was counted on.",
    "negative": "{who} gave less than nothing {times:,} times from {start} to {end}; those slots count as missing.",
    "jump": "{who} gave more people than can be counted {times:,} times from {start} to {end}; those slots are missing.",
}
_SINGLY = 3  # more marks of one kind than this become one row
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_FEW_PEOPLE = 100.0  # a day with fewer says nothing about entries and exits
_WEEK = 7 * _DAY

Ints = NDArray[np.int64]
Rows = list[tuple[str | None, str | None, int, int, str, str]]


class SensorHealth:
    """Asks a watch, once all readings have passed. ``doubtful`` comes before ``table``, which tells what it found."""

    def __init__(self, watch: SensorWatch) -> None:
        self._watch, self._index = watch, watch.index
        self._slots = DoubtfulSlots(watch)
        self._rows: Rows = []
        self._hung: list[tuple[int, int, int]] = []
        self._spoilt: set[tuple[int, int]] = set()

    def doubtful(self) -> Iterator[pl.DataFrame]:
        """This will yield ``place`` (number), ``start`` and ``kind`` of slots not to be believed, sensor by sensor.

        These are slots in which a sensor was stuck at zero, or silent while another one of its place was not.
        """
        read = [kind for kind in (0, 1) if self._watch.listed[kind::2].any()]
        for sensor in range(len(self._index.ids)):
            if not self._slots.heard(sensor):
                self._never_heard(sensor)
                continue
            yield from self._silence(sensor, read)
            if not any(self._watch.total[2 * sensor + kind].any() for kind in read):
                self._idle(sensor)
                continue
            for kind in read:
                for slots in self._slots.at_zero(2 * sensor + kind):
                    self._hung.append((sensor, int(slots[0]), int(slots[-1]) + self._watch.form.step))
                    yield self._missing(sensor, slots, kind)

    def table(self) -> pl.DataFrame:
        """This will return what was found (``HEALTH_SCHEMA``), by place, sensor and time."""
        for what, parts in self._watch.marks.items():
            if parts:
                self._marked(what, pl.concat(parts))
        series, start, end = self._watch.stuck.all()
        self._hung += zip((series // 2).tolist(), start.tolist(), end.tolist(), strict=True)
        for sensor, since, until in _merged(self._hung):
            self._tell(sensor, since, until, "stuck")
        self._imbalances()
        frame = pl.DataFrame(self._rows, schema={**HEALTH_SCHEMA, FROM: pl.Int64, TO: pl.Int64}, orient="row")
        moments = [pl.col(name).cast(pl.Datetime("us")).dt.replace_time_zone("UTC") for name in (FROM, TO)]
        return frame.with_columns(moments).unique().sort(c.PLACE, SENSOR, FROM, WHAT, SENTENCE)

    def _silence(self, sensor: int, read: list[int]) -> Iterator[pl.DataFrame]:
        slots = self._slots.silent(sensor)
        if not len(slots):
            return
        step = self._watch.form.step
        heads = np.flatnonzero(np.append(True, np.diff(slots) > step + step // 2))
        for run in np.split(slots, heads[1:]):
            if run[-1] + step - run[0] >= _HOUR:
                self._tell(sensor, run[0], run[-1] + step, "dead")
        missed = slots[self._slots.elsewhere(sensor, slots)]
        for kind in read:
            yield self._missing(sensor, missed, kind)

    def _missing(self, sensor: int, slots: Ints, kind: int) -> pl.DataFrame:
        sensors = np.full(len(slots), sensor)
        row = self._index.rows(sensors, slots)
        held = row >= 0
        row, slots = row[held], slots[held]
        place = self._index.place_of(row)
        day = self._index.local(sensors[held], slots) // _DAY
        self._spoilt.update(zip(place.tolist(), day.tolist(), strict=True))
        leaving = (kind == 1) != self._index.swapped[row]
        kinds = pl.Series(np.where(leaving, 1, 0)).replace_strict(dict(enumerate(KINDS)), return_dtype=pl.String)
        return pl.DataFrame({c.PLACE: place, START: slots, c.KIND: kinds})

    def _never_heard(self, sensor: int) -> None:
        if self._watch.last > self._watch.first:
            where = self._place(sensor, self._watch.first)
            said = f"Sensor '{self._index.ids[sensor]}' is in the register and never gave a reading; nothing waits for it."
            self._rows.append((self._index.ids[sensor], where, self._watch.first, self._watch.last, "dead", said))

    def _idle(self, sensor: int) -> None:
        if self._watch.last - self._watch.first >= _WEEK:
            said = f"Sensor '{self._index.ids[sensor]}' never counted anybody: is it stuck, or at a door that nobody uses?"
            where = self._place(sensor, self._watch.first)
            self._rows.append((self._index.ids[sensor], where, self._watch.first, self._watch.last, "idle", said))

    def _marked(self, what: str, marks: pl.DataFrame) -> None:
        step = self._watch.form.step
        by_sensor = marks.select((pl.col(SERIES) // 2).alias(SENSOR), START).unique().sort(SENSOR, START)
        for (sensor,), rows in by_sensor.group_by(SENSOR, maintain_order=True):
            at = rows[START].to_list()
            if len(at) > _SINGLY:
                self._tell(int(str(sensor)), at[0], at[-1] + step, what, times=len(at))
            else:
                for start in at:
                    self._tell(int(str(sensor)), start, start + step, what)

    def _tell(self, sensor: int, start: int, end: int, what: str, *, times: int = 1) -> None:
        name, timezone = self._index.ids[sensor], self._index.zones[sensor]
        wording = _OFTEN[what] if times > 1 else _SENTENCES[what]
        facts = {"start": _said(int(start), timezone), "end": _said(int(end), timezone), "times": times}
        where = self._place(sensor, int(start))
        said = wording.format(who=f"sensor '{name}'", **facts)
        self._rows.append((name, where, int(start), int(end), what, said[0].upper() + said[1:]))

    def _place(self, sensor: int, at: int) -> str | None:
        number = int(self._index.place(np.array([sensor]), np.array([at]))[0])
        return self._index.places[number] if number >= 0 else None

    def _imbalances(self) -> None:
        most = pl.max_horizontal("entry", "exit")
        apart = (pl.col("entry") - pl.col("exit")).abs() > self._watch.rules.imbalance * most
        days = self._watch.days()
        if not days["exit"].sum():
            return
        spoilt = pl.DataFrame(list(self._spoilt), schema={c.PLACE: pl.Int64, "day": pl.Int64}, orient="row")
        odd = days.filter(apart & (most >= _FEW_PEOPLE) & (pl.col("unknown") == 0)).join(
            spoilt, on=[c.PLACE, "day"], how="anti"
        )
        odd = odd.sort(c.PLACE, "day").with_columns((pl.col("day") - pl.int_range(pl.len()).over(c.PLACE)).alias("run"))
        for (place, _), rows in odd.group_by(c.PLACE, "run", maintain_order=True):
            name, first, last = self._index.places[int(str(place))], rows["day"][0], rows["day"][-1] + 1
            dates = _date(first) if rows.height == 1 else f"{_date(first)} to {_date(last - 1)}"
            said = (
                f"Place '{name}' counted {rows['entry'].sum():,.0f} entries and {rows['exit'].sum():,.0f} exits on {dates}: "
                "a sensor counts too few one way, hangs the wrong way round, or a door has none."
            )
            since, until = (self._index.midnight(int(str(place)), day) for day in (first, last))
            self._rows.append((None, name, since, until, "imbalance", said))


def _merged(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Spans of a sensor that meet are one: entries and exits mostly hang together."""
    merged: list[tuple[int, int, int]] = []
    for sensor, since, until in sorted(spans):
        if merged and merged[-1][0] == sensor and since <= merged[-1][2]:
            merged[-1] = (sensor, merged[-1][1], max(until, merged[-1][2]))
        else:
            merged.append((sensor, since, until))
    return merged


def _said(at: int, timezone: str) -> str:
    return f"{datetime.fromtimestamp(at / 1e6, UTC).astimezone(zone(timezone)):%Y-%m-%d %H:%M}"


def _date(day: int) -> str:
    return f"{datetime.fromtimestamp(day * 86_400, UTC):%Y-%m-%d}"
