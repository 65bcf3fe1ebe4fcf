"""The page of a fleet: what to move where on the next morning, the loading lists, and what doing nothing would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time

import polars as pl

from busyness.domain.place import Place
from busyness.reports.flow_map import FlowMaterial, drawn_flow_map
from busyness.reports.map import Ring
from busyness.reports.plan_page import FlowFigure, PlanPage, bound_tile, money, plan_words, versions_said
from busyness.reports.plan_table import TableStyle, WrittenTable, written_table
from busyness.reports.tiles import Tile
from busyness.reports.words import Words
from busyness.tables import columns as c
from busyness.tables.fleet import FROM, KM, QUANTITY, TO
from busyness.tables.plan import Plan

_POLICIES = ("nothing", "proportional", "plan")


@dataclass(frozen=True)
class RebalancingMaterial:
    """A rebalancing plan, the places and depots it moves between, their outlines, and what is moved (``called``)."""

    plan: Plan
    places: tuple[Place, ...]
    depots: tuple[Place, ...] = ()
    outlines: Mapping[str, Sequence[Ring]] = field(default_factory=dict)
    called: str = "vehicles"
    title: str = ""
    language: str = "en"
    simulated: bool = False


def rebalancing_page(material: RebalancingMaterial) -> PlanPage:
    """This will return what the page says; ``plan_page.page_files`` writes it."""
    words = plan_words(material.language)
    plan = material.plan
    figure = flow_figure(material)
    return PlanPage(
        title=material.title or words.say("rebalancing.title"),
        subtitle=versions_said(plan, words),
        lead=rebalancing_lead(material),
        tiles=_tiles(plan, words),
        notes=plan.notes,
        parts=[*([figure] if figure else []), *_tables(material, words)],
        files=("plan.csv", "plan.parquet", "plan.xlsx", "targets.csv", "tours.csv", "comparison.csv", "plan.json"),
        simulated=material.simulated,
    )


def flow_figure(material: RebalancingMaterial) -> FlowFigure | None:
    """This will draw the moves of the first period, the only ones that are meant to be made; None without positions."""
    words = plan_words(material.language)
    moves = _first(material.plan.actions).select(FROM, TO, QUANTITY)
    unit = words.known("called", material.called)
    title = words.say("rebalancing.map", when=_when(material, words))
    drawn = drawn_flow_map(
        FlowMaterial(material.places, material.depots, moves, material.outlines, title=title, unit=unit), words
    )
    return None if drawn is None else FlowFigure("flow", drawn)


def rebalancing_lead(material: RebalancingMaterial) -> list[str]:
    """This will say what to do on the first morning, and what the plan saves."""
    words, plan = plan_words(material.language), material.plan
    first = _first(plan.actions)
    called = words.known("called", material.called)
    told = []
    if first.height:
        count = words.number(float(first[QUANTITY].sum()))
        told.append(words.say("rebalancing.lead", count=count, called=called, when=_when(material, words)))
    else:
        told.append(words.say("rebalancing.lead.none"))
    nothing = plan.tables["comparison"].filter(pl.col("policy") == "nothing").row(0, named=True)
    saved = {name: money(nothing[name], plan, words) for name in ("plan_saves", "plan_saves_low", "plan_saves_high")}
    told.append(words.say("rebalancing.saves", **saved))
    return told


def _first(actions: pl.DataFrame) -> pl.DataFrame:
    return actions.filter(pl.col(c.TIME) == pl.col(c.TIME).min())


def _when(material: RebalancingMaterial, words: Words) -> str:
    """The first period, on the first place's clock."""
    times = material.plan.actions[c.TIME]
    if not len(times):
        return ""
    first = times.dt.convert_time_zone(material.places[0].timezone).min()
    return words.moment(first).removesuffix(" 00:00")  # type: ignore[arg-type]  # a datetime, as the column is


def _tiles(plan: Plan, words: Words) -> list[Tile]:
    compared = {row["policy"]: row for row in plan.tables["comparison"].iter_rows(named=True)}
    moves, unmet = compared["plan"], compared["nothing"]["unmet_trips"]
    return [
        Tile(words.say("rebalancing.cost"), money(plan.cost, plan, words), words.say("rebalancing.cost.note")),
        bound_tile(plan, words),
        Tile(words.say("rebalancing.moves"), words.number(moves["moves"], 0), money(moves["move_cost"], plan, words)),
        Tile(
            words.say("rebalancing.unmet"),
            words.number(moves["unmet_trips"], 0),
            words.say("rebalancing.unmet.note", count=words.number(unmet, 0)),
        ),
    ]


def _tables(material: RebalancingMaterial, words: Words) -> list[WrittenTable]:
    plan = material.plan
    names = {place.id: place.label for place in (*material.places, *material.depots)}
    style = TableStyle(names=names, sentences=("reason",), values={p: words.say(f"policy.{p}") for p in _POLICIES})
    zone = material.places[0].timezone
    actions = _local(plan.actions, zone).with_columns(pl.col(FROM, TO).replace(names))
    tours = _local(plan.tables["tours"], zone)
    targets = _local(plan.tables["targets"], zone).sort(c.TIME, "unmet_without", descending=[False, True])
    frames = {"policies": plan.tables["comparison"], "tours": tours, "moves": actions, "targets": targets}
    return [
        written_table(frame, _COLUMNS[name], words, id=name, file=_FILES[name], style=style)
        for name, frame in frames.items()
        if frame.height
    ]


_FILES = {"policies": "comparison.csv", "tours": "tours.csv", "moves": "plan.csv", "targets": "targets.csv"}
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "policies": (
        "policy", "unmet_trips", "surplus", "idle_periods", "moves", "move_cost", "cost", "plan_saves", "plan_saves_low",
        "plan_saves_high",
    ),
    "tours": (c.TIME, "van", "tour", "stop", "name", "load", "unload", "aboard", KM, "hours", "fits"),
    "moves": (c.TIME, QUANTITY, FROM, TO, KM, "cost", "reason"),
    "targets": (c.PLACE, c.TIME, "now", "target", "wanted", "unmet_without", "unmet_with", "surplus"),
}  # fmt: skip


def _local(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Times on the places' clock; days where all of them are midnights."""
    local = frame.with_columns(pl.col(c.TIME).dt.convert_time_zone(zone))
    if local.height and local.select((pl.col(c.TIME).dt.time() == time()).all()).item():
        return local.with_columns(pl.col(c.TIME).dt.date())
    return local
