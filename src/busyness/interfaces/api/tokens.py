"""Tokens of an identity provider (OIDC): signed by a key of its key set, for us, not yet over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import jwt

from busyness.domain.errors import SettingsError
from busyness.interfaces.api.problems import Problem
from busyness.workflows.service.access import ROLES, Principal
from busyness.workflows.service.settings import OidcSettings

SYMMETRIC = ("HS", "none")
REFRESH_SECONDS = 3600.0
"""How long a key set is believed."""
RETRY_SECONDS = 30.0
"""How often, at most, an unknown key makes us ask again: strangers must not make us hammer the provider."""
DISCOVERY = "/.well-known/openid-configuration"
FetchKeys = Callable[[str], Mapping[str, Any]]


def fetch_keys(url: str) -> Mapping[str, Any]:
    """This will download a JSON document of the provider."""
    answer = httpx.get(url, timeout=5.0, follow_redirects=False)
    answer.raise_for_status()
    found: Mapping[str, Any] = answer.json()
    return found


class TokenVerifier:
    """Turns a token into the principal that it speaks for.

    Only asymmetric algorithms that the settings name are taken, so a public key never passes as a shared secret, and
    each key only verifies the algorithm that it is for.
    """

    def __init__(self, terms: OidcSettings, *, monotonic: Callable[[], float], fetch: FetchKeys = fetch_keys) -> None:
        if not terms.algorithms or any(name.startswith(SYMMETRIC) for name in terms.algorithms):
            raise SettingsError(
                "oidc.algorithms has to name algorithms with a public key.", hint="Use for example [RS256] or [ES256]."
            )
        self.terms, self._monotonic, self._fetch = terms, monotonic, fetch
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked = -RETRY_SECONDS
        self._fetched = -REFRESH_SECONDS
        self._lock = threading.Lock()

    def principal(self, token: str) -> tuple[Principal, float]:
        """This will return whom the token speaks for, and until when (seconds since 1970).

        Raises:
            Problem: 401, with what is wrong with the token (never the token).

        """
        claims = self.claims(token, audience=self.terms.audience)
        return self.of_claims(claims), float(claims["exp"])

    def claims(self, token: str, *, audience: str) -> Mapping[str, Any]:
        """This will return what a token says that is for ``audience``. Raises ``Problem`` as ``principal`` does."""
        try:
            head = jwt.get_unverified_header(token)
            if head.get("alg") not in self.terms.algorithms:
                raise jwt.InvalidAlgorithmError("its algorithm is not one that we take")
            found: Mapping[str, Any] = jwt.decode(
                token,
                self._key(str(head.get("kid", ""))),
                algorithms=list(self.terms.algorithms),
                audience=audience,
                issuer=self.terms.issuer,
                leeway=self.terms.leeway_seconds,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as fault:
            raise not_signed_in(f"The token does not hold: {fault}".rstrip(".") + ".") from None
        return found

    def of_claims(self, claims: Mapping[str, Any]) -> Principal:
        """This will return whom claims speak of. Raises ``Problem`` 401 where they name none of our roles."""
        terms = self.terms
        claimed = {word for text in _listed(claims.get(terms.role_claim)) for word in text.split()}
        held = [role for role in ROLES if role in claimed]
        if not held:
            raise not_signed_in(f"The token's claim '{terms.role_claim}' names none of our roles: {', '.join(ROLES)}.")
        return Principal(
            id=f"oidc:{claims['sub']}",
            name=str(claims.get("name") or claims["sub"]),
            role=held[0],
            worlds=_scope(claims, terms.worlds_claim),
            places=_scope(claims, terms.places_claim),
            person=str(claims[terms.person_claim]) if claims.get(terms.person_claim) else None,
        )

    def _key(self, name: str) -> jwt.PyJWK:
        with self._lock:
            now = self._monotonic()
            stale = now - self._fetched > REFRESH_SECONDS
            if (stale or name not in self._keys) and now - self._asked >= RETRY_SECONDS:
                self._asked = now
                self._refresh(now)
            if name not in self._keys:
                raise jwt.InvalidKeyError("no key of its issuer has its 'kid'")
            return self._keys[name]

    def _refresh(self, now: float) -> None:
        """A provider that does not answer leaves us with the keys that we have."""
        try:
            url = self.terms.jwks_url or str(self._fetch(f"{self.terms.issuer}{DISCOVERY}")["jwks_uri"])
            read = jwt.PyJWKSet.from_dict(dict(self._fetch(url))).keys
        except (httpx.HTTPError, jwt.PyJWTError, ValueError, AttributeError, KeyError, TypeError):
            return
        self._keys = {key.key_id: key for key in read if key.key_id}
        self._fetched = now


def not_signed_in(detail: str) -> Problem:
    """This will word the refusal of somebody we do not know."""
    return Problem(
        401,
        detail,
        field="header.authorization",
        hint="Send an API key: Authorization: Bearer bk_… (an administrator makes them), or sign in with a login link.",
        headers={"www-authenticate": 'Bearer realm="busyness"'},
    )


def _scope(claims: Mapping[str, Any], name: str) -> frozenset[str] | None:
    """Everything (None) where the settings name no claim, or it holds ``*``; nothing where the token lacks the claim."""
    if not name:
        return None
    listed = frozenset(_listed(claims.get(name)))
    return None if "*" in listed else listed


def _listed(claim: object) -> list[str]:
    """A claim may be a list, or words between commas."""
    if isinstance(claim, str):
        return [part.strip() for part in claim.split(",") if part.strip()]
    return [str(one) for one in claim] if isinstance(claim, (list, tuple)) else []
