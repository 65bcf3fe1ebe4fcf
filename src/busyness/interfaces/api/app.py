"""The application: routes, what becomes of their faults, and the door around them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute

from busyness import __version__
from busyness.interfaces.api.answered import Answered
from busyness.interfaces.api.asked import deed_of
from busyness.interfaces.api.door import Door, House, Scope
from busyness.interfaces.api.faults import HANDLERS
from busyness.interfaces.api.gatekeeper import Gatekeeper, Registers
from busyness.interfaces.api.limits import Buckets
from busyness.interfaces.api.metrics import gauges_of
from busyness.interfaces.api.oidc_login import OidcLogin
from busyness.interfaces.api.openapi import openapi_of
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.routing import ROUTERS
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.telemetry import Telemetry
from busyness.interfaces.api.tokens import FetchKeys, TokenVerifier, fetch_keys
from busyness.state.people import Principal as Person
from busyness.workflows.service.access import Principal
from busyness.workflows.service.settings import secret

STRANGERS_PER_MINUTE = 60
"""Requests without a key, and attempts with a wrong one, of one address."""
_USES_SECONDS = 60.0
_ABOUT = "How busy will every place be, and what should we do about it? Every answer names the model it comes from."


@dataclass(frozen=True)
class Parts:
    """What a test or a benchmark may replace: the fetching of key sets, pages of the dashboard."""

    fetch_keys: FetchKeys = fetch_keys
    pages: Sequence[BaseRoute] = ()
    watch: bool = True


def make_app(service: Service, parts: Parts | None = None) -> Door:
    """This will assemble the ASGI application of a service; its lifespan starts and stops the watcher of releases."""
    parts = parts or Parts()
    app = FastAPI(
        title="Busyness",
        version=__version__,
        description=_ABOUT,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers=HANDLERS,
        lifespan=_lifespan(service, watch=parts.watch),
        telemetry=_tracing(),
    )
    telemetry = Telemetry(gauges_of(service))
    oidc = service.settings.oidc
    tokens = TokenVerifier(oidc, monotonic=monotonic, fetch=parts.fetch_keys) if oidc else None
    gatekeeper = _gatekeeper(service, tokens)
    app.state.service, app.state.telemetry, app.state.gatekeeper = service, telemetry, gatekeeper
    app.state.oidc_login = _oidc_login(tokens, parts.fetch_keys)
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.extend(parts.pages)
    described = openapi_of(app, predict_open=service.settings.security.predict_open)
    app.openapi = lambda: described  # type: ignore[method-assign]
    house = House(
        app=app,
        gatekeeper=gatekeeper,
        answered=Answered(service.holder.world),
        telemetry=telemetry,
        is_open=_open_paths(service),
        most_bytes=int(service.settings.security.body_megabytes * 1e6),
        refused=_note_forgery(app, service),
    )
    return Door(house, monotonic=monotonic)


def _oidc_login(tokens: TokenVerifier | None, fetch: FetchKeys) -> OidcLogin | None:
    """Browsers sign in at the provider where the settings name the client that they are there."""
    if tokens is None or not tokens.terms.client_id:
        return None
    return OidcLogin(tokens, secret("oidc_client_secret"), monotonic=monotonic, fetch=fetch)


def _gatekeeper(service: Service, tokens: TokenVerifier | None) -> Gatekeeper:
    state, security = service.state, service.settings.security

    def by_key(text: str, now: datetime) -> Principal | None:
        found = state.keys.verify(text, now)
        return principal_of(found) if found else None

    def by_session(token: str, now: datetime) -> tuple[Principal, str] | None:
        found = state.sessions.verify(token, now)
        return (principal_of(found.principal), found.csrf) if found else None

    rate = security.requests_per_minute / 60
    strangers = min(STRANGERS_PER_MINUTE, security.requests_per_minute)
    return Gatekeeper(
        Registers(by_key, by_session, tokens),
        callers=Buckets(rate=rate, burst=max(1.0, security.requests_per_minute)),
        strangers=Buckets(rate=strangers / 60, burst=max(1.0, strangers)),
        now=service.now,
        monotonic=monotonic,
    )


def _note_forgery(app: FastAPI, service: Service) -> Callable[[Scope, Problem], None]:
    def note(scope: Scope, problem: Problem) -> None:
        request = Request({**scope, "app": app})
        resource = f"{request.method} {request.url.path[:200]}"
        service.state.audit.write(
            deed_of(
                request,
                service,
                action="session.forged",
                resource=resource,
                outcome="refused",
                after={"why": problem.detail},
            )
        )

    return note


def principal_of(person: Person) -> Principal:
    """This will return a user of the state as the access rules know them."""
    return Principal(
        id=person.id,
        name=person.name,
        role=person.role,
        worlds=None if person.worlds is None else frozenset(person.worlds),
        places=None if person.places is None else frozenset(person.places),
        person=person.person,
    )


def _open_paths(service: Service) -> Callable[[str], bool]:
    """Everything but health asks for a key; pages and their files hold nothing, what they show comes from the API."""
    security = service.settings.security
    closed = {"/logout"}
    closed |= set() if security.predict_open else {"/predict"}
    closed |= set() if security.metrics_open else {"/metrics"}
    opened = {"/v1/health/live", "/v1/health/ready", "/v1/my/shifts.ics"}
    return lambda path: path in opened or not (path in closed or path.startswith("/v1"))


def _lifespan(service: Service, *, watch: bool) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        if watch:
            service.holder.watch(service.settings.refresh_seconds)
        gc.collect()
        gc.freeze()  # what is there when it starts stays: a collection among requests need not look at it
        uses = asyncio.create_task(_write_uses(service))
        try:
            yield
        finally:
            uses.cancel()
            await run_in_threadpool(service.jobs.close)
            if watch:
                await run_in_threadpool(service.holder.stop)

    return running


async def _write_uses(service: Service) -> None:
    """When keys were used is written beside the requests, so that none of them waits for it."""
    while True:
        await asyncio.sleep(_USES_SECONDS)
        await run_in_threadpool(service.state.keys.write_uses)


def _tracing() -> Any:  # noqa: ANN401  # the framework's own kind of dictionary
    """Traces go where OpenTelemetry's own variables say (extra ``tracing``); without them nothing is recorded."""
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return {"auto_configure": True}
    return {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}
