"""What came, beside what had been said of it."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import UnknownPlaceError
from busyness.workflows.service.ask_history import ask_history, history_table, last_window

from .conftest import ORIGIN


def test_it_is_the_files_rows(made, snapshot):
    table = history_table(ask_history(snapshot)).drop_nulls("demand")
    own = pl.read_parquet(made / "history.parquet").sort("place", "time")
    assert table.select("place", "time", "demand").equals(own.select("place", "time", "demand"))


def test_last_week_stands_beside_what_had_been_said(made, snapshot):
    start, end = last_window(snapshot)
    assert (start, end) == (ORIGIN - timedelta(days=7), ORIGIN)
    table = history_table(ask_history(snapshot, ["P1"], start=start, end=end))
    assert table.height == 168
    own = pl.read_parquet(made / "predictions.parquet").filter((pl.col("place") == "P1") & (pl.col("time") >= start))
    assert np.allclose(table["forecast"], own["mean"])
    assert np.allclose(table["low"], own["q10"])
    assert np.allclose(table["high"], own["q90"])


def test_before_the_replay_nothing_had_been_said(snapshot):
    (early,) = ask_history(snapshot, ["P1"], end=ORIGIN - timedelta(days=20))
    assert np.isnan(early.forecast).all()
    assert np.isfinite(early.demand).any()


def test_counts_of_a_few_people_are_not_shown(snapshot):
    people = replace(snapshot, small_counts=20)
    whole, shown = ask_history(snapshot, ["P1"])[0], ask_history(people, ["P1"])[0]
    few = (whole.demand > 0) & (whole.demand < 20)
    assert few.any()
    assert np.array_equal(shown.suppressed, few)
    assert np.isnan(shown.demand[few]).all()
    assert np.array_equal(shown.demand[~few], whole.demand[~few], equal_nan=True)


def test_a_folder_without_history_has_what_was_replayed_or_nothing(snapshot):
    (some,) = ask_history(replace(snapshot, history=None), ["P1"])
    assert np.isfinite(some.demand).any()
    bare = replace(snapshot, history=None, replayed=None)
    assert history_table(ask_history(bare)).is_empty()
    assert last_window(bare) is None


def test_an_unknown_place_is_said(snapshot):
    with pytest.raises(UnknownPlaceError):
        ask_history(snapshot, ["P9"])
