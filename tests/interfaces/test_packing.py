"""Answers are packed for whoever asks, once, and say so; the wire carries fewer bytes and the same content."""

import asyncio
import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.interfaces.packing import LEAST_BYTES, packed, takes_gzip, varied

JSON = (b"content-type", b"application/json")


@given(st.text(alphabet="gzipbrdeflate*;q=01., -", max_size=60))
def test_any_accept_encoding_is_read(text: str) -> None:
    takes_gzip(text.encode("latin-1"))


@given(st.binary(min_size=0, max_size=5000))
def test_what_is_packed_is_smaller_and_comes_out_as_it_went_in(body: bytes) -> None:
    found = asyncio.run(packed((JSON, (b"content-length", str(len(body)).encode())), body))
    if found is None:
        return
    assert LEAST_BYTES <= len(body) > len(found.body)
    assert gzip.decompress(found.body) == body
    assert dict(found.headers) == {
        **dict([JSON]),
        b"content-length": str(len(found.body)).encode(),
        b"content-encoding": b"gzip",
    }


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((JSON,), b"x" * (LEAST_BYTES - 1)),
        (((b"content-type", b"image/png"),), b"x" * 5000),
        ((JSON, (b"content-encoding", b"br")), b"x" * 5000),
        ((), b"x" * 5000),
    ],
)
def test_small_answers_pictures_and_what_is_packed_already_stay_as_they_are(headers: Any, body: bytes) -> None:
    assert asyncio.run(packed(headers, body)) is None


def test_a_large_answer_is_packed_beside_the_loop() -> None:
    body = b"0123456789" * 20_000
    found = asyncio.run(packed((JSON,), body))
    assert found is not None
    assert gzip.decompress(found.body) == body


def test_vary_names_the_coding_once() -> None:
    assert varied([(b"vary", b"Cookie")]) == [(b"vary", b"Cookie, Accept-Encoding")]
    assert varied(varied([])) == [(b"vary", b"Accept-Encoding")]
