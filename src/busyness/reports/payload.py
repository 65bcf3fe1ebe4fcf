"""What the report's script draws from: the plots' numbers once, as compact arrays, and the words it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from busyness.reports.busiest import peak_rows
from busyness.reports.material import ReportMaterial
from busyness.reports.palette import DARK, LIGHT
from busyness.reports.places import ShownPlace
from busyness.reports.replayed import replay_results
from busyness.reports.slot_cube import SlotCube, slot_cube
from busyness.reports.summary import busiest_moments
from busyness.reports.trust import backtest_plots, importance_plot
from busyness.reports.words import Words, words_of
from busyness.tables import columns as c

PLOTTED_PLACES = 60
"""At most so many places have plots in the file; the busiest do."""

NUMBERS = 600_000
"""At most about so many numbers are embedded for plots, so that the file stays small with short slots too."""

_HISTORY_DAYS = 35
_SCRIPT_WORDS = ("decimal", "group", "date.", "store.", "heat.", "forecast.", "last.", "peaks.", "totals.",
                 "backtest.", "importance.", "model", "seasonal_", "table.")  # fmt: skip


def payload(material: ReportMaterial, places: Sequence[ShownPlace]) -> dict[str, Any]:
    """This will return everything the script needs, ready for JSON; ``places`` with the busiest first.

    The keys are short because they repeat for every place; ``_stores`` says what they mean.
    """
    words = words_of(material.language)
    bands = _bands(material)
    cubes = _cubes(material, places[:PLOTTED_PLACES], bands=bands)
    per_place = sum(len(cube.values) * cube.count for cube in cubes.values())
    plotted = places[: min(PLOTTED_PLACES, max(1, NUMBERS // per_place))] if per_place else []
    zones = dict.fromkeys(place.timezone for place in plotted)
    return {
        "language": material.language,
        "unit": words.per_slot(material.unit, material.slot_minutes),
        "counted": words.unit(material.unit),
        "slot": material.slot_minutes,
        "short": material.short,
        "plotted": len(plotted),
        "words": {key: text for key, text in words.phrases.items() if key.startswith(_SCRIPT_WORDS)},
        "lists": words.lists,
        "palettes": {"light": LIGHT, "dark": DARK},
        "outer": 90 if bands.get("low") == "q05" else 80,
        "clocks": {zone: {name: cube.clock(zone) for name, cube in cubes.items()} for zone in zones},
        "stores": _stores(material, places, cubes, plotted=len(plotted), words=words),
        "backtest": backtest_plots(material, places),
        "importance": importance_plot(material),
    }


def _bands(material: ReportMaterial) -> dict[str, str]:
    """Which columns are drawn: the median, the half, and 80 % (90 % where the forecast has no 80 %)."""
    forecast = material.table("forecast")
    there = set(forecast.columns) if forecast is not None else set()
    bands = {"mid": "q50" if "q50" in there else c.MEAN}
    if {"q25", "q75"} <= there:
        bands |= {"a": "q25", "b": "q75"}
    for low, high in (("q10", "q90"), ("q05", "q95")):
        if {low, high} <= there:
            return bands | {"low": low, "high": high}
    return bands


def _cubes(material: ReportMaterial, places: Sequence[ShownPlace], *, bands: dict[str, str]) -> dict[str, SlotCube]:
    """The dense rows of the history, the forecast and the last window, as far as they are there."""
    forecast, history, last = (material.table(name) for name in ("forecast", "history", "last_week"))
    if history is not None:
        since = pl.lit(history[c.TIME].max()) - pl.duration(days=_HISTORY_DAYS)
        history = history.filter(pl.col(c.TIME) >= since)
    if last is not None and c.ORIGIN in last.columns:
        last = last.filter(pl.col(c.ORIGIN) == pl.col(c.ORIGIN).max())
    came = {name: name for name in (c.OBSERVED, c.SEASONAL_NAIVE)} | bands
    wanted = {
        "history": (history, {c.AMOUNT: c.AMOUNT}),
        "forecast": (forecast, bands),
        "last": (last, {} if last is None else {key: name for key, name in came.items() if name in last.columns}),
    }
    found = {
        name: slot_cube(table, places, columns, timezones=material.timezones, slot_minutes=material.slot_minutes)
        for name, (table, columns) in wanted.items()
        if table is not None
    }
    return {name: cube for name, cube in found.items() if cube is not None}


def _stores(
    material: ReportMaterial, places: Sequence[ShownPlace], cubes: Mapping[str, SlotCube], *, plotted: int, words: Words
) -> list[dict[str, Any]]:
    """This will return one dict a place.

    ``name, zone, capacity, moment`` (a sentence), ``peaks`` and ``totals`` as below; for those plotted ``history``,
    ``forecast`` and ``last``, each the columns by name, and ``result``, a sentence on the last window.
    """
    moments = {moment["place"]: moment["said"] for moment in busiest_moments(material)}
    peaks, totals, results = _peaks(material), _totals(material), replay_results(material, words)
    stores = []
    for row, place in enumerate(places):
        store: dict[str, Any] = {"name": place.label, "zone": place.timezone, "moment": moments.get(place.id, "")}
        store |= {"peaks": peaks.get(place.id, []), "totals": totals.get(place.id, [])}
        if place.capacity is not None:
            store["capacity"] = place.capacity
        if row < plotted:
            store["result"] = results.get(place.id, "")
            for name, cube in cubes.items():
                store[name] = {column: cube.row(column, row) for column in cube.values}
        stores.append(store)
    return stores


def _peaks(material: ReportMaterial) -> dict[str, list[list[Any]]]:
    """Each place's ``[day, q50, q10, q90, over, minute, probability, minute, probability …]``, one list a day.

    ``day`` counts days since the epoch, ``minute`` from its midnight; ``over`` is P(demand > capacity) of the first slot.
    """
    rows = peak_rows(material)
    if rows is None:
        return {}
    sizes = [pl.col(name).first().round(1) for name in ("size_q50", "size_q10", "size_q90")]
    listed = rows.group_by(c.PLACE, c.DATE, maintain_order=True).agg(
        *sizes,
        pl.col(c.OVER_CAPACITY).first().round(3),
        pl.col("minute"),
        pl.col(c.PROBABILITY).round(3),
    )
    days = listed[c.DATE].cast(pl.Date).to_physical().to_list()
    found: dict[str, list[list[Any]]] = {}
    for day, (place, _, q50, q10, q90, over, minutes, shares) in zip(days, listed.iter_rows(), strict=True):
        slots = [value for pair in zip(minutes, shares, strict=True) for value in pair]
        found.setdefault(place, []).append([day, q50, q10, q90, over, *slots])
    return found


def _totals(material: ReportMaterial) -> dict[str, list[list[Any]]]:
    """Each place's ``[day, mean, q10, q90]``, one list a day; the quantiles null where they are not known."""
    totals = material.table("totals")
    if totals is None:
        return {}
    marks = [name if name in totals.columns else None for name in (c.MEAN, "q10", "q90")]
    rows = totals.select(
        pl.col(c.PLACE).cast(pl.String),
        pl.col(c.DATE).cast(pl.Date).to_physical(),
        *(
            (pl.lit(None, pl.Float64) if name is None else pl.col(name).cast(pl.Float64).round(1)).alias(f"mark{number}")
            for number, name in enumerate(marks)
        ),
    ).sort(c.PLACE, c.DATE)
    found: dict[str, list[list[Any]]] = {}
    for place, *row in rows.iter_rows():
        found.setdefault(place, []).append(row)
    return found
