"""JSON lines in blocks: a broken line costs itself only."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.sources.chunks import json_lines
from busyness.sources.chunks.open import open_chunks
from busyness.tables.events import Reason

BROKEN = ['{"time":1', "not JSON", '{"time":1}{"time":2}', "[1]", '{"time":nope}', '{"time":1},', "5"]


@given(st.lists(st.one_of(st.integers(0, 99), st.sampled_from(BROKEN), st.just("")), max_size=40), st.integers(20, 300))
def test_every_line_is_read_rejected_or_blank(
    tmp_path_factory: pytest.TempPathFactory, made: list[int | str], size: int
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "t.jsonl"
    made = [7, *made]
    path.write_text("\n".join(json.dumps({"time": n, "place": f"ñ {n}"}) if isinstance(n, int) else n for n in made))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lines, "block_size", lambda _: size)
        chunks = list(open_chunks(path, rows=10))
    frame, lines = pl.concat([c.frame for c in chunks]), pl.concat([c.lines for c in chunks])
    expected = [(str(n), f"ñ {n}", line) for line, n in enumerate(made, start=1) if isinstance(n, int)]
    assert frame.with_columns(lines).rows() == expected
    rejected = pl.concat([c.rejected for c in chunks])
    bad = [(line, text) for line, text in enumerate(made, start=1) if isinstance(text, str) and text]
    assert rejected.sort("line").select("line", "value").rows() == bad
    assert set(rejected["reason"]) <= {Reason.DAMAGED}


def test_values_are_text_and_names_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": 1.5, "b": null}\n{"a": {"k": [1, 2]}, "c": true}\n')
    (chunk,) = open_chunks(path)
    assert chunk.frame.rows() == [("1.5", None, None), ('{"k": [1, 2]}', None, "true")]
    (chunk,) = open_chunks(path, columns=["c"])
    assert chunk.frame.rows() == [(None,), ("true",)]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes('{"a": "ñ"}\r\n{"a": "x"}\r\n'.encode(codec))
    (chunk,) = open_chunks(path)
    assert chunk.frame.rows() == [("ñ",), ("x",)]


def test_a_truncated_gzip_gives_the_lines_before(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl.gz"
    text = "".join(json.dumps({"a": n * 7919 % 1000}) + "\n" for n in range(5000)).encode()
    path.write_bytes(gzip.compress(text)[:-2000])
    chunks = list(open_chunks(path))
    read = sum(chunk.frame.height for chunk in chunks)
    assert 0 < read < 5000
    assert chunks[-1].rejected["line"].to_list() == [read + 1]


def test_an_array_is_read_whole_and_prose_is_refused(tmp_path: Path) -> None:
    array, prose = tmp_path / "a.json", tmp_path / "p.json"
    array.write_text('[{"a": 1}, {"a": 2}]')
    assert [chunk.frame.rows() for chunk in open_chunks(array, rows=1)] == [[(1,)], [(2,)]]
    prose.write_text("{ this is prose\nand nothing else")
    with pytest.raises(InputError, match="not a list of JSON records"):
        open_chunks(prose)
