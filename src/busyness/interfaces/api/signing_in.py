"""How a browser's session begins, or does not, whichever way somebody signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from busyness.interfaces.api.asked import deed_of
from busyness.interfaces.api.credentials import COOKIE, COOKIE_TLS
from busyness.interfaces.api.gatekeeper import Gatekeeper
from busyness.interfaces.api.service import Service

SIGN_IN = "/signin"
"""The dashboard's page that asks how to sign in."""


def signed_in(request: Request, service: Service, *, session: str, principal: str) -> Response:
    """This will give the browser its session's cookie, write that down, and go to the dashboard."""
    deed = deed_of(request, service, action="session.begin", resource="sessions")
    service.state.audit.write(replace(deed, principal=principal))
    tls = request.url.scheme == "https"
    answer = RedirectResponse("/", 303, headers={"cache-control": "no-store"})
    # Lax, not strict: a link in a mail has to arrive signed in; writing needs the session's word besides the cookie.
    answer.set_cookie(
        COOKIE_TLS if tls else COOKIE,
        session,
        max_age=int(lasts(service).total_seconds()),
        path="/",
        secure=tls,
        httponly=True,
        samesite="lax",
    )
    return answer


def refused(request: Request, service: Service, *, how: str, why: str = "") -> Response:
    """This will count the attempt, write it down, and go back to the page that says so; ``why`` is for the log alone."""
    gatekeeper: Gatekeeper = request.app.state.gatekeeper
    gatekeeper.stranger(request.client.host if request.client else "")
    after = {"why": why} if why else None
    deed = deed_of(request, service, action="session.begin", resource=how, outcome="refused", after=after)
    service.state.audit.write(deed)
    return RedirectResponse(f"{SIGN_IN}?error={how}", 303, headers={"cache-control": "no-store"})


def lasts(service: Service) -> timedelta:
    """This will return how long a session lasts."""
    return timedelta(hours=service.settings.security.session_hours)


def own_address(request: Request, service: Service) -> str:
    """This will return what people type to reach this service, without a slash at the end."""
    return (service.settings.server.public_url or str(request.base_url)).rstrip("/")
