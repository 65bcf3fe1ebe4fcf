"""The last window replayed: how far each place's earlier forecast was off, in a sentence."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from busyness.reports.local_days import with_wall
from busyness.reports.material import ReportMaterial
from busyness.reports.summary import between
from busyness.reports.words import MINUTES_PER_DAY, Words
from busyness.tables import columns as c


def replay_results(material: ReportMaterial, words: Words) -> dict[str, str]:
    """This will say for each place how far the last window's forecast was off, over the slots that were observed."""
    last = material.table("last_week")
    if last is None:
        return {}
    if c.ORIGIN in last.columns:
        last = last.filter(pl.col(c.ORIGIN) == pl.col(c.ORIGIN).max())
    median = "q50" if "q50" in last.columns else c.MEAN
    if median not in last.columns:
        return {}
    observed = pl.col(c.OBSERVED).cast(pl.Float64).fill_nan(None)
    errors = {"mae": (pl.col(median) - observed).abs().mean()}
    if c.SEASONAL_NAIVE in last.columns:
        errors["naive"] = (pl.col(c.SEASONAL_NAIVE).fill_nan(None) - observed).abs().mean()
    if {"q10", "q90"} <= set(last.columns):
        errors["inside"] = observed.is_between("q10", "q90").mean()
    found = last.group_by(pl.col(c.PLACE).cast(pl.String)).agg(**errors).filter(pl.col("mae").is_not_null())
    unit = words.per_slot(material.unit, material.slot_minutes)
    return {row[c.PLACE]: _result(row, words, unit=unit) for row in found.iter_rows(named=True)}


def _result(row: dict[str, float | None], words: Words, *, unit: str) -> str:
    mae = words.error(row["mae"])
    naive, inside = row.get("naive"), row.get("inside")
    if naive is None or inside is None:
        return words.say("last.result.short", mae=mae, unit=unit)
    return words.say("last.result", mae=mae, unit=unit, naive=words.error(naive), inside=words.percent(inside))


def replay_note(material: ReportMaterial, words: Words) -> str:
    """This will say which days the last window's forecast was for; empty without one."""
    last = material.table("last_week")
    if last is None:
        return ""
    if c.ORIGIN in last.columns:
        last = last.filter(pl.col(c.ORIGIN) == pl.col(c.ORIGIN).max())
    days = with_wall(last.select(c.PLACE, c.TIME), material.timezones)["wall"].to_numpy() // MINUTES_PER_DAY
    first, stop = (date(1970, 1, 1) + timedelta(days=int(day)) for day in (days.min(), days.max()))
    key, days_said = between("last.note", first, stop, words=words)
    return words.say(key, **days_said)
