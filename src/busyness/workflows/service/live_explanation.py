"""Why a slot's forecast is what it is, answered while somebody looks at it: the explainer of a release kept in memory."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from busyness.workflows.explain import Explainer, Explanation
from busyness.workflows.service.snapshot import Snapshot

_WORLDS_KEPT = 4


def explain_slot(snapshot: Snapshot, place: str, time: datetime, *, language: str = "en") -> Explanation:
    """This will explain the slot of ``place`` in which ``time`` (aware) lies. Raises as ``Explainer`` does."""
    return _explainer(snapshot.folder, snapshot.etag).explain(place, time, language=language)


@lru_cache(maxsize=_WORLDS_KEPT)
def _explainer(folder: Path, etag: str) -> Explainer:
    del etag  # another file in the folder is another forecast
    return Explainer.of(folder)
