"""A world's posted counts as a file: what a service's state held of them when they were last asked for."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.domain.errors import ArtifactError
from busyness.tables import columns as c

POSTED_COLUMNS = (c.PLACE, c.TIME, c.AMOUNT, c.KNOWN_AT)


def read_posted_counts(file: Path) -> pl.DataFrame:
    """This will read ``place, time`` (UTC)``, amount, known_at`` of every posted slot.

    Raises:
        ArtifactError: the file is gone or cannot be read.

    """
    try:
        return pl.read_parquet(file, columns=list(POSTED_COLUMNS))
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise ArtifactError(
            f"The posted counts in {file} cannot be read.",
            file=file.name,
            hint="Delete it: busyness retrain makes it again from the service's state, or goes without it (--no-posted).",
        ) from fault
