"""What a role may not: every attempt is refused, as a problem, and stands in the audit log."""

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from busyness.domain.errors import UnavailableError
from busyness.interfaces.api.app import Parts, make_app
from busyness.interfaces.dashboard.pages import dashboard_routes
from busyness.interfaces.dashboard.sections import SECTIONS
from busyness.state.audit import AuditFilter
from busyness.testing.clock import FakeClock
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.settings import SecuritySettings

from .conftest import NOON, people_of, service_of, serving, settings_of

OPENINGS = {
    "/v1/health/live",
    "/v1/health/ready",
    "/v1/my/shifts.ics",  # asks for the secret of a calendar link
    "/login",
    "/login/oidc",
    "/login/oidc/back",
    "/signin",
    "/static/{digest}/{path:path}",
    "/manifest.webmanifest",
    "/favicon.ico",
    "/",
    *SECTIONS.values(),  # pages without anything in them: what they show comes from /v1
}
"""All that answers a stranger, with the settings as they come."""

OVERRIDE = {
    "place": "S2",
    "start": "2024-06-04T10:00:00-05:00",
    "end": "2024-06-04T12:00:00-05:00",
    "value": 5,
    "reason": "test",
}
USER = {"name": "Eve", "role": "admin"}
SHIFTS = {"place": "S2", "week": "2024-06-03", "based_on": 0, "shifts": []}
PROMOTE = {"why": "I want to", "confirm": True}
ATTEMPTS = [
    ("staff", "GET", "/v1/forecast", None),
    ("staff", "GET", "/v1/places", None),
    ("staff", "GET", "/v1/now", None),
    ("staff", "GET", "/v1/history?place=S1", None),
    ("staff", "GET", "/v1/peaks", None),
    ("staff", "GET", "/v1/swaps", None),
    ("staff", "GET", "/v1/staffing/roster?place=S1", None),
    ("staff", "GET", "/v1/users", None),
    ("staff", "POST", "/v1/overrides", OVERRIDE),
    ("staff", "PUT", "/v1/staffing/roster", SHIFTS),
    ("staff", "POST", "/v1/intraday/1", {"answer": "accept"}),
    ("staff", "GET", "/v1/privacy/berta", None),
    ("inventory", "GET", "/v1/staffing", None),
    ("inventory", "POST", "/v1/overrides", OVERRIDE),
    ("inventory", "GET", "/v1/money", None),
    ("inventory", "GET", "/v1/quality", None),
    ("inventory", "GET", "/v1/models", None),
    ("logistics", "GET", "/v1/stock", None),
    ("logistics", "GET", "/v1/promotions", None),
    ("logistics", "POST", "/v1/observations", {"items": []}),
    ("marketing", "GET", "/v1/rebalancing", None),
    ("marketing", "GET", "/v1/staffing/needs", None),
    ("marketing", "GET", "/v1/overrides", None),
    ("finance", "POST", "/v1/staffing/publish", {"roster": 1}),
    ("finance", "POST", "/v1/models/rollback", PROMOTE),
    ("finance", "GET", "/v1/audit", None),
    ("finance", "GET", "/v1/intraday", None),
    ("finance", "GET", "/v1/peaks", None),
    ("operations", "GET", "/v1/money", None),
    ("operations", "GET", "/v1/users", None),
    ("operations", "POST", "/v1/users", USER),
    ("operations", "GET", "/v1/keys", None),
    ("operations", "POST", "/v1/keys", {"principal": "u_1"}),
    ("operations", "POST", "/v1/models/current/promote", PROMOTE),
    ("operations", "GET", "/v1/my/shifts", None),
    ("operations", "DELETE", "/v1/privacy/ana", None),
    ("manager", "GET", "/v1/forecast?place=S2", None),
    ("manager", "GET", "/v1/forecast?place=S1&place=S3", None),
    ("manager", "GET", "/v1/places/S2", None),
    ("manager", "GET", "/v1/places/S2/shape", None),
    ("manager", "GET", "/v1/forecast?world=scooters", None),
    ("manager", "GET", "/v1/history?place=S4", None),
    ("manager", "POST", "/v1/overrides", OVERRIDE),
    ("manager", "PUT", "/v1/staffing/roster", SHIFTS),
    ("manager", "POST", "/v1/observations", {"items": [{"place": "S2", "time": "2024-06-03T08:00:00-05:00", "demand": 1}]}),
    ("manager", "GET", "/v1/staffing/roster?place=S2", None),
    ("admin", "GET", "/v1/my/shifts", None),
]


@pytest.mark.parametrize(("role", "method", "path", "body"), ATTEMPTS, ids=lambda value: str(value)[:40])
def test_an_attempt_is_refused_and_logged(running, role: str, method: str, path: str, body: object) -> None:
    with running.client(role) as client:
        answer = client.request(method, path, json=body) if body else client.request(method, path)
    assert answer.status_code == 403, answer.text
    told = answer.json()
    assert told["status"] == 403
    assert told["hint"]
    newest = running.service.state.audit.list(AuditFilter(outcome="refused", principal=running.ids[role]), limit=1).items[0]
    assert newest.request_id == told["request_id"] == answer.headers["x-request-id"]
    assert newest.resource == f"{method} {path.partition('?')[0]}"


