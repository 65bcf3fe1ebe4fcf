"""How good the data are, place by place: what a person should see before trusting a forecast."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from busyness.preparation.inferred_hours import infer_hours
from busyness.preparation.outlier_rule import OutlierRule
from busyness.preparation.outliers import flag_outliers
from busyness.tables.panel import start_times
from busyness.workflows.ingest import Ingested

Method = Literal["none", "zscore", "iqr", "hampel", "cluster"]


def quality(found: Ingested, *, outliers: Method = "hampel") -> pl.DataFrame:
    """This will return one row a place: slots from its first to its last observation, and what is odd in them.

    Columns: ``place, name, slots, observed, missing, closed, zeros, outliers, rejected, longest_gap`` (slots)``, mean``
    (demand per open slot)``, first, last`` (UTC).
    """
    panel = found.panel
    sealed = infer_hours(panel.sealed())
    flagged = flag_outliers(sealed, OutlierRule(outliers))
    starts = start_times(panel.places, panel.slots)
    rejected = dict(found.rejected.group_by("place").len().iter_rows()) if found.rejected.height else {}
    rows = []
    for k, place in enumerate(panel.places):
        seen = np.flatnonzero(np.isfinite(sealed.demand[k]))
        begin, stop = (int(seen[0]), int(seen[-1]) + 1) if len(seen) else (0, 0)
        demand, opened = sealed.demand[k, begin:stop], sealed.open[k, begin:stop]
        missing = opened & ~np.isfinite(demand)
        rows.append(
            {
                "place": place.id,
                "name": place.label,
                "slots": stop - begin,
                "observed": len(seen),
                "missing": int(missing.sum()),
                "closed": int((~opened).sum()),
                "zeros": int((demand == 0).sum()),
                "outliers": int(flagged[k].sum()),
                "rejected": int(rejected.get(place.id, 0)),
                "longest_gap": _longest(missing),
                "mean": float(np.nanmean(demand[opened])) if np.isfinite(demand[opened]).any() else None,
                "first": starts[k, begin].astype("datetime64[us]").astype(object) if len(seen) else None,
                "last": starts[k, stop - 1].astype("datetime64[us]").astype(object) if len(seen) else None,
            }
        )
    dates: dict[str, pl.DataType | type[pl.DataType]] = {
        "first": pl.Datetime("us"),
        "last": pl.Datetime("us"),
        "mean": pl.Float64,
    }
    return pl.DataFrame(rows, schema_overrides=dates).with_columns(pl.col("first", "last").dt.replace_time_zone("UTC"))


def _longest(missing: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0
