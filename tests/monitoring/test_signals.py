"""What is told of a walk: shifts, bands, a better baseline; in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.monitoring.accuracy import over_time
from busyness.monitoring.coverage import coverage_watch
from busyness.monitoring.sentences import SENTENCES, said
from busyness.monitoring.signals import SCHEMA, WatchRules, of_inputs, signals
from busyness.monitoring.stability import input_stability
from busyness.monitoring.walked import Walked


def walk(
    places: int, days: int, *, shift: float = 1.0, moved: int = 2, at: int = 10**6, seed: int = 1, wide: float = 1.0
) -> Walked:
    """Fourteen open hours a day, said without bias; from day ``at`` on the first of them have ``shift`` times more."""
    rng = np.random.default_rng(seed)
    hours = 24
    day = np.datetime64("2026-01-05") + np.arange(days * hours) // hours
    shape = np.where((np.arange(days * hours) % hours >= 8) & (np.arange(days * hours) % hours < 22), 1.0, np.nan)
    said = 100 * (1 + np.arange(places))[:, None] * shape
    common = np.repeat(rng.lognormal(0, 0.06, (places, days)), hours, axis=1)
    came = rng.poisson(np.nan_to_num(said) * common * rng.lognormal(0, 0.1, said.shape)).astype(np.float64)
    later = (np.arange(days * hours) // hours >= at) & (np.arange(places) < moved)[:, None]
    came = np.where(np.isnan(said), np.nan, np.round(np.where(later, came * shift, came)))
    half = 0.17 * wide * said
    cubes = (came, said, said - half, said + half, said * 1.3)
    return Walked(
        tuple(f"P{k}" for k in range(places)),
        np.broadcast_to(day.astype("datetime64[D]"), said.shape),
        *(cube.astype(np.float32) for cube in cubes),
    )


def test_a_quiet_walk_says_nothing() -> None:
    found = signals(walk(12, 84).by_day())
    assert dict(found.schema) == SCHEMA
    assert not found.height


@pytest.mark.parametrize("shift", [0.6, 1.4])
def test_a_shift_is_told_with_its_day_and_size(shift: float) -> None:
    found = signals(walk(8, 70, shift=shift, at=50).by_day()).filter(pl.col("signal") == "level")
    assert set(found["place"]) == {"P0", "P1"}
    planted = date(2026, 1, 5).toordinal() + 50
    for row in found.iter_rows(named=True):
        assert row["size"] == pytest.approx(shift - 1, abs=0.12)
        assert abs(row["since"].toordinal() - planted) <= 1
        assert 0 <= row["found"].toordinal() - planted < 4
        assert row["statistic"] > row["threshold"]


@pytest.mark.parametrize("shift", [0.6, 1.4])
def test_what_hits_all_places_is_one_signal(shift: float) -> None:
    found = signals(walk(8, 70, shift=shift, moved=8, at=50).by_day()).filter(pl.col("signal") == "level")
    assert found["place"].to_list() == [""]
    assert found["size"][0] == pytest.approx(shift - 1, abs=0.05)


def test_of_few_places_each_is_told() -> None:
    found = signals(walk(3, 70, shift=0.6, moved=3, at=50).by_day()).filter(pl.col("signal") == "level")
    assert set(found["place"]) == {"P0", "P1", "P2"}


def test_holidays_are_left_out() -> None:
    walked = walk(6, 70)
    feasts = np.unique(walked.day)[40:49]
    hit = np.isin(walked.day, feasts)
    walked = replace(walked, observed=np.where(hit, walked.observed * 0.3, walked.observed).astype(np.float32))
    level = pl.col("signal") == "level"
    assert signals(walked.by_day()).filter(level).height
    assert not signals(walked.by_day(), holidays=feasts).filter(level).height


@pytest.mark.parametrize("wide", [0.3, 3.0])
def test_bands_that_hold_too_little_or_too_much_are_told(wide: float) -> None:
    found = signals(walk(5, 60, wide=wide).by_day()).filter(pl.col("signal") == "coverage")
    assert "" in found["place"].to_list()
    assert ((found["size"] < 0.8) == (wide < 1)).all()


def test_bands_of_rare_counts_may_hold_more_but_not_less() -> None:
    rng = np.random.default_rng(3)
    walked = walk(5, 60)
    came = np.where(np.isnan(walked.observed), np.nan, rng.poisson(0.7, walked.observed.shape)).astype(np.float32)
    said = replace(walked, observed=came, median=np.ones_like(came), low=np.zeros_like(came))
    honest = replace(said, high=np.full_like(came, 2))  # holds 97 %: nothing of whole numbers holds 80 %
    assert not signals(honest.by_day()).filter(pl.col("signal") == "coverage").height
    narrow = replace(said, high=np.full_like(came, 0.5))
    assert signals(narrow.by_day()).filter(pl.col("signal") == "coverage")["size"].max() < 0.8


def test_coverage_counts_what_lies_inside() -> None:
    walked = walk(3, 30)
    table = coverage_watch(walked.by_day(), days=14)
    last = slice(-14 * 24, None)
    inside = (walked.observed >= walked.low) & (walked.observed <= walked.high)
    for row, place in enumerate(walked.places):
        scored = np.isfinite(walked.observed[row, last])
        own = table.filter(pl.col("place") == place).row(0, named=True)
        assert own["share"] == pytest.approx(inside[row, last][scored].mean())
        assert own["slots"] == scored.sum()
    assert coverage_watch(walk(3, 5).by_day())["p"].null_count() == 4


def test_a_better_baseline_is_told() -> None:
    walked = walk(4, 60)
    better = replace(walked, baseline=walked.observed * np.float32(1.02))
    assert set(signals(better.by_day()).filter(pl.col("signal") == "accuracy")["place"]) == set(walked.places)
    assert not signals(walked.by_day()).filter(pl.col("signal") == "accuracy").height


def test_accuracy_over_time_is_that_of_the_slots() -> None:
    walked = walk(4, 20)
    table = over_time(walked.by_day(), "model")
    day = walked.day == table["date"][3]
    scored = day & walked.scored
    missed = np.abs(walked.observed - walked.median)[scored]
    assert table["wape"][3] == pytest.approx(missed.sum() / walked.observed[scored].sum(), rel=1e-5)
    assert table["mae"][3] == pytest.approx(missed.mean(), rel=1e-5)
    assert over_time(walked.by_day(), "naive", bands=False)["coverage"].null_count() == table.height


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_signal_can_be_said(language: str) -> None:
    shifted = signals(walk(8, 70, shift=1.5, at=50, wide=0.2).by_day())
    slow = shifted.with_columns(pl.lit("slow_level").alias("signal"))
    worse = shifted.with_columns(pl.lit("accuracy").alias("signal"))
    rng = np.random.default_rng(0)
    inputs = of_inputs(input_stability({"rain": rng.normal(size=500)}, {"rain": rng.normal(3, 1, 200)}), date(2026, 3, 1))
    for found in (shifted, slow, worse, inputs):
        told = said(found.filter(pl.col("size") > 0), language, names={"P0": "Lima 1"})["sentence"]
        assert told.null_count() == 0
        assert all(sentence.endswith(".") and "{" not in sentence for sentence in told)
    assert SENTENCES["en"].keys() == SENTENCES["es"].keys()


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="'fr'"):
        said(signals(walk(2, 40).by_day()), "fr")


def test_rules_decide_when_to_speak() -> None:
    daily = walk(8, 70, shift=1.15, at=50).by_day()
    loud = signals(daily, rules=WatchRules(per_year=2.0)).filter(pl.col("signal") == "level")
    quiet = signals(daily, rules=WatchRules(least_change=0.5)).filter(pl.col("signal") == "level")
    assert loud.height
    assert not quiet.height
