"""Bad and odd files: each gets its sentence, or is read as a person would read it."""

import gzip
import random
import re

import polars as pl
import pytest

from busyness.domain.errors import BusynessError, ColumnMissingError, InputError, NoUsableRowsError
from busyness.sources.files.counts import CountsLayout, read_counts

GOOD = "time,store,visitors\n2024-01-01 10:00,Lima,5\n2024-01-01 11:00,Lima,6\n"
PARQUET = pl.DataFrame({"time": ["2024-01-01"], "visitors": [1]})


def parquet_bytes(tmp_path):
    path = tmp_path / "whole"
    PARQUET.write_parquet(path)
    return path.read_bytes()


REFUSED = {
    "empty": ("a.csv", b"", "a.csv is empty"),
    "only blanks": ("a.csv", b" \n\n  \n", "a.csv is empty"),
    "only a byte-order mark": ("a.csv", b"\xef\xbb\xbf", "a.csv is empty"),
    "header only": ("a.csv", b"time,store,visitors\n", "a.csv has a header but no rows"),
    "header and blank lines": ("a.csv", b"time,store,visitors\n\n\n", "a.csv has a header but no rows"),
    "web page": ("a.csv", b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "a.csv is a web page"),
    "pdf": ("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a.csv is a PDF document"),
    "xml": ("a.csv", b"<?xml version='1.0'?><rows/>", "a.csv is an XML document"),
    "picture": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "a.csv is a picture"),
    "zip": ("a.csv", b"PK\x03\x04" + bytes(60), "a.csv is a ZIP archive"),
    "garbage": ("a.csv", bytes(range(256)) * 40, "a.csv is not a text file"),
    "half a gzip": ("a.csv.gz", gzip.compress(GOOD.encode() * 50)[:60], "a.csv.gz is a damaged or incomplete gzip file"),
    "gzip of nothing": ("a.csv.gz", gzip.compress(b""), "a.csv.gz is empty"),
    "text called parquet": ("a.parquet", b"time,visitors\n", "a.parquet is not a Parquet file"),
    "half a workbook": ("a.xlsx", b"PK\x03\x04" + bytes(60), "a.xlsx is a damaged or locked Excel file"),
    "text called xlsx": ("a.xlsx", b"nothing", "a.xlsx is not an Excel file"),
    "half an arrow file": ("a.arrow", b"ARROW1\x00\x00" + bytes(30), "a.arrow is a damaged or incomplete Arrow file"),
    "half an arrow stream": ("a.arrows", b"\xff\xff\xff\xff" + bytes(30), "a.arrows is a damaged or incomplete Arrow"),
    "half a json array": ("a.json", b'[{"time": "2024-01-01", "visitors": 3}, {"ti', "a.json is not valid JSON"),
    "json of numbers": ("a.json", b"[1, 2, 3]", "a.json"),
    "empty json array": ("a.json", b"[]", "a.json"),
    "broken json lines": ("a.jsonl", b'{"time": \n{"x"', "a.jsonl is not a list of JSON records"),
    "half utf-16": ("a.csv", "time,visitors\n".encode("utf-16")[:-1], "cut short or damaged"),
    "no time at all": ("a.csv", b"store,visitors\nLima,5\nLima,6\n", "No column of a.csv looks like a time"),
    "two counts": ("a.csv", b"time,visits,orders\n2024-01-01,5,3\n", "'visits' and 'orders' could each be the count"),
    "two times": ("a.csv", b"opened_date,counted_date,n\n2024-01-01,2024-01-02,3\n", "all look like the time"),
    "two places": ("a.csv", b"time,who,what,n\n" + b"2024-01-01,a,b,3\n" * 3, "'who' and 'what' could each be the place"),
    "times across": ("a.csv", b"store,2024-01-01,2024-01-02,2024-01-03\nLima,1,2,3\n", "has its times across the columns"),
    "regular times, no counts": (
        "a.csv",
        b"time,store\n" + b"".join(b"2024-01-%02d,Lima\n" % day for day in range(1, 20)),
        "No column of a.csv looks like a count",
    ),
}


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_one_sentence_that_names_what_is_wrong(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(sentence)) as caught:
        read_counts(path)
    assert caught.value.message.count("\n") == 0


