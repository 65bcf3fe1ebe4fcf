"""What a manager reads first: when each place will be busiest, in sentences. For the report and for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from busyness.reports.busiest import busiest_windows
from busyness.reports.local_days import with_wall
from busyness.reports.material import ReportMaterial
from busyness.reports.places import shown_places
from busyness.reports.words import MINUTES_PER_DAY, Words, capitalised, words_of
from busyness.tables import columns as c

SHOWN = 5
"""How many places get a sentence before the rest is only counted."""


def headline(material: ReportMaterial, *, limit: int = SHOWN) -> list[str]:
    """This will say in plain sentences what comes: the total, the busiest moment of the busiest ``limit`` places (largest
    peak first), how many more there are, and how wrong past forecasts were, or that there was too little history to
    check it. Parts without material are left out.
    """
    words = words_of(material.language)
    moments = busiest_moments(material)
    said = [sentence for sentence in (total_sentence(material),) if sentence]
    said += [f"{moment['label']}: {moment['said']}" for moment in moments[:limit]]
    if len(moments) > limit:
        rest = len(moments) - limit
        said.append(words.say("headline.more.one" if rest == 1 else "headline.more", count=words.number(rest)))
    if material.table("peaks") is None and material.table("forecast") is not None:
        said.append(words.say("headline.none"))
    return said + [sentence for sentence in (skill_sentence(material) or unchecked_sentence(material),) if sentence]


def busiest_moments(material: ReportMaterial) -> list[dict[str, Any]]:
    """This will return the busiest moment of each place, the largest first: its ``place``, its ``label``, what
    is ``said`` of it, and as words ``when size low high likely over`` (empty where not known).
    """
    windows = busiest_windows(material)
    if windows is None:
        return []
    words = words_of(material.language)
    places = {place.id: place for place in shown_places(material)}
    first = windows.unique(c.PLACE, keep="first", maintain_order=True)
    moments = []
    for row in first.iter_rows(named=True):
        place = places.get(row[c.PLACE])
        if place is not None:
            told = _told(row, material, words=words)
            told |= {"place": place.id, "label": place.label, "capacity": words.number(place.capacity)}
            moments.append(told | {"said": _sentence(told, material, words=words)})
    return moments


def _told(row: Mapping[str, Any], material: ReportMaterial, *, words: Words) -> dict[str, Any]:
    day, hours = when(row, material, words=words)
    short = capitalised(when(row, material, words=words, short=True)[0])
    known_range = row["size_q10"] is not None and row["size_q90"] is not None
    return {
        "day": day,
        "start": hours[0],
        "stop": hours[1],
        "when": f"{short}, {hours[0]}–{hours[1]}" if hours[0] else short,
        "size": words.number(row["size_q50"]),
        "low": words.number(row["size_q10"]) if known_range else "",
        "high": words.number(row["size_q90"]) if known_range else "",
        "likely": words.likely(row[c.PROBABILITY]),
        "over": "" if row["over"] is None else words.likely(row["over"]),
    }


def when(
    row: Mapping[str, Any], material: ReportMaterial, *, words: Words, short: bool = False
) -> tuple[str, tuple[str, str]]:
    """This will write a window's day, and the hours it starts and stops (empty where slots are days)."""
    start = int(row["start"])
    day = row[c.DATE] + timedelta(days=start // MINUTES_PER_DAY)
    if not material.daily:
        return words.day(day, short=short), (words.clock(start), words.clock(int(row["stop"])))
    last = row[c.DATE] + timedelta(days=int(row["stop"]) // MINUTES_PER_DAY - 1)
    first, stop = words.day(day, short=short), words.day(last, short=short)
    return first if day == last else f"{first} – {stop}", ("", "")


def _sentence(told: Mapping[str, Any], material: ReportMaterial, *, words: Words) -> str:
    unit = words.per_slot(material.unit, material.slot_minutes)
    key = "headline.days" if material.daily else "headline.window"
    moment = {name: told[name] for name in ("day", "start", "stop", "size")}
    parts = [words.say(key, **moment, unit=unit)]
    if told["low"]:
        parts.append(words.say("headline.range", low=told["low"], high=told["high"]))
    if not material.single:
        few = ".few" if material.daily else ".short"
        period = few if material.short else ".days" if material.daily else ""
        parts.append(words.say(f"headline.likely{period}", share=told["likely"]))
    if told["over"]:
        parts.append(words.say("headline.over", share=told["over"], capacity=told["capacity"]))
    return ", ".join(parts) + "."


def forecast_days(material: ReportMaterial) -> tuple[date, date] | None:
    """This will return the first and last local date that is forecast, over all places."""
    forecast = material.table("forecast")
    if forecast is None:
        return None
    days = with_wall(forecast.select(c.PLACE, c.TIME), material.timezones)["wall"].to_numpy() // MINUTES_PER_DAY
    epoch = date(1970, 1, 1)
    return epoch + timedelta(days=int(days.min())), epoch + timedelta(days=int(days.max()))


def expected_total(material: ReportMaterial) -> float | None:
    """This will return the expected demand of all places over the whole horizon; ``None`` where it does not add up."""
    forecast = material.table("forecast")
    if forecast is None or not material.adds_up:
        return None
    total = forecast.select(pl.col(c.MEAN).cast(pl.Float64).fill_nan(None).sum()).item()
    return float(total)


def total_sentence(material: ReportMaterial) -> str:
    """This will say what is expected of all places together; empty without a forecast."""
    words, days, total = words_of(material.language), forecast_days(material), expected_total(material)
    if days is None or total is None:
        return ""
    unit, places = words.unit(material.unit), how_many(material.places.height, words)
    span = between("headline.total", days[0], days[1], words=words)
    return words.say(span[0], total=words.number(total, 0), unit=unit, places=places, **span[1])


def between(key: str, first: date, last: date, *, words: Words, year: bool = False) -> tuple[str, dict[str, str]]:
    """This will return the phrase of a span of days and its ``first`` and ``last``, or the phrase of its one day."""
    if first == last:
        return f"{key}.day", {"day": words.day(first, year=year)}
    return key, {"first": words.day(first), "last": words.day(last, year=year)}


def how_many(count: int, words: Words) -> str:
    """This will write a number of places."""
    return words.say("places.one" if count == 1 else "places.many", count=words.number(count))


def skill(material: ReportMaterial) -> tuple[float, float, str] | None:
    """This will return the mean absolute error of the forecast, that of the better baseline (last week's values, or the mean
    of the last four), and which one that is; ``None`` where not scored.
    """
    scores = material.scores or {}
    errors = {name: (scores.get(name) or {}).get("mae") for name in (c.SEASONAL_NAIVE, c.SEASONAL_MEAN)}
    known = {name: float(error) for name, error in errors.items() if error}
    if scores.get("mae") is None or not known:
        return None
    better = min(known, key=known.__getitem__)
    return float(scores["mae"]), known[better], better


def skill_sentence(material: ReportMaterial) -> str:
    """This will say how wrong past forecasts were beside the better baseline; empty where they were not scored."""
    words, errors = words_of(material.language), skill(material)
    if errors is None:
        return ""
    ours, naive, baseline = errors
    return words.say(
        "headline.skill" if ours <= naive else "headline.skill.worse",
        mae=words.error(ours),
        naive=words.error(naive),
        baseline=words.say(f"baseline.{baseline}"),
        gain=words.percent(abs(1 - ours / naive)),
        unit=words.per_slot(material.unit, material.slot_minutes),
    )


def unchecked_sentence(material: ReportMaterial) -> str:
    """This will say that a forecast was never checked on past weeks; empty where it was, or where there is none."""
    if material.table("forecast") is None or (material.scores or {}).get("mae") is not None:
        return ""
    return words_of(material.language).say("backtest.none")
