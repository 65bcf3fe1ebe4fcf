"""The page of a search: how the best error fell from trial to trial, and which parameters mattered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from busyness.reports.pages import templates
from busyness.reports.palette import DARK, LIGHT
from busyness.reports.plan_page import plan_words
from busyness.reports.plan_table import TableStyle, WrittenTable, written_table
from busyness.reports.tracks import round_ticks
from busyness.reports.words import Words

_WIDE, _HIGH = 1000.0, 300.0  # of the plot, in its own units
_SHOWN = 10
_FILES = ("best.yaml", "trials.csv", "trials.parquet")


@dataclass(frozen=True, repr=False)
class SearchMaterial:
    """``trials`` has ``number, state, mae`` (null: not finished) and what was tried; ``given`` and ``best`` are the mean
    absolute errors of the given and of the best settings, ``importance`` the share of each parameter, ``proof`` the same two
    errors on windows that no trial was scored on; ``chosen`` is the number of the trial with the best settings.
    """

    trials: pl.DataFrame
    given: float
    best: float
    importance: Mapping[str, float]
    language: str = "en"
    simulated: bool = False
    proof: tuple[float, float] | None = None
    chosen: int = -1  # none is told


@dataclass(frozen=True, slots=True)
class Plot:
    """Finished trials as dots ``(x, y, said, whether chosen)``, the best so far as a line; ``levels`` label the errors."""

    dots: tuple[tuple[float, float, str, bool], ...]
    line: str
    levels: tuple[tuple[float, str], ...]
    wide: float = _WIDE
    high: float = _HIGH


def search_page(material: SearchMaterial) -> str:
    """This will return the page as one HTML document that asks the network for nothing."""
    words = plan_words(material.language)
    return templates().get_template("search.html.j2").render(
        words=words,
        say=words.say,
        palettes={"light": LIGHT, "dark": DARK},
        lead=_lead(material, words),
        plot=_plot(material.trials.filter(pl.col("mae").is_not_null()).sort("number"), material.chosen, words),
        tables=_tables(material, words),
        files=_FILES,
        simulated=material.simulated,
    )  # fmt: skip


def _lead(material: SearchMaterial, words: Words) -> list[str]:
    gain = 1 - material.best / material.given if material.given > 0 else 0.0
    said = {"best": _exact(material.best, words), "given": _exact(material.given, words), "gain": words.percent(gain, 1)}
    states = ("complete", "pruned", "fail")
    counted = {state: material.trials.filter(pl.col("state") == state).height for state in states}
    first = words.say("search.lead" if gain > 0 else "search.lead.none", **said)
    return [first, *_proof(material, words), words.say("search.where"), words.say("search.counted", **counted)]


def _proof(material: SearchMaterial, words: Words) -> list[str]:
    """What the best settings are worth where no trial was scored, or that none of those that seemed better was."""
    if material.best >= material.given:
        luckier = (material.trials["mae"] < material.given).sum()
        return [words.say("search.proof.none")] if luckier else []
    if material.proof is None:
        return []
    given, best = (_exact(error, words) for error in material.proof)
    return [words.say("search.proof", given=given, best=best)]


def _plot(whole: pl.DataFrame, chosen: int, words: Words) -> Plot:
    numbers, errors = whole["number"].to_list(), sorted(whole["mae"].to_list())
    low = errors[0]
    high = max(errors[int(0.9 * (len(errors) - 1))], low * 1.001)  # the good ones are what is looked at
    last = max(numbers[-1], 1)

    def at(number: int, error: float) -> tuple[float, float]:
        share = (error - low) / (high - low) if high > low else 0.0
        return round(_WIDE * number / last, 1), round(_HIGH * (1 - min(share, 1.0)), 1)

    dots = [
        (*at(number, error), words.say(_named(number, chosen), number=number, error=_exact(error, words)), number == chosen)
        for number, error in whole.select("number", "mae").iter_rows()
    ]
    falling = whole.with_columns(pl.col("mae").cum_min()).select("number", "mae").iter_rows()
    line = " ".join(f"{x},{y}" for x, y in (at(number, error) for number, error in falling))
    levels = tuple((at(0, tick)[1], _exact(tick, words)) for tick in round_ticks(low, high) if low <= tick <= high)
    return Plot(tuple(dots), line, levels)


def _named(number: int, chosen: int) -> str:
    return "search.trial.chosen" if number == chosen else "search.trial"


def _tables(material: SearchMaterial, words: Words) -> list[WrittenTable]:
    hidden = {"number", "state", "mae", "seconds", "proof"}
    tried = [name for name in material.trials.columns if name not in hidden and not name.startswith("mean_to_")]
    ranked = material.trials.filter(pl.col("mae").is_not_null()).sort("mae", "number").with_row_index("rank")
    foremost = ranked.filter((pl.col("rank") < _SHOWN) | (pl.col("number") == material.chosen)).drop("rank")
    marks = [words.say("yes") if number == material.chosen else "" for number in foremost["number"]]
    shown = foremost.select(
        pl.col("number").cast(pl.String).alias("trial"),
        *([pl.Series("chosen", marks, pl.String)] if material.chosen >= 0 else []),
        pl.Series("error", [_exact(error, words) for error in foremost["mae"]], pl.String),
        *([pl.Series("proof", [_text(e, words) for e in foremost["proof"]], pl.String)] if material.proof else []),
        *(pl.Series(name, [_text(value, words) for value in foremost[name]], pl.String) for name in tried),
    )
    style = TableStyle(shares=("share",), numbers=("trial", "error", "proof"))
    tables = [written_table(shown, shown.columns, words, id="trials", file="trials.csv", style=style)]
    if material.importance:
        weighed = {"setting": list(material.importance), "share": list(material.importance.values())}
        table = pl.DataFrame(weighed)
        tables.insert(0, written_table(table, table.columns, words, id="importance", style=style))
    return tables


def _exact(value: float, words: Words) -> str:
    """An error with four digits that count: trials are there to be compared."""
    return words.number(value, max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0)


def _text(value: object, words: Words) -> str:
    if isinstance(value, bool):
        return words.say("yes" if value else "no")
    return _exact(value, words) if isinstance(value, float) else "" if value is None else str(value)
