"""Retraining knows when it is due, compares on days that neither model had seen, and keeps what it decided."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError, TooLittleHistoryError
from busyness.metrics.paired import Difference
from busyness.models.warm import continued
from busyness.registry.artifact import load_artifact, read_card
from busyness.registry.releases import Releases
from busyness.testing.clock import FakeClock
from busyness.workflows.forecast import forecast
from busyness.workflows.models import releasing
from busyness.workflows.models import retrain as module
from busyness.workflows.models.card_words import card_words
from busyness.workflows.models.compared import compared
from busyness.workflows.models.held import listed
from busyness.workflows.models.rehearsal import AS_IT_IS, AS_OLD, Rehearsal
from busyness.workflows.models.retrain import Task, due, judged, recipe_told, retrain
from busyness.workflows.models.rolling_back import roll_back
from busyness.workflows.models.trial import Plan, start
from busyness.workflows.retrain_settings import RetrainSettings
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring.restored import restored

from .conftest import NOW, counts_of, settings_for

LATER = FakeClock(NOW + timedelta(days=8))


@pytest.fixture(scope="module")
def poorly_led(made, tmp_path_factory):
    """A world whose champion always expects half a level too much."""
    home, clock = tmp_path_factory.mktemp("poor"), FakeClock(NOW)
    wrong = {"model": "sklearn.dummy.DummyRegressor", "arguments": {"strategy": "constant", "constant": 0.5}}
    forecast(settings_for(made.counts, **wrong), clock=clock).write(home / "run", clock=clock)
    release = releasing.add(home / "world", home / "run", clock=clock)
    releasing.promote(home / "world", release, by="ana", why="the first", clock=clock)
    return home / "world"


@pytest.fixture
def poor(poorly_led, tmp_path):
    return Path(shutil.copytree(poorly_led, tmp_path / "poor"))


def everything(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def without_lock(files):
    return {name: content for name, content in files.items() if not name.name.startswith(".")}


def test_a_young_model_is_left_alone(world):
    before = without_lock(everything(world.folder))
    found = retrain(world.folder, Task(), clock=FakeClock(NOW + timedelta(days=1)))
    assert found.verdict == "not due"
    assert "1.0 days old and may be 7d" in found.sentence
    assert without_lock(everything(world.folder)) == before


def test_blocks_that_a_recipe_leaves_out_are_the_champion_s(made):
    own = settings_for(made.counts, model="ridge", seed=3)
    rules_alone = RunSettings.model_validate({"retrain": {"every": "3d"}})
    assert module._with_recipe(own, rules_alone) == own == module._with_recipe(own, None)
    other = RunSettings.model_validate({"model": {"model": "seasonal", "horizon": 7}})
    wanted = module._with_recipe(own, other)
    assert (wanted.model.model, wanted.model.horizon, wanted.preparation) == ("seasonal", 48, own.preparation)
    assert recipe_told(own, own) == "Recipe: the champion's (ridge)."
    assert "model ridge → seasonal, seed 3 → 0" in recipe_told(own, wanted)
    assert "continued (warm)" in recipe_told(own, own, warm=True)
    assert "Trained anew, although warm is true" in recipe_told(own, wanted, warm=True)


def test_rules_alone_are_no_other_recipe(world):
    task = Task(recipe=RunSettings.model_validate({"retrain": {"every": "3d"}}), anyway=True)
    found = retrain(world.folder, task, clock=LATER)
    assert (found.verdict, found.recipe) == ("kept", "Recipe: the champion's (seasonal).")


def test_without_new_data_and_another_recipe_there_is_nothing_to_gain(world):
    found = retrain(world.folder, Task(), clock=LATER)
    assert (found.verdict, found.release) == ("kept", "")
    assert "no new data" in found.sentence
    (record,) = (world.folder / "decisions").glob("*.json")
    assert json.loads(record.read_text())["verdict"] == "kept"
    assert Releases(world.folder).champion().release == world.releases[0]


def test_a_better_recipe_is_promoted_with_its_figures_and_can_be_rolled_back(poor, made):
    first = Releases(poor).champion().release
    found = retrain(poor, Task(recipe=settings_for(made.counts), by="timer"), clock=LATER)
    assert found.verdict == "promoted", found.sentence
    assert found.rehearsal.how == AS_OLD
    assert found.rehearsal.gain.mean > 0.2
    assert found.rehearsal.gain.clusters == 14
    assert found.rehearsal.challenger["mae"] < found.rehearsal.champion["mae"]
    champion = Releases(poor).champion()
    assert (champion.release, champion.by, champion.why) == (found.release, "timer", found.sentence)
    folder = Releases(poor).folder(found.release)
    kept = json.loads((folder / "decision.json").read_text())
    assert kept["rehearsal"]["gain"]["mean"] == pytest.approx(found.rehearsal.gain.mean)
    card = read_card(folder / "model")
    assert card.ancestry.parent == read_card(Releases(poor).folder(first) / "model").version
    assert card.ancestry.decision["verdict"] == "promoted"
    assert card.metrics["windows"]
    assert roll_back(poor, by="eva", why="not so good", clock=LATER).release == first


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(poor, made):
    before = without_lock(everything(poor))
    found = retrain(poor, Task(recipe=settings_for(made.counts), dry_run=True), clock=LATER)
    assert (found.verdict, found.release) == ("promoted", "")
    assert found.sentence.endswith("it would answer from now on.")
    assert "posted counts were not looked for" in found.posted
    assert without_lock(everything(poor)) == before


def test_a_champion_whose_data_ended_before_answers_as_it_is(tmp_path):
    counts = tmp_path / "visits.csv"
    counts_of(8).write_csv(counts)
    clock = FakeClock(NOW)
    forecast(settings_for(counts), clock=clock).write(tmp_path / "run", clock=clock)
    world = tmp_path / "world"
    releasing.promote(world, releasing.add(world, tmp_path / "run", clock=clock), by="ana", why="the first", clock=clock)
    counts_of(11).write_csv(counts)  # three weeks have passed
    found = retrain(world, Task(dry_run=True), clock=LATER)
    assert found.rehearsal.how == AS_IT_IS
    assert not found.rehearsal.same
    assert found.rehearsal.first_day < found.rehearsal.last_day


def test_a_warm_challenger_is_the_champion_continued(tmp_path, monkeypatch):
    counts = tmp_path / "visits.csv"
    counts_of(9).write_csv(counts)
    clock = FakeClock(NOW)
    settings = settings_for(counts, model="boosted", fast=True, arguments={"trees": 60})
    warm = settings.model_copy(update={"retrain": RetrainSettings(warm=True, margin=0)})
    forecast(warm, clock=clock).write(tmp_path / "run", clock=clock)
    world = tmp_path / "world"
    first = releasing.add(world, tmp_path / "run", clock=clock)
    releasing.promote(world, first, by="ana", why="the first", clock=clock)
    counts_of(12).write_csv(counts)
    monkeypatch.setattr(module, "judged", lambda shown, **rules: ("promoted", "for the test"))
    found = retrain(world, Task(), clock=LATER)
    assert found.rehearsal.how == AS_IT_IS
    old, new = (load_artifact(Releases(world).folder(one) / "model")[0] for one in (first, found.release))
    assert old.facts["member"]["features"] == new.facts["member"]["features"]
    for name, trees in old.texts.items():
        assert new.texts[name].count("Tree=") > trees.count("Tree=")
    assert not np.array_equal(old.arrays["calibration.errors"], new.arrays["calibration.errors"])
    card, parent = (read_card(Releases(world).folder(one) / "model") for one in (found.release, first))
    facts = card.parameters["continued"]
    assert (facts["from"], facts["trees"] > facts["trees_before"]) == (parent.version, True)
    assert card.recipe != parent.recipe
    assert (card.metrics["how"], card.metrics["mae"]) == ("rehearsal", found.rehearsal.challenger["mae"])
    assert len(card.metrics["windows"]) == card.metrics["origins"] == len(found.rehearsal.windows) > 1
    assert not (Releases(world).folder(found.release) / "backtest.json").exists()
    assert f"Continued, not trained anew, from {parent.version}" in found.recipe
    words = card_words(card)
    assert f"It had {facts['trees_before']} trees and has {facts['trees']}." in words["Model"]
    assert words["How good"][0].startswith("Rehearsal of the retraining")
    spanish = " ".join(line for name in ("Modelo", "Calidad") for line in card_words(card, "es")[name])
    assert not {"Continued", "trees", "Rehearsal", "which"}.intersection(spanish.split())
    assert any(line.startswith("B: Continued, not trained anew") for line in compared(parent, card).sentences)
    assert listed(world)["continued_from"].to_list() == [parent.version, None]


def test_a_model_that_cannot_be_continued_is_said(world):
    with pytest.raises(InputError, match="A 'seasonal' model cannot be continued"):
        continued(SimpleNamespace(kind="seasonal"), None)
    champion = world.registry.folder(world.releases[0]) / "model"
    parts, card = load_artifact(champion)
    with pytest.raises(InputError, match="A 'seasonal' model cannot be continued"):
        continued(restored(parts, threads=1, version=card.version), None)
    other = retrain(world.folder, Task(rules=RetrainSettings(warm=True), dry_run=True), clock=LATER)
    assert other.verdict == "kept"  # nothing new: nobody is asked to go on


def test_drift_makes_it_due_and_a_table_that_says_no_does_not():
    card = SimpleNamespace(created_at=NOW, data_card=SimpleNamespace(last=NOW - timedelta(hours=13)))
    rules, soon = RetrainSettings(), NOW + timedelta(hours=1)
    table = pl.DataFrame({"place": ["P1", "P2"], "detector": ["adwin", "adwin"], "drifted": [False, True]})
    ready, why = due(card, rules, now=soon, drifted=table)
    assert ready
    assert why.startswith("1 drifted: P2, adwin")
    assert not due(card, rules, now=soon, drifted=table.filter(pl.col("place") == "P1"))[0]
    assert due(card, rules, now=soon, drifted=table.drop("drifted"))[0]
    assert not due(card, RetrainSettings(on_drift=False), now=soon, drifted=table)[0]
    found = pl.DataFrame({"place": ["P1", "P2"], "found": [date(2024, 3, 20), date(2024, 3, 25)]})
    assert due(card, rules, now=soon, drifted=found)[1].startswith("1 drifted: P2")  # P1's the model has learned already
    inputs = pl.DataFrame({"input": ["rain", "promo"], "verdict": ["steady", "drifted"]})
    assert due(card, rules, now=soon, drifted=inputs)[1].startswith("1 drifted: promo")
    assert due(card, RetrainSettings(every="12h"), now=NOW + timedelta(hours=12))[0]


def test_nobody_is_replaced_while_a_trial_runs(world):
    start(world.folder, "newest", Plan(NOW.date()), clock=FakeClock(NOW))
    found = retrain(world.folder, Task(anyway=True), clock=LATER)
    assert found.verdict == "not due"
    assert "nobody is replaced meanwhile" in found.sentence


@pytest.mark.parametrize(
    ("gain", "verdict"),
    [
        ((0.05, 0.02, 0.08), "promoted"),
        ((0.05, -0.01, 0.11), "challenger"),  # better, but that may be chance
        ((0.005, 0.001, 0.009), "challenger"),  # surely better, by less than the margin
        ((-0.01, -0.02, 0.0), "kept"),
    ],
)
def test_only_what_is_surely_better_by_the_margin_answers(gain, verdict):
    shown = Rehearsal("a", "b", Difference(*gain, 14, 900), {}, {}, AS_OLD, same=False)
    assert judged(shown, margin=0.01)[0] == verdict


@pytest.mark.parametrize(
    ("written", "margin", "age"),
    [
        ({"every": "7d", "margin": "1%"}, 0.01, timedelta(days=7)),
        ({"every": "36h", "margin": 0.02}, 0.02, timedelta(hours=36)),
    ],
)
def test_settings_read_as_people_write_them(written, margin, age):
    rules = RetrainSettings.model_validate(written)
    assert rules.margin == pytest.approx(margin)
    assert rules.age == age


@pytest.mark.parametrize(("written", "said"), [({"every": "soon"}, "no age"), ({"margin": "much%"}, "no share")])
def test_settings_that_say_nothing_are_refused(written, said):
    with pytest.raises(ValueError, match=said):
        RetrainSettings.model_validate(written)


def test_too_few_days_and_files_that_are_gone_are_said(tmp_path):
    counts = tmp_path / "visits.csv"
    counts_of(2.9).write_csv(counts)
    clock = FakeClock(NOW)
    forecast(settings_for(counts), clock=clock).write(tmp_path / "run", clock=clock)
    world = tmp_path / "world"
    releasing.promote(world, releasing.add(world, tmp_path / "run", clock=clock), by="ana", why="the first", clock=clock)
    with pytest.raises(TooLittleHistoryError, match="too few to compare"):
        retrain(world, Task(), clock=LATER)
    counts.unlink()
    with pytest.raises(InputError):
        retrain(world, Task(), clock=LATER)
