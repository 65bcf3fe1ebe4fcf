"""Every kind of broken event gets its reason or its sentence; nothing ends in a traceback, and no row is lost in silence."""

from __future__ import annotations

import gzip
import json
import math
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import fastavro
import polars as pl
import pytest

from busyness.sources.chunks.avro_schemas import avro_schema, write_avro

NAMES = [
    *("trip_id", "start_time", "end_time", "start_latitude", "start_longitude", "end_latitude", "end_longitude", "duration"),
]
BEGIN, DAYS = datetime(2020, 3, 1), 20  # in Chicago 2:30 on 8 March never was
BAD = range(100, 105)
Row = list[str]


def trips() -> list[Row]:
    """Thirty trips a day of twelve minutes in a town of four quarters, none in the hour that daylight saving skips."""
    rows = []
    for k in range(30 * DAYS):
        start = BEGIN + timedelta(minutes=48 * k)
        start += timedelta(hours=start.hour == 2)
        north, east = 41.81 + 0.018 * (k * 7 % 10), -87.79 + 0.018 * (k * 3 % 10)
        position = [f"{value:.4f}" for value in (north, east, north + 0.005, east + 0.004)]
        rows.append([f"T{k}", str(start), str(start + timedelta(minutes=12)), *position, "720"])
    return rows


def text(rows: list[Row], names: list[str] | None = None) -> str:
    return "\n".join([",".join(names or NAMES), *(",".join(map(str, row)) for row in rows)]) + "\n"


def edited(change: Callable[[Row], object], at: range = BAD) -> str:
    rows = trips()
    for k in at:
        change(rows[k])
    return text(rows)


def put(**cells: str) -> Callable[[Row], object]:
    return lambda row: [row.__setitem__(NAMES.index(name), cell) for name, cell in cells.items()]


def swapped(row: Row) -> None:
    row[3], row[4], row[5], row[6] = row[4], row[3], row[6], row[5]


def ended(**later: float) -> Callable[[Row], object]:
    """Ends that much after the start."""

    def change(row: Row) -> None:
        row[2], row[7] = str(datetime.fromisoformat(row[1]) + timedelta(**later)), ""

    return change


GOOD = text(trips())
WHOLE = range(30 * DAYS)
FIVE = len(BAD)

REJECTED: Mapping[str, tuple[str, dict[str, int]]] = {
    "latitude and longitude swapped": (edited(swapped), {"latitude and longitude swapped": FIVE}),
    "null island": (edited(put(start_latitude="0", start_longitude="0.0")), {"position is 0, 0": FIVE}),
    "null island at the end": (edited(put(end_latitude="0", end_longitude="0.0")), {"position is 0, 0": FIVE}),
    "off the Earth": (edited(put(start_latitude="412.5")), {"impossible position": FIVE}),
    "words for a position": (edited(put(start_latitude="north")), {"impossible position": FIVE}),
    "no position": (edited(put(start_latitude="", start_longitude="")), {"missing position": FIVE}),
    "half a position": (edited(put(start_longitude="NaN")), {"missing position": FIVE}),
    "another continent": (
        edited(put(start_latitude="48.85", start_longitude="2.35")),
        {"position far from all others": FIVE},
    ),
    "outside every area": (
        edited(put(start_latitude="41.79", end_latitude="41.79", start_longitude="-87.70", end_longitude="-87.70")),
        {"outside every place": FIVE},
    ),
    "a trip of 900 km": (edited(put(end_longitude="-76.80")), {"position far from all others": FIVE}),
    "a trip of 300 km": (edited(put(end_longitude="-83.90")), {"too far": FIVE}),
    "a trip of 40 km in twelve minutes": (
        edited(put(start_latitude="41.81", end_latitude="42.17")),
        {"too far": FIVE},
    ),
    "negative duration": (edited(put(duration="-720")), {"ends before it starts": FIVE}),
    "an end before the start": (edited(ended(minutes=-9)), {"ends before it starts": FIVE}),
    "no duration at all": (edited(ended(minutes=0)), {"too short": FIVE}),
    "forty seconds": (edited(put(duration="40")), {"too short": FIVE}),
    "three days": (edited(ended(days=3)), {"too long": FIVE}),
    "the future": (
        edited(put(start_time="2199-01-01 10:00:00", end_time="2199-01-01 10:12:00")),
        {"time in the future": FIVE},
    ),
    "a clock that began in 1970": (
        edited(put(start_time="1970-01-01 00:00:00", end_time="1970-01-01 00:12:00")),
        {"time long before all others": FIVE},
    ),
    "no such time": (edited(put(start_time="soon")), {"unparseable time": FIVE}),
    "no such day": (edited(put(start_time="2020-02-30 10:00:00")), {"unparseable time": FIVE}),
    "an empty time": (edited(put(start_time="")), {"missing time": FIVE}),
    "the hour that daylight saving skips": (
        edited(put(start_time="2020-03-08 02:30:00", end_time="2020-03-08 03:42:00")),
        {"hour that daylight saving skips": FIVE},
    ),
    "an id that came before": (edited(put(trip_id="T0")), {"duplicate": FIVE}),
    "the whole file twice": (GOOD + GOOD.split("\n", 1)[1], {"duplicate": len(WHOLE)}),
    "words for a number": (edited(put(duration="twelve minutes")), {"non-numeric count": FIVE}),
    "rows of another width": (GOOD + "x,y,z\n" * FIVE, {"wrong number of columns": FIVE}),
    "two faults": (
        edited(put(start_time="", start_latitude="412.5")),
        {"missing time": FIVE},
    ),
    "several kinds": (
        edited(put(start_latitude="0", start_longitude="0"), range(40, 42)).replace("T300,2020", "T300,x"),
        {"position is 0, 0": 2, "unparseable time": 1},
    ),
}


