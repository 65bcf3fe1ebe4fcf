"""Who is asking: looked up once, then known by the very header for half a minute."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from busyness.interfaces.api.credentials import Kind, Shown, bearer, session_of
from busyness.interfaces.api.limits import Bucket, Buckets
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.tokens import TokenVerifier, not_signed_in
from busyness.workflows.service.access import Principal

KNOWN_SECONDS = 30.0
"""How long a key that was withdrawn in another process may still open the door of this one."""
MOST_KNOWN = 20_000
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody we know: their rights, the answers they may share (``rights``), and their bucket of requests."""

    principal: Principal
    rights: str
    bucket: Bucket
    until: float
    kind: Kind
    csrf: str = ""


@dataclass(frozen=True)
class Registers:
    """Where callers are looked up: both may wait for a database, so they run outside the loop."""

    by_key: Callable[[str, datetime], Principal | None]
    by_session: Callable[[str, datetime], tuple[Principal, str] | None]
    tokens: TokenVerifier | None


class Gatekeeper:
    """Admits callers by key, token or session; strangers' attempts are counted by address."""

    def __init__(
        self,
        registers: Registers,
        *,
        callers: Buckets,
        strangers: Buckets,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._registers, self._callers, self._strangers = registers, callers, strangers
        self._now, self._monotonic = now, monotonic
        self._known: dict[bytes, Admitted] = {}

    def known(self, header: bytes, now: float) -> Admitted | None:
        """This will return who sent this very header before, while that holds."""
        admitted = self._known.get(header)
        return admitted if admitted is not None and admitted.until > now else None

    def forget(self) -> None:
        """This will look everybody up again: a key, a user or a session has changed."""
        self._known.clear()

    def stranger(self, address: str) -> None:
        """This will count a request of somebody we do not know; raises ``Problem`` 429 where there were too many."""
        self._strangers.admit(address, self._monotonic())

    async def admit(self, shown: Shown, address: str) -> Admitted | None:
        """This will return who is asking, or None where nothing was shown.

        Raises:
            Problem: 401 where what was shown does not hold; 429 after too many such attempts from one address.

        """
        if not shown.signature:
            return None
        admitted = self.known(shown.signature, self._monotonic())
        if admitted is not None:
            return admitted
        try:
            found = await run_in_threadpool(self._look_up, shown)
        except Problem:
            self.stranger(address)
            raise
        if found is None:
            self.stranger(address)
            if not shown.credential:
                return None  # a browser whose session is over is simply not signed in
            raise not_signed_in("The key or token is not known, or is over.")
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[shown.signature] = found
        return found

    def _look_up(self, shown: Shown) -> Admitted | None:
        if not shown.credential:
            session = session_of(shown[b"cookie"])
            held = self._registers.by_session(session, self._now()) if session else None
            return self._admitted(held[0], "session", csrf=held[1]) if held else None
        read = bearer(shown.credential)
        if read is None:
            return None
        kind, text = read
        if kind == "key":
            principal = self._registers.by_key(text, self._now())
            return self._admitted(principal, kind) if principal else None
        if self._registers.tokens is None:
            return None
        principal, over = self._registers.tokens.principal(text)
        return self._admitted(
            principal, kind, seconds=over + self._registers.tokens.terms.leeway_seconds - self._now().timestamp()
        )

    def _admitted(self, principal: Principal, kind: Kind, *, csrf: str = "", seconds: float = KNOWN_SECONDS) -> Admitted:
        now = self._monotonic()
        return Admitted(
            principal,
            rights_of(principal),
            self._callers.of(principal.id, now),
            now + min(seconds, KNOWN_SECONDS),
            kind,
            csrf,
        )


def rights_of(principal: Principal) -> str:
    """This will return what decides which answers a caller may see: two callers with the same text see the same."""
    return repr((principal.role, _sorted(principal.worlds), _sorted(principal.places), principal.person))


def check_not_forged(admitted: Admitted, shown: Shown, *, method: str, scheme: str) -> None:
    """This will make sure that a page of ours sent this, where a browser's cookie signs it (CSRF).

    Raises:
        Problem: 403, when the session's own word is missing, or another site's page sent the request.

    """
    if method in SAFE or admitted.kind != "session":
        return
    own = f"{scheme}://".encode() + shown[b"host"]
    if shown[b"origin"] != own or not hmac.compare_digest(shown[b"x-csrf-token"], admitted.csrf.encode()):
        raise Problem(
            403,
            "This request did not come from a page of this service.",
            field="header.x-csrf-token",
            hint="Send the word 'csrf' of GET /v1/me as X-CSRF-Token, from a page of the same origin.",
        )


def _sorted(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)
