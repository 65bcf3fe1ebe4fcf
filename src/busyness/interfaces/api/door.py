"""The outermost layer: who asks, how often, how much; what is in memory is answered here, the rest goes on inside.

It is plain ASGI, because every request passes through it: a hit in memory costs a few dictionary look-ups.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b
from time import perf_counter
from typing import Any

from starlette.concurrency import run_in_threadpool

from busyness.interfaces.api.answered import Answered, Remembered
from busyness.interfaces.api.credentials import Shown
from busyness.interfaces.api.gatekeeper import SAFE, Admitted, Gatekeeper, check_not_forged
from busyness.interfaces.api.headers import Header, security_headers
from busyness.interfaces.api.limits import Message, Receive, bounded, too_large, too_many
from busyness.interfaces.api.problems import OUR_FAULT, Problem
from busyness.interfaces.api.request_ids import RequestIds
from busyness.interfaces.api.telemetry import Telemetry
from busyness.interfaces.api.tokens import not_signed_in
from busyness.interfaces.packing import Packed, packed, takes_gzip, varied

Scope = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
ADMITTED, REQUEST_ID, REMEMBER, NONCE = "busyness.admitted", "busyness.request_id", "busyness.remember", "busyness.nonce"
"""What the door writes into the scope for those inside, and (``REMEMBER``: world, snapshot) they for the door."""
log = logging.getLogger("busyness.requests")


@dataclass(frozen=True)
class House:
    """What the door guards, and by which rules."""

    app: App
    gatekeeper: Gatekeeper
    answered: Answered
    telemetry: Telemetry
    is_open: Callable[[str], bool]
    most_bytes: int
    refused: Callable[[Scope, Problem], None]


FILES = "/static/"
"""Where the dashboard's files lie: the one thing a stranger may fetch without being counted."""


class Door:
    """The ASGI application that the server runs."""

    def __init__(self, house: House, *, monotonic: Callable[[], float]) -> None:
        self.house, self._monotonic = house, monotonic
        self._gatekeeper, self._answered = house.gatekeeper, house.answered
        self._ids = RequestIds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """This will answer one request."""
        if scope["type"] != "http":
            await self.house.app(scope, receive, send)
            return
        began = perf_counter()
        shown = Shown(scope["headers"])
        if scope["method"] == "GET" and await self._from_memory(scope, shown, send, began):
            return
        request_id = self._ids.of(shown.given.get(b"x-request-id"))
        scope[REQUEST_ID] = request_id.decode()
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server, which still knows better, leaves the body out
        answer = _Answer(self, scope, shown, send)
        try:
            await self._admit(scope, shown)
            await self.house.app(scope, bounded(receive, self.house.most_bytes), answer)
        except Problem as problem:
            await answer.instead(problem)
        except Exception:
            log.exception("A request failed.", extra={"said": {"request_id": scope[REQUEST_ID], "path": scope["path"]}})
            await answer.instead(OUR_FAULT)
        self._note(scope, answer.status, perf_counter() - began)

    async def _from_memory(self, scope: Scope, shown: Shown, send: Send, began: float) -> bool:
        now = self._monotonic()
        admitted = self._gatekeeper.known(shown.signature, now)
        if admitted is None:
            return False
        asked = (admitted.rights, scope["raw_path"], scope["query_string"], shown[b"accept"])
        held = self._answered.find(asked, now)
        if held is None or admitted.bucket.take(now):
            return False
        request_id = (b"x-request-id", self._ids.of(shown.given.get(b"x-request-id")))
        status, body, headers = 200, held.body, held.headers
        coding = shown[b"accept-encoding"]
        if coding and takes_gzip(coding):
            small = held.packed
            if not held.tried:
                small = await packed(held.headers, held.body)
                self._answered.keep_packed(asked, held, small)
            if small is not None:
                body, headers = small.body, small.headers
        match = shown[b"if-none-match"]
        if match and _matches(match, held.etag):
            status, body, headers = 304, b"", _for_304(headers)
        await send({"type": "http.response.start", "status": status, "headers": [*headers, request_id]})
        await send({"type": "http.response.body", "body": body})
        self.house.telemetry.count(held.route, status, perf_counter() - began)
        return True

    async def _admit(self, scope: Scope, shown: Shown) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        length = shown[b"content-length"]
        if length and (not length.isdigit() or int(length) > self.house.most_bytes):
            raise too_large(self.house.most_bytes)
        admitted = await self._gatekeeper.admit(shown, address)
        scope[ADMITTED] = admitted
        is_open = self.house.is_open(scope["path"])
        if admitted is None:
            if not scope["path"].startswith(FILES):  # a page brings thirty of them, and they are the same for everybody
                self._gatekeeper.stranger(address)
            if not is_open:
                raise not_signed_in("This needs a key.")
            return
        wait = admitted.bucket.take(self._monotonic())
        if wait:
            raise too_many(wait)
        if is_open:
            return
        try:
            check_not_forged(admitted, shown, method=scope["method"], scheme=scope["scheme"])
        except Problem as problem:
            await run_in_threadpool(self.house.refused, scope, problem)
            raise

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _template(scope)
        self.house.telemetry.count(route, status, seconds)
        admitted: Admitted | None = scope.get(ADMITTED)
        said = {
            "request_id": scope[REQUEST_ID],
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "principal": admitted.principal.id if admitted else None,
            "address": scope["client"][0] if scope.get("client") else None,
        }
        log.info("%s %s %s", scope["method"], route, status, extra={"said": said})


