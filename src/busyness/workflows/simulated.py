"""Whether what a plan is made from comes from a simulated world: whoever sees it has to be told."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

MARK = "SIMULATED.txt"
"""The file that a simulated world leaves beside its tables."""


def from_simulation(sources: Iterable[str | Path | None]) -> bool:
    """This will say whether any of these files or folders lies in a simulated world, or is a forecast made in one."""
    for source in sources:
        if source is None:
            continue
        path = Path(source)
        folders = (path, path / "input") if path.is_dir() else (path.parent,)
        if any((folder / MARK).is_file() for folder in folders):
            return True
    return False
