"""Every feature beside a slow reading of its definition, cell by cell, with dictionaries of wall-clock times.

Hourly slots over two changes of the clock in two time zones, quarter hours, and local days.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from busyness.features.builder import FAMILIES, DirectFeatures, FeatureSpec
from busyness.tables.examples import Cells
from busyness.tables.panel import Panel

NAN = math.nan
HOLIDAYS = {date(y, m, d): n for y in (2022, 2023, 2024, 2025) for m, d, n in ((1, 1, "New Year"), (12, 25, "Christmas"))}
HOLIDAYS |= {date(2023, 3, 13): "Labour", date(2024, 3, 11): "Labour", date(2024, 7, 28): "Independence Day"}


def mean(values: list[float]) -> float:
    values = [v for v in values if not math.isnan(v)]
    return sum(values) / len(values) if values else NAN


def most(value: float, least: float) -> float:
    return NAN if math.isnan(value) else max(value, least)


class Definition:
    """The features by their formulas. Times are minutes of wall clock since 1970."""

    def __init__(self, panel: Panel) -> None:
        self.panel, self.minutes = panel, panel.slots.length.minutes
        self.day, self.week = 1440, 7 * 1440
        seconds = panel.slots.times().astype(np.int64)
        self.slots: list[dict[int, int]] = []
        self.walls: list[list[int]] = []
        for place in panel.places:
            zone = ZoneInfo("UTC" if panel.slots.length.daily else place.timezone)
            shifts = [datetime.fromtimestamp(s, UTC).astimezone(zone).utcoffset() for s in seconds.tolist()]
            walls = [s // 60 + int(shift.total_seconds()) // 60 for s, shift in zip(seconds.tolist(), shifts, strict=True)]
            walls = [w // self.minutes * self.minutes for w in walls]
            self.walls.append(walls)
            first: dict[int, int] = {}
            for slot, wall in enumerate(walls):
                first.setdefault(wall, slot)
            self.slots.append(first)
        self.trailing = cache(self._trailing)
        self.city = cache(self._city)

    def value(self, place: int, wall: int, before: int) -> float:
        slot = self.slots[place].get(wall)
        if slot is None or wall >= before or self.panel.outlier[place, slot]:
            return NAN
        return float(self.panel.demand[place, slot])

    def window(self, place: int, begin: int, stop: int, need: float = 0.5) -> float:
        values, possible = [], 0
        for wall in range(begin, stop, self.minutes):
            slot = self.slots[place].get(wall)
            possible += slot is not None and bool(self.panel.open[place, slot])
            values.append(self.value(place, wall, stop))
        seen = sum(not math.isnan(v) for v in values)
        return mean(values) if seen > need * max(possible, 1) and seen else NAN

    def _trailing(self, place: int, wall: int) -> float:
        return self.window(place, wall - 28 * self.day, wall)

    def _city(self, wall: int) -> float:
        parts = []
        for place in range(len(self.slots)):
            value = self.value(place, wall, wall + 1)
            level = self.trailing(place, wall)
            if not math.isnan(value) and not math.isnan(level):
                parts.append(value / max(level, 0.05))
        return statistics.median(parts) if parts else NAN

    def level(self, place: int, origin: int) -> float:
        first = min(self.slots[place])
        for begin, need in ((origin - 28 * self.day, 0.5), (origin - 56 * self.day, 0.02), (first, 0.0)):
            found = self.window(place, begin, origin, need)
            if not math.isnan(found):
                return max(found, 0.05)
        return NAN

    def weekly(self, place: int, wall: int, origin: int, level: float, everywhere: int) -> dict[str, float]:
        weeks = [self.value(place, wall - self.week * k, origin) / level for k in range(1, 9)]
        seen = [v for v in weeks if not math.isnan(v)]
        cities = [self.city(w) if w < everywhere else NAN for w in (wall - self.week * k for k in range(1, 9))]
        weekday = (wall // self.day + 3) % 7
        sunday = wall - (weekday + 1) % 7 * self.day
        last = origin - self.day + (wall - origin) % self.day
        lately = [self.value(place, last - self.day * k, origin) / level for k in range(7)]
        return {
            **{f"weeks_back_{k + 1}": weeks[k] for k in range(4)},
            "mean_4": mean(weeks[:4]),
            "mean_8": mean(weeks),
            "median_8": statistics.median(seen) if seen else NAN,
            "spread_8": statistics.pstdev(seen) if seen else NAN,
            "weeks_seen": float(len(seen)),
            "profile_city": mean(cities),
            "last_day": lately[0],
            "last_7_days": mean(lately),
            "sundays": mean([self.value(place, sunday - self.week * k, origin) / level for k in range(5)]),
        }

    def anchored(self, place: int, origin: int, level: float) -> dict[str, float]:
        month, year = 28 * self.day, 364 * self.day
        made = {"log_level": math.log(level)}
        for hours in (6, 24, 72, 168):
            span = hours * 60
            if span >= self.minutes:
                before = [self.window(place, origin - span - self.week * k, origin - self.week * k) for k in range(1, 5)]
                made[f"trend_{hours}h"] = self.window(place, origin - span, origin) / most(mean(before), 0.5)
        made["trend_28d"] = level / most(self.trailing(place, origin - month), 0.5)
        made["trend_year"] = level / most(self.trailing(place, origin - year), 0.5)
        made["prev_hourly_traffic"] = self.value(place, origin - self.minutes, origin) / level
        windows = {"prev_daily_traffic": 1, "ma_hourly_traffic_7days": 7, "ma_hourly_traffic_30days": 30}
        return made | {n: self.window(place, origin - d * self.day, origin) / level for n, d in windows.items()}

    def twin(self, today: date) -> date:
        if today in HOLIDAYS:
            same = [d for d, n in sorted(HOLIDAYS.items()) if d.year == today.year - 1 and n == HOLIDAYS[today]]
            if same:
                return same[0]
        near = [
            abs((today - date(y, 12, 25)).days) <= 9 or abs((today - date(y + 1, 1, 1)).days) <= 7 for y in range(2020, 2030)
        ]
        return date(today.year - 1, today.month, today.day) if any(near) else today - timedelta(days=364)

    def yearly(self, place: int, wall: int, origin: int, everywhere: int) -> dict[str, float]:
        today = date(1970, 1, 1) + timedelta(days=wall // self.day)
        back = (today - self.twin(today)).days * self.day
        twin, then = wall - back, origin - back
        past = []
        for day in HOLIDAYS:
            there = (day - date(1970, 1, 1)).days * self.day + wall % self.day
            if there // self.day < origin // self.day:
                past.append(self.value(place, there, origin) / most(self.trailing(place, there), 0.05))
        return {
            "last_year": self.value(place, twin, origin) / most(self.trailing(place, then), 0.5),
            "last_year_city": self.city(twin) if twin < everywhere else NAN,
            "past_holidays": mean(past),
        }

    def calendar(self, wall: int, origin: int) -> dict[str, float]:
        today = date(1970, 1, 1) + timedelta(days=wall // self.day)
        hour, weekday = wall % self.day / 60, today.weekday()
        ahead = [(d - today).days for d in HOLIDAYS if d >= today]
        since = [(today - d).days for d in HOLIDAYS if d <= today]

        def apart(month: int, day: int, limit: int) -> float:
            near = min(((today - date(y, month, day)).days for y in range(2020, 2030)), key=abs)
            return max(-limit, min(limit, near))

        ends = [today - timedelta(days=k) for k in range(40)]
        names = sorted(set(HOLIDAYS.values()))
        return {
            "horizon": max(wall - origin, 0) // self.minutes,
            "hour_of_day": hour,
            "day_of_week": weekday,
            "hour_of_week": hour + 24 * weekday,
            "day_of_year": today.timetuple().tm_yday,
            "since_payday": next(k for k, d in enumerate(ends) if d.day == 15 or (d + timedelta(days=1)).day == 1),
            "day_type": 7 if today in HOLIDAYS else weekday,
            "holiday": 1 + names.index(HOLIDAYS[today]) if today in HOLIDAYS else 0,
            "until_holiday": min([10, *ahead]),
            "since_holiday": min([10, *since]),
            "christmas": apart(12, 25, 30),
            "new_year": apart(1, 1, 15),
            "national_day": apart(7, 28, 8),
            "month": today.month,
            "day_of_month": today.day,
            "is_holiday": float(today in HOLIDAYS),
        }

    def features(self, place: int, slot: int, origin_slot: int) -> dict[str, float]:
        wall, origin = self.walls[place][slot], self.walls[place][origin_slot]
        everywhere = min(walls[origin_slot] for walls in self.walls)
        level = self.level(place, origin)
        return {
            **self.anchored(place, origin, level),
            **self.weekly(place, wall, origin, level, everywhere),
            **self.yearly(place, wall, origin, everywhere),
            **self.calendar(wall, origin),
        }


def random_panel(make_panel: Callable[..., Panel], every: str, days: int, **parts: object) -> Panel:
    rng = np.random.default_rng(3)
    per_day = {"1h": 24, "15min": 96, "1d": 1}[every]
    demand = rng.poisson(20 * rng.gamma(2, 0.5, (3, days * per_day))).astype(np.float32)
    demand[rng.random(demand.shape) < 0.05] = np.nan
    demand[1, : 5 * per_day] = np.nan
    demand[2, days // 2 * per_day : (days // 2 + 20) * per_day] = np.nan
    return make_panel(
        demand,
        every=every,
        holidays=HOLIDAYS,
        outlier=rng.random(demand.shape) < 0.02,
        open=rng.random(demand.shape) < 0.95,
        **parts,
    )


@pytest.mark.parametrize(
    ("every", "days", "first", "timezones"),
    [
        ("1h", 460, "2023-01-01", ("Australia/Melbourne", "America/Lima")),
        ("15min", 45, "2024-03-01", ("Australia/Melbourne",)),
        ("1d", 900, "2022-01-01", ("America/New_York", "Asia/Tokyo")),
    ],
)
def test_every_feature_is_what_its_formula_says(
    make_panel: Callable[..., Panel], every: str, days: int, first: str, timezones: tuple[str, ...]
) -> None:
    panel = random_panel(make_panel, every, days, first=first, timezones=timezones)
    sealed = panel.sealed()
    rng = np.random.default_rng(1)
    count = 45
    place = rng.integers(0, 3, count)
    late = rng.integers(panel.history * 2 // 3, panel.history - 1, count)
    slot = np.where(np.arange(count) < 10, rng.integers(1, panel.history // 4, count), late)
    reach = panel.slots.length.per_day * 20
    origin = np.maximum(slot - rng.integers(0, reach, count), np.minimum(slot, 8 * panel.slots.length.per_day))
    elsewhere = {"covariate", "space"}  # they have tests of their own
    spec = FeatureSpec(families=tuple(name for name in FAMILIES if name not in elsewhere))
    builder = DirectFeatures(spec).prepared(sealed)
    kinds = (numbers.astype(np.int32) for numbers in (place, slot, origin))
    examples = builder.examples(sealed, Cells(*kinds))
    # before the origin a place also counts as open where people came: the panel says so itself
    definition = Definition(Panel(**{**panel.__dict__, "open": np.array(sealed.open)}))
    wrong = []
    for row in range(count):
        expected = definition.features(int(place[row]), int(slot[row]), int(origin[row]))
        assert set(expected) | {"season"} == set(examples.names)
        for name, value in expected.items():
            found = float(examples.column(name)[row])
            if not (math.isnan(found) and math.isnan(value)) and found != pytest.approx(value, rel=2e-4, abs=2e-4):
                wrong.append((name, row, found, value))
    assert not wrong
