"""Where data came from: the files that were read, each with a mark that changes when it does."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from busyness.registry.data_card import SourceFile

_MOST = 256 * 2**20  # hashed at the most: a larger file is known by its beginning, its size and its time
_AT_ONCE = 2**20


def source_file(role: str, name: str) -> SourceFile:
    """This will describe a file by its checksum, size and time; what is no file (any more) by its name alone."""
    path = Path(name)
    try:
        if not path.is_file():
            return SourceFile(role=role, name=name)
        digest, left = hashlib.sha256(), _MOST
        with path.open("rb") as content:
            while left > 0 and (block := content.read(min(_AT_ONCE, left))):
                digest.update(block)
                left -= len(block)
        about = path.stat()
    except OSError:  # gone or locked meanwhile: the run that read it went well, so its card must too
        return SourceFile(role=role, name=name)
    changed = datetime.fromtimestamp(int(about.st_mtime), UTC)
    return SourceFile(role=role, name=name, sha256=digest.hexdigest(), size=about.st_size, changed=changed)
