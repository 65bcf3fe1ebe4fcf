"""The page of promotions: what each type did, beside what chance does, and the windows that are recommended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from busyness.reports.day_grid import drawn_grid
from busyness.reports.plan_page import PlanPage, bound_tile, money, plan_words, versions_said
from busyness.reports.plan_table import TableStyle, WrittenTable, written_table
from busyness.reports.tiles import Tile
from busyness.reports.tracks import Mark, Track, Tracks, drawn_tracks
from busyness.reports.words import Words
from busyness.tables import columns as c
from busyness.tables.plan import Plan

_SHARES = ("change", "low", "high")
_WINDOWS = (c.PLACE, "start", "end", "type", "extra_visits", "spend", "staff", "gain", "why")
_EFFECTS = ("type", "when", "change", "low", "high", "p", "extra", "windows", "campaigns")
_CANDIDATES = (c.PLACE, "start", "end", "type", "visits", "extra_visits", "cost", "staff", "gain", "picked")
_FILES = ("plan.csv", "plan.xlsx", "plan.json", "types.csv", "effects.csv", "candidates.csv", "terms.csv")


@dataclass(frozen=True)
class PromotionMaterial:
    """``plan`` has the tables ``types``, ``effects``, ``candidates``, ``terms`` and perhaps ``switch_back``.

    ``expected`` is ``place, date, visits`` of the forecast's days (no rows: nothing was recommended), ``names`` what
    places are called, ``blind`` whether the model of the past never saw a promotion.
    """

    plan: Plan
    language: str
    expected: pl.DataFrame
    names: Mapping[str, str] = field(default_factory=dict)
    blind: bool = True
    simulated: bool = False


def promotion_page(material: PromotionMaterial) -> PlanPage:
    """This will return what the page says; ``plan_page.page_files`` writes it."""
    words, plan = plan_words(material.language), material.plan
    types = plan.tables["types"]
    parts = [_effects(types, words)]
    windows = [(row[c.PLACE], row["start"], row["end"], row["type"]) for row in plan.actions.iter_rows(named=True)]
    grid = drawn_grid(material.expected, windows, words, names=material.names)
    tests = ["switch_back.csv"] if "switch_back" in plan.tables else []
    files = [*_FILES, *tests]
    return PlanPage(
        title=words.say("promotions.title"),
        subtitle=versions_said(plan, words),
        lead=_lead(material, words),
        tiles=_tiles(plan, types, words),
        notes=_notes(material, words),
        parts=[*parts, *([grid] if grid else []), *_tables(material, words)],
        files=files,
        simulated=material.simulated,
    )


def _lead(material: PromotionMaterial, words: Words) -> list[str]:
    plan = material.plan
    count = plan.actions.height
    if not material.expected.height:
        first = words.say("promotions.lead.none")
    elif not count:
        judged = plan.tables["candidates"].height if "candidates" in plan.tables else 0
        first = words.say("promotions.lead.nothing" if judged else "promotions.lead.unjudged")
    else:
        gain = money(-plan.cost, plan, words)
        first = words.say("promotions.lead.one" if count == 1 else "promotions.lead", count=count, gain=gain)
    return [first, *(_verdict(row, words) for row in plan.tables["types"].iter_rows(named=True))]


def _verdict(row: Mapping[str, Any], words: Words) -> str:
    change, low, high = (_signed(row[name], words) for name in ("change", "low", "high"))
    facts = {"type": row["type"], "change": change, "low": low, "high": high, "windows": row["windows"]}
    if not row["estimable"]:
        return words.say("promotions.unknown", **facts)
    return words.say("promotions.seen" if row["low"] > 0 or row["high"] < 0 else "promotions.chance", **facts)


def _signed(share: float | None, words: Words) -> str:
    return words.percent(share, 1) if share is None or share <= 0 else f"+{words.percent(share, 1)}"


def _effects(types: pl.DataFrame, words: Words) -> Tracks:
    tracks = []
    for row in types.iter_rows(named=True):
        if row["change"] is None:
            tracks.append(Track(row["type"], words.say("promotions.nothing"), ()))
            continue
        low, high = _signed(row["low"], words), _signed(row["high"], words)
        said = words.say("promotions.effect", change=_signed(row["change"], words), low=low, high=high)
        tone = "plan" if row["estimable"] else "today"
        marks = (
            Mark("band", row["by_chance_low"], row["by_chance_high"], "chance"),
            Mark("line", row["low"], row["high"], tone),
            Mark("dot", row["change"], row["change"], tone),
        )
        tracks.append(Track(row["type"], said if row["estimable"] else f"{said}, {words.say('promotions.few')}", marks))
    legend = [("plan", words.say("promotions.key.effect")), ("chance", words.say("promotions.key.chance"))]
    return drawn_tracks(
        words.say("promotions.effects"),
        tracks,
        written=words.percent,
        note=words.say("promotions.effects.note"),
        legend=legend,
    )


def _tiles(plan: Plan, types: pl.DataFrame, words: Words) -> list[Tile]:
    judged = plan.tables["candidates"].height
    spend = float(plan.actions["spend"].sum()) if plan.actions.height else 0.0
    return [
        Tile(words.say("promotions.gain"), money(-plan.cost, plan, words), words.say("promotions.gain.note")),
        Tile(words.say("promotions.spend"), money(spend, plan, words), ""),
        Tile(
            words.say("promotions.picked"), words.number(plan.actions.height), words.say("promotions.judged", count=judged)
        ),
        Tile(words.say("promotions.types"), f"{types['estimable'].sum()} / {types.height}", ""),
        bound_tile(plan, words),
    ]


def _notes(material: PromotionMaterial, words: Words) -> list[str]:
    told = ["promotions.note.placebo", "promotions.note.gain"]
    told.append("promotions.note.blind" if material.blind else "promotions.note.seen")
    told += ["promotions.note.test"] if "switch_back" in material.plan.tables else []
    return [words.say(key) for key in told]


def _tables(material: PromotionMaterial, words: Words) -> list[WrittenTable]:
    plan, names = material.plan, material.names
    effects = plan.tables["effects"]
    when = {name: words.say(f"when.{name}") for name in effects["when"].unique()} if effects.height else {}
    picked = plan.actions.rename({"quantity": "extra_visits"}).with_columns(
        (-pl.col("cost")).alias("gain"), pl.col("reason").alias("why")
    )
    arms = TableStyle(names=names, values={arm: words.say(f"arm.{arm}") for arm in ("on", "off")})
    terms = plan.tables["terms"]
    told = (
        ("windows", picked, _WINDOWS, "plan.csv", TableStyle(names=names)),
        ("switch_back", plan.tables.get("switch_back"), ("type", c.PLACE, "start", "end", "arm"), "switch_back.csv", arms),
        ("effects", effects, _EFFECTS, "effects.csv", TableStyle(shares=_SHARES, values=when)),
        ("candidates", _best(plan), _CANDIDATES, "candidates.csv", TableStyle(names=names)),
        (
            "terms",
            terms,
            ("term", "value"),
            "terms.csv",
            TableStyle(values={name: words.known("term", name) for name in terms["term"]}),
        ),
    )
    return [
        written_table(frame, columns, words, id=name, file=file, style=style)
        for name, frame, columns, file, style in told
        if frame is not None
    ]


def _best(plan: Plan) -> pl.DataFrame:
    return plan.tables["candidates"].sort("gain", descending=True)
