"""`make bench`: accuracy and speed beside the peers, one line of JSON per figure."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from figure import OUT, ROOT, NotHere, Options

BENCHMARKS = {
    "melbourne": "35 real sensors, 8 weekly origins, 168 h ahead: errors and seconds beside mlforecast, Prophet, naives",
    "blend": "35 real sensors, 8 weekly origins: a blend beside its members, their plain mean and LightGBM's points",
    "features": "design matrix of 1,000 places × 8,760 h: rows per second and peak memory beside mlforecast",
    "predict": "1,000 places × 168 h with all quantiles: seconds beside mlforecast",
    "scale": "fit, calibrate, predict at 100, 1,000 and 5,000 simulated places: cost per place and accuracy",
    "points": "5,000,000 points to hexagons and to 77 areas: points per second beside bare H3 and shapely",
    "streaming": "1 M to 100 M pings counted by hexagon and hour, CSV and Parquet: peak memory and rows per second",
    "real_sets": "Bay Area, Uber, Louisville and Melbourne from their raw files: WAPE beside the better seasonal naive",
    "courier_leak": "the courier notebook's leak on simulated pings: R² of a random split beside honest ones",
    "shifts": "seven shift scheduling instances, 60 s: penalty beside CP-SAT on the whole model",
    "staffing": "rosters of seeded stores: gap to the bound in 15 s, fifty stores on two cores, a sick call",
    "serving_memory": "10,000 places × 336 h held in memory as the service does: megabytes, seconds to load and to answer",
    "startup": "seconds of busyness --help",
    "rebalancing": "77 areas × 3 days and 10,000 hexagons: seconds to the proven best moves, beside HiGHS",
    "simulate": "seconds to simulate 50 stores × 2 years",
    "intraday": "people moved while the day runs: environment steps a second, policies on 2,000 common days",
    "intraday_learning": "a learned policy beside the look-ahead in eight worlds: what it saves a day, with the interval",
    "online": "back after a level shift of 40 %, beside the same model without updates; milliseconds of an hourly update",
    "stock": "order proposals: lines per second, cost beside ordering the average and beside the best (s, S)",
}


def main() -> int:
    """This will run the benchmarks asked for; 1 where one of them could not be run."""
    asked = _arguments().parse_args()
    if asked.list:
        print("\n".join(f"{name:<10} {what}" for name, what in BENCHMARKS.items()))
        return 0
    options = Options(asked.quick, asked.threads, 1 if asked.quick else asked.rounds, asked.real)
    OUT.mkdir(parents=True, exist_ok=True)
    stamp = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "threads": options.threads, "quick": options.quick}
    missed = 0
    for name in asked.only or BENCHMARKS:
        try:
            for figure in import_module(name).run(options):
                print(figure.line(), flush=True)
                line = json.dumps({**figure.record(), **stamp, "load": os.getloadavg()[0]}, ensure_ascii=False)
                with (OUT / "results.jsonl").open("a", encoding="utf-8") as kept:
                    kept.write(line + "\n")
        except NotHere as missing:
            print(f"{name}: {missing}", file=sys.stderr, flush=True)
            missed += 1
        except RuntimeError as fault:  # a process that failed says why; the other benchmarks still run
            print(f"{name}: {fault}", file=sys.stderr, flush=True)
            missed += 1
    return 1 if missed else 0


def _arguments() -> argparse.ArgumentParser:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    real = Path(os.environ.get("BUSYNESS_REAL_DATA", ROOT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=list(BENCHMARKS), metavar="NAME", help="this one; may be repeated"
    )
    parser.add_argument("--list", action="store_true", help="say which benchmarks there are")
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: shows that everything runs, the numbers mean nothing"
    )
    parser.add_argument("--threads", type=int, default=cores, help="threads of ours and of the peers (default: the cores)")
    parser.add_argument("--rounds", type=int, default=2, help="how often short measurements alternate (default: 2)")
    parser.add_argument("--real", type=Path, default=real, help="folder of the real data (default: BUSYNESS_REAL_DATA)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
