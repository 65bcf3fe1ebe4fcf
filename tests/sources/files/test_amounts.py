"""How people write numbers."""

import polars as pl
import pytest

from busyness.sources.files.amounts import read_amounts


@pytest.mark.parametrize(
    ("texts", "amounts", "delimiter"),
    [
        (["5", "7.5", "1e3", "+4", "-3"], [5, 7.5, 1000, 4, -3], ","),
        (["12,5", "3", "1,25"], [12.5, 3, 1.25], ";"),
        (["1,234", "987", "12,345,678"], [1234, 987, 12345678], ","),
        (["1.234,5", "987"], [1234.5, 987], ";"),
        (["1,234.5", "987"], [1234.5, 987], ","),
        (["1.234", "987", "2.001"], [1234, 987, 2001], ";"),
        (["1.234.567", "12"], [1234567, 12], ";"),
        (["1102.093", "1004.768"], [1102.093, 1004.768], "|"),
        (["0.123", "5", "0.456"], [0.123, 5, 0.456], ","),
        (["1.125", "5.5", "7"], [1.125, 5.5, 7], ","),
        (["1,234", "5000"], [1.234, 5000], ","),
        (["1,234", "2,345"], [1.234, 2.345], ";"),
        (["1 234", "1\u00a0234", "1'234", "1\u202f234"], [1234] * 4, ","),
        (["−5", "5"], [-5, 5], ","),
    ],
)
def test_decimal_signs_and_thousands(texts, amounts, delimiter):
    read = read_amounts(pl.Series(texts), delimiter=delimiter).frame
    assert read["amount"].to_list() == amounts
    assert not read["unreadable"].any()


def test_the_sign_may_be_named():
    assert read_amounts(pl.Series(["1,234", "5"]), decimal=",").frame["amount"].to_list() == [1.234, 5]
    assert read_amounts(pl.Series(["1.234", "5", "6.789"]), decimal=".").frame["amount"].to_list() == [1.234, 5, 6.789]
    odd = read_amounts(pl.Series(["5.5", "5,5"]), decimal=",").frame
    assert (odd["amount"].to_list(), odd["unreadable"].to_list()) == ([None, 5.5], [True, False])


@pytest.mark.parametrize("text", ["", " ", "NA", "N/A", "NaN", "null", "None", "-", "—", "#N/A", "s/d", "sin dato", None])
def test_nothing_observed_is_no_mistake(text):
    read = read_amounts(pl.Series([text, "5"])).frame
    assert (read["amount"].to_list(), read["unreadable"].to_list()) == ([None, 5], [False, False])


@pytest.mark.parametrize("text", ["many", "5 people", "1.2.3", "5%", "1,2,3", "$5", "0x10", "(5)", "5-6"])
def test_words_are(text):
    read = read_amounts(pl.Series([text, "5"])).frame
    assert (read["amount"].to_list(), read["unreadable"].to_list()) == ([None, 5], [True, False])


def test_typed_columns():
    assert read_amounts(pl.Series([1, None])).frame["amount"].to_list() == [1, None]
    assert read_amounts(pl.Series([1.5, float("nan")])).frame["amount"].to_list() == [1.5, None]
    assert read_amounts(pl.Series([True, False])).frame["amount"].to_list() == [1, 0]
    assert read_amounts(pl.Series(["1.50"]).cast(pl.Decimal(10, 2))).frame["amount"].to_list() == [1.5]
    assert read_amounts(pl.Series([None, None])).frame["amount"].to_list() == [None, None]


def test_what_was_assumed_is_said():
    assert read_amounts(pl.Series(["12,5"])).notes == ("Counts such as 12,5 were read with a decimal comma.",)
    assert "between thousands" in read_amounts(pl.Series(["1,234", "5"])).notes[0]
