"""What a forecast folder holds beside the forecast: the weeks before it, what was found in the data, and the settings."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from busyness.sources.chunks.sql_url import is_sql_url, without_secrets
from busyness.tables import columns as c
from busyness.tables.instants import utc_series
from busyness.tables.panel import Panel, start_times
from busyness.workflows.folder import HEALTH, HISTORY, QUALITY, SETTINGS
from busyness.workflows.ingest import Ingested
from busyness.workflows.outlines import OUTLINES
from busyness.workflows.settings import RunSettings

HISTORY_WEEKS = 8


def write_context(
    found: Ingested, settings: RunSettings, folder: Path, *, now: datetime, quality: pl.DataFrame | None = None
) -> None:
    """This will write ``history.parquet``, ``health.json``, ``settings.json`` and, of areas and hexagons, ``outlines.json``.

    ``now`` is when the forecast was made; ``quality`` is what ``workflows.quality`` found, kept in ``quality.parquet``. A
    password in a database's URL is blanked: what repeats the run reads it from the environment.
    """
    recent_history(found.panel).write_parquet(folder / HISTORY)
    health = {
        "made_at": now.isoformat(timespec="seconds"),
        "rows": found.rows,
        "rejected": found.rejected.height,
        "reasons": found.reasons,
        "notes": list(found.notes),
        "notices": list(found.notices),
        "simulated": settings.output.simulated,
    }
    _write_json(health, folder / HEALTH)
    text = json.dumps(_kept(settings.model_dump()), indent=2, ensure_ascii=False, default=str)
    (folder / SETTINGS).write_text(text + "\n", "utf-8")
    if quality is not None:
        quality.write_parquet(folder / QUALITY)
    if found.outlines:
        _write_json({place: [list(ring) for ring in rings] for place, rings in found.outlines.items()}, folder / OUTLINES)


def recent_history(panel: Panel, *, weeks: int = HISTORY_WEEKS) -> pl.DataFrame:
    """This will return ``place, time`` (UTC)``, demand, open`` of the last weeks before the origin, observed slots only."""
    first = max(panel.history - weeks * panel.slots.length.per_week, 0)
    rows, columns = np.nonzero(panel.observed[:, first : panel.history])
    columns += first
    return pl.DataFrame(
        {
            c.PLACE: pl.Series(np.array(panel.ids, dtype=object)[rows].tolist(), dtype=pl.String),
            c.TIME: utc_series(start_times(panel.places, panel.slots)[rows, columns]),
            c.DEMAND: panel.demand[rows, columns],
            c.OPEN: panel.open[rows, columns],
        }
    )


def _kept(value: object) -> object:
    """The same settings without passwords, and with every file named from the root: the run is repeated from any folder."""
    if isinstance(value, dict):
        named = {name: _kept(inner) for name, inner in value.items()}
        file = named.get("file")
        return named | {"file": str(Path(file).resolve())} if isinstance(file, str) and Path(file).is_file() else named
    if isinstance(value, list | tuple):
        return [_kept(inner) for inner in value]
    if isinstance(value, str):
        return without_secrets(value, value) if is_sql_url(value) else value
    return str(value.resolve()) if isinstance(value, Path) else value


def _write_json(content: object, file: Path) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, default=str) + "\n", "utf-8")
