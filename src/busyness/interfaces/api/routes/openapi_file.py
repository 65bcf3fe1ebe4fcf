"""The description of this API, for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from busyness.interfaces.api.answers import json_answer
from busyness.interfaces.api.asked import Caller
from busyness.interfaces.api.strict_route import StrictRoute

router = APIRouter(prefix="/v1", tags=["health"], route_class=StrictRoute)


@router.get("/openapi.json", response_model=dict[str, Any])
def openapi_file(asked: Caller) -> Response:
    """The OpenAPI 3.1 description of this API."""
    return json_answer(asked.request.app.openapi())
