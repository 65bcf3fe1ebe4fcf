"""Text in any encoding → UTF-8, piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from busyness.sources.files.content import as_utf8, marked_codec

UTF8, WESTERN = "utf-8", "cp1252"


@dataclass(frozen=True, slots=True)
class Encoding:
    """The codec of a file, and what to say about it."""

    codec: str
    note: str = ""


def encoding_of(head: bytes, name: str) -> Encoding:
    """This will tell the encoding from the beginning of a file, by the rules of ``content.as_utf8``.

    Raises: ``InputError`` where it is no text.
    """
    marked = marked_codec(head)
    if marked:
        return Encoding(UTF8 if marked == "utf-8-sig" else marked)
    whole = head[: head.rindex(b"\n") + 1] if b"\n" in head else head  # no letter is cut in two
    _, note = as_utf8(whole, name, None)
    return Encoding(WESTERN, note) if note else Encoding(UTF8)


def decoded(head: bytes, encoding: Encoding) -> str:
    """This will return the text of the beginning of a file; a letter that is cut in two at its end is left out."""
    return b"".join(in_utf8(iter([head]), encoding.codec)).decode(errors="ignore")


def in_utf8(pieces: Iterator[bytes], codec: str) -> Iterator[bytes]:
    """This will yield the pieces as UTF-8 without a byte-order mark. UTF-8 goes through as it is, whole or not."""
    decoder = None if codec == UTF8 else codecs.getincrementaldecoder(codec)(errors="replace")
    first = True
    for piece in pieces:
        text = piece if decoder is None else decoder.decode(piece).encode()
        yield text.removeprefix(codecs.BOM_UTF8) if first else text
        first = False


def mended(text: bytes) -> tuple[bytes, bool]:
    """This will return lines that are all UTF-8, and whether any was not: such a line is read as Windows-1252."""
    if text.isascii():
        return text, False
    try:
        text.decode()
    except UnicodeDecodeError:
        return b"\n".join(map(_line, text.split(b"\n"))), True
    return text, False


def _line(line: bytes) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return line.decode(WESTERN, errors="replace").encode()
    return line
