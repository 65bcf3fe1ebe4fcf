"""Accounts: every edit stands in the audit log, with it or not at all."""

from datetime import timedelta
from pathlib import Path

import pytest

from busyness.domain.errors import InputError, UnknownRecordError
from busyness.state.store import State
from busyness.testing.clock import NOON
from busyness.workflows.service.accounts import (
    add_key,
    add_user,
    check,
    disable_user,
    list_keys,
    list_users,
    profile,
    revoke_key,
    rotate_key,
)


def test_every_edit_is_written_down(tmp_path: Path) -> None:
    file = str(tmp_path / "state.db")
    ann = add_user(file, profile("Ann", "admin", worlds=[], places=["S1"]), now=NOON)
    assert (ann.worlds, ann.places) == (None, ("S1",))
    key, _ = add_key(file, ann.id, label="till", days=2, now=NOON)
    fresh, text = rotate_key(file, key.id, grace=timedelta(hours=1), now=NOON)
    revoke_key(file, fresh.id, now=NOON)
    with State.open(f"sqlite:///{file}") as state:
        _, token = state.sessions.begin(ann.id, now=NOON)
    disable_user(file, ann.id, disabled=True, now=NOON)
    with State.open(f"sqlite:///{file}") as state:
        assert state.sessions.verify(token, NOON) is None
        entries = state.audit.list().items
        assert text[12:] not in str(entries)
    assert [(entry.action, entry.address) for entry in entries] == [
        (action, "command line") for action in ("users.disable", "keys.revoke", "keys.rotate", "keys.add", "users.add")
    ]
    assert (entries[0].before, entries[0].after) == ({"disabled": False}, {"disabled": True})
    found = check(file, head=entries[0].hash)
    assert (found.users, found.audit.rows, found.audit.broken) == (1, 5, None)
    assert check(file, head="0" * 64).audit.broken == 6


def test_an_edit_that_fails_is_not_written_down(tmp_path: Path) -> None:
    file = str(tmp_path / "state.db")
    add_user(file, profile("Ann", "admin", worlds=(), places=()), now=NOON)
    for edit in (
        lambda: add_key(file, "u_nobody", label="", days=None, now=NOON),
        lambda: disable_user(file, "u_nobody", disabled=True, now=NOON),
        lambda: revoke_key(file, "nokey000", now=NOON),
    ):
        with pytest.raises(UnknownRecordError):
            edit()
    assert check(file).audit.rows == 1
    with pytest.raises(InputError, match="no state at"):
        list_users(str(tmp_path / "other.db"))


def test_long_lists_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(tmp_path / "state.db")
    monkeypatch.setattr("busyness.workflows.service.accounts._AT_ONCE", 2)
    users = [add_user(file, profile(name, "staff", worlds=(), places=()), now=NOON) for name in "ebadc"]
    assert [user.name for user in list_users(file)] == list("abcde")
    made = [add_key(file, users[0].id, label=str(k), days=None, now=NOON + k * timedelta(seconds=1))[0] for k in range(5)]
    assert list_keys(file, user=users[0].id) == made == list_keys(file)
