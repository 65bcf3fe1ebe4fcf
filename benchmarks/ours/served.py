"""Make a forecast folder of many places, or hold it as the service does, and say what that takes."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil

from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.registry.releases import Releases
from busyness.tables.forecast import Forecast
from busyness.tables.instants import utc_series
from busyness.workflows.folder import PATHS, write_paths
from busyness.workflows.service.ask_chain import ask_together
from busyness.workflows.service.ask_forecast import ForecastQuery, ask_forecast
from busyness.workflows.service.ask_now import ask_now
from busyness.workflows.service.gate import checked, span_of
from busyness.workflows.service.snapshot import load_snapshot

TEMPLATES = 48  # as a calibrated model keeps
SEVEN = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def made(folder: str, places: int, horizon: int, **_: Any) -> dict[str, Any]:
    """This will write a folder as a run does: paths, peaks, eight weeks of history, two replayed weeks."""
    run = Path(folder) / "run"
    run.mkdir(parents=True)
    rng = np.random.default_rng(0)
    slots = Slots(np.datetime64("2025-03-03T05:00:00"), SlotLength(60), horizon)
    hour = np.arange(horizon) % 24
    shape = np.where((hour >= 8) & (hour < 22), 1 + np.sin((hour - 8) / 14 * np.pi), 0)
    size = rng.lognormal(3, 0.6, places).astype(np.float32)
    mean = (size[:, None] * shape).astype(np.float32)
    spread = np.quantile(rng.gamma(8, 1 / 8, 4000), DENSE_LEVELS).astype(np.float32)
    noise = rng.lognormal(0, 0.05, (places, horizon, 1)).astype(np.float32)
    city = tuple(
        Place(
            f"S{k:05d}", f"Store {k}", float(-12 - k % 100 / 100), float(-77 - k // 100 / 100), "America/Lima", parent="lima"
        )
        for k in range(places)
    )
    said = Forecast(
        city,
        slots,
        DENSE_LEVELS,
        mean[..., None] * spread * noise,
        mean,
        mean > 0,
        rng.integers(0, 256, (TEMPLATES, places, horizon), dtype=np.uint8),
        model="made-0",
    )
    write_paths(said, run / PATHS)
    _write_past(said, run, rng)
    said.peaks(count=20).with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S+00:00")).write_csv(run / "peaks.csv")
    Releases(Path(folder)).add(run, now=datetime(2025, 3, 3, 5, tzinfo=UTC))
    return {"megabytes": sum(file.stat().st_size for file in run.iterdir()) / 1e6}


def _write_past(said: Forecast, out: Path, rng: np.random.Generator) -> None:
    for name, hours, columns in (("history", 8 * 168, ("demand",)), ("predictions", 336, _PREDICTED)):
        times = said.slots.start - np.arange(hours, 0, -1) * np.timedelta64(3600, "s")
        usual = np.tile(said.mean, (1, -(-hours // said.mean.shape[1])))[:, -hours:]
        rows, cols = np.nonzero(usual)
        values = {column: rng.poisson(usual[rows, cols]).astype(np.float32) for column in columns}
        keys = {"place": np.array(said.ids)[rows], "time": utc_series(times[cols])}
        extra = {"open": np.ones(len(rows), bool)} if name == "history" else {"origin": keys["time"]}
        pl.DataFrame({**keys, **values, **extra}).write_parquet(out / f"{name}.parquet")


_PREDICTED = ("observed", "mean", "q10", "q50", "q90", "seasonal_naive")


def held(folder: str, **_: Any) -> dict[str, Any]:
    """This will load the folder as the service does, answer from it, and say seconds and resident megabytes."""
    process = psutil.Process()
    before = process.memory_info().rss / 1e6
    begun = time.perf_counter()
    releases = Releases(Path(folder))
    (release,) = releases.all()
    snapshot = load_snapshot(releases.folder(release), world="chain", release=release)
    loaded = time.perf_counter() - begun
    loaded_mb = process.memory_info().rss / 1e6
    checks = checked(snapshot, served=None, now=span_of(snapshot)[0])
    gated = time.perf_counter() - begun - loaded
    answers = {"gate": gated}
    asked = {
        "one_place": lambda: ask_forecast(snapshot, ForecastQuery(("S00007",), levels=SEVEN)),
        "one_place_by_day": lambda: ask_forecast(snapshot, ForecastQuery(("S00007",), every="1d")),
        "chain_by_day": lambda: ask_together(snapshot, ForecastQuery(every="1d")),
        "chain_by_day_again": lambda: ask_together(snapshot, ForecastQuery(every="1d")),
        "now": lambda: ask_now(snapshot, span_of(snapshot)[0]),
    }
    for name, ask in asked.items():
        begun = time.perf_counter()
        ask()
        answers[name] = time.perf_counter() - begun
    return {
        "load": loaded,
        "before_mb": before,
        "loaded_mb": loaded_mb,
        "resident_mb": process.memory_info().rss / 1e6,
        "own_mb": (process.memory_info().rss - process.memory_info().shared) / 1e6,
        "passed": all(check.verdict == "passed" for check in checks),
        "answers": answers,
    }


if __name__ == "__main__":
    asked_for = json.loads(sys.argv[1])
    answer = made(**asked_for) if asked_for.pop("do") == "made" else held(**asked_for)
    print(json.dumps(answer))
