"""The fake API's models, users, keys, audit log and privacy: what an administrator asks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import fake_world as w
from fake_answers import GATE, Memory, Row, items, key_row, meta_of, problem, user_row
from starlette.requests import Request


class FakeOffice:
    """Routes that change who may come in, and which model answers."""

    memory: Memory

    def models(self, request: Request, body: Any) -> Row:
        """Who answers, and who wants to."""
        champion = {
            "release": self.memory.champion,
            "since": "2026-11-23T05:00:00+00:00",
            "by": "morning",
            "why": "fresh forecast",
        }
        before = {"release": "2026-11-22-0500", "since": "2026-11-22T05:00:00+00:00", "by": "u_1", "why": "fresh forecast"}
        return {
            "meta": meta_of(request),
            "serving": self.memory.champion,
            "champion": champion,
            "challenger": "2026-11-16-0500",
            "previous": [before],
            "releases": ["2026-11-16-0500", "2026-11-22-0500", w.RELEASE],
            "refused": None,
            "trial": {
                "trial": "20261120T050000Z",
                "challenger": "2026-11-16-0500",
                "model_version": "boosted-2",
                "begins": "2026-11-20",
                "ends": "2026-12-18",
                "refused": None,
            },
        }

    def promote(self, request: Request, body: Any) -> Any:
        """Another answers from now on."""
        if not body["confirm"] or len(body["why"]) < 3:
            return problem(422, "A reason of at least three letters is needed.", field="body.why")
        self.memory.champion = request.path_params["release"]
        return {}

    def roll_back(self, request: Request, body: Any) -> Row:
        """The one before answers again."""
        self.memory.champion = "2026-11-22-0500"
        return {}

    def quality(self, request: Request, body: Any) -> Row:
        """How good data and model are."""
        days = [(date(2026, 10, 26) + timedelta(days=n)).isoformat() for n in range(28)]
        scores = [
            {"date": day, "wape": 0.12 + 0.01 * (n % 3), "naive_wape": 0.19, "coverage": 0.79, "bias": 0.012}
            for n, day in enumerate(days)
        ]
        drift = {"level_change": 0.04, "wape_before": 0.12, "wape_last": 0.13, "wape_change": 0.01}
        checks = [
            ("schema", "passed", "The tables are as they should be."),
            ("freshness", "warned", "The newest count is 6 h old."),
        ]
        said = [{"name": name, "verdict": verdict, "sentence": text} for name, verdict, text in checks]
        return {
            "meta": meta_of(request),
            "health": {"rows": 140_000, "rejected": 14, "places": 8},
            "scores": {},
            "accuracy": [scores[0]],
            "by_day": scores,
            "drift": [
                {"place": "", "psi": 0.06, "verdict": "steady"} | drift,
                {"place": "R003", "psi": 0.31, "verdict": "drifted"} | drift,
            ],
            "findings": [{"place": "R003", "finding": "silent", "slots": 41, "text": None}],
            "checks": said,
            "refusal": {"release": "2026-11-23-0600", "at": "2026-11-23T06:00:00Z", "sentence": GATE, "checks": said},
        }

    def users(self, request: Request, body: Any) -> Row:
        """Who may come in."""
        if request.method == "GET":
            return items(request, self.memory.users)
        made = user_row(f"u_{len(self.memory.users) + 1}", body["name"], body["role"]) | body
        self.memory.users.append(made)
        return made

    def user(self, request: Request, body: Any) -> Row:
        """One of them, anew."""
        kept = next(user for user in self.memory.users if user["id"] == request.path_params["id"])
        kept.update(body)
        return kept

    def keys(self, request: Request, body: Any) -> Row:
        """Keys; a new one shows its text once."""
        if request.method == "GET":
            return items(request, self.memory.keys)
        made = key_row("87654321", body["principal"], body["label"])
        self.memory.keys.append(made)
        return made | {"key": "bk_87654321_shown-once"}

    def revoke(self, request: Request, body: Any) -> Row:
        """A key ends."""
        kept = next(key for key in self.memory.keys if key["id"] == request.path_params["id"])
        kept["revoked_at"] = "2026-11-23T10:00:00Z"
        return kept

    def audit(self, request: Request, body: Any) -> Row:
        """What was done and refused."""
        outcome = request.query_params.get("outcome")
        rows = [
            {
                "number": n,
                "at": f"2026-11-23T0{n % 9}:10:00Z",
                "principal": "u_1" if n % 4 else None,
                "role": "operations" if n % 4 else None,
                "action": "override.create" if n % 3 else "forecast.read",
                "resource": f"overrides/{n}",
                "world": "retail",
                "place": "R001",
                "outcome": "done" if n % 3 else "refused",
            }
            for n in range(1, 31)
        ]
        return items(request, [row for row in rows if outcome in {None, "", row["outcome"]}])

    def privacy(self, request: Request, body: Any) -> Row:
        """All that is kept of a person, or nothing any more."""
        person = request.path_params["person"]
        return (
            {"erased": person}
            if request.method == "DELETE"
            else {"person": person, "kept": {"user": {"name": person}, "shifts": [1, 2, 3], "swaps": []}}
        )