def test_half_a_parquet_file(tmp_path):
    whole = parquet_bytes(tmp_path)
    for number, cut in enumerate((whole[:-10], whole[:40], b"PAR1", b"PAR1" + bytes(30) + whole[-20:])):
        path = tmp_path / f"{number}.parquet"
        path.write_bytes(cut)
        with pytest.raises(InputError, match=rf"{number}.parquet is a damaged or incomplete Parquet file"):
            read_counts(path)


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    (tmp_path / "counts.csv").write_text(GOOD)
    with pytest.raises(InputError, match=r"There is no file .*Counts.xlsx. Did you mean 'counts.csv'"):
        read_counts(tmp_path / "Counts.xlsx")
    with pytest.raises(InputError, match="is a folder"):
        read_counts(tmp_path)
    with pytest.raises(InputError, match="cannot be read from a list"):
        read_counts([1, 2])


NO_USABLE_ROW = {
    "all times bad": ("time,visitors\nsoon,5\nlater,6\n", {"unparseable time": 2}),
    "all counts are words": ("time,visitors\n2024-01-01,many\n2024-01-02,few\n", {"non-numeric count": 2}),
    "all counts missing": ("time,visitors\n2024-01-01,\n2024-01-02,NA\n", {"without a count": 2}),
    "all negative": ("time,visitors\n2024-01-01,-1\n2024-01-02,-2\n", {"negative count": 2}),
    "no place anywhere": ("time,store,visitors\n2024-01-01,,5\n2024-01-02,NaN,6\n", {"missing place": 2}),
    "all lines too short": ("time,store,visitors\n2024-01-01,5\n2024-01-02,6\n", {"wrong number of columns": 2}),
    "a bit of each": ("time,visitors\nnever,5\n2024-01-02,x\n,6\n", None),
}


@pytest.mark.parametrize(("text", "reasons"), NO_USABLE_ROW.values(), ids=NO_USABLE_ROW.keys())
def test_no_usable_row_counts_the_reasons(tmp_path, text, reasons):
    path = tmp_path / "counts.csv"
    path.write_text(text)
    with pytest.raises(NoUsableRowsError, match=r"counts.csv has no usable row: ") as caught:
        read_counts(path)
    expected = reasons or {"unparseable time": 1, "non-numeric count": 1, "missing time": 1}
    assert caught.value.reasons == expected


