"""One cell of the leaderboard: one model on one real set, by the set's example, replayed over its windows."""

from __future__ import annotations

import json
import time
from pathlib import Path

from cube import answer, asked

from busyness.workflows.backtest import backtest
from busyness.workflows.config import read_config


def main() -> None:
    """This will print the scores of the replay beside the better of the two seasonal naives, and what it took."""
    want = asked()
    settings = read_config(Path(want["config"]))
    model = settings.model.model_copy(
        update={"model": want["model"], "threads": want["threads"], "fast": want.get("fast", False)}
    )
    check = settings.backtest
    if want.get("windows"):
        check = check.model_copy(update={"windows": want["windows"], "origins": check.origins[: want["windows"]]})
    begun = time.perf_counter()
    run = backtest(settings.model_copy(update={"model": model, "backtest": check}))
    scores = json.loads(json.dumps(run.scores, default=str))
    naive = min(scores[kind]["wape"] for kind in ("seasonal_naive", "seasonal_mean"))
    kept = {name: scores.get(name) for name in ("mae", "wape", "pinball", "coverage_80", "origins", "model")}
    answer(**kept, naive_wape=naive, seconds=time.perf_counter() - begun)


if __name__ == "__main__":
    main()
