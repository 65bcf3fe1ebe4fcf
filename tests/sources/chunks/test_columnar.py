"""Parquet and Arrow files: slices of any size are the whole, and damage is said."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.chunks.open import open_chunks

FRAME = pl.DataFrame({"time": range(1000), "place": [f"p{n % 7}" for n in range(1000)], "x": [n / 3 for n in range(1000)]})


def written(folder: Path, kind: str, name: str = "") -> Path:
    path = folder / (name or f"t.{kind}")
    FRAME.write_parquet(path, row_group_size=130) if kind == "parquet" else FRAME.write_ipc(path, compression="zstd")
    return path


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
@pytest.mark.parametrize("rows", [1, 7, 130, 999, 1000, 5000])
def test_slices_are_the_whole(tmp_path: Path, kind: str, rows: int) -> None:
    if rows == 1:
        chunks = list(open_chunks(written(tmp_path, kind), rows=1))[:3]
        assert [chunk.frame.row(0)[0] for chunk in chunks] == [0, 1, 2]
        return
    chunks = list(open_chunks(written(tmp_path, kind), rows=rows))
    assert_frame_equal(pl.concat([chunk.frame for chunk in chunks]), FRAME)
    assert pl.concat([chunk.lines for chunk in chunks]).to_list() == list(range(1, 1001))
    assert max(chunk.frame.height for chunk in chunks) == min(rows, 1000)


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_only_the_wanted_columns(tmp_path: Path, kind: str) -> None:
    opened = open_chunks(written(tmp_path, kind, "data"), columns=["x", "time"])  # told by the content, not the name
    assert opened.columns == ("time", "x")
    assert all(chunk.frame.columns == ["time", "x"] for chunk in opened)
    with pytest.raises(ColumnMissingError, match="'y'"):
        open_chunks(written(tmp_path, kind), columns=["y"])


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_a_truncated_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, kind)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match=rf"t\.{kind} is a damaged or incomplete"):
        list(open_chunks(path))


def test_damage_inside_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "parquet")
    content = bytearray(path.read_bytes())
    content[200:1200] = b"\xff" * 1000
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match="damaged"):
        list(open_chunks(path))


def test_no_rows_are_one_empty_chunk(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    FRAME.clear().write_parquet(path)
    (chunk,) = open_chunks(path)
    assert chunk.frame.shape == (0, 3)


def test_something_else_under_that_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_text("time,place\n1,2\n")
    with pytest.raises(InputError, match="not a Parquet file"):
        open_chunks(path)
