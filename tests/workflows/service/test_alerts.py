"""What somebody should look at, as codes with their numbers, and in words."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import polars as pl
import pytest

from busyness.workflows.service.alert_words import said
from busyness.workflows.service.alerts import Alert, AlertRules, Code, alerts_of
from busyness.workflows.service.ask_now import ask_now
from busyness.workflows.service.holder import Refusal

from .conftest import ORIGIN

EVENING = ORIGIN + timedelta(hours=19, minutes=30)


def counts(snapshot, factor):
    frames = [
        pl.DataFrame(
            {
                "place": [place] * 11,
                "time": [ORIGIN + timedelta(hours=hour) for hour in range(8, 19)],
                "demand": (snapshot.forecast.mean[row, 8:19] * factor).astype(float),
            }
        )
        for place, row in snapshot.rows.items()
    ]
    return pl.concat(frames)


def found(snapshot, now=EVENING, *, factor=1.0, **given):
    return alerts_of(snapshot, ask_now(snapshot, now, posted=counts(snapshot, factor)), now=now, **given)


def codes(alerts):
    return {(alert.code, alert.place) for alert in alerts}


def test_an_ordinary_evening_is_quiet(snapshot):
    assert found(snapshot) == ()


@pytest.mark.parametrize(("factor", "code"), [(4, "above_band"), (0.02, "below_band")])
def test_several_slots_outside_the_band(snapshot, factor, code):
    alerts = found(snapshot, factor=factor)
    assert (code, "P1") in codes(alerts)
    one = next(alert for alert in alerts if alert.place == "P1")
    assert one.params["slots"] >= 10  # at opening, next to nothing is expected: nothing is below that
    assert one.params["name"] == "Store 1"
    assert found(snapshot, factor=factor, rules=AlertRules(slots=12)) == ()


def test_late_data_and_an_old_forecast(snapshot):
    later = EVENING + timedelta(hours=24)
    assert codes(found(snapshot, later)) >= {("data_late", "P1"), ("forecast_old", None)}
    over = found(snapshot, ORIGIN + timedelta(days=8))
    assert over[0].code == "forecast_ended"
    assert over[0].level == "serious"


def test_what_the_gate_refused_comes_first(snapshot):
    refusal = Refusal("shop", "20240311", EVENING, "It counts trips; until now these were visitors.")
    alerts = found(snapshot, factor=4, refusal=refusal)
    assert alerts[0].code == "champion_refused"
    assert "trips" in said(alerts[0], "en")


def test_a_peak_over_capacity(snapshot):
    peaks = snapshot.peaks.with_columns(over_capacity=pl.when(pl.col("place") == "P2").then(0.8).otherwise(0.1))
    (alert,) = found(replace(snapshot, peaks=peaks))
    assert (alert.code, alert.place, alert.params["probability"]) == ("over_capacity", "P2", 0.8)


def test_plans_say_what_is_missing(planned):
    alerts = found(planned, ORIGIN + timedelta(hours=9))
    stock = next(alert for alert in alerts if alert.code == "stock_out_expected")
    assert (stock.place, stock.params["products"], stock.params["product"]) == ("P1", 1, "001")
    gap = next(alert for alert in alerts if alert.code == "staffing_gap")
    assert (gap.place, gap.params["slots"], gap.params["heads"]) == ("P2", 2, 2)
    assert len([alert for alert in alerts if alert.code in ("stock_out_expected", "staffing_gap")]) == 2


def test_a_scope_sees_its_places_only(planned):
    standing = ask_now(planned, ORIGIN + timedelta(hours=9), places=["P1"])
    assert {alert.place for alert in alerts_of(planned, standing, now=ORIGIN + timedelta(hours=9))} <= {None, "P1"}


def test_a_damaged_plan_is_told_and_hides_nothing_else(planned):
    (planned.folder / "plans" / "stock" / "plan.parquet").write_bytes(b"PAR1")
    alerts = found(planned, ORIGIN + timedelta(hours=9))
    assert {"plan_damaged", "staffing_gap"} <= {alert.code for alert in alerts}


PARAMS = {
    "name": "Store 1", "slots": 4, "observed": 12.4, "expected": 8.1, "hours": 30, "since": "2024-03-18T05:00",
    "release": "r1", "why": "Because.", "time": "2024-03-12T13:00", "probability": 0.7, "products": 3, "product": "001",
    "heads": 2, "kind": "stock", "size": 0.4,
}  # fmt: skip


@pytest.mark.parametrize("code", get_args(Code))
def test_every_code_has_its_sentence_in_both_languages(code):
    alert = Alert("warning", code, "P1", PARAMS)
    english, spanish = said(alert, "en"), said(alert, "es")
    assert english != spanish
    for sentence in (english, spanish):
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_a_hidden_number_is_left_out():
    params = {name: value for name, value in PARAMS.items() if name != "observed"}
    for language in ("en", "es"):
        sentence = said(Alert("warning", "above_band", "P1", params), language)
        assert sentence.startswith("Store 1: m")
        assert sentence.endswith("(4 in a row)." if language == "en" else "(4 seguidos).")
