"""The state from the command line: users, keys, backup, restore, check, and what is said when something is wrong."""

import json
import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from busyness.state.store import State

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("BUSYNESS_STATE", "BUSYNESS_STATE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def ann(done: Run) -> str:
    words = ("Ann Lee", "--role", "operations", "--place", "S1", "--place", "S2", "--person", "E1", "--language", "es")
    made = done("state", "users", "add", *words)["user"]
    assert (made["name"], made["places"], made["worlds"], made["language"]) == ("Ann Lee", ["S1", "S2"], None, "es")
    return str(made["id"])


def test_users_are_added_listed_and_locked_out(busyness: Run, done: Run, ann: str) -> None:
    assert busyness("state", "users", "add", "Bob", "--role", "staff").out.startswith("Added Bob (staff): u_")
    assert [user["name"] for user in done("state", "users", "list")["users"]] == ["Ann Lee", "Bob"]
    assert [user["id"] for user in done("state", "users", "list", "--role", "operations")["users"]] == [ann]
    assert "Ann Lee" in busyness("state", "users", "list").out
    assert done("state", "users", "disable", ann)["user"]["disabled"]
    assert "let in again" in busyness("state", "users", "disable", ann, "--undo").out


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(busyness: Run, done: Run, ann: str) -> None:
    answer = busyness("state", "keys", "add", ann, "--label", "till", "--days", "3")
    text = answer.out.strip()
    assert re.fullmatch(r"bk_[a-z0-9]{8}_[\w-]{43}", text)
    assert "shown once" in answer.err
    key, now = text[3:11], datetime.now(UTC)
    with State.open("sqlite:///busyness-state.db") as state:
        assert getattr(state.keys.verify(text, now), "id", None) == ann
        assert state.keys.verify(text, now + timedelta(days=3)) is None
    listed = busyness("state", "keys", "list", "--json").out
    assert text[12:] not in listed
    assert [one["label"] for one in json.loads(listed)["keys"]] == ["till"]
    fresh = done("state", "keys", "rotate", key, "--grace", "0")
    assert fresh["key"]["label"] == "till"
    gone = done("state", "keys", "revoke", fresh["key"]["id"])["key"]
    assert gone["revoked_at"]
    with State.open("sqlite:///busyness-state.db") as state:
        assert state.keys.verify(text, now + timedelta(minutes=1)) is None
        assert state.keys.verify(fresh["text"], now) is None
        actions = [entry.action for entry in state.audit.list().items]
    assert actions == ["keys.revoke", "keys.rotate", "keys.add", "users.add"]
    assert len(done("state", "keys", "list", "--user", ann)["keys"]) == 2


def test_a_backup_is_restored_and_both_are_whole(busyness: Run, done: Run, ann: str, here: Path) -> None:
    first = done("state", "check")
    assert (first["users"], first["audit"]["rows"], first["audit"]["broken"]) == (1, 1, None)
    assert "2 rows of 15 tables written to monday.zip" in busyness("state", "backup", "monday.zip").out
    assert done("state", "restore", "monday.zip", "--state", here / "new.db")["tables"]["principals"] == 1
    with_head = done("state", "check", "--state", "new.db", "--head", first["audit"]["head"])
    assert (with_head["audit"]["rows"], with_head["audit"]["broken"]) == (2, None)
    assert done("state", "users", "list", "--state", f"sqlite:///{here}/new.db")["users"][0]["id"] == ann


def test_a_changed_row_ends_in_exit_code_2(busyness: Run, ann: str) -> None:
    with sqlite3.connect("busyness-state.db") as connection:
        connection.execute("UPDATE audit SET action = 'nothing'")
    connection.close()
    answer = busyness("state", "check")
    assert answer.code == 2
    assert "The audit log is broken at row 1: a field of it was changed." in answer.out.replace("\n", " ")
    answer = busyness("state", "check", "--json")
    assert (answer.code, json.loads(answer.out)["audit"]["broken"]) == (2, 1)


def test_the_environment_names_the_state(done: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUSYNESS_STATE", "elsewhere.db")
    done("state", "users", "add", "Eva", "--role", "admin")
    assert (here / "elsewhere.db").is_file()
    assert not (here / "busyness-state.db").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("users", "list", "--state", "none.db"), "no state at none.db"),
        (("backup", "b.zip", "--state", "none.db"), "no state at none.db"),
        (("restore", "none.zip", "--state", "new.db"), "no file none.zip"),
        (("users", "add", "Bob", "--role", "boss"), "no role 'boss'"),
        (("users", "disable", "u_nobody"), "no user 'u_nobody'"),
        (("keys", "add", "u_nobody"), "no user 'u_nobody'"),
        (("keys", "rotate", "nokey000"), "no key 'nokey000'"),
        (("check", "--state", "mysql://ann:s3cret@shop/x"), "no database"),
        (("check", "--state", "postgresql://ann:s3cret@127.0.0.1:1/x"), "does not answer"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    busyness: Run, refused: Run, ann: str, here: Path, words: tuple[str, ...], said: str
) -> None:
    assert "s3cret" not in refused(busyness("state", *words), said)
    assert not (here / "none.db").exists()


@pytest.mark.parametrize("words", [(), ("users",), ("keys",), ("backup",), ("users", "add"), ("keys", "rotate")])
def test_every_command_has_its_help(busyness: Run, words: tuple[str, ...]) -> None:
    answer = busyness("state", *words, "--help")
    assert answer.code == 0
    assert "Example: busyness state" in answer.out or "Commands" in answer.out


def test_a_persons_data_is_taken_along_and_erased(busyness: Run, done: Run, ann: str) -> None:
    kept = json.loads(busyness("state", "export", ann).out)["kept"]
    assert kept["principals"][0]["name"] == "Ann Lee"
    refused = busyness("state", "erase", ann)
    assert refused.code != 0
    assert "cannot be undone" in refused.err
    gone = done("state", "erase", ann, "--yes")
    assert gone["users"] == [ann]
    assert "Ann Lee" not in busyness("state", "users", "list").out
    assert "Ann Lee" not in busyness("state", "export", ann).out
    assert done("state", "check")["audit"]["broken"] is None
    assert busyness("state", "export", "nobody").code != 0
