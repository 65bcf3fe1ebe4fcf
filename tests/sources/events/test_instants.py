"""Times and numbers of a chunk."""

from datetime import UTC, datetime

import polars as pl
import pytest

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.events.instants import read_instants, read_numbers
from busyness.sources.events.sieve import Sieve
from busyness.tables.events import Reason

NEW_YORK = "America/New_York"


def sieve_of(*columns: pl.Series) -> Sieve:
    frame = pl.DataFrame([column.rename(str(number)) for number, column in enumerate(columns)])
    return Sieve(RawChunk(frame, pl.int_range(2, frame.height + 2, eager=True, dtype=pl.Int64)))


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def test_offsets_are_respected_and_the_others_are_by_the_clock() -> None:
    times = pl.Series(
        ["2024-01-05T13:30:00Z", "2024-01-05T13:30:00+02:00", "2024-01-05T13:30:00", "2024-01-05 13:30:00-0330"]
    )
    sieve = sieve_of(times)
    found = read_instants(sieve, times, timezone=NEW_YORK)
    assert found.to_list() == [at(2024, 1, 5, 13, 30), at(2024, 1, 5, 11, 30), at(2024, 1, 5, 18, 30), at(2024, 1, 5, 17)]
    assert sieve.kept.all()


def test_each_row_may_have_a_zone_of_its_own() -> None:
    times = pl.Series(["2024-07-05 12:00:00"] * 3)
    sieve = sieve_of(times)
    found = read_instants(sieve, times, timezone=pl.Series(["Europe/Madrid", "America/Lima", "Mars"]))
    assert found.to_list() == [at(2024, 7, 5, 10), at(2024, 7, 5, 17), None]
    assert sieve.rejected()["reason"].to_list() == [Reason.BAD_TIME]
    assert "'Mars' is not a time zone" in sieve.notes[0]


def test_the_skipped_hour_is_rejected_and_of_the_doubled_one_the_first_is_taken() -> None:
    times = pl.Series(["2024-03-10 02:30:00", "2024-11-03 01:30:00", "2024-11-03 12:00:00"])
    sieve = sieve_of(times)
    found = read_instants(sieve, times, timezone=NEW_YORK)
    assert found.to_list() == [None, at(2024, 11, 3, 5, 30), at(2024, 11, 3, 17)]
    assert sieve.rejected().rows() == [(2, Reason.SKIPPED_HOUR, None, None, "2024-03-10 02:30:00")]
    assert sieve.notes == ("Times of the hour that comes twice, when clocks go back, were taken as its first.",)


def test_what_ends_before_it_starts_by_the_clock_ends_in_the_second_of_the_doubled_hour() -> None:
    starts, ends = pl.Series(["2024-11-03 01:50:00"] * 2), pl.Series(["2024-11-03 01:10:00", "2024-11-03 01:55:00"])
    sieve = sieve_of(starts, ends)
    start = read_instants(sieve, starts, timezone=NEW_YORK)
    end = read_instants(sieve, ends, timezone=NEW_YORK, after=start)
    assert (end - start).dt.total_minutes().to_list() == [20, 5]


def test_blank_and_unreadable_times_are_told_apart() -> None:
    times = pl.Series(["", None, " nan", "soon", "2024-02-30 10:00:00", "2024-02-29 10:00:00"])
    sieve = sieve_of(times)
    assert read_instants(sieve, times, timezone="UTC").null_count() == 5
    assert sieve.rejected()["reason"].to_list() == [Reason.NO_TIME] * 3 + [Reason.BAD_TIME] * 2
    optional = sieve_of(times)
    read_instants(optional, times, timezone="UTC", required=False)
    assert optional.rejected()["reason"].to_list() == [Reason.BAD_TIME] * 2


def test_a_date_and_a_time_of_day_in_two_columns() -> None:
    dates, clocks = (
        pl.Series(["2020-02-01", "2020-02-01", None, "2020-02-01"]),
        pl.Series(["08:15", "24:00", "08:15", "late"]),
    )
    sieve = sieve_of(dates, clocks)
    found = read_instants(sieve, (dates, clocks), timezone="America/Kentucky/Louisville")
    assert found.to_list() == [at(2020, 2, 1, 13, 15), at(2020, 2, 2, 5), None, None]
    assert sieve.rejected()["reason"].to_list() == [Reason.NO_TIME, Reason.BAD_TIME]
    assert sieve.rejected()["value"].to_list() == [None, "2020-02-01 late"]


@pytest.mark.parametrize(
    "times",
    [
        pl.Series([datetime(2024, 1, 5, 8, 30)], dtype=pl.Datetime("ms")),
        pl.Series([datetime(2024, 1, 5, 13, 30, tzinfo=UTC)]),
        pl.Series([1_704_461_400]),
        pl.Series(["1704461400000"]),
        pl.Series(["01/05/2024 8:30 AM"]),
    ],
)
def test_typed_and_numeric_times(times: pl.Series) -> None:
    assert read_instants(sieve_of(times), times, timezone=NEW_YORK).to_list() == [at(2024, 1, 5, 13, 30)]


def test_numbers_with_text_among_them_are_rejected() -> None:
    values = pl.Series("n", ["1,5", "", "two", None, "-3"])
    sieve = sieve_of(values)
    assert read_numbers(sieve, values).to_list() == [1.5, None, None, None, -3.0]
    assert sieve.rejected().select("line", "reason", "value").rows() == [(4, Reason.NOT_A_NUMBER, "two")]
