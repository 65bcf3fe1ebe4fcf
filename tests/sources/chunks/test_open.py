"""What a person may name, and what is said where it cannot be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.chunks.open import open_chunks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.csv").write_text("place,time,visitors\nx,3,4\n")
    (tmp_path / "a.csv").write_text("time,place,visitors\n1,y,2\n")
    pl.DataFrame({"time": ["5"], "place": ["z"], "visitors": ["6"]}).write_parquet(tmp_path / "c.parquet")
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / ".hidden").write_text("no")
    return tmp_path


@pytest.mark.parametrize("how", ["folder", "glob", "list", "globs"])
def test_files_of_one_table_one_after_the_other(folder: Path, how: str) -> None:
    source = {
        "folder": folder,
        "glob": str(folder / "*.*"),
        "list": [folder / "a.csv", str(folder / "b.csv"), folder / "c.parquet"],
        "globs": [str(folder / "*.csv"), str(folder / "*.parquet")],
    }[how]
    opened = open_chunks(source) if how != "glob" else open_chunks([str(folder / "[ab].csv"), folder / "c.parquet"])
    assert opened.columns == ("time", "place", "visitors")
    chunks = list(opened)
    assert pl.concat([chunk.frame for chunk in chunks]).rows() == [("1", "y", "2"), ("3", "x", "4"), ("5", "z", "6")]
    assert [chunk.lines.to_list() for chunk in chunks] == [[2], [2], [1]]
    assert [chunk.frame.height for chunk in opened] == [1, 1, 1], "a second iteration reads everything again"


def test_files_with_other_columns_are_named(folder: Path) -> None:
    (folder / "d.csv").write_text("time,place,visits\n1,2,3\n")
    with pytest.raises(InputError, match=r"d\.csv has no column 'visitors'; a\.csv has time, place, visitors"):
        open_chunks(folder)
    (folder / "d.csv").write_text("time,place,visitors,note\n1,2,3,4\n")
    with pytest.raises(InputError, match=r"d\.csv has a column 'note' more"):
        open_chunks(folder)
    assert open_chunks(folder, columns=["time", "visitors"]).columns == ("time", "visitors")


def test_tables_in_memory() -> None:
    frame = pl.DataFrame({"time": [1, 2, 3], "place": ["a", "b", "c"]})
    for table in (frame, frame.lazy(), pd.DataFrame({"time": [1, 2, 3], "place": ["a", "b", "c"]}), Stream(frame)):
        chunks = list(open_chunks(table, rows=2))  # type: ignore[arg-type]
        assert [chunk.frame.rows() for chunk in chunks] == [[(1, "a"), (2, "b")], [(3, "c")]]
        assert [chunk.lines.to_list() for chunk in chunks] == [[1, 2], [3]]
    (chunk,) = open_chunks(frame, columns=["place"])
    assert chunk.frame.columns == ["place"]


class Stream:
    """A table that says nothing but the Arrow C stream, as pyarrow's do."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def test_a_workbook_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    pl.DataFrame({"time": ["2024-01-01", "2024-01-02"], "visitors": [3, 4]}).write_excel(path)
    chunks = list(open_chunks(path, rows=1))
    assert [chunk.frame["visitors"].to_list() for chunk in chunks] == [["3"], ["4"]]
    assert [chunk.lines.to_list() for chunk in chunks] == [[2], [3]]


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "blank.csv").write_text("\n \n")
    (tmp_path / "page.csv").write_text("<!DOCTYPE html><html></html>")
    (tmp_path / "cut.gz").write_bytes(b"\x1f\x8b\x08\x00")
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.parquet.gz").write_bytes(gzip.compress((tmp_path / "t.parquet").read_bytes()))
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "vacant").mkdir()
    said = {
        "empty.csv": "empty.csv is empty",
        "blank.csv": "blank.csv is empty",
        "page.csv": "is a web page",
        "cut.gz": "damaged or incomplete gzip",
        "t.parquet.gz": "packed twice",
        "noise.csv": "not a text file",
        "vacant": "has no files in it",
        "emtpy.csv": "There is no file",
        "*.arrow": "No file is called like",
    }
    for name, sentence in said.items():
        with pytest.raises(InputError, match=sentence):
            list(open_chunks(str(tmp_path / name)))
    with pytest.raises(InputError, match="list of files is empty"):
        open_chunks([])
    with pytest.raises(InputError, match="at least one row"):
        open_chunks(tmp_path / "page.csv", rows=0)
