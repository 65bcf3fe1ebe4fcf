from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.geo.named import Named
from busyness.tables import columns as c

CHICAGO = [
    Place("c1", "OHARE", attributes={"area_number": 76.0}),
    Place("c2", "LAKE VIEW", attributes={"area_number": 6.0}),
    Place("c3", "MCKINLEY PARK", attributes={"area_number": 59.0}),
]


def words(*texts: object) -> pl.DataFrame:
    return pl.DataFrame({c.PLACE: texts}, schema={c.PLACE: pl.String})


def test_ids_names_and_numbers_in_any_spelling():
    named = Named(CHICAGO, number="area_number")
    asked = words("O'Hare", "lake view", "Mc Kinley Park", "C2", "76", "6.0", " c3 ", "Atlantis", None, "", "7")
    codes = named.codes(asked)
    assert codes.to_list() == [0, 1, 2, 1, 0, 1, 2, None, None, None, None]
    assert codes.dtype == pl.UInt64
    assert named.places([1, 0]) == (CHICAGO[1], CHICAGO[0])


def test_a_number_means_what_the_city_means():
    named = Named(CHICAGO, number="area_number")
    assert named.places(named.codes(words("6")).to_list())[0].name == "LAKE VIEW"
    off_by_one = [Place("5", "LAKE VIEW", attributes={"n": 6.0}), Place("6", "LINCOLN PARK", attributes={"n": 7.0})]
    with pytest.raises(InputError, match="6 is the n of LAKE VIEW and the id of LINCOLN PARK"):
        Named(off_by_one, number="n")
    with pytest.raises(InputError, match="No place has the attribute 'area'"):
        Named(CHICAGO, number="area")


def test_an_id_as_written_comes_before_any_other_spelling():
    named = Named([Place("A-1"), Place("A1"), Place("x", "A 1")])
    assert named.codes(words("A-1", "A1", "a1", "a 1", "X")).to_list() == [0, 1, 2, 2, 2]
    assert named.notes == ("Some places share a name (A-1, A1); only their ids, as written, tell them apart.",)


def test_a_shared_name_is_of_no_place():
    named = Named([Place("1", "Plaza"), Place("2", "PLAZA"), Place("3", "Mall")])
    assert named.codes(words("plaza", "1", "mall")).to_list() == [None, 0, 2]
    assert "Plaza" in named.notes[0]


def test_without_a_register_every_word_is_a_place():
    named = Named(timezone="America/Lima")
    assert named.codes(words("b", "a", "b", None, " ")).to_list() == [0, 1, 0, None, None]
    assert named.codes(words("c", "a ", "B")).to_list() == [2, 1, 3]
    assert [place.id for place in named.places([0, 1, 2, 3])] == ["b", "a", "c", "B"]
    assert named.places([0])[0].timezone == "America/Lima"
    assert Named([]).codes(words("z")).to_list() == [0]


def test_other_kinds_of_column():
    named = Named([Place("7"), Place("8")])
    assert named.codes(pl.DataFrame({c.PLACE: [8, 7, None]})).to_list() == [1, 0, None]
    assert named.codes(pl.DataFrame({c.PLACE: pl.Series(["8", "9"], dtype=pl.Categorical)})).to_list() == [1, None]


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=20), max_size=4))
def test_codes_are_stable_over_chunks_and_no_row_is_lost(chunks):
    whole, parts = Named(), Named()
    flat = [text for chunk in chunks for text in chunk]
    together = whole.codes(words(*flat)).to_list()
    apart = [code for chunk in chunks for code in parts.codes(words(*chunk)).to_list()]
    assert together == apart
    assert len(together) == len(flat)
    for text, code in zip(flat, together, strict=True):
        assert (code is None) == (text is None or not text.strip())
        if code is not None:
            assert whole.places([code])[0].id == text.strip()
