"""A small identity provider on this machine: it signs whoever comes in at once, and is strict about what it is asked."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT, SECRET = "busy board", "käse/+&"


@dataclass
class Provider:
    """Its address, what it says of whoever signs in, and how it misbehaves (``spoil`` changes a token's claims)."""

    url: str = ""
    said: dict[str, Any] = field(default_factory=lambda: {"sub": "ana", "name": "Ana", "busyness_role": "operations"})
    spoil: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    secret: str = SECRET
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    issuer: str = ""

    def app(self) -> Starlette:
        """This will return the application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    def configuration(self, _: Request) -> Response:
        issuer = self.issuer or self.url
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return JSONResponse({"issuer": issuer, **{name: self.url + path for name, path in ends.items()}})

    def keys(self, _: Request) -> Response:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return JSONResponse({"keys": [{**public, "kid": "k1", "use": "sig"}]})

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        fine = (
            asked["response_type"] == "code"
            and asked["client_id"] == CLIENT
            and asked["code_challenge_method"] == "S256"
            and asked["redirect_uri"].endswith("/login/oidc/back")
            and "openid" in asked["scope"].split()
        )
        if not fine:
            return JSONResponse(asked, 400)
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.url, "session_state": "x"}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def token(self, request: Request) -> Response:
        given = dict(await request.form())
        asked = self.codes.pop(str(given.get("code")), None)  # a code is good once
        digest = hashlib.sha256(str(given.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"] or given["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if not self._known(request, given):
            return JSONResponse({"error": "invalid_client"}, 401)
        now = datetime.now(UTC)
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + timedelta(minutes=5), "nonce": asked["nonce"]}
        made = jwt.encode(self.spoil({**claims, **self.said}), KEY, algorithm="RS256", headers={"kid": "k1"})
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": made})

    def _known(self, request: Request, given: dict[str, Any]) -> bool:
        if not self.secret:
            return given.get("client_id") == CLIENT and "authorization" not in request.headers
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        name, _, word = base64.b64decode(text).decode().partition(":")
        return (scheme, unquote(name), unquote(word)) == ("Basic", CLIENT, self.secret)


@contextmanager
def providing() -> Iterator[Provider]:
    """This will run a provider in a thread until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    provider = Provider(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(provider.app(), port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield provider
    server.should_exit = True
    thread.join(10)
