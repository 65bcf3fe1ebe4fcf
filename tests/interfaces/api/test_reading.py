"""What can be read: every route's happy path, in each form, from memory and not, page by page."""

import io
import re
import socket
from urllib.parse import urlsplit

import httpx
import polars as pl
import pytest

from busyness.state.people import Profile

READS = [
    "/v1/me",
    "/v1/worlds",
    "/v1/places",
    "/v1/places?nearest=2&latitude=-12&longitude=-77",
    "/v1/places?search=tienda",
    "/v1/places/S1",
    "/v1/places/S1/shape",
    "/v1/forecast?place=S1&place=S2",
    "/v1/forecast?place=S1&every=1d&levels=0.05,0.5",
    "/v1/forecast?world=scooters",
    "/v1/peaks?day=2024-06-03",
    "/v1/history?place=S1",
    "/v1/now",
    "/v1/now?lang=es",
    "/v1/overrides",
    "/v1/overrides/scores",
    "/v1/staffing",
    "/v1/staffing/roster?place=S1&week=2024-06-03",
    "/v1/swaps",
    "/v1/intraday?open=true",
    "/v1/stock",
    "/v1/stock/figures",
    "/v1/rebalancing",
    "/v1/promotions",
    "/v1/money",
    "/v1/models",
    "/v1/models/current/card",
    "/v1/quality",
    "/v1/quality/accuracy?by=place",
    "/v1/users",
    "/v1/keys",
    "/v1/audit",
    "/v1/audit/chain",
    "/v1/openapi.json",
    "/metrics",
]
TABLES = [
    "/v1/places",
    "/v1/peaks",
    "/v1/stock",
    "/v1/stock/figures",
    "/v1/staffing",
    "/v1/quality/accuracy?by=place_day",
    "/v1/audit",
]


@pytest.mark.parametrize("path", READS)
def test_an_administrator_reads_everything(running, path: str) -> None:
    with running.client("admin") as client:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"] != again.headers["x-request-id"]
    assert again.status_code == 304 or path == "/metrics"
    if again.status_code == 304:
        assert not again.content
        assert again.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize("path", TABLES)
def test_csv_and_arrow_say_what_json_says(running, path: str) -> None:
    with running.client("admin") as client:
        told = client.get(path).json()["items"]
        as_csv = client.get(path, headers={"Accept": "text/csv"})
        as_arrow = client.get(path, headers={"Accept": "application/vnd.apache.arrow.stream"})
        by_name = client.get(path, params={**httpx.QueryParams(path.partition("?")[2]), "format": "csv"})
    assert as_csv.headers["content-type"].startswith("text/csv")
    assert as_csv.headers.get("vary")
    frame = pl.read_ipc_stream(io.BytesIO(as_arrow.content))
    read = pl.read_csv(io.BytesIO(as_csv.content), infer_schema=False)
    assert frame.columns == read.columns == list(told[0] if told else frame.columns)
    assert frame.height == read.height == len(told)
    for name in frame.columns:
        values = [row[name] for row in told]
        if frame.schema[name].is_numeric():
            assert frame[name].to_list() == values
            assert read[name].cast(pl.Float64).to_list() == values
        elif frame.schema[name] == pl.String and name not in {"before", "after", "redacted"}:
            assert frame[name].to_list() == values
    if path != "/v1/audit":
        assert as_csv.content == by_name.content


def test_the_forecast_is_the_same_in_every_form(running) -> None:
    with running.client("admin") as client:
        path = "/v1/forecast?place=S1&place=S2"
        told = client.get(path).json()
        frame = pl.read_ipc_stream(io.BytesIO(client.get(path + "&format=arrow").content))
        csv = client.get(path + "&format=csv")
    for place in told["places"]:
        rows = frame.filter(pl.col("place") == place["place"])
        assert rows["mean"].to_list() == place["mean"]
        assert rows["q90"].to_list() == place["quantiles"]["0.9"]
        assert rows["local_time"].to_list() == place["times"]
    assert told["meta"]["model_version"] == csv.headers["busyness-model-version"] == "model-1"
    assert told["meta"]["unit"] == "visitors per 1h"


