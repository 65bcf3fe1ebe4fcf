"""What a file is, told from its first bytes: a name may lie (an HTML page called ``.csv``), the content does not."""

from __future__ import annotations

import codecs
import gzip
import zlib
from enum import StrEnum
from pathlib import Path

from busyness.domain.errors import InputError

_SAMPLE = 65_536
_BOMS = (  # the longer mark first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ALIEN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)
_EXPORT = "Export the table as CSV, Excel or Parquet."


class Kind(StrEnum):
    """The formats that are read."""

    TEXT = "delimited text"
    JSON = "JSON"
    EXCEL = "Excel"
    PARQUET = "Parquet"
    ARROW = "Arrow"
    ARROW_STREAM = "Arrow stream"


_MAGIC = {
    b"PAR1": Kind.PARQUET,
    b"PARE": Kind.PARQUET,
    b"ARROW1": Kind.ARROW,
    b"\xff\xff\xff\xff": Kind.ARROW_STREAM,
}
_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".ods"}


def read_bytes(path: Path) -> bytes:
    """This will return the bytes of a file, unpacked if it is gzipped.

    Raises: ``InputError`` where there is no file, no permission, nothing in it, or half a gzip archive.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file of counts.", hint="Name one file in it.")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", hint=_near(path)) from None
    except OSError as error:
        raise InputError(f"{path} cannot be opened: {error.strerror or error}.") from None
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (EOFError, zlib.error, OSError):
            raise InputError(
                f"{path.name} is a damaged or incomplete gzip file.", hint="Download or pack it again."
            ) from None
    if not content.strip():
        raise InputError(f"{path.name} is empty.")
    return content


def _near(path: Path) -> str:
    folder = path.parent
    near = sorted(p.name for p in folder.iterdir() if p.stem.lower() == path.stem.lower()) if folder.is_dir() else []
    return f"Did you mean '{near[0]}'?" if near else ""


def kind_of(content: bytes, name: str) -> Kind:
    """This will return the format of the bytes, or raise an ``InputError`` that says what they are instead."""
    head = content[:64]
    for magic, what in _ALIEN:
        if head.startswith(magic):
            raise InputError(f"{name} is {what}, not a table of counts.", hint=_EXPORT)
    found = _binary_kind(content, head, name)
    if found is not None:
        return found
    start = content[:2048].lstrip(codecs.BOM_UTF8).lstrip()
    lower = start[:512].lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<div")) or b"<html" in lower:
        raise InputError(
            f"{name} is a web page, not a table of counts.", hint="Was it a login page? Download the file itself."
        )
    if lower.startswith(b"<?xml"):
        raise InputError(f"{name} is an XML document, not a table of counts.", hint=_EXPORT)
    _refuse_mismatch(name, Path(name.removesuffix(".gz")).suffix.lower())
    return Kind.JSON if start[:1] in {b"{", b"["} else Kind.TEXT


def _binary_kind(content: bytes, head: bytes, name: str) -> Kind | None:
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head.startswith(b"FEA1"):
        raise InputError(f"{name} is a Feather file of the first version.", hint="Write it again as Feather 2 or Parquet.")
    if head.startswith(b"PK"):
        workbook = b"xl/" in content or b"workbook" in content[:_SAMPLE] or b"mimetype" in head
        if not workbook and Path(name).suffix.lower() not in _WORKBOOKS:  # a workbook cut short is told by its reader
            raise InputError(f"{name} is a ZIP archive.", hint="Unpack it and name the file inside.")
        return Kind.EXCEL
    return Kind.EXCEL if head.startswith(b"\xd0\xcf\x11\xe0") else None


def _refuse_mismatch(name: str, suffix: str) -> None:
    promised = {
        ".parquet": "a Parquet",
        ".pq": "a Parquet",
        ".xlsx": "an Excel",
        ".arrow": "an Arrow",
        ".feather": "an Arrow",
        ".ipc": "an Arrow",
    }
    if suffix in promised:
        raise InputError(f"{name} is not {promised[suffix]} file, or its beginning is damaged.", hint="Download it again.")


def as_utf8(content: bytes, name: str, encoding: str | None) -> tuple[bytes, str]:
    """This will return text bytes as UTF-8 without a byte-order mark, and a note where the encoding was guessed.

    Told apart in this order: what was named, a byte-order mark, UTF-16 by its zero bytes, UTF-8 where it is valid,
    Windows-1252 (of which Latin-1 text is a part) for the rest.
    """
    if encoding:
        try:
            return content.decode(encoding).lstrip("\ufeff").encode(), ""
        except (UnicodeError, LookupError):
            raise InputError(f"{name} is not {encoding} text.", hint="Leave the encoding out to have it guessed.") from None
    guessed = marked_codec(content)
    if guessed:
        try:
            return content.decode(guessed).lstrip("\ufeff").encode(), ""
        except UnicodeError:
            raise InputError(f"{name} begins like {guessed} text but is cut short or damaged.") from None
    sample = content[:_SAMPLE]
    odd = sum(sample.count(bytes([code])) for code in (*range(9), *range(14, 32)) if code != 1)
    if odd > len(sample) // 200:
        raise InputError(f"{name} is not a text file, nor any other format that is known here.", hint=_EXPORT)
    if content.isascii():
        return content, ""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _western(content), f"Read {name} as Windows-1252 (Latin-1) text, because it is not UTF-8."
    return content, ""


def marked_codec(content: bytes) -> str | None:
    """This will return the codec that a byte-order mark names, or that the zero bytes of UTF-16 show; else ``None``."""
    return next((codec for mark, codec in _BOMS if content.startswith(mark)), None) or _zero_byte_codec(content)


def _zero_byte_codec(content: bytes) -> str | None:
    """UTF-16 without a mark: ASCII text has a zero in every other byte."""
    sample = content[:2048]
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > 0.6 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _western(content: bytes) -> bytes:
    try:
        return content.decode("cp1252").encode()
    except UnicodeDecodeError:
        return content.decode("latin-1").encode()
