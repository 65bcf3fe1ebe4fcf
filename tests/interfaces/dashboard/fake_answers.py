"""What the fake API's answers are made of: records, and the small steps that every route takes."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import fake_world as w
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Row = dict[str, Any]
CSRF = "a-word-for-writing"
KEY = "bk_12345678_secret"
WHY = "Gran Vía is 60 % busier than expected; waiting would cost more than the four hours."
GATE = "Release 2026-11-23-0600 was not taken: 3 places of the last one are missing."


@dataclass
class Memory:
    """What was written: every request that changes something, and what it changed."""

    written: list[tuple[str, str, Any]] = field(default_factory=list)
    overrides: list[Row] = field(default_factory=list)
    assumptions: dict[str, float] = field(default_factory=dict)
    users: list[Row] = field(default_factory=list)
    keys: list[Row] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    champion: str = w.RELEASE
    broken: bool = False
    unready: str = ""
    language_chosen: bool = True
    jobs: dict[str, int] = field(default_factory=dict)


SWAP = {
    "id": 3,
    "world": "retail",
    "place": "R000",
    "person": "P01",
    "colleague": "P03",
    "status": "accepted",
    "message": "Médico",
    "start": "2026-11-26T09:00:00Z",
    "end": "2026-11-26T17:00:00Z",
}
COLLEAGUES = [
    {"world": "retail", "place": "R004", "person": "P01", "name": "Beatriz Aguilar"},
    {"world": "retail", "place": "R004", "person": "P03", "name": "Íñigo Peña"},
    {"world": "retail", "place": "R001", "person": "P09", "name": "Somebody Elsewhere"},
]
ASKED = SWAP | {"id": 7, "colleague": "P00", "status": "asked"}
CARD = {
    "kind": "blend",
    "version": "trees-3f9ac1",
    "created_at": "2026-11-23T04:58:00Z",
    "software": {"busyness": "0.1.0", "python": "3.11", "libraries": {}},
    "data_card": {
        "fingerprint": "9c1e…",
        "source": "counts.csv",
        "places": 8,
        "slots": 18_000,
        "every": "1h",
        "observed": 140_000,
        "first": "2024-11-01T00:00:00Z",
        "last": "2026-11-22T23:00:00Z",
    },
    "features": [{"name": "hour_of_week", "meaning": "Hour of the week on the place's clock", "source": "calendar"}],
    "parameters": {"trees": {"leaves": 63, "rate": 0.05}},
    "metrics": {"wape": 0.121, "coverage": 0.79},
    "seed": 7,
}


def user_row(user: str, name: str, role: str) -> Row:
    return {
        "id": user,
        "name": name,
        "role": role,
        "worlds": None,
        "places": None,
        "person": None,
        "language": "es",
        "email": None,
        "disabled": False,
    }


def key_row(key: str, principal: str, label: str) -> Row:
    return {
        "id": key,
        "principal": principal,
        "label": label,
        "created_at": "2026-11-01T09:00:00Z",
        "expires_at": None,
        "revoked_at": None,
        "last_used_at": "2026-11-23T08:00:00Z",
        "replaced_by": None,
    }


def hours_of(shift: Row) -> float:
    start, end = (datetime.fromisoformat(shift[key]) for key in ("start", "end"))
    return (end - start).total_seconds() / 3600


def world_of(request: Request) -> str:
    return request.query_params.get("world", "retail")


def meta_of(request: Request) -> Row:
    return w.meta(world_of(request))


def place_of(request: Request) -> Row:
    wanted = request.path_params.get("place") or request.query_params.get("place") or "R000"
    return next(place for place in w.places(world_of(request)) if place["place"] == wanted)


def items(request: Request, rows: list[Row]) -> Row:
    return {"meta": meta_of(request), "items": rows, "next": None}


def problem(status: int, detail: str, hint: str = "", field: str = "") -> Response:
    said = {
        "type": "about:blank",
        "title": "Refused",
        "status": status,
        "detail": detail,
        "hint": hint,
        "field": field,
        "request_id": "r-1",
    }
    return JSONResponse(said, status, media_type="application/problem+json")


def as_csv(found: Row) -> Response:
    rows = found.get("items") or found.get("places") or [found]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return Response(out.getvalue(), media_type="text/csv")
