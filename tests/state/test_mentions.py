"""Mentions: a person is found by whole words, and a number that could be anything is left alone."""

from busyness.state.mentions import Mentions

BEN = Mentions(words=["Ben Ortiz", "ben@shop.example", "Ana"], codes={"7", "E7"}, pseudonym="X")


def test_whole_words_in_any_case_are_replaced() -> None:
    said = "ask BEN ORTIZ (ben@shop.example), e7 or Ana"
    assert BEN.replaced(said) == "ask X (X), X or X"
    assert BEN.replaced("Banana, Santana, E77, 7 heads, shifts/7") == "Banana, Santana, E77, 7 heads, shifts/7"
    assert BEN.replaced("person/7 and person/70") == "person/X and person/70"


def test_in_json_a_code_counts_where_a_person_stands() -> None:
    said = {
        "person": "7",
        "station": "7",
        "colleagues": ["7", "8"],
        "slots": [7],
        "Ben Ortiz": {"n": None, "to_person_id": "7"},
    }
    expected = {"person": "X", "station": "7", "colleagues": ["X", "8"], "slots": [7], "X": {"n": None, "to_person_id": "X"}}
    assert BEN.replaced(said) == expected


def test_found_looks_into_json() -> None:
    assert BEN.found('{"who":"7"}')
    assert BEN.found('{"words":"\\"Ana\\""}')
    assert not BEN.found('{"heads":"7"}')
    assert BEN.found("{Ana")
    assert not Mentions(words=[], codes=(), pseudonym="X").found("anything, person/")
