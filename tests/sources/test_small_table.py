from __future__ import annotations

import gzip

import polars as pl
import pytest
import xlsxwriter

from busyness.domain.errors import SettingsError
from busyness.sources.small_table import LINE, read_small_table

WORDS = {"place": "place"}


def read(tmp_path, content: bytes, name: str = "table.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return read_small_table(path, WORDS)


def test_lines_survive_blank_rows_and_line_breaks_in_cells(tmp_path):
    table = read(tmp_path, b'\n\nplace,note\r\nA,"two\nlines"\n\nB,\n , \nC,x\n\n')
    assert table.frame["place"].to_list() == ["A", "B", "C"]
    assert table.frame[LINE].to_list() == [4, 7, 9]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    table = read(tmp_path, f"Place{delimiter}name\n1.0{delimiter}Ñaña\n".encode(encoding))
    assert table.text("place").to_list() == ["1"]
    assert table.frame["name"].to_list() == ["Ñaña"]


def test_compressed(tmp_path):
    assert read(tmp_path, gzip.compress(b"place\nA\n"), "table.csv.gz").frame["place"].to_list() == ["A"]


def test_lines_of_excel_and_json(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "table.xlsx")
    sheet = book.add_worksheet()
    sheet.write_column(1, 0, ["place", "A", None, "B"])
    book.close()
    assert read_small_table(tmp_path / "table.xlsx", WORDS).frame[LINE].to_list() == [3, 5]
    table = read(tmp_path, b'{"place": "A"}\n\n{"place": "B"}\n', "table.jsonl")
    assert table.frame[LINE].to_list() == [1, 3]


BAD = {
    "wide row": (b"place,n\nA,1\nB,1,2\n", "table.csv", 3, "the row has 3 cells; the header has 2"),
    "open quote": (b'place,n\nA,1\nB,"1\nC,2\n', "table.csv", 3, "a quotation mark is out of place"),
    "column twice": (b"place,n,N\nA,1,2\n", "table.csv", None, "column 'N' comes twice"),
    "blank": (b"\n \n", "table.csv", None, "the file is empty"),
    "blank rows": (b"place,n\n,\n", "table.csv", None, "a header and no rows"),
    "suffix": (b"place\nA\n", "table.docx", None, "a file that ends in '.docx' cannot be read"),
    "damaged gzip": (gzip.compress(b"place\nA\n")[:-4], "table.csv.gz", None, "the compressed file is damaged"),
    "no Excel": (b"place\nA\n", "table.xlsx", None, "this is no Excel workbook"),
    "no Parquet": (b"place\nA\n", "table.parquet", None, "this is no Parquet file"),
    "no JSON": (b'{"place": "A"}\n{"place": \n', "table.jsonl", 2, "this is no JSON object"),
    "JSON list": (b'[{"place": "A"}]', "table.jsonl", 1, "this is no JSON object"),
    "uneven JSON": (b'{"place": 1}\n{"place": [1, 2]}\n', "table.jsonl", None, "do not fit together"),
    "no JSON lines": (b"\n", "table.jsonl", None, "the file is empty"),
}


@pytest.mark.parametrize(("content", "name", "line", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_files(tmp_path, content, name, line, sentence):
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, content, name)
    assert sentence in caught.value.message
    assert caught.value.line == line
    assert caught.value.hint


def test_empty_workbook(tmp_path):
    pl.DataFrame({"place": pl.Series([], dtype=pl.String)}).write_excel(tmp_path / "table.xlsx")
    with pytest.raises(SettingsError, match="no rows"):
        read_small_table(tmp_path / "table.xlsx", WORDS)


def test_a_file_that_is_not_there(tmp_path):
    (tmp_path / "places.csv").write_text("place\nA\n")
    with pytest.raises(SettingsError, match=r"Did you mean '.*places\.csv'"):
        read_small_table(tmp_path / "place.csv", WORDS)


def test_parquet_from_pandas(tmp_path):
    frame = pl.DataFrame({"place": ["A", "B"], "__index_level_0__": [7, 8]}, schema_overrides={"place": pl.Categorical})
    frame.write_parquet(tmp_path / "table.parquet")
    table = read_small_table(tmp_path / "table.parquet", WORDS)
    assert table.columns == ("place",)
    assert table.frame["place"].to_list() == ["A", "B"]
    assert table.frame[LINE].to_list() == [1, 2]


def test_damaged_parquet_ends_in_a_sentence(tmp_path):
    pl.DataFrame({"place": ["A", "B"]}).write_parquet(tmp_path / "table.parquet")
    content = (tmp_path / "table.parquet").read_bytes()
    with pytest.raises(SettingsError, match="no Parquet file that can be read"):
        read(tmp_path, content[: len(content) // 2], "table.parquet")
