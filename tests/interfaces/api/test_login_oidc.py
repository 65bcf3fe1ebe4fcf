"""A browser signs in at an identity provider, over the wire; every way in which that must not work."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from busyness.interfaces.api.app import Parts
from busyness.interfaces.api.oidc_login import Attempt
from busyness.interfaces.dashboard.pages import dashboard_routes
from busyness.state.audit import AuditFilter
from busyness.workflows.service.settings import OidcSettings

from .oidc_provider import CLIENT, SECRET, Provider, providing


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as made:
        yield made


@pytest.fixture
def house(provider: Provider, started: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("BUSYNESS_OIDC_CLIENT_SECRET", SECRET)
    terms = OidcSettings(issuer=provider.url, audience="busyness-api", client_id=CLIENT, worlds_claim="")
    return started(Parts(watch=False, pages=dashboard_routes(single_sign_on=True)), oidc=terms)


def browser(house: Any) -> httpx.Client:
    return httpx.Client(base_url=house.url, timeout=30)


def follow(client: httpx.Client, **changed: str) -> httpx.Response:
    """Go to the provider and come back, with parts of what it sends back changed."""
    to = client.get("/login/oidc")
    assert to.status_code == 303
    came = httpx.get(to.headers["location"])
    assert came.status_code == 302, came.text
    back = httpx.URL(came.headers["location"])
    return client.get(back.copy_merge_params(changed))


def why(house: Any) -> str:
    found = house.service.state.audit.list(AuditFilter(action="session.begin", outcome="refused"), limit=1).items[0]
    assert found.resource == "oidc"
    return str(found.after["why"])


def refused(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"] == "/signin?error=oidc" and "busyness=" not in str(
        answer.headers.get_list("set-cookie")
    )  # fmt: skip


def test_a_browser_comes_back_signed_in_with_the_roles_of_the_claim(house: Any, provider: Provider) -> None:
    provider.said |= {"busyness_places": ["S1"], "email": "ana@example.org", "email_verified": True}
    with browser(house) as client:
        page = client.get("/signin").text
        assert 'href="/login/oidc"' in page
        answer = follow(client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookies = answer.headers.get_list("set-cookie")
        session = next(one for one in cookies if one.startswith("busyness=")).lower()
        assert "httponly" in session
        assert "samesite=lax" in session
        assert any(one.startswith('busyness-oidc=""') for one in cookies), "the attempt is over"
        me = client.get("/v1/me").json()
        assert (me["name"], me["role"], me["places"]) == ("Ana", "operations", ["S1"])
        assert client.get("/v1/forecast?place=S1").status_code == 200
        assert client.get("/v1/forecast?place=S2").status_code == 403
        forged = client.post("/v1/observations", json={"items": []})
        assert forged.status_code == 403, "a session of the provider's needs the page's word as any other"
    user = house.service.state.people.get(me["id"])
    assert (user.subject, user.email) == (f"{provider.url}|ana", "ana@example.org")


def test_the_next_sign_in_brings_the_rights_of_that_day(house: Any, provider: Provider) -> None:
    with browser(house) as client, browser(house) as later:
        follow(client)
        first = client.get("/v1/me").json()
        provider.said |= {"busyness_role": "finance", "busyness_places": "*", "email": "x@example.org"}
        follow(later)
        second = later.get("/v1/me").json()
        assert first["id"] == second["id"]
        assert (second["role"], second["places"]) == ("finance", None)
        assert client.get("/v1/me").json()["role"] == "finance", "the session of before has the same rights"
    user = house.service.state.people.get(second["id"])
    assert user.email is None, "nobody has checked that address"
    log = house.service.state.audit.list(AuditFilter(action="user.change"), limit=1).items[0]
    assert (log.before["role"], log.after["role"]) == ("operations", "finance")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"state": "another"}, "another attempt"),
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"code": "code-99"}, "invalid_grant"),
    ],
)
def test_an_answer_that_was_tampered_with_is_refused(house: Any, changed: dict[str, str], said: str) -> None:
    with browser(house) as client:
        assert refused(follow(client, **changed))
        assert client.get("/v1/me").status_code == 401
    assert said in why(house)


def forever(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name != "exp"}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda claims: {**claims, "nonce": "of-another"}, "another attempt"),
        (lambda claims: {name: value for name, value in claims.items() if name != "nonce"}, "another attempt"),
        (lambda claims: {**claims, "aud": "busyness-api"}, "Audience"),
        (lambda claims: {**claims, "aud": [CLIENT, "other"], "azp": "other"}, "another client"),
        (lambda claims: {**claims, "iss": "https://evil.example"}, "issuer"),
        (lambda claims: {**claims, "exp": datetime.now(UTC) - timedelta(hours=1)}, "expired"),
        (forever, "exp"),
        (lambda claims: {**claims, "busyness_role": "king"}, "none of our roles"),
    ],
)
def test_a_token_that_does_not_hold_is_refused(house: Any, provider: Provider, spoil: Any, said: str) -> None:
    provider.spoil = spoil
    with browser(house) as client:
        assert refused(follow(client))
        assert client.get("/v1/me").status_code == 401
    assert said in why(house)


def test_an_answer_without_an_attempt_of_this_browser_is_refused(house: Any) -> None:
    with browser(house) as client, browser(house) as other:
        to = client.get("/login/oidc").headers["location"]
        back = httpx.get(to).headers["location"]
        assert refused(other.get(back)), "somebody else's answer, as a link: nobody is signed in as another unawares"
        assert "no attempt" in why(house)
        assert client.get(back).headers["location"] == "/"
        assert refused(client.get(back)), "once"


def test_who_says_no_at_the_provider_is_told(house: Any) -> None:
    with browser(house) as client:
        state = parse_qs(urlsplit(client.get("/login/oidc").headers["location"]).query)["state"][0]
        assert refused(client.get(f"/login/oidc/back?error=access_denied&state={state}"))
        assert "access_denied" in why(house)
        assert "could not be used" in client.get("/signin?error=oidc").text


def test_who_is_locked_out_stays_out(house: Any) -> None:
    with browser(house) as client:
        follow(client)
        user = client.get("/v1/me").json()["id"]
        with house.client("admin") as admin:
            given = {"name": "Ana", "role": "operations", "disabled": True}
            assert admin.put(f"/v1/users/{user}", json=given).status_code == 200
        assert client.get("/v1/me").status_code == 401
        assert refused(follow(client))
    assert "locked out" in why(house)


def test_a_client_without_a_secret_has_its_proof_alone(
    provider: Provider, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BUSYNESS_OIDC_CLIENT_SECRET", raising=False)
    provider.secret = ""
    terms = OidcSettings(issuer=provider.url, audience="x", client_id=CLIENT, places_claim="", worlds_claim="")
    house = started(Parts(watch=False), oidc=terms)
    with browser(house) as client:
        assert follow(client).headers["location"] == "/"


def test_a_wrong_secret_and_a_provider_that_is_another_are_refused(
    provider: Provider, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUSYNESS_OIDC_CLIENT_SECRET", "wrong")
    terms = OidcSettings(issuer=provider.url, audience="x", client_id=CLIENT)
    house = started(Parts(watch=False), oidc=terms)
    with browser(house) as client:
        assert refused(follow(client))
        assert "invalid_client" in why(house)


def test_a_provider_that_speaks_for_another_issuer_is_not_followed(provider: Provider, started: Any) -> None:
    provider.issuer = "https://evil.example"
    house = started(Parts(watch=False), oidc=OidcSettings(issuer=provider.url, audience="x", client_id=CLIENT))
    with browser(house) as client:
        assert refused(client.get("/login/oidc"))
    assert "does not say where" in why(house)


def test_without_a_client_nothing_is_offered(running: Any) -> None:
    with browser(running) as client:
        for path in ("/login/oidc", "/login/oidc/back?code=1&state=2"):
            assert client.get(path).headers["location"] == "/signin"


def test_an_attempt_is_three_words_and_nothing_else() -> None:
    attempt = Attempt.new()
    assert Attempt.read(attempt.text) == attempt
    assert len({attempt.state, attempt.nonce, attempt.verifier}) == 3
    for wrong in ("", "a.b.c", attempt.text + ".more", attempt.text[:-1]):
        assert Attempt.read(wrong) is None
