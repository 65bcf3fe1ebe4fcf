"""Scores of anyone's predictions: worked by hand, fair to everyone, and the same for rows in any order."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from busyness.backtesting.scores import METRICS, OF_BASELINES, score
from busyness.domain.errors import ColumnMissingError, InputError
from busyness.domain.quantiles import REPORTED_LEVELS, column
from busyness.metrics import point, quantile

MIDNIGHT = datetime(2025, 3, 3, tzinfo=UTC)
NAN = float("nan")


def simple(observed: list, predicted: list, **more: object) -> pl.DataFrame:
    hours = [MIDNIGHT + timedelta(hours=k) for k in range(len(observed))]
    return pl.DataFrame({"place": "a", "time": hours, "observed": observed, "prediction": predicted, **more}, strict=False)


def backtest(*, places: int = 3, origins: int = 2, days: int = 3, seed: int = 0) -> pl.DataFrame:
    """A whole frame of predictions: ``days`` days from each of ``origins`` daily origins, every column there."""
    rng = np.random.default_rng(seed)
    place, origin, hour = (
        a.ravel() for a in np.meshgrid(np.arange(places), np.arange(origins), np.arange(days * 24), indexing="ij")
    )
    level = (place + 1) * (20 + 10 * np.sin(hour / 24 * 2 * np.pi))
    observed = np.where(rng.random(len(hour)) < 0.03, np.nan, rng.poisson(level))
    quantiles = np.sort(level[:, None] + rng.normal(0, 5, (1, 7)) + np.linspace(-8, 8, 7), axis=1).clip(0)
    start = np.datetime64("2025-03-03", "us")
    columns = {
        "place": [f"p{k}" for k in place],
        "time": start + (origin * 24 + hour) * np.timedelta64(3600, "s"),
        "origin": start + origin * np.timedelta64(86400, "s"),
        "observed": observed.astype(np.float32),
        "seasonal_naive": rng.poisson(level).astype(np.float32),
        "seasonal_mean": (level + rng.normal(0, 2, len(hour))).clip(0).astype(np.float32),
        "mean": (level * 1.05).astype(np.float32),
        **{column(q): quantiles[:, k].astype(np.float32) for k, q in enumerate(REPORTED_LEVELS)},
    }
    return pl.DataFrame(columns).with_columns(
        pl.col("time", "origin").dt.replace_time_zone("UTC"), pl.col("observed").fill_nan(None)
    )


def test_one_prediction_column_is_enough() -> None:
    found = score(simple([10, 20, None, 0], [12, 17, 5, 1])).to_dict()
    assert found["mae"] == pytest.approx(2)
    assert found["rmse"] == pytest.approx(math.sqrt(14 / 3))
    assert found["bias"] == pytest.approx(0)
    assert found["wape"] == pytest.approx(6 / 30)
    assert found["within_20"] == pytest.approx(2 / 3)
    assert found["mase"] is found["pinball"] is found["coverage_80"] is found["peak_hit"] is None
    assert (found["rows"], found["unanswered"]) == (3, 0)
    assert found["by_horizon"] == found["by_origin"] == []
    assert "seasonal_naive" not in found
    assert [(place["place"], place["rows"]) for place in found["places"]] == [("a", 3)]


@pytest.mark.parametrize("name", ["prediction", "mean", "q50"])
def test_the_prediction_may_have_any_of_three_names(name: str) -> None:
    assert score(simple([1, 2], [3, 3]).rename({"prediction": name})).overall["rmse"] == pytest.approx(math.sqrt(2.5))


def test_the_median_is_judged_by_absolute_and_the_mean_by_squared_errors() -> None:
    found = score(simple([10, 10], [0, 0], q50=[11, 11], mean=[13, 13])).overall
    assert (found["mae"], found["rmse"], found["bias"]) == (1, 3, 3)


def test_every_number_is_its_metric_on_the_scored_rows() -> None:
    frame = backtest()
    rows = frame.drop_nulls()
    observed, median, mean = (rows[name].to_numpy() for name in ("observed", "q50", "mean"))
    found = score(frame).overall
    assert found["mae"] == pytest.approx(point.mae(observed, median))
    assert found["wape"] == pytest.approx(point.wape(observed, median))
    assert found["within_20"] == pytest.approx(point.within(observed, median))
    assert found["rmse"] == pytest.approx(point.rmse(observed, mean))
    assert found["bias"] == pytest.approx(point.bias(observed, mean))
    marks = rows.select(column(q) for q in REPORTED_LEVELS).to_numpy()
    assert found["pinball"] == pytest.approx(quantile.pinball(observed, marks, REPORTED_LEVELS))
    assert found["coverage_80"] == pytest.approx(quantile.coverage(observed, rows["q10"].to_numpy(), rows["q90"].to_numpy()))


def test_groups_are_the_same_scores_of_their_rows() -> None:
    frame = backtest()
    found = score(frame)
    assert [place["place"] for place in found.places] == ["p0", "p1", "p2"]
    assert [day["day_ahead"] for day in found.by_horizon] == [1, 2, 3]
    assert [origin["origin"] for origin in found.by_origin] == ["2025-03-03T00:00:00Z", "2025-03-04T00:00:00Z"]
    parts = {
        "p1": (found.places[1], pl.col("place") == "p1"),
        "second day": (found.by_horizon[1], (pl.col("time") - pl.col("origin")).dt.total_hours().is_between(24, 47)),
        "second origin": (found.by_origin[1], pl.col("origin") == pl.col("origin").max()),
    }
    for part, chosen in parts.values():
        alone = score(frame.filter(chosen))
        assert part["rows"] == alone.rows
        for name in set(METRICS) - {"mase"}:
            assert part[name] == pytest.approx(alone.overall[name]), name
        for name in set(OF_BASELINES) - {"mase"}:
            assert part["seasonal_naive"][name] == pytest.approx(alone.baselines["seasonal_naive"][name]), name
    for groups in (found.places, found.by_horizon, found.by_origin):
        assert sum(group["rows"] for group in groups) == found.rows
        whole = sum(group["rows"] * group["mae"] for group in groups) / found.rows
        assert whole == pytest.approx(found.overall["mae"])


def test_the_scale_of_mase_is_given_or_the_naive_s_own_error() -> None:
    frame = backtest()
    own = score(frame)
    assert own.baselines["seasonal_naive"]["mase"] == pytest.approx(1)
    ratio = own.places[0]["mae"] / own.places[0]["seasonal_naive"]["mae"]
    assert own.places[0]["mase"] == pytest.approx(ratio)
    given_scales = score(frame, scales={"p0": 2.0, "p1": NAN})
    assert given_scales.places[0]["mase"] == pytest.approx(own.places[0]["mae"] / 2)
    assert given_scales.overall["mase"] == pytest.approx(own.places[0]["mae"] / 2)
    assert math.isnan(given_scales.places[1]["mase"])


def test_a_baseline_without_an_answer_takes_the_other_s() -> None:
    frame = simple(
        [10, 10, 10, 10], [10, 10, 10, 10], seasonal_naive=[12, None, None, 12], seasonal_mean=[13, 13, None, None]
    )
    found = score(frame)
    assert found.baselines["seasonal_naive"]["mae"] == pytest.approx((2 + 3 + 2) / 3)
    assert found.baselines["seasonal_mean"]["mae"] == pytest.approx((3 + 3 + 2) / 3)
    assert found.left_out == {"seasonal_naive": 1, "seasonal_mean": 1}
    assert found.rows == 4


def test_rows_without_a_prediction_are_counted_and_nobody_is_scored_on_them() -> None:
    frame = simple([10, 10, 10, None], [11, None, NAN, None], seasonal_naive=[13, 99, 99, None])
    found = score(frame)
    assert (found.rows, found.unanswered) == (1, 2)
    assert found.overall["mae"] == 1
    assert found.baselines["seasonal_naive"]["mae"] == 3
    assert found.left_out == {"seasonal_naive": 0}


def test_a_row_is_answered_when_all_its_quantiles_are_there() -> None:
    frame = simple([10, 10], [10, 10], q10=[8, None], q90=[12, 12])
    assert score(frame).unanswered == 1


def test_peaks_are_found_by_local_day() -> None:
    hours = 48
    observed = np.ones(hours)
    observed[[3, 28]] = 9  # in Lima: 22:00 of the day before, and 23:00
    predicted = np.roll(observed, 1)
    frame = simple(observed.tolist(), predicted.tolist())
    assert score(frame, timezones="America/Lima").overall["peak_hit"] == pytest.approx(0.5)  # 28 → 29 is the next day
    assert score(frame, timezones={"a": "UTC"}).overall["peak_hit"] == 1


def test_closed_hours_do_not_spoil_a_day_and_missing_ones_do() -> None:
    came, told = [None] * 18 + [1, 2, 9, 3, 2, 1], [0] * 18 + [1, 2, 3, 9, 2, 1]
    assert score(simple(came, told)).overall["peak_hit"] == 1  # nothing was predicted: closed
    assert math.isnan(score(simple(came, [1] * 18 + told[18:])).overall["peak_hit"])
    opened = [False] * 18 + [True] * 6
    assert score(simple(came, [1] * 18 + told[18:], open=opened)).overall["peak_hit"] == 1


def test_a_week_with_daylight_saving_has_seven_days_ahead_and_local_days() -> None:
    zone = "Australia/Melbourne"
    origin = datetime(2025, 10, 3, 14, tzinfo=UTC)  # local midnight of the 4th; the clocks go forward on the 5th
    time = pl.Series("time", [origin + timedelta(hours=k) for k in range(168)])
    hour = time.dt.convert_time_zone(zone).dt.hour().to_numpy()
    observed = np.where(hour == 12, 50, 10.0)
    predicted = np.where(hour == 13, 50, 10.0)
    frame = pl.DataFrame({"place": "a", "time": time, "origin": origin, "observed": observed, "mean": predicted})
    found = score(frame, timezones=zone)
    assert [day["rows"] for day in found.by_horizon] == [24] * 7
    assert found.overall["peak_hit"] == 1
    assert sum(day["peak_hit"] == 1 for day in found.by_horizon) == 7


def test_daily_slots_have_one_day_ahead_each_over_daylight_saving() -> None:
    days = pl.Series("time", [date(2025, 10, 3) + timedelta(days=k) for k in range(7)]).cast(pl.Datetime("us"))
    time = days.dt.replace_time_zone("Australia/Melbourne").dt.convert_time_zone("UTC")
    frame = pl.DataFrame({"place": "a", "time": time, "origin": time[0], "observed": range(7), "mean": range(7)})
    found = score(frame, timezones="Australia/Melbourne")
    assert [(day["day_ahead"], day["rows"]) for day in found.by_horizon] == [(k, 1) for k in range(1, 8)]
    assert math.isnan(found.overall["peak_hit"])


def test_a_metric_is_one_small_function() -> None:
    def worst(observed: np.ndarray, predicted: np.ndarray) -> float:
        return float(np.abs(observed - predicted).max())

    found = score(simple([10, None, 10], [12, 99, 7], seasonal_naive=[5, 5, None]), extra_metrics={"worst": worst}).to_dict()
    assert found["worst"] == 3
    assert found["places"][0]["worst"] == 3
    assert found["seasonal_naive"]["worst"] == 5
    with pytest.raises(InputError, match="mae"):
        score(simple([1], [1]), extra_metrics={"mae": worst})


def test_scores_are_ready_for_json() -> None:
    found = score(backtest()).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert {*METRICS, "rows", "unanswered", "left_out", "places", "by_horizon", "by_origin"} < set(found)
    assert set(OF_BASELINES) | {"rows"} >= set(found["seasonal_naive"]) >= set(OF_BASELINES)


@pytest.mark.parametrize("frame", [simple([None], [1.0]), simple([1.0], [None]), backtest().clear()])
def test_nothing_to_score_is_said_by_the_count(frame: pl.DataFrame) -> None:
    found = score(frame).to_dict()
    assert found["rows"] == 0
    assert found["mae"] is None
    assert found["places"] == []


def test_the_input_is_not_changed() -> None:
    frame = backtest()
    before = frame.clone()
    score(frame)
    assert frame.equals(before)


@pytest.mark.parametrize("column_name", ["place", "time", "observed", "prediction"])
def test_a_column_that_is_not_there_is_named(column_name: str) -> None:
    with pytest.raises(ColumnMissingError, match=column_name):
        score(simple([1], [1]).drop(column_name))


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (simple([1], ["three"]), "not numbers"),
        (simple([1], [1]).with_columns(pl.col("time").dt.replace_time_zone(None)), "no time zone"),
        (simple([1], [1]).with_columns(time=pl.lit("2025-01-01")), "not times"),
        (simple([1], [1]).with_columns(place=pl.lit(None, pl.String)), "no place"),
        (pl.concat([simple([1], [1])] * 2), "two predictions"),
        (simple([1], [1], origin=[MIDNIGHT + timedelta(hours=1)]), "before their origin"),
        (simple([1], [1], open=["yes"]), "open"),
    ],
)
def test_wrong_frames_get_one_sentence(frame: pl.DataFrame, says: str) -> None:
    with pytest.raises(InputError, match=says):
        score(frame)


def test_a_place_without_a_time_zone_is_named() -> None:
    with pytest.raises(InputError, match="'a'"):
        score(simple([1], [1]), timezones={"b": "UTC"})
    with pytest.raises(InputError, match="Lime"):
        score(simple([1], [1]), timezones="America/Lime")


@hypothesis_settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["UTC", "America/Lima", "Asia/Kolkata"]))
def test_the_order_of_rows_changes_nothing(seed: int, zone: str) -> None:
    frame = backtest(seed=seed)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=seed)
    assert score(shuffled, timezones=zone).to_dict() == score(frame, timezones=zone).to_dict()


@hypothesis_settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.5, 2.0, 16.0]))
def test_a_unit_changes_errors_and_no_share(seed: int, unit: float) -> None:
    frame = backtest(seed=seed).filter(pl.col("observed") > 0)
    numbers = pl.exclude("place", "time", "origin")
    before, after = score(frame), score(frame.with_columns(numbers * unit))
    for name in ("mae", "rmse", "bias", "pinball"):
        assert after.overall[name] == pytest.approx(unit * before.overall[name])
    for name in ("wape", "mase", "coverage_80", "within_20", "peak_hit"):
        assert after.overall[name] == pytest.approx(before.overall[name])
