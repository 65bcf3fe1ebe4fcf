from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import SettingsError
from busyness.sources.covariates import KnownTable, read_known

SCHEMA = {
    "place": pl.String,
    "start": pl.Datetime("us"),
    "end": pl.Datetime("us"),
    "name": pl.String,
    "value": pl.Float64,
    "known_at": pl.Datetime("us"),
}


def known(tmp_path, text: str) -> KnownTable:
    path = tmp_path / "known.csv"
    path.write_text(text, encoding="utf-8")
    return read_known(path)


def of(table: KnownTable, name: str) -> list[tuple]:
    return table.frame.filter(pl.col("name") == name).select("place", "start", "end", "value").rows()


def test_dates_hold_for_the_whole_day(tmp_path):
    table = known(tmp_path, "date,price\n2025-12-24,9.5\n2026/1/2,8\n")
    assert dict(table.frame.schema) == SCHEMA
    assert table.local
    assert table.names == ("price",)
    assert of(table, "price") == [
        (None, datetime(2025, 12, 24), datetime(2025, 12, 25), 9.5),
        (None, datetime(2026, 1, 2), datetime(2026, 1, 3), 8.0),
    ]


def test_times_hold_for_the_step_of_the_table(tmp_path):
    rows = "time,place,temperature,rain,wet\n2025-01-01 00:00,1.0,20,,yes\n2025-01-01T03:00:00,1,21,0.5,no\n"
    rows += "2025-01-01 06:00,1,22,3,no\n2025-01-01 07:00,1,23,3,sí\n2025-01-01 06:00,*,5,,\n"
    table = known(tmp_path, rows)
    at = [datetime(2025, 1, 1, hour) for hour in (0, 3, 6, 7, 10)]
    assert of(table, "temperature") == [
        ("1", at[0], at[1], 20.0),
        ("1", at[1], at[2], 21.0),
        ("1", at[2], at[3], 22.0),
        ("1", at[3], at[4], 23.0),
        (None, at[2], at[2] + timedelta(hours=3), 5.0),
    ]
    assert [row[3] for row in of(table, "wet")] == [1.0, 0.0, 0.0, 1.0]
    assert table.flags == ("wet",)
    assert "Each row holds for 3 h" in table.notes[0]


def test_spans_include_their_last_date(tmp_path):
    table = known(tmp_path, "start;end;discount\n2025-12-01;2025-12-07;12,5\n2025-12-24;2025-12-24 18:00;5\n")
    assert of(table, "discount") == [
        (None, datetime(2025, 12, 1), datetime(2025, 12, 8), 12.5),
        (None, datetime(2025, 12, 24), datetime(2025, 12, 24, 18), 5.0),
    ]


def test_words_become_flags(tmp_path):
    table = known(tmp_path, "date,promotion\n2025-12-01,2x1\n2025-12-01,night sale\n2025-12-02,2x1\n")
    assert table.names == table.flags == ("promotion_2x1", "promotion_night_sale")
    assert [row[3] for row in of(table, "promotion_2x1")] == [1.0, 1.0]
    assert [row[1:4:2] for row in of(table, "promotion_night_sale")] == [
        (datetime(2025, 12, 1), 1.0),
        (datetime(2025, 12, 2), 0.0),
    ]


def test_spans_of_different_words_may_overlap(tmp_path):
    table = known(tmp_path, "start,end,promotion\n2025-12-01,2025-12-07,2x1\n2025-12-01,2025-12-31,sale\n")
    assert [row[3] for name in table.names for row in of(table, name)] == [1.0, 1.0]


def test_zones(tmp_path):
    table = known(tmp_path, "time,t,known_at\n2025-12-01T00:00Z,1.5,2025-11-30T18:00-05:00\n2025-12-01T01:00-0500,2,\n")
    assert not table.local
    assert table.frame["start"].to_list() == [datetime(2025, 12, 1, 0, tzinfo=UTC), datetime(2025, 12, 1, 6, tzinfo=UTC)]
    assert table.frame["known_at"].to_list() == [datetime(2025, 11, 30, 23, tzinfo=UTC), None]


