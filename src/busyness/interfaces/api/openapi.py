"""The OpenAPI file: what the framework finds out itself, and what is true of every operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from busyness.interfaces.api.problems import MEDIA_TYPE, ProblemAnswer

COMMON = {
    401: "No key, or one that does not hold",
    403: "Not within your role, worlds or places",
    404: "There is no such thing",
    406: "Not in a form that you accept",
    409: "It does not go with what is there now",
    413: "The body is too large",
    415: "The body is of another type",
    422: "A field is wrong",
    429: "Too many requests",
    503: "It cannot be answered now",
}
"""What any operation may be refused with."""
IN_THREE_FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.apache.arrow.stream": {"schema": {"type": "string", "format": "binary"}},
        }
    }
}
"""The ``responses`` of a route whose table is also sent as CSV and Arrow."""
_UNSIGNED = {"/v1/health/live", "/v1/health/ready", "/v1/my/shifts.ics"}
_NOT_HTTP = {
    "description": "The request is not HTTP; the server itself says so, before the service sees it",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "an API key (bk_…) or a token of the identity provider"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def openapi_of(app: FastAPI, *, predict_open: bool) -> dict[str, Any]:
    """This will return the OpenAPI 3.1 description of an app."""
    said = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    parts = said.setdefault("components", {})
    parts["securitySchemes"] = _SCHEMES
    schemas = parts.setdefault("schemas", {})
    schemas["ProblemAnswer"] = ProblemAnswer.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    parts["responses"] = {
        f"Problem{status}": {
            "description": words,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}},
        }
        for status, words in COMMON.items()
    }
    for path, method, operation in _operations(said):
        signed = path not in _UNSIGNED and not (path == "/predict" and predict_open)
        operation["security"] = [{"bearer": []}, {"header": []}] if signed else []
        operation["responses"]["400"] = _NOT_HTTP
        for status in COMMON:
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
        if method == "get":
            operation["responses"]["304"] = {"description": "As in your copy (If-None-Match)"}
    return said


def methods_of(said: dict[str, Any], path: str) -> str:
    """This will list the methods that a path takes, for the header Allow: the framework only sees one route at a time."""
    parts = path.split("/")
    for template, item in said["paths"].items():
        names = template.split("/")
        pairs = zip(names, parts, strict=False)
        if len(names) == len(parts) and all(name == part or name.startswith("{") for name, part in pairs):
            return ", ".join(sorted(method.upper() for method in item))
    return ""


def _operations(said: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in said["paths"].items():
        for method, operation in item.items():
            yield path, method, operation
