"""A mark survives being stored, and rows are told apart by what is in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.sources.chunks.sql_mark import Mark, MarkKeeper

VALUES = st.one_of(
    st.integers(),
    st.text(),
    st.floats(allow_nan=False),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))])),
    st.datetimes(),
    st.dates(),
    st.decimals(allow_nan=False),
    st.binary(),
)


@given(VALUES, st.lists(st.text(max_size=3)))
def test_a_mark_survives_being_stored(value: object, seen: list[str]) -> None:
    mark = Mark(value, ("a", "b"), tuple(seen))
    back = Mark.of(mark.text())
    assert back == mark
    assert type(back.value) is type(value)
    assert "\n" not in mark.text()


def test_what_cannot_be_stored_or_read_is_said() -> None:
    with pytest.raises(InputError, match="kind list"):
        Mark([1], ("a",), ()).text()
    for text in ("", "3", '{"value": 3}', '{"value": {"moon": "x"}, "columns": [], "seen": []}'):
        with pytest.raises(InputError, match="stored watermark"):
            Mark.of(text)


def test_the_same_instant_in_another_zone_is_the_same_row() -> None:
    utc = datetime(2026, 3, 1, 12, tzinfo=UTC)
    first = MarkKeeper(["time", "v"], "time", since=None)
    assert len(first.new([(utc, 1), (utc, 2)])) == 2
    second = MarkKeeper(["v", "time", "new"], "time", since=first.reached())
    lima = utc.astimezone(timezone(timedelta(hours=-5)))
    assert second.new([(2, lima, "x"), (2, lima, "x"), (1, lima, None)]) == [(2, lima, "x")]


def test_a_column_that_is_gone_is_named() -> None:
    with pytest.raises(InputError, match="'b'"):
        MarkKeeper(["a"], "a", since=Mark(1, ("a", "b"), ()))


def test_nothing_read_is_no_mark() -> None:
    assert MarkKeeper(["a"], "a", since=None).reached() is None
    assert MarkKeeper(["a"], "a", since=Mark(date(2026, 1, 1), ("a",), ("x",))).reached() == Mark(
        date(2026, 1, 1), ("a",), ("x",)
    )
    assert Mark.of(Mark(Decimal("1.50"), ("a",), ()).text()).value == Decimal("1.50")
