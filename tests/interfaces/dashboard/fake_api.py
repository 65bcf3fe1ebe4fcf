"""An API that answers the contract's shapes from a formula, and remembers what the pages write to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import fake_plans
import fake_world as w
from fake_answers import (
    ASKED,
    CARD,
    COLLEAGUES,
    CSRF,
    GATE,
    KEY,
    SWAP,
    WHY,
    Memory,
    Row,
    as_csv,
    hours_of,
    items,
    key_row,
    meta_of,
    place_of,
    problem,
    user_row,
    world_of,
)
from fake_office import FakeOffice
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from busyness.interfaces.api.routes.me import SECTIONS
from busyness.interfaces.dashboard.pages import dashboard_routes
from busyness.workflows.service.access import PERMISSIONS


class FakeApi(FakeOffice):
    """The routes; ``role`` of the cookie ``fake_role`` is who asks."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.forget()

    def forget(self) -> None:
        """This will start anew."""
        self.memory = Memory(
            users=[
                user_row("u_1", "Raquel Gómez", "operations"),
                user_row("u_2", "Íñigo Peña", "staff") | {"person": "P01"},
            ],
            keys=[key_row("12345678", "u_1", "Caja de Sol")],
        )

    def app(self) -> Starlette:
        """This will return the application: the API and the dashboard in one process."""
        table: Mapping[str, tuple[str, Callable[[Request, Any], Response | Any]]] = {
            "/v1/me": ("GET", self.me),
            "/v1/worlds": ("GET", self.worlds),
            "/v1/places": ("GET", self.places),
            "/v1/places/{place}": ("GET", lambda r, b: {"meta": meta_of(r), "item": place_of(r)}),
            "/v1/places/{place}/shape": ("GET", lambda r, b: w.shape(place_of(r))),
            "/v1/forecast": (
                "GET",
                lambda r, b: {"meta": meta_of(r), "places": [w.forecast_of(world_of(r), place_of(r))], "next": None},
            ),
            "/v1/history": (
                "GET",
                lambda r, b: {"meta": meta_of(r), "places": [w.history_of(world_of(r), place_of(r))], "next": None},
            ),
            "/v1/peaks": ("GET", lambda r, b: items(r, w.peaks_of(world_of(r), place_of(r)))),
            "/v1/now": ("GET", self.now),
            "/v1/explanation": ("GET", self.explanation),
            "/v1/overrides": ("GET,POST", self.overrides),
            "/v1/overrides/scores": ("GET", self.override_scores),
            "/v1/overrides/{id}": ("DELETE", self.withdraw),
            "/v1/staffing/roster": ("GET,PUT", self.roster),
            "/v1/staffing/needs": ("GET", lambda r, b: items(r, w.need_rows(place_of(r)["place"]))),
            "/v1/staffing/score": ("POST", self.score),
            "/v1/staffing/publish": ("POST", lambda r, b: self.week(r, "R000", version=2, status="published")),
            "/v1/staffing/replan": ("POST", self.replan),
            "/v1/jobs/{job}": ("GET,DELETE", self.job),
            "/v1/intraday/{id}": ("POST", lambda r, b: {"status": "accepted" if b["answer"] == "accept" else "refused"}),
            "/v1/my/shifts": ("GET", self.my_shifts),
            "/v1/my/notices": ("GET", self.my_notices),
            "/v1/my/notices/{id}/read": ("POST", self.read_notice),
            "/v1/my/colleagues": ("GET", lambda r, b: items(r, COLLEAGUES)),
            "/v1/my/swaps": ("GET,POST", lambda r, b: items(r, [ASKED]) if b is None else ASKED | b),
            "/v1/my/swaps/{id}": ("POST", lambda r, b: ASKED),
            "/v1/my/calendar-link": ("POST", lambda r, b: {"url": f"{r.base_url}v1/my/shifts.ics?token=secret"}),
            "/v1/swaps": ("GET", lambda r, b: items(r, [SWAP])),
            "/v1/swaps/{id}": ("POST", lambda r, b: SWAP | {"status": f"{b['answer']}d"}),
            "/v1/money/assumptions": ("GET,PUT", self.assumptions),
            "/v1/{kind}/{table}": ("GET", self.plan_table),
            "/v1/models": ("GET", self.models),
            "/v1/models/rollback": ("POST", self.roll_back),
            "/v1/models/{release}/card": ("GET", lambda r, b: {"release": r.path_params["release"], "card": CARD}),
            "/v1/models/{release}/promote": ("POST", self.promote),
            "/v1/quality": ("GET", self.quality),
            "/v1/users": ("GET,POST", self.users),
            "/v1/users/{id}": ("PUT", self.user),
            "/v1/users/{id}/login-link": ("POST", lambda r, b: {"url": f"{r.base_url}login?token=once"}),
            "/v1/keys": ("GET,POST", self.keys),
            "/v1/keys/{id}/rotate": ("POST", lambda r, b: self.memory.keys[0] | {"key": "bk_87654321_rotated"}),
            "/v1/keys/{id}": ("DELETE", self.revoke),
            "/v1/audit": ("GET", self.audit),
            "/v1/privacy/{person}": ("GET,DELETE", self.privacy),
            "/v1/{kind}": ("GET", self.plan),
            "/logout": ("POST", lambda r, b: RedirectResponse("/signin", 303)),
        }
        order = sorted(table.items(), key=lambda pair: pair[0].startswith("/v1/{kind}"))
        routes = [Route(path, self._guarded(answer), methods=methods.split(",")) for path, (methods, answer) in order]
        return Starlette(routes=[Route("/login", self.login, methods=["POST"]), *routes, *dashboard_routes()])

    def _guarded(self, answer: Callable[[Request, Any], Any]) -> Callable[[Request], Any]:
        async def asked(request: Request) -> Response:
            if "fake_role" not in request.cookies:
                return problem(401, "This needs a key.")
            if self.memory.broken or self.memory.unready == request.query_params.get("world", "none"):
                return problem(503, "The retail world has no forecast to answer with.", "Look at /v1/health/ready.")
            body = None
            if request.method != "GET":
                if request.headers.get("x-csrf-token") != CSRF:
                    return problem(403, "The word for writing is missing.")
                body = await request.json() if await request.body() else None
                self.memory.written.append((request.method, request.url.path, body))
            found = answer(request, body)
            if isinstance(found, Response):
                return found
            return as_csv(found) if request.query_params.get("format") == "csv" else JSONResponse(found)

        return asked

    async def login(self, request: Request) -> Response:
        """A pasted key signs in; another goes back."""
        form = await request.body()
        if KEY not in form.decode() or request.headers.get("origin") != str(request.base_url).rstrip("/"):
            return RedirectResponse("/signin?error=key", 303)
        answer = RedirectResponse("/", 303)
        answer.set_cookie("fake_role", "operations")
        return answer

    def me(self, request: Request, body: Any) -> Row:
        """Who asks."""
        role = request.cookies["fake_role"]
        permissions = PERMISSIONS[role]
        return {
            "id": "u_1",
            "name": "Raquel Gómez",
            "role": role,
            "worlds": list(w.PLANS),
            "places": None,
            "person": "P00" if role == "staff" else None,
            "language": request.cookies.get("busyness_language", "en"),
            "language_chosen": self.memory.language_chosen,
            "permissions": sorted(permissions),
            "csrf": CSRF,
            "sections": [name for name, needed in SECTIONS.items() if needed in permissions],
        }

    def worlds(self, request: Request, body: Any) -> Row:
        """The worlds; one may have nothing to answer with."""
        return {"items": [w.world_item(name) | {"ready": name != self.memory.unready} for name in w.PLANS]}

    def places(self, request: Request, body: Any) -> Row:
        """Places of a world, those of a name."""
        wanted = request.query_params.get("search", "").casefold()
        limit = int(request.query_params.get("limit", 1000))
        found = [place for place in w.places(world_of(request)) if wanted in place["name"].casefold()]
        return items(request, found[:limit]) | {"next": "more" if len(found) > limit else None}

    def now(self, request: Request, body: Any) -> Row:
        """The page of today."""
        world = world_of(request)
        rows = [w.now_of(world, place) for place in w.places(world)[:200]] if world != "couriers" else []
        alerts = [
            {"level": "serious", "code": "champion_refused", "text": GATE, "place": None},
            {
                "level": "warning",
                "code": "data_late",
                "text": "Lavapiés: 5 counts of open hours are missing.",
                "place": "R003",
            },
        ]
        proposal = {
            "id": 11,
            "place": "R001",
            "kind": "call_in",
            "content": {"text": "Call Omar in from 12:00 to 16:00", "reason": WHY, "gain": 84.0, "currency": "EUR"},
            "status": "offered",
            "offered_at": "2026-11-23T10:00:00Z",
            "ends_at": "2026-11-23T10:30:00Z",
        }
        second = proposal | {"id": 12, "kind": "move", "content": {"from": "R000", "to": "R001"}, "place": "R004"}
        shown = world == "retail"
        may = "intraday:read" in PERMISSIONS[request.cookies["fake_role"]]
        return {
            "meta": meta_of(request),
            "places": rows,
            "alerts": alerts if shown else [],
            "proposals": [proposal, second] if shown and may else [],
        }

    def explanation(self, request: Request, body: Any) -> Row:
        """Why a slot is as it is."""
        families = [
            ("calendar", 21.4, ""),
            ("history", 12.0, ""),
            ("weather", -6.5, ""),
            ("promotion", 0.0, ""),
        ]
        return {
            "meta": meta_of(request),
            "forecast": 120.4,
            "words": "Mostly because Saturdays at noon are busy here.",
            "families": [{"family": name, "contribution": value, "words": words} for name, value, words in families],
            "features": [],
        }

    def overrides(self, request: Request, body: Any) -> Any:
        """Kept beside the model's; more than tenfold is refused."""
        if request.method == "GET":
            return items(request, self.memory.overrides)
        if abs(body.get("factor", 1)) > 10:
            return problem(422, "The factor 31 is more than tenfold.", "Give a value instead.", "body.factor")
        made = {
            "id": len(self.memory.overrides) + 1,
            "by": "Raquel Gómez",
            "withdrawn_at": None,
            "value": None,
            "factor": None,
            "model_mean": 48.2,
            "right": None,
        } | body
        self.memory.overrides.append(made)
        return made

    def withdraw(self, request: Request, body: Any) -> Row:
        """Taken back, still on record."""
        kept = self.memory.overrides[int(request.path_params["id"]) - 1]
        kept["withdrawn_at"] = "2026-11-23T10:00:00Z"
        return kept

    def override_scores(self, request: Request, body: Any) -> Row:
        """Who was right so far."""
        return {
            "meta": meta_of(request),
            "person": 4,
            "model": 3,
            "even": 1,
            "slots": 60,
            "person_error": 312.0,
            "model_error": 401.0,
        }

    def week(self, request: Request, place: str, *, version: int = 0, status: str = "planned") -> Row:
        """A place's week."""
        facts = {"id": version or None, "place": place, "week": "2026-11-23", "version": version, "status": status}
        return {"meta": meta_of(request), **facts, "by": None, "at": None, "note": "", "shifts": w.shifts(place)}

    def roster(self, request: Request, body: Any) -> Row:
        """The week's shifts."""
        if request.method == "PUT":
            return self.week(request, body["place"], version=1, status="draft") | {"shifts": body["shifts"]}
        return self.week(request, place_of(request)["place"])

    def score(self, request: Request, body: Any) -> Row:
        """Each hour costs twelve; a shift beyond nine hours breaks a rule."""
        hours = sum(hours_of(shift) for shift in body["shifts"])
        long = [(n, shift["detail"]["name"]) for n, shift in enumerate(body["shifts"]) if hours_of(shift) > 9]
        own = sum(hours_of(shift) for shift in w.shifts("R000"))
        broken = [{"text": f"{name} works more than nine hours in a day.", "shifts": [n]} for n, name in long]
        wish = {"person": "Ana Núñez", "said": "asked for Saturday off", "price": 18.0}
        return {"cost": hours * 12, "change": (hours - own) * 12, "currency": "EUR", "broken": broken, "wishes": [wish]}

    def replan(self, request: Request, body: Any) -> Response:
        """A job that takes three looks."""
        self.memory.jobs["j1"] = 0
        return JSONResponse({"job": "j1"}, 202)

    def job(self, request: Request, body: Any) -> Row:
        """How far a job is."""
        self.memory.jobs["j1"] += 1
        if self.memory.jobs["j1"] < 3:
            return {"state": "running", "progress": self.memory.jobs["j1"] / 3}
        kept = [shift for shift in w.shifts("R000") if (shift["person"], shift["start"][:10]) != ("P02", "2026-11-23")]
        return {"state": "done", "progress": 1, "result": {"shifts": kept, "changes": 2}}

    def my_shifts(self, request: Request, body: Any) -> Row:
        """The published shifts of one person."""
        own = [{"world": "retail", "place": "R004", **shift} for shift in w.shifts("R004") if shift["person"] == "P00"]
        return items(request, own)

    def my_notices(self, request: Request, body: Any) -> Row:
        """News, unless they were read."""
        notice = {
            "id": 5,
            "text": "roster_published",
            "details": {"week": "2026-11-23", "place": "R004"},
            "at": "2026-11-20T17:00:00Z",
            "read_at": None,
        }
        return items(request, [] if 5 in self.memory.read else [notice])

    def read_notice(self, request: Request, body: Any) -> Row:
        """Read."""
        self.memory.read.add(int(request.path_params["id"]))
        return {}

    def assumptions(self, request: Request, body: Any) -> Row:
        """Numbers that nobody measured."""
        if request.method == "PUT":
            self.memory.assumptions = {k: v for k, v in body["assumptions"].items() if k == "wage" and v != 10}
        return items(request, fake_plans.money(self.memory.assumptions)["assumptions"])

    def _plan(self, request: Request) -> Row | None:
        kind = request.path_params["kind"]
        if kind not in w.PLANS[world_of(request)] or kind == "staffing":
            return None
        found: Row = fake_plans.money(self.memory.assumptions) if kind == "money" else getattr(fake_plans, kind)()
        return found

    def plan(self, request: Request, body: Any) -> Any:
        """A plan's facts and actions."""
        found = self._plan(request)
        if found is None:
            return problem(404, f"There is no plan '{request.path_params['kind']}'.")
        names = sorted(set(found) - {"plan", "plan_rows"} | {"plan"})
        return {"meta": meta_of(request), "plan": found["plan"], "tables": names, "items": found["plan_rows"], "next": None}

    def plan_table(self, request: Request, body: Any) -> Any:
        """One of its tables."""
        found = self._plan(request)
        return items(request, found[request.path_params["table"]]) if found else problem(404, "There is no such plan.")
