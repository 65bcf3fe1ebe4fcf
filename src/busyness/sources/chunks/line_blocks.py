"""A text file in blocks of whole lines, UTF-8, with the number of the first line of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from busyness.domain.errors import InputError
from busyness.sources.chunks.count_byte import count_byte
from busyness.sources.chunks.encoding import Encoding, in_utf8, mended
from busyness.sources.chunks.unpacked import CutShortError, unpacked

_LONGEST_LINE = 64 << 20
_SMALLEST, _LARGEST = 1 << 16, 8 << 20  # Polars parses blocks of 4 to 12 MB twice as fast as blocks of 48 MB
_BYTES_A_ROW = 64


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Some whole lines. ``damaged``: the piece of a line at which a damaged file breaks off. ``note``: of the encoding."""

    text: bytes
    first_line: int
    damaged: bool = False
    note: str = ""


def block_size(rows: int) -> int:
    """This will return how many bytes to read at a time, for chunks of this many rows."""
    return min(max(rows * _BYTES_A_ROW, _SMALLEST), _LARGEST)


def line_blocks(path: Path, encoding: Encoding, *, size: int, end: Callable[[bytes], int]) -> Iterator[LineBlock]:
    """This will yield the lines of a file, their ends written ``\\n``. ``end`` says how far a buffer holds whole rows.

    Raises: ``InputError`` for a line so long that this is no table.
    """
    rest, line = b"", 1
    try:
        for piece in _plain_line_ends(in_utf8(unpacked(path, size), encoding.codec)):
            rest = rest + piece if rest else piece
            whole = end(rest)
            if whole:
                block = _block(rest[:whole], line, path.name)
                yield block
                line += count_byte(block.text, b"\n")
                rest = rest[whole:]
            elif len(rest) > _LONGEST_LINE:
                raise InputError(f"Line {line:,} of {path.name} has more than 64 MB: this is not a table of rows.")
    except CutShortError:
        yield LineBlock(mended(rest)[0], line, damaged=True)
        return
    if rest:
        yield _block(rest, line, path.name)


def last_line_end(text: bytes) -> int:
    """This will return where the last whole line ends."""
    return text.rfind(b"\n") + 1


def _block(text: bytes, line: int, name: str) -> LineBlock:
    text, odd = mended(text)
    return LineBlock(text, line, note=f"Some lines of {name} are not UTF-8; they were read as Windows-1252." if odd else "")


def _plain_line_ends(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        text = held + piece
        held = b"\r" if text.endswith(b"\r") else b""  # its other half may come with the next piece
        text = text.removesuffix(b"\r")
        yield text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text
    if held:
        yield b"\n"
