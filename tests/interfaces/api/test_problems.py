"""Whatever goes wrong, the answer has one shape, and says what to do."""

import logging
import time

import httpx
import pytest

from busyness.interfaces.api import asked
from busyness.interfaces.api.problems import ProblemAnswer


def check(answer: httpx.Response, status: int) -> ProblemAnswer:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    told = ProblemAnswer.model_validate_json(answer.content, strict=True)
    assert told.status == status
    assert told.request_id == answer.headers["x-request-id"]
    assert told.detail.endswith((".", "…"))
    return told


def test_every_kind_of_fault_has_the_same_shape(running) -> None:
    with running.client("admin") as client, running.client() as stranger:
        check(stranger.get("/v1/me"), 401)
        check(client.get("/v1/my/shifts"), 403)
        check(client.get("/v1/nothing"), 404)
        check(client.get("/nothing"), 404)
        wrong_method = client.patch("/v1/places")
        check(wrong_method, 405)
        assert wrong_method.headers["allow"] == "GET"
        check(client.get("/v1/places", headers={"Accept": "image/png"}), 406)
        check(client.post("/v1/users", content=b"name=Eve", headers={"Content-Type": "text/plain"}), 415)
        check(client.post("/v1/users", content=b"{}"), 415)
        broken = check(client.post("/v1/users", content=b"{", headers={"Content-Type": "application/json"}), 422)
        assert broken.field == "body"
        missing = check(client.post("/v1/users", json={"role": "admin"}), 422)
        assert missing.field == "body.name"
        assert missing.hint == "Add it."
        extra = check(client.post("/v1/users", json={"name": "x", "role": "admin", "roll": 1}), 422)
        assert extra.field == "body.roll"
        assert "no field 'roll' here" in extra.detail
        assert extra.hint == "Leave it out, or look at how it is spelt."
        bodiless = check(client.post("/v1/observations", json={"rows": []}), 422)
        assert (bodiless.field, bodiless.detail) == ("body.items", "'items' is missing.")
        assert check(client.post("/v1/users", json={"name": "x", "role": "boss"}), 422).field == "body.role"
        check(client.get("/v1/users/u_nobody"), 404)
        bare = client.get("/v1/explanation?world=stores&place=north&time=2025-05-12T12:00:00")
        assert "a time without its offset" in check(bare, 422).detail
        assert check(bare, 422).hint.startswith("Write the offset behind the time")


def test_our_own_fault_is_not_told_in_detail_but_logged(running, monkeypatch, caplog) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(asked.Asked, "snapshot", broken)
    with caplog.at_level(logging.ERROR, logger="busyness.requests"), running.client("admin") as client:
        answer = client.get("/v1/places?search=fault")
    told = check(answer, 500)
    assert "secret" not in answer.text
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:  # it is written after the answer has gone out
        if any(getattr(record, "said", {}).get("request_id") == told.request_id for record in caplog.records):
            return
        time.sleep(0.01)
    pytest.fail("The log does not hold it.")


@pytest.mark.parametrize(
    ("given", "kept"), [("my-request-0001", True), ("x" * 65, False), ("short", False), ("spa ce-and-more", False)]
)
def test_a_request_keeps_its_own_id_where_that_is_a_plain_word(running, given: str, kept: bool) -> None:
    with running.client("admin") as client:
        for _ in range(2):  # from inside, and from memory
            answer = client.get("/v1/places", headers={"X-Request-ID": given})
            assert (answer.headers["x-request-id"] == given) is kept


def test_pages_and_data_have_the_headers_of_their_kind(running) -> None:
    with running.client("admin") as client:
        for _ in range(2):
            answer = client.get("/v1/places")
            assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "strict-transport-security" not in answer.headers
            assert "server" not in answer.headers
