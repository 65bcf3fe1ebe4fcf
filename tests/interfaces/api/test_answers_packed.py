"""Through the wire: fewer bytes, the same content, and headers that say so."""

import gzip
from typing import Any

import httpx
import pytest


def raw(client: httpx.Client, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer, and its bytes as they came through the wire."""
    with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


def test_an_answer_is_the_same_in_both_codings_and_from_memory(running: Any) -> None:
    path = "/v1/forecast?place=S1&place=S3"
    with running.client("operations") as client:
        full, plain = raw(client, path, **{"Accept-Encoding": "identity"})
        first, small = raw(client, path, **{"Accept-Encoding": "gzip"})
        again, same = raw(client, path, **{"Accept-Encoding": "br, gzip;q=0.5"})
        back, unpacked = raw(client, path, **{"Accept-Encoding": "gzip;q=0"})
        assert "content-encoding" not in full.headers
        assert "content-encoding" not in back.headers
        assert first.headers["content-encoding"] == again.headers["content-encoding"] == "gzip"
        assert small == same
        assert gzip.decompress(small) == plain == unpacked
        assert len(small) < len(plain) / 2
        assert int(first.headers["content-length"]) == len(small)
        assert first.headers["etag"] == full.headers["etag"]
        assert full.headers["etag"].startswith('W/"')
        assert first.headers["vary"] == full.headers["vary"]
        assert "Accept-Encoding" in full.headers["vary"]
        for coding in ("gzip", "identity"):
            known, nothing = raw(client, path, **{"Accept-Encoding": coding, "If-None-Match": full.headers["etag"]})
            assert (known.status_code, nothing) == (304, b"")
            assert "content-encoding" not in known.headers
            assert known.headers["vary"] == full.headers["vary"]
        head = client.head(path, headers={"Accept-Encoding": "gzip"})
        assert head.headers["content-length"] == str(len(small))
        assert head.content == b""


@pytest.mark.parametrize("form", ["csv", "arrow"])
def test_tables_are_packed_too(running: Any, form: str) -> None:
    with running.client("operations") as client:
        _, plain = raw(client, f"/v1/history?place=S1&format={form}", **{"Accept-Encoding": "identity"})
        answer, small = raw(client, f"/v1/history?place=S1&format={form}", **{"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small) == plain
