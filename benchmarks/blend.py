"""The blend on the 35 Melbourne sensors, beside each of its members, their plain mean, and LightGBM's points."""

from __future__ import annotations

from collections.abc import Iterator

from figure import Figure, Options
from melbourne import ORIGINS
from process import ours, scratch
from tables import EXCLUDED, HORIZON, melbourne_file

_TREES = "boosted"


def run(options: Options) -> Iterator[Figure]:
    """This will yield the blend's error beside every other answer on the same hours, its coverage and its pinball loss.

    Pinball is beside the boosted trees' points copied into every quantile: over levels that lie evenly around the median,
    that is half of their mean absolute error.
    """
    log = scratch("blend_melbourne.txt")
    log.unlink(missing_ok=True)
    found = ours(
        "blend.py",
        options.threads,
        file=str(melbourne_file(options)),
        reading={
            "time": "Date,Hour", "place": "SensorID", "demand": "PedestrianCount", "every": "1h",
            "timezone": "Australia/Melbourne", "country": "AU", "region": "VIC", "exclude": ",".join(map(str, EXCLUDED)),
        },
        horizon=HORIZON,
        origins=ORIGINS[:1] if options.quick else ORIGINS,
        fast=options.quick,
        out=str(log),
    )  # fmt: skip
    mae = found["mae"]
    single = {name: error for name, error in mae.items() if name not in {"blend", "plain mean"}}
    best = min(single, key=lambda name: single[name])
    extra = {"scored": found["scored"], "by_origin": found["by_origin"], "target": "≤ 92"}
    yield Figure("blend_mae_beside_best_single", mae["blend"], single[best], "visitors", {"peer_name": best, **extra})
    for name, error in mae.items():
        if name not in {"blend", best}:
            yield Figure(f"blend_mae_beside_{name.replace(' ', '_')}", mae["blend"], error, "visitors", {"peer_name": name})
    note = {"target": "0.77 … 0.83", "by_origin": found["coverage_by_origin"]}
    yield Figure("blend_coverage_80", found["coverage_80"], None, "share", note)
    copied = single[_TREES] / 2
    extra = {"peer_name": "LightGBM's points in every quantile", "target": "ratio ≤ 0.85"}
    yield Figure("blend_pinball", found["pinball"], copied, "visitors", extra)
    yield Figure("blend_seconds_an_origin", min(found["seconds"]), None, "s", {"each": found["seconds"]})
