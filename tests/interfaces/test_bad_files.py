"""Every kind of file a person may hand over gets its sentence or its forecast, none a traceback."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

HOURS = [datetime(2025, 3, 1) + timedelta(hours=h) for h in range(24 * 35)]


def csv(
    *,
    places: tuple[str, ...] = ("S1", "S2"),
    value: Callable[[int], object] = lambda h: 20 + 10 * (h % 24),
    hours: list[datetime] = HOURS,
) -> str:
    rows = [f"{t:%Y-%m-%d %H:%M},{place},{value(h)}" for h, t in enumerate(hours) for place in places]
    return "time,store,visitors\n" + "\n".join(rows) + "\n"


def lines(text: str, at: int, new: str) -> str:
    rows = text.split("\n")
    rows[at] = new
    return "\n".join(rows)


GOOD = csv()
MIXED = GOOD.replace("2025-03-02 05:00", "2025-03-02T05:00:00Z").replace("2025-03-03 05:00", "2025-03-03T05:00:00+02:00")

REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "only blanks": (b"\n\n  \n", ""),
    "header only": (b"time,store,visitors\n", "no rows"),
    "binary garbage": (bytes(range(256)) * 20, ""),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, ""),
    "a web page": (b"<!DOCTYPE html><html><body>404</body></html>", ""),
    "a PDF": (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", ""),
    "all missing": (csv(value=lambda h: "").encode(), "no usable row"),
    "all text": (csv(value=lambda h: "many").encode(), ""),
    "all negative": (csv(value=lambda h: -5).encode(), "negative"),
    "all times wrong": (GOOD.replace("2025-", "20x5-").encode(), ""),
    "no time column": (b"a,b\nx,y\nz,w\n", ""),
    "no numbers": (b"time,store\n2025-01-01 00:00,S1\n2025-01-01 01:00,S1\n2025-01-01 02:00,S1\n", ""),
    "truncated gzip": (gzip.compress(GOOD.encode())[:200], ""),
    "a broken parquet": (b"PAR1" + b"\0" * 100 + b"PAR1", ""),
    "week numbers for times": (b"week,store,visitors\nW12,S1,4\nW13,S1,5\n", ""),
}

ANSWERED: dict[str, bytes] = {
    "plain": GOOD.encode(),
    "byte-order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "UTF-16": GOOD.encode("utf-16"),
    "Latin-1": GOOD.replace("S1", "Peñón").encode("latin-1"),
    "semicolons and decimal commas": csv(value=lambda h: f"{20 + h % 24},5")
    .replace("time,store,visitors", "time;store;visitors")
    .replace(",S1,", ";S1;")
    .replace(",S2,", ";S2;")
    .encode(),
    "tabs": GOOD.replace(",", "\t").encode(),
    "windows line ends": GOOD.replace("\n", "\r\n").encode(),
    "no last line end": GOOD.rstrip("\n").encode(),
    "gzip": gzip.compress(GOOD.encode()),
    "a date of another century": (GOOD + "1625-01-01 00:00,S1,5\n").encode(),
    "one place": csv(places=("only",)).encode(),
    "no place column": "\n".join(
        row.replace(",S1", "") for row in csv(places=("S1",)).replace(",store", "").split("\n")
    ).encode(),
    "unsorted": ("time,store,visitors\n" + "\n".join(reversed(GOOD.strip().split("\n")[1:]))).encode(),
    "duplicates": (GOOD + GOOD.split("\n", 1)[1]).encode(),
    "gap of months": csv(hours=[t if h < 400 else t + timedelta(days=90) for h, t in enumerate(HOURS)]).encode(),
    "constant": csv(value=lambda h: 7).encode(),
    "all zero": csv(value=lambda h: 0).encode(),
    "huge values": csv(value=lambda h: 900_000_000).encode(),
    "one absurd value": lines(GOOD, 30, "2025-03-01 14:00,S1,1e300").encode(),
    "some text in counts": lines(lines(GOOD, 30, "2025-03-01 14:00,S2,lots"), 40, "2025-03-01 19:00,S2,n/a").encode(),
    "some negative": lines(GOOD, 30, "2025-03-01 14:00,S2,-3").encode(),
    "NaN ids": GOOD.replace("2025-03-05 10:00,S1", "2025-03-05 10:00,NaN")
    .replace("2025-03-05 11:00,S1", "2025-03-05 11:00,")
    .encode(),
    "mixed time zones": MIXED.encode(),
    "ragged lines": lines(GOOD, 12, "2025-03-01 05:00,S2,60,7,8").encode(),
    "one row": b"time,store,visitors\n2025-03-01 10:00,S1,12\n",
    "two slots": b"time,store,visitors\n2025-03-01 10:00,S1,12\n2025-03-01 11:00,S1,14\n",
    "two days": csv(hours=HOURS[:48]).encode(),
    "a place that is new": (GOOD + "2025-04-04 20:00,S9,5\n").encode(),
    "a place that is gone": (GOOD + csv(places=("S9",), hours=HOURS[:100]).split("\n", 1)[1]).encode(),
    "irregular times": b"time,store,visitors\n"
    + b"\n".join(
        f"2025-03-{d:02d} {h:02d}:{(7 * d + h) % 60:02d},S1,{10 + h}".encode() for d in range(1, 31) for h in range(8, 22)
    ),
    "daily": csv(hours=[HOURS[0] + timedelta(days=d) for d in range(90)]).replace(" 00:00", "").encode(),
    "quarter hours": csv(hours=[HOURS[0] + timedelta(minutes=15 * q) for q in range(96 * 15)]).encode(),
    "names with markup": GOOD.replace("S1", "<b>S&1</b>").replace("S2", "[red]x[/]").encode(),
    "quoted with commas": GOOD.replace("S1", '"Lima, Centro"').encode(),
    "extra columns": "\n".join(
        row + (",note" if k == 0 else ",fine") for k, row in enumerate(GOOD.strip().split("\n"))
    ).encode(),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_without_counts_gets_one_sentence(kind: str, tmp_path: Path, busyness) -> None:
    content, word = REFUSED[kind]
    file = tmp_path / "visits.csv"
    file.write_bytes(content)
    answer = busyness("forecast", file, "--model", "seasonal", "--out", tmp_path / "out")
    assert answer.code == 2, answer
    assert "Traceback" not in answer.err
    said = answer.err.strip().split("\n")[-1]
    assert said.startswith("busyness: ")
    assert len(said) > 20
    assert word in said
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("kind", ANSWERED)
def test_a_file_with_some_counts_gets_its_forecast(kind: str, tmp_path: Path, busyness) -> None:
    file = tmp_path / "visits.csv"
    file.write_bytes(ANSWERED[kind])
    answer = busyness("forecast", file, "--model", "seasonal", "--horizon", 24, "--threads", 1, "--out", tmp_path / "out")
    assert answer.code == 0, answer
    forecast = pl.read_parquet(tmp_path / "out" / "forecast.parquet")
    assert forecast.height >= 24
    marks = forecast.select("mean", "q05", "q50", "q95").to_numpy()
    assert (marks >= 0).all()
    assert (marks[:, 1] <= marks[:, 2]).all()
    assert (marks[:, 2] <= marks[:, 3]).all()
    assert "Traceback" not in answer.err


def test_a_file_that_is_not_there(tmp_path: Path, busyness) -> None:
    answer = busyness("forecast", tmp_path / "nowhere.csv", "--out", tmp_path / "out")
    assert answer.code == 2
    assert "nowhere.csv" in answer.err


def test_a_folder_is_no_file(tmp_path: Path, busyness) -> None:
    answer = busyness("describe", tmp_path)
    assert answer.code == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--demand", "vistors"], ["vistors", "Did you mean 'visitors'?"]),
        (["--place", "stores"], ["Did you mean 'store'?"]),
        (["--time", "date"], ["'date'"]),
        (["--timezone", "America/Lema"], ["America/Lima"]),
        (["--country", "PX"], ["country"]),
        (["--country", "AU", "--region", "VIX"], ["VIC"]),
        (["--every", "7min"], ["7"]),
        (["--every", "soon"], ["soon"]),
        (["--every", "15min"], ["1h"]),
        (["--only", "S3"], ["S3"]),
        (["--exclude", "S1,S2"], ["place"]),
        (["--levels", "0.5,1.5"], ["1.5"]),
        (["--levels", "half"], ["half"]),
        (["--model", "bosted"], ["boosted"]),
        (["--horizon", "0"], ["horizon"]),
        (["--origins", "2025-13-01"], ["2025-13-01"]),
        (["--origins", "2030-01-01"], ["2030-01-01"]),
        (["--refit", "sometimes"], ["sometimes"]),
        (["--outliers", "magic"], ["magic"]),
        (["--lang", "fr"], ["fr"]),
        (["--opening-hours", "nowhere.csv"], ["nowhere.csv"]),
        (["--known", "nowhere.csv"], ["nowhere.csv"]),
        (["--capacity", "nowhere.csv"], ["nowhere.csv"]),
        (["--horizon", "5000"], ["5000"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_option_is_named(options: list[str], words: list[str], tmp_path: Path, busyness) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(GOOD, "utf-8")
    answer = busyness("backtest", file, "--model", "seasonal", *options, "--out", tmp_path / "out")
    assert answer.code == 2, answer
    assert "Traceback" not in answer.err
    for word in words:
        assert word in answer.err
