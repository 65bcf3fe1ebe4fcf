"""A level that has left what is said of it is told on the page of the moment, in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.workflows.service.settings import SecuritySettings, ServiceSettings, WorldSettings

from .conftest import Running, people_of, service_of, serving
from .worlds import ORIGIN, PLACES, shops, write_world

DAYS = 35
NIGHT = ORIGIN + timedelta(days=5, hours=1)


def replay_of(folder: Path) -> None:
    """Five weeks in which what was said came, but for chance."""
    said, rng = shops().mean[:, :24], np.random.default_rng(3)
    mean = np.tile(said, (1, DAYS)) * 10
    came = mean * np.repeat(rng.lognormal(0, 0.05, (len(PLACES), DAYS)), 24, axis=1)
    times = np.arange(-24 * DAYS, 0) * np.timedelta64(3600, "s") + shops().slots.start
    marks = {"mean": mean, "q50": mean, "q10": mean * 0.9, "q90": mean * 1.1, "seasonal_naive": mean * 1.3, "observed": came}
    pl.DataFrame(
        {
            "place": np.repeat(PLACES, len(times)),
            "time": pl.Series(np.tile(times, len(PLACES)).astype("datetime64[us]")).dt.replace_time_zone("UTC"),
            "origin": pl.Series([ORIGIN - timedelta(days=DAYS)] * (len(times) * len(PLACES))),
            **{name: cube.reshape(-1).astype(np.float32) for name, cube in marks.items()},
        }
    ).write_parquet(folder / "predictions.parquet")
    (folder / "history.parquet").unlink()


@pytest.mark.parametrize(("factor", "alerted"), [(1.0, False), (0.6, True)])
def test_a_simulated_shift_is_an_alert_in_both_languages(tmp_path: Path, factor: float, alerted: bool) -> None:
    said = shops(scale=10)
    folder = write_world(tmp_path / "retail", said, noun="visitors", made_at=ORIGIN)
    replay_of(folder)
    settings = ServiceSettings(
        worlds=(WorldSettings(name="retail", folder=folder),), security=SecuritySettings(requests_per_minute=0)
    )
    service = service_of(settings, tmp_path, now=NIGHT)
    keys, ids = people_of(service)
    rows = [
        {
            "place": place,
            "time": (ORIGIN + timedelta(hours=hour)).isoformat(),
            "demand": float(said.mean[row, hour]) * factor,
        }
        for row, place in enumerate(PLACES)
        for hour in range(24 * 5)
    ]
    with serving(service) as url:
        running = Running(service, url, keys, ids)
        with running.client("admin") as admin:
            admin.post("/v1/observations", json={"items": rows}).raise_for_status()
            told = {lang: admin.get("/v1/now", params={"lang": lang}).json()["alerts"] for lang in ("en", "es")}
        with running.client("manager") as manager:
            mine = [one for one in manager.get("/v1/now").json()["alerts"] if one["code"].startswith("drift")]
    levels = {lang: [one["text"] for one in alerts if one["code"] == "drift_level"] for lang, alerts in told.items()}
    assert len(levels["en"]) == len(levels["es"]) == (4 if alerted else 0)
    assert all("less comes than the forecast says" in text for text in levels["en"])
    assert all("menos de lo que dice el pronóstico" in text for text in levels["es"])
    assert {one["place"] for one in mine} == ({"S1"} if alerted else set())
    service.state.close()
