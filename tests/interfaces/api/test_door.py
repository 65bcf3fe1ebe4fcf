"""The outermost layer, without a server: what is answered from memory, for whom, and until when."""

import asyncio
import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from busyness.interfaces import packing
from busyness.interfaces.api import door as door_module
from busyness.interfaces.api.answered import Answered, Remembered
from busyness.interfaces.api.door import REMEMBER, Door, House
from busyness.interfaces.api.gatekeeper import Gatekeeper, Registers
from busyness.interfaces.api.limits import Buckets
from busyness.interfaces.api.telemetry import Telemetry
from busyness.workflows.service.access import Principal

PEOPLE = {
    "bk_all": Principal("u_1", "All", "operations"),
    "bk_too": Principal("u_2", "Too", "operations"),
    "bk_one": Principal("u_3", "One", "operations", places=frozenset({"S1"})),
}


class Setting:
    """A door around an application that counts its calls, with a clock and a world that can be moved."""

    def __init__(self, *, strangers_a_second: float = 0) -> None:
        self.calls, self.clock, self.snapshot, self.fails = 0, 0.0, object(), False
        self.more = b""
        self.gatekeeper = Gatekeeper(
            Registers(lambda text, now: PEOPLE.get(text), lambda text, now: None, None),
            callers=Buckets(rate=0, burst=1),
            strangers=Buckets(rate=strangers_a_second, burst=1),
            now=lambda: datetime(2024, 1, 1, tzinfo=UTC),
            monotonic=lambda: self.clock,
        )
        self.answered = Answered(lambda world: self.snapshot, seconds=5)
        self.telemetry = Telemetry()
        house = House(
            app=self.app,
            gatekeeper=self.gatekeeper,
            answered=self.answered,
            telemetry=self.telemetry,
            is_open=lambda path: False,
            most_bytes=100,
            refused=lambda scope, problem: None,
        )
        self.door = Door(house, monotonic=lambda: self.clock)

    async def app(self, scope, receive, send) -> None:
        self.calls += 1
        if self.fails:
            raise RuntimeError("no")
        scope[REMEMBER] = ("world", self.snapshot)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", b"application/json")]})
        await send({"type": "http.response.body", "body": f"answer {self.calls}".encode() + self.more})

    def ask(
        self, key: str | None, path: str = "/v1/forecast", *, method: str = "GET", **headers: str
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [*([(b"authorization", f"Bearer {key}".encode())] if key else []), *given],
            "client": ("127.0.0.1", 1),
            "scheme": "http",
        }
        sent: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message) -> None:
            sent.append(message)

        asyncio.run(self.door(scope, receive, send))
        return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def test_the_same_question_with_the_same_rights_is_answered_from_memory() -> None:
    house = Setting()
    first = house.ask("bk_all")
    second, third = house.ask("bk_all"), house.ask("bk_too")
    assert house.calls == 2  # the second key has to be looked up once before its answers come from memory
    assert first[2] == second[2] == b"answer 1"
    assert {k: v for k, v in first[1].items() if k != b"x-request-id"} == {
        k: v for k, v in second[1].items() if k != b"x-request-id"
    }
    assert house.ask("bk_too")[2] == third[2] == b"answer 2"
    assert house.calls == 2


def test_other_rights_path_or_form_are_another_question() -> None:
    house = Setting()
    for _ in range(3):
        house.ask("bk_all")
        house.ask("bk_one")
        house.ask("bk_all", "/v1/forecast/")
        house.ask("bk_all", accept="text/csv")
    assert house.calls == 4
    assert house.ask("bk_one")[2] != house.ask("bk_all")[2]


def test_a_swap_a_write_and_time_make_the_door_ask_again() -> None:
    house = Setting()
    house.ask("bk_all")
    house.snapshot = object()
    assert house.ask("bk_all")[2] == b"answer 2"
    house.ask("bk_all", method="POST")
    assert house.calls == 3
    assert house.ask("bk_all")[2] == b"answer 4"
    house.clock += 5.1
    assert house.ask("bk_all")[2] == b"answer 5"


