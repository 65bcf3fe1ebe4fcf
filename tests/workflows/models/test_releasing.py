"""Who answers is decided by a person with a reason, behind the gate, and can be taken back."""

import pytest

from busyness.domain.errors import InputError
from busyness.testing.clock import FakeClock
from busyness.workflows.models.releasing import add, promote
from busyness.workflows.models.rolling_back import roll_back
from busyness.workflows.service.gate import GateError
from busyness.workflows.train import train

from .conftest import NOW, settings_for

CLOCK = FakeClock(NOW)


def test_promoting_and_going_back_keep_who_when_and_why(world):
    now = promote(world.folder, "newest", by="ben", why="fewer errors", clock=CLOCK)
    assert (now.release, now.by, now.why) == (world.releases[1], "ben", "fewer errors")
    back = roll_back(world.folder, by="eva", why="worse on Saturdays", clock=CLOCK)
    assert back.release == world.releases[0]
    assert [(one.by, one.why) for one in back.previous] == [("ben", "fewer errors"), ("ana", "the first")]


def test_a_damaged_release_does_not_pass(world):
    with (world.registry.folder(world.releases[1]) / "paths.npz").open("ab") as file:
        file.write(b"x")
    with pytest.raises(GateError, match="changed after"):
        promote(world.folder, "newest", by="a", why="b", clock=CLOCK)
    assert world.registry.champion().release == world.releases[0]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda w: promote(w.folder, "newest", by="a", why=" ", clock=CLOCK), "reason"),
        (lambda w: promote(w.folder, "champion", by="a", why="b", clock=CLOCK), "already"),
        (lambda w: promote(w.folder, str(w.runs[1]), by="a", why="b", clock=CLOCK), "no release"),
        (lambda w: roll_back(w.folder, by="a", why="b", clock=CLOCK), "no earlier"),
        (lambda w: add(w.folder, w.folder, clock=CLOCK), "no model"),
    ],
)
def test_what_cannot_be_done_is_said(world, ask, said):
    with pytest.raises(InputError, match=said):
        ask(world)


def test_a_model_without_a_forecast_may_lead_only_where_none_is_served(world, tmp_path):
    trained = train(settings_for(world.counts), clock=CLOCK)
    trained.write(tmp_path / "trained")
    release = add(world.folder, tmp_path / "trained", clock=CLOCK)
    with pytest.raises(GateError, match="has none"):
        promote(world.folder, release, by="a", why="b", clock=CLOCK)
    alone = tmp_path / "shelf"
    kept = add(alone, tmp_path / "trained", clock=CLOCK)
    assert promote(alone, kept, by="a", why="first", clock=CLOCK).release == kept
