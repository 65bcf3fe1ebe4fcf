"""URLs of databases, and what of them may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.sources.chunks.sql_url import is_sql_url, split_table, without_secrets


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("sqlite:///a.db", True),
        ("postgresql+psycopg://a@b/c", True),
        ("env:SHOP", True),
        ("C:\\counts.csv", False),
        ("data/counts.csv", False),
        ("a:b.csv", False),
    ],
)
def test_urls_are_told_from_paths(source: str, is_one: bool) -> None:
    assert is_sql_url(source) == is_one


def test_a_hash_inside_a_password_is_no_table() -> None:
    url = "postgresql://ann:a#b@host/shop"
    assert split_table(url) == (url, None)
    assert split_table(url + "#public.sales") == (url, "public.sales")


@given(st.text(alphabet="abc@/:%25+ ", min_size=4, max_size=12).filter(lambda word: word.strip("*")))
def test_a_password_is_blanked_in_every_spelling(password: str) -> None:
    url = f"postgresql://ann:{password}@host/shop"
    assert password not in without_secrets(f"refused '{password}' for {url}", url).replace("***", "")
    assert password not in without_secrets(f"refused {url}", f"mysql://host/shop?user=x&password={password}").replace(
        f"ann:{password}@", ""
    )
