"""A user of each role to try, made once, with links that work; and counts of the day so far, posted once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from busyness.state.deed import Deed
from busyness.state.store import State
from busyness.testing.clock import FakeClock
from busyness.workflows.service.access import ROLES
from busyness.workflows.service.demo_people import demo_counts, demo_users
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.settings import WorldSettings

from .conftest import ORIGIN

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NOON = ORIGIN + timedelta(hours=12)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path}/state.db") as opened:
        yield opened


@pytest.fixture
def holder(folder: Path) -> Holder:
    plan = folder / "plans" / "staffing"
    plan.mkdir(parents=True)
    (plan / "plan.json").write_text('{"kind": "staffing"}')
    start = datetime(2024, 3, 11, 14, tzinfo=UTC)
    pl.DataFrame(
        {
            "place": ["P1"],
            "time": [start],
            "person": ["ana"],
            "name": ["Ana Quispe"],
            "start": [start.replace(tzinfo=None)],
            "end": [datetime(2024, 3, 11, 17)],
            "role": ["sales"],
        }
    ).write_parquet(plan / "plan.parquet")
    made = Holder([WorldSettings(name="shop", folder=folder, clock=NOON)], clock=FakeClock(NOW))
    made.refresh()
    assert made.ready, made.refusals
    return made


def test_each_role_has_a_user_and_a_link_that_works_once(state: State, holder: Holder) -> None:
    users = demo_users(state, holder, language="es", now=NOW)
    assert [user.role for user in users] == list(ROLES)
    assert {user.name for user in users if user.role == "staff"} == {"Ana Quispe (staff)"}
    session, _ = state.sessions.redeem(users[0].link, now=NOW)
    assert session.principal.role == "operations"
    assert state.sessions.redeem(users[0].link, now=NOW) is None
    again = demo_users(state, holder, language="es", now=NOW)
    assert [user.name for user in again] == [user.name for user in users]
    assert state.people.count() == len(ROLES)


def test_who_was_erased_is_not_made_again(state: State, holder: Holder) -> None:
    demo_users(state, holder, language="en", now=NOW)
    state.privacy.erase_person("ana", deed=Deed(at=NOW, action="privacy.erase"))
    again = demo_users(state, holder, language="en", now=NOW)
    assert [user.role for user in again] == [role for role in ROLES if role != "staff"]
    assert state.people.count() == len(ROLES)


def test_worlds_in_the_making_have_nobody_yet(state: State, tmp_path: Path) -> None:
    holder = Holder([WorldSettings(name="shop", folder=tmp_path, clock=NOON)], clock=FakeClock(NOW), making=True)
    holder.refresh()
    assert demo_counts(state, holder, now=NOW) == 0
    assert "staff" not in {user.role for user in demo_users(state, holder, language="en", now=NOW)}


def test_the_member_of_staff_has_shifts(state: State, holder: Holder) -> None:
    demo_users(state, holder, language="en", now=NOW)
    found = state.rosters.of_person("ana", start=ORIGIN, end=ORIGIN + timedelta(days=7))
    assert [one.place for one in found] == ["P1"]
    assert state.audit.verify().broken is None


def test_the_day_so_far_is_posted_once(state: State, holder: Holder) -> None:
    new = demo_counts(state, holder, now=NOW)
    assert new > 0
    kept = state.observations.newest("shop", start=ORIGIN, end=NOON)
    assert kept.height == new
    assert kept["time"].max() < NOON
    assert demo_counts(state, holder, now=NOW) == 0