class _Answer:
    """One answer on its way out: it gets its headers, and a success of a whole body is checked against the caller's
    copy and, where it may be, remembered.
    """

    def __init__(self, door: Door, scope: Scope, shown: Shown, send: Send) -> None:
        self._door, self._scope, self._shown, self._send = door, scope, shown, send
        self._start: Message | None = None
        self._version = door.house.answered.version
        self.begun = False
        self.status = 500

    async def __call__(self, message: Message) -> None:
        """This will pass one message on."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is not None and message["type"] == "http.response.body":
            start, self._start = self._start, None
            await self._begin(start, message)
        await self._send(message)

    async def instead(self, problem: Problem) -> None:
        """This will answer with a problem, unless the answer has begun already."""
        if self.begun:
            return
        self._start = None
        await problem.response(self._scope[REQUEST_ID])(self._scope, _nothing, self)

    async def _begin(self, start: Message, message: Message) -> None:
        self.begun, self.status = True, start["status"]
        headers: list[Header] = [(name.lower(), value) for name, value in start.get("headers", ())]
        kind = next((value for name, value in headers if name == b"content-type"), b"")
        given = {name for name, _ in headers}
        ours = security_headers(kind, scheme=self._scope["scheme"], nonce=self._scope.get(NONCE, ""))
        headers += [header for header in ours if header[0] not in given]
        reading = self._scope["method"] in SAFE
        if not reading and self.status < 400:
            self._door.house.answered.written()
        if reading and self.status == 200 and not message.get("more_body"):
            headers = await self._validated(headers, message)
        await self._send({**start, "status": self.status, "headers": [*headers, self._request_id()]})

    async def _validated(self, headers: list[Header], message: Message) -> list[Header]:
        """An answer's tag is a digest of its bytes: whatever changed, the tag does. It is weak, for it is that of the
        packed answer as well.
        """
        body = message.get("body", b"")
        etag = b'W/"' + blake2b(body, digest_size=12).hexdigest().encode() + b'"'
        names = {name for name, _ in headers}
        headers = [*headers, (b"etag", etag)] if b"etag" not in names else headers
        if b"cache-control" not in names:
            headers += [(b"cache-control", b"private, no-cache"), (b"vary", b"Accept, Authorization, X-API-Key, Cookie")]
        plain = tuple(varied(headers))
        asks = takes_gzip(self._shown[b"accept-encoding"])
        small = await packed(plain, body) if asks else None
        self._remember(plain, body, etag=etag, small=small, tried=asks)
        sent, message["body"] = (small.headers, small.body) if small else (plain, body)
        match = self._shown[b"if-none-match"]
        if match and _matches(match, etag):
            self.status = 304
            message["body"] = b""
            return list(_for_304(sent))
        return list(sent)

    def _remember(self, headers: tuple[Header, ...], body: bytes, *, etag: bytes, small: Packed | None, tried: bool) -> None:
        admitted: Admitted | None = self._scope.get(ADMITTED)
        remember = self._scope.get(REMEMBER)
        if remember is None or admitted is None:
            return
        world, snapshot = remember
        answered = self._door.house.answered
        held = Remembered(
            headers, body, etag, _template(self._scope), world, snapshot, self._version,
            answered.until(self._door._monotonic()), small, tried,
        )  # fmt: skip
        answered.keep((admitted.rights, self._scope["raw_path"], self._scope["query_string"], self._shown[b"accept"]), held)

    def _request_id(self) -> Header:
        return (b"x-request-id", self._scope[REQUEST_ID].encode())


_OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-encoding"})


def _for_304(headers: tuple[Header, ...]) -> tuple[Header, ...]:
    return tuple(header for header in headers if header[0] not in _OF_THE_BODY)


def _matches(given: bytes, etag: bytes) -> bool:
    """Tags are compared weakly, as If-None-Match wants it."""
    if given == etag or given.strip() == b"*":
        return True
    return etag.removeprefix(b"W/") in [tag.strip().removeprefix(b"W/") for tag in given.split(b",")]


def _template(scope: Scope) -> str:
    """The route's template; paths that match none are counted together, so that strangers cannot fill the memory."""
    route = scope.get("route")
    return str(getattr(route, "path", "") or "other")


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
