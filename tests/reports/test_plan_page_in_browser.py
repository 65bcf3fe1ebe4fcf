"""Plan pages as people see them: on a desk and on a phone, without a network, nothing cut off, tables that sort."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from playwright.sync_api import Browser

from busyness.reports.day_grid import drawn_grid
from busyness.reports.plan_page import PlanPage, plan_words, render_plan_page
from busyness.reports.plan_table import written_table
from busyness.reports.tiles import Tile
from busyness.reports.tracks import Mark, Track, drawn_tracks


def page_of(language: str) -> str:
    words = plan_words(language)
    days = [date(2025, 6, day) for day in range(1, 29)]
    expected = pl.DataFrame({"place": ["A"] * 28, "date": days, "visits": [float(day) * 100 for day in range(28)]})
    frame = pl.DataFrame(
        {"place": ["B", "A", "C"], "cost": [20.0, 100.0, 3.0], "why": ["because of this and that " * 4] * 3}
    )
    marks = (Mark("band", -5, 5, "chance"), Mark("line", 10, 40), Mark("dot", 25, 25))
    grid = drawn_grid(expected, [("A", days[3], days[5], "2x1")], words, names={"A": "A rather long name of a store"})
    assert grid is not None
    return render_plan_page(
        PlanPage(
            title="A plan",
            subtitle=["model: boosted-1"],
            lead=["It saves a lot."],
            tiles=[Tile("cost", "1,234 PEN", "less")] * 5,
            notes=["A note"],
            parts=[
                drawn_tracks("Effects", [Track("a_long_type_of_promotion", "+25 % (10 to 40)", marks)], written=str),
                grid,
                written_table(frame, frame.columns, words, id="orders", file="plan.csv"),
            ],
            files=["plan.csv"],
            simulated=True,
        ),
        words,
    )


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_cut_off_and_nothing_is_asked(
    browser: Browser, written: Callable[[str], str], language: str, width: int
) -> None:
    address = written(page_of(language))
    page = browser.new_page(viewport={"width": width, "height": 900})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("request", lambda asked: None if asked.url.startswith(("data:", address)) else faults.append(asked.url))
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    line = page.locator(".track .line").first.bounding_box()
    dot = page.locator("circle.plan").bounding_box()
    assert line is not None
    assert dot is not None
    assert line["x"] <= dot["x"] <= line["x"] + line["width"]
    assert page.locator("td.picked").count() == 3
    assert "simul" in page.locator(".banner").inner_text()
    page.locator("#orders thead button").nth(1).click()
    assert page.locator("#orders tbody th").all_inner_texts() == ["C", "B", "A"]
    assert faults == []
    page.close()