def square(west: float, south: float) -> dict[str, object]:
    east, north = west + 0.1, south + 0.1
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


@pytest.fixture(scope="module")
def quarters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corners = {"NORTH WEST": (-87.8, 41.9), "NORTH EAST": (-87.7, 41.9), "SOUTH WEST": (-87.8, 41.8), "LAKE": (-87.7, 41.8)}
    features = [
        {"type": "Feature", "properties": {"id": number, "name": name}, "geometry": square(*corner)}
        for number, (name, corner) in enumerate(corners.items(), 1)
    ]
    file = tmp_path_factory.mktemp("areas") / "quarters.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


@pytest.fixture
def asked(quarters: Path) -> tuple[object, ...]:
    return ("--rows", "trips", "--areas", quarters, "--timezone", "America/Chicago", "--every", "1d")


@pytest.fixture
def describe(busyness, asked: tuple[object, ...]) -> Callable[..., dict[str, object]]:
    """What is said of a file, after checking that its rows add up: read = counted + outside + rejected."""

    def said(file: object, *options: object) -> dict[str, object]:
        answer = busyness("describe", file, *(options or asked), "--json")
        assert answer.code == 0, answer.err
        facts = json.loads(answer.out)
        counted = sum((place["mean"] or 0) * place["observed"] for place in facts["per_place"])
        assert facts["rejected"] == sum(facts["rejected_by_reason"].values())
        assert math.isclose(counted + facts["rejected"], facts["rows"], abs_tol=0.01), facts
        return facts

    return said


def refused(answer, *words: str) -> str:  # noqa: ANN001  # the conftest's Answer
    """One sentence, exit code 2, with these words in it."""
    assert answer.code == 2, answer
    assert "Traceback" not in answer.err
    said = answer.err.strip().split("\n")[-1]
    assert said.startswith("busyness: ")
    for word in words:
        assert word in said, said
    return said


@pytest.mark.parametrize("kind", REJECTED)
def test_bad_trips_are_counted_by_reason_and_the_others_used(kind: str, tmp_path: Path, describe) -> None:
    content, reasons = REJECTED[kind]
    file = tmp_path / "trips.csv"
    file.write_text(content, "utf-8")
    facts = describe(file)
    assert facts["rejected_by_reason"] == reasons
    assert facts["rows"] == content.count("\n") - 1
    assert facts["places"] == 4


