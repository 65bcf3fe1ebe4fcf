"""Fetch a public data set, to try things on real data."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

from busyness.domain.clock import Clock, SystemClock
from busyness.sources.portals.catalog import DATASETS, dataset_of
from busyness.sources.portals.fetch import Fetched, fetch_dataset
from busyness.sources.portals.portal import Portal
from busyness.workflows.progress import Progress, Silent

TOKEN = "BUSYNESS_PORTAL_TOKEN"  # noqa: S105  # the name of the variable, not its value
"""The environment's application token of a portal; without one, portals answer fewer requests an hour."""


def get(
    name: str,
    out: Path,
    *,
    since: date | None = None,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> Fetched:
    """This will fetch a data set by name into a folder; a run that broke off is continued."""
    progress, clock = progress or Silent(), clock or SystemClock()
    dataset = dataset_of(name)
    portal = Portal(wait=time.sleep, token=os.environ.get(TOKEN, ""))
    try:
        return fetch_dataset(
            dataset,
            out,
            portal=portal,
            now=clock.now(),
            since=since,
            watch=lambda done, total: progress.step(f"Fetching {name}", done, total=total),
        )
    finally:
        portal.close()


def listed() -> list[dict[str, str]]:
    """This will list the data sets: name, what it holds, who publishes it, on what terms, and how to use it."""
    return [
        {
            "name": dataset.name,
            "about": dataset.about,
            "publisher": dataset.publisher,
            "licence": dataset.licence,
            "use": dataset.use.replace("FILE", dataset.file),
        }
        for dataset in DATASETS.values()
    ]
