"""What every answer carries besides its content, so that a browser does only what was meant."""

from __future__ import annotations

import secrets

Header = tuple[bytes, bytes]

ALWAYS: Header = (b"x-content-type-options", b"nosniff")
FOR_PROGRAMS: Header = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
ONLY_TLS: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
FOR_BROWSERS: tuple[Header, ...] = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(self), payment=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def nonce() -> str:
    """This will draw the word that lets one page's own inline script run: 128 random bits."""
    return secrets.token_urlsafe(16)


def security_headers(content_type: bytes, *, scheme: str, nonce: str = "") -> list[Header]:
    """This will return the headers of an answer: a page may load its own files only, data may load nothing."""
    headers = [ALWAYS]
    if content_type.startswith(b"text/html"):
        headers += [(b"content-security-policy", _page_policy(nonce)), *FOR_BROWSERS]
    else:
        headers.append(FOR_PROGRAMS)
    if scheme == "https":
        headers.append(ONLY_TLS)
    return headers


def _page_policy(word: str) -> bytes:
    """Styles may be inline because the plotting library sets them; scripts only where the page's own word is on them."""
    inline = f" 'nonce-{word}'" if word else ""
    return (
        f"default-src 'self'; script-src 'self'{inline}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ).encode()
