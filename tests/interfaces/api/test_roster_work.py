"""A roster while it is edited: scored at once, planned anew by a job after a sick call, published as any draft."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from busyness.decisions.staffing import solver
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster
from busyness.decisions.staffing.score import Score, edit
from busyness.workflows.service import live_score
from busyness.workflows.staffing import edited
from busyness.workflows.staffing.staffed import Staffed
from busyness.workflows.staffing.stored import load_staffing

from .working import ended

WEEK = "2026-03-02"


def roster(client: httpx.Client, place: str = "S1") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/staffing/roster?world=shops&place={place}").json()
    return found


def score(client: httpx.Client, shifts: list[dict[str, Any]], **more: Any) -> httpx.Response:
    return client.post("/v1/staffing/score?world=shops", json={"place": "S1", "shifts": shifts, **more})


def test_the_plan_s_own_roster_costs_what_the_plan_says(working) -> None:
    with working.client("operations") as client:
        told = score(client, roster(client)["shifts"], week=WEEK)
        assert told.status_code == 200, told.text
        found = told.json()
    assert found["change"] == 0
    assert found["broken"] == []
    assert found["changes"] == []
    assert found["cost"] == pytest.approx(sum(found["parts"].values()), abs=0.05)
    assert found["currency"] == "PEN"


def test_a_longer_shift_costs_more_and_breaks_a_rule(working) -> None:
    with working.client("operations") as client:
        shifts = roster(client)["shifts"]
        shifts[0] = {
            **shifts[0],
            "start": f"{shifts[0]['start'][:10]}T08:00:00-05:00",
            "end": f"{shifts[0]['start'][:10]}T23:00:00-05:00",
        }
        found = score(client, shifts).json()
    assert found["change"] != 0
    assert any(0 in rule["shifts"] for rule in found["broken"])
    assert len(found["changes"]) == 1


def test_a_drag_reads_the_plan_once_and_solves_nothing(working, monkeypatch) -> None:
    """What makes it quick, counted: the time itself depends on the machine."""
    read, scored = [], []

    def load(folder: Path) -> Staffed:
        read.append(folder)
        return load_staffing(folder)

    def one(problem: StaffingProblem, was: Roster, *, after: Roster) -> tuple[Score, Score]:
        scored.append(problem.need.place)
        return edit(problem, was, after=after)

    def solved(*_: object, **__: object) -> None:
        pytest.fail("a drag ran the solver")

    monkeypatch.setattr(live_score, "load_staffing", load)
    monkeypatch.setattr(edited, "edit", one)
    monkeypatch.setattr(solver, "_Run", solved)
    live_score._staffed.cache_clear()
    with working.client("operations") as client:
        shifts = roster(client)["shifts"]
        for hour in ("09", "10", "11", "12", "13"):
            shifts[0] = {**shifts[0], "start": f"{shifts[0]['start'][:10]}T{hour}:00:00-05:00"}
            assert score(client, shifts).status_code == 200
    assert len(read) == 1
    assert scored == ["S1"] * 5  # one place, once a drag, however many there are


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        ({"person": "zoe"}, "not on the staff"),
        ({"start": "2026-05-02T09:00:00-05:00", "end": "2026-05-02T12:00:00-05:00"}, "outside the week"),
        ({"end": "2026-03-02T08:00:00-05:00"}, "does not end"),
        ({"detail": {"break": "noon"}}, "not a break"),
    ],
)
def test_a_shift_that_makes_no_sense_is_told(working, shift: dict[str, Any], words: str) -> None:
    given = {"person": "ana", "start": "2026-03-02T09:00:00-05:00", "end": "2026-03-02T15:00:00-05:00", "detail": {}} | shift
    with working.client("operations") as client:
        answer = score(client, [given])
        assert answer.status_code == 422, answer.text
        assert words in answer.json()["detail"]
        assert score(client, [], week="2026-03-09").status_code == 422


def test_who_may_not_edit_may_not_score(working) -> None:
    for role in ("finance", "inventory", "manager"):
        with working.client(role) as client:
            assert score(client, []).status_code == 403


def test_a_sick_call_becomes_a_draft_that_is_published(working) -> None:
    with working.client("operations") as client:
        before = roster(client)
        first = before["shifts"][0]
        person = first["person"]
        day = datetime.fromisoformat(first["start"]).date().isoformat()
        taken = client.post(
            "/v1/staffing/replan?world=shops", json={"place": "S1", "week": WEEK, "sick": [{"person": person, "day": day}]}
        )
        assert taken.status_code == 202, taken.text
        told = ended(client, taken.json()["job"])
        assert told["state"] == "done", told
        result = told["result"]
        gone = [one for one in result["shifts"] if one["person"] == person and one["start"][:10] == day]
        assert not gone
        assert result["changes"] >= 1
        assert len(result["said"]) == result["changes"]
        assert roster(client)["status"] == "planned", "a job changes nothing by itself"
        assert score(client, result["shifts"]).json()["cost"] == pytest.approx(result["cost"], abs=5)
        draft = {"place": "S1", "week": result["week"], "based_on": before["version"], "shifts": result["shifts"]}
        kept = client.put("/v1/staffing/roster?world=shops", json=draft)
        assert kept.status_code == 200, kept.text
        assert client.post("/v1/staffing/publish?world=shops", json={"roster": kept.json()["id"]}).status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"place": "S1", "sick": [{"person": "zoe", "day": WEEK}]}, "not on the staff"),
        ({"place": "S3", "sick": [{"person": "ana", "day": WEEK}]}, "No roster is planned"),
        ({"place": "S1", "sick": []}, "sick"),
    ],
)
def test_a_sick_call_that_makes_no_sense_is_refused_at_once(working, body: dict[str, Any], words: str) -> None:
    with working.client("operations") as client:
        answer = client.post("/v1/staffing/replan?world=shops", json=body)
    assert answer.status_code == 422, answer.text
    assert words in answer.json()["detail"]
