"""Secrets are shown once and never kept: only what proves them is."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SECRET_LENGTH = 43
"""Characters of a secret: 256 bits, URL-safe."""


def new_secret() -> str:
    """This will return a new secret of 256 bits."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """This will return what is kept of a secret. One round of SHA-256 will do: nobody guesses 256 bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def proves(secret: str, digest: str) -> bool:
    """This will say whether a secret is the one, in a time that does not tell how nearly."""
    return hmac.compare_digest(digest_of(secret), digest)
