"""Learning as data arrives: back after a level shift of 40 %, calm before it, and what one hourly update costs."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from busyness.domain.stopwatch import Stopwatch
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.online import UpdatingForecaster
from busyness.monitoring.walked import Daily
from busyness.sources.simulator.retail import RetailChain
from busyness.tables.panel import Panel
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.config import read_config
from busyness.workflows.ingest import ingest
from busyness.workflows.options import with_options
from busyness.workflows.progress import Silent
from busyness.workflows.settings import ModelSettings, RunSettings
from busyness.workflows.simulate import simulate
from busyness.workflows.watch import FROZEN, UPDATING, walked, watch
from busyness.workflows.wiring.members import forecaster
from figure import ROOT, Figure, NotHere, Options

BEFORE, AFTER = 14, 21  # days walked before the shift and after it
HORIZON = 168
WORLDS = ((date(2024, 3, 1), 5), (date(2024, 7, 1), 7), (date(2025, 1, 1), 11))
FACTORS = {"less": 0.6, "more": 1.4}
REAL_CHANGES = {
    "louisville": (60, "scooters come back after the service stood still for 32 days, and become more"),
    "bayarea": (84, "autumn comes, and stations move"),
    "uber": (84, "a summer in which the service grows"),
}
"""Days walked through, and what happened in them."""


def run(options: Options) -> Iterator[Figure]:
    """This will yield errors of calm weeks, errors after a shift beside those without it, and the cost of an update."""
    for model in ("seasonal",) if options.quick else ("boosted", "seasonal"):
        yield from _recovery(model, options)
    yield _cost(options)
    yield from _real_changes(options)


def _real_changes(options: Options) -> Iterator[Figure]:
    """Walks through real weeks in which something changed, with a model that was fitted before them."""
    os.environ["BUSYNESS_REAL_DATA"] = str(options.real)  # the examples' files name it
    if not options.real.is_dir():
        raise NotHere(f"The real data are not in {options.real}.")
    for name, (days, what) in list(REAL_CHANGES.items())[: 1 if options.quick else None]:
        settings = read_config(ROOT / "examples" / "real" / f"{name}.yaml")
        model = settings.model.model_copy(update={"threads": options.threads, "fast": options.quick})
        run = watch(settings.model_copy(update={"model": model}), days=days)
        found, last = run.summary(), run.summary(days=7)
        extra = {
            "what": what,
            "days": days,
            "last_week": {who: errors["mae"] for who, errors in last.items()},
            "naive": found["seasonal_naive"]["mae"],
            "coverage": {who: found[who]["coverage"] for who in (FROZEN, UPDATING)},
        }
        yield Figure(f"online_real_{name}", found[UPDATING]["mae"] or 0.0, found[FROZEN]["mae"], "MAE", extra)


def _recovery(model: str, options: Options) -> Iterator[Figure]:
    stores, worlds = (3, WORLDS[:1]) if options.quick else (12, WORLDS)
    calm, shifted = [], {name: [] for name in FACTORS}
    for start, seed in worlds:
        panel = _chain(stores, start, seed)
        first = panel.history - (BEFORE + AFTER) * 24
        settings = ModelSettings(model=model, fast=True, threads=options.threads)
        made = forecaster(settings, watch=Stopwatch())
        fitted = made.fit(panel.until(first), HORIZON)
        assert isinstance(fitted, CalibratedForecaster)
        calm.append(_walk(panel, fitted, first))
        for name, factor in FACTORS.items():
            shifted[name].append(_walk(_shifted(panel, factor, seed), fitted, first))
    errors = {name: _wape(calm, name, slice(None)) for name in (FROZEN, UPDATING)}
    extra = {"model": model, "worlds": len(worlds), "stores": stores}
    coverage = {f"coverage_{name}": _coverage(calm, name) for name in (FROZEN, UPDATING)}
    yield Figure("online_calm", errors[UPDATING], errors[FROZEN], "WAPE", extra | coverage)
    for name, walks in shifted.items():
        by_day = {who: [_beside(walks, calm, who, _day(k)) for k in range(10)] for who in (FROZEN, UPDATING)}
        later, last = slice(BEFORE + 3, BEFORE + 10), slice(BEFORE + 14, None)
        ratio = {who: _beside(walks, calm, who, later) for who in (FROZEN, UPDATING)}
        more = {
            "shift": FACTORS[name] - 1,
            "by_day_updating": by_day[UPDATING],
            "by_day_frozen": by_day[FROZEN],
            "updating_after_14_days": _beside(walks, calm, UPDATING, last),
            "frozen_after_14_days": _beside(walks, calm, FROZEN, last),
            "target": "updating ≤ 1.1, frozen above",
            "note": "errors beside demand, days 4 to 10 after the shift, over the same model's on the same days without it",
        }
        yield Figure(f"online_shift_{name}", ratio[UPDATING], ratio[FROZEN], "of the old error", extra | more)


def _cost(options: Options) -> Figure:
    places, hours = (50, 26) if options.quick else (1000, 73)
    panel = tiny_city(places=places, weeks=14, future=48)
    first = panel.history - hours
    settings = ModelSettings(model="boosted", fast=True, threads=options.threads)
    fitted = forecaster(settings, watch=Stopwatch()).fit(panel.until(first), 48)
    assert isinstance(fitted, CalibratedForecaster)
    model = UpdatingForecaster(fitted).update(panel.until(first)).ahead(panel.until(first))
    spent, ahead = [], []
    for hour in range(1, hours + 1):
        sealed = panel.until(first + hour)
        begun = time.perf_counter()
        model = model.update(sealed)
        learned = time.perf_counter()
        model = model.ahead(sealed)
        spent.append(1000 * (learned - begun))
        ahead.append(1000 * (time.perf_counter() - learned))
    extra = {
        "places": places,
        "slowest_ms": max(spent),
        "look_ahead_ms": statistics.median(sorted(ahead)[-(hours // 24) :]),
        "target": "≤ 20 ms",
        "note": "once a day, between two updates, the model is asked again, as for any forecast: look_ahead_ms",
    }
    return Figure("online_update", statistics.median(spent), None, "ms", extra)


def _chain(stores: int, start: date, seed: int) -> Panel:
    with TemporaryDirectory() as folder:
        chain = RetailChain(stores=stores, start=start, days=340, seed=seed, level_shifts_per_year=0.0)
        _, written = simulate(chain, Path(folder))
        files = {path.stem: str(path) for path in written if path.suffix == ".csv"}
        asked = {
            "file": files["counts"],
            "timezone": "America/Lima",
            "country": "PE",
            "opening_hours": files["opening_hours"],
            "known": (files["known"],),
            "horizon": HORIZON,
        }
        return ingest(with_options(RunSettings(), asked, spelled="{}")).panel


def _shifted(panel: Panel, factor: float, seed: int) -> Panel:
    """The panel with more or fewer people from a midnight on: each comes, or brings another, by chance."""
    draw = np.random.default_rng(seed)
    demand = panel.demand.copy()
    later = demand[:, panel.history - AFTER * 24 :]
    seen = np.isfinite(later)
    counts = later[seen].astype(np.int64)
    later[seen] = draw.binomial(counts, factor) if factor < 1 else counts + draw.binomial(counts, factor - 1)
    return replace(panel, demand=demand)


def _walk(panel: Panel, fitted: CalibratedForecaster, first: int) -> dict[str, Daily]:
    walks, _ = walked(panel, UpdatingForecaster(fitted), first=first, prepare=lambda sealed: sealed, progress=Silent())
    return {name: walk.by_day() for name, walk in walks.items()}


def _day(after: int) -> slice:
    return slice(BEFORE + after, BEFORE + after + 1)


def _beside(walks: list[dict[str, Daily]], calm: list[dict[str, Daily]], name: str, days: slice) -> float:
    return _wape(walks, name, days) / _wape(calm, name, days)


def _wape(walks: list[dict[str, Daily]], name: str, days: slice) -> float:
    missed, came = (sum(getattr(walk[name], of)[:, days].sum() for walk in walks) for of in ("missed", "came"))
    return float(missed / came)


def _coverage(walks: list[dict[str, Daily]], name: str) -> float:
    return float(sum(walk[name].inside.sum() for walk in walks) / sum(walk[name].slots.sum() for walk in walks))
