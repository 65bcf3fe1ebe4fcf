"""The page of a plan: what it costs beside the least it could cost, what to know, pictures and tables. One file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from busyness.domain.errors import InputError
from busyness.reports.day_grid import DayGrid
from busyness.reports.flow_map import FlowMap
from busyness.reports.pages import templates
from busyness.reports.palette import DARK, LIGHT
from busyness.reports.plan_table import WrittenTable
from busyness.reports.tiles import Tile
from busyness.reports.tracks import Tracks
from busyness.reports.words import Words, words_of
from busyness.tables.plan import Plan

PLAN_PAGE, PLAN_PART = "plan.html", "part.html"
"""The names of a plan's page, and of its part of the report, in the plan's folder."""

_ROWS_OF_PART = 6
_WORDS = ("intraday", "rebalancing", "plans", "explanation", "drift", "search")  # what plans say, by the name of its file


@dataclass(frozen=True, slots=True)
class FlowFigure:
    """A map of moves, as a part of a page."""

    id: str
    drawn: FlowMap
    kind: str = "flow"


@dataclass(frozen=True)
class PlanPage:
    """What a page says. ``lead`` are the sentences that matter most, ``parts`` pictures and tables in their order.

    ``files`` are the names of the files beside the page, in the order of their links. ``simulated`` says so at the top.
    """

    title: str
    subtitle: Sequence[str]
    lead: Sequence[str]
    tiles: Sequence[Tile]
    notes: Sequence[str]
    parts: Sequence[Tracks | DayGrid | FlowFigure | WrittenTable]
    files: Sequence[str]
    simulated: bool = False


def render_plan_page(page: PlanPage, words: Words) -> str:
    """This will return the page as one HTML document that asks the network for nothing."""
    palettes = {"light": LIGHT, "dark": DARK}
    return templates().get_template("plan_page.html.j2").render(words=words, say=words.say, page=page, palettes=palettes)


def render_plan_part(page: PlanPage, words: Words) -> str:
    """This will return what a run's report says of the plan: its lead, tiles, first picture, and the head of a table.

    A fragment of HTML, to stand in a page that has the style of plans.
    """
    pictures = [part for part in page.parts if part.kind != "table"][:1]
    tables = [
        replace(part, id=f"part-{part.id}", rows=part.rows[:_ROWS_OF_PART], file="", note="")
        for part in page.parts
        if isinstance(part, WrittenTable) and part.rows
    ]
    template = templates().get_template("plan_part.html.j2")
    return template.render(say=words.say, page=page, parts=[*pictures, *tables[:1]])


def page_files(page: PlanPage, language: str) -> dict[str, str]:
    """This will return the files of a plan's page by name: ``plan.html`` and ``part.html``, its part of the report."""
    words = plan_words(language)
    return {PLAN_PAGE: render_plan_page(page, words), PLAN_PART: render_plan_part(page, words)}


@cache
def plan_words(language: str) -> Words:
    """This will return the words of plans in ``es`` or ``en``, those of the report among them.

    Raises:
        InputError: another language.

    """
    if language not in {"es", "en"}:
        raise InputError(f"A page cannot be written in '{language}'.", hint="Use es or en.")
    words = words_of(language)
    folder = files("busyness.reports").joinpath("languages")
    added = [json.loads(folder.joinpath(f"{name}.{language}.json").read_text("utf-8")) for name in _WORDS]
    phrases = dict(words.phrases)
    for more in added:
        phrases |= more
    return replace(words, phrases=phrases)


def money(value: float | None, plan: Plan, words: Words) -> str:
    """This will write an amount with the plan's currency."""
    return f"{words.number(value)}\u00a0{plan.currency}".rstrip("\u00a0")


def versions_said(plan: Plan, words: Words) -> list[str]:
    """This will say what the plan was made from: the forecast's model, other plans, the solver."""
    kept = {name: text for name, text in plan.versions.items() if text and name != "seed"}
    return [f"{words.known('version', name)}: {words.known('solver', text)}" for name, text in kept.items()]


def bound_tile(plan: Plan, words: Words) -> Tile:
    """This will say how far from the best possible the plan can be."""
    if not plan.gap:
        return Tile(words.say("gap"), words.say("gap.none"), "")
    return Tile(words.say("gap"), words.percent(plan.gap, 1), words.say("gap.note", bound=money(plan.bound, plan, words)))