ROWS = {
    # name: (text, accepted (place, amount) in order, rejected (line, reason))
    "byte-order mark": ("\ufeff" + GOOD, [("Lima", 5), ("Lima", 6)], []),
    "old Mac line ends": (GOOD.replace("\n", "\r"), [("Lima", 5), ("Lima", 6)], []),
    "Windows line ends": (GOOD.replace("\n", "\r\n"), [("Lima", 5), ("Lima", 6)], []),
    "no line end at the end": (GOOD.rstrip("\n"), [("Lima", 5), ("Lima", 6)], []),
    "semicolons and decimal commas": ("fecha;tienda;visitas\n01/02/2024;Lima;5,5\n", [("Lima", 5.5)], []),
    "tabs": (GOOD.replace(",", "\t"), [("Lima", 5), ("Lima", 6)], []),
    "pipes": (GOOD.replace(",", "|"), [("Lima", 5), ("Lima", 6)], []),
    "sep= line of Excel": ("sep=;\n" + GOOD.replace(",", ";"), [("Lima", 5), ("Lima", 6)], []),
    "title above the table": ("Report of visits\n\n" + GOOD, [("Lima", 5), ("Lima", 6)], []),
    "empty last column in every row": ("time,visitors\n2024-01-01,5,\n2024-01-02,6,\n", [("store", 5), ("store", 6)], []),
    "no header": ("2024-01-01 10:00,Lima,5\n2024-01-01 11:00,Lima,6\n", [("Lima", 5), ("Lima", 6)], []),
    "one row": ("time,visitors\n2024-01-01 10:00,5\n", [("store", 5)], []),
    "unsorted": ("time,visitors\n2024-01-03,5\n2024-01-01,6\n", [("store", 5), ("store", 6)], []),
    "gap of months": ("time,visitors\n2024-01-03,5\n2024-09-01,6\n", [("store", 5), ("store", 6)], []),
    "all zero": ("time,visitors\n2024-01-01,0\n2024-01-02,0\n", [("store", 0), ("store", 0)], []),
    "too short and too long lines": (
        "time,store,visitors\n2024-01-01,Lima,5\n2024-01-02,Lima\n2024-01-03,Lima,6,7\n2024-01-04,Lima,8\n",
        [("Lima", 5), ("Lima", 8)],
        [(3, "wrong number of columns"), (4, "wrong number of columns")],
    ),
    "short and long cancel out": (
        "time,store,visitors\n2024-01-01,Lima,5\n2024-01-02,Lima\n2024-01-03,Lima,6,\n",
        [("Lima", 5), ("Lima", 6)],
        [(3, "wrong number of columns")],
    ),
    "quoted delimiters and lines": (
        'time,store,visitors\n2024-01-01,"Lima, ""Centro""\nnorte",5\n2024-01-02,Ica\n2024-01-03,Ica,6\n',
        [('Lima, "Centro"\nnorte', 5), ("Ica", 6)],
        [(4, "wrong number of columns")],
    ),
    "quote that never ends": (
        'time,store,visitors\n2024-01-01,"Lima,5\n2024-01-02,Ica,6\n',
        [("Lima", 5), ("Ica", 6)],
        [],
    ),
    "words, minus signs and giants in counts": (
        "time,visitors\n2024-01-01,5\n2024-01-02,many\n2024-01-03,-4\n2024-01-04,inf\n2024-01-05,1e12\n",
        [("store", 5)],
        [(3, "non-numeric count"), (4, "negative count"), (5, "impossible count"), (6, "impossible count")],
    ),
    "missing in many spellings": (
        "time,visitors\n2024-01-01,5\n2024-01-02,\n2024-01-03,NA\n2024-01-04,NaN\n2024-01-05,-\n2024-01-06,null\n",
        [("store", 5), *[("store", None)] * 5],
        [],
    ),
    "blank and impossible times": (
        "time,visitors\n2024-02-29,5\n,6\n2023-02-29,7\n2024-13-01,8\nNaT,9\n",
        [("store", 5)],
        [(3, "missing time"), (4, "unparseable time"), (5, "unparseable time"), (6, "missing time")],
    ),
    "duplicates": (
        "time,visitors\n2024-01-01,5\n2024-01-02,6\n2024-01-01,7\n",
        [("store", 5), ("store", 6)],
        [(4, "duplicate")],
    ),
    "ids that came as decimals": (
        "time,store,visitors\n2024-01-01,1.0,5\n2024-01-02, 1 ,6\n2024-01-03,nan,7\n",
        [("1", 5), ("1", 6)],
        [(4, "missing place")],
    ),
    "blank lines keep line numbers": (
        "time,visitors\n\n2024-01-01,5\n\n2024-01-02,x\n",
        [("store", 5)],
        [(5, "non-numeric count")],
    ),
    "rows of nothing but delimiters": ("time,visitors\n2024-01-01,5\n,\n,\n", [("store", 5)], []),
    "thousands": ('time,visitors\n2024-01-01,"1,234"\n2024-01-02,987\n', [("store", 1234), ("store", 987)], []),
    "spaces around everything": ("time , visitors\n 2024-01-01 , 5 \n", [("store", 5)], []),
    "offsets, mixed": (
        "time,visitors\n2024-01-01T10:00:00+05:00,5\n2024-01-01T10:00:00Z,6\n",
        [("store", 5), ("store", 6)],
        [],
    ),
    "row numbers under no name": (
        "time,store,visitors\n1,2024-01-01,Lima,5\n2,2024-01-02,Lima,6\n",
        [("Lima", 5), ("Lima", 6)],
        [],
    ),
    "more broken lines than whole ones": (
        "time,store,visitors\n2024-01-01,a,1\n" + "2024-01-02,a,,extra\n" * 3,
        [("a", 1)],
        [(line, "wrong number of columns") for line in (3, 4, 5)],
    ),
    "same column name twice": ("time,visitors,x,x\n2024-01-01,5,a,b\n", [("store", 5)], []),
}