def test_the_rejected_rows_are_kept_with_their_lines(tmp_path: Path, busyness, asked) -> None:
    file = tmp_path / "trips.csv"
    file.write_text(REJECTED["no such time"][0], "utf-8")
    assert busyness("describe", file, *asked, "--out", tmp_path / "out").code == 0
    rejected = pl.read_parquet(tmp_path / "out" / "rejected.parquet")
    assert rejected["line"].to_list() == [k + 2 for k in BAD]
    assert rejected["time"].to_list() == ["soon"] * FIVE


UNUSABLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "everything swapped": (edited(swapped, WHOLE), ("trips.csv", "swapped they lie inside", "--columns")),
    "everything in another town": (
        GOOD.replace(",41.", ",44."),
        ("All 600 events of trips.csv lie outside every place", "around 44.", "the places lie around 41.90, -87.70"),
    ),
    "every time unreadable": (GOOD.replace("2020-", "MMXX-"), ("trips.csv has no usable row", "600 unparseable time")),
    "everything in the future": (GOOD.replace("2020-", "2197-"), ("time in the future",)),
    "only a header": (text([]), ("trips.csv",)),
    "empty": ("", ("trips.csv is empty",)),
    "no start": (GOOD.replace("start_time", "beginning"), ("start_time", "beginning", "--columns")),
    "no position": (GOOD.replace("start_latitude", "y"), ("start_latitude", "position")),
    "a web page": ("<!DOCTYPE html><html><body>404</body></html>", ()),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_file_without_a_usable_trip_gets_one_sentence(kind: str, tmp_path: Path, busyness, asked) -> None:
    content, words = UNUSABLE[kind]
    file = tmp_path / "trips.csv"
    file.write_text(content, "utf-8")
    refused(busyness("forecast", file, *asked, "--model", "seasonal", "--out", tmp_path / "out"), *words)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--hexagons", "16"], ["--hexagons", "16 is too large", "15"]),
        (["--hexagons", "8"], ["--areas and --hexagons", "two ways"]),
        (["--within", "200"], ["--areas and --within", "two ways"]),
        (["--parents", "6"], ["--parents", "--hexagons"]),
        (["--where", "side=north"], ["no column 'side'", "name"]),
        (["--where", "name=NORTH WST"], ["name = NORTH WST", "Did you mean 'NORTH WEST'?"]),
        (["--where", "north"], ["--where", "name=value"]),
        (["--count", "trip_started"], ["trips_started, trips_ended", "Did you mean 'trips_started'?"]),
        (["--count", "couriers"], ["couriers", "trips", "trips_started"]),
        (["--rows", "trip"], ["--rows", "'trip'", "trips"]),
        (["--rows", "counts"], ["--areas", "events", "--rows"]),
        (["--rows", "pings"], ["the courier", "--columns"]),
        (["--columns", "start=start_time"], ["no 'start'", "Did you mean 'start_time'?"]),
        (["--columns", "start_time=start_tme"], ["no column 'start_tme'", "Did you mean 'start_time'?"]),
        (["--columns", "start_time"], ["--columns", "name=value"]),
        (["--columns", "start_time=a + b + c"], ["3 columns for start_time"]),
        (["--area-id", "nmbr"], ["nmbr", "areas' ids"]),
        (["--area-name", "nme"], ["nme", "Did you mean 'name'?"]),
        (["--areas", "nowhere.geojson"], ["nowhere.geojson"]),
        (["--until", "2019-12-31"], ["All events lie after 2019-12-31", "--until"]),
        (["--until", "2020-02-30"], ["--until", "2020-02-30"]),
        (["--only", "NORTH WST"], ["NORTH WST", "Did you mean 'NORTH WEST'?"]),
        (["--at-least", "100000"], ["100,000", "--at-least"]),
        (["--top", "0"], ["--top", "0 is too small"]),
        (["--timezone", "America/Chicgo"], ["America/Chicago"]),
        (["--every", "7min"], ["7 minutes"]),
        (["--supply", "nowhere.csv"], ["nowhere.csv"]),
        (["--register", "nowhere.csv", "--rows", "sensors"], ["nowhere.csv"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_option_is_named(options: list[str], words: list[str], tmp_path: Path, busyness, asked) -> None:
    file = tmp_path / "trips.csv"
    file.write_text(GOOD, "utf-8")
    refused(busyness("describe", file, *asked, *options), *words)


def test_positions_without_anything_that_says_what_a_place_is(tmp_path: Path, busyness) -> None:
    file = tmp_path / "trips.csv"
    file.write_text(GOOD, "utf-8")
    refused(busyness("describe", file, "--rows", "trips"), "--areas", "--hexagons", "--within")
    refused(busyness("describe", file, "--rows", "trips", "--within", "200"), "--within", "--places")
    refused(busyness("describe", file, "--rows", "trips", "--where", "city=Lima"), "--where", "--places")


@pytest.mark.parametrize(
    ("supply", "words"),
    [
        ("time,place,scooters\n2020-03-01,LAKE,4\n", ("available", "vehicles", "stock")),
        ("place,available\nLAKE,0.5\n", ("'time'", "supply.csv")),
        ("time,place,available\nsoon,LAKE,0.5\n", ("supply.csv", "line 2")),
    ],
)
def test_a_supply_that_does_not_fit_is_named(supply: str, words: tuple[str, ...], tmp_path: Path, busyness, asked) -> None:
    file, table = tmp_path / "trips.csv", tmp_path / "supply.csv"
    file.write_text(GOOD, "utf-8")
    table.write_text(supply, "utf-8")
    refused(busyness("describe", file, *asked, "--supply", table), *words)


# --- files ---


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
        connection.executemany(f"insert into trips values ({', '.join('?' * len(NAMES))})", trips())  # noqa: S608
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
def test_the_same_trips_in_another_form_give_the_same_counts(kind: str, tmp_path: Path, describe) -> None:
    name, write = SAME[kind]
    plain, file = tmp_path / "plain.csv", tmp_path / name
    plain.write_text(GOOD, "utf-8")
    url = write(file)
    facts = describe(url if isinstance(url, str) else file)
    assert per_place(facts) == per_place(describe(plain))
    assert (facts["rows"], facts["rejected"]) == (len(WHOLE), 0)


def test_a_name_survives_its_encoding(tmp_path: Path, describe) -> None:
    file = tmp_path / "visits.csv"
    rows = [f"{BEGIN + timedelta(hours=h)},{'Peñón' if h % 2 else 'Ñuñoa'}" for h in range(400)]
    for encoding in ("utf-8", "latin-1", "utf-16"):
        file.write_bytes(("time,store\n" + "\n".join(rows) + "\n").encode(encoding))
        facts = describe(file, "--rows", "points")
        assert {place["place"] for place in facts["per_place"]} == {"Peñón", "Ñuñoa"}


CUT: Mapping[str, tuple[str, Callable[[Path], object]]] = {
    "gzip": ("trips.csv.gz", lambda file: file.write_bytes(gzip.compress(GOOD.encode())[:4000])),
    "Avro": ("trips.avro", lambda file: (write_avro(utc(), file, "trip"), file.write_bytes(file.read_bytes()[:-4000]))),
}


@pytest.mark.parametrize("kind", CUT)
def test_a_file_that_is_cut_short_is_read_up_to_there_and_says_so(kind: str, tmp_path: Path, describe) -> None:
    name, write = CUT[kind]
    write(tmp_path / name)
    facts = describe(tmp_path / name)
    assert facts["rejected_by_reason"] == {"damaged record": 1}
    assert 1 < facts["rows"] < len(WHOLE)
    assert any(f"{name} is damaged or cut short" in note for note in facts["notes"])


def test_a_broken_line_of_json_is_counted(tmp_path: Path, describe) -> None:
    file = tmp_path / "trips.jsonl"
    json_lines(file)
    lines = file.read_text("utf-8").split("\n")
    lines[70], lines[80] = lines[70][:-30], "{}"
    file.write_text("\n".join(lines), "utf-8")
    facts = describe(file)
    assert facts["rejected_by_reason"] == {"damaged record": 1, "missing time": 1}
    assert facts["rows"] == len(WHOLE)


def test_files_that_cannot_be_read_are_named(tmp_path: Path, busyness, asked) -> None:
    utc().write_parquet(tmp_path / "trips.parquet")
    whole = (tmp_path / "trips.parquet").read_bytes()
    (tmp_path / "half.parquet").write_bytes(whole[: len(whole) // 2])
    refused(busyness("describe", tmp_path / "half.parquet", *asked), "half.parquet", "damaged")
    (tmp_path / "head.avro").write_bytes(b"Obj\x01 and nothing that follows")
    refused(busyness("describe", tmp_path / "head.avro", *asked), "head.avro", "damaged")
    next_year(tmp_path / "next.avro", without="start_time")
    refused(busyness("describe", tmp_path / "next.avro", *asked), "'start_time'", "battery_used")
    refused(busyness("describe", tmp_path / "none.csv", *asked), "none.csv")
    refused(busyness("describe", tmp_path / "none-*.csv", *asked), "none-*.csv")
    (tmp_path / "empty").mkdir()
    refused(busyness("describe", tmp_path / "empty", *asked), "no files in it")


def test_files_of_one_table_are_read_together_or_told_apart(tmp_path: Path, describe, busyness, asked) -> None:
    (tmp_path / "a.csv").write_text(text(trips()[:300]), "utf-8")
    (tmp_path / "b.csv").write_text(text(trips()[300:]), "utf-8")
    assert describe(tmp_path / "*.csv")["rows"] == len(WHOLE)
    assert describe(tmp_path)["rows"] == len(WHOLE)
    (tmp_path / "b.csv").write_text(text(trips()[300:]).replace("end_time", "finish"), "utf-8")
    refused(busyness("describe", tmp_path / "*.csv", *asked), "b.csv has no column 'end_time'", "a.csv")


def test_a_database_is_named_and_its_password_is_not(tmp_path: Path, busyness, asked, monkeypatch) -> None:
    url = database(tmp_path / "shop.db").removesuffix("#trips")
    refused(busyness("describe", f"{url}#rides", *asked), "no table 'rides'", "trips")
    refused(busyness("describe", f"sqlite:///{tmp_path}/none.db#trips", *asked), "none.db")
    refused(busyness("describe", "env:SHOP_DB#trips", *asked), "SHOP_DB")
    secret = "pa55-w0rd"  # noqa: S105  # made up, to see that it is never shown
    monkeypatch.setenv("SHOP_DB", f"postgresql+psycopg://ann:{secret}@127.0.0.1:9/shop")
    sources = ["env:SHOP_DB#trips", f"postgresql+psycopg://ann:{secret}@127.0.0.1:9/shop#trips", f"orcl://a:{secret}@b/c#d"]
    for source in sources:
        for command in ("describe", "forecast", "places", "train", "backtest"):
            answer = busyness(command, source, *asked, "--out", tmp_path / "out")
            assert secret not in refused(answer) + answer.out
        assert secret not in refused(busyness("describe", source))
        assert secret not in refused(busyness("places", source))
        assert secret not in refused(busyness("collect", source, "--watermark", "id", "--into", tmp_path / "in"))


def test_the_password_of_a_database_is_not_in_what_is_written(tmp_path: Path, busyness, asked) -> None:
    url = database(tmp_path / "shop.db").replace("#trips", "?password=pa55-w0rd#trips")
    answer = busyness("forecast", url, *asked, "--model", "seasonal", "--horizon", "3", "--windows", "0", "--out", tmp_path)
    if answer.code:  # a driver may refuse a word it does not know
        assert "pa55-w0rd" not in answer.err
    for file in tmp_path.rglob("*"):
        if file.is_file() and file.suffix != ".db":
            assert b"pa55-w0rd" not in file.read_bytes()


# --- other kinds of events ---

PING = ["courier_id", "order_number", "ping_time", "courier_lat", "courier_lon", "order_created"]
HEXAGONS = ("--rows", "pings", "--count", "pings", "--hexagons", "8", "--timezone", "Europe/Madrid")


def pings(hours: int = 24 * 12) -> list[Row]:
    begin = datetime(2025, 5, 5, 16)
    return [
        [f"C{k}", f"O{h}-{k}", f"{begin + timedelta(hours=h, minutes=9 * k):%Y-%m-%dT%H:%M:%SZ}", f"{40.42 + k / 500}", "-3.7",
         f"{begin + timedelta(hours=h):%Y-%m-%dT%H:%M:%SZ}"]
        for h in range(hours)
        for k in range(3)
    ]  # fmt: skip


def broken(rows: list[Row], column: int, cell: str) -> list[Row]:
    return [[*row[:column], cell, *row[column + 1 :]] if k in BAD else row for k, row in enumerate(rows)]


SALE = ["time", "store", "transaction_id", "total"]
SALES = [[f"{BEGIN + timedelta(hours=9, minutes=41 * k)}", "AB"[k % 2], f"B{k}", "9.5"] for k in range(600)]
APP = ["time", "store", "user_id", "opted_in"]
VISITS = [[f"{BEGIN + timedelta(hours=9, minutes=41 * k)}", "AB"[k % 2], f"U{k % 40}", "yes"] for k in range(600)]
POINT = ["time", "lat", "lon", "amount"]
POINTS = [[f"{BEGIN + timedelta(minutes=48 * k)}", "40.42", "-3.7", "1"] for k in range(600)]
AT = {
    "sales": ("--rows", "sales", "--timezone", "America/Lima"),
    "app": ("--rows", "app", "--timezone", "America/Lima"),
    "points": ("--rows", "points", "--hexagons", "8", "--timezone", "Europe/Madrid"),
}

OTHERS: Mapping[str, tuple[str, tuple[str, ...], dict[str, int]]] = {
    "an empty courier": (text(broken(pings(), 0, ""), PING), HEXAGONS, {"missing person or vehicle": FIVE}),
    "the same ping again": (text(pings() + pings()[:FIVE], PING), HEXAGONS, {"duplicate": FIVE}),
    "an order of tomorrow": (
        text(broken(pings(), 5, "2025-05-30T00:00:00Z"), PING),
        HEXAGONS,
        {"ends before it starts": FIVE},
    ),
    "a courier on null island": (
        text([[*row[:3], "0", "0", row[5]] if k in BAD else row for k, row in enumerate(pings())], PING),
        HEXAGONS,
        {"position is 0, 0": FIVE},
    ),
    "a sale without a store": (text(broken(SALES, 1, ""), SALE), AT["sales"], {"missing place": FIVE}),
    "a sale without a number": (text(broken(SALES, 3, "a lot"), SALE), AT["sales"], {"non-numeric count": FIVE}),
    "a sale without a transaction": (text(broken(SALES, 2, ""), SALE), AT["sales"], {"missing order": FIVE}),
    "people who have not agreed": (text(broken(VISITS, 3, "no"), APP), AT["app"], {"person has not opted in": FIVE}),
    "people of whom nothing is known": (text(broken(VISITS, 3, ""), APP), AT["app"], {"person has not opted in": FIVE}),
    "nobody": (text(broken(VISITS, 2, ""), APP), AT["app"], {"missing person or vehicle": FIVE}),
    "a negative amount": (text(broken(POINTS, 3, "-1"), POINT), AT["points"], {"negative count": FIVE}),
    "words for an amount": (text(broken(POINTS, 3, "many"), POINT), AT["points"], {"non-numeric count": FIVE}),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_bad_events_are_counted_by_reason_too(kind: str, tmp_path: Path, describe) -> None:
    content, options, reasons = OTHERS[kind]
    file = tmp_path / "events.csv"
    file.write_text(content, "utf-8")
    facts = describe(file, *options)
    assert facts["rejected_by_reason"] == reasons
    assert facts["rows"] == content.count("\n") - 1


def test_app_events_without_a_word_of_consent_are_not_read(tmp_path: Path, busyness, describe) -> None:
    file = tmp_path / "app.csv"
    file.write_text(text([row[:3] for row in VISITS], APP[:3]), "utf-8")
    refused(busyness("describe", file, *AT["app"]), "app.csv", "who agreed", "opted_in", "consent")
    assert describe(file, *AT["app"], "--consent", "all")["rows"] == 600
    file.write_text(text([[*row, "session"] for row in VISITS], [*APP, "event"]), "utf-8")
    refused(busyness("describe", file, *AT["app"]), "app.csv", "check_ins", "--count sessions")


def test_five_hours_of_pings_are_described_and_drawn_but_not_forecast(tmp_path: Path, busyness, describe) -> None:
    file = tmp_path / "pings.csv"
    file.write_text(text(pings(5), PING), "utf-8")
    assert describe(file, *HEXAGONS)["rows"] == 15
    drawn = busyness("places", file, *HEXAGONS, "--out", tmp_path / "map")
    assert drawn.code == 0, drawn.err
    assert (tmp_path / "map" / "places.html").is_file()
    for command in ("forecast", "train"):
        said = refused(busyness(command, file, *HEXAGONS, "--model", "seasonal", "--out", tmp_path / "out"), "5 hours")
        assert "too little to forecast from" in said
    refused(busyness("backtest", file, *HEXAGONS, "--model", "seasonal", "--out", tmp_path / "out"), "too few")


SENSOR = ["time", "sensor", "entries"]


def readings() -> list[Row]:
    return [
        [str(BEGIN + timedelta(hours=h)), sensor, str((20 + 7 * h % 11) * (8 <= h % 24 < 21))]
        for h in range(24 * 10)
        for sensor in ("d1", "d2")
    ]


def test_a_sensor_that_nobody_registered_is_rejected(tmp_path: Path, busyness) -> None:
    file, register = tmp_path / "readings.csv", tmp_path / "register.csv"
    file.write_text(text(readings() + [[row[0], "d9", row[2]] for row in readings()[::48]], SENSOR), "utf-8")
    register.write_text("sensor,store,door\nd1,A,main\nd2,B,main\n", "utf-8")
    answer = busyness("describe", file, "--rows", "sensors", "--register", register, "--timezone", "America/Lima", "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["rejected_by_reason"] == {"sensor that is not in the register": 10}


@pytest.mark.parametrize(
    ("register", "words"),
    [
        ("sensor,door\nd1,main\n", ("register.csv", "no column 'place'", "Add a column 'place'")),
        ("sensor,store\nd1,A\nd1,B\n", ("register.csv, line 3", "'d1'", "valid_from")),
        ("sensor,store\nd1,\nd2,B\n", ("register.csv, line 2", "place is missing")),
        ("sensor,store,factor\nd1,A,0\n", ("register.csv, line 2", "factor")),
        ("", ("register.csv", "empty")),
        (None, ("register", "--register FILE")),
    ],
)
def test_a_register_that_does_not_say_where_sensors_hang(register, words, tmp_path: Path, busyness) -> None:
    file = tmp_path / "readings.csv"
    file.write_text(text(readings(), SENSOR), "utf-8")
    options: list[object] = ["--rows", "sensors"]
    if register is not None:
        (tmp_path / "register.csv").write_text(register, "utf-8")
        options += ["--register", tmp_path / "register.csv"]
    refused(busyness("describe", file, *options), *words)


def test_how_many_are_inside_is_asked_by_the_hour(tmp_path: Path, busyness) -> None:
    file, register = tmp_path / "readings.csv", tmp_path / "register.csv"
    file.write_text(text(readings(), SENSOR), "utf-8")
    register.write_text("sensor,store\nd1,A\nd2,B\n", "utf-8")
    asked = ("--rows", "sensors", "--register", register, "--count", "occupancy", "--every", "1d")
    refused(busyness("describe", file, *asked), "--every 1h")


def test_events_that_name_their_places_are_not_looked_for_on_a_map(tmp_path: Path, busyness) -> None:
    file, stores = tmp_path / "sales.csv", tmp_path / "stores.csv"
    file.write_text(text(SALES, SALE), "utf-8")
    stores.write_text("place,latitude,longitude\nX,40.4,-3.7\nY,40.5,-3.6\n", "utf-8")
    refused(busyness("describe", file, *AT["sales"], "--hexagons", "8"), "no positions", "--hexagons")
    refused(busyness("describe", file, *AT["sales"], "--places", stores, "--within", "50"), "no positions", "--within")
    refused(busyness("describe", file, *AT["sales"], "--places", stores), "sales.csv", "'A'", "X, Y")
