"""Ids of people become names that are stable, keyed and say nothing."""

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.events.hashing import hashed

SALT = "a secret of the shop, 2025"


def test_the_same_person_keeps_one_name_whatever_the_column_type():
    texts = hashed(pl.Series("user", ["17", " 17 ", "18", None, ""]), SALT)
    assert texts.name == "user"
    assert texts[0] == texts[1] != texts[2]
    assert texts.null_count() == 2
    assert texts.drop_nulls().str.contains(r"^[0-9a-f]{16}$").all()
    assert hashed(pl.Series([17, 18]), SALT).to_list() == [texts[0], texts[2]]
    assert hashed(pl.Series([17.0, None]), SALT).to_list() == [texts[0], None]


def test_another_salt_gives_other_names_even_where_only_the_end_of_a_long_one_differs():
    ids = pl.Series(["ana", "luis"])
    long = "x" * 100
    assert not set(hashed(ids, SALT)) & set(hashed(ids, SALT + "!"))
    assert not set(hashed(ids, long + "a")) & set(hashed(ids, long + "b"))


def test_a_short_salt_is_refused_and_never_repeated():
    with pytest.raises(InputError) as caught:
        hashed(pl.Series(["ana"]), "short-secret")
    assert "short-secret" not in str(caught.value)
    assert "16" in str(caught.value)


def test_nobody_is_hashed_in_an_empty_column():
    assert hashed(pl.Series([None, None], dtype=pl.String), SALT).to_list() == [None, None]
