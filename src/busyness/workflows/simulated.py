"""Whether what a plan is made from comes from a simulated world: whoever sees it has to be told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from busyness.workflows.folder import HEALTH

MARK = "SIMULATED.txt"
"""The file that a simulated world leaves beside its tables."""


def from_simulation(sources: Iterable[str | Path | None]) -> bool:
    """This will say whether any of these files or folders lies in a simulated world, or is a forecast made in one."""
    for source in sources:
        if source is None:
            continue
        path = Path(source)
        folders = (path, path / "input") if path.is_dir() else (path.parent,)
        if any((folder / MARK).is_file() for folder in folders) or _says_so(path):
            return True
    return False


def _says_so(folder: Path) -> bool:
    """A forecast's folder that says so itself, or was made from counts that lie in a simulated world."""
    if _json(folder / HEALTH).get("simulated"):
        return True
    counts = _json(folder / "settings.json").get("counts")
    file = counts.get("file") if isinstance(counts, dict) else None
    return bool(file) and (Path(str(file)).parent / MARK).is_file()


def _json(file: Path) -> dict[str, object]:
    """What a file holds; nothing where there is none, or none that can be read."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
