from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.names import normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'HARE", "OHARE"),
        ("O’Hare", "o'hare"),
        ("Mc Kinley Park", "MCKINLEY PARK"),
        ("Café São José", "CAFE SAO JOSE"),
        ("West-Side  (north)", "west side north"),
        ("Straße", "STRASSE"),
        ("ﬁne", "Fine"),
        ("中央 区", "中央区"),
        ("Store 1-2", "store 1 2"),
    ],
)
def test_the_same_name(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.5", "15"), ("-1", "1"), ("Store 1 2", "Store 12"), ("!", "?"), ("Lake View", "Lakeview East"), ("", "!")],
)
def test_other_names(one, other):
    assert normalised(one) != normalised(other)


@given(st.text())
def test_twice_is_once(name):
    assert normalised(normalised(name)) == normalised(name)


@given(st.text(st.characters(categories=["L"], max_codepoint=0x24F), min_size=1))
def test_case_and_spaces_do_not_matter(name):
    assert normalised(f" {name.upper()}. ") == normalised(name.upper()) == normalised("-".join(name.upper()))
