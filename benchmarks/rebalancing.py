"""Where to move vehicles: seconds to the proven best flow, beside HiGHS on the same network."""

from __future__ import annotations

from collections.abc import Iterator

from figure import Figure, Options
from process import ours, scratch

_HIGHS = "HiGHS (highspy), the same network as a linear program, in its own process"


def run(options: Options) -> Iterator[Figure]:
    """This will yield the seconds of the model (values, network, flow, proof) and of the flow alone beside HiGHS."""
    cases = (
        ("rebalancing_77x3", 77, 3, 24.0, "≤ 0.05 s"),
        ("rebalancing_77x3_short_hours", 77, 3, 6.0, None),
        ("rebalancing_10000", 400 if options.quick else 10_000, 1, 24.0, "≤ 2 s"),
    )
    for name, places, periods, hours, target in cases:
        file = str(scratch(f"data/{name}.npz"))
        rounds = max(options.rounds, 1 if options.quick else 3)
        asked = {"places": places, "periods": periods, "hours": hours, "file": file, "rounds": rounds}
        found = ours("rebalancing.py", options.threads, **asked)
        extra = {key: found[key] for key in ("arcs", "proven", "gap", "comparison")}
        extra |= {"places": places, "periods": periods, "van_hours": hours, "plan_seconds": found["plan"]}
        if target is None:
            note = "hours do not suffice: minutes are priced, and the seconds are those of the whole plan"
            yield Figure(name, found["plan"], None, "s", {**extra, "note": note})
            continue
        note = "expected value of every vehicle, network, flow and proof; plan_seconds adds tours, reasons, comparison"
        yield Figure(name, found["model"], None, "s", {**extra, "target": target, "note": note})
        theirs = ours("flow_by_highs.py", options.threads, file=file)
        if abs(theirs["cost"] - found["cost"]) > 1e-6 * abs(found["cost"]):
            raise RuntimeError(f"ours and HiGHS do not agree: {found['cost']} and {theirs['cost']}")
        yield Figure(f"{name}_flow", found["solve"], theirs["solve"], "s", {"peer_name": _HIGHS})
