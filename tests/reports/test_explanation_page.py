"""The pages of an explanation on a phone: no table is cut off, and what a feature does can be seen."""

from __future__ import annotations

import polars as pl
from playwright.sync_api import Browser

from busyness.reports.explanation_page import EffectMaterial, ExplanationMaterial, effect_page, explanation_page

_BEYOND = "[...document.querySelectorAll('.scroll')].map((box) => box.scrollWidth - box.clientWidth)"


def test_no_table_is_cut_off_on_a_phone(browser: Browser) -> None:
    features = pl.DataFrame(
        {
            "feature": ["hour_of_week", "median_8"],
            "value": [115.0, 1.7],
            "amount": [4.0, 34.0],
            "meaning": ["hora del día + 24 × día de la semana (0 lunes)", "nivel de las últimas ocho semanas"],
        }
    )
    families = [("lo habitual", 463.0), ("el calendario", -28.0)]
    material = ExplanationMaterial("S001: se esperan 435.", "S001", "2026-11-27 19:00", 435.0, families, features, "es")
    page = browser.new_page(viewport={"width": 375, "height": 812})
    page.set_content(explanation_page(material))
    assert page.evaluate(_BEYOND) == [0]
    label = page.evaluate(
        """() => { const range = document.createRange();
        range.selectNodeContents(document.querySelector("#features tbody th")); return range.getClientRects().length; }"""
    )
    assert label == 1, "hour_of_week stays one word on one line"
    page.close()


def test_the_values_of_a_feature_stand_apart_and_under_their_heads(browser: Browser) -> None:
    table = pl.DataFrame({"value": [0.2, 2.5], "expected": [164.0, 169.0], "low": [160.0, 165.0], "high": [167.0, 174.0]})
    page = browser.new_page(viewport={"width": 375, "height": 812})
    page.set_content(effect_page(EffectMaterial("last_day", table, 166.0, 488)))
    assert page.evaluate(_BEYOND) == [0]
    first, last = (page.locator(".track circle").nth(k).bounding_box() for k in (0, 1))
    assert first is not None
    assert last is not None
    assert last["x"] - first["x"] > 50
    head = page.locator("#effect thead th").first
    assert head.evaluate("(own) => getComputedStyle(own).textAlign") in {"left", "start"}
    page.close()
