"""A route that takes what it says it takes: a misspelt parameter, or a body of another kind, is told and not ignored."""

from __future__ import annotations

import email.message
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from busyness.domain.errors import did_you_mean
from busyness.interfaces.api.problems import Problem

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class StrictRoute(APIRoute):
    """Refuses unknown and repeated query parameters (422), and bodies of a type that it does not take (415)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """This will return the handler that checks first."""
        handle = super().get_route_handler()
        single, several = _parameters(self.dependant)
        offered = self._taken()

        async def checked(request: Request) -> Response:
            for name in request.query_params:
                if name not in single and name not in several:
                    hint = did_you_mean(name, single | several)
                    raise Problem(422, f"There is no parameter '{name[:80]}' here.", field=f"query.{name[:80]}", hint=hint)
                if name in single and len(request.query_params.getlist(name)) > 1:
                    raise Problem(422, f"'{name}' is given more than once.", field=f"query.{name}", hint="Give it once.")
            if offered and _kind(request) not in offered:
                hint = f"Send {' or '.join(offered)} and say so in Content-Type."
                raise Problem(415, "A body of this type is not taken here.", field="header.content-type", hint=hint)
            return await handle(request)

        return checked

    def _taken(self) -> tuple[str, ...]:
        """The types of body that the route takes; none: it takes no body."""
        described = (self.openapi_extra or {}).get("requestBody", {}).get("content", {})
        if described:
            return tuple(described)
        if self.body_field is None:
            return ()
        return _FORMS if isinstance(self.body_field.field_info, Form) else ("application/json",)


def _kind(request: Request) -> str:
    message = email.message.Message()
    message["content-type"] = request.headers.get("content-type", "")
    return message.get_content_type()


def _parameters(dependant: Dependant) -> tuple[set[str], set[str]]:
    """The names of the query's parameters: those that come once, and those that may come several times."""
    single: set[str] = set()
    several: set[str] = set()
    for field in _query_fields(dependant):
        repeated = str(field.field_info.annotation).startswith(("list", "tuple", "typing.List"))
        (several if repeated else single).add(field.alias)
    return single, several


def _query_fields(dependant: Dependant) -> Iterator[Any]:
    yield from dependant.query_params
    for inner in dependant.dependencies:
        yield from _query_fields(inner)
