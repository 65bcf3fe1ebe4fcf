"""A trial is written in one step, read back as it was, and over once it is decided."""

from datetime import date

import pytest

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry.trials import DECISION, TRIALS, Plan, Trial, renewed, running, write_trial

PLAN = Plan(date(2025, 3, 3), shadow_days=7, weeks=4, unit="days", seed=9, by="ana", why="knows the weather")


def trial_in(world, name="20250303T000000Z"):
    return Trial(name, world / TRIALS / name, "one", "two", ("1", "2"), PLAN)


def test_what_is_written_is_read_until_it_is_decided(tmp_path):
    assert running(tmp_path) is None
    trial = trial_in(tmp_path)
    write_trial(tmp_path, trial)
    assert running(tmp_path) == trial
    assert (PLAN.design.start, PLAN.end) == (date(2025, 3, 10), date(2025, 4, 7))
    (trial.folder / DECISION).write_text("{}")
    assert running(tmp_path) is None


def test_a_newer_forecast_of_the_challenger_leaves_the_lots(tmp_path):
    trial = trial_in(tmp_path)
    write_trial(tmp_path, trial)
    again = renewed(tmp_path, trial, "three")
    assert running(tmp_path) == again
    assert (again.challenger, again.plan, again.versions) == ("three", trial.plan, trial.versions)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"plan": {"start": "soon"}}'])
def test_a_damaged_one_is_told(tmp_path, content):
    trial = trial_in(tmp_path)
    write_trial(tmp_path, trial)
    (trial.folder / "trial.json").write_text(content)
    with pytest.raises(ArtifactError, match="damaged"):
        running(tmp_path)


def test_weeks_without_a_pair_are_refused():
    with pytest.raises(InputError, match="pair"):
        Plan(date(2025, 3, 3), weeks=3)
