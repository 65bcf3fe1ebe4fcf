"""Browsers: a one-time link, a pasted key, the cookie, and pages of others that must not write in somebody's name."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from busyness.state.audit import AuditFilter

OVERRIDE = {
    "place": "S1",
    "start": "2024-06-05T10:00:00-05:00",
    "end": "2024-06-05T12:00:00-05:00",
    "factor": 1.5,
    "reason": "fair",
}


@contextmanager
def signed_in(running, role: str) -> Iterator[httpx.Client]:
    token = running.service.state.sessions.link(running.ids[role], now=running.service.now())
    client = httpx.Client(base_url=running.url, follow_redirects=False, timeout=30)
    with client:
        answer = client.get(f"/login?token={token}")
        _check_entry(running, token, answer)
        yield client


def _check_entry(running, token: str, answer: httpx.Response) -> None:
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    again = httpx.get(f"{running.url}/login?token={token}")
    assert again.status_code == 303
    assert again.headers["location"] == "/signin?error=link"
    assert "set-cookie" not in again.headers


def test_a_link_signs_in_once_and_signing_out_ends_it(running) -> None:
    with signed_in(running, "operations") as client:
        me = client.get("/v1/me").json()
        assert me["role"] == "operations"
        assert me["csrf"]
        kept = dict(client.cookies)
        headers = {"Origin": running.url, "X-CSRF-Token": me["csrf"]}
        assert client.post("/logout", headers=headers).status_code == 303
        assert client.get("/v1/me").status_code == 401
    assert httpx.get(f"{running.url}/v1/me", cookies=kept).status_code == 401


def test_a_pasted_key_signs_in(running) -> None:
    with httpx.Client(base_url=running.url) as client:
        assert client.post("/login", data={"key": running.keys["finance"]}).headers["location"] == "/"
        assert client.get("/v1/me").json()["role"] == "finance"
        wrong = client.post("/login", data={"key": "bk_12345678_nothing"})
        assert wrong.headers["location"] == "/signin?error=key"
        elsewhere = client.post("/login", data={"key": running.keys["admin"]}, headers={"Origin": "https://evil.example"})
        assert elsewhere.headers["location"] == "/signin?error=key"
    assert httpx.get(f"{running.url}/login").headers["location"] == "/signin"


@pytest.mark.parametrize(
    "forge",
    [
        lambda own, csrf: {},
        lambda own, csrf: {"Origin": own},
        lambda own, csrf: {"X-CSRF-Token": csrf},
        lambda own, csrf: {"Origin": "https://evil.example", "X-CSRF-Token": csrf},
        lambda own, csrf: {"Origin": "null", "X-CSRF-Token": csrf},
        lambda own, csrf: {"Origin": own.replace("http:", "https:"), "X-CSRF-Token": csrf},
        lambda own, csrf: {"Origin": own, "X-CSRF-Token": "0" * 64},
        lambda own, csrf: {"Origin": own, "X-CSRF-Token": "ñ"},
    ],
)
def test_a_page_of_others_cannot_write(running, forge) -> None:
    with signed_in(running, "operations") as client:
        csrf = client.get("/v1/me").json()["csrf"]
        headers = [(name, value.encode("latin-1")) for name, value in forge(running.url, csrf).items()]
        answer = client.post("/v1/overrides", json=OVERRIDE, headers=headers)
        assert answer.status_code == 403
        assert client.get("/v1/overrides").status_code == 200
    newest = running.service.state.audit.list(AuditFilter(outcome="refused", action="session.forged"), limit=1).items[0]
    assert newest.request_id == answer.json()["request_id"]


def test_our_own_page_can_write(running) -> None:
    with signed_in(running, "operations") as client:
        csrf = client.get("/v1/me").json()["csrf"]
        answer = client.post("/v1/overrides", json=OVERRIDE, headers={"Origin": running.url, "X-CSRF-Token": csrf})
        assert answer.status_code == 201, answer.text


def test_a_key_needs_no_csrf(running) -> None:
    with running.client("operations") as client:
        assert client.post("/v1/overrides", json=OVERRIDE).status_code == 201
