"""The page of a walk through the last weeks: how far off each forecaster was over time, and what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from busyness.reports.pages import templates
from busyness.reports.palette import DARK, LIGHT
from busyness.reports.plan_page import plan_words
from busyness.reports.plan_table import TableStyle, written_table
from busyness.reports.sentences import sentence_in
from busyness.reports.tiles import Tile
from busyness.reports.tracks import round_ticks
from busyness.reports.words import Words
from busyness.tables import columns as c

_TONES = ("today", "plan", "chance")  # of the fitted model, the updated one, the baseline
_WIDE, _HIGH = 1000.0, 300.0  # of the plot, in its own units
_LABELS = 7
_LAST = 7  # days
_FILES = ("accuracy.csv", "signals.csv", "inputs.csv", "watch.json")
_COLUMNS = (c.DATE, "forecaster", "slots", "mae", "wape", "wape_rolling", "coverage")


@dataclass(frozen=True)
class DriftMaterial:
    """``accuracy``: ``date, forecaster, slots, mae, wape, wape_rolling, coverage``, the fitted model first, then the updated
    one, then the baseline. ``signals``: ``place, signal, since, found, size, sentence``. ``notes`` are for the reader.
    ``in_doubt``: the share that the fitted model's bands hold, where too few days are quiet to tell a change; else None.
    """

    accuracy: pl.DataFrame
    signals: pl.DataFrame
    language: str
    model: str = ""
    notes: Sequence[str] = ()
    simulated: bool = False
    in_doubt: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One forecaster's line: its name, tone, and the points of it, pieces apart where there is nothing."""

    name: str
    tone: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines over days; ``days`` and ``levels`` label the axes at places in the plot's units, ``alarms`` are days."""

    lines: tuple[Line, ...]
    days: tuple[tuple[float, str], ...]
    levels: tuple[tuple[float, str], ...]
    alarms: tuple[tuple[float, str], ...]
    wide: float = _WIDE
    high: float = _HIGH


def drift_page(material: DriftMaterial) -> str:
    """This will return the page as one HTML document that asks the network for nothing."""
    words = plan_words(material.language)
    names = {name: words.known("forecaster", name) for name in _forecasters(material)}
    style = TableStyle(shares=("wape", "wape_rolling", "coverage"), values=names)
    rows = material.accuracy.sort(c.DATE, descending=True, maintain_order=True)
    sentences = material.signals["sentence"].to_list()
    return (
        templates()
        .get_template("drift.html.j2")
        .render(
            words=words,
            say=words.say,
            palettes={"light": LIGHT, "dark": DARK},
            subtitle=[text for text in (material.model, _span(material, words)) if text],
            lead=_lead(material, words),
            sentences=sentences,
            tiles=_tiles(material, words),
            notes=[sentence_in(material.language)(note) for note in material.notes],
            plot=_plot(material, words),
            tables=[written_table(rows, _COLUMNS, words, id="accuracy", file="accuracy.csv", style=style)],
            files=_FILES,
            simulated=material.simulated,
        )
    )


def _forecasters(material: DriftMaterial) -> list[str]:
    return material.accuracy["forecaster"].unique(maintain_order=True).to_list()


def _wape(material: DriftMaterial, name: str) -> float | None:
    """WAPE of the last week of days."""
    own = material.accuracy.filter(pl.col("forecaster") == name)
    value: float | None = own["wape_rolling"][-1] if own.height else None
    return value


def _tiles(material: DriftMaterial, words: Words) -> list[Tile]:
    tiles = [
        Tile(words.known("forecaster", name), words.percent(_wape(material, name), 1), words.say("drift.tile.note"))
        for name in _forecasters(material)
    ]
    ours = material.accuracy.filter(pl.col("coverage").is_not_null() & (pl.col("forecaster") == _forecasters(material)[1]))
    recent = ours.tail(2 * _LAST)
    held = float((recent["coverage"] * recent["slots"]).sum()) / max(int(recent["slots"].sum()), 1)
    return [*tiles, Tile(words.say("drift.tile.held"), words.percent(held), words.say("drift.tile.held.note"))]


def _lead(material: DriftMaterial, words: Words) -> list[str]:
    found = material.signals.filter(pl.col("signal").is_in(["level", "slow_level"]))
    places = found[c.PLACE].n_unique()
    first = "drift.lead.none" if not places else "drift.lead.one" if places == 1 else "drift.lead.many"
    fitted, updated = (_wape(material, name) for name in _forecasters(material)[:2])
    lead = [words.say(first, count=words.number(places))]
    if not places and material.in_doubt is not None:
        lead = [doubt_said(material.in_doubt, words)]
    if fitted and updated:
        change = updated / fitted - 1
        key = "drift.better" if change < -0.02 else "drift.worse" if change > 0.02 else "drift.same"
        lead.append(words.say(key, change=words.percent(abs(change))))
    return lead


def doubt_said(held: float, words: Words) -> str:
    """This will say that a change cannot be told, and what share of what came the fitted model's bands hold."""
    return words.say("drift.lead.doubt", held=words.percent(held))


def _span(material: DriftMaterial, words: Words) -> str:
    first, last = material.accuracy[c.DATE].min(), material.accuracy[c.DATE].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return f"{words.day(first, short=True, year=True)} – {words.day(last, short=True, year=True)}"


def _plot(material: DriftMaterial, words: Words) -> Plot:
    days = material.accuracy[c.DATE].unique().sort().to_list()
    place = {day: _WIDE * (number + 0.5) / len(days) for number, day in enumerate(days)}
    top = float(material.accuracy["wape_rolling"].quantile(0.98, "linear") or 0.1) * 1.15
    ticks = round_ticks(0.0, top)

    def at(share: float) -> float:
        return round(_HIGH * (1 - min(share / top, 1)), 1)

    lines = []
    for name, tone in zip(_forecasters(material), _TONES, strict=False):
        pieces: list[list[str]] = [[]]
        for row in material.accuracy.filter(pl.col("forecaster") == name).sort(c.DATE).iter_rows(named=True):
            if row["wape_rolling"] is None:
                pieces.append([])
            else:
                pieces[-1].append(f"{place[row[c.DATE]]:.1f},{at(row['wape_rolling'])}")
        lines.append(Line(words.known("forecaster", name), tone, tuple(" ".join(points) for points in pieces if points)))
    every = max(1, -(-len(days) // _LABELS))
    told = material.signals.filter(pl.col("signal").is_in(["level", "slow_level"]) & pl.col("found").is_in(days))
    alarms = told.group_by("found", maintain_order=True).agg(pl.col("sentence").str.join("\n")).sort("found")
    return Plot(
        tuple(lines),
        tuple((round(place[day], 1), words.day(day, short=True)) for day in days[::every]),
        tuple((at(tick), words.percent(tick)) for tick in ticks),
        tuple((round(place[day], 1), text) for day, text in alarms.iter_rows()),
    )
