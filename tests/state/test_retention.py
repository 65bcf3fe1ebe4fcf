"""Retention: what is old goes, what is young stays, and the log says where it was cut off."""

from dataclasses import fields, replace
from datetime import timedelta

from busyness.state.observations import Count, Post
from busyness.state.people import Principal
from busyness.state.retention import Retention
from busyness.state.rosters import RosterEdit
from busyness.state.store import State
from busyness.testing.clock import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_what_is_young_stays(busy: State) -> None:
    assert busy.prune(Retention(), now=NOON + HOUR) == {"login_links": 2}
    assert busy.prune(Retention(), now=NOON + DAY) == {"sessions": 1}
    assert busy.prune(Retention(), now=NOON + 8 * DAY) == {"observation_posts": 1}
    assert busy.prune(Retention(), now=NOON + 8 * DAY) == {}


def test_what_is_old_goes(busy: State, ann: Principal) -> None:
    rows = busy.audit.verify().rows
    gone = busy.prune(Retention(), now=NOON + 2000 * DAY)
    assert gone == {
        "login_links": 2, "sessions": 1, "api_keys": 1, "observation_posts": 1, "notices": 2, "rosters": 1, "swaps": 2,
        "proposals": 1, "observations": 2, "overrides": 1, "audit": rows,
    }  # fmt: skip
    found = busy.audit.verify()
    assert (found.rows, found.broken) == (1, None)
    assert busy.audit.list().items[0].action == "pruned"
    assert busy.people.get(ann.id) == ann


def test_old_drafts_go_but_not_the_newest_nor_the_published(state: State, ann: Principal) -> None:
    edit = RosterEdit(world="retail", place="S1", week=NOON.date(), shifts=(), based_on=0, by=ann.id)
    saved = [state.rosters.save(replace(edit, based_on=version), now=NOON) for version in range(2)]
    state.rosters.publish(saved[1].id, by=ann.id, now=NOON)
    for version in (2, 3):
        state.rosters.save(replace(edit, based_on=version), now=NOON)
    assert state.prune(Retention(), now=NOON + 31 * DAY) == {"rosters": 2}
    left = state.rosters.versions("retail", "S1", week=NOON.date())
    assert [(one.version, one.published_at is not None) for one in left] == [(4, False), (2, True)]
    assert state.rosters.save(replace(edit, based_on=4), now=NOON).version == 5


def test_no_number_is_given_twice(busy: State) -> None:
    rest, number = busy.observations.after("retail", 0)
    assert rest.height == 2
    busy.prune(Retention(), now=NOON + 2000 * DAY)
    assert busy.observations.after("retail", 0)[0].is_empty()
    counts = (Count("S1", NOON, 1.0, NOON),)
    busy.observations.post(Post(world="retail", source="till", by="u_1", counts=counts), now=NOON)
    assert busy.observations.after("retail", number)[0].height == 1


def test_every_span_is_some_days() -> None:
    assert all(getattr(Retention(), one.name) >= 7 for one in fields(Retention))
