"""Delimited text in blocks: nothing lost or shifted, whatever the block's end cuts."""

from __future__ import annotations

import contextlib
import csv
import gzip
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.chunks import delimited
from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.open import open_chunks
from busyness.tables.events import REJECTED_SCHEMA, Reason

HEADER = ["time", "place", "visitors"]
CELLS = st.text(alphabet='a1 ,"\né', max_size=6)


def chunks_of(path: Path, *, rows: int = 1000, columns: list[str] | None = None) -> list[RawChunk]:
    return list(open_chunks(path, rows=rows, columns=columns))


def whole(chunks: list[RawChunk]) -> tuple[list[tuple[str | None, ...]], list[int]]:
    assert all(chunk.rejected.schema == pl.Schema(REJECTED_SCHEMA) for chunk in chunks)
    assert all(chunk.lines.dtype == pl.Int64 and chunk.lines.len() == chunk.frame.height for chunk in chunks)
    return pl.concat([c.frame for c in chunks]).rows(), pl.concat([c.lines for c in chunks]).to_list()


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=30), st.integers(1, 40), st.integers(30, 200))
def test_what_was_written_is_read_whatever_the_blocks(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, str]], rows: int, size: int
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    lines, expected, line = [], [], 2
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for row in table:
            writer.writerow(row)
            if any(row):
                expected.append(tuple(cell or None for cell in row))
                lines.append(line)
            line += 1 + sum(cell.count("\n") for cell in row)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "block_size", lambda _: size)
        chunks = chunks_of(path, rows=rows)
    assert whole(chunks) == (expected, lines)
    assert all(chunk.frame.height == rows for chunk in chunks[:-1])
    assert chunks[-1].frame.height <= rows
    assert not any(chunk.rejected.height for chunk in chunks)


