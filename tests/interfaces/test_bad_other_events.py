"""Broken pings, points, sensor readings, sales and app events: each gets its reason or its sentence, too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

BEGIN = datetime(2020, 3, 2)
BAD = range(100, 105)
FIVE = len(BAD)
Row = list[str]


def text(rows: list[Row], names: list[str]) -> str:
    return "\n".join([",".join(names), *(",".join(row) for row in rows)]) + "\n"


PING = ["courier_id", "order_number", "ping_time", "courier_lat", "courier_lon", "order_created"]
HEXAGONS = ("--rows", "pings", "--count", "pings", "--hexagons", "8", "--timezone", "Europe/Madrid")


def pings(hours: int = 24 * 12) -> list[Row]:
    begin = datetime(2025, 5, 5, 16)
    return [
        [f"C{k}", f"O{h}-{k}", f"{begin + timedelta(hours=h, minutes=9 * k):%Y-%m-%dT%H:%M:%SZ}", f"{40.42 + k / 500}",
         "-3.7", f"{begin + timedelta(hours=h):%Y-%m-%dT%H:%M:%SZ}"]
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
def test_other_bad_events_are_counted_by_reason_too(kind: str, tmp_path: Path, described) -> None:
    content, options, reasons = OTHERS[kind]
    file = tmp_path / "events.csv"
    file.write_text(content, "utf-8")
    facts = described(file, *options)
    assert facts["rejected_by_reason"] == reasons
    assert facts["rows"] == content.count("\n") - 1


def test_app_events_without_a_word_of_consent_are_not_read(tmp_path: Path, busyness, described, refused) -> None:
    file = tmp_path / "app.csv"
    file.write_text(text([row[:3] for row in VISITS], APP[:3]), "utf-8")
    refused(busyness("describe", file, *AT["app"]), "app.csv", "who agreed", "opted_in", "consent")
    assert described(file, *AT["app"], "--consent", "all")["rows"] == 600
    file.write_text(text([[*row, "session"] for row in VISITS], [*APP, "event"]), "utf-8")
    refused(busyness("describe", file, *AT["app"]), "app.csv", "check_ins", "--count sessions")


def test_five_hours_of_pings_are_described_and_drawn_but_not_forecast(tmp_path: Path, busyness, described, refused) -> None:
    file = tmp_path / "pings.csv"
    file.write_text(text(pings(5), PING), "utf-8")
    assert described(file, *HEXAGONS)["rows"] == 15
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
def test_a_register_that_does_not_say_where_sensors_hang(register, words, tmp_path: Path, busyness, refused) -> None:
    file = tmp_path / "readings.csv"
    file.write_text(text(readings(), SENSOR), "utf-8")
    options: list[object] = ["--rows", "sensors"]
    if register is not None:
        (tmp_path / "register.csv").write_text(register, "utf-8")
        options += ["--register", tmp_path / "register.csv"]
    refused(busyness("describe", file, *options), *words)


def test_how_many_are_inside_is_asked_by_the_hour(tmp_path: Path, busyness, refused) -> None:
    file, register = tmp_path / "readings.csv", tmp_path / "register.csv"
    file.write_text(text(readings(), SENSOR), "utf-8")
    register.write_text("sensor,store\nd1,A\nd2,B\n", "utf-8")
    asked = ("--rows", "sensors", "--register", register, "--count", "occupancy", "--every", "1d")
    refused(busyness("describe", file, *asked), "--every 1h")


def test_events_that_name_their_places_are_not_looked_for_on_a_map(tmp_path: Path, busyness, refused) -> None:
    file, stores = tmp_path / "sales.csv", tmp_path / "stores.csv"
    file.write_text(text(SALES, SALE), "utf-8")
    stores.write_text("place,latitude,longitude\nX,40.4,-3.7\nY,40.5,-3.6\n", "utf-8")
    refused(busyness("describe", file, *AT["sales"], "--hexagons", "8"), "no positions", "--hexagons")
    refused(busyness("describe", file, *AT["sales"], "--places", stores, "--within", "50"), "no positions", "--within")
    refused(busyness("describe", file, *AT["sales"], "--places", stores), "sales.csv", "'A'", "X, Y")
