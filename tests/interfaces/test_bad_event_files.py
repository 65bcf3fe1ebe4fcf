"""The same trips give the same counts in every form of file; a broken file is read as far as it goes, or named."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import fastavro
import polars as pl
import pytest

from busyness.sources.chunks.avro_schemas import avro_schema, write_avro

NAMES = ["trip_id", "start_time", "end_time", "start_place", "distance_m"]
BEGIN, TRIPS = datetime(2020, 3, 1), 600
ASKED = ("--rows", "trips", "--timezone", "America/Chicago", "--every", "1d")


def trips() -> list[list[str]]:
    """Thirty trips a day of twelve minutes from four stations, none in the hour that daylight saving skips."""
    rows = []
    for k in range(TRIPS):
        start = BEGIN + timedelta(minutes=48 * k)
        start += timedelta(hours=start.hour == 2)
        station = ("North", "South", "Lake", "Port")[k * 7 % 10 % 4]
        rows.append([f"T{k}", str(start), str(start + timedelta(minutes=12)), station, f"{1800 + k / 4}"])
    return rows


def text(rows: list[list[str]]) -> str:
    return "\n".join([",".join(NAMES), *(",".join(row) for row in rows)]) + "\n"


GOOD = text(trips())


def utc() -> pl.DataFrame:
    frame = pl.read_csv(GOOD.encode(), try_parse_dates=True)
    zone = pl.col("start_time", "end_time").dt.replace_time_zone("America/Chicago").dt.convert_time_zone("UTC")
    return frame.with_columns(zone.cast(pl.Datetime("us", "UTC")))


def next_year(file: Path, *, without: str = "") -> None:
    """An Avro file by a schema of next year: one field more, and perhaps one less."""
    schema = {**avro_schema("trip"), "fields": [f for f in avro_schema("trip")["fields"] if f["name"] != without]}
    schema["fields"].append({"name": "battery_used", "type": ["null", "double"], "default": None})
    with file.open("wb") as out:
        fastavro.writer(out, fastavro.parse_schema(schema), utc().iter_rows(named=True))


def database(file: Path) -> str:
    with sqlite3.connect(file) as connection:
        connection.execute(f"create table trips ({', '.join(NAMES)})")
        connection.executemany(f"insert into trips values ({', '.join('?' * len(NAMES))})", trips())
    connection.close()
    return f"sqlite:///{file}#trips"


def json_lines(file: Path) -> None:
    file.write_text("".join(json.dumps(dict(zip(NAMES, row, strict=True))) + "\n" for row in trips()), "utf-8")


SAME: Mapping[str, tuple[str, Callable[[Path], object]]] = {
    "UTF-16": ("trips.csv", lambda file: file.write_bytes(GOOD.encode("utf-16"))),
    "byte-order mark": ("trips.csv", lambda file: file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())),
    "Latin-1": ("trips.csv", lambda file: file.write_bytes(GOOD.replace("T7,", "Peñón,").encode("latin-1"))),
    "semicolons and decimal commas": (
        "trips.csv",
        lambda file: file.write_text(GOOD.replace(",", ";").replace(".", ","), "utf-8"),
    ),
    "windows line ends": ("trips.csv", lambda file: file.write_bytes(GOOD.replace("\n", "\r\n").encode())),
    "gzip": ("trips.csv.gz", lambda file: file.write_bytes(gzip.compress(GOOD.encode()))),
    "gzip under another name": ("trips.csv", lambda file: file.write_bytes(gzip.compress(GOOD.encode()))),
    "JSON lines": ("trips.jsonl", json_lines),
    "Parquet": ("trips.parquet", lambda file: utc().write_parquet(file)),
    "Arrow": ("trips.arrow", lambda file: utc().write_ipc(file)),
    "Avro": ("trips.avro", lambda file: write_avro(utc(), file, "trip")),
    "Avro of the first version": ("trips.avro", lambda file: write_avro(utc(), file, "trip_v1")),
    "Avro by a schema of next year": ("trips.avro", next_year),
    "a database": ("trips.db", database),
}


def per_place(facts: dict[str, object]) -> list[tuple[object, ...]]:
    return [(p["name"], p["observed"], p["mean"], p["zeros"], p["first"], p["last"]) for p in facts["per_place"]]


@pytest.mark.parametrize("kind", SAME)
def test_the_same_trips_in_another_form_give_the_same_counts(kind: str, tmp_path: Path, described) -> None:
    name, write = SAME[kind]
    plain, file = tmp_path / "plain.csv", tmp_path / name
    plain.write_text(GOOD, "utf-8")
    url = write(file)
    facts = described(url if isinstance(url, str) else file, *ASKED)
    assert per_place(facts) == per_place(described(plain, *ASKED))
    assert (facts["rows"], facts["rejected"]) == (TRIPS, 0)


def test_a_name_survives_its_encoding(tmp_path: Path, described) -> None:
    file = tmp_path / "visits.csv"
    rows = [f"{BEGIN + timedelta(hours=h)},{'Peñón' if h % 2 else 'Ñuñoa'}" for h in range(400)]
    for encoding in ("utf-8", "latin-1", "utf-16"):
        file.write_bytes(("time,store\n" + "\n".join(rows) + "\n").encode(encoding))
        facts = described(file, "--rows", "points")
        assert {place["place"] for place in facts["per_place"]} == {"Peñón", "Ñuñoa"}


CUT: Mapping[str, tuple[str, Callable[[Path], object]]] = {
    "gzip": ("trips.csv.gz", lambda file: file.write_bytes(gzip.compress(GOOD.encode())[:4000])),
    "Avro": ("trips.avro", lambda file: (write_avro(utc(), file, "trip"), file.write_bytes(file.read_bytes()[:-40]))),
}


@pytest.mark.parametrize("kind", CUT)
def test_a_file_that_is_cut_short_is_read_up_to_there_and_says_so(kind: str, tmp_path: Path, described) -> None:
    name, write = CUT[kind]
    write(tmp_path / name)
    facts = described(tmp_path / name, *ASKED)
    assert facts["rejected_by_reason"] == {"damaged record": 1}
    assert 1 < facts["rows"] < TRIPS
    assert any(f"{name} is damaged or cut short" in note for note in facts["notes"])


def test_a_broken_line_of_json_is_counted(tmp_path: Path, described) -> None:
    file = tmp_path / "trips.jsonl"
    json_lines(file)
    lines = file.read_text("utf-8").split("\n")
    lines[70], lines[80] = lines[70][:-30], "{}"
    file.write_text("\n".join(lines), "utf-8")
    facts = described(file, *ASKED)
    assert facts["rejected_by_reason"] == {"damaged record": 1, "missing time": 1}
    assert facts["rows"] == TRIPS


def test_files_that_cannot_be_read_are_named(tmp_path: Path, busyness, refused) -> None:
    utc().write_parquet(tmp_path / "trips.parquet")
    whole = (tmp_path / "trips.parquet").read_bytes()
    (tmp_path / "half.parquet").write_bytes(whole[: len(whole) // 2])
    refused(busyness("describe", tmp_path / "half.parquet", *ASKED), "half.parquet", "damaged")
    (tmp_path / "head.avro").write_bytes(b"Obj\x01 and nothing that follows")
    refused(busyness("describe", tmp_path / "head.avro", *ASKED), "head.avro", "damaged")
    next_year(tmp_path / "next.avro", without="start_time")
    refused(busyness("describe", tmp_path / "next.avro", *ASKED), "'start_time'", "battery_used")
    refused(busyness("describe", tmp_path / "none.csv", *ASKED), "none.csv")
    refused(busyness("describe", tmp_path / "none-*.csv", *ASKED), "none-*.csv")
    (tmp_path / "empty").mkdir()
    refused(busyness("describe", tmp_path / "empty", *ASKED), "no files in it")


def test_files_of_one_table_are_read_together_or_told_apart(tmp_path: Path, described, busyness, refused) -> None:
    (tmp_path / "a.csv").write_text(text(trips()[:300]), "utf-8")
    (tmp_path / "b.csv").write_text(text(trips()[300:]), "utf-8")
    assert described(tmp_path / "*.csv", *ASKED)["rows"] == TRIPS
    assert described(tmp_path, *ASKED)["rows"] == TRIPS
    (tmp_path / "b.csv").write_text(text(trips()[300:]).replace("end_time", "finish"), "utf-8")
    refused(busyness("describe", tmp_path / "*.csv", *ASKED), "b.csv has no column 'end_time'", "a.csv")


def test_a_database_is_named_and_its_password_is_not(tmp_path: Path, busyness, monkeypatch, refused) -> None:
    url = database(tmp_path / "shop.db").removesuffix("#trips")
    refused(busyness("describe", f"{url}#rides", *ASKED), "no table 'rides'", "trips")
    refused(busyness("describe", f"sqlite:///{tmp_path}/none.db#trips", *ASKED), "none.db")
    refused(busyness("describe", "env:SHOP_DB#trips", *ASKED), "SHOP_DB")
    secret = "pa55-w0rd"  # made up, to see that it is never shown
    monkeypatch.setenv("SHOP_DB", f"postgresql+psycopg://ann:{secret}@127.0.0.1:9/shop")
    sources = ["env:SHOP_DB#trips", f"postgresql+psycopg://ann:{secret}@127.0.0.1:9/shop#trips", f"orcl://a:{secret}@b/c#d"]
    for source in sources:
        for command in ("describe", "forecast", "places", "train", "backtest"):
            answer = busyness(command, source, *ASKED, "--out", tmp_path / "out")
            assert secret not in refused(answer) + answer.out
        assert secret not in refused(busyness("describe", source))
        assert secret not in refused(busyness("places", source))
        assert secret not in refused(busyness("collect", source, "--watermark", "id", "--into", tmp_path / "in"))


def test_the_password_of_a_database_is_not_in_what_is_written(tmp_path: Path, busyness) -> None:
    url = (
        database(tmp_path / "shop.db").replace("sqlite:///", "sqlite:///file:").replace("#", "?uri=true&password=pa55-w0rd#")
    )
    answer = busyness("forecast", url, *ASKED, "--model", "seasonal", "--horizon", "3", "--windows", "0", "--out", tmp_path)
    assert answer.code == 0, answer.err
    assert "pa55-w0rd" not in answer.out + answer.err
    for file in tmp_path.rglob("*"):
        if file.is_file() and file.suffix != ".db":
            assert b"pa55-w0rd" not in file.read_bytes()
