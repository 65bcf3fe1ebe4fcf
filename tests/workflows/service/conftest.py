"""A forecast folder of the tiny city, as a run writes it, to be copied and spoiled."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.api import forecast
from busyness.workflows.service.snapshot import Snapshot, load_snapshot

ORIGIN = datetime(2024, 3, 11, 5, tzinfo=UTC)
"""Monday midnight in Lima: the first slot of the forecast."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "run"
    run = forecast(tiny_city(), horizon=168, model="seasonal", windows=2, threads=1)
    run.write(out, clock=FakeClock(ORIGIN))
    (out / "report.html").unlink()  # five megabytes that nothing here reads
    return out


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "run"))


@pytest.fixture(scope="session")
def snapshot(made: Path) -> Snapshot:
    return load_snapshot(made, world="shop", release="one")


@pytest.fixture
def planned(folder: Path) -> Snapshot:
    """The folder with a plan of stock and one of staffing."""
    stock = folder / "plans" / "stock"
    stock.mkdir(parents=True)
    (stock / "plan.json").write_text('{"kind": "stock", "cost": 3.5, "notes": ["a note"]}')
    products = {"place": ["P1", "P1", "P2"], "product": ["001", "002", "001"]}
    amounts = {"on_hand": [1.0, 9.0, 9.0], "on_order": [1.0, 0.0, 0.0], "demand": [5.0, 5.0, 5.0]}
    pl.DataFrame({**products, **amounts}).write_parquet(stage := stock / "plan.parquet")
    pl.read_parquet(stage).write_csv(stock / "lines.csv")
    (stock / "totals.csv").write_text("policy,cost\nplan,3.5\n")
    staffing = folder / "plans" / "staffing"
    staffing.mkdir()
    (staffing / "plan.json").write_text('{"kind": "staffing"}')
    (staffing / "need.csv").write_text(
        "place,time,role,need,planned,gap\n"
        "P2,2024-03-11T15:00:00.000000+0000,till,3,1,-2\n"
        "P2,2024-03-11T16:00:00.000000+0000,till,3,2,-1\n"
        "P1,2024-03-11T15:00:00.000000+0000,till,1,1,0\n"
        "P1,2024-03-19T15:00:00.000000+0000,till,1,0,-1\n"
    )
    return load_snapshot(folder, world="shop", release="one")