@pytest.mark.parametrize(("text", "accepted", "rejected"), ROWS.values(), ids=ROWS.keys())
def test_rows_are_read_or_rejected_with_their_line(tmp_path, text, accepted, rejected):
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8", newline="")
    events = read_counts(path)
    assert list(events.frame.select("place", "amount").iter_rows()) == accepted
    assert list(events.rejected.select("line", "reason").iter_rows()) == rejected


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(tmp_path, encoding, packed):
    text = "fecha;tienda;visitas\n2024-01-01;Miraflores Ñañá;5\n2024-01-02;Miraflores Ñañá;6\n"
    content = text.encode(encoding)
    path = tmp_path / "sin_sufijo"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read_counts(path).frame["place"].unique().to_list() == ["Miraflores Ñañá"]


def test_a_wrong_encoding_that_was_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("time,visitors\n2024-01-01,5\nñ,1\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"a\.csv is not utf-8 text"):
        read_counts(path, CountsLayout(encoding="utf-8"))


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [
        (CountsLayout(demand="vistors"), "There is no column 'vistors' for the count.*Did you mean 'visitors'"),
        (CountsLayout(place="shop"), "There is no column 'shop' for the place"),
        (CountsLayout(time=("time", "hour")), "There is no column 'hour' for the time"),
    ],
)
def test_a_named_column_that_is_not_there(tmp_path, layout, sentence):
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    with pytest.raises(ColumnMissingError, match=sentence):
        read_counts(path, layout)


def test_a_time_zone_that_does_not_exist(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    with pytest.raises(InputError, match=r"'America/Lma' is not a time zone. Did you mean 'America/Lima'"):
        read_counts(path, CountsLayout(timezone="America/Lma"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"time": ("a", "b", "c")},
        {"duplicates": "first"},
        {"delimiter": ";;"},
        {"delimiter": '"'},
        {"decimal": "'"},
        {"encoding": "klingon"},
    ],
)
def test_a_layout_that_makes_no_sense(wrong):
    with pytest.raises(InputError):
        CountsLayout(**wrong)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_never_raise_anything_but_our_own_errors(tmp_path, seed):
    random_numbers = random.Random(seed)
    frame = pl.DataFrame(
        {"time": ["2024-01-01 10:00", "2024-01-01 11:00"] * 20, "store": ["a", "b"] * 20, "visitors": [1.5, 2] * 20}
    )
    path = tmp_path / "whole"
    [frame.write_csv, frame.write_parquet, frame.write_ipc, frame.write_ndjson, frame.write_json][seed % 5](path)
    content = bytearray(path.read_bytes())
    for _ in range(random_numbers.randint(1, 8)):
        content[random_numbers.randrange(len(content))] = random_numbers.randrange(256)
    damaged = tmp_path / "damaged"
    damaged.write_bytes(content[: random_numbers.randint(1, len(content))] if seed % 2 else content)
    try:
        events = read_counts(damaged)
    except BusynessError as error:
        assert "\n" not in error.message  # noqa: PT017
    else:
        assert events.frame.height > 0
