"""How much one caller may ask for."""

from collections.abc import Iterator

import httpx
from hypothesis import given
from hypothesis import strategies as st

from busyness.interfaces.api.limits import Bucket, Buckets
from busyness.workflows.service.settings import SecuritySettings


@given(st.floats(0.1, 100), st.integers(1, 50), st.lists(st.floats(0, 10), max_size=200))
def test_a_bucket_never_gives_more_than_its_burst_and_what_dripped_in(rate: float, burst: int, steps: list[float]) -> None:
    bucket, now, given_out = Bucket(rate, burst, 0), 0.0, 0
    for step in steps:
        now += step
        given_out += bucket.take(now) == 0
    assert given_out <= burst + rate * now + 1e-6


@given(st.floats(0.1, 100), st.integers(1, 20))
def test_whoever_waits_as_long_as_told_gets_a_token(rate: float, burst: int) -> None:
    bucket = Bucket(rate, burst, 0)
    for _ in range(burst):
        assert bucket.take(0) == 0
    wait = bucket.take(0)
    assert wait > 0
    assert bucket.take(wait + 1e-6) == 0


def test_there_are_never_too_many_buckets() -> None:
    buckets = Buckets(rate=1, burst=1, most=10)
    for number in range(1000):
        buckets.of(str(number), 0)
    assert len(buckets._of) == 10


def test_too_many_requests_of_one_key_are_told_when_to_come_back(started) -> None:
    running = started(security=SecuritySettings(requests_per_minute=5))
    with running.client("admin") as client, running.client("finance") as other:
        answers = [client.get("/v1/places") for _ in range(8)]  # the door's memory counts as well
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 13
        assert answers[-1].headers["content-type"] == "application/problem+json"
        assert other.get("/v1/places").status_code == 200


def test_guessing_keys_is_slowed_down_by_address(started) -> None:
    running = started(security=SecuritySettings(requests_per_minute=20))
    with running.client() as client:
        statuses = [client.get("/v1/me", headers={"X-API-Key": f"bk_{k:08d}_{'x' * 43}"}).status_code for k in range(30)]
    assert statuses[:20] == [401] * 20
    assert set(statuses[20:]) == {429}
    with running.client("admin") as client:
        assert client.get("/v1/me").status_code == 200  # who has a key is not kept out by others


def test_a_large_body_is_refused_before_it_is_read(started) -> None:
    running = started(security=SecuritySettings(requests_per_minute=0, body_megabytes=0.1))
    read = 0

    def stream() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 10_000
            yield b"x" * 10_000

    with running.client("admin") as client:
        told = client.post("/v1/observations", content=b"x" * 200_000, headers={"Content-Type": "application/json"})
        assert told.status_code == 413
        assert told.json()["hint"]
        try:
            streamed = client.post("/v1/observations", content=stream(), headers={"Content-Type": "application/json"})
            assert streamed.status_code == 413
        except httpx.WriteError:  # the server has hung up, as it may
            assert read < 10_000_000
