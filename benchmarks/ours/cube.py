"""The table all sides read, as a panel."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.local_time import to_utc
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.sources.holidays import public_holidays
from busyness.tables.panel import Panel


@dataclass(frozen=True)
class Held:
    """A panel that ends at the origin, with the future's opening hours, and what came after it (NaN: not observed)."""

    panel: Panel
    truth: NDArray[np.float32]


def asked() -> dict[str, Any]:
    """This will return what the benchmark asked for: the JSON of the first argument."""
    facts: dict[str, Any] = json.loads(sys.argv[1])
    return facts


def answer(**facts: Any) -> None:
    """This will print the facts and this process's peak memory as one line of JSON."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**facts, "peak_mb": peak}), flush=True)


def held(table: str, origin: str, horizon: int, *, closed_is_zero: bool = False) -> Held:
    """This will read a table of simulated stores; ``closed_is_zero`` makes closed hours rows, as the peers have them."""
    files = Path(table) / "*.parquet"
    ids = pl.scan_parquet(files).select(pl.col("unique_id").unique().sort()).collect()["unique_id"].to_list()
    frame = pl.read_parquet(files, columns=["y", "open"])
    demand = frame["y"].fill_null(float("nan")).to_numpy().reshape(len(ids), -1)
    opened = frame["open"].to_numpy().reshape(len(ids), -1)
    first = pl.scan_parquet(files).select(pl.col("ds").first()).collect().item()
    start = to_utc(np.array([first], "datetime64[s]"), "America/Lima")[0]
    at = int((np.datetime64(origin, "s") - np.datetime64(first, "s")).astype(int) // 3600)
    truth = np.where(opened, demand, np.float32(np.nan))[:, at : at + horizon]
    past = np.full((len(ids), at + horizon), np.nan, np.float32)
    past[:, :at] = demand[:, :at]
    opened = np.array(opened[:, : at + horizon])
    if closed_is_zero:
        past[:, :at][~opened[:, :at]] = 0
        opened[...] = True
    panel = Panel(
        places=tuple(Place(name, timezone="America/Lima") for name in ids),
        slots=Slots(start, SlotLength(60), at + horizon),
        history=at,
        demand=past,
        open=opened,
        outlier=np.zeros(past.shape, bool),
        holidays=public_holidays("PE", years=range(2023, 2027)),
    )
    return Held(panel, truth)
