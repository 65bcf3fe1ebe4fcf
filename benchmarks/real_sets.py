"""The public data sets from their raw files, each by its example: errors beside the better of the two seasonal naives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from figure import ROOT, Figure, NotHere, Options
from process import scratch

TARGETS = {"louisville": 0.96, "bayarea": 0.93, "uber": 0.84, "melbourne": None}


def run(options: Options) -> Iterator[Figure]:
    """This will yield the WAPE of each set beside the better naive's, and the coverage of its 80 % band."""
    if not options.real.is_dir():
        raise NotHere(f"{options.real} is missing; name the folder of the real data with --real.")
    for name, target in list(TARGETS.items())[: 1 if options.quick else None]:
        out = scratch(f"real_{name}")
        begun = time.perf_counter()
        subprocess.run(
            [
                *(str(Path(sys.executable).with_name("busyness")), "run", str(ROOT / "examples" / "real" / f"{name}.yaml")),
                *("--out", str(out), "--threads", str(options.threads), "--quiet"),
            ],
            check=True,
            capture_output=True,
            env={**os.environ, "BUSYNESS_REAL_DATA": str(options.real)},
        )
        seconds = time.perf_counter() - begun
        scores = json.loads((out / "backtest.json").read_text("utf-8"))
        naive = min(scores[kind]["wape"] for kind in ("seasonal_naive", "seasonal_mean"))
        extra = {
            "origins": scores["origins"],
            "seconds": seconds,
            "target": None if target is None else f"ratio ≤ {target}",
            "peer_name": "the better of last season's value and the mean of the last four",
        }
        yield Figure(f"{name}_wape", scores["wape"], naive, "share of demand", extra)
        yield Figure(f"{name}_coverage_80", scores["coverage_80"], None, "share", {"target": "0.75 … 0.85"})