def test_a_failed_write_changes_nothing() -> None:
    house = Setting()
    house.ask("bk_all")
    house.fails = True
    assert house.ask("bk_all", method="POST")[0] == 500
    assert house.ask("bk_all")[2] == b"answer 1"


def test_who_has_the_answer_is_told_so() -> None:
    house = Setting()
    etag = house.ask("bk_all")[1][b"etag"].decode()
    for match in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        status, headers, body = house.ask("bk_all", if_none_match=match)
        assert (status, body) == (304, b"")
        assert b"content-type" not in headers
    assert house.ask("bk_all", if_none_match='"other"')[0] == 200
    assert house.calls == 1


def test_an_answer_in_memory_is_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    packings: list[int] = []

    def counted(body: bytes) -> bytes:
        packings.append(len(body))
        return gzip.compress(body)

    monkeypatch.setattr(packing, "pack", counted)
    house = Setting()
    house.more = b" " * 5000
    assert b"content-encoding" not in house.ask("bk_all")[1]
    for _ in range(5):
        status, headers, body = house.ask("bk_all", accept_encoding="gzip")
        assert (status, headers[b"content-encoding"]) == (200, b"gzip")
        assert gzip.decompress(body) == b"answer 1" + house.more
    assert house.ask("bk_all")[2] == b"answer 1" + house.more
    assert (house.calls, len(packings)) == (1, 1)


def test_a_small_answer_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    house = Setting()
    house.ask("bk_all")
    house.ask("bk_all", accept_encoding="gzip")
    monkeypatch.setattr(door_module, "packed", None)
    assert house.ask("bk_all", accept_encoding="gzip")[2] == b"answer 1"
    assert house.calls == 1


def test_a_forgotten_key_is_looked_up_again() -> None:
    house = Setting()
    house.ask("bk_all")
    gone = PEOPLE.pop("bk_all")
    try:
        assert house.ask("bk_all")[0] == 200
        house.gatekeeper.forget()
        assert house.ask("bk_all")[0] == 401
    finally:
        PEOPLE["bk_all"] = gone


def test_every_answer_is_counted() -> None:
    house = Setting()
    for _ in range(3):
        house.ask("bk_all")
    house.ask("bk_none")
    text = house.telemetry.text().decode()
    assert 'busyness_requests_total{route="other",status="200"} 3.0' in text
    assert 'status="401"} 1.0' in text
    assert 'busyness_request_seconds_count{route="other"} 4.0' in text


def test_memory_has_a_limit() -> None:
    snapshot = object()
    memory = Answered(lambda world: snapshot, most_bytes=100_000)
    one = Remembered((), b"x" * 9_000, b"", "r", "w", snapshot, 0, 1.0)
    for number in range(50):
        memory.keep(("r", str(number).encode(), b"", b""), one)
    held = [number for number in range(50) if memory.find(("r", str(number).encode(), b"", b""), 0)]
    assert held == list(range(50 - len(held), 50))
    assert 5 < len(held) < 12
    memory.keep(("r", b"large", b"", b""), replace(one, body=b"x" * 50_000))
    assert memory.find(("r", b"large", b"", b""), 0) is None


def test_strangers_are_counted_everywhere_but_at_the_dashboard_s_files() -> None:
    house = Setting(strangers_a_second=1)
    house.door = Door(replace(house.door.house, is_open=lambda path: True), monotonic=lambda: house.clock)
    assert [house.ask(None, "/static/abc/frame.js")[0] for _ in range(5)] == [200] * 5
    assert [house.ask(None, path)[0] for path in ("/login", "/login", "/predict")] == [200, 429, 429]
    assert house.ask(None, "/static/abc/frame.js")[0] == 200
