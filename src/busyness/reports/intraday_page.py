"""The page of a day under way: what to do in the next step and why, how the day departs, and how the policies compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from busyness.reports.plan_page import PlanPage, bound_tile, money, plan_words, versions_said
from busyness.reports.plan_table import TableStyle, WrittenTable, written_table
from busyness.reports.tiles import Tile
from busyness.reports.tracks import Mark, Track, Tracks, drawn_tracks
from busyness.reports.words import Words
from busyness.tables import columns as c
from busyness.tables.plan import Plan

_POLICIES = ("static", "threshold", "lookahead", "learned")
_ACTIONS = ("move", "call in", "send home")
_PARAMETERS = ("burst", "service_minutes", "patience_minutes", "travel_factor", "acceptance")
_COMPARED = (
    "policy", "cost", "labour", "wait", "gave_up", "moves", "calls", "sends", "saves_static", "saves_static_low",
    "saves_static_high", "saves_lookahead", "saves_lookahead_low", "saves_lookahead_high", "gap_closed",
)  # fmt: skip


_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "proposals": (c.TIME, "action", "from", "to", "saves", "reason"),
    "compared": _COMPARED,
    "departures": (c.PLACE, "so_far", "forecast", "over", "since"),
    "standing": ("in_charge", "gain", "low", "high", "days", "reason"),
    "recalibrated": ("parameter", "believed", "measured", "value", "low", "high", "days", "reason"),
    "judged": ("estimator", "cost", "low", "high", "days", "reason"),
}
_FILES = {"proposals": "plan.csv", "compared": "comparison.csv"}


@dataclass(frozen=True)
class IntradayMaterial:
    """An intraday plan, the names of its places and their time zone."""

    plan: Plan
    names: Mapping[str, str]
    timezone: str
    language: str = "en"
    simulated: bool = False


def intraday_page(material: IntradayMaterial) -> PlanPage:
    """This will return what the page says; ``plan_page.page_files`` writes it."""
    words, plan = plan_words(material.language), material.plan
    return PlanPage(
        title=words.say("intraday.title"),
        subtitle=versions_said(plan, words),
        lead=_lead(material, words),
        tiles=_tiles(plan, words),
        notes=[words.say("intraday.note.days"), words.say("intraday.note.bound"), *plan.notes[-1:]],
        parts=[_costs(plan, words), *_tables(material, words)],
        files=["plan.csv", "plan.xlsx", "plan.json", *(f"{name}.csv" for name in plan.tables)],
        simulated=material.simulated,
    )


def _lead(material: IntradayMaterial, words: Words) -> list[str]:
    plan = material.plan
    said = []
    for row in plan.actions.iter_rows(named=True):
        names = {side: material.names.get(row[side] or "", "") for side in ("from", "to")}
        at = row[c.TIME].astimezone(None) if row[c.TIME].tzinfo is None else row[c.TIME]
        local = pl.Series([at]).dt.convert_time_zone(material.timezone)[0]
        said.append(
            words.say(f"intraday.do.{row['action']}", when=f"{local:%H:%M}", saves=money(row["saves"], plan, words), **names)
        )
    charge = plan.tables["standing"].row(0, named=True)["in_charge"]
    return [*(said or [words.say("intraday.nothing")]), words.say("intraday.charge", policy=words.say(f"policy.{charge}"))]


def _tiles(plan: Plan, words: Words) -> list[Tile]:
    rows = {row["policy"]: row for row in plan.tables["comparison"].iter_rows(named=True)}
    charge = rows[plan.tables["standing"].row(0, named=True)["in_charge"]]
    static = rows["static"]
    saved = [money(charge[f"saves_static{end}"], plan, words) for end in ("", "_low", "_high")]
    return [
        Tile(words.say("intraday.saves"), saved[0], words.say("intraday.saves.note", low=saved[1], high=saved[2])),
        Tile(
            words.say("intraday.gave_up"),
            words.percent(charge["gave_up"], 1),
            words.say("intraday.beside", value=words.percent(static["gave_up"], 1)),
        ),
        Tile(
            words.say("intraday.wait"),
            f"{words.number(charge['wait'], 2)} min",
            words.say("intraday.beside", value=f"{words.number(static['wait'], 2)} min"),
        ),
        bound_tile(plan, words),
    ]


def _costs(plan: Plan, words: Words) -> Tracks:
    """What each policy saves a day beside the roster as it is, with its interval."""
    tracks = [
        Track(
            words.say(f"policy.{row['policy']}"),
            words.say(
                "intraday.saved",
                value=money(row["saves_static"], plan, words),
                low=words.number(row["saves_static_low"]),
                high=words.number(row["saves_static_high"]),
            ),
            (
                Mark("line", row["saves_static_low"], row["saves_static_high"]),
                Mark("dot", row["saves_static"], row["saves_static"]),
            ),
        )
        for row in plan.tables["comparison"].iter_rows(named=True)
        if row["policy"] != "static"
    ]
    return drawn_tracks(
        words.say("intraday.policies"), tracks, written=words.number, note=words.say("intraday.policies.note")
    )


def _tables(material: IntradayMaterial, words: Words) -> list[WrittenTable]:
    plan = material.plan
    values = {name: words.say(f"policy.{name}") for name in _POLICIES} | {
        name: words.say(f"action.{name}") for name in _ACTIONS
    }
    values |= {name: words.say(f"parameter.{name}") for name in _PARAMETERS}
    style = TableStyle(
        names=material.names,
        sentences=("reason",),
        values=values | dict(material.names),
        shares=("gave_up", "gap_closed", "over"),
    )
    local = plan.actions.with_columns(pl.col(c.TIME).dt.convert_time_zone(material.timezone))
    frames = {"proposals": local, "compared": plan.tables["comparison"], **plan.tables}
    shown = [name for name in _COLUMNS if name in frames and frames[name].height]
    return [
        written_table(frames[name], _COLUMNS[name], words, id=name, file=_FILES.get(name, f"{name}.csv"), style=style)
        for name in shown
    ]
