"""How a browser signs in at the identity provider of the settings, and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from busyness.domain.errors import BusynessError
from busyness.interfaces.api.oidc_login import Attempt, OidcLogin
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.signing_in import SIGN_IN, lasts, own_address, refused, signed_in
from busyness.workflows.service.single_sign_on import signed_in_elsewhere

router = APIRouter(prefix="/login/oidc", tags=["login"], include_in_schema=False)
_COOKIE, _COOKIE_TLS = "busyness-oidc", "__Host-busyness-oidc"
_SECONDS = 600
"""How long somebody may take at the provider."""


@router.get("")
def begin(request: Request) -> Response:
    """Send the browser to the provider, with an attempt of its own."""
    service: Service = request.app.state.service
    login: OidcLogin | None = request.app.state.oidc_login
    if login is None:
        return RedirectResponse(SIGN_IN, 303)
    attempt = Attempt.new()
    try:
        to = login.address(attempt, back=_back(request, service))
    except BusynessError as fault:
        return refused(request, service, how="oidc", why=fault.message)
    tls = request.url.scheme == "https"
    answer = RedirectResponse(to, 303, headers={"cache-control": "no-store"})
    answer.set_cookie(
        _COOKIE_TLS if tls else _COOKIE,
        attempt.text,
        max_age=_SECONDS,
        path="/",
        secure=tls,
        httponly=True,
        samesite="lax",  # the provider's page sends the browser back
    )
    return answer


@router.get("/back")
def back(request: Request) -> Response:
    """What the provider sent the browser back with becomes a session, if it holds; the attempt is over either way."""
    service: Service = request.app.state.service
    login: OidcLogin | None = request.app.state.oidc_login
    if login is None:
        return RedirectResponse(SIGN_IN, 303)
    name = _COOKIE_TLS if request.url.scheme == "https" else _COOKIE
    attempt = Attempt.read(request.cookies.get(name, ""))
    if attempt is None:
        answer = refused(request, service, how="oidc", why="The browser has no attempt that waits.")
    else:
        answer = _answered(request, service, login=login, attempt=attempt)
    answer.delete_cookie(name, path="/", secure=name == _COOKIE_TLS, httponly=True)
    return answer


def _answered(request: Request, service: Service, *, login: OidcLogin, attempt: Attempt) -> Response:
    try:
        claims = login.claims(attempt, dict(request.query_params), back=_back(request, service))
        user = signed_in_elsewhere(
            service.state,
            login.tokens.of_claims(claims),
            subject=f"{login.terms.issuer}|{claims['sub']}",
            email=_address(claims),
            language=service.settings.language,
            now=service.now(),
        )
    except Problem as problem:
        return refused(request, service, how="oidc", why=str(problem.detail))
    except BusynessError as fault:
        return refused(request, service, how="oidc", why=fault.message)
    request.app.state.gatekeeper.forget()  # their rights may be others than a moment ago
    begun = service.state.sessions.begin(user.id, now=service.now(), lasts=lasts(service))
    return signed_in(request, service, session=begun[1], principal=user.id)


def _address(claims: Mapping[str, Any]) -> str | None:
    """An address that the provider has not checked is nobody's."""
    return str(claims["email"]) if claims.get("email") and claims.get("email_verified") is True else None


def _back(request: Request, service: Service) -> str:
    return f"{own_address(request, service)}/login/oidc/back"
