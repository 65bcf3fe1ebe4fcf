"""Writing that lasts: on the disk before it is named, and one writer at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from busyness.domain.errors import InputError

try:
    import fcntl
except ModuleNotFoundError:  # Windows has no such locks: there, writers take turns by agreement
    fcntl = None  # type: ignore[assignment]

_LOCK = ".lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """This will hold the folder's lock in the block: other processes that write to it wait."""
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / _LOCK).open("w") as handle:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def write_json(file: Path, content: object) -> None:
    """This will write JSON and have it on the disk."""
    with file.open("w", encoding="utf-8") as out:
        out.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())


def settle_tree(folder: Path) -> None:
    """This will have every file and folder below on the disk."""
    for path in [*folder.rglob("*"), folder]:
        settle(path)


def settle(path: Path) -> None:
    """This will have one file, or a folder's entries, on the disk; a system that cannot open folders settles them itself."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """This will tell a refusal of the disk in the block as an ``InputError``."""
    try:
        yield
    except OSError as fault:
        raise InputError(
            f"{path} cannot be written: {fault.strerror or fault}.", hint="Free space, or check rights."
        ) from fault
