"""The pedestrian counts of Melbourne, warts included (see DATA.md beside them)."""

import datetime as dt
import os
from pathlib import Path

import polars as pl
import pytest

from busyness.sources.files.counts import CountsLayout, read_counts

FOLDER = Path(os.environ.get("BUSYNESS_REAL_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
FILE = FOLDER / "melbourne_pedestrians" / "melbourne_2012_2015.parquet"
LAYOUT = CountsLayout(time=("Date", "Hour"), place="SensorID", demand="PedestrianCount", timezone="Australia/Melbourne")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not FILE.exists() and os.environ.get("BUSYNESS_REQUIRE_ALL") != "1",
        reason=f"the real data is not in {FOLDER} (set BUSYNESS_REAL_DATA)",
    ),
]


def test_every_row_is_accepted_or_rejected_with_a_reason():
    events = read_counts(FILE, LAYOUT)
    assert events.frame.height + events.rejected.height == 656_823
    assert events.reasons() == {
        "hour that daylight saving repeats": 68,
        "hour that daylight saving skips": 18,
        "missing place": 2,
    }
    assert events.slot_minutes == 60
    assert events.frame["place"].n_unique() == 39
    assert set(events.frame["place"]) >= {"1", "39"}
    assert events.frame["amount"].null_count() == 14
    assert events.frame["time"].min() == dt.datetime(2011, 12, 31, 13, tzinfo=dt.UTC)
    assert events.frame.select("time", "place").is_unique().all()


def test_the_columns_are_guessed_right():
    named = read_counts(FILE, LAYOUT)
    guessed = read_counts(FILE, CountsLayout(timezone="Australia/Melbourne"))
    assert guessed.frame.equals(named.frame)


def test_as_csv_it_is_the_same(tmp_path):
    table = pl.read_parquet(FILE).head(50_000)
    table.write_csv(tmp_path / "melbourne.csv")
    from_frame, from_file = read_counts(table, LAYOUT), read_counts(tmp_path / "melbourne.csv", LAYOUT)
    assert from_file.frame.drop("line").equals(from_frame.frame.drop("line"))
    assert (from_file.rejected["line"] - 1).to_list() == from_frame.rejected["line"].to_list()
