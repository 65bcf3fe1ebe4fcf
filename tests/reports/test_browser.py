"""The report as people see it: in a browser, without a network, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Browser, Page

from busyness.reports.material import ReportMaterial
from busyness.reports.report import render_report

Make = Callable[..., ReportMaterial]
Write = Callable[[str], str]
Y_OF_MEDIAN = "document.getElementById('plot-forecast').data.find((t) => t.mode === 'lines' && t.text && t.line.width > 2).y"


@contextmanager
def opened(browser: Browser, address: str, *, width: int = 1280, **options: Any) -> Iterator[Page]:
    """The page, once drawn; nothing may be asked of the network, and nothing may go wrong."""
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on(
        "request",
        lambda asked: None if asked.url == address or asked.url.startswith(("data:", "blob:")) else faults.append(asked.url),
    )
    page.goto(address)
    page.wait_for_function("document.querySelectorAll('.plot:not([hidden]) .main-svg').length > 0")
    yield page
    assert faults == []
    page.close()


def test_every_figure_is_drawn_and_described(browser: Browser, chain_of: Make, written: Write) -> None:
    with opened(browser, written(render_report(chain_of(12)))) as page:
        for name in ("heat", "forecast", "last", "totals", "overall", "ahead", "places", "importance"):
            canvas = page.locator(f"#plot-{name}")
            assert canvas.locator(".main-svg").count() > 0, name
            assert len(canvas.get_attribute("aria-label") or "") > 20, name
        assert page.locator("#peaks tbody tr").count() == 14
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_choosing_a_place_changes_its_plots_and_tables(browser: Browser, chain_of: Make, written: Write) -> None:
    with opened(browser, written(render_report(chain_of(12)))) as page:
        before, peak = page.evaluate(Y_OF_MEDIAN), page.locator("#peaks tbody td").nth(2).inner_text()
        page.select_option("#store", label="Surco")
        assert page.locator("#store-name").inner_text() == "Surco"
        assert page.evaluate(Y_OF_MEDIAN) != before
        assert page.locator("#peaks tbody td").nth(2).inner_text() != peak
        page.fill("#store-search", "nandu")  # an ñ is found without its tilde, and a name is never markup
        assert page.locator("#store-name").inner_text() == '<script>alert(1)</script> & "Ñandú"'
        assert page.locator("#store option").count() == 1


def test_the_range_of_the_forecast_can_be_chosen(browser: Browser, chain_of: Make, written: Write) -> None:
    with opened(browser, written(render_report(chain_of(2)))) as page:
        ranges = []
        for name in ("near", "ahead", "all"):
            page.click(f"[data-range={name}]")
            ranges.append(tuple(page.evaluate("document.getElementById('plot-forecast').layout.xaxis.range")))
            assert page.get_attribute(f"[data-range={name}]", "aria-pressed") == "true"
        assert len(set(ranges)) == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("stores", "slot_minutes"), [(1, 60), (12, 60), (3, 1440)])
def test_nothing_sticks_out_on_a_phone(
    browser: Browser, chain_of: Make, written: Write, stores: int, slot_minutes: int, scheme: str
) -> None:
    address = written(render_report(chain_of(stores, slot_minutes=slot_minutes)))
    with opened(browser, address, width=360, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.locator("#plot-forecast .main-svg").first.bounding_box()["width"] <= 360  # type: ignore[index]
        assert page.locator(".chooser").is_visible() == (stores > 1)
        assert page.locator("#store-search").count() == (stores > 10)


def test_a_place_without_plots_says_so_and_keeps_its_tables(browser: Browser, chain_of: Make, written: Write) -> None:
    with opened(browser, written(render_report(chain_of(62, days=3, language="en")))) as page:
        page.select_option("#store", "61")
        assert "60 busiest" in page.locator("#store-noplots").inner_text()
        assert not page.locator("#figure-forecast").is_visible()
        assert page.locator("#peaks tbody tr").count() == 3
        assert page.locator("#totals tbody tr").count() == 3


@pytest.mark.parametrize("width", [1100, 760, 360])
def test_the_hours_of_a_place_that_never_closes_are_level_and_apart(
    browser: Browser, chain_of: Make, written: Write, width: int
) -> None:
    material = chain_of(1)
    assert material.forecast is not None
    always = material.forecast.with_columns(pl.col("q05", "q10", "q25", "q50", "q75", "q90", "q95", "mean") + 20)
    with opened(browser, written(render_report(chain_of(1, forecast=always))), width=width) as page:
        labels = page.locator("#plot-heat .xaxislayer-above text").all()
        boxes = [label.bounding_box() for label in labels]
        canvas = page.locator("#plot-heat").bounding_box()
        assert len(boxes) >= 4
        assert canvas is not None
        assert all(box is not None and box["height"] < 24 and box["y"] >= canvas["y"] for box in boxes)
        assert all(a["x"] + a["width"] < b["x"] for a, b in pairwise(boxes))  # type: ignore[index]


@pytest.mark.parametrize("ratio", [0.7, 0.9, 1.0, 1.1, 1.4])
@pytest.mark.parametrize("span", ["near", "all"])
def test_the_names_of_the_lines_do_not_meet_on_a_phone(
    browser: Browser, chain_of: Make, written: Write, ratio: float, span: str
) -> None:
    places = chain_of(1).places.with_columns(capacity=pl.lit(730.0 * ratio))
    with opened(browser, written(render_report(chain_of(1, places=places))), width=360) as page:
        page.click(f"[data-range={span}]")
        boxes = [found.bounding_box() for found in page.locator("#plot-forecast .annotation .annotation-text-g").all()]
        assert len(boxes) == 2
        (a, b) = sorted(boxes, key=lambda box: box["y"])  # type: ignore[index]
        apart = a["y"] + a["height"] <= b["y"] or a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]  # type: ignore[index]
        assert apart
        assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)


def test_it_prints_and_saves_pictures_in_light_colours(browser: Browser, chain_of: Make, written: Write) -> None:
    with opened(browser, written(render_report(chain_of(2, days=7))), color_scheme="dark") as page:
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("document.getElementById('plot-forecast').layout.font.color") == "#17202a"
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("document.getElementById('plot-forecast').layout.font.color") == "#e9edf2"
        with page.expect_download() as saved:
            page.click("#figure-heat .save")
        assert saved.value.suggested_filename.startswith("miraflores-")
        assert saved.value.path().read_bytes()[:4] == b"\x89PNG"
