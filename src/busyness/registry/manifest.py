"""The manifest of an artifact: what is in the folder, and the checksum of each file and of the manifest itself."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry.card import Card, plain
from busyness.registry.json_text import canonical
from busyness.tables.parts import Parts

FORMAT = 2
"""The format that is written. The loader reads it and the two before, once there are so many.

1: the first. 2: the card also holds lineage, collection, anomalies, weights of features, code version and ancestry.
"""

MANIFEST = "manifest.json"
ARRAYS = "arrays.npz"
COPY_AGAIN = "Copy the folder again from where it was made, or train the model again."

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_CHECKSUM = "checksum"


@dataclass(frozen=True, slots=True)
class Mark:
    """How a file is recognised."""

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> Mark:
        """This will return the mark of a content."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))


@dataclass(frozen=True, slots=True)
class Manifest:
    """The kind and facts of the parts, the card, and the mark of every other file by its name."""

    kind: str
    facts: Mapping[str, Any]
    card: Card
    files: Mapping[str, Mark]

    def to_json(self) -> bytes:
        """This will return the manifest as it is written, its own checksum within."""
        content = {
            "format": FORMAT,
            "kind": self.kind,
            "facts": self.facts,
            "card": plain(self.card.model_dump(mode="json")),  # a copied card may hold NaN
            "files": {name: {"sha256": mark.sha256, "size": mark.size} for name, mark in self.files.items()},
        }
        return canonical({**content, _CHECKSUM: Mark.of(canonical(content)).sha256}, indent=1) + b"\n"

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """This will read and check the manifest of a folder.

        Raises:
            ArtifactError: it is missing, damaged, of a newer format, or names what no artifact may hold.

        """
        content = _content(folder)
        written = content.get("format")
        if not isinstance(written, int) or written < 1:
            raise _damaged(folder, "does not say its format")
        if written > FORMAT:
            raise ArtifactError(
                f"{MANIFEST} of the model in {folder} has format {written}; this version of Busyness reads up to {FORMAT}.",
                file=MANIFEST,
                hint="Upgrade Busyness, or train the model again with this version.",
            )
        checksum = content.pop(_CHECKSUM, None)
        try:
            intact = checksum == Mark.of(canonical(content)).sha256
        except InputError:  # NaN, which we never write
            intact = False
        if not intact:
            raise _damaged(folder, "was changed after it was written")
        try:
            files = {checked_name(name): Mark(str(m["sha256"]), int(m["size"])) for name, m in content["files"].items()}
            card = Card.model_validate(content["card"])
            kind, facts = str(content["kind"]), dict(content["facts"])
        except (KeyError, TypeError, ValueError, AttributeError, InputError) as fault:
            raise _damaged(folder, "lacks what a manifest must say") from fault
        for name in files:
            if name != ARRAYS and not name.endswith(".txt"):
                raise ArtifactError(f"The model in {folder} lists {name}, which no model has.", file=name, hint=COPY_AGAIN)
        return cls(kind, facts, card, files)


def file_contents(parts: Parts, arrays: bytes) -> dict[str, bytes]:
    """This will return the files of the parts by name, or raise an ``InputError`` for a name that cannot be a file's."""
    for name in (*parts.texts, *parts.arrays):
        checked_name(name)
    files = {f"{name}.txt": text.encode() for name, text in parts.texts.items()}
    if len({name.lower() for name in files}) != len(files):
        raise InputError("Two texts of the model have names that differ only in upper and lower case.", hint="Rename one.")
    return {**files, **({ARRAYS: arrays} if parts.arrays else {})}


def checked_name(name: str) -> str:
    """This will return the name, or raise an ``InputError`` if it could lead out of the folder or not be a file's."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"'{name}' cannot be the name of a part.",
            hint="Use at most 200 letters, digits and ._-, the first a letter or digit.",
        )
    return name


def _content(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise ArtifactError(
            f"There is no model in {folder}: it has no {MANIFEST}.",
            file=MANIFEST,
            hint="Check the path, or train a model first.",
        ) from None
    except (ValueError, RecursionError) as fault:
        raise _damaged(folder, "is not readable JSON") from fault
    except OSError as fault:
        raise _damaged(folder, f"cannot be read ({fault.strerror})") from fault
    if not isinstance(content, dict):
        raise _damaged(folder, "is not readable JSON")
    return content


def _damaged(folder: Path, why: str) -> ArtifactError:
    return ArtifactError(f"{MANIFEST} of the model in {folder} {why}.", file=MANIFEST, hint=COPY_AGAIN)
