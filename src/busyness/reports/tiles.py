"""The few numbers at the top of the report, each with what it means."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from busyness.reports.busiest import busiest_windows
from busyness.reports.material import ReportMaterial
from busyness.reports.summary import busiest_moments, expected_total, forecast_days, skill
from busyness.reports.words import Words, words_of
from busyness.tables import columns as c


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, what it is, and a word on it."""

    label: str
    value: str
    note: str


def tiles(material: ReportMaterial) -> list[Tile]:
    """This will return the tiles that the material allows, at most five."""
    words = words_of(material.language)
    made = (
        _moment(material, words),
        _total(material, words),
        _capacity(material, words),
        _skill(material, words),
        _received(material, words),
    )
    return [tile for tile in made if tile is not None]


def _moment(material: ReportMaterial, words: Words) -> Tile | None:
    moments = busiest_moments(material)
    if not moments:
        return None
    return Tile(words.say("tile.moment"), moments[0]["when"], moments[0]["label"])


def _total(material: ReportMaterial, words: Words) -> Tile | None:
    total, days = expected_total(material), forecast_days(material)
    if total is None or days is None:
        return None
    span = " – ".join(words.day(day, short=True) for day in dict.fromkeys(days))
    return Tile(words.say("tile.total"), words.number(total, 0), f"{words.unit(material.unit)}, {span}")


def _skill(material: ReportMaterial, words: Words) -> Tile | None:
    errors = skill(material)
    if errors is None:
        return None
    ours, naive, baseline = errors
    change, beside = words.percent(ours / naive - 1), words.say(f"baseline.{baseline}")
    note = words.say("tile.skill.note", mae=words.error(ours), naive=words.error(naive), unit=_per_slot(material, words))
    return Tile(words.say("tile.skill", baseline=beside), change if change.startswith("−") else f"+{change}", note)


def _capacity(material: ReportMaterial, words: Words) -> Tile | None:
    windows = None if material.daily else busiest_windows(material)  # with daily slots there is one window a week
    known = None if windows is None else windows.filter(pl.col("over").is_not_null())
    if known is None or not known.height:
        return None
    crowded = int((known["over"] > 0.5).sum())
    key = "tile.capacity.note.one" if known.height == 1 else "tile.capacity.note"
    return Tile(words.say("tile.capacity"), words.number(crowded), words.say(key, count=words.number(known.height)))


def _received(material: ReportMaterial, words: Words) -> Tile | None:
    quality = material.table("quality")
    if quality is None or "missing" not in quality.columns:
        return None
    observed, missing = int(quality[c.OBSERVED].sum()), int(quality["missing"].sum())
    return Tile(words.say("tile.data"), words.percent(observed / max(observed + missing, 1), 1), words.say("tile.data.note"))


def _per_slot(material: ReportMaterial, words: Words) -> str:
    return words.per_slot(material.unit, material.slot_minutes)
