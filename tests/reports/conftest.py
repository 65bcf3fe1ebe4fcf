"""A chain of made-up stores whose report has every section."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from busyness.reports.material import ReportMaterial

LEVELS = {"q05": -1.64, "q10": -1.28, "q25": -0.67, "q50": 0.0, "q75": 0.67, "q90": 1.28, "q95": 1.64}
ORIGIN = datetime(2026, 11, 21, 5, tzinfo=UTC)  # midnight in Lima
TOWNS = [
    *("Miraflores", "San Isidro", "Surco", "La Molina", "Arequipa Cayma", "Trujillo Centro", "Piura Norte", "Cusco Sur"),
    *("Ica", "Tacna", "Chiclayo Real Plaza Avenida de los Conquistadores", '<script>alert(1)</script> & "Ñandú"'),
]


def usual(wall: np.ndarray, scale: float) -> np.ndarray:
    """Two peaks a day, busier weekends, closed from 23 to 7."""
    hour, weekday = wall // 60 % 24, (wall // 1440 + 3) % 7
    shape = np.exp(-(((hour - 12.5) / 2.2) ** 2)) * 0.8 + np.exp(-(((hour - 18.5) / 2.0) ** 2))
    return np.where((hour < 7) | (hour >= 23), 0, scale * (0.08 + shape) * np.where(weekday >= 5, 1.35, 1.0))


def table(ids: list[str], begin: datetime, slots: int, *, minutes: int, seed: int) -> pl.DataFrame:
    """The usual demand of every place and slot, with quantiles, and what came."""
    rng = np.random.default_rng(seed)
    times = [begin + timedelta(minutes=minutes * k) for k in range(slots)]
    wall = np.array([int(t.timestamp()) // 60 - 300 for t in times])
    frames = []
    for row, place in enumerate(ids):
        mid = usual(wall, 420 / (1 + row * 0.15)) if minutes < 1440 else np.full(slots, 4000.0 / (1 + row * 0.15))
        spread = 0.14 * mid + 1.5 * np.sqrt(mid)
        came = np.round(np.maximum(mid + spread * rng.normal(0, 0.9, slots), 0))
        came[rng.random(slots) < 0.01] = np.nan
        frames.append(
            pl.DataFrame(
                {"place": place, "time": times, "origin": begin, "horizon": np.arange(1, slots + 1), "mean": mid * 1.01}
                | {name: np.maximum(mid + z * spread, 0) for name, z in LEVELS.items()}
                | {"observed": came, "seasonal_naive": np.round(np.maximum(mid + spread * rng.normal(0, 1.3, slots), 0))}
            ).with_columns(pl.col("time", "origin").cast(pl.Datetime("us", "UTC")))
        )
    return pl.concat(frames)


def peaks_of(forecast: pl.DataFrame, capacity: dict[str, float], *, daily: bool) -> pl.DataFrame:
    local = pl.col("time").dt.convert_time_zone("America/Lima").dt.date()
    day = local.dt.truncate("1w") if daily else local
    listed = (
        forecast.with_columns(date=day)
        .sort("q50", descending=True)
        .group_by("place", "date", maintain_order=True)
        .head(3)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("place", "date"))
        .with_columns(
            probability=pl.col("rank").replace_strict({1: 0.46, 2: 0.28, 3: 0.11}, return_dtype=pl.Float64),
            size_q10=pl.col("q10").max().over("place", "date"),
            size_q50=pl.col("q50").max().over("place", "date"),
            size_q90=pl.col("q90").max().over("place", "date"),
            capacity=pl.col("place").replace_strict(capacity, default=None, return_dtype=pl.Float64),
        )
    )
    over = ((pl.col("q90") - pl.col("capacity")) / (pl.col("q90") - pl.col("q10"))).clip(0, 1)
    columns = [
        "place",
        "date",
        "rank",
        "time",
        "probability",
        "size_q10",
        "size_q50",
        "size_q90",
        "over_capacity",
        "capacity",
    ]
    return listed.with_columns(over_capacity=over).select(columns).sort("place", "date", "rank")


def scored(mae: float, *, quantiles: bool = True) -> dict[str, float]:
    found = {
        "mae": mae,
        "rmse": mae * 1.6,
        "wape": mae / 160,
        "mase": mae / 30,
        "bias": -0.4,
        "within_20": 0.61,
        "peak_hit": 0.82,
    }
    return found | ({"pinball": mae / 2.6, "coverage_80": 0.793} if quantiles else {})


def scores_of(ids: list[str]) -> dict[str, Any]:
    def whole(mae: float) -> dict[str, Any]:
        beside = {
            "seasonal_naive": scored(mae * 1.52, quantiles=False),
            "seasonal_mean": scored(mae * 1.21, quantiles=False),
        }
        return {"rows": 2016, **scored(mae), **beside}

    return whole(20.4) | {
        "places": [{"place": place, **whole(29.0 - k % 17)} for k, place in enumerate(ids)],
        "by_horizon": [{"day_ahead": day, **whole(19 + day * 0.3)} for day in range(1, 15)],
        "by_origin": [],
        "origins": 2,
        "unanswered": 0,
        "left_out": {},
    }


def importance() -> pl.DataFrame:
    families = {
        "recent": ["median_8", "mean_4", "weeks_back_1", "last_7_days", "profile_city"],
        "calendar": ["hour_of_week", "day_type", "until_holiday", "horizon", "since_payday"],
        "yearly": ["last_year"],
        "level": ["log_level", "trend_24h"],
        "place": ["place"],
        "known": ["promo", "temperature"],
        "past": ["sales_last_day"],
    }
    named = {feature: family for family, features in families.items() for feature in features}
    share = 0.72 ** np.arange(len(named))
    return pl.DataFrame({"feature": list(named), "family": list(named.values()), "share": share / share.sum()})


def quality_of(ids: list[str]) -> pl.DataFrame:
    rows = [
        {"place": place, "slots": 17_520, "observed": 17_520 - 5840 - 37 * k, "missing": 37 * k, "rejected": k % 4,
         "outliers": 11 + k, "closed": 5840, "first": ORIGIN - timedelta(days=730), "last": ORIGIN}
        for k, place in enumerate(ids)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def chain(
    stores: int = 12, *, language: str = "es", slot_minutes: int = 60, days: int = 14, **changes: Any
) -> ReportMaterial:
    """A chain in Lima with every table; ``changes`` replace fields of its material."""
    ids = [f"S{k:03d}" for k in range(stores)]
    names = [TOWNS[k] if k < len(TOWNS) else f"Tienda {k}" for k in range(stores)]
    slots = days * 1440 // slot_minutes
    past = ORIGIN - timedelta(days=35 if slot_minutes < 1440 else 140)
    count = int((ORIGIN - past).total_seconds() // 60 // slot_minutes)
    history = table(ids, past, count, minutes=slot_minutes, seed=1).select(
        "place", "time", pl.col("observed").alias("amount")
    )
    forecast = table(ids, ORIGIN, slots, minutes=slot_minutes, seed=2).drop("observed", "seasonal_naive")
    capacity = {place: 560.0 / (1 + k * 0.15) for k, place in enumerate(ids) if k % 3 == 0}
    local = pl.col("time").dt.convert_time_zone("America/Lima").dt.date()
    totals = forecast.group_by("place", local.alias("date")).agg(
        pl.col("mean").sum(), pl.col("q10").sum() * 1.1, pl.col("q50").sum(), pl.col("q90").sum() * 0.92
    )
    fields: dict[str, Any] = {
        "title": "Supermercados Ñandú: las próximas dos semanas"
        if language == "es"
        else "Ñandú supermarkets: two weeks ahead",
        "places": pl.DataFrame({"place": ids, "name": names, "capacity": [capacity.get(place) for place in ids]}),
        "timezones": dict.fromkeys(ids, "America/Lima"),
        "language": language,
        "made_at": datetime(2026, 11, 21, 6, 12, tzinfo=UTC),
        "slot_minutes": slot_minutes,
        "model": {"name": "boosted", "version": "7f3a9c1d", "trained_until": "2026-11-21", "features": 41, "seed": 0},
        "history": history.filter(pl.col("amount").is_not_nan()),
        "forecast": forecast,
        "peaks": peaks_of(forecast, capacity, daily=slot_minutes >= 1440),
        "last_week": table(ids, ORIGIN - timedelta(days=days), slots, minutes=slot_minutes, seed=3),
        "scores": scores_of(ids),
        "quality": quality_of(ids),
        "rejected": {"duplicate": 12, "negative count": 3},
        "importance": importance(),
        "notes": ("Los tiempos se leyeron como hora local de America/Lima.", "No country was given."),
        "totals": totals,
    }
    return ReportMaterial(**fields | changes)


@pytest.fixture(scope="session")
def chain_of() -> Callable[..., ReportMaterial]:
    return chain


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], str]:
    """Writes a report and returns its address."""

    def write(html: str) -> str:
        path = tmp_path / "report.html"
        path.write_text(html, "utf-8")
        return path.as_uri()

    return write
