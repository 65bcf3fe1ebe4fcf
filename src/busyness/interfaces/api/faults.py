"""What becomes of an exception: a problem for the caller, and a row in the audit log where somebody was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from busyness.domain.errors import BusynessError, ForbiddenError
from busyness.interfaces.api.asked import deed_of
from busyness.interfaces.api.door import REQUEST_ID
from busyness.interfaces.api.openapi import methods_of
from busyness.interfaces.api.problems import OUR_FAULT, Problem, of_error, of_status, of_validation
from busyness.interfaces.api.service import Service
from busyness.workflows.service.told import named


def _busyness(request: Request, fault: BusynessError) -> Response:
    """Runs in a thread, as the audit log is written."""
    service: Service = request.app.state.service
    fault.message = named(fault.message, {name: world.folder for name, world in service.holder.settings.items()})
    if isinstance(fault, ForbiddenError):
        given = {**request.query_params, **request.path_params}
        service.state.audit.write(
            deed_of(
                request,
                service,
                action=f"{fault.resource}.{fault.action}",
                resource=f"{request.method} {request.url.path[:200]}",
                outcome="refused",
                world=_plain(given.get("world")),
                place=_plain(given.get("place")),
            )
        )
    return of_error(fault).response(request.scope[REQUEST_ID])


async def _invalid(request: Request, fault: RequestValidationError) -> Response:
    return of_validation(fault.errors()).response(request.scope[REQUEST_ID])


async def _refused(request: Request, fault: HTTPException) -> Response:
    headers = {name.lower(): value for name, value in (fault.headers or {}).items()}
    if fault.status_code == 405:
        headers["allow"] = methods_of(request.app.openapi(), request.url.path) or headers.get("allow", "")
    problem = fault if isinstance(fault, Problem) else of_status(fault.status_code, fault.detail, headers)
    return problem.response(request.scope[REQUEST_ID])


async def _ours(request: Request, _: Exception) -> Response:
    return OUR_FAULT.response(request.scope[REQUEST_ID])


HANDLERS: dict[int | type[Exception], Callable[..., Any]] = {
    BusynessError: _busyness,
    RequestValidationError: _invalid,
    HTTPException: _refused,
    Exception: _ours,
}
"""By the kind of exception, as the framework takes them."""


def _plain(text: object) -> str | None:
    """A name that the log can hold."""
    return "".join(sign for sign in str(text)[:200] if sign.isprintable()) if text else None
