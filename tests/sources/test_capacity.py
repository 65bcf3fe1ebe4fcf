from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError, SettingsError
from busyness.sources.capacity import read_capacity


def test_csv(tmp_path):
    path = tmp_path / "capacity.csv"
    path.write_text("place,capacity,note\n1.0,120,x\nS2,80.5,\n007,1e3,\n", encoding="utf-8")
    assert read_capacity(path) == {"1": 120.0, "S2": 80.5, "007": 1000.0}


def test_semicolons_and_decimal_commas_in_latin_1(tmp_path):
    path = tmp_path / "capacity.csv"
    path.write_bytes("Place;Capacity\nBreña;12,5\n".encode("latin-1"))
    assert read_capacity(path) == {"Breña": 12.5}


@pytest.mark.parametrize("suffix", ["parquet", "xlsx", "jsonl"])
def test_other_formats(tmp_path, suffix):
    path = tmp_path / f"capacity.{suffix}"
    table = pl.DataFrame({"place": [1.0, 2.0], "capacity": [120, 80]})
    {"parquet": table.write_parquet, "xlsx": table.write_excel, "jsonl": table.write_ndjson}[suffix](path)
    assert read_capacity(path) == {"1": 120.0, "2": 80.0}


BAD = {
    "zero": ("place,capacity\nS1,120\nS2,0\n", 3, "the capacity 0 is not above 0"),
    "negative": ("place,capacity\nS1,-5\n", 2, "the capacity -5 is not above 0"),
    "text": ("place,capacity\nS1,many\n", 2, "the capacity 'many' is no number"),
    "infinite": ("place,capacity\nS1,inf\n", 2, "the capacity 'inf' is no number"),
    "missing": ("place,capacity\nS1,120\nS2,\n", 3, "the capacity is missing"),
    "NaN": ("place,capacity\nS1,NaN\n", 2, "the capacity is missing"),
    "no place": ("place,capacity\n,120\n", 2, "the place is missing"),
    "repeated": ("place,capacity\nS1,120\nS2,5\nS1,120\n", 4, "place 'S1' comes a second time"),
    "repeated as a float": ("place,capacity\n1,120\n1.0,120\n", 3, "place '1.0' comes a second time"),
    "column": ("place,capcity\nS1,120\n", None, "there is no column 'capacity'"),
}


@pytest.mark.parametrize(("text", "line", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_capacities(tmp_path, text, line, sentence):
    path = tmp_path / "capacity.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_capacity(path)
    assert sentence in caught.value.message
    assert caught.value.line == line
    assert isinstance(caught.value, InputError)


@given(st.dictionaries(st.integers(0, 999).map(str), st.floats(0.001, 1e9), min_size=1))
def test_what_was_written_is_read(tmp_path_factory, capacities):
    path = tmp_path_factory.mktemp("capacity") / "capacity.parquet"
    pl.DataFrame({"place": list(capacities), "capacity": list(capacities.values())}).write_parquet(path)
    assert read_capacity(path) == capacities
