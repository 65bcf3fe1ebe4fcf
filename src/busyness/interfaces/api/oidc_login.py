"""Signing a browser in through an identity provider: OpenID Connect's authorization code flow, with PKCE.

OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE, S256); RFC 9207 (the issuer in the answer).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from busyness.domain.errors import UnavailableError
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.tokens import (
    DISCOVERY,
    REFRESH_SECONDS,
    RETRY_SECONDS,
    FetchKeys,
    TokenVerifier,
    fetch_keys,
    not_signed_in,
)
from busyness.workflows.service.settings import encrypted

_SECONDS = 10.0
_ENDPOINTS = ("authorization_endpoint", "token_endpoint")


@dataclass(frozen=True)
class Attempt:
    """What one browser's attempt is known by: it keeps these itself, in a cookie that no script can read.

    ``state`` ties the provider's answer to the browser, ``nonce`` the token to the attempt, and ``verifier`` the code to
    whoever asked for it.
    """

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Attempt:
        """This will draw three words of 256 random bits."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @classmethod
    def read(cls, text: str) -> Attempt | None:
        """This will read what ``text`` wrote, or return None where it is something else."""
        words = text.split(".")
        return cls(*words) if len(words) == 3 and all(len(word) == 43 for word in words) else None

    @property
    def text(self) -> str:
        """The attempt as the cookie holds it."""
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @property
    def challenge(self) -> str:
        """What the provider is shown of the verifier before it gives a code (S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class OidcLogin:
    """Sends a browser to the provider, and reads what comes back. Keys and claims are the token verifier's to judge."""

    def __init__(
        self, tokens: TokenVerifier, secret: str, *, monotonic: Callable[[], float], fetch: FetchKeys = fetch_keys
    ) -> None:
        self.tokens, self.terms, self._secret = tokens, tokens.terms, secret
        self._monotonic, self._fetch = monotonic, fetch
        self._found: Mapping[str, str] = {}
        self._asked, self._fetched = -RETRY_SECONDS, -REFRESH_SECONDS
        self._lock = threading.Lock()

    def address(self, attempt: Attempt, *, back: str) -> str:
        """This will return where the browser goes to sign in; ``back`` is where the provider sends it then.

        Raises ``UnavailableError`` where the provider cannot be asked.
        """
        asked = {
            "response_type": "code",
            "client_id": self.terms.client_id,
            "redirect_uri": back,
            "scope": " ".join(self.terms.scopes),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._endpoints()["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def claims(self, attempt: Attempt, answer: Mapping[str, str], *, back: str) -> Mapping[str, Any]:
        """This will return what the provider says of whoever signed in; ``answer`` is the query it sent them back with.

        Raises:
            Problem: 401, the answer is not of this attempt, or its token does not hold.
            UnavailableError: the provider cannot be asked.

        """
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise not_signed_in("The answer belongs to another attempt.")
        if answer.get("iss", self.terms.issuer).rstrip("/") != self.terms.issuer:
            raise not_signed_in("The answer is of another issuer.")
        if "code" not in answer:
            raise not_signed_in(f"The provider says: {answer.get('error', 'no code')[:80]}.")
        claims = self.tokens.claims(self._id_token(attempt, answer["code"], back=back), audience=self.terms.client_id)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
            raise not_signed_in("The token belongs to another attempt.")
        if claims.get("azp", self.terms.client_id) != self.terms.client_id:
            raise not_signed_in("The token was given to another client.")
        return claims

    def _id_token(self, attempt: Attempt, code: str, *, back: str) -> str:
        """The code for a token, from server to server; a client without a secret has its verifier alone."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": attempt.verifier}
        client = self.terms.client_id
        signed = httpx.BasicAuth(quote(client, safe=""), quote(self._secret, safe="")) if self._secret else None
        form |= {} if signed else {"client_id": client}
        try:
            answer = httpx.post(
                self._endpoints()["token_endpoint"], data=form, auth=signed, timeout=_SECONDS, follow_redirects=False
            )
            said = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise UnavailableError(f"The identity provider gave no token: {type(fault).__name__}.") from None
        if not answer.is_success or not isinstance(said, dict) or not isinstance(said.get("id_token"), str):
            why = said.get("error") if isinstance(said, dict) else None
            raise not_signed_in(f"The provider gave no token: {str(why or answer.status_code)[:80]}.")
        return str(said["id_token"])

    def _endpoints(self) -> Mapping[str, str]:
        with self._lock:
            now = self._monotonic()
            if now - self._fetched > REFRESH_SECONDS and now - self._asked >= RETRY_SECONDS:
                self._asked = now
                self._discover(now)
            if not self._found:
                raise UnavailableError("The identity provider does not say where to sign in.", hint="Try again later.")
            return self._found

    def _discover(self, now: float) -> None:
        """A provider that does not answer, or answers for another, leaves us with what we know."""
        try:
            said = self._fetch(f"{self.terms.issuer}{DISCOVERY}")
            found = {name: str(said[name]) for name in _ENDPOINTS}
            ours = str(said["issuer"]).rstrip("/") == self.terms.issuer
        except (httpx.HTTPError, Problem, ValueError, KeyError, TypeError):
            return
        if ours and all(encrypted(url) for url in found.values()):
            self._found, self._fetched = found, now
