"""What hardly varies, repeats another or never mattered leaves, with its reason; what others need stays."""

import numpy as np
import pytest

from busyness.models.selection import NEEDED, SelectionRules, judged, permuted, repeated, unstable
from busyness.tables.examples import Cells, Examples

RULES = SelectionRules()


def examples(**columns):
    rows = len(next(iter(columns.values())))
    zeros = np.zeros(rows, np.int32)
    ones = np.ones(rows, np.float32)
    table = np.stack([np.asarray(column, np.float32) for column in columns.values()], axis=1)
    return Examples(table, tuple(columns), (), ones, ones, ones, Cells(zeros, zeros, zeros))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_what_repeats_or_hardly_varies_leaves_with_the_reason(rng):
    first = rng.normal(size=3000)
    rare = np.where(np.arange(3000) % 5 == 0, np.nan, first)
    shown = examples(
        first=first, twin=2 * first + 1, against=-first, other=rng.normal(size=3000), constant=np.full(3000, 4.0),
        unknown=np.full(3000, np.nan), rare=rare, mean_4=first + 1e-4 * rng.normal(size=3000),
    )  # fmt: skip
    left = repeated(shown, RULES)
    assert left["constant"] == "it hardly varies"
    assert left["unknown"] == "it is never known"
    assert left["first"].startswith("it repeats mean_4")  # what is needed stays, its twins go
    assert set(left) == {"first", "twin", "against", "constant", "unknown"}  # rare is not always known when first is


def test_shuffling_tells_what_counts_from_noise(rng):
    strong, noise = rng.normal(size=(2, 4000))
    shown = examples(strong=strong, noise=noise)
    target = 3 * strong + rng.normal(size=4000)

    def errors(table):
        return np.abs(target - 3 * table.column("strong") - 0.05 * table.column("noise")).astype(np.float64)

    before = shown.X.copy()
    grown = permuted(shown, errors, ["strong", "noise"], rng=rng)
    assert grown["strong"] > 1
    assert grown["noise"] < RULES.matters
    assert np.array_equal(shown.X, before)


def test_noise_is_taken_for_something_in_few_windows_only(rng):
    counted = 0
    for _ in range(300):
        noise = rng.normal(size=500)
        target = rng.normal(size=500)
        shown = examples(noise=noise)
        counted += (
            permuted(shown, lambda table, y=target: np.abs(y - 0.3 * table.column("noise")), ["noise"], rng=rng)["noise"] > 0
        )
    assert counted <= 0.05 * 300


def test_stability_counts_windows_that_can_judge():
    windows = [{"a": 0.02, "b": 0.0, "c": 0.0}, {"a": 0.0, "b": 0.0}, {"a": 0.03, "b": 0.004}, {"a": 0.01, "b": 0.0}]
    left = unstable(windows, RULES)
    assert set(left) == {"b"}  # c was judged once: that is not enough to leave
    assert left["b"] == "it mattered in 1 of 4 windows (the error grew by 0.40% at most)"


def test_a_window_without_a_holiday_says_nothing_of_holidays(rng):
    trained = examples(holiday=np.arange(1000) % 50 == 0, hour=np.arange(1000) % 24)
    quiet = examples(holiday=np.zeros(200), hour=np.arange(200) % 24)
    assert judged(quiet, trained) == {"hour"}
    assert judged(trained, trained) == {"holiday", "hour"}


def test_what_models_read_by_name_is_there():
    assert {"median_8", "mean_4", "day_type"} <= NEEDED
