from __future__ import annotations

import re

import polars as pl
import pytest
from playwright.sync_api import Browser

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.reports.places_page import PlacesMaterial, render_places_page

SQUARE = [(-87.7, 41.8), (-87.6, 41.8), (-87.6, 41.9), (-87.7, 41.9)]
HOSTILE = "</script><script>alert(1)</script> & 'Ñandú'"
TABLE = pl.DataFrame(
    {
        "place": ["6", "76", "9"],
        "name": ["Lake View", "O'Hare", HOSTILE],
        "latitude": [41.94, 41.98, None],
        "longitude": [-87.65, -87.9, None],
        "area_km2": [8.1, 34.5, None],
        "parent": ["north", "far", "north"],
        "trips": [1080, 72, None],
        "open_all_night": [True, False, None],
    }
)


def page(**changes: object) -> str:
    fields = {"places": TABLE, "outlines": {"6": [SQUARE]}, "shaded": "trips", "unit": "trips"}
    return render_places_page(PlacesMaterial("Chicago", **(fields | changes)))  # type: ignore[arg-type]


def test_the_page_has_the_map_the_table_and_what_was_found() -> None:
    html = page(findings=["Two areas overlap: A and B."])
    assert "Two areas overlap: A and B." in html
    assert "3 places · 2 parents · 43 km² in all" in html
    assert html.count('class="spot') == 2
    assert "Lake View: 1,080 trips" in html
    assert "1 place has no position" in html
    assert re.findall(r"<th scope=\"col\".*?<button type=\"button\">(.*?)<", html)[:3] == ["Name", "Place", "Latitude"]
    assert 'data-v="1080.0">1,080<' in html
    assert "41.9400" in html


def test_it_asks_for_nothing_and_trusts_no_name() -> None:
    html = page(findings=[HOSTILE])
    assert not re.search(r"(src|href)=\"(?!#|data:)", html)
    assert html.count("<script>") == 1
    assert "default-src 'none'" in html


def test_it_is_written_in_spanish_too() -> None:
    html = page(language="es")
    assert "Lake View: 1.080 viajes" in html
    assert '<html lang="es">' in html
    assert "41,9400" in html


def test_ids_alone_make_a_page_without_a_map() -> None:
    html = page(places=pl.DataFrame({"place": ["a", "b"]}), outlines={}, shaded="", unit="")
    assert "<svg" not in html
    assert "2 places" in html


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(ColumnMissingError, match="'visits'"):
        page(shaded="visits")
    with pytest.raises(InputError, match="'fr'"):
        page(language="fr")


@pytest.mark.parametrize("width", [360, 1200])
def test_it_is_read_sorted_and_filtered(browser: Browser, tmp_path: object, width: int) -> None:
    many = pl.concat([TABLE, *(TABLE.with_columns(place=pl.lit(f"x{k}"), trips=pl.lit(k, pl.Int64)) for k in range(4))])
    opened = browser.new_page(viewport={"width": width, "height": 900})
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    opened.set_content(page(places=many))
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    button = opened.locator("thead button", has_text="trips")
    for expected in ("0", "1,080"):  # upwards, then downwards; empty cells stay last
        button.click()
        assert opened.locator("#places tbody tr").first.locator("td").nth(5).inner_text() == expected
        assert opened.locator("#places tbody tr").last.locator("td").nth(5).inner_text() == "–"
    opened.fill("[data-filter=places]", "nandu")
    assert opened.locator("#places tbody tr:visible").count() == 5
    opened.locator(".spot").first.dispatch_event("click")
    assert opened.locator(".told").inner_text()
    assert faults == []
    opened.close()
