"""A forecast asked again with something changed: a job answers, within the places of whoever asks."""

import pytest

from busyness.state.audit import AuditFilter

from .working import ended

DAY = {"start": "2025-05-12T00:00:00-05:00", "end": "2025-05-13T00:00:00-05:00"}
PROMOTION = {"changes": [{"kind": "promotion", **DAY}]}


def test_a_promotion_brings_more_and_the_job_says_where(working) -> None:
    with working.client("marketing") as client:
        taken = client.post("/v1/what-if?world=stores", json={**PROMOTION, "places": ["north"]})
        assert taken.status_code == 202, taken.text
        told = ended(client, taken.json()["job"])
    assert told["state"] == "done", told
    assert told["kind"] == "what_if"
    assert told["progress"] == 1.0
    assert {item["place"] for item in told["result"]["items"]} == {"north"}
    assert sum(item["difference"] for item in told["result"]["items"]) > 0
    entry = working.service.state.audit.list(AuditFilter(action="job.what_if"), limit=1).items[0]
    assert (entry.principal, entry.world) == (working.ids["marketing"], "stores")


def test_who_sees_one_store_changes_only_that(working) -> None:
    with working.client("south") as client:
        assert client.post("/v1/what-if?world=stores", json={**PROMOTION, "places": ["north"]}).status_code == 403
        there = {"changes": [{"kind": "promotion", **DAY, "places": ["north"]}]}
        assert client.post("/v1/what-if?world=stores", json=there).status_code == 403
        told = ended(client, client.post("/v1/what-if?world=stores", json=PROMOTION).json()["job"])
    assert told["state"] == "done", told
    assert {item["place"] for item in told["result"]["items"]} == {"south"}


def test_a_job_that_cannot_answer_says_why(working) -> None:
    weather = {"changes": [{"kind": "weather", "name": "temperature", **DAY, "value": 5, "add": True}]}
    with working.client("operations") as client:
        told = ended(client, client.post("/v1/what-if?world=stores", json=weather).json()["job"])
    assert told["state"] == "failed"
    assert "no weather" in told["error"]
    assert told["hint"]


@pytest.mark.parametrize(
    "body",
    [
        {"changes": []},
        {"changes": [{"kind": "flood", **DAY}]},
        {"changes": [{"kind": "promotion", "start": DAY["end"], "end": DAY["start"]}]},
        {"changes": [{"kind": "promotion", **DAY, "value": "many"}]},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_at_once(working, body: dict[str, object]) -> None:
    with working.client("operations") as client:
        answer = client.post("/v1/what-if?world=stores", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"].startswith("body.changes")


def test_a_release_without_a_model_is_told_at_once(working) -> None:
    with working.client("operations") as client:
        answer = client.post("/v1/what-if?world=shops", json=PROMOTION)
    assert answer.status_code == 422
    assert "model" in answer.json()["detail"]


def test_who_may_not_is_refused(working) -> None:
    for role in ("finance", "staff"):
        with working.client(role) as client:
            assert client.post("/v1/what-if?world=stores", json=PROMOTION).status_code == 403
