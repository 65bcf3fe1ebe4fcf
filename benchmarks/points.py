"""Points → places: hexagons beside the bare H3 call, and the 77 areas of Chicago beside shapely's tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from figure import Figure, NotHere, Options
from process import ours

_BARE = "polars_h3.latlng_to_cell on the same points, in the same process, by turns"
_COUNTED = "from points in memory to counts by hexagon and hour over four weeks; the peer only finds the hexagons"
_TREE = "shapely STRtree over the points, asked by each polygon (what geopandas' sjoin does for 'within')"
_PLAIN = "shapely STRtree over the polygons, asked by each point (what geopandas' sjoin does for 'intersects')"


def run(options: Options) -> Iterator[Figure]:
    """This will yield points per second, the better of ``rounds`` each; only threads of ours count for areas: one."""
    points = 50_000 if options.quick else 5_000_000
    rounds = max(options.rounds, 1 if options.quick else 3)
    asked: dict[str, Any] = {"points": points, "rounds": rounds}
    found = ours("points.py", options.threads, to="hexagons", **asked)
    extra = {"points": points, "places": found["places"], "unmapped": found["unmapped"]}
    yield Figure(
        "points_to_hexagons",
        found["ours"],
        found["peer"],
        "points/s",
        {**extra, "peer_name": _BARE, "target": "ratio ≥ 0.6"},
    )
    found = ours("points.py", options.threads, to="counts", **asked)
    yield Figure(
        "points_to_hexagon_hours",
        found["ours"],
        found["peer"],
        "points/s",
        {"points": points, "cells": found["cells"], "peer_name": _BARE, "target": "ratio ≥ 0.6", "note": _COUNTED},
    )
    outlines = options.real / "chicago_areas" / "community_areas.geojson"
    if not outlines.exists():
        raise NotHere(f"{outlines} is missing; name the folder of the real data with --real.")
    found = ours("points.py", 1, to="areas", outlines=str(outlines), **asked)
    extra = {"points": points, "places": found["places"], "unmapped": found["unmapped"], "target": "≥ 1,500,000 points/s"}
    note = f"one thread each; the peer answers {found['sample']:,} of the points, building its tree included on both sides"
    yield Figure("points_to_areas", found["ours"], found["peer"], "points/s", {**extra, "peer_name": _TREE, "note": note})
    yield Figure(
        "points_to_areas_beside_plain",
        found["ours"],
        found["plain"],
        "points/s",
        {**extra, "peer_name": _PLAIN, "note": note},
    )
