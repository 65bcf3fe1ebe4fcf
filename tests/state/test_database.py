"""The database: one transaction for all that belongs together, among many threads, and faults in words."""

import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa

from busyness.domain.errors import InputError, UnavailableError
from busyness.state.deed import Deed
from busyness.state.people import Principal, Profile
from busyness.state.store import State
from busyness.testing.clock import NOON

Undone = Callable[[State], AbstractContextManager[sa.Connection]]


def test_what_is_done_inside_is_seen_inside_and_undone_as_one(state: State, undone: Undone) -> None:
    happened: list[str] = []
    with undone(state):
        ann = state.people.create(Profile(name="Ann", role="admin"), now=NOON)
        state.database.afterwards(lambda: happened.append("kept"))
        assert state.people.get(ann.id) == ann
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(state.people.count).result() == 0
    assert state.people.count() == 0
    assert happened == []
    with state.transaction():
        state.database.afterwards(lambda: happened.append("kept"))
        assert happened == []
    assert happened == ["kept"]


def test_many_threads_write_and_read_together(state: State, ann: Principal) -> None:
    def work(number: int) -> int:
        with state.transaction():
            state.people.create(Profile(name=f"P{number}", role="staff"), now=NOON)
            state.audit.write(Deed(at=NOON, action="users.add", principal=ann.id))
        return state.people.count()

    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(work, range(64)))
    assert max(counts) == 65
    assert state.audit.verify().rows == 64


def test_a_process_that_is_killed_leaves_whole_decisions(state: State, url: str) -> None:
    script = f"""
import os
from busyness.state.store import State
from busyness.state.people import Profile
from busyness.state.deed import Deed
from busyness.testing.clock import NOON
state = State.open({url!r})
with state.transaction():
    state.people.create(Profile(name="Eva", role="staff"), now=NOON)
    state.audit.write(Deed(at=NOON, action="users.add"))
with state.transaction():
    state.people.create(Profile(name="Ida", role="staff"), now=NOON)
    os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert [one.name for one in state.people.list().items] == ["Eva"]
    assert state.audit.verify().rows == 1
    state.people.create(Profile(name="Zoe", role="staff"), now=NOON)


def test_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    State.open(f"sqlite:///{tmp_path}/s.db").close()
    assert stat.S_IMODE((tmp_path / "s.db").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://ann:s3cret@shop/main", "'mysql' is no database"),
        ("state.db", "is no database"),
        ("sqlite://", "kept in memory"),
        ("sqlite:///:memory:", "kept in memory"),
        ("postgresql://ann:s3cret@host:port/main", "cannot be read"),
        ("postgresql://ann:s3cret@x@host/main", "more than one @"),
        ("sqlite:////no/such/folder/state.db", "no folder"),
    ],
)
def test_a_wrong_address_is_told_in_words(url: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        State.open(url)
    assert "s3cret" not in str(refused.value)
    assert refused.value.hint


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="PostgreSQL database 'main' does not answer") as refused:
        State.open("postgresql://ann:s3cret@127.0.0.1:1/main")
    assert "s3cret" not in str(refused.value)
    (tmp_path / "notes.db").write_bytes(b"this is a text, and a long one, of somebody's own" * 99)
    with pytest.raises(UnavailableError, match="not a database"):
        State.open(f"sqlite:///{tmp_path}/notes.db")
