"""Answers made smaller on the way (gzip), for whoever asks for that, where it is worth it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache

from starlette.concurrency import run_in_threadpool

Header = tuple[bytes, bytes]
LEAST_BYTES = 1024
"""A smaller answer fits into a packet or two as it is."""
_LEVEL = 6
_IN_THE_LOOP = 32_768
"""Up to this many bytes the loop waits less for the packing than for a thread."""
_PACKED = ("text/", "application/json", "application/problem+json", "application/manifest+json", "image/svg+xml")
_ALSO = "application/vnd.apache.arrow.stream"
_ENCODING: Header = (b"content-encoding", b"gzip")


@dataclass(frozen=True, slots=True)
class Packed:
    """The headers and bytes of an answer as they go to whoever takes gzip."""

    headers: tuple[Header, ...]
    body: bytes


@lru_cache(maxsize=512)
def takes_gzip(accept: bytes) -> bool:
    """This will say whether an ``Accept-Encoding`` header takes gzip.

    >>> [takes_gzip(text) for text in (b"gzip, br", b"br;q=1, *;q=0.1", b"gzip;q=0", b"identity", b"")]
    [True, True, False, False, False]
    """
    said: dict[str, float] = {}
    for part in accept.decode("latin-1").lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        said[name] = next((_quality(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
    return said.get("gzip", said.get("x-gzip", said.get("*", 0.0))) > 0


def pack(body: bytes) -> bytes:
    """This will pack bytes; the same bytes always become the same."""
    return gzip.compress(body, _LEVEL, mtime=0)


async def packed(headers: tuple[Header, ...], body: bytes) -> Packed | None:
    """This will pack an answer, or return None where it is small, packed already, or would not get smaller."""
    if len(body) < LEAST_BYTES or not _worth(headers):
        return None
    small = pack(body) if len(body) <= _IN_THE_LOOP else await run_in_threadpool(pack, body)
    if len(small) >= len(body):
        return None
    kept = [header for header in headers if header[0] != b"content-length"]
    return Packed((*kept, (b"content-length", str(len(small)).encode()), _ENCODING), small)


def varied(headers: list[Header]) -> list[Header]:
    """This will say that an answer depends on ``Accept-Encoding`` as well: an intermediate store has to know."""
    said = b", ".join(value for name, value in headers if name == b"vary")
    if b"accept-encoding" in said.lower():
        return headers
    both = b", ".join(part for part in (said, b"Accept-Encoding") if part)
    return [*(header for header in headers if header[0] != b"vary"), (b"vary", both)]


def _worth(headers: tuple[Header, ...]) -> bool:
    names = dict(headers)
    kind = names.get(b"content-type", b"").decode("latin-1")
    return b"content-encoding" not in names and kind.startswith((*_PACKED, _ALSO))


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
