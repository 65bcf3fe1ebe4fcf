"""1,000 places × 168 h with all quantiles, from a model that is already fitted."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from figure import Figure, Options
from process import ours, peer
from tables import HORIZON, retail_origin, retail_table

_PEER_HOURS = 12 * 168  # history the peer is fitted on here: its fit is not measured, and its forecast costs the same


def run(options: Options) -> Iterator[Figure]:
    """This will yield the median seconds of five forecasts each."""
    places, repeats = (12, 2) if options.quick else (1000, 5)
    asked = {"table": str(retail_table(places)), "origin": retail_origin(), "horizon": HORIZON, "repeats": repeats}
    mine = ours("forecast.py", options.threads, **asked)
    theirs = peer("intervals.py", options.threads, country="PE", hours=_PEER_HOURS, **asked)
    seconds = statistics.median(mine["table"])
    extra = {"places": places, "ours_without_table": statistics.median(mine["predict"]), "ours_peak_mb": mine["peak_mb"]}
    note = f"the peer was fitted on the last {_PEER_HOURS} h; neither fit is in the seconds, both end with a table"
    with_intervals = {**extra, "peer_name": "mlforecast, levels 50, 80, 90", "target": "≤ 1.5 s", "note": note}
    yield Figure("predict_all_quantiles", seconds, statistics.median(theirs["spread"]), "s", with_intervals)
    points = {**extra, "peer_name": "mlforecast, points only", "note": note + "; ours has all quantiles here too"}
    yield Figure("predict_beside_points", seconds, statistics.median(theirs["points"]), "s", points)