def test_there_are_forty_of_them() -> None:
    assert len(ATTEMPTS) >= 40


def test_the_log_is_a_chain(running) -> None:
    assert running.service.state.audit.verify().broken is None


@pytest.mark.parametrize("path", ["/v1/me", "/v1/forecast", "/v1/openapi.json", "/metrics", "/v1/nothing", "/v1/users"])
def test_nothing_answers_without_a_key(running, path: str) -> None:
    with running.client() as client:
        answer = client.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["hint"]


def test_every_door_but_the_named_ones_refuses_a_stranger(world_folders: dict[str, Path], tmp_path: Path) -> None:
    service = service_of(settings_of(world_folders, security=SecuritySettings(requests_per_minute=0)), tmp_path)
    door = make_app(service, Parts(watch=False, pages=dashboard_routes()))
    doors = {
        (method, route.path)
        for route in _routes_of(door.house.app.routes)
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"})
    }
    assert len(doors) > 80
    answered = set()
    with serving(service, Parts(watch=False, pages=dashboard_routes())) as url, httpx.Client(base_url=url) as client:
        for method, path in sorted(doors):
            for asked in {method, "HEAD"} if method == "GET" else {method}:
                answer = client.request(asked, re.sub(r"{[^}]*}", "1", path))
                if answer.status_code != 401:
                    answered.add(path)
    service.state.close()
    assert answered == OPENINGS


def _routes_of(routes: list[object]) -> list[Route]:
    """Every route, those of included routers too."""
    found = []
    for route in routes:
        if isinstance(route, Route):
            found.append(route)
        else:
            inner = getattr(route, "original_router", None) or getattr(route, "router", None) or route
            found += _routes_of(getattr(inner, "routes", []))
    return found


@pytest.mark.parametrize("header", ["Bearer bk_12345678_" + "x" * 43, "Basic eDp5", "Bearer", "bk_nothing", "Bearer a.b.c"])
def test_a_wrong_key_is_refused(running, header: str) -> None:
    with running.client(headers={"Authorization": header}) as client:
        assert client.get("/v1/me").status_code == 401


def test_health_asks_for_nothing(running) -> None:
    with running.client() as client:
        assert client.get("/v1/health/live").json() == {"live": True}
        assert client.get("/v1/health/ready").json()["ready"] is True


def test_a_predict_that_is_not_open_asks_for_a_key_and_for_the_place(started) -> None:
    running = started(security=SecuritySettings(requests_per_minute=0))
    question = {"community": "LOOP", "date": "2020-09-11"}
    with running.client() as client:
        assert client.post("/predict", json=question).status_code == 401
    with running.client("manager") as client:
        assert client.post("/predict", json=question).status_code == 403
    with running.client("operations") as client:
        assert client.post("/predict", json=question).status_code == 200


def test_a_disabled_user_is_locked_out_at_once(started) -> None:
    running = started()
    with running.client("finance") as finance, running.client("admin") as admin:
        assert finance.get("/v1/me").status_code == 200
        user = running.ids["finance"]
        assert admin.put(f"/v1/users/{user}", json={"name": "F", "role": "finance", "disabled": True}).status_code == 200
        assert finance.get("/v1/me").status_code == 401


def test_a_world_without_a_forecast_is_told_and_the_others_answer(world_folders: dict[str, Path], tmp_path: Path) -> None:
    service = service_of(settings_of({"retail": world_folders["retail"], "empty": tmp_path / "nothing"}), tmp_path)
    keys, _ = people_of(service)
    with serving(service) as url, httpx.Client(base_url=url) as client:
        ready = client.get("/v1/health/ready")
        assert ready.status_code == 503
        told = {world["world"]: world for world in ready.json()["worlds"]}
        assert told["retail"]["ready"] is True
        assert told["empty"]["ready"] is False
        assert told["empty"]["making"] is False
        assert "neither a champion nor a forecast" in told["empty"]["refused"]
        client.headers["Authorization"] = f"Bearer {keys['admin']}"
        assert [world["name"] for world in client.get("/v1/worlds").json()["items"]] == ["retail", "empty"]
        assert client.get("/v1/forecast?world=retail&place=S1").status_code == 200
        assert client.get("/v1/forecast?world=empty&place=S1").status_code == 503
        assert client.get("/metrics").status_code == 200
    service.state.close()


def test_one_world_is_enough_while_the_demo_makes_the_others(
    world_folders: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_of({"retail": world_folders["retail"], "empty": tmp_path / "nothing"})
    holder = Holder(settings.worlds, clock=FakeClock(NOON), making=True)
    assert [swap.world for swap in holder.refresh()] == ["retail"]
    assert not holder.refusals
    assert "Make one" not in caplog.text
    with pytest.raises(UnavailableError, match="being made"):
        holder.world("empty")
    service = replace(service_of(settings, tmp_path), holder=holder)
    with serving(service) as url, httpx.Client(base_url=url) as client:
        ready = client.get("/v1/health/ready")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        assert [(world["ready"], world["making"]) for world in ready.json()["worlds"]] == [(True, False), (False, True)]
        holder.making = False
        assert client.get("/v1/health/ready").status_code == 503
