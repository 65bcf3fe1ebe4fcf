"""The walk through the last weeks: honest about what each day could know, and it finds what was planted."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError, TooLittleHistoryError
from busyness.models.online import UpdatingForecaster
from busyness.registry.artifact import load_artifact
from busyness.tables.panel import Panel
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.models.card_words import card_words
from busyness.workflows.options import with_options
from busyness.workflows.settings import RunSettings
from busyness.workflows.train import train
from busyness.workflows.watch import WatchRun, inputs_of, watch
from busyness.workflows.wiring.restored import restored

DAY, HORIZON, DAYS = 24, 48, 49


def asked(**more: object) -> RunSettings:
    return with_options(RunSettings(), {"model": "seasonal", "horizon": HORIZON, "threads": 1, **more}, spelled="{}")


@cache
def city(factor: float = 1.0, places: int = 2) -> Panel:
    """Seven places; 14 days before the end the first ones shift."""
    panel = tiny_city(places=7, weeks=20, seed=4, future=HORIZON)
    demand = panel.demand.copy()
    late = panel.history - 14 * DAY
    demand[:places, late:] = np.round(demand[:places, late:] * factor)
    return replace(panel, demand=demand)


@cache
def run(factor: float = 1.0) -> WatchRun:
    return watch(asked(), city(factor), days=DAYS, clock=FakeClock())


def test_a_planted_shift_is_found_and_learned() -> None:
    found = run(0.6).signals.filter(pl.col("signal") == "level")
    assert set(found["place"]) == {"P1", "P2"}
    last = run(0.6).accuracy["date"].max()
    assert all(abs((last - row["since"]).days - 13) <= 1 for row in found.iter_rows(named=True))
    assert found["size"].to_list() == pytest.approx([-0.4, -0.4], abs=0.1)
    errors = run(0.6).summary(days=7)
    assert errors["updating"]["mae"] < 0.95 * errors["frozen"]["mae"]


def test_a_shift_before_what_is_usual_was_seen_is_not_called_quiet() -> None:
    """A walk of 20 days has ten to learn what is usual, and four of them lie after the shift."""
    early = watch(asked(), city(0.4, places=7), days=20, clock=FakeClock())
    assert early.in_doubt is not None
    assert "too few quiet days to tell" in early.told()[0]
    quiet = watch(asked(), city(), days=56, clock=FakeClock())
    assert quiet.in_doubt is None
    assert "too few quiet days" not in quiet.told()[0]


def test_quiet_weeks_say_nothing_of_levels() -> None:
    assert not run().signals.filter(pl.col("signal").is_in(["level", "slow_level"])).height


def test_every_day_and_forecaster_has_a_row() -> None:
    table = run().accuracy
    assert table.group_by("forecaster").len()["len"].to_list() == [DAYS] * 3
    assert table.filter(pl.col("forecaster") == "seasonal_naive")["coverage"].null_count() == DAYS
    slots = table.pivot(on="forecaster", index="date", values="slots")
    assert (slots["frozen"] == slots["updating"]).all()


def test_a_day_is_judged_by_what_was_known_before_it() -> None:
    """Noise in the last week leaves the errors of the days before it as they were."""
    panel = city()
    noisy = panel.demand.copy()
    noisy[:, panel.history - 7 * DAY : panel.history] *= 3
    other = watch(asked(), replace(panel, demand=noisy), days=DAYS, clock=FakeClock())
    before = pl.col("date") <= run().accuracy["date"].unique().sort()[-8]
    assert other.accuracy.filter(before).equals(run().accuracy.filter(before))


def test_what_is_written_goes_on_learning(tmp_path: Path) -> None:
    names = {path.name for path in run(0.6).write(tmp_path)}
    assert names == {"watch.html", "watch.json", "accuracy.csv", "signals.csv", "inputs.csv", "model"}
    told = json.loads((tmp_path / "watch.json").read_text("utf-8"))
    assert told["errors"].keys() == {"frozen", "updating", "seasonal_naive"}
    assert {signal["place"] for signal in told["signals"] if signal["signal"] == "level"} == {"P1", "P2"}
    parts, card = load_artifact(tmp_path / "model")
    model = restored(parts, threads=1, version=card.version)
    assert isinstance(model, UpdatingForecaster)
    said, own = (m.predict(city(0.6).sealed(), HORIZON) for m in (model, run(0.6).model))
    assert (said.quantiles == own.quantiles).all()
    fitted = run(0.6).card
    assert (card.version != fitted.version, card.recipe != fitted.recipe) == (True, True)
    assert card.parameters["updated"]["from"] == fitted.version
    assert f"Updated day by day until {told['last']}, from {fitted.version}." in card_words(card)["Model"]


def test_a_kept_model_is_walked_through_the_days_after_its_data(tmp_path: Path) -> None:
    panel = city(0.6)
    end = panel.history - 28 * DAY
    early = replace(panel.shortened(end, HORIZON), demand=np.where(
        np.arange(end + HORIZON) < end, panel.demand[:, : end + HORIZON], np.float32(np.nan)
    ))  # fmt: skip
    train(asked(), early, clock=FakeClock()).write(tmp_path / "kept")
    again = watch(asked(), panel, artifact=tmp_path / "kept", days=DAYS, clock=FakeClock())
    assert again.accuracy["date"].n_unique() == 28
    assert any(note.startswith(f"28 days were walked through instead of {DAYS}") for note in again.ingested.notes)
    with pytest.raises(InputError, match="would replace its own"):
        again.write(tmp_path / "kept")
    assert {"P1", "P2"} <= set(again.signals.filter(pl.col("signal") == "level")["place"])
    again.write(tmp_path / "on")
    goes_on = watch(asked(), panel, artifact=tmp_path / "on", days=DAYS, clock=FakeClock())
    assert goes_on.card.parameters["updated"]["from"] == again.card.version


def test_a_model_that_has_seen_the_days_is_fitted_anew_before_them(tmp_path: Path) -> None:
    train(asked(), city(), clock=FakeClock()).write(tmp_path)
    again = watch(asked(), city(), artifact=tmp_path, days=DAYS, clock=FakeClock())
    assert any("fitted at the beginning of the walk" in note for note in again.ingested.notes)
    assert again.accuracy.equals(run().accuracy)


def test_too_many_days_are_refused() -> None:
    with pytest.raises(TooLittleHistoryError, match="days"):
        watch(asked(), city(), days=130, clock=FakeClock())


def test_inputs_are_compared_with_the_weeks_before() -> None:
    panel = city()
    dear = panel.known["promo"].copy()
    dear[:, panel.history - 14 * DAY :] = 7 + np.random.default_rng(0).random(dear[:, panel.history - 14 * DAY :].shape)
    found = inputs_of(replace(panel, known={"price": dear, **panel.known}), days=14)
    verdicts = dict(found.select("input", "verdict").iter_rows())
    assert verdicts["price"] == "drifted"
    assert verdicts["promo"] == verdicts["demand"] == "steady"
