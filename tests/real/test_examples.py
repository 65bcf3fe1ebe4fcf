"""Each public data set runs the whole chain from its raw files and one YAML, and is as good as promised."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# The greatest WAPE allowed, as a share of the better seasonal naive of the same run; docs/benchmarks.md has the figures.
SETS = {"bayarea": 0.95, "uber": 0.85, "louisville": 0.99, "melbourne": 0.65}


def run(name: str, out: Path, real_data: Path, *more: str) -> dict[str, float]:
    command = [
        str(Path(sys.executable).with_name("busyness")),
        "run",
        str(ROOT / "examples" / "real" / f"{name}.yaml"),
        "--out",
        str(out),
    ]
    environment = {**os.environ, "BUSYNESS_REAL_DATA": str(real_data), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, "--threads", "1", *more], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads((out / "backtest.json").read_text())


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_a_public_set_runs_from_its_raw_files_and_beats_the_naives(name, tmp_path, real_data):
    scores = run(name, tmp_path, real_data)
    naive = min(scores["seasonal_naive"]["wape"], scores["seasonal_mean"]["wape"])
    assert scores["wape"] <= SETS[name] * naive, (scores["wape"], naive)
    assert 0.7 <= scores["coverage_80"] <= 0.92
    for made in ("forecast.csv", "forecast.parquet", "peaks.csv", "report.html", "predictions.parquet", "paths.npz"):
        assert (tmp_path / made).stat().st_size > 0
