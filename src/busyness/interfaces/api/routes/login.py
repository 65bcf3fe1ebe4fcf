"""How a browser signs in: by a one-time link, or by a key pasted into a plain page; and how it signs out."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from busyness.interfaces.api.asked import Caller, deed_of
from busyness.interfaces.api.credentials import COOKIE, COOKIE_TLS, session_of
from busyness.interfaces.api.gatekeeper import Gatekeeper
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.strict_route import StrictRoute

router = APIRouter(tags=["login"], route_class=StrictRoute, include_in_schema=False)
SIGN_IN = "/signin"
"""The dashboard's page that asks for a key."""


@router.get("/login")
def by_link(request: Request, *, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """A one-time link signs the browser in and goes to the dashboard; without a token, to the page that asks for a key."""
    service: Service = request.app.state.service
    if not token:
        return RedirectResponse(SIGN_IN, 303)
    begun = service.state.sessions.redeem(token, now=service.now(), lasts=_lasts(service))
    if begun is None:
        return _refused(request, service, how="link")
    return _signed_in(request, service, session=begun[1], principal=begun[0].principal.id)


@router.post("/login")
def by_key(request: Request, key: Annotated[str, Form(max_length=200)]) -> Response:
    """A pasted key signs the browser in."""
    service: Service = request.app.state.service
    found = service.state.keys.verify(key.strip(), service.now())
    if found is None or not _own_page(request):
        return _refused(request, service, how="key")
    begun = service.state.sessions.begin(found.id, now=service.now(), lasts=_lasts(service))
    return _signed_in(request, service, session=begun[1], principal=found.id)


@router.post("/logout")
async def logout(asked: Caller) -> Response:
    """The browser's session ends; a key stays what it is."""
    token = session_of(asked.request.headers.get("cookie", "").encode("latin-1"))
    if asked.admitted.kind == "session":
        await run_in_threadpool(asked.service.state.sessions.end, token)
        await run_in_threadpool(asked.done, "session.end", "sessions")
    asked.request.app.state.gatekeeper.forget()
    answer = RedirectResponse(SIGN_IN, 303)
    for name in (COOKIE, COOKIE_TLS):
        answer.delete_cookie(name, path="/", secure=name == COOKIE_TLS, httponly=True)
    return answer


def _signed_in(request: Request, service: Service, *, session: str, principal: str) -> Response:
    deed = deed_of(request, service, action="session.begin", resource="sessions", after={"principal": principal})
    service.state.audit.write(deed)
    tls = request.url.scheme == "https"
    answer = RedirectResponse("/", 303, headers={"cache-control": "no-store"})
    # Lax, not strict: a link in a mail has to arrive signed in; writing needs the session's word besides the cookie.
    answer.set_cookie(
        COOKIE_TLS if tls else COOKIE,
        session,
        max_age=int(_lasts(service).total_seconds()),
        path="/",
        secure=tls,
        httponly=True,
        samesite="lax",
    )
    return answer


def _refused(request: Request, service: Service, *, how: str) -> Response:
    gatekeeper: Gatekeeper = request.app.state.gatekeeper
    gatekeeper.stranger(request.client.host if request.client else "")
    service.state.audit.write(deed_of(request, service, action="session.begin", resource=how, outcome="refused"))
    return RedirectResponse(f"{SIGN_IN}?error={how}", 303, headers={"cache-control": "no-store"})


def _own_page(request: Request) -> bool:
    """Another site's page must not sign somebody in as somebody else."""
    origin = request.headers.get("origin")
    return origin in {None, f"{request.url.scheme}://{request.headers.get('host', '')}"}


def _lasts(service: Service) -> timedelta:
    return timedelta(hours=service.settings.security.session_hours)
