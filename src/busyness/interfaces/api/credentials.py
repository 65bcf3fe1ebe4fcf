"""What a request shows of who sends it: a key, a token or a cookie, in the raw headers of ASGI."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Literal

Kind = Literal["key", "token", "session"]
COOKIE = "busyness"
COOKIE_TLS = "__Host-busyness"
"""Over TLS the name itself makes browsers insist on Secure, Path=/ and no domain."""


class Shown:
    """The headers that the door looks at; of one that comes twice the last counts.

    ``credential`` is the header that signs the request (Authorization wins over X-API-Key); ``signature``: or the cookie.
    """

    __slots__ = ("credential", "given", "signature")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self.given = given = dict(headers)
        self.credential = given.get(b"authorization", b"")
        if not self.credential and b"x-api-key" in given:
            self.credential = b"Bearer " + given[b"x-api-key"]
        self.signature = self.credential or given.get(b"cookie", b"")

    def __getitem__(self, name: bytes) -> bytes:
        return self.given.get(name, b"")


def bearer(credential: bytes) -> tuple[Kind, str] | None:
    """This will tell a key from a token, or return None where the header is neither.

    >>> bearer(b"Bearer bk_12345678_x"), bearer(b"Basic eDp5")
    (('key', 'bk_12345678_x'), None)
    """
    scheme, _, text = credential.partition(b" ")
    word = text.strip().decode("latin-1")
    if scheme.lower() != b"bearer" or not word:
        return None
    return ("key" if word.startswith("bk_") else "token"), word


def session_of(cookie: bytes) -> str:
    """This will return the session's token from a Cookie header, or nothing."""
    try:
        held = SimpleCookie(cookie.decode("latin-1"))
    except CookieError:
        return ""
    for name in (COOKIE_TLS, COOKIE):
        if name in held:
            return held[name].value
    return ""
