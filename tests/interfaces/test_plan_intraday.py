"""``busyness plan intraday`` and ``intraday-log`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import PATHS, write_paths

pytest.importorskip("numba")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stores near each other, open from 9 to 12."""
    home = tmp_path_factory.mktemp("said")
    places = tuple(Place(i, latitude=-12.1 + k / 100, longitude=-77.0, timezone="America/Lima") for k, i in enumerate("AB"))
    hour = np.arange(24)
    is_open = (hour >= 9) & (hour < 12)
    mean = np.tile(np.where(is_open, 40.0, 0.0), (2, 1)).astype(np.float32)
    forecast = Forecast(
        places=places,
        slots=Slots(np.datetime64("2026-03-02T05:00:00", "s"), SlotLength(60), 24),
        levels=DENSE_LEVELS,
        quantiles=mean[..., None] * np.linspace(0.5, 1.6, len(DENSE_LEVELS), dtype=np.float32),
        mean=mean,
        open=np.tile(is_open, (2, 1)),
        ranks=np.tile(np.linspace(5, 250, 20).astype(np.uint8)[:, None, None], (1, 2, 24)),
        model="boosted-1",
    )
    write_paths(forecast, home / PATHS)
    return home


def test_a_day_from_morning_to_the_log(busyness, refused, said: Path, tmp_path: Path) -> None:
    plan, log = tmp_path / "plan", tmp_path / "log"
    first = busyness("plan", "intraday", "--forecast", said, "--days", 10, "--try", 0.2, "--out", plan, "-q")
    assert first.code == 0, first.err
    assert "In charge: lookahead (before: lookahead). No learned policy was asked for (--learn)." in first.out
    assert "saves beside" in first.out
    assert max(map(len, first.out.split("In charge")[0].splitlines())) <= 80
    spanish = busyness("plan", "intraday", "--forecast", said, "--days", 10, "--lang", "es", "--out", tmp_path / "es", "-q")
    assert "Decide: mirada hacia adelante (antes: mirada hacia adelante). No se pidió ninguna" in spanish.out
    assert "de lo mejor;" in spanish.out
    assert f"Escrito: {tmp_path / 'es'}" in spanish.out
    assert "política: mirada hacia adelante" in (tmp_path / "es" / "plan.html").read_text()
    for english in ("Cost ", "In charge", "Written", "lookahead", "saves"):
        assert english not in spanish.out
    assert "; 0.0 s" not in first.out
    rows = [f"{place},2026-03-02 {9 + k // 4:02d}:{15 * (k % 4):02d},{12 + k % 3}" for place in "AB" for k in range(12)]
    came = tmp_path / "came.csv"
    came.write_text("\n".join(["place,time,arrivals", *rows, "A,2026-03-02 09:07,3"]) + "\n")
    words = ("plan", "intraday-log", "--plan", plan, "--came", came, "--log", log)
    dry = busyness(*words, "--dry-run")
    assert "Nothing was written." in dry.out
    assert not log.exists()
    told = json.loads(busyness(*words, "--json", "--rejected", tmp_path / "rejected.csv").out)
    assert told["days"][0]["steps"] == 12
    assert [row["reason"] for row in told["rejected"]] == ["no step begins then"]
    assert pl.read_csv(tmp_path / "rejected.csv")["line"].to_list() == [26]
    again = busyness(*words)
    assert "Days logged: 1, of which again: 1." in again.out
    assert f"Left out: {came}, line 26: no step begins then." in again.out
    night = busyness("plan", "intraday", "--forecast", said, "--days", 10, "--log", log, "--out", plan, "--json")
    assert night.code == 0, night.err
    assert "recalibrated.csv" in night.out
    refused(busyness(*words[:3], tmp_path / "nothing", *words[4:]), "holds no decisions of a day")
    refused(busyness("plan", "intraday", "--forecast", said, "--log", tmp_path / "none", "--out", plan), "There is no log")
