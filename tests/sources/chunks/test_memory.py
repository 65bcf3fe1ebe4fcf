"""Memory is bounded by the chunk, not by the file: measured on a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

READ = """
import re, sys
from pathlib import Path
from busyness.sources.chunks.open import open_chunks

def peak():  # unlike resource.getrusage, of this process alone: what started it does not count
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

before = peak()
rows = sum(chunk.frame.height for chunk in open_chunks(sys.argv[1], rows=100_000))
print(rows, peak() - before)
"""
ROWS = 3_000_000


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    block = pl.DataFrame({"time": [f"2026-03-01 10:{n % 60:02d}:00" for n in range(100_000)], "place": range(100_000)})
    position = {"latitude": 41.9 + pl.col("place") / 1e6, "longitude": -87.6 - pl.col("place") / 1e6}
    return block.with_columns(**position, note=pl.format("the {}th of so many that one loses count", "place"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is told by Linux alone")
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_three_million_rows_take_far_less_than_the_table(tmp_path: Path, table: pl.DataFrame, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    if kind == "csv":
        text = table.write_csv(include_header=False).encode()
        with path.open("wb") as file:
            file.write(table.clear().write_csv().encode())
            for _ in range(ROWS // table.height):
                file.write(text)
    else:
        pl.concat([table.lazy()] * (ROWS // table.height)).sink_parquet(path, row_group_size=100_000)
    answer = subprocess.run(
        [sys.executable, "-c", READ, path],
        env={"POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    rows, grown = map(int, answer.stdout.split())
    whole = table.estimated_size() * (ROWS // table.height)
    assert rows == ROWS
    assert whole > 250_000_000
    assert grown < 160_000_000
