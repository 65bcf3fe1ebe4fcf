"""Each role's main task, in a browser, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from busyness.interfaces.dashboard.assets import words

PHONE = (390, 844)
BOTH = pytest.mark.parametrize("language", ["en", "es"])
Begin = Callable[..., Any]


def button(page: Any, language: str, key: str, **gaps: str) -> Any:
    """The button that is called by this phrase."""
    return page.get_by_role("button", name=words(language)[key].format(**gaps), exact=True)


def label(page: Any, language: str, key: str) -> Any:
    return page.get_by_label(words(language)[key], exact=True)


@BOTH
def test_a_manager_accepts_and_refuses_a_proposal_with_a_tap(visit: Begin, language: str, pictures: Path) -> None:
    now = visit("operations", language=language, size=PHONE)
    page = now.go("/")
    assert page.locator("h1").inner_text() == words(language)["section.today"]
    assert "Gran Vía" in page.locator("tbody tr").first.inner_text()
    page.screenshot(path=pictures / f"today-{language}.png", full_page=True)
    buttons = page.locator(".proposal button")
    buttons.first.tap()
    page.locator(".proposal .chip").wait_for()
    assert page.locator("#alerts").inner_text().startswith(words(language)["proposal.accept.done"].split(":")[0])
    page.locator(".proposal button").last.tap()
    page.locator(".proposal .chip").nth(1).wait_for()
    assert [(path, body["answer"]) for _, path, body in now.site.api.memory.written] == [
        ("/v1/intraday/11", "accept"),
        ("/v1/intraday/12", "refuse"),
    ]


@BOTH
def test_a_manager_reads_the_week_and_asks_why(visit: Begin, language: str, pictures: Path) -> None:
    page = visit("operations", language=language).go("/operations?place=R001")
    assert page.get_by_role("combobox", name=words(language)["place"]).input_value() == "Gran Vía"
    cells = page.locator(".heat button")
    assert cells.count() == 12 * 7
    cells.nth(40).click()
    page.locator(".shares li").first.wait_for()
    assert words(language)["family.calendar"] in page.locator(".shares").inner_text()
    cells.nth(40).press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('td').cellIndex") == 6
    page.screenshot(path=pictures / f"week-{language}.png", full_page=True)
    page.locator("details summary").last.click()
    page.locator(".figure-box tbody tr").first.wait_for()
    assert page.locator(".figure-box tbody tr").count() == 50


@BOTH
def test_a_manager_sets_a_number_by_hand_and_takes_it_back(visit: Begin, language: str) -> None:
    now = visit("operations", language=language, quiet=False)  # the browser itself notes that a value was refused
    page = now.go("/operations?view=overrides")
    label(page, language, "override.amount").fill("3000")
    label(page, language, "reason").fill("Feria del libro")
    button(page, language, "override.save").click()
    said = page.locator("[role=alert]").inner_text()
    assert "more than tenfold" in said
    assert "Give a value instead." in said
    label(page, language, "override.amount").fill("20,5")
    button(page, language, "override.save").click()
    page.locator("tbody tr").first.wait_for()
    _, path, body = now.site.api.memory.written[-1]
    assert path == "/v1/overrides"
    assert body["factor"] == pytest.approx(1.205)
    assert body["start"] == "2026-11-23T09:00:00.000Z"  # 10:00 in Madrid
    page.locator("tbody button").click()
    page.locator("dialog").get_by_role("button", name=words(language)["override.withdraw"]).click()
    page.locator("tbody .chip", has_text=words(language)["override.withdrawn"]).wait_for()


@BOTH
def test_a_manager_edits_the_roster_by_keyboard_sees_the_cost_and_publishes(
    visit: Begin, language: str, pictures: Path
) -> None:
    now = visit("operations", language=language)
    page = now.go("/operations?view=roster")
    cost = page.locator(".score .figure")
    cost.wait_for()
    before = cost.inner_text()
    bar = page.locator('.bar[aria-label^="Omar Haddad"]')
    assert "10–18" in bar.inner_text()
    bar.focus()
    for key in (
        "ArrowRight",
        "Shift+ArrowRight",
        "Shift+ArrowRight",
        "Shift+ArrowRight",
        "Shift+ArrowRight",
        "Shift+ArrowRight",
    ):
        page.keyboard.press(key)
    assert "10:15–19:30" in bar.inner_text()
    page.locator(".score .note.warn").wait_for()
    assert cost.inner_text() != before
    assert "broken" in bar.get_attribute("class")
    assert "Omar Haddad works more than nine hours" in page.locator(".score").inner_text()
    page.keyboard.press("ArrowUp")
    moved = page.locator('.bar[aria-label*="10:15"]')
    assert not moved.get_attribute("aria-label").startswith("Omar")
    assert page.evaluate("document.activeElement.classList.contains('bar')")
    page.screenshot(path=pictures / f"roster-{language}.png", full_page=True)
    count = page.locator(".bar").count()
    page.keyboard.press("Delete")
    assert page.locator(".bar").count() == count - 1
    button(page, language, "roster.publish").click()
    page.locator("dialog").get_by_role("button", name=words(language)["roster.publish"]).click()
    page.locator(".card-head .chip", has_text=words(language)["roster.status.published"]).wait_for()
    assert now.wrote() == [("PUT", "/v1/staffing/roster"), ("POST", "/v1/staffing/publish")]


def test_a_shift_is_dragged_along_the_day_and_to_another_person(visit: Begin) -> None:
    page = visit("operations").go("/operations?view=roster")
    bar = page.locator('.bar[aria-label^="Omar Haddad"]')
    box, lane = bar.bounding_box(), page.locator('.lane[data-person="P00"]').bounding_box()
    hour = page.locator(".hours .track").bounding_box()["width"] / 14
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + hour, lane["y"] + 20, steps=6)
    page.mouse.up()
    assert page.locator('.lane[data-person="P00"] .bar').inner_text().startswith("11–19")


def test_hours_can_be_typed_instead(visit: Begin) -> None:
    page = visit("operations", size=PHONE).go("/operations?view=roster")
    page.locator("details.shifts summary").tap()
    page.get_by_label("End, Omar Haddad").fill("17:00")
    page.get_by_label("End, Omar Haddad").blur()
    assert "10–17" in page.locator('.bar[aria-label^="Omar Haddad"]').inner_text()


@BOTH
def test_a_sick_call_is_replanned_while_one_watches(visit: Begin, language: str) -> None:
    now = visit("operations", language=language)
    page = now.go("/operations?view=roster")
    before = page.locator(".bar").count()
    button(page, language, "roster.sick").click()
    page.locator("dialog select[name=person]").select_option("P02")
    button(page, language, "sick.go").click()
    page.locator("progress").wait_for()
    page.locator("#alerts .note").wait_for()
    assert page.locator(".bar").count() == before - 1
    assert button(page, language, "roster.save").is_enabled()
    assert now.site.api.memory.written[-1][0] == "POST"


@BOTH
def test_staff_see_their_shifts_and_ask_for_a_swap(visit: Begin, language: str, pictures: Path) -> None:
    now = visit("staff", language=language, size=PHONE)
    page = now.go("/")
    assert page.locator("h1").inner_text() == words(language)["section.my_shifts"]
    assert page.locator(".next-shift .figure").inner_text() == "10:00–18:00"
    page.screenshot(path=pictures / f"my-shifts-{language}.png", full_page=True)
    button(page, language, "notices.read.named", what=page.locator(".proposal p").first.inner_text()).tap()
    page.locator("h2", has_text=words(language)["notices.title"]).wait_for(state="detached")
    page.locator(".next-shift button").tap()
    whom = label(page, language, "swap.with")
    assert whom.locator("option").all_inner_texts() == [
        words(language)["swap.with.anybody"],
        "Beatriz Aguilar",
        "Íñigo Peña",
    ], "those who work there, by name"
    whom.select_option("Íñigo Peña")
    label(page, language, "swap.reason").fill("Médico a las doce")
    button(page, language, "swap.go").tap()
    page.locator("#alerts .note").wait_for()
    asked = now.site.api.memory.written[-1][2]
    assert (asked["message"], asked["colleague"]) == ("Médico a las doce", "P03")
    button(page, language, "calendar.make").tap()
    assert "shifts.ics?token=" in label(page, language, "calendar.link").input_value()


@BOTH
def test_inventory_sees_what_to_order_and_why(visit: Begin, language: str, pictures: Path) -> None:
    page = visit("inventory", language=language).go("/stock")
    rows = page.locator("#section .card").first.locator("tbody tr")
    assert rows.count() == 21
    page.get_by_role("searchbox").fill("turrón")
    assert rows.count() < 21
    assert "12 are left" in rows.first.inner_text(), "as the plan says it"
    page.screenshot(path=pictures / f"stock-{language}.png", full_page=True)
    with page.expect_download() as saved:
        page.locator("a.export").first.click()
    assert Path(saved.value.path()).read_text("utf-8").startswith("place,time,action")


@BOTH
def test_logistics_sees_the_map_the_moves_and_the_loading_list(visit: Begin, language: str, pictures: Path) -> None:
    page = visit("logistics", language=language).go("/logistics?world=scooters")
    page.locator("path.area").first.wait_for()
    assert page.locator("path.area").count() == 9
    assert page.locator("path.move").count() == 4
    page.locator("path.area").first.click()
    assert "LOOP" in page.locator(".reading").inner_text()
    page.screenshot(path=pictures / f"logistics-{language}.png", full_page=True)
    label(page, language, "period").select_option(index=1)
    assert page.locator("path.move").count() == 0


@BOTH
def test_marketing_sees_windows_with_their_uplift(visit: Begin, language: str, pictures: Path) -> None:
    page = visit("marketing", language=language).go("/marketing")
    assert page.locator(".interval").count() == 2
    assert ("16.0" if language == "en" else "16,0") in page.locator(".interval-text").first.inner_text()
    page.screenshot(path=pictures / f"marketing-{language}.png", full_page=True)


@BOTH
def test_finance_puts_in_a_wage_of_its_own(visit: Begin, language: str, pictures: Path) -> None:
    now = visit("finance", language=language)
    page = now.go("/finance")
    assert "810" in page.locator(".tile .figure").first.inner_text()
    label(page, language, "assumption.wage").fill("12,5" if language == "es" else "12.5")
    button(page, language, "money.again").click()
    page.get_by_text(words(language)["source.given by you"], exact=True).wait_for()
    assert now.site.api.memory.assumptions == {"wage": 12.5}
    page.screenshot(path=pictures / f"finance-{language}.png", full_page=True)


@BOTH
def test_an_administrator_promotes_with_a_reason(visit: Begin, language: str, pictures: Path) -> None:
    now = visit("admin", language=language)
    page = now.go("/models")
    assert "3 places of the last one are missing" in page.locator(".note.warn").first.inner_text()
    assert "2026-11-16-0500" in page.locator(".note:not(.warn)").first.inner_text()  # the trial that runs
    button(page, language, "promote.named", release="2026-11-16-0500").click()
    go = page.locator("dialog button[type=submit]")
    go.click()
    assert now.wrote() == []  # a reason is needed first
    page.locator("dialog textarea").fill("Better in the replay")
    page.screenshot(path=pictures / f"promote-{language}.png")
    go.click()
    page.locator("dialog").wait_for(state="detached")
    assert now.site.api.memory.champion == "2026-11-16-0500"
    assert "2026-11-16-0500" in page.locator("tr", has=page.locator(".chip.main")).inner_text()


@BOTH
def test_an_administrator_makes_a_key_that_is_shown_once(visit: Begin, language: str) -> None:
    page = visit("admin", language=language).go("/admin?view=keys")
    button(page, language, "keys.new").click()
    label(page, language, "keys.label").fill("Importación nocturna")
    page.locator("dialog button[type=submit]").click()
    assert page.locator("dialog .secret").input_value() == "bk_87654321_shown-once"
    button(page, language, "keys.kept").click()
    page.locator("dialog").wait_for(state="detached")
    assert page.get_by_text("shown-once").count() == 0
    assert page.locator("tbody tr").count() == 2


@BOTH
def test_an_administrator_lets_somebody_in_and_shuts_them_out(visit: Begin, language: str) -> None:
    now = visit("admin", language=language)
    page = now.go("/admin?view=users")
    button(page, language, "users.new").click()
    label(page, language, "name").fill("Zoë Ángeles")
    page.locator("dialog button[type=submit]").click()
    page.locator("tbody tr", has_text="Zoë Ángeles").wait_for()
    button(page, language, "users.link.named", name="Zoë Ángeles").click()
    assert "login?token=once" in page.locator("dialog .secret").input_value()
    button(page, language, "keys.kept").click()
    button(page, language, "users.disable.named", name="Zoë Ángeles").click()
    page.locator("dialog button[type=submit]").click()
    page.locator("tr", has_text="Zoë Ángeles").get_by_text(words(language)["users.off"]).wait_for()
    assert now.site.api.memory.users[-1]["disabled"] is True


def test_a_persons_data_is_erased_only_after_their_name_is_typed(visit: Begin) -> None:
    now = visit("admin")
    page = now.go("/admin?view=privacy")
    page.get_by_label("Person", exact=True).fill("P07")
    button(page, "en", "privacy.look").click()
    button(page, "en", "privacy.erase").click()
    page.locator("dialog input").fill("P08")
    page.locator("dialog button[type=submit]").click()
    assert now.wrote() == []
    page.locator("dialog input").fill("P07")
    page.locator("dialog button[type=submit]").click()
    page.locator("dialog").wait_for(state="detached")
    assert now.wrote() == [("DELETE", "/v1/privacy/P07")]
