"""Tours as a loading list: one row a stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from busyness.decisions.rebalancing.problem import RebalancingProblem
from busyness.decisions.rebalancing.tours import Tour
from busyness.tables import columns as c
from busyness.tables.fleet import DEPOT, HOURS, KM, VAN

_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    c.TIME: pl.Datetime("us", "UTC"),
    DEPOT: pl.String,
    VAN: pl.String,
    "tour": pl.Int64,
    "stop": pl.Int64,
    c.PLACE: pl.String,
    "name": pl.String,
    "load": pl.Int64,
    "unload": pl.Int64,
    "aboard": pl.Int64,
    KM: pl.Float64,
    HOURS: pl.Float64,
    "fits": pl.Boolean,
}


def tours_table(problem: RebalancingProblem, tours: Sequence[Tour]) -> pl.DataFrame:
    """This will return ``time, depot, van, tour, stop, place, name, load, unload, aboard, km, hours, fits``, one row a stop.

    Stop 0 and the last one are the depot. ``aboard`` is the load after the stop; ``km`` and ``hours`` are those until its
    work is done; ``fits`` says whether the van's hours suffice for the tour.
    """
    names = [place.label for place in problem.places] + [depot.id for depot in problem.depots]
    ids = [place.id for place in problem.places] + [depot.id for depot in problem.depots]
    rows = []
    for tour in tours:
        head = (problem.starts[tour.period], tour.van.depot, tour.van.id, tour.number)
        aboard = tour.aboard
        loading = problem.driving.minutes_per_vehicle / 120 * aboard
        rows.append((*head, 0, tour.van.depot, tour.van.depot, aboard, 0, aboard, 0.0, loading, tour.fits))
        for number, stop in enumerate(tour.stops, 1):
            aboard += stop.change
            load, unload = max(stop.change, 0), max(-stop.change, 0)
            what = (number, ids[stop.site], names[stop.site], load, unload, aboard, stop.km, stop.hours, tour.fits)
            rows.append((*head, *what))
    return pl.DataFrame(rows, schema=dict(_SCHEMA), orient="row")
