"""Finance's page: the plan's money beside today's, with intervals, and every assumption on the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from busyness.reports.plan_page import PlanPage, bound_tile, money, plan_words, versions_said
from busyness.reports.plan_table import TableStyle, WrittenTable, written_table
from busyness.reports.tiles import Tile
from busyness.reports.tracks import Mark, Track, Tracks, drawn_tracks
from busyness.reports.words import Words
from busyness.tables import columns as c
from busyness.tables.plan import Plan

_TOTAL = "all costs"
_FILES = ("plan.csv", "plan.xlsx", "plan.json", "page.csv", "places.csv", "assumptions.yaml", "assumptions.csv")


@dataclass(frozen=True)
class MoneyMaterial:
    """``plan`` has the tables ``page``, ``places`` and ``assumptions``; ``days`` is how long they are, ``units`` how many
    common days or paths, ``flat`` whether today's practice is a flat roster; ``names`` what places are called.
    """

    plan: Plan
    language: str
    days: float
    units: int
    flat: bool
    names: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False


def money_page(material: MoneyMaterial) -> PlanPage:
    """This will return what the page says; ``plan_page.page_files`` writes it."""
    words, plan = plan_words(material.language), material.plan
    lines = plan.tables["page"]
    unit = plan.currency or "money"
    costs = lines.filter((pl.col("unit") == unit) & ~pl.col("item").is_in(["sales"]))
    return PlanPage(
        title=words.say("money.title"),
        subtitle=versions_said(plan, words),
        lead=_lead(material, words),
        tiles=_tiles(material, words),
        notes=_notes(material, words),
        parts=[
            _bars(costs, plan, words),
            _changes(costs, plan, words),
            *_by_place(material, words),
            *_tables(material, words),
        ],
        files=_FILES,
        simulated=material.simulated,
    )


def _line(plan: Plan, item: str) -> Mapping[str, Any]:
    return plan.tables["page"].filter(pl.col("item") == item).row(0, named=True)


def _lead(material: MoneyMaterial, words: Words) -> list[str]:
    plan = material.plan
    total = _line(plan, _TOTAL)
    sure = total["change_low"] > 0 or total["change_high"] < 0
    key = "money.lead.sure" if sure else "money.lead.unsure"
    if not sure:
        said = words.say(key, low=money(-total["change_high"], plan, words), high=money(-total["change_low"], plan, words))
    else:
        kind = "less" if total["change"] < 0 else "more"
        ends = sorted((abs(total["change_low"]), abs(total["change_high"])))
        said = words.say(
            f"{key}.{kind}",
            saved=money(abs(total["change"]), plan, words),
            low=money(ends[0], plan, words),
            high=money(ends[1], plan, words),
            days=words.number(material.days),
        )
    if material.flat:
        return [said, words.say("money.lead.flat")]
    yearly = money(-total["change"] * 365 / material.days, plan, words)
    return [said, words.say("money.lead.year", yearly=yearly)]


def _tiles(material: MoneyMaterial, words: Words) -> list[Tile]:
    plan = material.plan
    total = _line(plan, _TOTAL)
    tiles = [
        Tile(
            words.say("money.cost"),
            money(plan.cost, plan, words),
            words.say("beside.today", today=money(total["today"], plan, words)),
        )
    ]
    for item in ("visitors served", "waiting per visitor", "labour of sales", "visitors per labour hour"):
        row = _line(plan, item)
        value, today = (_written(row["unit"], row[side], plan, words) for side in ("plan", "today"))
        tiles.append(Tile(words.known("item", item), value, words.say("beside.today", today=today)))
    return [*tiles, bound_tile(plan, words)]


def _written(unit: str, value: float | None, plan: Plan, words: Words) -> str:
    if unit == "share":
        return words.percent(value, 1)
    if unit == (plan.currency or "money"):
        return money(value, plan, words)
    return words.number(value) + (f"\u00a0{words.say('unit.min')}" if unit == "minutes" else "")


def _bars(costs: pl.DataFrame, plan: Plan, words: Words) -> Tracks:
    """Each cost of the plan above today's."""
    tracks = []
    for row in costs.iter_rows(named=True):
        marks = (Mark("bar", 0.0, row["plan"], "plan", 0), Mark("bar", 0.0, row["today"], "today", 1))
        said = words.say("beside", plan=money(row["plan"], plan, words), today=words.number(row["today"]))
        tracks.append(Track(words.known("item", row["item"]), said, marks))
    return drawn_tracks(words.say("money.bars"), tracks, written=lambda value: words.number(value, 0), legend=_legend(words))


