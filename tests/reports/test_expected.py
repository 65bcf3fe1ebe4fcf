"""The map and the table of what is expected, the notices, and the words of what is counted."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from playwright.sync_api import Browser

from busyness.reports.expected import expected_by_place, expected_map, expected_table
from busyness.reports.material import ReportMaterial
from busyness.reports.places import shown_places
from busyness.reports.report import render_report
from busyness.reports.summary import headline

Make = Callable[..., ReportMaterial]


def mapped(chain_of: Make, stores: int = 3, **changes: object) -> ReportMaterial:
    places = chain_of(stores, days=1).places.with_columns(
        latitude=pl.Series([-12.1 + 0.01 * k for k in range(stores)]), longitude=pl.lit(-77.0)
    )
    return chain_of(stores, **({"language": "en", "days": 2, "places": places} | changes))


def test_the_map_shows_what_is_expected_in_all(chain_of: Make) -> None:
    material = mapped(chain_of)
    made, table = (make(material, shown_places(material)) for make in (expected_map, expected_table))
    assert made is not None
    assert table is not None
    assert made.title == "Expected visitors, Saturday 21 November to Sunday 22 November"
    total = sum(expected_by_place(material).values())
    assert material.forecast is not None
    assert total == pytest.approx(material.forecast["mean"].sum())
    assert [row[0] for row in table.rows] == [place.label for place in shown_places(material)]
    said = next(spot.said for spot in made.spots if spot.number == 0)
    assert said == f"{table.rows[0][0]}: {table.rows[0][1]} visitors"


def test_what_does_not_add_up_is_never_summed(chain_of: Make) -> None:
    """A courier who rides for three hours is in three slots, and is one courier."""
    material = mapped(chain_of, unit="couriers", adds_up=False)
    made = expected_map(material, shown_places(material))
    assert made is not None
    assert made.title.startswith("On average, couriers an hour, ")
    assert max(expected_by_place(material).values()) < 400
    assert not any("In all" in sentence for sentence in headline(material))
    html = render_report(material)
    assert "figure-totals" not in html
    assert "Expected in all" not in html
    assert "Share of all" not in html


def test_without_positions_there_is_no_map(chain_of: Make) -> None:
    material = chain_of(3, days=1)
    assert expected_map(material, shown_places(material)) is None
    assert 'id="map"' not in render_report(material)
    assert 'id="map"' in render_report(mapped(chain_of))


@pytest.mark.parametrize(("language", "said"), [("en", "What is forecast is served demand"), ("es", "demanda atendida")])
def test_notices_stand_before_everything(chain_of: Make, language: str, said: str) -> None:
    notices = ("served_demand", "perfect_weather", "Another <sentence>.")
    html = render_report(chain_of(1, days=1, language=language, unit="trips", notices=notices))
    assert html.index(said) < html.index("<h1>")
    assert ("Real demand for trips" in html) == (language == "en")
    assert "Another &lt;sentence&gt;." in html


@pytest.mark.parametrize(
    ("unit", "english", "spanish"),
    [("", "visitors", "visitantes"), ("trips", "trips", "viajes"), ("couriers", "couriers", "repartidores"),
     ("orders", "orders", "pedidos"), ("pings", "pings", "señales"), ("bicis", "bicis", "bicis")],
)  # fmt: skip
def test_what_is_counted_is_a_word_of_the_language(chain_of: Make, unit: str, english: str, spanish: str) -> None:
    assert f" {english} an hour" in headline(chain_of(1, days=1, language="en", unit=unit))[1]
    assert f" {spanish} por hora" in headline(chain_of(1, days=1, language="es", unit=unit))[1]


def test_no_sentence_speaks_of_visitors_when_trips_are_counted(chain_of: Make) -> None:
    for language, word in (("en", "visitor"), ("es", "visitante")):
        html = render_report(mapped(chain_of, language=language, unit="trips", title="x", notices=["served_demand"]))
        assert word not in html.split('<script type="application/json"')[0]


def test_three_days_have_no_week(chain_of: Make) -> None:
    days = mapped(chain_of, slot_minutes=1440, days=3)
    assert days.short
    assert not days.single
    html = render_report(days)
    assert "week of" not in html.split("<script")[0]
    assert "peak of the week" not in html.split("<script")[0]
    assert "likely to be the busiest of these days" in html
    assert "figure-totals" in html
    assert "figure-heat" not in html
    assert not chain_of(1, slot_minutes=1440, days=7).short


def test_one_day_alone_is_no_peak(chain_of: Make) -> None:
    day = chain_of(1, slot_minutes=1440, days=1, language="en")
    assert day.single
    assert not any(said in headline(day)[1] for said in ("the peak", "the busiest"))
    assert "peaks-card" not in render_report(day).split("<script")[0]


def test_choosing_a_place_on_the_map_shows_its_plots(browser: Browser, chain_of: Make, tmp_path: object) -> None:
    opened = browser.new_page(viewport={"width": 900, "height": 900})
    opened.set_content(render_report(mapped(chain_of, 12)))
    name = opened.locator(".spot[data-k='4'] title").text_content() or ""
    opened.locator(".spot[data-k='4']").dispatch_event("click")
    assert name.startswith(opened.locator("#store-name").inner_text() + ": ")
    assert opened.locator(".told").inner_text() == name
    assert opened.evaluate("document.documentElement.scrollWidth") <= 900
    opened.close()
