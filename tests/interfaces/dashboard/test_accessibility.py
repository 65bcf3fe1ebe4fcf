"""Every page in both themes and widths: nothing serious for axe, nothing off the side, all of it without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

Begin = Callable[..., Any]
PAGES = {
    "today": ("operations", "/today"),
    "week": ("operations", "/operations?view=week"),
    "past": ("operations", "/operations?view=past"),
    "overrides": ("operations", "/operations?view=overrides"),
    "roster": ("operations", "/operations?view=roster"),
    "my-shifts": ("staff", "/my-shifts"),
    "stock": ("inventory", "/stock"),
    "logistics": ("logistics", "/logistics?world=scooters"),
    "marketing": ("marketing", "/marketing"),
    "finance": ("finance", "/finance"),
    "models": ("admin", "/models"),
    "users": ("admin", "/admin?view=users"),
    "keys": ("admin", "/admin?view=keys"),
    "audit": ("admin", "/admin?view=audit"),
    "privacy": ("admin", "/admin?view=privacy"),
    "signin": (None, "/signin"),
}
NARROW, PHONE, DESKTOP = (360, 740), (390, 844), (1280, 900)
ONLY = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
GRAVE = {"serious", "critical"}


@cache
def axe() -> Any:
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


def opened(begin: Begin, name: str, **how: Any) -> Any:
    role, path = PAGES[name]
    now = begin(role, **how)
    if role:
        return now.go(path)
    now.page.goto(now.site.url + path)
    return now.page


def grave(page: Any) -> list[str]:
    found = axe().run(page, options=ONLY).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in GRAVE]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_in_both_themes(visit: Begin, name: str, pictures: Path) -> None:
    for theme, size, language in (("light", PHONE, "es"), ("dark", DESKTOP, "en")):
        page = opened(visit, name, theme=theme, size=size, language=language)
        page.screenshot(path=pictures / f"{name}-{theme}-{size[0]}.png", full_page=True)
        assert not grave(page), theme


def test_axe_finds_nothing_serious_in_what_opens(visit: Begin) -> None:
    page = opened(visit, "roster", theme="dark")
    page.locator("details.shifts summary").click()
    page.get_by_role("button", name="Somebody is ill").click()
    assert not grave(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Somebody is ill"


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_at_360_pixels(visit: Begin, name: str) -> None:
    page = opened(visit, name, size=NARROW, language="es")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main select, main input:not([type=checkbox]), .top button')]
        .filter((one) => one.checkVisibility() && !one.matches('.sort') && one.getBoundingClientRect().height < 43.5)
        .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert not small


def test_the_page_has_landmarks_headings_in_order_and_a_way_past_the_menu(visit: Begin) -> None:
    page = opened(visit, "week")
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() >= 1
    levels = page.eval_on_selector_all("h1, h2, h3", "all => all.map((one) => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_focus_can_be_seen(visit: Begin) -> None:
    page = opened(visit, "today")
    for _ in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_the_menu_opens_and_closes_on_a_phone(visit: Begin) -> None:
    page = opened(visit, "today", size=PHONE)
    menu = page.get_by_role("button", name="Menu")
    menu.tap()
    assert menu.get_attribute("aria-expanded") == "true"
    page.locator("#sections a", has_text="Stock").wait_for()
    page.keyboard.press("Escape")
    assert menu.get_attribute("aria-expanded") == "false"
    assert not page.locator("#sections a").first.is_visible()
