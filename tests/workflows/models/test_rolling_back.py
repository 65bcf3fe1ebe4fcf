"""Going back is possible also when the forecast that one goes back to has grown old."""

from datetime import timedelta

import pytest

from busyness.domain.errors import InputError
from busyness.registry.artifact import read_card
from busyness.testing.clock import FakeClock
from busyness.workflows.forecast import forecast
from busyness.workflows.models import releasing
from busyness.workflows.models.held import listed
from busyness.workflows.models.rolling_back import roll_back
from busyness.workflows.models.trial import Plan, start
from busyness.workflows.service.gate import GateError

from .conftest import NOW, counts_of, settings_for

LATER = FakeClock(NOW + timedelta(days=14))


@pytest.fixture
def renewed(tmp_path):
    """A world whose champion knows two weeks more than the one before it, and the two releases."""
    counts, world, releases = tmp_path / "visits.csv", tmp_path / "world", []
    for weeks, clock, model in ((10, FakeClock(NOW), "seasonal"), (12, LATER, "ridge")):
        counts_of(weeks).write_csv(counts)
        forecast(settings_for(counts, model=model), clock=clock).write(tmp_path / model, clock=clock)
        releases.append(releasing.add(world, tmp_path / model, clock=clock))
        releasing.promote(world, releases[-1], by="ana", why="newer", clock=clock)
    return world, releases


def test_an_old_forecast_is_made_afresh_by_its_own_model(renewed):
    world, (first, second) = renewed
    with pytest.raises(GateError, match="fresh data"):
        releasing.promote(world, first, by="ana", why="back", clock=LATER)
    back = roll_back(world, by="eva", why="Saturdays", clock=LATER)
    assert back.release not in (first, second)
    assert back.restores == first
    home = world / "releases"
    assert read_card(home / back.release / "model").version == read_card(home / first / "model").version
    with pytest.raises(InputError, match=f"going back from '{second}'"):
        roll_back(world, by="eva", why="again", clock=LATER)


def test_where_the_files_are_gone_the_refusal_says_what_to_run(renewed, tmp_path):
    world, (_, second) = renewed
    (tmp_path / "visits.csv").unlink()
    with pytest.raises(InputError, match=r"busyness predict .* --out RUN"):
        roll_back(world, by="eva", why="Saturdays", clock=LATER)
    assert listed(world)["role"].to_list()[0] == "champion"
    assert listed(world)["release"].to_list()[0] == second


def test_the_list_says_on_which_days_a_model_was_measured(renewed):
    world, _ = renewed
    table = listed(world)
    spans = table.select("measured_from", "measured_until").rows()
    assert spans[0] != spans[1]
    assert all(first < last for first, last in spans)
    assert (table["measured_until"] <= table["data_until"].str.slice(0, 10)).all()


def test_a_model_is_not_tried_against_itself_nor_promoted_while_it_is_tried(renewed):
    world, (first, second) = renewed
    again = roll_back(world, by="eva", why="back", clock=LATER)
    with pytest.raises(InputError, match="is the champion's model"):
        start(world, first, Plan(LATER.now().date()), clock=LATER)
    trial = start(world, second, Plan(LATER.now().date()), clock=LATER)
    assert trial.champion == again.release
    with pytest.raises(InputError, match=r"is on trial .* trial decide .* trial stop"):
        releasing.promote(world, second, by="ana", why="now", clock=LATER)