def test_pages_follow_each_other_and_end(running) -> None:
    with running.client("admin") as client:
        whole = client.get("/v1/peaks").json()["items"]
        seen, cursor = [], None
        while True:
            page = client.get("/v1/peaks", params={"limit": 7, **({"cursor": cursor} if cursor else {})}).json()
            seen += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
        stale = client.get("/v1/peaks", params={"cursor": "MC5vbGQ="})
        nonsense = client.get("/v1/peaks", params={"cursor": "%%%"})
    assert seen == whole
    assert (stale.status_code, nonsense.status_code) == (409, 409)


def test_a_manager_sees_her_store_and_nothing_of_the_others(running) -> None:
    with running.client("manager") as client:
        assert [row["place"] for row in client.get("/v1/places").json()["items"]] == ["S1"]
        assert [one["place"] for one in client.get("/v1/forecast").json()["places"]] == ["S1"]
        assert {row["place"] for row in client.get("/v1/stock/figures").json()["items"]} == {"S1"}
        assert [world["name"] for world in client.get("/v1/worlds").json()["items"]] == ["retail"]
        assert client.get("/v1/me").json()["places"] == ["S1"]
    with running.client("admin") as client:
        assert len(client.get("/v1/forecast").json()["places"]) == 4


def test_who_sees_no_place_gets_empty_lists(started) -> None:
    running = started()
    state, now = running.service.state, running.service.now()
    nobody = state.people.create(Profile(name="New", role="operations", places=("elsewhere",)), now=now)
    key = state.keys.create(nobody.id, now=now)[1]
    paths = [
        "places",
        "forecast",
        "forecast?format=csv",
        "peaks",
        "history",
        "now",
        "overrides",
        "staffing",
        "intraday",
        "stock",
        "quality",
    ]
    with httpx.Client(base_url=running.url, headers={"X-API-Key": key}) as client:
        for path in paths:
            answer = client.get(f"/v1/{path}")
            assert answer.status_code == 200, (path, answer.text)
            assert "S1" not in answer.text


def test_a_head_request_has_no_body(running) -> None:
    """Seen from the wire: a client that knows HEAD would not read a body that should not be there."""
    address = urlsplit(running.url)
    ask = (
        "{method} /v1/forecast?place=S1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {running.keys['operations']}\r\n\r\n"
    )

    def answered(method: str) -> tuple[bytes, bytes]:
        with socket.create_connection((address.hostname, address.port), timeout=10) as line:
            line.sendall(ask.format(method=method).encode())
            head, _, body = b"".join(iter(lambda: line.recv(65536), b"")).partition(b"\r\n\r\n")
        return head, body

    (head, none), (full, body) = answered("HEAD"), answered("GET")
    assert head.startswith(b"HTTP/1.1 200")
    assert none == b""
    length = re.search(rb"content-length: (\d+)", head)
    assert length
    assert int(length[1]) == len(body)
    assert re.search(rb"etag: .*", head)[0] == re.search(rb"etag: .*", full)[0]


def test_predict_answers_as_the_scooter_document_has_it(running, started) -> None:
    question = {"community": "LAKE VIEW", "date": "2020-09-11"}
    with running.client() as client:
        answer = client.post("/predict", json=question)
        assert answer.status_code == 200
        assert set(answer.json()) == {"model_version", "trips"}
        assert answer.json()["model_version"] == "scooters-1"
        assert isinstance(answer.json()["trips"], int)
        assert client.post("/predict", json={**question, "community": "Lake Viw"}).status_code == 404
        assert client.post("/predict", json={**question, "date": "2031-01-01"}).status_code == 422


def test_what_a_world_cannot_answer_is_told(running) -> None:
    with running.client("admin") as client:
        for path, status, field in [
            ("/v1/forecast?world=nowhere", 404, "query.world"),
            ("/v1/forecast?place=S9", 404, "place"),
            ("/v1/forecast?start=2030-01-01T00:00:00Z", 422, None),
            ("/v1/forecast?start=yesterday", 422, "query.start"),
            ("/v1/forecast?levels=2", 422, "query.levels"),
            ("/v1/places?latitude=1", 422, "query.longitude"),
            ("/v1/places?latitud=1", 422, "query.latitud"),
            ("/v1/places?limit=1&limit=2", 422, "query.limit"),
            ("/v1/stock/nothing", 404, "path.table"),
            ("/v1/models/none/card", 404, "path.release"),
            ("/v1/places?format=xml", 422, "query.format"),
        ]:
            answer = client.get(path)
            assert answer.status_code == status, (path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["field"] == field
        assert client.get("/v1/places", headers={"Accept": "image/png"}).status_code == 406