def _legend(words: Words) -> Sequence[tuple[str, str]]:
    return (("plan", words.say("key.plan")), ("today", words.say("key.today")))


def _changes(costs: pl.DataFrame, plan: Plan, words: Words) -> Tracks:
    tracks = [_change(words.known("item", row["item"]), row, plan, words) for row in costs.iter_rows(named=True)]
    return drawn_tracks(
        words.say("money.changes"),
        tracks,
        written=lambda value: words.number(value, 0),
        note=words.say("money.changes.note"),
    )


def _change(label: str, row: Mapping[str, Any], plan: Plan, words: Words) -> Track:
    marks = (
        Mark("line", row["change_low"], row["change_high"], "plan"),
        Mark("dot", row["change"], row["change"], "plan"),
    )
    ends = {name: words.number(row[f"change_{name}"]) for name in ("low", "high")}
    return Track(label, words.say("interval", value=money(row["change"], plan, words), **ends), marks)


def _by_place(material: MoneyMaterial, words: Words) -> list[Tracks]:
    plan, places = material.plan, material.plan.tables["places"].sort("change").head(30)
    if places.height < 2:
        return []
    tracks = [
        _change(material.names.get(row[c.PLACE], row[c.PLACE]), row, plan, words) for row in places.iter_rows(named=True)
    ]
    return [drawn_tracks(words.say("money.places"), tracks, written=lambda value: words.number(value, 0))]


def _notes(material: MoneyMaterial, words: Words) -> list[str]:
    told = [words.say("money.note.common", units=words.number(material.units), days=words.number(material.days))]
    keys = (["money.note.flat"] if material.flat else []) + ["money.note.queue", "money.note.assumptions"]
    return told + [words.say(key) for key in keys]


def _tables(material: MoneyMaterial, words: Words) -> list[WrittenTable]:
    plan = material.plan
    lines = plan.tables["page"]
    sides = ("plan", "today", "change", "change_low", "change_high")
    written = lines.select(
        pl.Series("item", [words.known("item", item) for item in lines["item"]], dtype=pl.String),
        pl.Series("unit", [words.known("unit", unit) for unit in lines["unit"]], dtype=pl.String),
        *(
            pl.Series(
                name,
                [
                    words.percent(value, 1) if unit == "share" else words.number(value)
                    for unit, value in lines.select("unit", name).iter_rows()
                ],
                dtype=pl.String,
            )
            for name in sides
        ),
    )
    assumed = plan.tables["assumptions"]
    texts = {
        **{row["assumption"]: words.known("assumption", row["assumption"]) for row in assumed.iter_rows(named=True)},
        **{text: words.known("assumed", text) for name in ("unit", "source", "meaning") for text in assumed[name]},
    }
    return [
        written_table(
            written, ("item", "unit", *sides), words, id="page", file="page.csv", style=TableStyle(numbers=sides)
        ),
        written_table(
            assumed,
            ("assumption", "value", "unit", "source", "meaning"),
            words,
            id="assumptions",
            file="assumptions.yaml",
            style=TableStyle(values=texts),
        ),
        written_table(
            plan.tables["places"], (c.PLACE, "hours", *sides), words, id="places", file="places.csv",
            style=TableStyle(names=material.names),
        ),
    ]  # fmt: skip