def test_known_at_keeps_vintages_apart_and_a_date_is_known_at_its_end(tmp_path):
    table = known(tmp_path, "date,t,known_at\n2025-12-10,1.5,2025-12-01\n2025-12-10,2,2025-12-02\n")
    assert table.frame["known_at"].to_list() == [datetime(2025, 12, 2), datetime(2025, 12, 3)]


def test_dates_among_times_are_midnights(tmp_path):
    table = known(tmp_path, "time,t\n2025-12-01,1\n2025-12-01 01:00,2\n")
    assert of(table, "t")[0] == (None, datetime(2025, 12, 1), datetime(2025, 12, 1, 1), 1.0)
    assert "read as midnight" in table.notes[0]


def test_a_blank_cell_says_nothing_and_an_empty_column_is_left_out(tmp_path):
    table = known(tmp_path, "date,a,b\n2025-12-01,5,\n2025-12-02,,\n")
    assert table.frame.height == 1
    assert table.names == ("a",)
    assert any("'b' is empty" in note for note in table.notes)


@pytest.mark.parametrize("suffix", ["parquet", "xlsx", "jsonl"])
def test_other_formats(tmp_path, suffix):
    path = tmp_path / f"known.{suffix}"
    days = [date(2025, 12, 1), date(2025, 12, 5)]
    table = pl.DataFrame({"place": [1.0, 1.0], "start": days, "end": days, "promo": [True, False], "price": [1, 2]})
    {"parquet": table.write_parquet, "xlsx": table.write_excel, "jsonl": table.write_ndjson}[suffix](path)
    read = read_known(path)
    assert of(read, "promo") == [
        ("1", datetime(2025, 12, 1), datetime(2025, 12, 2), 1.0),
        ("1", datetime(2025, 12, 5), datetime(2025, 12, 6), 0.0),
    ]
    assert [row[3] for row in of(read, "price")] == [1.0, 2.0]


@pytest.mark.parametrize("suffix", ["parquet", "xlsx"])
def test_typed_times(tmp_path, suffix):
    path = tmp_path / f"known.{suffix}"
    table = pl.DataFrame({"time": [datetime(2025, 12, 1, 6), datetime(2025, 12, 1, 6, 30)], "t": [1.5, 2.5]})
    {"parquet": table.write_parquet, "xlsx": table.write_excel}[suffix](path)
    assert of(read_known(path), "t")[1] == (None, datetime(2025, 12, 1, 6, 30), datetime(2025, 12, 1, 7), 2.5)


def test_midnights_of_a_format_without_dates_are_dates(tmp_path):
    path = tmp_path / "known.parquet"
    pl.DataFrame({"start": [datetime(2025, 12, 1)], "end": [datetime(2025, 12, 3)], "t": [1.5]}).write_parquet(path)
    assert of(read_known(path), "t") == [(None, datetime(2025, 12, 1), datetime(2025, 12, 4), 1.5)]


def test_aware_parquet(tmp_path):
    path = tmp_path / "known.parquet"
    times = pl.Series([datetime(2025, 12, 1, 6), datetime(2025, 12, 1, 7)]).dt.replace_time_zone("America/Lima")
    pl.DataFrame({"time": times, "t": [1.5, 2.5]}).write_parquet(path)
    table = read_known(path)
    assert not table.local
    assert table.frame["start"][0] == datetime(2025, 12, 1, 11, tzinfo=UTC)


