from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.slots import MINUTES_PER_DAY, SlotLength, Slots

LENGTHS = [minutes for minutes in range(1, MINUTES_PER_DAY + 1) if MINUTES_PER_DAY % minutes == 0]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15min", 15),
        ("15 min", 15),
        ("1h", 60),
        ("h", 60),
        ("2H", 120),
        ("1d", 1440),
        ("D", 1440),
        (" 30 T ", 30),
        ("24h", 1440),
    ],
)
def test_lengths_are_read(text: str, minutes: int) -> None:
    assert SlotLength.parse(text).minutes == minutes


@pytest.mark.parametrize("text", ["", "7", "1w", "-1h", "1.5h", "0min", "7min", "48h", "2d", "1h30"])
def test_what_is_no_length_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InputError) as raised:
        SlotLength.parse(text)
    assert "15min" in raised.value.hint


@given(minutes=st.sampled_from(LENGTHS))
def test_a_length_reads_what_it_writes(minutes: int) -> None:
    length = SlotLength(minutes)
    assert SlotLength.parse(str(length)) == length
    assert length.per_day * minutes == MINUTES_PER_DAY
    assert length.per_week == 7 * length.per_day
    assert length.step == np.timedelta64(minutes, "m")
    assert length.daily == (minutes == MINUTES_PER_DAY)


def test_lengths_can_be_compared() -> None:
    assert SlotLength(15) < SlotLength(60)


@given(minutes=st.sampled_from(LENGTHS), count=st.integers(0, 300), offset=st.integers(-10_000, 10_000))
def test_a_slot_holds_its_start_and_not_its_end(minutes: int, count: int, offset: int) -> None:
    slots = Slots(np.datetime64("2024-01-01T05:00") + np.timedelta64(offset, "m"), SlotLength(minutes), count)
    starts = slots.times()
    assert starts.dtype == "datetime64[s]"
    assert (slots.index(starts) == np.arange(count)).all()
    last_second = starts + slots.length.step - np.timedelta64(1, "s")
    assert (slots.index(last_second) == np.arange(count)).all()
    assert int(slots.index(slots.end)) == count
    assert int(slots.index(slots.start - np.timedelta64(1, "s"))) == -1


def test_parts_and_extensions() -> None:
    slots = Slots(np.datetime64("2024-01-01"), SlotLength(60), 48)
    assert slots.times(24, 26).astype(str).tolist() == ["2024-01-02T00:00:00", "2024-01-02T01:00:00"]
    assert slots.times(46).tolist() == slots.times()[46:].tolist()
    longer = slots.extended(2)
    assert (longer.count, longer.start, longer.end) == (50, slots.start, np.datetime64("2024-01-03T02:00:00"))
    assert slots == Slots(np.datetime64("2024-01-01T00:00:00.000"), SlotLength(60), 48)
    assert int(slots.index(datetime(2024, 1, 1, 5, 59))) == 5


def test_a_negative_span_is_refused() -> None:
    with pytest.raises(InputError, match="-1 slots"):
        Slots(np.datetime64("2024-01-01"), SlotLength(60), -1)
