"""Every kind of broken event gets its reason or its sentence; nothing ends in a traceback, and no row is lost in silence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

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


@pytest.mark.parametrize("kind", REJECTED)
def test_bad_trips_are_counted_by_reason_and_the_others_used(kind: str, tmp_path: Path, asked, described) -> None:
    content, reasons = REJECTED[kind]
    file = tmp_path / "trips.csv"
    file.write_text(content, "utf-8")
    facts = described(file, *asked)
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
def test_a_file_without_a_usable_trip_gets_one_sentence(kind: str, tmp_path: Path, busyness, asked, refused) -> None:
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
def test_a_wrong_option_is_named(options: list[str], words: list[str], tmp_path: Path, busyness, asked, refused) -> None:
    file = tmp_path / "trips.csv"
    file.write_text(GOOD, "utf-8")
    refused(busyness("describe", file, *asked, *options), *words)


def test_positions_without_anything_that_says_what_a_place_is(tmp_path: Path, busyness, refused) -> None:
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
        ("time,place,available\n2024-01-02 08:00,LAKE,87\n", ("'available' is the share", "87")),
        ("time,place,available\n2024-01-02 08:00,Nowhere,0.5\n", ("names none of the", "Nowhere")),
        ("time,place,scooters\n2024-01-02 08:00,LAKE,5\n", ("does not say what there was", "vehicles")),
    ],
)
def test_a_supply_that_does_not_fit_is_named(
    supply: str, words: tuple[str, ...], tmp_path: Path, busyness, asked, refused
) -> None:
    file, table = tmp_path / "trips.csv", tmp_path / "supply.csv"
    file.write_text(GOOD, "utf-8")
    table.write_text(supply, "utf-8")
    refused(busyness("describe", file, *asked, "--supply", table), *words)
