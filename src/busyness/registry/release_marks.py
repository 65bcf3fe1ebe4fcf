"""The checksums of a release: which files it has, and whether they are still as they were written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from busyness.domain.errors import ArtifactError

MARKS = "release.json"
_PLANS = "plans/"


def marks_of(folder: Path) -> dict[str, Any]:
    """This will return the SHA-256 and size of every file below a folder, by its path in it."""
    return {name: _mark(folder / name) for name in _files(folder)}


def damaged_files(folder: Path) -> tuple[str, ...]:
    """This will compare a release with its checksums: names of files that are missing, changed, or were added since.

    A folder without checksums (of a run, not a release) has nothing to compare with: none are named. Plans come and go
    after a release is made, and are not compared.

    Raises:
        ArtifactError: the list of checksums itself is damaged.

    """
    file = folder / MARKS
    if not file.exists():
        return ()
    try:
        marks: Mapping[str, Any] = json.loads(file.read_text("utf-8"))["files"]
        here = set(_files(folder)) - {MARKS}
        wrong = {name for name, mark in marks.items() if name not in here or _mark(folder / name) != mark}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        hint = "Copy the release again from where it was made."
        raise ArtifactError(f"{MARKS} in {folder} is damaged.", file=MARKS, hint=hint) from fault
    return tuple(sorted(name for name in wrong | (here - set(marks)) if not name.startswith(_PLANS)))


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _mark(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        return {"sha256": hashlib.file_digest(content, "sha256").hexdigest(), "size": file.stat().st_size}
