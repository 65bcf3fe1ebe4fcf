"""Accuracy is the backtest's own, told by day and place."""

from dataclasses import replace

import pytest

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.workflows.service.ask_accuracy import ask_accuracy


def test_together_it_is_what_the_backtest_says(snapshot):
    (row,) = ask_accuracy(snapshot, by="all").to_dicts()
    assert row["wape"] == pytest.approx(snapshot.scores["wape"], rel=1e-5)
    assert row["coverage"] == pytest.approx(snapshot.scores["coverage_80"], rel=1e-5)
    assert row["naive_wape"] == pytest.approx(snapshot.scores["seasonal_naive"]["wape"], rel=1e-5)
    assert row["bias"] * row["observed"] / row["slots"] == pytest.approx(snapshot.scores["bias"], rel=1e-4)


@pytest.mark.parametrize("by", ["day", "place", "place_day"])
def test_parts_add_up_to_the_whole(snapshot, by):
    (whole,) = ask_accuracy(snapshot, by="all").to_dicts()
    parts = ask_accuracy(snapshot, by=by)
    assert parts["slots"].sum() == whole["slots"]
    assert parts["observed"].sum() == pytest.approx(whole["observed"])
    assert (parts["wape"] * parts["observed"]).sum() == pytest.approx(whole["wape"] * whole["observed"])
    assert (parts["coverage"] * parts["slots"]).sum() == pytest.approx(whole["coverage"] * whole["slots"])


def test_of_some_places(snapshot):
    every = ask_accuracy(snapshot, by="place")
    some = ask_accuracy(snapshot, places=["P3", "P1"], by="place")
    assert some.equals(every.filter(every["place"].is_in(["P1", "P3"])))
    with pytest.raises(UnknownPlaceError):
        ask_accuracy(snapshot, places=["P9"])


def test_a_perfect_forecast_has_no_error(snapshot):
    came = snapshot.replayed["observed"]
    values = {**snapshot.replayed.values, **dict.fromkeys(("mean", "q10", "q50", "q90"), came)}
    (row,) = ask_accuracy(replace(snapshot, replayed=replace(snapshot.replayed, values=values)), by="all").to_dicts()
    assert (row["wape"], row["coverage"], row["bias"]) == (0, 1, 0)


def test_where_slots_do_not_add_up_no_totals_are_told(snapshot):
    table = ask_accuracy(replace(snapshot, adds_up=False), by="place")
    assert table["observed"].null_count() == table["forecast"].null_count() == 3
    assert table["wape"].is_finite().all()


def test_nothing_replayed_is_no_rows(snapshot):
    for by in ("day", "place", "place_day", "all"):
        assert ask_accuracy(replace(snapshot, replayed=None), by=by).is_empty()
    assert ask_accuracy(snapshot, places=[], by="all").is_empty()
    with pytest.raises(InputError, match="Use day"):
        ask_accuracy(snapshot, by="hour")
