"""Worlds that can be worked with: shops with a staffing plan, and stores whose run can be repeated."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl
import pytest

from busyness.decisions.staffing.solver import Effort
from busyness.testing.staffed_shop import staffed_shop
from busyness.workflows.folder import read_forecast
from busyness.workflows.forecast import forecast
from busyness.workflows.plan_staffing import StaffingRequest, plan_staffing
from busyness.workflows.settings import RunSettings

from .worlds import write_world

SHOP_DAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
STORE_DAY = datetime(2025, 5, 12, 6, tzinfo=UTC)


def shop_world(folder: Path) -> Path:
    """This will write two shops with staff and their plan."""
    staffed_shop(folder)
    write_world(folder, read_forecast(folder).forecast, noun="visitors", made_at=SHOP_DAY, plans=False)
    for past in ("history.parquet", "predictions.parquet"):  # of other shops
        (folder / past).unlink()
    request = StaffingRequest(folder, folder / "staff.csv", "pe", seed=3)
    effort = Effort(seconds=30, bound_rounds=2, recreations=5, neighbourhoods=1, seed=3)
    plan_staffing(request, folder / "plans" / "staffing", effort=effort, threads=1)
    return folder


def store_world(home: Path) -> Path:
    """This will run a forecast of two stores on files, with promotions."""
    home.mkdir()
    rng = np.random.default_rng(0)
    hours = [datetime(2025, 3, 3) + timedelta(hours=k) for k in range(24 * 70)]
    days = [hours[0].date() + timedelta(days=k) for k in range(75)]
    promo = {day: float(k < 70 and rng.random() < 0.25) for k, day in enumerate(days)}
    usual = [60 + 30 * np.sin(hour.hour / 4) for hour in hours]
    rows = [
        {"time": hour, "place": place, "visitors": int(rng.poisson(mean * (1 + 0.5 * promo[hour.date()])))}
        for place in ("north", "south")
        for hour, mean in zip(hours, usual, strict=True)
    ]
    pl.DataFrame(rows).write_csv(home / "counts.csv")
    pl.DataFrame({"date": days, "promo": [promo[day] for day in days]}).write_csv(home / "known.csv")
    settings = RunSettings.model_validate(
        {
            "counts": {"file": str(home / "counts.csv"), "timezone": "America/Lima", "every": "1h"},
            "calendar": {"known": [home / "known.csv"]},
            "model": {"horizon": 48, "fast": True, "threads": 1},
            "backtest": {"windows": 0},
        }
    )
    forecast(settings).write(home / "out")
    return home / "out"


def ended(client: httpx.Client, job: str, *, seconds: float = 60) -> dict[str, Any]:
    """This will wait until a job has ended, and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = client.get(f"/v1/jobs/{job}")
        assert found.status_code == 200, found.text
        if found.json()["state"] in {"done", "failed", "cancelled"}:
            told: dict[str, Any] = found.json()
            return told
        time.sleep(0.1)
    pytest.fail(f"The job still is {found.text}")
