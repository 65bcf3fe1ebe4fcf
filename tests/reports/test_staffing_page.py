from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from busyness.domain.errors import InputError
from busyness.reports.staffing_page import PlacePlan, StaffingMaterial, render_staffing_page
from busyness.reports.staffing_words import STAFFING_WORDS

VERSIONS = {"busyness": "0.1.0", "forecast": "2026-03-02T05:00:00", "model": "boosted-1", "solver": "HiGHS 1", "seed": "0"}


def place(id_: str = "S1", *, planned: int = 1) -> PlacePlan:
    start = datetime(2026, 3, 2, 9)
    actions = pl.DataFrame(
        {
            "person": ["ana"], "name": ["Ana <b>Quispe</b> y todos sus apellidos"], "start": [start],
            "end": [start + timedelta(hours=4)], "break": [""], "role": ["sales"], "quantity": [4.0],
        }
    )  # fmt: skip
    slots = [start + timedelta(hours=k) for k in range(4)]
    need = pl.concat(
        pl.DataFrame({"start": slots, "role": role, "need": wanted, "planned": heads}).with_columns(
            gap=pl.col("planned") - pl.col("need")
        )
        for role, wanted, heads in (("sales", 2, planned), ("anyone", 1, 1), ("key holder", 1, 0))
    )
    people = pl.DataFrame({"person": ["ana", "beto"], "name": [actions["name"][0], "Beto"], "hours": [4.0, 0.0]})
    wishes = pl.DataFrame(
        {"name": ["Beto", "Ana"], "part": ["wishes", "fairness"], "kind": ["wished_off", "weekend"],
         "day": [date(2026, 3, 2)] * 2, "price": [40.0, 5.0]}
    )  # fmt: skip
    missed = pl.DataFrame({"start": slots[:1], "role": ["key holder"], "need": [1], "planned": [0], "price": [120.0]})
    parts = {"wages": 48.0, "missing": 12.0, "idle": 0.0}
    return PlacePlan(
        id_, f"Shop {id_} & Co", cost=60.0, bound=59.4, parts=parts, actions=actions, need=need, people=people,
        wishes=wishes, missed=missed,
    )  # fmt: skip


def rendered(**given: object) -> str:
    return render_staffing_page(StaffingMaterial(**{"places": [place()], "currency": "PEN", "versions": VERSIONS, **given}))


def test_both_languages_have_the_same_words() -> None:
    assert set(STAFFING_WORDS["en"]) == set(STAFFING_WORDS["es"])
    braces = {
        name: {key: sorted(re.findall(r"{(\w+)}", said)) for key, said in STAFFING_WORDS[name].items()}
        for name in ("en", "es")
    }
    assert braces["en"] == braces["es"]


def test_names_are_text_and_never_markup() -> None:
    page = rendered()
    assert "<b>Quispe" not in page
    assert "Ana &lt;b&gt;Quispe" in page
    assert "Shop S1 &amp; Co" in page


def test_the_page_says_what_it_costs_and_who_missed_what() -> None:
    page = rendered()
    assert "60.00\u00a0PEN" in page
    assert "at most 1.0\u00a0%" in page
    assert "Beto wished Monday 2 March off" in page
    assert "key holder has 0 of 1" in page
    assert "Key holder: needed" in page, "a gap of keys is drawn"
    assert "Anyone: needed" not in page, "a least presence that is kept says nothing"
    assert "HiGHS 1" in page


def test_spanish_is_spanish() -> None:
    page = rendered(language="es", simulated=True, told=["Supuesto: algo."])
    assert '<html lang="es">' in page
    assert "60,00\u00a0PEN" in page
    assert "Beto quería libre el lunes 2 de marzo" in page
    assert "Estos datos son simulados" in page
    assert "Supuesto: algo." in page
    assert "con llaves tiene 0 de 1" in page


def test_several_places_can_be_chosen() -> None:
    page = rendered(places=[place("S1"), place("S2", planned=2)])
    assert page.count('<section id="place-') == 2
    assert '<option value="2">Shop S2 &amp; Co</option>' in page
    assert "120\u00a0PEN" in page, "the cost of both"


def test_the_network_is_asked_for_nothing() -> None:
    page = rendered().replace("http://www.w3.org/2000/svg", "")
    assert "http" not in page.replace("http-equiv", "")


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="'fr'"):
        rendered(language="fr")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_place_is_chosen_and_nobody_is_shut_out(browser: Browser, written, width: int) -> None:
    address = written(rendered(places=[place("S1"), place("S2")], simulated=True, told=["Assumed: something."]))
    page = browser.new_page(viewport={"width": width, "height": 900})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(address)
    assert [page.locator(f"#place-{k}").is_visible() for k in (1, 2)] == [True, False]
    page.select_option("#chosen", label="Shop S2 & Co")
    assert [page.locator(f"#place-{k}").is_visible() for k in (1, 2)] == [False, True]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    assert faults == []
    page.close()
