"""Tokens of an identity provider: what holds, and every way in which one does not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from busyness.domain.errors import SettingsError
from busyness.interfaces.api.app import Parts
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.tokens import RETRY_SECONDS, TokenVerifier
from busyness.workflows.service.settings import OidcSettings

TERMS = OidcSettings(issuer="https://login.example", audience="busyness", worlds_claim="")
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def published(*named: tuple[str, object]) -> dict[str, object]:
    kinds = {rsa.RSAPrivateKey: jwt.algorithms.RSAAlgorithm, ec.EllipticCurvePrivateKey: jwt.algorithms.ECAlgorithm}
    found = []
    for name, key in named:
        kind = next(algorithm for kind, algorithm in kinds.items() if isinstance(key, kind))
        found.append({**kind.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig"})
    return {"keys": found}


class Provider:
    """Answers like an identity provider, and counts how often it is asked."""

    def __init__(self) -> None:
        self.keys, self.asked, self.up = published(("k1", KEY), ("e1", CURVE)), 0, True

    def __call__(self, url: str) -> dict[str, object]:
        if not self.up:
            raise httpx.ConnectError("down")
        if url.endswith("openid-configuration"):
            return {"jwks_uri": "https://login.example/keys"}
        self.asked += 1
        return self.keys


def claims(**more: object) -> dict[str, object]:
    now = datetime.now(UTC)
    said = {
        "iss": "https://login.example",
        "aud": "busyness",
        "sub": "ana",
        "exp": now + timedelta(minutes=5),
        "iat": now,
        "busyness_role": "operations",
        "busyness_places": ["S1"],
    }
    return {name: value for name, value in {**said, **more}.items() if value is not None}


def signed(key: object = KEY, *, algorithm: str = "RS256", kid: str | None = "k1", **more: object) -> str:
    return jwt.encode(claims(**more), key, algorithm=algorithm, headers={"kid": kid} if kid else {})


@pytest.fixture
def verifier() -> TokenVerifier:
    return TokenVerifier(TERMS, monotonic=lambda: 0.0, fetch=Provider())


def test_a_good_token_says_who_it_is(verifier: TokenVerifier) -> None:
    principal, _ = verifier.principal(signed())
    assert (principal.id, principal.role, principal.places, principal.worlds) == (
        "oidc:ana",
        "operations",
        frozenset({"S1"}),
        None,
    )


def test_another_algorithm_of_the_list_holds_with_its_own_key(verifier: TokenVerifier) -> None:
    assert verifier.principal(signed(CURVE, algorithm="ES256", kid="e1"))[0].id == "oidc:ana"


def none_signed() -> str:
    parts = [json.dumps({"alg": "none", "kid": "k1"}).encode(), json.dumps(claims(exp=4e9, iat=1)).encode(), b""]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def confused() -> str:
    """Signed with the public key as if it were a shared secret."""
    public = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = {"alg": "HS256", "kid": "k1"}
    parts = [json.dumps(head).encode(), json.dumps(claims(exp=4e9, iat=1)).encode()]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = base64.urlsafe_b64encode(hmac.new(public, text, hashlib.sha256).digest()).rstrip(b"=")
    return (text + b"." + mark).decode()


HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
BAD = {
    "expired": lambda: signed(exp=HOUR_AGO),
    "of another audience": lambda: signed(aud="others"),
    "of another issuer": lambda: signed(iss="https://evil.example"),
    "not yet valid": lambda: signed(nbf=datetime.now(UTC) + timedelta(hours=1)),
    "without an end": lambda: signed(exp=None),
    "without a subject": lambda: signed(sub=None),
    "without an audience": lambda: signed(aud=None),
    "alg none": none_signed,
    "algorithm confused": confused,
    "signed by a stranger": lambda: signed(OTHER),
    "of an unknown key": lambda: signed(kid="k9"),
    "without a key id": lambda: signed(kid=None),
    "an EC key's name on an RSA signature": lambda: signed(kid="e1"),
    "of another strength": lambda: signed(algorithm="RS512"),
    "without a role": lambda: signed(busyness_role=None),
    "of an unknown role": lambda: signed(busyness_role="root"),
    "no token": lambda: "nonsense",
    "tampered with": lambda: signed()[:-6] + "AAAAAA",
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_token_is_refused(verifier: TokenVerifier, what: str) -> None:
    token = BAD[what]()
    with pytest.raises(Problem) as refusal:
        verifier.principal(token)
    assert refusal.value.status_code == 401
    assert token not in refusal.value.detail


def test_a_token_without_its_places_sees_none_and_a_star_sees_all(verifier: TokenVerifier) -> None:
    assert verifier.principal(signed(busyness_places=None))[0].places == frozenset()
    assert verifier.principal(signed(busyness_places="*"))[0].places is None
    assert verifier.principal(signed(busyness_places="S1, S2"))[0].places == frozenset({"S1", "S2"})


def test_a_clock_may_be_a_little_apart(verifier: TokenVerifier) -> None:
    assert verifier.principal(signed(exp=datetime.now(UTC) - timedelta(seconds=10)))[0].id == "oidc:ana"


def test_a_new_key_is_fetched_but_strangers_do_not_make_us_ask_all_the_time() -> None:
    provider, clock = Provider(), [0.0]
    verifier = TokenVerifier(TERMS, monotonic=lambda: clock[0], fetch=provider)
    verifier.principal(signed())
    for _ in range(20):
        with pytest.raises(Problem):
            verifier.principal(signed(kid="k9"))
    assert provider.asked == 1
    provider.keys = published(("k2", OTHER))
    clock[0] += RETRY_SECONDS
    assert verifier.principal(signed(OTHER, kid="k2"))[0].id == "oidc:ana"
    provider.up = False
    clock[0] += 7200
    assert verifier.principal(signed(OTHER, kid="k2"))[0].id == "oidc:ana"  # with the keys that we have


def test_shared_secrets_are_no_choice() -> None:
    for wrong in ((), ("HS256",), ("RS256", "none")):
        with pytest.raises(SettingsError):
            TokenVerifier(TERMS.model_copy(update={"algorithms": wrong}), monotonic=lambda: 0.0)


def test_a_token_opens_the_service_within_its_places(started) -> None:
    running = started(Parts(fetch_keys=Provider(), watch=False), oidc=TERMS)
    with httpx.Client(base_url=running.url, headers={"Authorization": f"Bearer {signed()}"}) as client:
        assert client.get("/v1/me").json()["id"] == "oidc:ana"
        assert client.get("/v1/forecast?place=S1").status_code == 200
        assert client.get("/v1/forecast?place=S2").status_code == 403
    with httpx.Client(base_url=running.url, headers={"Authorization": f"Bearer {signed(exp=HOUR_AGO)}"}) as client:
        answer = client.get("/v1/me")
    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]
