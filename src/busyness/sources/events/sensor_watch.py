"""What is remembered of the readings while they pass, so that one can say afterwards which sensors failed and when."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.sources.events.counter_steps import JUMP, NEGATIVE, RESET, ROLLOVER
from busyness.sources.events.reading_form import ReadingForm
from busyness.sources.events.sensor_index import HOURS, SensorIndex, day_number, hour_of_week
from busyness.sources.events.sensor_rules import SensorRules
from busyness.sources.events.spans import Spans
from busyness.sources.events.stuck_runs import AMOUNT, SERIES, START, STUCK
from busyness.tables import columns as c

WHAT = "what"
NAMES = {RESET: "reset", ROLLOVER: "rollover", NEGATIVE: "negative", JUMP: "jump"}
DAY_COUNTS = ("entry", "exit", "unknown")
_HOUR = 3_600_000_000
_MANY = 500_000


class SensorWatch:
    """Spans and weekly profiles of every series, and the people who came and went on every day of every place.

    ``listed`` counts the slots with a row, ``valued`` those that are believed, ``busy`` those above zero, ``total`` what
    was counted in them: ``[series, hours of the week]``, by the wall clock of each sensor.
    """

    def __init__(self, index: SensorIndex, form: ReadingForm, rules: SensorRules) -> None:
        self.index, self.form, self.rules = index, form, rules
        near = form.step // 2
        self.present = Spans(index.series, gap=near)
        self.zeros = Spans(index.series, gap=near, shortest=round(rules.zero_hours * _HOUR))
        self.unknown = Spans(index.series, gap=near)
        self.stuck = Spans(index.series, gap=_HOUR * 24)
        self.listed, self.valued, self.busy, self.total = (np.zeros((index.series, HOURS)) for _ in range(4))
        self.marks: dict[str, list[pl.DataFrame]] = {name: [] for name in NAMES.values()}
        self.first, self.last = np.iinfo(np.int64).max, np.iinfo(np.int64).min
        self._days: list[pl.DataFrame] = []

    def see(self, rows: pl.DataFrame) -> None:
        """This will take rows ``series, start, amount, what, stuck`` by series and time, as they were counted."""
        if rows.is_empty():
            return
        series = rows[SERIES].to_numpy().astype(np.int64)
        start = rows[START].to_numpy()
        amount = rows[AMOUNT].fill_null(float("nan")).to_numpy()
        end = start + self.form.step
        self.first, self.last = min(self.first, int(start.min())), max(self.last, int(end.max()))
        self.present.add(series, start, end)
        masks = (amount == 0, np.isnan(amount), rows[STUCK].to_numpy())
        for spans, mask in zip((self.zeros, self.unknown, self.stuck), masks, strict=True):
            spans.add(series[mask], start[mask], end[mask])
        local = self.index.local(series // 2, start)
        self._profile(series * HOURS + hour_of_week(local), amount)
        for code, name in NAMES.items():
            marked = rows.filter(pl.col(WHAT) == code)
            if marked.height:
                self.marks[name].append(marked.select(SERIES, START))
        self._count_days(series, start, local, amount)

    def days(self) -> pl.DataFrame:
        """This will return ``place, day, entry, exit, unknown``: people by day, and how many rows were not believed."""
        if not self._days:
            return pl.DataFrame(schema={c.PLACE: pl.Int64, "day": pl.Int64} | dict.fromkeys(DAY_COUNTS, pl.Float64))
        return _added(self._days)

    def _profile(self, at: NDArray[np.int64], amount: NDArray[np.float64]) -> None:
        believed = ~np.isnan(amount)
        there, value = at[believed], amount[believed]
        shape, cells = self.listed.shape, self.listed.size
        self.listed += np.bincount(at, minlength=cells).reshape(shape)
        self.valued += np.bincount(there, minlength=cells).reshape(shape)
        self.busy += np.bincount(there[value > 0], minlength=cells).reshape(shape)
        self.total += np.bincount(there, weights=value, minlength=cells).reshape(shape)

    def _count_days(
        self, series: NDArray[np.int64], start: NDArray[np.int64], local: NDArray[np.int64], amount: NDArray[np.float64]
    ) -> None:
        row = self.index.rows(series // 2, start)
        held = row >= 0
        row, series, local, amount = row[held], series[held], local[held], amount[held]
        leaving = (series % 2 == 1) != self.index.swapped[row]
        people = np.nan_to_num(amount * self.index.factor[row])
        counted = pl.DataFrame(
            {
                c.PLACE: self.index.place_of(row),
                "day": day_number(local),
                "entry": np.where(leaving, 0.0, people),
                "exit": np.where(leaving, people, 0.0),
                "unknown": np.isnan(amount).astype(np.float64),
            }
        )
        self._days.append(_added([counted]))
        if sum(part.height for part in self._days) > _MANY:
            self._days = [_added(self._days)]


def _added(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(parts).group_by(c.PLACE, "day").agg(pl.col(DAY_COUNTS).sum()).sort(c.PLACE, "day")
