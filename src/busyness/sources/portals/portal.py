"""The door to a portal: patient, polite, and never fooled by half an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from busyness.domain.errors import BusynessError, InputError

_TRIES = 5
_LONGEST_WAIT = 60.0
_BLOCK = 1 << 20
_RETRIED = {408, 425, 429, 500, 502, 503, 504}


class PortalError(BusynessError):
    """A portal did not answer, or answered something else; what was fetched before is kept."""


class Portal:
    """Fetches over HTTP. ``wait`` sleeps between tries (seconds); ``token`` is an application token, where one is had.

    Too many requests (429) and passing faults are tried again, after as long as the portal asks for.
    """

    def __init__(self, *, wait: Callable[[float], None], token: str = "", timeout: float = 60.0) -> None:
        headers = {"User-Agent": "busyness (open data reader)"} | ({"X-App-Token": token} if token else {})
        self._client = httpx.Client(timeout=timeout, headers=headers, follow_redirects=True)
        self._wait = wait

    def close(self) -> None:
        """This will close the connections."""
        self._client.close()

    def ask(self, url: str, query: Mapping[str, str]) -> object:
        """This will return the JSON that a portal answers, or raise ``PortalError``."""
        answer = self._patiently(lambda: self._checked(self._client.get(url, params=dict(query))), url)
        try:
            return answer.json()
        except ValueError:
            raise PortalError(f"{_host(url)} answered something that is not JSON.", hint="Try again later.") from None

    def fetch(self, url: str, query: Mapping[str, str], file: Path) -> str:
        """This will write an answer to ``file`` and return its SHA-256.

        What is there of it already (``file`` with ``.part`` added) is continued where the portal can, else begun again.
        A shorter answer than was announced is never taken for the whole.
        """
        part = file.with_name(file.name + ".part")
        self._patiently(lambda: self._continued(url, query, part), url)
        digest = hashlib.sha256()
        with part.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
        part.replace(file)
        return digest.hexdigest()

    def _continued(self, url: str, query: Mapping[str, str], part: Path) -> None:
        there = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={there}-", "Accept-Encoding": "identity"} if there else {}
        params = dict(query) or None  # none: an address with a query of its own keeps it
        with self._client.stream("GET", url, params=params, headers=headers) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink(missing_ok=True)  # the file changed, or was complete: begin again
                raise httpx.ReadError("the part does not fit")
            self._checked(answer)
            resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
            with part.open("ab" if resumed else "wb") as stream:
                for block in answer.iter_bytes(_BLOCK):
                    stream.write(block)

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code in _RETRIED:
            raise httpx.HTTPStatusError("try again", request=answer.request, response=answer)
        if answer.is_error:
            hint = "The portal may have moved the data set, or want an application token (BUSYNESS_PORTAL_TOKEN)."
            raise PortalError(f"{_host(str(answer.url))} refused: {answer.status_code} {answer.reason_phrase}.", hint=hint)
        return answer

    def _patiently(self, attempt: Callable[[], httpx.Response | None], url: str) -> httpx.Response:
        for tried in range(1, _TRIES + 1):
            try:
                answer = attempt()
            except (httpx.TransportError, httpx.HTTPStatusError) as fault:
                if tried == _TRIES:
                    raise PortalError(
                        f"{_host(url)} does not answer ({_said(fault)}).",
                        hint="What was fetched is kept: run the same command again later.",
                    ) from fault
                self._wait(_pause(fault, tried))
            else:
                return answer or httpx.Response(200)
        raise AssertionError


def _pause(fault: Exception, tried: int) -> float:
    """As long as the portal asks for, else twice as long each time."""
    if isinstance(fault, httpx.HTTPStatusError):
        asked = fault.response.headers.get("Retry-After", "")
        if asked.isdecimal():
            return min(float(asked), _LONGEST_WAIT)
    return min(2.0**tried, _LONGEST_WAIT)


def _said(fault: Exception) -> str:
    if isinstance(fault, httpx.HTTPStatusError):
        return f"{fault.response.status_code} {fault.response.reason_phrase}"
    return type(fault).__name__


def _host(url: str) -> str:
    host = httpx.URL(url).host
    if not host:
        raise InputError(f"'{url}' is no address.")
    return host
