"""Proposals of the day through the service: offered once, answered, and exported as the table of answers."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from busyness.workflows.intraday.day_after import Answers

OFFERS = {
    "items": [
        {
            "cluster": "S1+S2", "time": f"2024-06-03T{hour:02d}:15:00-05:00", "kind": "move", "place": "S2", "from": "S1",
            "to": "S2", "reason": "S2 runs over.", "gain": 12.5, "currency": "PEN",
        }
        for hour in (9, 10, 11)
    ]
}  # fmt: skip


def test_what_is_offered_is_answered_and_exported(started, tmp_path: Path) -> None:
    running = started()
    with running.client("operations") as client:
        offered = client.post("/v1/intraday", json=OFFERS)
        assert offered.status_code == 201, offered.text
        ids = [one["id"] for one in offered.json()["items"]]
        assert [one["id"] for one in client.post("/v1/intraday", json=OFFERS).json()["items"]] == ids
        shown = client.get("/v1/now").json()["proposals"]
        assert {one["id"] for one in shown} == set(ids)
        assert shown[0]["content"]["reason"] == "S2 runs over."
        assert client.get("/v1/intraday/log").json()["items"] == []
        client.post(f"/v1/intraday/{ids[0]}", json={"answer": "accept"})
        client.post(f"/v1/intraday/{ids[1]}", json={"answer": "refuse", "reason": "busy too"})
        assert client.post(f"/v1/intraday/{ids[0]}/outcome", json={"travel_minutes": 14.5}).status_code == 200
        rows = client.get("/v1/intraday/log").json()["items"]
        assert [(row["time"], row["accepted"], row["travel_minutes"]) for row in rows] == [
            ("2024-06-03T15:15:00Z", False, None),
            ("2024-06-03T14:15:00Z", True, 14.5),
        ]
        assert {row["by"] for row in rows} == {running.ids["operations"]}
        assert rows[0]["reason"] == "busy too"
        csv = client.get("/v1/intraday/log", headers={"Accept": "text/csv"})
        arrow = client.get("/v1/intraday/log?format=arrow")
    (tmp_path / "answers.csv").write_bytes(csv.content)
    read = Answers.read(tmp_path / "answers.csv")
    assert read.aware
    assert [(row["cluster"], row["accepted"], row["travel_minutes"]) for row in read.rows] == [
        ("S1+S2", "false", None),
        ("S1+S2", "true", 14.5),
    ]
    assert pl.read_ipc_stream(io.BytesIO(arrow.content)).height == 2
    deeds = running.service.state.audit.list(limit=50).items
    assert sum(deed.action == "intraday.offer" for deed in deeds) >= 3


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kind": "dance"}, "kind"), ({"time": 7}, "time"), ({"turn": -1}, "turn"), ({"place": " "}, "place"), ({"x": 1}, "x")],
)
def test_an_offer_that_cannot_be_is_refused(running, change: dict[str, object], field: str) -> None:
    with running.client("operations") as client:
        answer = client.post("/v1/intraday", json={"items": [{**OFFERS["items"][0], **change}]})
    assert answer.status_code == 422
    assert field in answer.text


def test_an_offer_that_has_ended_is_refused_and_one_told_before_stays(started) -> None:
    running = started()
    now = running.service.holder.now("retail")
    first = OFFERS["items"][0]
    with running.client("operations") as client:
        late = client.post("/v1/intraday", json={"items": [{**first, "ends_at": (now - timedelta(minutes=1)).isoformat()}]})
        assert late.status_code == 422
        assert late.json()["field"] == "body.items.ends_at"
        assert "The offer for 'S2' ended at" in late.json()["detail"]
        assert client.get("/v1/intraday").json()["items"] == []
        good = {"items": [{**first, "ends_at": (now + timedelta(hours=1)).isoformat()}]}
        assert client.post("/v1/intraday", json=good).status_code == 201


def test_who_may_not_offers_and_reads_nothing(running) -> None:
    with running.client("manager") as client:  # of S1 only
        assert client.post("/v1/intraday", json=OFFERS).status_code == 403
    with running.client("finance") as client:
        assert client.post("/v1/intraday", json=OFFERS).status_code == 403
        assert client.get("/v1/intraday/log").status_code == 403
    with running.client("operations") as client:
        assert client.post("/v1/intraday", json={"items": [{**OFFERS["items"][0], "place": "S99"}]}).status_code == 404
