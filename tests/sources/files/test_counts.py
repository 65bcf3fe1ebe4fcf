"""The one way in, from formats to slots."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.sources.files.counts import CountsLayout, read_counts
from busyness.tables.events import REJECTED_SCHEMA

RETAIL = """Some words before.

| timestamp           | temperature | prev_hourly_traffic | day_of_week | season | foot_traffic |
|---------------------|-------------|----------------------|-------------|--------|--------------|
| 2022-07-15 08:30:00 | 25.4        | 567                  | 4           | 3      | 1102.093     |
| 2022-03-21 12:15:00 | 18.9        | 402                  | 1           | 1      | 1004.768     |
| 2022-05-10 16:45:00 | 30.8        | 815                  | 3           | 2      | 1203.487     |
| 2022-09-05 10:00:00 | 22.7        | 689                  | 0           | 3      | 1078.215     |
| 2022-11-30 18:20:00 | 33.5        | 922                  | 2           | 4      | 1235.891     |

And words after | with a pipe.
"""
HOURLY = pl.DataFrame(
    {
        "time": pl.datetime_range(dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2, 23), "1h", eager=True).append(
            pl.datetime_range(dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2, 23), "1h", eager=True)
        ),
        "store": [1.0] * 48 + [2.0] * 48,
        "visitors": range(96),
    }
)


def test_the_sample_table_of_the_retail_document(tmp_path):
    path = tmp_path / "retail.md"
    path.write_text(RETAIL)
    for text in (RETAIL, "\n".join(line for line in RETAIL.splitlines() if line.startswith("|"))):
        path.write_text(text)
        events = read_counts(path)
        assert events.frame["place"].to_list() == ["store"] * 5
        assert events.frame["amount"].to_list() == [1102.093, 1004.768, 1203.487, 1078.215, 1235.891]
        assert events.frame["time"][0] == dt.datetime(2022, 7, 15, 8, 30, tzinfo=dt.UTC)
        assert events.slot_minutes is None
        assert "Read 'timestamp' as the time and 'foot_traffic' as the count." in events.notes
        assert not events.rejected.height
    assert read_counts(path).frame["line"].to_list() == [3, 4, 5, 6, 7]


def formats(folder):
    HOURLY.write_csv(folder / "a.csv")
    HOURLY.write_parquet(folder / "a.parquet")
    HOURLY.write_ipc(folder / "a.arrow")
    HOURLY.write_ipc_stream(folder / "a.stream")
    HOURLY.write_ndjson(folder / "a.jsonl")
    HOURLY.with_columns(pl.col("time").dt.to_string()).write_json(folder / "a.json")
    HOURLY.write_excel(folder / "a.xlsx")
    return sorted(folder.iterdir())


def test_every_format_gives_the_same_events(tmp_path):
    whole = HOURLY.with_columns(pl.col("time").dt.replace_time_zone("UTC"), pl.col("store").cast(pl.Int64).cast(pl.String))
    for path in formats(tmp_path):
        nameless = path.rename(tmp_path / f"counts_as_{path.suffix[1:]}")  # the content tells what it is
        events = read_counts(nameless)
        got = events.frame.select("time", pl.col("place").alias("store"), pl.col("amount").alias("visitors"))
        assert got.equals(whole.with_columns(pl.col("visitors").cast(pl.Float64))), path
        assert events.slot_minutes == 60
        assert events.frame["line"][0] == (2 if path.suffix in {".csv", ".xlsx"} else 1)


class Capsule:
    """Speaks the Arrow C stream, and is nothing else."""

    def __init__(self, frame):
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema=None):
        return self.frame.__arrow_c_stream__(requested_schema)


def test_frames_of_every_kind():
    pandas = pd.DataFrame({"time": HOURLY["time"].to_list(), "store": [1.0] * 48 + [2.0] * 48, "visitors": range(96)})
    aware = pandas.assign(time=pandas["time"].dt.tz_localize("America/Lima"))
    indexed = pandas.set_index("time")
    text = pandas.assign(time=pandas["time"].astype(str), store=pd.Categorical(pandas["store"].astype(int).astype(str)))
    nullable = pandas.assign(visitors=pd.array([None, *range(1, 96)], dtype="Int64"))
    wanted = read_counts(HOURLY).frame
    for table in (HOURLY.lazy(), Capsule(HOURLY), pandas, indexed, text):
        assert read_counts(table).frame.equals(wanted), type(table)
    assert read_counts(aware).frame["time"][0] == dt.datetime(2024, 1, 1, 5, tzinfo=dt.UTC)
    assert read_counts(nullable).frame["amount"].to_list()[:3] == [None, 1.0, 2.0]
    series = pd.Series([1.0, 2.0], index=pd.date_range("2024-01-01", periods=2, name="day"), name="visits")
    assert read_counts(series).frame["amount"].to_list() == [1.0, 2.0]
    assert read_counts(series).slot_minutes == 1440


def test_input_is_not_changed():
    before = HOURLY.clone()
    read_counts(HOURLY)
    assert HOURLY.equals(before)


def test_a_workbook_as_people_make_them(tmp_path):
    path = tmp_path / "visitas.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("portada")
    sheet = book.add_worksheet("datos")
    date = book.add_format({"num_format": "dd/mm/yyyy"})
    clock = book.add_format({"num_format": "hh:mm"})
    sheet.write(0, 0, "Visitas por tienda")
    for column, name in enumerate(["Fecha", "Hora", "Tienda", "Visitas"]):
        sheet.write(2, column, name)
    for row, count in enumerate([5, "n/a", "muchas", 8.5], start=3):
        sheet.write_datetime(row, 0, dt.datetime(2024, 1, 3), date)
        sheet.write_datetime(row, 1, dt.time(10 + row), clock)
        sheet.write(row, 2, 1)
        sheet.write(row, 3, count)
    book.close()
    events = read_counts(path, CountsLayout(timezone="America/Lima"))
    assert events.frame["amount"].to_list() == [5, None, 8.5]
    assert events.frame["time"][0] == dt.datetime(2024, 1, 3, 18, tzinfo=dt.UTC)
    assert events.rejected.row(0) == (6, "non-numeric count", "1", events.rejected["time"][0], "muchas")
    assert "Read the sheet 'datos'." in events.notes
    with pytest.raises(InputError, match=r"has no sheet 'dato'; its sheets are portada, datos. Did you mean 'datos'"):
        read_counts(path, CountsLayout(sheet="dato"))
    with pytest.raises(InputError, match="has no rows"):
        read_counts(path, CountsLayout(sheet="portada"))


def test_json_lines_with_broken_lines(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"time":"2024-01-01","visitors":5}\n\n{"time":"2024-01-02","visitors":"x"}\n{"time":"2024-01-03" 5}\n{"time"'
    )
    events = read_counts(path)
    assert events.frame["amount"].to_list() == [5]
    assert list(events.rejected.select("line", "reason").iter_rows()) == [
        (3, "non-numeric count"),
        (4, "wrong number of columns"),
        (5, "wrong number of columns"),
    ]


@pytest.mark.parametrize(
    ("policy", "amounts", "rejected"),
    [
        ("reject", [1, 5, None], [4, 5]),
        ("last", [5, 4, None], [2, 4]),
        ("sum", [5, 5, None], []),
        ("mean", [2.5, 5, None], []),
    ],
)
def test_duplicates(tmp_path, policy, amounts, rejected):
    path = tmp_path / "a.csv"
    path.write_text("time,visitors\n2024-01-01,1\n2024-01-02,5\n2024-01-02,\n2024-01-01,4\n2024-01-03,\n")
    events = read_counts(path, CountsLayout(duplicates=policy))
    by_day = events.frame.sort("time")["amount"].to_list()
    wanted = {"last": [4, None, None]}.get(policy, amounts)
    assert by_day == wanted
    wanted_lines = {"last": [2, 3]}.get(policy, rejected)
    assert events.rejected["line"].to_list() == wanted_lines


def test_known_places_with_a_hint():
    frame = pl.DataFrame({"time": ["2024-01-01"] * 3, "store": ["Lima", "Lmia", "Quito"], "visitors": [1, 2, 3]})
    events = read_counts(frame, CountsLayout(known_places=frozenset({"Lima", "Ica"})))
    assert events.reasons() == {"unknown place": 2}
    assert "'Lmia' is not a known place; did you mean 'Lima'?" in events.notes


def test_single_events_count_one_each_and_are_never_duplicates():
    times = ["2024-01-01 10:03:11", "2024-01-01 10:03:11", "2024-01-01 10:07:40", "2024-01-01 12:31:02"]
    events = read_counts(pl.DataFrame({"time": times, "station": ["a", "a", "b", "a"]}))
    assert events.frame["amount"].to_list() == [1, 1, 1, 1]
    assert events.slot_minutes is None
    assert any("each row is one event" in note for note in events.notes)
    with_numbers = pl.DataFrame({"time": times, "station": ["a", "a", "b", "a"], "x": [1, 2, 3, 4]})
    assert read_counts(with_numbers, CountsLayout(demand="")).frame["amount"].to_list() == [1, 1, 1, 1]


def test_single_events_may_be_rejected_too():
    frame = pl.DataFrame({"time": ["2024-01-01 10:03:11", "soon", "2024-01-01 10:07:40"], "station": ["a", "a", None]})
    events = read_counts(frame, CountsLayout(time=("time",), place="station"))
    assert events.frame.height == 1
    assert events.reasons() == {"missing place": 1, "unparseable time": 1}


def test_wide_is_melted_and_said(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("fecha,Lima,Cusco,Total\n2024-01-01,1,2,3\n2024-01-02,x,,0\nnunca,4,5,9\n2024-01-04,1\n")
    events = read_counts(path)
    assert list(events.frame.select("place", "amount").iter_rows()) == [("Lima", 1), ("Cusco", 2), ("Cusco", None)]
    assert list(events.rejected.select("line", "reason", "place", "value").iter_rows()) == [
        (3, "non-numeric count", "Lima", "x"),
        (4, "unparseable time", "Lima", "4"),
        (4, "unparseable time", "Cusco", "5"),
        (5, "wrong number of columns", None, None),
    ]
    assert any(note.startswith("Read 2 columns (Lima, Cusco) as places") for note in events.notes)
    assert "Left out the column Total." in events.notes


def test_wide_with_places_called_like_places():
    days = [dt.date(2024, 1, day) for day in range(1, 8)]
    for names in (["store 1", "store 2"], ["Mall", "Park", "Museum"], ["1", "2", "3"]):
        frame = pl.DataFrame({"date": days, **{name: range(7) for name in names}})
        assert read_counts(frame).frame["place"].unique().sort().to_list() == sorted(names)


def test_a_named_demand_makes_the_file_long():
    frame = pl.DataFrame({"date": [dt.date(2024, 1, 1)], "Lima": [1], "Cusco": [2]})
    events = read_counts(frame, CountsLayout(demand="Lima"))
    assert list(events.frame.select("place", "amount").iter_rows()) == [("store", 1)]


@pytest.mark.parametrize(
    ("every", "count", "slot"),
    [("15m", 50, 15), ("1h", 50, 60), ("1d", 20, 1440), ("2h", 30, 120), ("30m", 40, 30), ("7m", 40, None)],
)
def test_slot_length(every, count, slot):
    start = dt.datetime(2024, 1, 1)
    times = pl.datetime_range(start, start + dt.timedelta(days=400), every, eager=True).head(count)
    frame = pl.DataFrame({"time": times.append(times), "store": ["a"] * count + ["b"] * count, "visitors": [1] * 2 * count})
    assert read_counts(frame.sample(fraction=1, shuffle=True, seed=1)).slot_minutes == slot


def test_slot_length_by_the_local_clock():
    start = dt.datetime(2024, 1, 1)
    times = pl.datetime_range(start, start + dt.timedelta(days=3), "2h", eager=True)
    frame = pl.DataFrame({"time": times, "visitors": [1] * times.len()})
    assert read_counts(frame, CountsLayout(timezone="Asia/Kolkata")).slot_minutes == 120


cell = st.sampled_from(["", " ", "5", "7.5", "-3", "x", "NA", "1e15", "0"])
time_cell = st.sampled_from(
    ["2024-01-01", "2024-01-02", "2024-01-02 05:00", "soon", "", "2024-03-10 02:30", "2024-11-03 01:30"]
)
place_cell = st.sampled_from(["a", "b", " a", "", "1.0", "1", "nan"])
tail = st.sampled_from(["", "", "", ",extra", ",", "SHORT"])


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(time_cell, place_cell, cell, tail), min_size=1, max_size=25))
@example(rows=[("", "", "", ",extra")])
def test_accepted_and_rejected_add_up_to_what_was_read(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("law") / "a.csv"
    lines = [f"{t},{p}" if end == "SHORT" else f"{t},{p},{v}{end}" for t, p, v, end in rows]
    path.write_text("time,store,visitors\n2023-06-01,z,1\n" + "\n".join(lines) + "\n")
    events = read_counts(path, CountsLayout(timezone="America/New_York", day_first=False))
    filled = 1 + sum(1 for line in lines if line.replace(",", "").strip())
    assert events.frame.height + events.rejected.height == filled
    seen = events.frame["line"].to_list() + events.rejected["line"].to_list()
    assert len(set(seen)) == len(seen)
    assert dict(events.rejected.schema) == REJECTED_SCHEMA
    assert events.frame.select("time", "place").is_unique().all()
    assert not events.frame["amount"].is_nan().any()


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.tuples(time_cell, cell, cell, cell), min_size=1, max_size=15))
def test_cells_of_a_wide_table_add_up(rows):
    rows = [("2023-06-01", "1", "2", "3"), *rows]
    frame = pl.DataFrame(rows, schema=["time", "Lima", "Ica", "Cusco"], orient="row")
    try:
        events = read_counts(frame, CountsLayout(timezone="America/New_York"))
    except InputError as error:  # too few numbers or too many repeats to tell that it is wide
        assert "could each be" in error.message or "count" in error.message  # noqa: PT017
        return
    if "Cusco" in events.frame["place"]:
        assert events.frame.height + events.rejected.height == 3 * len(rows)
