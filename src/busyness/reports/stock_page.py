"""The page of orders: what to order and why, stock-outs and waste beside today's rule, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping
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

_COSTS = ("lost_cost", "waste_cost", "holding_cost", "order_cost", "cost")
_CHANGES = (c.PLACE, "product", "changed", "was", "now")
_ORDERS = (c.PLACE, "product", "action", "quantity", "purchase", "arrives", "why")
_LINES = (
    "product", c.PLACE, "policy", "plan_served", "today_served", "plan_lost", "today_lost", "plan_wasted", "today_wasted",
    "plan_cost", "today_cost",
)  # fmt: skip
_FILES = ("plan.csv", "plan.xlsx", "plan.json", "lines.csv", "totals.csv", "paths.csv")
_SHOWN_LINES = 25


@dataclass(frozen=True)
class StockMaterial:
    """``plan`` has the tables ``lines``, ``totals`` and, where it revises another, ``changes``; ``names`` of places.

    ``timezone`` is that of their days.
    """

    plan: Plan
    language: str
    names: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    simulated: bool = False


def stock_page(material: StockMaterial) -> PlanPage:
    """This will return what the page says; ``plan_page.page_files`` writes it."""
    words, plan = plan_words(material.language), material.plan
    revised = "changes" in plan.tables
    drawn = [_bars(plan, words), _lines(material, words)] if plan.actions.height else []
    return PlanPage(
        title=words.say("stock.title.revised" if revised else "stock.title"),
        subtitle=versions_said(plan, words),
        lead=_lead(plan, words),
        tiles=_tiles(plan, words),
        notes=_notes(plan, words),
        parts=[*drawn, *_tables(material, words)],
        files=[*_FILES, *(["changes.csv"] if revised else [])],
        simulated=material.simulated,
    )


def _policy(plan: Plan, name: str) -> Mapping[str, Any]:
    return plan.tables["totals"].filter(pl.col("policy") == name).row(0, named=True)


def _lead(plan: Plan, words: Words) -> list[str]:
    said = []
    if "changes" in plan.tables:
        count = plan.tables["changes"].select(c.PLACE, "product").n_unique()
        said.append(words.say("stock.lead.changed", count=count) if count else words.say("stock.lead.same"))
    if not plan.actions.height:
        return said
    orders = plan.actions.filter(pl.col("action") == "order")
    purchase = money(float(orders["purchase"].sum()), plan, words)
    said.append(words.say("stock.lead", orders=orders.height, lines=plan.actions.height, purchase=purchase))
    own = _policy(plan, "plan")
    low, high = (money(own[f"saved_{end}"], plan, words) for end in ("low", "high"))
    return [*said, words.say("stock.lead.saved", saved=money(own["saved"], plan, words), low=low, high=high)]


def _notes(plan: Plan, words: Words) -> list[str]:
    paths = plan.tables["paths"]
    days = [words.say("stock.note.cost", days=paths["days"][0])] if paths.height else []
    return [*days, words.say("stock.note.bound"), words.say("stock.note.lost")]


def _tiles(plan: Plan, words: Words) -> list[Tile]:
    if not plan.actions.height:
        return []
    own, today = _policy(plan, "plan"), _policy(plan, "today")
    tiles = []
    for name in ("cost", "lost_cost", "waste_cost", "lost", "wasted"):
        paid = name.endswith("cost")
        value, beside = (money(side[name], plan, words) if paid else words.number(side[name]) for side in (own, today))
        tiles.append(Tile(words.say(f"stock.{name}"), value, words.say("beside.today", today=beside)))
    return [*tiles, bound_tile(plan, words)]


def _bars(plan: Plan, words: Words) -> Tracks:
    """Each cost of the plan above that of today's rule."""
    own, today = _policy(plan, "plan"), _policy(plan, "today")
    tracks = [
        Track(
            words.say(f"stock.{name}"),
            words.say("beside", plan=money(own[name], plan, words), today=words.number(today[name])),
            (Mark("bar", 0.0, own[name], "plan", 0), Mark("bar", 0.0, today[name], "today", 1)),
        )
        for name in _COSTS
    ]
    legend = (("plan", words.say("key.plan")), ("today", words.say("stock.key.today")))
    return drawn_tracks(words.say("stock.bars"), tracks, written=lambda value: words.number(value, 0), legend=legend)


def _lines(material: StockMaterial, words: Words) -> Tracks:
    """What each line saves against today's rule, those that save most first."""
    lines = material.plan.tables["lines"].sort("saved", descending=True).head(_SHOWN_LINES)
    tracks = [
        Track(
            f"{row['product']}, {material.names.get(row[c.PLACE], row[c.PLACE])}",
            words.say(
                "interval",
                value=money(row["saved"], material.plan, words),
                low=words.number(row["saved_low"]),
                high=words.number(row["saved_high"]),
            ),
            (Mark("line", row["saved_low"], row["saved_high"]), Mark("dot", row["saved"], row["saved"])),
        )
        for row in lines.iter_rows(named=True)
    ]
    note = words.say("stock.saved.note")
    return drawn_tracks(words.say("stock.saved"), tracks, written=lambda value: words.number(value, 0), note=note)


def _tables(material: StockMaterial, words: Words) -> list[WrittenTable]:
    plan, names = material.plan, material.names
    orders = plan.actions.with_columns(
        pl.col("arrives").dt.convert_time_zone(material.timezone).dt.date(), pl.col("reason").alias("why")
    ).sort("purchase", descending=True)
    kinds = {name: words.say(f"changed.{name}") for name in ("forecast", "stock", "new")}
    actions = {name: words.say(f"action.{name}") for name in ("order", "wait")}
    told = (
        ("changes", plan.tables.get("changes"), _CHANGES, "changes.csv", TableStyle(names=names, values=kinds)),
        ("orders", orders, _ORDERS, "plan.csv", TableStyle(names=names, values=actions)),
        (
            "lines",
            plan.tables["lines"],
            _LINES,
            "lines.csv",
            TableStyle(names=names, shares=("plan_served", "today_served")),
        ),
    )
    return [
        written_table(frame, columns, words, id=name, file=file, style=style)
        for name, frame, columns, file, style in told
        if frame is not None and frame.width
    ]
