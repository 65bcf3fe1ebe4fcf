"""A new forecast with posted counts is asked for by operations, of a whole world."""

from __future__ import annotations

from .working import ended

COUNTS = {"items": [{"place": "north", "time": "2025-05-12T00:00:00-05:00", "demand": 60}]}


def test_a_plain_folder_and_others_are_refused(working) -> None:
    with working.client("operations") as client:
        assert client.post("/v1/worlds/nowhere/refresh").status_code == 404
        answer = client.post("/v1/worlds/stores/refresh")
        assert answer.status_code == 422
        assert "without releases" in answer.json()["detail"]
    for role in ("south", "marketing", "finance"):
        with working.client(role) as client:
            assert client.post("/v1/worlds/stores/refresh").status_code == 403


def test_what_was_posted_becomes_a_job_that_says_why_it_cannot(released) -> None:
    with released.client("operations") as client:
        nothing = client.post("/v1/worlds/retail/refresh")
        assert nothing.status_code == 422
        assert "Nothing was posted" in nothing.json()["detail"]
        body = {"items": [{"place": "S1", "time": "2024-06-03T08:00:00-05:00", "demand": 12}]}
        assert client.post("/v1/observations", json=body).json()["accepted"] == 1
        taken = client.post("/v1/worlds/retail/refresh")
        assert taken.status_code == 202, taken.text
        told = ended(client, taken.json()["job"])
    assert told["state"] == "failed"
    assert "does not say how it was made" in told["error"]
    assert told["hint"]
