"""The page of a plan stands alone, in two languages, and writes nothing as markup that came as text."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.reports.day_grid import drawn_grid
from busyness.reports.plan_page import PlanPage, bound_tile, money, plan_words, render_plan_page, versions_said
from busyness.reports.plan_table import SHOWN_ROWS, TableStyle, written_table
from busyness.reports.tiles import Tile
from busyness.reports.tracks import Mark, Track, drawn_tracks
from busyness.tables.plan import ACTIONS_SCHEMA, Plan

NASTY = '<script>alert("x")</script>'


def plan(**more) -> Plan:
    facts = {"cost": 120.0, "bound": 90.0, "currency": "PEN", "versions": {"model": "boosted-1", "seed": "3"}}
    return Plan("stock", pl.DataFrame(schema=dict(ACTIONS_SCHEMA)), **{**facts, **more})


def test_both_languages_have_the_same_phrases():
    assert plan_words("es").phrases.keys() == plan_words("en").phrases.keys()
    with pytest.raises(InputError, match="cannot be written in 'fr'"):
        plan_words("fr")


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_shows_what_it_is_given_and_asks_the_network_for_nothing(language):
    words = plan_words(language)
    frame = pl.DataFrame({"place": [NASTY, "B"], "cost": [1234.5, None], "start": [date(2025, 6, 2), None]})
    page = PlanPage(
        title=NASTY,
        subtitle=versions_said(plan(), words),
        lead=["first", "second"],
        tiles=[Tile("label", "value", "note"), bound_tile(plan(), words)],
        notes=["know this"],
        parts=[
            drawn_tracks("figure", [Track("line", "said", (Mark("bar", 0, 1), Mark("dot", 1, 1)))], written=str),
            written_table(frame, frame.columns, words, id="orders", file="plan.csv"),
        ],
        files=["plan.csv"],
    )
    html = render_plan_page(page, words)
    assert "<script>alert" not in html
    assert "http" not in html.replace("http-equiv", "")
    for text in ("first", "second", "value", "know this", "figure", "said", 'href="plan.csv"', "boosted-1"):
        assert text in html
    assert ("1.234" if language == "es" else "1,23") in html
    assert 'data-v="1234.5"' in html
    assert "seed" not in html


def test_money_and_bound_are_said_with_the_currency():
    words = plan_words("en")
    assert money(1234.0, plan(), words) == "1,234\u00a0PEN"
    assert money(5.0, plan(currency=""), words) == "5"
    assert bound_tile(plan(), words).value == "25.0\u00a0%"
    assert bound_tile(plan(bound=120.0), words).value == "nothing can be better"


def test_a_table_is_written_the_language_s_way_and_cut_where_it_is_long():
    words = plan_words("es")
    frame = pl.DataFrame(
        {
            "place": ["A"] * (SHOWN_ROWS + 5),
            "change": [0.125] * (SHOWN_ROWS + 5),
            "picked": [True] * (SHOWN_ROWS + 5),
            "arrives": [datetime(2025, 6, 2, 9)] * (SHOWN_ROWS + 5),
            "cost": [float("nan")] * (SHOWN_ROWS + 5),
        }
    )
    style = TableStyle(shares=("change",), names={"A": "Tienda A"})
    written = written_table(frame, ("place", "change", "picked", "arrives", "cost", "gone"), words, id="orders", style=style)
    assert [cell.text for cell in written.rows[0]] == ["Tienda A", "12,5\u00a0%", "sí", "lun 2 jun 2025 09:00", "–"]
    assert len(written.rows) == SHOWN_ROWS
    assert "305" in written.note
    assert [head.number for head in written.heads] == [False, True, False, False, True]


def test_the_calendar_marks_what_was_picked():
    words = plan_words("en")
    days = [date(2025, 6, day) for day in (6, 7)]
    expected = pl.DataFrame({"place": ["A", "A", "B", "B"], "date": days * 2, "visits": [10.0, 90.0, 5.0, 5.0]})
    grid = drawn_grid(expected, [("B", days[1], days[1], "2x1")], words, names={"B": "Beta"})
    assert grid is not None
    assert [row.name for row in grid.rows] == ["Beta", "A"], "places with a window first"
    assert [day.picked for day in grid.rows[0].days] == ["", "A"]
    assert [day.shade for day in grid.rows[1].days] == [0, 2]
    assert grid.legend == (("A", "2x1"),)
    assert grid.days == (("Fri", "6", False), ("Sat", "7", True))
    assert drawn_grid(expected.clear(), [], words, names={}) is None
