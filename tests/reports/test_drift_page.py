"""The page of a walk: in both languages, with what was found, and as a person sees it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Browser

from busyness.reports.drift_page import DriftMaterial, drift_page

FIRST = date(2026, 1, 5)
NAMES = ("frozen", "updating", "seasonal_naive")


def material(*, language: str = "en", days: int = 42, found: bool = True, **more: Any) -> DriftMaterial:
    rows = [
        {
            "date": FIRST + timedelta(days=day),
            "forecaster": name,
            "slots": 140,
            "mae": 20.0 + k,
            "wape": 0.2 + 0.05 * k * (day > 20),
            "wape_rolling": None if name == "seasonal_naive" and day < 7 else 0.2 + 0.05 * k * (day > 20),
            "coverage": None if name == "seasonal_naive" else 0.79,
        }
        for k, name in zip((2, 0, 1), NAMES, strict=True)
        for day in range(days)
    ]
    signal = {
        "place": "S1",
        "signal": "level",
        "since": FIRST + timedelta(days=21),
        "found": FIRST + timedelta(days=23),
        "size": -0.4,
        "sentence": "S1 <b>less</b>.",
    }
    signals = pl.DataFrame([signal] if found else [], schema={k: pl.DataFrame([signal]).schema[k] for k in signal})
    return DriftMaterial(accuracy=pl.DataFrame(rows), signals=signals, language=language, model="boosted-1", **more)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_says_what_was_found(language: str) -> None:
    page = drift_page(material(language=language, notes=("A note.",), simulated=True))
    assert f'<html lang="{language}">' in page
    assert "S1 &lt;b&gt;less&lt;/b&gt;." in page
    assert page.count("<polyline") == 3
    assert page.count('class="alarm"') == 1
    assert "A note." in page
    assert "33" in page  # the updating model misses a third less
    assert "frozen" not in page


def test_notes_are_said_in_the_page_s_language() -> None:
    page = drift_page(material(language="es", notes=("Read 'time' as the time and 'visits' as the count.",)))
    assert "Se leyó &#39;time&#39; como la hora y &#39;visits&#39; como el conteo." in page


def test_without_a_change_it_says_so() -> None:
    page = drift_page(material(found=False))
    assert "At no place has demand left" in page
    assert 'class="alarm"' not in page


def test_where_few_days_were_quiet_it_does_not_say_that_nothing_has_changed() -> None:
    page = drift_page(material(found=False, in_doubt=0.331)).replace("\u00a0", " ")
    assert "At no place has demand left" not in page
    assert "too few quiet days to tell" in page
    assert "hold 33 %" in page
    assert "contienen 33" in drift_page(material(found=False, in_doubt=0.331, language="es"))
    assert "At one place" in drift_page(material(in_doubt=0.331))


def test_no_label_of_the_plot_is_cut_on_a_phone(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 900})
    for language in ("en", "es"):
        page.set_content(drift_page(material(language=language)))
        cut = page.evaluate(
            """() => { const box = document.querySelector(".over-time .drawn").getBoundingClientRect();
            return [...document.querySelectorAll(".over-time text")]
              .filter((text) => getComputedStyle(text).display !== "none")
              .filter((text) => { const own = text.getBoundingClientRect();
                return own.left < box.left || own.right > box.right; }).map((text) => text.textContent); }"""
        )
        assert cut == []
    page.close()


def test_one_day_is_a_page_too() -> None:
    assert drift_page(material(days=1, found=False)).count("<polyline") == 2


@pytest.mark.parametrize("width", [1200, 390])
def test_nothing_is_cut_off_and_nothing_fails(browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.set_content(drift_page(material()))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    plot = page.locator(".over-time svg").bounding_box()
    assert plot is not None
    assert plot["height"] > 100
    assert plot["x"] + plot["width"] <= width  # the chart scales: nothing of it is beyond the edge
    assert faults == []
    page.close()
