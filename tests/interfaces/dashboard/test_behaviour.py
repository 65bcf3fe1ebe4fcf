"""What every page does: worlds, places, languages, themes, failures, empty states, and a quick first view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Begin = Callable[..., Any]
PHONE = (390, 844)
FIRST_VIEW_MS = 1000


def test_without_a_session_one_is_led_to_the_page_that_explains_how_to_get_in(visit: Begin) -> None:
    now = visit(None, quiet=False)
    page = now.page
    page.goto(now.site.url + "/stock")
    page.wait_for_url("**/signin")
    page.get_by_label("Or your key").fill("bk_wrong")
    page.get_by_role("button", name="Sign in").click()
    assert "did not work" in page.locator("[role=alert]").inner_text()
    page.get_by_label("Or your key").fill("bk_12345678_secret")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("#section[aria-busy=false]")
    assert page.locator("h1").inner_text() == "Today"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signin")


def test_a_place_is_found_among_ten_thousand_by_keyboard(visit: Begin) -> None:
    page = visit("operations").go("/operations?world=couriers")
    box = page.get_by_role("combobox", name="Place")
    box.click()
    box.fill("07777")
    page.locator("[role=option]", has_text="07777").wait_for()
    box.press("ArrowDown")
    assert page.locator(f"#{box.get_attribute('aria-activedescendant')}").inner_text() == "Hexágono 07777"
    box.press("Enter")
    page.wait_for_url("**place=C7777**")
    page.locator(".lead", has_text="Hexágono 07777").wait_for()


def test_the_world_is_switched_and_remembered(visit: Begin) -> None:
    page = visit("operations").go("/today")
    page.get_by_label("World").select_option("scooters")
    page.locator("th", has_text="LAKE VIEW").wait_for()
    assert page.locator(".lead").inner_text().startswith("Thu 10 Sep")
    page.locator("#sections a", has_text="Logistics").click()
    page.wait_for_selector("path.area")


def test_a_world_that_is_not_ready_says_so_and_another_is_shown(visit: Begin) -> None:
    now = visit("operations", quiet=False)
    now.site.api.memory.unready = "retail"
    page = now.go("/operations")
    switch = page.get_by_label("World")
    assert switch.input_value() != "retail", "the first that has something to show"
    assert "(not ready yet)" in switch.locator("option[value=retail]").inner_text()
    switch.select_option("retail")
    page.locator("[role=alert]", has_text="no forecast to answer with").wait_for()
    page.get_by_label("World").select_option("scooters")
    page.locator(".heat button").first.wait_for()


def test_simulated_data_are_said_to_be_so_on_every_page(visit: Begin) -> None:
    page = visit("admin").go("/operations?world=retail")
    said = page.locator("#simulated")
    assert said.inner_text().startswith("These data are simulated")
    page.get_by_label("World").select_option("scooters")
    page.locator("#simulated").wait_for(state="hidden")
    own = visit("staff", language="es", size=(390, 844)).go("/my-shifts")
    assert own.locator("#simulated").inner_text().startswith("Estos datos son simulados")


def test_the_browsers_language_counts_until_somebody_chose_one(visit: Begin) -> None:
    for chosen, language in ((False, "es"), (True, "en")):
        now = visit("operations", language="es-PE")
        now.page.context.clear_cookies(name="busyness_language")
        now.site.api.memory.language_chosen = chosen
        page = now.go("/today")
        page.wait_for_selector(f"html[lang={language}] #section[aria-busy=false]")


def test_language_and_theme_are_chosen_and_kept(visit: Begin) -> None:
    now = visit("operations")
    page = now.go("/today")
    page.get_by_label("Light or dark").select_option("dark")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(15, 19, 24)"
    page.get_by_label("Language").select_option("es")
    page.wait_for_selector("html[lang=es] #section[aria-busy=false]")
    assert page.locator("h1").inner_text() == "Hoy"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == ground


def test_a_plan_that_is_not_there_says_how_to_make_it(visit: Begin) -> None:
    page = visit("inventory").go("/stock?world=couriers")
    assert "busyness plan stock" in page.locator(".empty").inner_text()
    page = visit("operations").go("/today?world=couriers")
    assert page.locator(".empty").count() == 1


def test_a_section_of_somebody_else_is_closed(visit: Begin) -> None:
    page = visit("marketing").go("/admin")
    assert "not among yours" in page.locator("[role=alert]").inner_text()
    assert page.locator("#sections a").count() == 2


def test_a_failure_is_a_sentence_with_what_to_do(visit: Begin) -> None:
    now = visit("operations", quiet=False)
    now.site.api.memory.broken = True
    page = now.go("/today")
    said = page.locator("[role=alert]").inner_text()
    assert "no forecast to answer with" in said
    assert "Look at /v1/health/ready." in said
    assert "r-1" in said
    now.site.api.memory.broken = False
    page.get_by_role("button", name="Try again").click()
    page.locator("tbody tr").first.wait_for()


def test_a_service_that_is_gone_is_told(visit: Begin) -> None:
    now = visit("operations", quiet=False)
    page = now.go("/operations?view=overrides")
    page.context.set_offline(True)
    page.get_by_label("How much").fill("10")
    page.get_by_label("Why").fill("rain")
    page.get_by_role("button", name="Save").click()
    assert "cannot be reached" in page.locator("[role=alert]").inner_text()


def test_every_number_leads_to_the_card_of_its_model(visit: Begin) -> None:
    page = visit("operations").go("/today")
    trace = page.locator("#trace")
    assert "release 2026-11-23-0500" in trace.inner_text()
    trace.get_by_role("link").click()
    page.wait_for_selector("#card")
    assert "trees-3f9ac1" in page.locator("#card").inner_text()


def test_no_text_of_a_name_becomes_markup(visit: Begin) -> None:
    now = visit("admin")
    now.site.api.memory.users[0]["name"] = '<img src=x onerror="document.title=1">'
    page = now.go("/admin")
    assert page.locator("tbody img").count() == 0
    assert "<img" in page.locator("tbody").inner_text()


def test_the_first_view_is_there_within_a_second(visit: Begin) -> None:
    """Or, on a machine that is busy, in at most three times what a page without anything takes on it."""
    now = visit("operations", size=PHONE)
    now.go("/today")

    def painted(path: str) -> float:
        now.page.goto(now.site.url + path)
        now.page.wait_for_selector("main")
        now.page.wait_for_load_state()
        return float(now.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e9"))

    took = min(painted("/today") for _ in range(5))  # the best of five: others who use the machine only ever add
    assert took <= max(FIRST_VIEW_MS, 3 * min(painted("/signin") for _ in range(5)))


def test_a_page_asks_for_little(visit: Begin) -> None:
    now = visit("operations")
    now.go("/today")
    asked = [url for url in now.asked if "/v1/" in url]
    assert len(asked) == 3  # who, which worlds, now
    assert len(now.asked) <= 40


@pytest.mark.parametrize("section", ["today", "operations", "models"])
def test_a_table_on_a_phone_is_saved_as_a_file(visit: Begin, section: str) -> None:
    page = visit("operations", size=PHONE).go(f"/{section}")
    with page.expect_download() as saved:
        page.locator(".export").last.tap()
    assert saved.value.suggested_filename.endswith(".csv") or "format=csv" in saved.value.url
