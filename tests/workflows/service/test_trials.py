"""The service takes part in a trial: the challenger answers by lot once the gate lets it; nothing stops the champion."""

import json
import shutil
from datetime import date, timedelta

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.registry.lots import CHALLENGER
from busyness.registry.releases import Releases
from busyness.registry.trials import DECISION, TRIALS, Plan, Trial, renewed, write_trial
from busyness.tables.panel import wall_times
from busyness.testing.clock import FakeClock
from busyness.workflows.folder import PATHS, read_forecast, write_paths
from busyness.workflows.service.champions import promote
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.settings import WorldSettings

from .conftest import ORIGIN

NOW = ORIGIN + timedelta(hours=6)
PLAN = Plan(date(2024, 3, 11), shadow_days=0, weeks=2, seed=4)


def scaled(folder, out, factor):
    shutil.copytree(folder, out)
    said = read_forecast(folder).forecast
    said.quantiles[:] *= np.float32(factor)
    said.mean[:] *= np.float32(factor)
    write_paths(said, out / PATHS)
    return out


@pytest.fixture
def world(folder, tmp_path):
    releases = Releases(tmp_path / "world")
    releases.promote(releases.add(folder, now=NOW), by="a test", why="the first", now=NOW)
    releases.add(scaled(folder, tmp_path / "twice", 2), now=NOW + timedelta(hours=1))
    return releases


@pytest.fixture
def holder(world):
    holder = Holder([WorldSettings(name="shop", folder=world.world)], clock=FakeClock(NOW))
    holder.refresh()
    return holder


def begin(world, plan=PLAN, challenger=None):
    first, second = world.all()[:2]
    folder = world.world / TRIALS / "20240311T110000Z"
    trial = Trial(folder.name, folder, first, challenger or second, ("1", "2"), plan)
    write_trial(world.world, trial)
    return trial


def test_it_begins_ends_and_is_swapped_in_without_a_restart(holder, world):
    plain = holder.world("shop")
    assert "shop" not in holder.trials
    trial = begin(world)
    (swap,) = holder.refresh()
    served = holder.world("shop")
    assert (swap.before, swap.after) == (plain, served)
    assert (served.release, served.lot.challenger.release) == (trial.champion, trial.challenger)
    assert served.etag != plain.etag
    days = wall_times(plain.forecast.places, plain.forecast.slots).astype("datetime64[D]")
    for row, place in enumerate(plain.forecast.ids):
        factor = [2 if trial.plan.design.arm(place, day.item()) == CHALLENGER else 1 for day in days[row]]
        assert np.array_equal(served.forecast.mean[row], plain.forecast.mean[row] * np.array(factor, np.float32))
    stand = holder.trials["shop"]
    assert (stand.trial, stand.challenger, stand.refused) == (trial.id, trial.challenger, "")
    assert (stand.begins, stand.ends) == (date(2024, 3, 11), date(2024, 3, 25))
    assert holder.refresh() == ()
    (trial.folder / DECISION).write_text("{}")
    (over,) = holder.refresh()
    assert over.after is plain
    assert "shop" not in holder.trials


def test_a_trial_in_its_shadow_alone_is_never_served(holder, world):
    begin(world, Plan(date(2024, 3, 11), shadow_days=14, weeks=0))
    assert holder.refresh() == ()
    assert (holder.trials["shop"].begins, holder.trials["shop"].refused) == (None, "")


def test_before_its_weeks_only_days_that_lie_in_them_are_its(holder, world):
    trial = begin(world, Plan(date(2024, 3, 11), shadow_days=4, weeks=2, seed=4))
    holder.refresh()
    cells = holder.world("shop").lot.cells
    assert cells[:, 96:].any()
    assert not cells[:, :96].any()
    assert trial.plan.design.start == date(2024, 3, 15)


def cut(folder):
    (folder / PATHS).write_bytes((folder / PATHS).read_bytes()[:500])


def edited(folder):
    (folder / "backtest.json").write_text("{}")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda trial, release: cut(release), "cannot be read"),
        (lambda trial, release: edited(release), "changed after the release was made"),
        (lambda trial, release: shutil.rmtree(release), "There is no release"),
        (lambda trial, release: (trial.folder / "trial.json").write_text("{"), "is damaged"),
        (lambda trial, release: (trial.folder / "trial.json").write_text('{"plan": 1}'), "is damaged"),
    ],
)
def test_what_is_damaged_leaves_the_champion_and_is_told_once(holder, world, caplog, spoil, said):
    plain = holder.world("shop")
    trial = begin(world)
    spoil(trial, world.folder(trial.challenger))
    assert holder.refresh() == ()
    assert holder.refresh() == ()
    assert holder.world("shop") is plain
    assert said in holder.trials["shop"].refused
    assert str(world.world) not in holder.trials["shop"].refused
    assert caplog.text.count("does not answer") == 1


def test_the_gate_is_the_champion_s(holder, world, folder, tmp_path):
    far = world.add(scaled(folder, tmp_path / "far", 40), now=NOW + timedelta(hours=2))
    plain = holder.world("shop")
    trial = begin(world, challenger=far)
    assert holder.refresh() == ()
    assert holder.world("shop") is plain
    assert "A busy slot is expected" in holder.trials["shop"].refused
    renewed(world.world, trial, world.all()[1])
    assert holder.refresh()[0].after.lot is not None
    assert not holder.trials["shop"].refused


def test_a_challenger_that_breaks_later_stops_speaking(holder, world):
    plain, trial = holder.world("shop"), begin(world)
    holder.refresh()
    cut(world.folder(trial.challenger))
    (swap,) = holder.refresh()
    assert swap.after is plain


def test_a_challenger_that_was_promoted_is_the_champion(holder, world):
    trial = begin(world)
    holder.refresh()
    with pytest.raises(InputError, match="is on trial"):
        promote(holder, "shop", trial.challenger, by="ana", why="surely better")
    world.promote(trial.challenger, by="ana", why="the trial decided it", now=NOW)
    holder.refresh()
    served = holder.world("shop")
    assert (served.release, served.lot) == (trial.challenger, None)
    assert "champion already" in holder.trials["shop"].refused


def test_a_new_champion_goes_on_with_the_lots(holder, world, folder, tmp_path):
    trial = begin(world)
    holder.refresh()
    third = world.add(scaled(folder, tmp_path / "third", 1.5), now=NOW + timedelta(hours=2))
    world.promote(third, by="refresh", why="newer", now=NOW)
    (swap,) = holder.refresh()
    assert (swap.after.release, swap.after.lot.challenger.release) == (third, trial.challenger)


def test_at_first_start_it_answers_at_once(world):
    trial = begin(world)
    holder = Holder([WorldSettings(name="shop", folder=world.world)], clock=FakeClock(NOW))
    (swap,) = holder.refresh()
    assert swap.before is None
    assert swap.after.lot.trial == trial.id


def test_an_old_decided_trial_says_nothing(holder, world):
    trial = begin(world)
    (trial.folder / DECISION).write_text(json.dumps({"promoted": False}))
    assert holder.refresh() == ()
    assert not holder.trials