@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "B", None]), st.integers(0, 500), st.floats(-1e6, 1e6)),
        min_size=1,
        unique_by=lambda row: row[:2],
    )
)
def test_rows_of_a_place_never_overlap_and_keep_their_values(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("known") / "known.parquet"
    start = [datetime(2025, 1, 1) + timedelta(hours=hour) for _, hour, _ in rows]
    pl.DataFrame({"place": [row[0] for row in rows], "time": start, "t": [row[2] for row in rows]}, strict=False).cast(
        {"place": pl.String}
    ).write_parquet(path)
    frame = read_known(path).frame
    assert frame["value"].to_list() == [row[2] for row in rows]
    assert frame["start"].to_list() == start
    assert (frame["end"] > frame["start"]).all()
    ordered = frame.sort("place", "start").with_columns(pl.col("start").shift(-1).over("place").alias("next"))
    assert ordered.filter(pl.col("end") > pl.col("next")).is_empty()


MANY = "".join(f"2025-01-{day:02},word{day}\n" for day in range(1, 22))
BAD = {
    "no time": ("date,t\n2025-12-01,1\nsoon,2\n", 3, "'soon' in column 'date' is no time"),
    "day first": ("date,t\n25/12/2025,1\n", 2, "'25/12/2025' in column 'date' is no time"),
    "no such day": ("date,t\n2025-02-30,1\n", 2, "'2025-02-30' in column 'date' is no time"),
    "no such hour": ("time,t\n2025-02-20 25:00,1\n", 2, "'2025-02-20 25:00' in column 'time' is no time"),
    "missing time": ("date,t\n,1\n", 2, "column 'date' is empty"),
    "mixed zones": ("time,t\n2025-12-01T00:00Z,1\n2025-12-01T01:00,2\n", 3, "has no time zone, and other rows have one"),
    "zone of one column": ("start,end,t\n2025-12-01T00:00Z,2025-12-02,2\n", None, "has a time zone, the other none"),
    "not a number": ("date,t\n2025-12-01,1\n2025-12-02,2\n2025-12-03,3 °C\n", 4, "'t': '3 °C' is no number"),
    "decimal comma": ('date,t\n2025-12-01,1\n2025-12-02,"1,5"\n', 3, "'t': '1,5' is no number"),
    "infinite": ("date,t\n2025-12-01,inf\n", 2, "'t': 'inf' is no number"),
    "end first": ("start,end,t\n2025-12-07,2025-12-01,1\n", 2, "the end 2025-12-01 does not lie after the start"),
    "empty span": ("start,end,t\n2025-12-07 10:00,2025-12-07 10:00,1\n", 2, "does not lie after the start"),
    "missing end": ("start,end,t\n2025-12-07,,1\n", 2, "column 'end' is empty"),
    "twice": ("date,place,t\n2025-12-01,A,1\n2025-12-01,B,1\n2025-12-01,A,1\n", 4, "'t' of place 'A' at 2025-12-01 00:00"),
    "twice, all places": ("date,t\n2025-12-01,1\n2025-12-01,2\n", 3, "'t' of all places at 2025-12-01 00:00 comes a second"),
    "word twice": ("date,p\n2025-12-01,x\n2025-12-01,y\n2025-12-01,x\n", 4, "'p_x' of all places"),
    "too many words": ("date,p\n" + MANY, None, "column 'p' holds 21 different words; 20 is the most"),
    "same name": ("date,p,p_x\n2025-12-01,x,1\n2025-12-02,y,1\n", None, "two columns make the covariate 'p_x'"),
    "no covariate": ("date,place\n2025-12-01,A\n", None, "no covariate beside its times"),
    "empty covariates": ("date,t\n2025-12-01,\n", None, "every covariate of the table is empty"),
    "no time column": ("day,t\n2025-12-01,1\n", None, "the table has none of them"),
    "two time columns": ("date,time,t\n2025-12-01,10:00,1\n", None, "the table has date, time"),
    "start alone": ("start,t\n2025-12-01,1\n", None, "the table has start"),
    "end alone": ("date,end,t\n2025-12-01,2025-12-02,1\n", None, "the table has date, end"),
    "bad known_at": ("date,t,known_at\n2025-12-01,1,then\n", 2, "'then' in column 'known_at' is no time"),
}


@pytest.mark.parametrize(("text", "line", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_covariates(tmp_path, text, line, sentence):
    with pytest.raises(SettingsError) as caught:
        known(tmp_path, text)
    assert sentence in caught.value.message
    assert caught.value.line == line
    assert caught.value.hint


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"time": [45658.5], "t": [1]}, "column 'time' holds Float64, which is no time"),
        ({"date": [date(2025, 1, 1)], "t": [[1, 2]]}, "column 't' holds List"),
        ({"date": [date(2025, 1, 1)], "t": [date(2025, 1, 1)]}, "column 't' holds Date, which is no covariate"),
    ],
)
def test_wrong_types(tmp_path, table, sentence):
    path = tmp_path / "known.parquet"
    pl.DataFrame(table).write_parquet(path)
    with pytest.raises(SettingsError) as caught:
        read_known(path)
    assert sentence in caught.value.message
