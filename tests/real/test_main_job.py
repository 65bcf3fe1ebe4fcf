"""The main job on 35 real sensors over Christmas: the command as it stands, and what it must show."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

ORIGINS = "2014-12-20,2014-12-27,2015-01-03,2015-01-10,2015-01-17,2015-01-24,2015-01-31,2015-02-07"


def backtest(real_data: Path, out: Path, *more: str) -> dict[str, object]:
    file = real_data / "melbourne_pedestrians" / "melbourne_2012_2015.parquet"
    words = (
        f"backtest {file} --time Date,Hour --place SensorID --demand PedestrianCount --timezone Australia/Melbourne "
        f"--country AU --region VIC --every 1h --exclude 36,37,38,40 --horizon 168 --origins {ORIGINS} --out {out}"
    ).split()
    command = [sys.executable, "-c", "from busyness.interfaces.cli.main import main; main()", *words, *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    scores: dict[str, object] = json.loads((out / "backtest.json").read_text("utf-8"))
    return scores


@pytest.mark.real
@pytest.mark.slow
def test_melbourne_over_christmas(real_data: Path, tmp_path: Path) -> None:
    scores = backtest(real_data, tmp_path, "--threads", "1")
    assert scores["mae"] <= 98
    assert 0.75 <= scores["coverage_80"] <= 0.85
    assert scores["seasonal_naive"]["mae"] == pytest.approx(155.1, abs=0.2)
    predictions = pl.read_parquet(tmp_path / "predictions.parquet")
    assert predictions["place"].n_unique() == 35
    assert predictions["observed"].count() == 42_529
    rejected = pl.read_parquet(tmp_path / "rejected.parquet")
    assert set(rejected["reason"]) <= {
        "missing place", "hour that daylight saving skips", "hour that daylight saving repeats",
    }  # fmt: skip


@pytest.mark.real
@pytest.mark.slow
def test_fast_is_nearly_as_good(real_data: Path, tmp_path: Path) -> None:
    assert backtest(real_data, tmp_path, "--threads", "1", "--fast")["mae"] <= 105
