"""What a column may hold: the same value has one form, and what no database takes is refused."""

import json
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.state.column_types import as_json, cleaned, storable, utc
from busyness.testing.clock import NOON

TEXT = st.text(st.characters(codec="utf-8"))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(value=PLAIN)
def test_json_comes_back_and_has_one_form(value: object) -> None:
    text = as_json(value)
    assert json.loads(text) == value
    assert as_json(json.loads(text)) == text
    assert "\0" not in text


def test_moments_and_mappings_become_json() -> None:
    lima = NOON.astimezone(timezone(timedelta(hours=-5)))
    assert as_json(MappingProxyType({"b": (1, lima), "a": None})) == '{"a":null,"b":[1,"2024-06-03T12:00:00+00:00"]}'


@pytest.mark.parametrize("value", [float("nan"), {"a": float("inf")}, b"x", {1: "a"}, object(), "\ud800", {"\ud800": 1}])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        as_json(value)


@given(text=st.text())
def test_cleaned_text_can_be_kept(text: str) -> None:
    assert len(storable(cleaned(text))) == len(text)
    if "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert cleaned(text) == storable(text) == text
    else:
        with pytest.raises(InputError):
            storable(text)


def test_a_moment_needs_a_zone_and_a_year() -> None:
    assert utc(datetime(2024, 6, 3, 7, tzinfo=timezone(timedelta(hours=-5)))) == NOON
    with pytest.raises(InputError, match="no time zone"):
        utc(datetime(2024, 6, 3))
    with pytest.raises(InputError, match="beyond"):
        utc(datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))))
    assert utc(NOON).tzinfo is UTC
