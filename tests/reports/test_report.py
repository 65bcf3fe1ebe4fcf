from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise

import polars as pl
import pytest

from busyness.reports.material import ReportMaterial
from busyness.reports.report import render_report

Make = Callable[..., ReportMaterial]
HOSTILE = '</script><script>alert(1)</script> & "Ñandú" {{ 7 * 7 }} <!--'


class Outline(HTMLParser):
    """The headings, the addresses and the scripts of a page, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]
        if tag == "script":
            self.scripts.append("")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, text: str) -> None:
        if self._open == "script":
            self.scripts[-1] += text
        elif self._open != "style":
            self.text.append(text)


@pytest.fixture(scope="module")
def page(chain_of: Make) -> Outline:
    return Outline(render_report(chain_of(12, simulated="Estas tiendas no existen.")))


def test_the_file_asks_for_nothing_else(page: Outline) -> None:
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    assert "cdn" not in "".join(page.scripts[2:])


def test_the_headings_are_an_outline(page: Outline) -> None:
    assert page.headings[0] == "h1"
    assert page.headings.count("h1") == 1
    levels = [int(heading[1]) for heading in page.headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_simulated_data_are_announced(page: Outline) -> None:
    assert "Estas tiendas no existen." in " ".join(page.text)


def test_the_numbers_are_written_in_the_readers_language(page: Outline) -> None:
    text = " ".join(page.text)
    assert "17.520" in text
    assert "17,520" not in text
    assert "conteo negativo" in text


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_hostile_name_is_only_text(chain_of: Make, language: str) -> None:
    material = chain_of(2, days=3)
    places = material.places.with_columns(name=pl.lit(HOSTILE))
    changed = chain_of(
        2,
        days=3,
        language=language,
        places=places,
        title=HOSTILE,
        simulated=HOSTILE,
        notes=[HOSTILE],
        model={"name": HOSTILE},
    )
    outline = Outline(render_report(changed))
    assert len(outline.scripts) == 3  # the material, the plotting library, ours
    assert json.loads(outline.scripts[0])["stores"][0]["name"] == f"{HOSTILE} (S000)"
    assert "alert(1)" not in outline.scripts[2]
    assert "".join(outline.text).count(HOSTILE) >= 5


def test_without_tables_there_is_still_a_page(chain_of: Make) -> None:
    left_out = dict.fromkeys(
        ("history", "forecast", "peaks", "last_week", "scores", "quality", "importance", "totals"), None
    )
    outline = Outline(render_report(chain_of(1, language="en", title="", rejected={}, notes=(), model={}, **left_out)))
    text = " ".join(outline.text)
    assert "How busy will it be?" in text
    assert "Can one trust it?" not in text
    assert len(outline.scripts) == 2  # nothing to plot, so no plotting library


@pytest.mark.parametrize(
    "left_out", ["history", "forecast", "peaks", "last_week", "scores", "quality", "importance", "totals"]
)
def test_each_table_may_be_missing(chain_of: Make, left_out: str) -> None:
    assert len(Outline(render_report(chain_of(2, days=2, **{left_out: None}))).scripts) == 3


def test_the_same_material_gives_the_same_file(chain_of: Make) -> None:
    assert render_report(chain_of(3, days=2)) == render_report(chain_of(3, days=2))


def test_what_to_know_comes_first_and_the_rest_last(chain_of: Make) -> None:
    notes = [f"Guess {k}." for k in range(8)] + ["Only 9 days: too little.", "Surco has had no count since May."]
    html = render_report(chain_of(2, days=2, language="en", notes=notes))
    box, rest = html.split('id="know"')[1].split("</section>")[0], html.split('<h2 id="notes">')[1].split("</section>")[0]
    assert re.findall("<li>(.*)</li>", box) == [*notes[8:], *notes[:4]]
    assert re.findall("<li>(.*)</li>", rest) == notes[4:8]
    assert 'href="#notes"' in box
    assert html.index('id="know"') < html.index('id="expect"')


def test_a_few_notes_stand_near_the_top_only(chain_of: Make) -> None:
    html = render_report(chain_of(1, days=2, notes=["Una."]))
    assert html.count("<li>Una.</li>") == 1
    assert 'id="notes"' not in html
    assert 'id="know"' not in render_report(chain_of(1, days=2, notes=[]))


@pytest.mark.parametrize(("language", "head"), [("es", "¿Se puede confiar?"), ("en", "Can one trust it?")])
def test_a_model_that_was_never_checked_says_so_where_trust_is_asked(chain_of: Make, language: str, head: str) -> None:
    html = render_report(chain_of(2, days=2, language=language, scores=None))
    section = html.split('id="trust"')[1].split("</section>")[0]
    assert head in section
    assert ("too little history" if language == "en" else "demasiado poca historia") in section
    assert html.count('id="trust"') == render_report(chain_of(2, days=2)).count('id="trust"') == 1


def test_one_day_is_no_span(chain_of: Make) -> None:
    text = " ".join(Outline(render_report(chain_of(1, days=1, language="en"))).text)
    assert "Forecast for Saturday 21 November 2026" in text
    assert "from Saturday 21 November to Saturday 21 November" not in text
    assert "1 places" not in text
