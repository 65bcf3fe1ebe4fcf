"""What is in this data, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from busyness.sources.files.counts import CountsSource
from busyness.tables.panel import local_label, start_times
from busyness.workflows.ingest import Ingested, ingest, write_health
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.quality import quality
from busyness.workflows.settings import RunSettings


@dataclass(frozen=True)
class Description:
    """Facts about the whole file, one row a place, the rejected rows, and every assumption in words."""

    facts: dict[str, Any]
    places: pl.DataFrame
    ingested: Ingested


def describe(settings: RunSettings, source: CountsSource | None = None, *, progress: Progress | None = None) -> Description:
    """This will read the counts and say what they hold: places, span, slots, gaps, outliers, rejected rows."""
    progress = progress or Silent()
    progress.step("Reading")
    found = ingest(settings, source, progress=progress)
    panel = found.panel
    per_place = quality(found)
    starts = start_times(panel.places, panel.slots)
    opened = int(panel.open[:, : panel.history].sum())
    observed = int(panel.observed.sum())
    facts = {
        "rows": found.rows,
        "counted": float(np.nansum(panel.demand[:, : panel.history])),
        "rejected": sum(found.reasons.values()),
        "rejected_by_reason": found.reasons,
        "places": len(panel.places),
        "slot": str(panel.slots.length),
        "slots": panel.history,
        "first": local_label(starts[0, :1], panel.places[0].timezone)[0],
        "last": local_label(starts[0, panel.history - 1 : panel.history], panel.places[0].timezone)[0],
        "timezones": sorted({place.timezone for place in panel.places}),
        "observed": observed,
        "missing": int(per_place["missing"].sum()),
        "missing_share": float(per_place["missing"].sum()) / max(int(per_place["missing"].sum()) + observed, 1),
        "closed": panel.history * len(panel.places) - opened,
        "outliers": int(per_place["outliers"].sum()),
        "holidays": len(
            [day for day in panel.holidays if str(panel.slots.start)[:10] <= str(day) <= str(panel.slots.end)[:10]]
        ),
        "known_covariates": sorted(panel.known),
        "notes": list(found.notes),
    }
    return Description(facts, per_place, found)


def write_description(found: Description, out: Path) -> list[Path]:
    """This will write ``describe.json``, ``places.csv`` and ``rejected.parquet``."""
    with results(out) as stage:
        text = json.dumps(found.facts, indent=2, ensure_ascii=False, default=str)
        (stage / "describe.json").write_text(text + "\n", "utf-8")
        found.places.write_csv(stage / "places.csv")
        found.ingested.rejected.write_parquet(stage / "rejected.parquet")
        write_health(found.ingested, stage)
        names = sorted(made.name for made in stage.iterdir())
    return [out / name for name in names]
