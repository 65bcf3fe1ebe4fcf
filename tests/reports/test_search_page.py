"""The page of a search says what was gained, draws every finished trial, and escapes what it is given."""

import polars as pl
import pytest

from busyness.reports.search_page import SearchMaterial, search_page

TRIALS = pl.DataFrame(
    {
        "number": [0, 1, 2, 3],
        "state": ["complete", "pruned", "complete", "fail"],
        "mae": [10.0, None, 8.0, None],
        "mean_to_1": [9.0, 12.0, 8.5, None],
        "seconds": [1.0, 0.5, 1.0, 0.1],
        "proof": [11.0, None, 10.0, None],
        "outliers": ["none", "hampel", "<b>", None],
        "model.alpha": [0.001, 0.5, 0.1, None],
    }
)


def test_what_was_gained_and_tried_is_there():
    page = search_page(SearchMaterial(TRIALS, 10.0, 8.0, {"model.alpha": 0.75, "outliers": 0.25}))
    assert "off by 8.000 on average, the given ones by 10.00: 20.0\u00a0% less" in page
    assert "2 trials were finished, 1 ended early, 1 failed" in page
    assert page.count("<circle") == 2
    assert "trial 2: 8.000" in page
    assert "75.0\u00a0%" in page
    assert "&lt;b&gt;" in page
    assert ">2</th>" in page
    assert '<td class="words"><b>' not in page
    assert page.index(">2</th>") < page.index(">0</th>")  # the best first


def test_the_chosen_trial_is_marked_wherever_it_ranks():
    many = pl.DataFrame({"number": range(20), "state": "complete", "mae": [10.0 - k / 10 for k in range(20)], "proof": 1.0})
    for language, said, yes in (("en", "trial 2, chosen: 9.800", "yes"), ("es", "prueba 2, elegida: 9,800", "sí")):
        page = search_page(SearchMaterial(many, 10.0, 9.8, {}, language, proof=(11.0, 10.0), chosen=2))
        assert page.count('<circle class="chosen"') == 1
        assert said in page
        assert page.count('<th scope="row">') == 11  # the ten best, and the one that was chosen
        assert page.count(f">{yes}</td>") == 1
    assert 'circle class="chosen"' not in search_page(SearchMaterial(many, 10.0, 8.0, {}))


def test_a_single_trial_is_a_page_too():
    page = search_page(SearchMaterial(TRIALS.head(1), 10.0, 10.0, {}))
    assert "Nothing was better" in page
    assert "What mattered" not in page
    assert page.count("<circle") == 1


def test_the_page_is_in_spanish_and_says_that_data_are_simulated():
    page = search_page(SearchMaterial(TRIALS, 10.0, 8.0, {"outliers": 1.0}, "es", simulated=True))
    for said in ('<html lang="es">', "20,0\u00a0% menos", "Qué importó", "prueba 2: 8,000", 'class="banner"'):
        assert said in page


@pytest.mark.parametrize(
    ("language", "said", "none"),
    [
        ("en", "off by 10.00, the given ones by 11.00", "Some trials seemed better"),
        ("es", "falló 10,00, la dada 11,00", "Algunas pruebas parecían mejores"),
    ],
)
def test_the_proof_is_told_or_that_nothing_stood_it(language, said, none):
    page = search_page(SearchMaterial(TRIALS, 10.0, 8.0, {}, language, proof=(11.0, 10.0)))
    assert said in page
    assert none not in page
    page = search_page(SearchMaterial(TRIALS, 10.0, 10.0, {}, language, proof=(11.0, 11.0)))
    assert none in page


@pytest.mark.parametrize("width", [1200, 390])
def test_nothing_is_cut_off(browser, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(search_page(SearchMaterial(TRIALS, 10.0, 8.0, {"outliers": 1.0})))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
