"""All chunks are read in one order of day and month."""

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.events.one_date_order import OneDateOrder
from busyness.sources.events.sieve import Sieve


def ask(order: OneDateOrder, *texts: str) -> tuple[bool | None, tuple[str, ...]]:
    times = pl.Series(texts, dtype=pl.String)
    sieve = Sieve(RawChunk(times.to_frame("t"), pl.Series(range(len(texts)), dtype=pl.Int64)))
    return order.of(sieve, times), sieve.notes


def test_the_chunk_that_shows_it_settles_it_for_all() -> None:
    order = OneDateOrder(None, "Europe/Madrid")
    assert ask(order, "13/02/2024 10:00")[0] is True
    assert ask(order, "01/02/2024 10:00") == (True, ())
    assert ask(order, "01/13/2024 10:00")[0] is True


@pytest.mark.parametrize(("timezone", "day_first"), [("Europe/Madrid", True), ("America/Chicago", False)])
def test_until_then_the_habit_of_the_country_is_assumed(timezone: str, day_first: bool) -> None:
    order = OneDateOrder(None, timezone)
    answer, notes = ask(order, "01/02/2024 10:00")
    assert answer is day_first
    assert "01/02" in notes[0]
    assert ask(order, "03/04/2024 10:00") == (day_first, ())
    shown = "30/02/2024" if not day_first else "02/30/2024"
    with pytest.raises(InputError, match=f"Say events.day_first: {str(not day_first).lower()}"):
        ask(order, shown)


def test_dates_that_begin_with_the_year_ask_nothing_and_what_is_said_wins() -> None:
    assert ask(OneDateOrder(None, "UTC"), "2024-01-05 10:00", "2024-01-06 10:00") == (None, ())
    assert ask(OneDateOrder(False, "UTC"), "13/02/2024") == (False, ())
