"""What Prometheus reads."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from busyness.interfaces.api.asked import Asked
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.telemetry import METRICS_TYPE, Telemetry

router = APIRouter(tags=["health"], route_class=StrictRoute)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Counters and gauges in Prometheus' text format; any key will do, or none where the settings open it."""
    service: Service = request.app.state.service
    if not service.settings.security.metrics_open:
        Asked(request)
    telemetry: Telemetry = request.app.state.telemetry
    return Response(telemetry.text(), media_type=METRICS_TYPE)
