"""The page of a search says what was gained, draws every finished trial, and escapes what it is given."""

import polars as pl

from busyness.reports.search_page import search_page

TRIALS = pl.DataFrame(
    {
        "number": [0, 1, 2, 3],
        "state": ["complete", "pruned", "complete", "fail"],
        "mae": [10.0, None, 8.0, None],
        "mean_to_1": [9.0, 12.0, 8.5, None],
        "seconds": [1.0, 0.5, 1.0, 0.1],
        "outliers": ["none", "hampel", "<b>", None],
        "model.alpha": [0.001, 0.5, 0.1, None],
    }
)


def test_what_was_gained_and_tried_is_there():
    page = search_page(TRIALS, given=10.0, best=8.0, importance={"model.alpha": 0.75, "outliers": 0.25})
    assert "20.0 % less" in page
    assert "2 trials were finished, 1 ended early, 1 failed" in page
    assert page.count("<circle") == 2
    assert "trial 2: 8" in page
    assert "75 %" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert page.index(">2</td>") < page.index(">0</td>")  # the best first


def test_a_single_trial_is_a_page_too():
    page = search_page(TRIALS.head(1), given=10.0, best=10.0, importance={})
    assert "0.0 % less" in page
    assert "What mattered" not in page
    assert page.count("<circle") == 1
