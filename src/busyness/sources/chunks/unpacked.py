"""The bytes of a file in pieces, unpacked on the way where it is gzipped."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from busyness.domain.errors import InputError, did_you_mean

_GZIP = b"\x1f\x8b"
_READ = 1 << 20
_GZIP_WINDOW = 31  # zlib's own number for a gzip member


class CutShortError(Exception):
    """A gzip file ends too early or is damaged; everything before that was yielded. Never leaves this room."""


def unpacked(path: Path, size: int) -> Iterator[bytes]:
    """This will yield the bytes of a file in pieces of at most ``size``.

    Raises: ``InputError`` where the file cannot be opened; ``CutShortError`` after the last good piece of a damaged gzip.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        near = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(f"There is no file {path}.", hint=did_you_mean(path.name, near)) from None
    except OSError as error:
        raise InputError(f"{path} cannot be opened: {error.strerror or error}.") from None
    with file:
        zipped = file.read(2) == _GZIP
        file.seek(0)
        if zipped:
            yield from _members(file, size)
        else:
            while piece := file.read(size):
                yield piece


def beginning(path: Path, size: int) -> bytes:
    """This will return the first ``size`` bytes of a file, unpacked, or fewer where it holds fewer.

    Raises: ``InputError`` where the file cannot be opened, is empty, or is a gzip of which nothing can be unpacked.
    """
    head = b""
    try:
        for piece in unpacked(path, size):
            head += piece
            if len(head) >= size:
                break
    except CutShortError:
        if not head:
            raise InputError(
                f"{path.name} is a damaged or incomplete gzip file.", hint="Download or pack it again."
            ) from None
    if not head.strip():
        raise InputError(f"{path.name} is empty.")
    return head[:size]


def is_gzip(path: Path) -> bool:
    """This will say whether a file is gzipped."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _members(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The members of a gzip file one after the other, as ``gzip`` itself reads them."""
    packed = file.read(_READ)
    while packed:
        member = zlib.decompressobj(_GZIP_WINDOW)
        while True:
            try:
                piece = member.decompress(packed, size)
            except zlib.error:
                raise CutShortError from None
            if piece:
                yield piece
            if member.eof:
                break
            packed = member.unconsumed_tail or file.read(_READ)
            if not packed and not piece:
                raise CutShortError
        packed = (member.unused_data or file.read(_READ)).lstrip(b"\0")  # archives may be padded with zeros
