"""Every refusal and every fault as ``application/problem+json``: what is wrong, in which field, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response

from busyness.domain.errors import (
    ArtifactError,
    BusynessError,
    ConflictError,
    ForbiddenError,
    InputError,
    MissingExtraError,
    UnavailableError,
    UnknownPlaceError,
    UnknownRecordError,
)

MEDIA_TYPE = "application/problem+json"


class ProblemAnswer(BaseModel):
    """What every answer that is not a success holds (RFC 9457)."""

    type: str = Field(description="a name for this kind of problem that does not change")
    title: str = Field(description="the kind of problem in words")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what is wrong, in one sentence")
    field: str | None = Field(description="the part of the request that is wrong, such as query.start")
    hint: str | None = Field(description="what to do about it")
    request_id: str = Field(description="name this when you ask for help; the log has it too")


class Problem(HTTPException):
    """One refusal on its way to the caller: raise it anywhere. It is the framework's own, so that nothing rewords it."""

    def __init__(
        self, status: int, detail: str, *, field: str = "", hint: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, detail, headers)
        self.field, self.hint = field, hint

    def response(self, request_id: str) -> Response:
        """This will return the answer that says it."""
        try:
            title = HTTPStatus(self.status_code).phrase
        except ValueError:
            title = "Problem"
        said = {
            "type": f"urn:busyness:problem:{title.lower().replace(' ', '-')}",
            "title": title,
            "status": self.status_code,
            "detail": self.detail,
            "field": self.field or None,
            "hint": self.hint or None,
            "request_id": request_id,
        }
        return Response(to_json(said), self.status_code, {**(self.headers or {}), "cache-control": "no-store"}, MEDIA_TYPE)


OUR_FAULT = Problem(
    500, "This is our fault; it has been written to the log.", hint="Try again, and report the request id if it stays."
)


_STATUS_OF: tuple[tuple[type[BusynessError], int], ...] = (
    (UnknownPlaceError, 404),
    (UnknownRecordError, 404),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (UnavailableError, 503),
    (MissingExtraError, 501),
    (ArtifactError, 503),
    (InputError, 422),
)


def of_error(fault: BusynessError) -> Problem:
    """This will translate an error of the layers below; an unknown place is 404, anything else given wrongly 422."""
    status = next((status for kind, status in _STATUS_OF if isinstance(fault, kind)), None)
    if status is None:
        return OUR_FAULT
    return Problem(status, fault.message, field="place" if isinstance(fault, UnknownPlaceError) else "", hint=fault.hint)


def of_validation(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """This will name the first field that is wrong, and how many more are."""
    first = errors[0]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    where = [str(part) for part in first["loc"]]
    if first["type"] == "json_invalid":
        return Problem(422, f"The body is not JSON: {first['ctx']['error']} at position {where[-1]}.", field="body")
    if first["type"] == "missing":
        return Problem(422, f"'{where[-1]}' is missing{more}.", field=".".join(where), hint="Add it.")
    if first["type"] == "extra_forbidden":
        hint = "Leave it out, or look at how it is spelt."
        return Problem(422, f"There is no field '{where[-1]}' here{more}.", field=".".join(where), hint=hint)
    if first["type"] == "timezone_aware":
        hint = "Write the offset behind the time: 2026-07-04T19:00-05:00, or Z for UTC."
        return Problem(422, f"'{where[-1]}' is a time without its offset{more}.", field=".".join(where), hint=hint)
    said = str(first["msg"]).rstrip(".")
    wish = said.removeprefix("Value error, ").removeprefix("Input should be ")
    given = first.get("input")
    shown = f" It was {_short(given)}." if isinstance(given, (str, int, float, bool)) else ""
    hint = f"It has to be {wish}." if wish != said else f"{said}."
    return Problem(422, f"'{where[-1]}' cannot be used{more}.{shown}", field=".".join(where), hint=hint)


def of_status(status: int, detail: object, headers: Mapping[str, str] | None) -> Problem:
    """This will word what the framework itself refuses: an unknown path, a wrong method, a body too large."""
    known = {
        400: ("The body cannot be read.", "Send JSON in UTF-8."),
        404: ("There is nothing at this address.", "GET /v1/openapi.json lists what there is."),
        405: ("This address does not take that method.", "The header Allow lists the methods it takes."),
        413: ("The body is too large.", "Send it in several parts."),
    }
    sentence, hint = known.get(status, (f"{detail}".rstrip(".") + ".", ""))
    return Problem(422 if status == 400 else status, sentence, hint=hint, headers=headers)


def _short(value: object) -> str:
    text = f"'{value}'" if isinstance(value, str) else f"{value}"
    return text if len(text) <= 80 else text[:78] + "…'"
