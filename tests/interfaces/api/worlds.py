"""Two worlds on disk, small enough to be made for every test session: shops by the hour, scooters by the day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import write_paths

ORIGIN = datetime(2024, 6, 3, 5, tzinfo=UTC)  # a Monday's midnight in Lima
NOON = datetime(2024, 6, 3, 17, tzinfo=UTC)
PLACES = ("S1", "S2", "S3", "S4")


def shops(*, model: str = "model-1", scale: float = 1.0, days: int = 7) -> Forecast:
    places = tuple(
        Place(
            id=name, name=f"Tienda {name}", latitude=-12.0 - k / 100, longitude=-77.0, timezone="America/Lima", capacity=60.0
        )
        for k, name in enumerate(PLACES)
    )
    return forecast_of(
        places, Slots(np.datetime64("2024-06-03T05:00:00"), SlotLength(60), 24 * days), model=model, scale=scale
    )


def areas() -> Forecast:
    places = tuple(
        Place(
            id=str(k),
            name=name,
            latitude=41.8 + k / 100,
            longitude=-87.6,
            timezone="America/Chicago",
            attributes={"area_number": k},
        )
        for k, name in enumerate(["LAKE VIEW", "LOOP", "NEAR WEST SIDE"], 1)
    )
    return forecast_of(
        places, Slots(np.datetime64("2020-09-10T00:00:00"), SlotLength(1440), 7), model="scooters-1", scale=30.0
    )


def forecast_of(places: tuple[Place, ...], slots: Slots, *, model: str, scale: float) -> Forecast:
    rng = np.random.default_rng(1)
    levels = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
    base = scale * (10 + 8 * np.sin(np.arange(slots.count) / 3.8)[None, :] + np.arange(len(places))[:, None])
    spread = np.array([0.4, 0.5, 0.75, 1.0, 1.3, 1.6, 1.8])
    quantiles = (base[..., None] * spread).astype(np.float32)
    opened = np.ones(base.shape, bool)
    ranks = rng.integers(0, 256, (20, *base.shape), dtype=np.uint8)
    return Forecast(places, slots, levels, quantiles, base.astype(np.float32), opened, ranks, model=model)


def write_world(folder: Path, said: Forecast, *, noun: str, made_at: datetime, plans: bool = True) -> Path:
    """This will write a plain forecast folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_paths(said, folder / "paths.npz", noun=noun)
    peaks = said.peaks(count=50)
    local = peaks.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    local.write_csv(folder / "peaks.csv")
    write_past(folder, said)
    (folder / "backtest.json").write_text(json.dumps({"wape": 0.2}))
    (folder / "health.json").write_text(json.dumps({"made_at": made_at.isoformat(), "rows": 10, "rejected": 0, "notes": []}))
    for kind in ("stock", "money", "rebalancing", "promotions", "staffing") if plans else ():
        write_plan_folder(folder / "plans" / kind, kind, said)
    return folder


def write_past(folder: Path, said: Forecast) -> None:
    if said.slots.length.daily:
        return
    times = np.arange(-24 * 14, 0) * np.timedelta64(3600, "s") + said.slots.start
    rows = {
        "place": [place.id for place in said.places for _ in times],
        "time": pl.Series(np.tile(times, len(said.places)).astype("datetime64[us]")).dt.replace_time_zone("UTC"),
        "demand": np.tile(np.abs(10 * np.sin(np.arange(len(times)))), len(said.places)).astype(np.float32),
    }
    history = pl.DataFrame(rows)
    history.with_columns(open=pl.lit(value=True)).write_parquet(folder / "history.parquet")
    half = history.filter(pl.col("time") >= pl.col("time").max() - pl.duration(days=7))
    half.select(
        "place",
        "time",
        (pl.col("time").min()).alias("origin"),
        horizon=pl.lit(1),
        observed=pl.col("demand"),
        mean=pl.col("demand") * 1.1,
        q10=pl.col("demand") * 0.5,
        q50=pl.col("demand"),
        q90=pl.col("demand") * 1.5,
        seasonal_naive=pl.col("demand"),
    ).write_parquet(folder / "predictions.parquet")


def write_plan_folder(folder: Path, kind: str, said: Forecast) -> None:
    folder.mkdir(parents=True)
    facts = {
        "kind": kind,
        "actions": 2,
        "cost": 10.0,
        "bound": 9.0,
        "gap": 0.1,
        "currency": "PEN",
        "seconds": 1,
        "versions": {},
        "notes": [],
    }
    (folder / "plan.json").write_text(json.dumps(facts))
    places = [place.id for place in said.places]
    actions = pl.DataFrame(
        {"place": places, "time": [ORIGIN] * len(places), "action": ["do"] * len(places), "quantity": 1.5}
    )
    actions.write_parquet(folder / "plan.parquet")
    pl.DataFrame({"place": places, "amount": list(range(len(places)))}).write_csv(folder / "figures.csv")


def today(said: Forecast) -> date:
    return said.slots.start.astype("datetime64[D]").item()
