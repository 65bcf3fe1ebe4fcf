from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import ColumnMissingError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.reports.flow_map import DRAWN, FlowMap, FlowMaterial, drawn_flow_map
from busyness.reports.pages import templates
from busyness.reports.words import words_of

ENGLISH = words_of("en")
PLACES = tuple(Place(f"p{k}", f"Shop {k}", 41.8 + 0.01 * (k // 4), -87.7 + 0.012 * (k % 4)) for k in range(12))
DEPOTS = (Place("north", "North", 41.83, -87.69),)


def drawn(*rows: tuple[str, str, float], **fields: object) -> FlowMap:
    moves = pl.DataFrame(rows, schema={"from": pl.String, "to": pl.String, "quantity": pl.Float64}, orient="row")
    made = drawn_flow_map(FlowMaterial(PLACES, DEPOTS, moves, **fields), ENGLISH)  # type: ignore[arg-type]
    assert made is not None
    return made


def test_moves_between_the_same_two_are_one_arrow_and_the_widest_comes_first() -> None:
    made = drawn(("p0", "p5", 2), ("north", "p1", 4), ("p0", "p5", 3), unit="scooters", title="Friday")
    assert [arrow.said for arrow in made.arrows] == ["5 scooters from Shop 0 to Shop 5", "4 scooters from North to Shop 1"]
    assert made.arrows[0].width > made.arrows[1].width
    assert [depot.name for depot in made.depots] == ["North"]
    assert made.said == "Map of 2 moves: Friday. The same moves stand in the table."
    assert made.note == ""
    assert [text for _, text in made.legend] == ["4", "5"]


def test_there_and_back_are_two_arrows_beside_each_other() -> None:
    there, back = drawn(("p0", "p3", 3), ("p3", "p0", 3)).arrows
    bends = [float(re.search(r"Q[\d.]+,([\d.]+)", arrow.line)[1]) for arrow in (there, back)]  # type: ignore[index]
    assert abs(bends[0] - bends[1]) > 10


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownPlaceError, match="'p77'"):
        drawn(("p77", "p0", 1))
    with pytest.raises(ColumnMissingError, match="'quantity'"):
        drawn_flow_map(FlowMaterial(PLACES, DEPOTS, pl.DataFrame({"from": ["p0"], "to": ["p1"]})), ENGLISH)


def test_nothing_to_draw() -> None:
    assert drawn().arrows == drawn().legend == ()
    empty = pl.DataFrame(schema={"from": pl.String, "to": pl.String, "quantity": pl.Float64})
    assert drawn_flow_map(FlowMaterial((Place("a"),), (), empty), ENGLISH) is None


def test_only_the_largest_of_many_are_drawn_and_it_says_so() -> None:
    pairs = [(f"p{a}", f"p{b}", 1 + a * 12 + b) for a in range(12) for b in range(12) if a != b]
    made = drawn(*pairs)
    assert len(made.arrows) == DRAWN
    assert made.note == "The 80 largest of 132 moves are drawn."
    assert made.arrows[0].number == "143"


ENDS = st.tuples(*[st.sampled_from([place.id for place in (*PLACES, *DEPOTS)])] * 2, st.integers(1, 99))


@given(st.lists(ENDS, max_size=30))
def test_every_arrow_lies_in_the_picture_and_numbers_keep_apart(rows) -> None:
    made = drawn(*rows)
    for arrow in made.arrows:
        for x, y in re.findall(r"([-\d.]+),([-\d.]+)", arrow.head):
            assert 0 <= float(x) <= made.ground.width
            assert 0 <= float(y) <= made.ground.height
    spots = [arrow.at for arrow in made.arrows if arrow.at] + [spot.name_at for spot in made.ground.spots if spot.name_at]
    for k, (x, y) in enumerate(arrow.at for arrow in made.arrows if arrow.at):
        assert all(abs(x - u) > 8 or abs(y - v) > 14 for u, v in spots[k + 1 :])
        assert 0 < x < made.ground.width
        assert 0 < y < made.ground.height


def test_the_template_writes_it_and_names_are_never_markup() -> None:
    evil = Place("x", "<script>alert(1)</script>", 41.82, -87.68)
    moves = pl.DataFrame({"from": ["x"], "to": ["p1"], "quantity": [3]})
    made = drawn_flow_map(FlowMaterial((*PLACES, evil), DEPOTS, moves, unit="scooters"), ENGLISH)
    page = templates().from_string('{% from "flow_map.html.j2" import flow_map %}{{ flow_map(drawn, say, id="flows") }}')
    html = page.render(drawn=made, say=ENGLISH.say)
    assert "<script>" not in html
    assert html.count("<g ") == 1
    assert "3 scooters from &lt;script&gt;" in html
