"""The lot is balanced and can be repeated; chance is rarely taken for a gain, and a real gain is found."""

import hashlib
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.workflows.models.switchback import Design, assignment, better, effect

START = date(2025, 3, 3)


@given(
    seed=st.integers(0, 10**6),
    places=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5, unique=True),
    weeks=st.sampled_from([2, 4, 6]),
    unit=st.sampled_from(["places", "days"]),
)
@settings(max_examples=60, deadline=None)
def test_every_place_has_every_weekday_as_often_under_each_model(seed, places, weeks, unit):
    design = Design(START, weeks, unit, seed)
    table = assignment(design, places)
    assert table.equals(assignment(Design(START, weeks, unit, seed), places))  # by the seed alone
    counted = table.group_by("place", pl.col("date").dt.weekday().alias("weekday"), "arm").len()
    assert set(counted["len"]) == {weeks // 2}
    assert counted.height == len(places) * 7 * 2
    more = assignment(design, [*places, "another place"])  # who comes later changes nothing for the others
    assert more.filter(pl.col("place") != "another place").equals(table)
    if unit == "days":
        assert table.group_by("date").agg(pl.col("arm").n_unique())["arm"].max() == 1


def test_the_lot_is_the_documented_hash():
    design = Design(START, 2, "places", 7)
    odd = hashlib.sha256(b"7|S001|0|0").digest()[0] % 2
    assert design.arm("S001", START) == ("challenger" if odd else "champion")
    assert design.arm("S001", START + timedelta(days=7)) == ("champion" if odd else "challenger")
    assert design.arm("S001", START - timedelta(days=1)) == design.arm("S001", design.end) == "champion"


def outcomes(design, gain, rng, places=30):
    """Costs of places of different size, with good and bad days that all share and noise of their own."""
    size = rng.lognormal(4, 0.6, places)
    days = [START + timedelta(days=k) for k in range(7 * design.weeks)]
    shared = rng.normal(1, 0.1, len(days))
    rows = [
        (f"P{p}", day, size[p] * shared[d] * rng.normal(1, 0.15) * (1 - gain * (design.arm(f"P{p}", day) == "challenger")))
        for d, day in enumerate(days)
        for p in range(places)
    ]
    return pl.DataFrame(rows, schema=["place", "date", "value"], orient="row")


@pytest.mark.parametrize("unit", ["places", "days"])
def test_no_difference_is_rarely_taken_for_one(unit):
    rng = np.random.default_rng(3)
    trials = 200
    won = 0
    for seed in range(trials):
        design = Design(START, 4, unit, seed)
        won += better(effect(outcomes(design, 0.0, rng, places=8), design).difference)
    assert won <= 0.05 * trials


def test_a_gain_of_five_percent_is_found():
    rng = np.random.default_rng(5)
    found = []
    for seed in range(20):
        design = Design(START, 6, "places", seed)
        got = effect(outcomes(design, 0.05, rng), design)
        found.append(better(got.difference))
        assert got.difference.clusters == 21
        assert got.dropped == 0
        assert got.relative.low < got.relative.mean < got.relative.high
    assert np.mean(found) >= 0.9


def test_the_estimate_is_the_planted_gain_and_the_interval_holds_it():
    rng = np.random.default_rng(11)
    held, means = 0, []
    for seed in range(60):
        design = Design(START, 4, "places", seed)
        got = effect(outcomes(design, 0.05, rng, places=12), design).relative
        means.append(got.mean)
        held += got.low <= -0.05 <= got.high
    assert np.mean(means) == pytest.approx(-0.05, abs=0.006)
    assert held >= 54


def test_days_without_a_pair_are_counted_and_left_out():
    design = Design(START, 2, "places", 1)
    table = outcomes(design, 0.0, np.random.default_rng(0), places=3)
    some = table.filter(~((pl.col("place") == "P1") & (pl.col("date") == START)))
    got = effect(some, design)
    assert got.difference.pairs == 20
    assert got.dropped == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop("value"), "no column 'value'"),
        (lambda t: pl.concat([t, t.head(1)]), "twice"),
        (lambda t: t.filter(pl.col("date") < START + timedelta(days=7)), "both models"),
    ],
)
def test_what_cannot_be_estimated_is_said(change, said):
    design = Design(START, 2)
    with pytest.raises(InputError, match=said):
        effect(change(outcomes(design, 0.0, np.random.default_rng(0), places=2)), design)


@pytest.mark.parametrize("weeks", [0, 1, 3])
def test_weeks_come_in_pairs(weeks):
    with pytest.raises(InputError, match="pair"):
        Design(START, weeks)


def test_higher_may_be_better():
    design = Design(START, 4)
    table = outcomes(design, -0.2, np.random.default_rng(0))  # the challenger sells a fifth more
    assert better(effect(table, design).difference, higher=True)
    assert not better(effect(table, design).difference)
