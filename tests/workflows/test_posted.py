"""What was posted to a service, brought into a world's file: the newest of each slot, and nothing lost on the way."""

from datetime import UTC, datetime, timedelta

import pytest

from busyness.domain.errors import InputError, UnavailableError
from busyness.sources.posted_counts import read_posted_counts
from busyness.state.observations import Count, Post
from busyness.state.people import Profile
from busyness.state.retention import Retention
from busyness.state.store import State
from busyness.workflows.posted import POSTED, Store, with_posted
from busyness.workflows.settings import RunSettings

NOW = datetime(2024, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAIN = RunSettings()


def post(url, counts, *, now, source="sensor", world="retail"):
    with State.open(url) as state:
        by = state.people.create(Profile(name="Ann", role="operations"), now=now).id
        made = tuple(Count(place, time, value, now) for place, time, value in counts)
        state.observations.post(Post(world=world, source=source, by=by, counts=made), now=now)


@pytest.fixture
def url(tmp_path):
    made = f"sqlite:///{tmp_path / 'state.db'}"
    post(made, [("P1", NOW - 3 * HOUR, 4), ("P1", NOW - 2 * HOUR, 5)], now=NOW - HOUR)
    return made


@pytest.fixture
def world(tmp_path):
    made = tmp_path / "retail"
    made.mkdir()
    return made


def test_the_newest_of_each_slot_is_read_whoever_posted_it(url, world):
    post(url, [("P1", NOW - 2 * HOUR, 6)], now=NOW - HOUR / 2, source="people")
    post(url, [("P1", NOW - 3 * HOUR, 9)], now=NOW + HOUR)  # not known yet
    post(url, [("P1", NOW - 2 * HOUR, 100)], now=NOW - HOUR / 3, world="other")
    settings, said = with_posted(PLAIN, world, Store(url), now=NOW)
    assert settings.counts.posted == world / POSTED
    assert read_posted_counts(world / POSTED)["amount"].to_list() == [4, 6]
    assert said == "2 counts were posted to the world 'retail', 2024-03-04 09:00 to 2024-03-04 10:00 UTC."


def test_what_the_state_has_pruned_stays_in_the_world_s_file(url, world):
    with_posted(PLAIN, world, Store(url), now=NOW)
    later = NOW + timedelta(days=2000)
    post(url, [("P2", later - 2 * HOUR, 1)], now=later - HOUR)
    with State.open(url) as state:
        state.prune(Retention(observations=10), now=later)
    with_posted(PLAIN, world, Store(url), now=later)
    kept = read_posted_counts(world / POSTED)
    assert kept.select("place", "amount").rows() == [("P1", 4), ("P1", 5), ("P2", 1)]
    with State.open(url) as state:
        assert state.observations.newest("retail", start=NOW - 9 * HOUR, end=later)["amount"].to_list() == [1]


def test_leaving_them_out_and_other_folders(url, world, tmp_path, monkeypatch):
    into = tmp_path / "scratch"
    into.mkdir()
    settings, _ = with_posted(PLAIN, world, Store(url), now=NOW, into=into)
    assert settings.counts.posted == into / POSTED
    assert list(world.iterdir()) == []
    left, said = with_posted(settings, world, Store(url, read=False), now=NOW)
    assert left.counts.posted is None
    assert "left out" in said
    monkeypatch.chdir(world)
    same, said = with_posted(PLAIN, world, Store(), now=NOW)
    assert same == PLAIN
    assert "not looked for (--state names it)" in said
    (into / POSTED).rename(world / POSTED)
    kept, said = with_posted(PLAIN, world, Store(), now=NOW)
    assert kept.counts.posted == world / POSTED
    assert "No state of a service is here" in said
    (world / POSTED).unlink()
    none, said = with_posted(PLAIN, world, Store(url, "shops"), now=NOW)
    assert none.counts.posted is None
    assert "Nothing was posted to the world 'shops'" in said


def test_a_state_here_is_found_without_being_named(url, world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "state.db").rename(tmp_path / "busyness-state.db")
    assert with_posted(PLAIN, world, Store(), now=NOW)[0].counts.posted == world / POSTED


def test_a_state_that_is_missing_or_broken_says_what_to_do_and_makes_nothing(world, tmp_path):
    missing = tmp_path / "nowhere.db"
    for name in (str(missing), f"sqlite:///{missing}"):
        with pytest.raises(InputError, match="There is no state at") as gone:
            with_posted(PLAIN, world, Store(name), now=NOW)
        assert "--no-posted" in gone.value.hint
    assert not missing.exists()
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database, but long enough to be looked at" * 50)
    with pytest.raises(UnavailableError, match="does not answer") as fault:
        with_posted(PLAIN, world, Store(str(broken)), now=NOW)
    assert "--no-posted" in fault.value.hint
    assert list(world.iterdir()) == []


def test_a_broken_file_of_the_world_is_not_written_over(url, world):
    (world / POSTED).write_bytes(b"broken")
    with pytest.raises(InputError, match="cannot be read"):
        with_posted(PLAIN, world, Store(url), now=NOW)
    assert (world / POSTED).read_bytes() == b"broken"
