"""The design matrix of 1,000 places × 8,760 h: rows per second and peak memory."""

from __future__ import annotations

from collections.abc import Iterator

from figure import Figure, Options
from process import ours, peer
from tables import retail_origin, retail_table

_NOTE = (
    "every hour of every place, closed hours as zeros on both sides; ours yields chunks and keeps none, mlforecast's "
    "preprocess returns the whole matrix; peak memory is of the whole process, with the data"
)


def run(options: Options) -> Iterator[Figure]:
    """This will yield rows per second and the peak memory, the better of ``rounds`` each."""
    places = 12 if options.quick else 1000
    asked = {"table": str(retail_table(places)), "origin": retail_origin(), "country": "PE"}
    mine, theirs, default = [], [], []
    for _ in range(options.rounds):
        mine.append(ours("matrix.py", options.threads, **asked))
        theirs.append(peer("matrix.py", options.threads, dropna=False, **asked))
        default.append(peer("matrix.py", options.threads, dropna=True, **asked))
    extra = {
        "peer_name": "mlforecast preprocess, all rows kept",
        "places": places,
        "ours_rows": mine[0]["rows"],
        "peer_rows": theirs[0]["rows"],
        "ours_features": mine[0]["features"],
        "peer_features": theirs[0]["features"],
        "note": _NOTE,
    }
    speed, other, usual = (max(each["rows"] / each["seconds"] for each in side) for side in (mine, theirs, default))
    yield Figure("features_rows_per_second", speed, other, "rows/s", {**extra, "target": "ratio ≥ 3"})
    dropped = {**extra, "peer_name": "mlforecast preprocess, dropna", "peer_rows": default[0]["rows"]}
    yield Figure("features_rows_per_second_beside_default", speed, usual, "rows/s", {**dropped, "target": "ratio ≥ 3"})
    values = [speed * mine[0]["features"], other * theirs[0]["features"]]
    yield Figure("features_values_per_second", *values, "values/s", extra)
    memory = [min(each["peak_mb"] for each in side) for side in (mine, theirs)]
    yield Figure("features_peak_memory", *memory, "MB", {**extra, "target": "≤ 1225 MB (half of 2.45 GB)"})
