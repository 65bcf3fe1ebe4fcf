"""Two models side by side: windows, parameters, data, features, versions."""

import pytest

from busyness.workflows.models.ancestry import feature_changes, with_ancestry
from busyness.workflows.models.card_words import card_words, feature_table
from busyness.workflows.models.compared import compared
from busyness.workflows.models.held import held


@pytest.fixture
def cards(made):
    return held(made.folder, made.releases[0]).card, held(made.folder, made.releases[1]).card


def test_metrics_stand_side_by_side_window_by_window(cards):
    found = compared(*cards)
    windows = found.windows
    assert windows["window"].n_unique() == 2  # all, and the one that was replayed
    mae = windows.filter((windows["window"] == "all") & (windows["metric"] == "mae")).row(0, named=True)
    assert mae["first"] == cards[0].metrics["mae"]
    assert mae["second"] == cards[1].metrics["mae"]
    assert mae["change"] == pytest.approx(mae["second"] / mae["first"] - 1)
    assert found.sentences == ()


def test_what_differs_is_named_and_nothing_else(cards):
    told = {(row[0], row[1]): row[2:] for row in compared(*cards).differences.rows()}
    assert told["parameters", "model"] == ("seasonal", "ridge")
    assert told["parameters", "seed"] == ("0", "3")
    assert told["versions", "kind"] == ("seasonal", "ridge")
    assert not [name for what, name in told if what == "data"]  # the same file
    assert not [name for what, name in told if what == "features"]


def test_a_model_beside_itself_differs_in_nothing(cards):
    found = compared(cards[0], cards[0])
    assert found.differences.is_empty()
    assert "by the same recipe" in found.sentences[0]
    assert set(found.windows["change"].drop_nulls()) <= {0.0}


def test_features_that_enter_and_leave_are_told_with_the_reason(cards):
    before, after = cards[0], cards[1]
    fewer = after.model_copy(
        update={
            "features": after.features[2:],
            "parameters": {**after.parameters, "selection": {"left": {after.features[0]["name"]: "it hardly varies"}}},
        }
    )
    changes = {change.name: change for change in feature_changes(before, fewer)}
    first, second = (str(line["name"]) for line in before.features[:2])
    assert {change.change for change in changes.values()} == {"left"}
    assert changes[first].why == "it hardly varies"
    assert "not there any more" in changes[second].why
    back = {change.name: change.why for change in feature_changes(fewer, before)}
    assert "before it had been left out: it hardly varies" in back[first]
    child = with_ancestry(fewer, before, why="a week has passed")
    assert child.ancestry.parent == before.version
    assert len(child.ancestry.changes) == 2
    told = compared(before, fewer).differences
    assert told.filter(told["what"] == "features").height == 2
    assert "a week has passed" in " ".join(card_words(child)["Before it"])


def test_other_windows_and_none_are_told(cards):
    none = cards[0].model_copy(update={"metrics": {}})
    assert "Not both have metrics" in compared(none, cards[1]).sentences[0]
    moved = [{**w, "origin": "2024-01-01T00:00:00Z"} for w in cards[0].metrics["windows"]]
    other = cards[0].model_copy(update={"metrics": {**cards[0].metrics, "windows": moved}})
    assert "share 0 windows" in compared(other, cards[1]).sentences[0]


def test_a_card_in_words_says_what_a_reader_must_know(cards):
    words = card_words(cards[1])
    assert cards[1].version in words["Model"][0]
    assert any("visits.csv" in line and "SHA-256" in line for line in words["Data"])
    assert any("America/Lima (2)" in line for line in words["Data"])
    assert "As counts, every 1h" in words["Collected"][0]
    assert "slots without a count" in words["Gaps and odd values"][0]
    assert "outliers none" in words["Prepared"][0]
    assert any(line.startswith("From 2024-") for line in words["How good"])
    assert "numpy" in words["Made with"][0]
    table = feature_table(cards[1])
    assert table.height == len(cards[1].features)
    weights = table["weight"].to_list()
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) == pytest.approx(1, abs=0.01)
    assert table["meaning"].str.len_chars().min() > 5