@given(st.lists(st.sampled_from(["a,2,3", "a,2", "a,2,3,4", "", ",,", "a,2,", "a,2,3,", '"a","2"', "   "]), max_size=30))
def test_every_line_is_read_rejected_or_blank(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text("\n".join([",".join(HEADER), *lines]) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "block_size", lambda _: 30)
        chunks = chunks_of(path)
    numbered = list(enumerate(lines, start=2))
    good = {"a,2,3": ("a", "2", "3"), "a,2,": ("a", "2", None), "a,2,3,": ("a", "2", "3")}
    kept = [(good[line], number) for number, line in numbered if line in good]
    assert list(zip(*whole(chunks), strict=True)) == kept
    rejected = pl.concat([chunk.rejected for chunk in chunks])
    bad = [(number, line) for number, line in numbered if line in {"a,2", "a,2,3,4", '"a","2"'}]
    assert rejected.select("line", "value").rows() == bad
    assert set(rejected["reason"]) <= {Reason.WRONG_WIDTH}


@given(st.lists(st.text(alphabet='a," ;é', max_size=12), max_size=20))
def test_no_text_is_a_crash(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text("\n".join([",".join(HEADER), *lines]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "block_size", lambda _: 40)
        chunks = chunks_of(path)
    numbers = pl.concat([chunk.lines for chunk in chunks]).to_list()
    rejected = pl.concat([chunk.rejected for chunk in chunks])["line"].to_list()
    assert sorted({*numbers, *rejected}) == sorted([*numbers, *rejected]), "no line is told twice"
    assert set(numbers + rejected) <= set(range(2, len(lines) + 2))
    if not any('"' in line for line in lines) and chunks[0].frame.columns == HEADER:
        filled = {number for number, line in enumerate(lines, start=2) if line.strip(" ,;")}
        assert filled <= set(numbers + rejected), "no line is lost"


def test_columns_are_pruned_and_the_others_still_tell_a_blank_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("time,place,visitors,note\n1,,3,\n,,3,\n,,,\n4,5,6,7\n")
    (chunk,) = chunks_of(path, columns=["place", "time"])
    assert chunk.frame.columns == ["time", "place"]
    assert chunk.frame.rows() == [("1", None), (None, None), ("4", "5")]
    assert chunk.lines.to_list() == [2, 3, 5]
    with pytest.raises(ColumnMissingError, match="'palce'") as missing:
        chunks_of(path, columns=["palce"])
    assert "place" in missing.value.hint


def test_a_stray_mark_costs_no_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('time,place,visitors\n1,5" pipe,3\n2,"a, b",4\n3,"open,5\n4,c,6\n5,d" e,7\n')
    (chunk,) = chunks_of(path)
    assert chunk.frame.rows() == [("1", '5" pipe', "3"), ("2", "a, b", "4"), ("4", "c", "6"), ("5", 'd" e', "7")]
    assert chunk.rejected["value"].to_list() == ['3,"open,5']
    assert "do not match up" in chunk.notes[0]


def test_a_stray_mark_early_in_a_long_file_does_not_swallow_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('time,place,visitors\n1,"open,3\n' + "2,b,4\n" * 100_000)
    chunks = chunks_of(path, rows=1000)
    assert sum(chunk.frame.height for chunk in chunks) == 100_000
    assert sum(chunk.rejected.height for chunk in chunks) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_any_encoding_and_line_end(tmp_path: Path, codec: str, end: str) -> None:
    path = tmp_path / "t.csv"
    text = end.join(["time;place;visitors", *(f"{n};Cañón {n};{n}" for n in range(9000))]) + end
    path.write_bytes(text.encode(codec))
    chunks = chunks_of(path, rows=1000)  # more than one block: pieces end between bytes of a letter
    rows, lines = whole(chunks)
    assert rows == [(str(n), f"Cañón {n}", str(n)) for n in range(9000)]
    assert lines == list(range(2, 9002))
    assert any("Windows-1252" in note for note in chunks[0].notes) == (codec == "latin-1")


def test_a_line_that_is_not_utf8_far_below_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    good = "1,Cañón,3\n".encode()
    path.write_bytes(b"time,place,visitors\n" + good * 130_000 + "2,Perú,4\n".encode("latin-1") + good)
    chunks = chunks_of(path, rows=50_000)
    rows, _ = whole(chunks)
    assert set(rows[:130_000]) == {("1", "Cañón", "3")}
    assert rows[130_000:] == [("2", "Perú", "4"), ("1", "Cañón", "3")]
    assert [note for chunk in chunks for note in chunk.notes] == [
        "Some lines of t.csv are not UTF-8; they were read as Windows-1252."
    ]


def test_a_title_above_and_no_header_at_all(tmp_path: Path) -> None:
    titled, bare = tmp_path / "titled.csv", tmp_path / "bare.csv"
    titled.write_text("Counts of 2024\n\ntime,place,visitors\n1,2,3\n")
    bare.write_text("2024-01-01 10:00,a,3\n2024-01-01 11:00,a,4\n")
    (chunk,) = chunks_of(titled)
    assert chunk.frame.rows() == [("1", "2", "3")]
    assert chunk.lines.to_list() == [4]
    assert "line 3" in chunk.notes[0]
    (chunk,) = chunks_of(bare)
    assert chunk.frame.columns == ["column_1", "column_2", "column_3"]
    assert chunk.lines.to_list() == [1, 2]


def test_a_header_alone_is_one_empty_chunk(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("time,place,visitors\n")
    opened = open_chunks(path)
    assert opened.columns == tuple(HEADER)
    (chunk,) = opened
    assert chunk.frame.shape == (0, 3)
    assert chunk.notes == ("t.csv has a header but no rows.",)


@given(st.data())
def test_a_gzip_cut_anywhere_gives_the_rows_before(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("gz") / "t.csv.gz"
    rows = [(str(n), str(n * 7919 % 1000), str(n * n)) for n in range(500)]
    text = "\n".join(",".join(row) for row in [tuple(HEADER), *rows]) + "\n"
    packed = gzip.compress(text.encode())
    path.write_bytes(packed[: data.draw(st.integers(3, len(packed) - 1))])
    with contextlib.suppress(InputError):  # nothing can be unpacked
        chunks = chunks_of(path)
        check_the_rows_before(chunks, rows)


def check_the_rows_before(chunks: list[RawChunk], rows: list[tuple[str, ...]]) -> None:
    read, lines = whole(chunks)
    assert all(chunk.frame.columns == HEADER for chunk in chunks) or not read
    assert read == rows[: len(read)]
    rejected = pl.concat([chunk.rejected for chunk in chunks])
    assert rejected["reason"].to_list() == [Reason.DAMAGED]
    assert any("damaged or cut short" in note for chunk in chunks for note in chunk.notes)
    assert rejected["line"][0] == (lines[-1] + 1 if lines else rejected["line"][0])


def test_a_gzip_of_several_members(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"time,place,visitors\n1,2,3\n") + gzip.compress(b"4,5,6\n") + b"\0" * 10)
    assert whole(chunks_of(path)) == ([("1", "2", "3"), ("4", "5", "6")], [2, 3])


def test_a_file_without_line_ends_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("busyness.sources.chunks.line_blocks._LONGEST_LINE", 1 << 20)
    path = tmp_path / "t.csv"
    path.write_bytes(b"time,place,visitors\n1,2,3\n" + b"x" * (5 << 20))
    with pytest.raises(InputError, match=r"Line 3 of t\.csv"):
        chunks_of(path, rows=10)
