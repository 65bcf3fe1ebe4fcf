"""How a browser signs in: by a one-time link, or by a key pasted into a plain page; and how it signs out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from busyness.interfaces.api.asked import Caller
from busyness.interfaces.api.credentials import COOKIE, COOKIE_TLS, session_of
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.signing_in import SIGN_IN, lasts, refused, signed_in
from busyness.interfaces.api.strict_route import StrictRoute

router = APIRouter(tags=["login"], route_class=StrictRoute, include_in_schema=False)


@router.get("/login")
def by_link(request: Request, *, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """A one-time link signs the browser in and goes to the dashboard; without a token, to the page that asks for a key."""
    service: Service = request.app.state.service
    if not token:
        return RedirectResponse(SIGN_IN, 303)
    begun = service.state.sessions.redeem(token, now=service.now(), lasts=lasts(service))
    if begun is None:
        return refused(request, service, how="link")
    return signed_in(request, service, session=begun[1], principal=begun[0].principal.id)


@router.post("/login")
def by_key(request: Request, key: Annotated[str, Form(max_length=200)]) -> Response:
    """A pasted key signs the browser in."""
    service: Service = request.app.state.service
    found = service.state.keys.verify(key.strip(), service.now())
    if found is None or not _own_page(request):
        return refused(request, service, how="key")
    begun = service.state.sessions.begin(found.id, now=service.now(), lasts=lasts(service))
    return signed_in(request, service, session=begun[1], principal=found.id)


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


def _own_page(request: Request) -> bool:
    """Another site's page must not sign somebody in as somebody else."""
    origin = request.headers.get("origin")
    return origin in {None, f"{request.url.scheme}://{request.headers.get('host', '')}"}
