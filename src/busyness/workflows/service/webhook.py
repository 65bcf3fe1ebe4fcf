"""Notices handed on as signed JSON to the URL of the settings, each once, tried again while the other side is away."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

import httpx

from busyness.domain.clock import Clock
from busyness.domain.errors import SettingsError, UnavailableError
from busyness.state.audit import AuditFilter
from busyness.state.deed import Deed
from busyness.state.notices import Notice
from busyness.state.store import State
from busyness.workflows.service.settings import encrypted

HANDED_ON = "notice.handed_on"
"""The action in the audit log that says up to which notice the other side has them."""
SIGNATURE = "busyness-signature"
_SECONDS = 10.0
_PAUSES = (1.0, 4.0, 15.0)


@dataclass(frozen=True)
class Webhook:
    """Where notices go, and the secret that signs them (``BUSYNESS_WEBHOOK_SECRET``)."""

    url: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not encrypted(self.url):
            raise SettingsError(f"{self.url} is not encrypted.", hint="A webhook's URL begins with https://.")
        if not self.secret:
            raise SettingsError("Nothing signs the notices.", hint="Set BUSYNESS_WEBHOOK_SECRET.")


def signature(secret: str, body: bytes, *, at: datetime) -> str:
    """This will sign a body: ``t=<seconds>,v1=<HMAC-SHA256 of "seconds.body">``; the other side reckons the same."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def post_notice(hook: Webhook, notice: Notice, *, at: datetime, wait: Callable[[float], object]) -> None:
    """This will post one notice, up to four times; ``wait`` sleeps between. Nothing is followed to another address.

    Raises:
        UnavailableError: the other side did not take it (2xx).

    """
    told = {name: value for name, value in asdict(notice).items() if name != "read_at"}
    body = json.dumps(told, ensure_ascii=False, default=_said).encode()
    headers = {"content-type": "application/json", SIGNATURE: signature(hook.secret, body, at=at)}
    why = ""
    for pause in (*_PAUSES, None):
        try:
            answer = httpx.post(hook.url, content=body, headers=headers, timeout=_SECONDS, follow_redirects=False)
        except httpx.HTTPError as fault:
            why = str(fault) or type(fault).__name__
        else:
            if answer.is_success:
                return
            why = f"it answered {answer.status_code}"
            if answer.status_code < 500 and answer.status_code not in {408, 429}:
                break
        if pause is not None:
            wait(pause)
    raise UnavailableError(f"The webhook did not take notice {notice.id}: {why}.")


def hand_on(state: State, hook: Webhook, *, clock: Clock, wait: Callable[[float], object]) -> int:
    """This will post the notices that the other side does not have yet, oldest first, and return how many it took.

    The first time begins with the next notice. Raises ``UnavailableError`` where the other side does not take one: it comes
    again next time.
    """
    last = state.audit.list(AuditFilter(action=HANDED_ON), limit=1).items
    if not last:
        _note(state, state.notices.newest(), clock)
        return 0
    reached = int((last[0].after or {})["notice"])
    taken = 0
    for notice in state.notices.after(reached):
        post_notice(hook, notice, at=clock.now(), wait=wait)
        _note(state, notice.id, clock)
        taken += 1
    return taken


def _note(state: State, notice: int, clock: Clock) -> None:
    state.audit.write(Deed(at=clock.now(), action=HANDED_ON, resource=f"notices/{notice}", after={"notice": notice}))


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
