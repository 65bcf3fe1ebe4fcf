"""Backup and restore: the same rows on either database, all or nothing, and never from a damaged file."""

import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busyness.domain.errors import ArtifactError, InputError
from busyness.state.audit import AuditFilter
from busyness.state.database import Database
from busyness.state.deed import Deed
from busyness.state.observations import Count, Post
from busyness.state.people import Profile
from busyness.state.schema import METADATA
from busyness.state.store import State
from busyness.testing.clock import NOON

Held = Callable[[State], dict[str, list[tuple[object, ...]]]]


@pytest.fixture
def other(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the other kind."""
    if kind == "postgresql":
        yield f"sqlite:///{tmp_path}/other.db"
        return
    server = request.getfixturevalue("server")
    url = server.take(filled=False)
    yield url
    server.give_back(url, filled=False)


def test_there_and_back_over_both_databases(
    busy: State, other: str, empty: Callable[[], str], held: Held, tmp_path: Path
) -> None:
    rows = busy.backup(tmp_path / "one.zip", now=NOON)
    assert set(rows) == set(METADATA.tables)
    assert all(rows.values())
    assert State.restore(tmp_path / "one.zip", other) == rows
    with State.open(other) as moved:
        assert held(moved) == held(busy)
        assert moved.audit.verify(head=busy.audit.head()).broken is None
        moved.backup(tmp_path / "two.zip", now=NOON)
        last = moved.audit.write(Deed(at=NOON, action="x")).number
        post = Post(world="retail", source="t", by="u", counts=(Count("S1", NOON, 1, NOON),))
        assert moved.observations.post(post, now=NOON).accepted == 1
        assert last == rows["audit"] + 1
    with zipfile.ZipFile(tmp_path / "one.zip") as one, zipfile.ZipFile(tmp_path / "two.zip") as two:
        assert one.namelist() == two.namelist()
        assert all(one.read(name) == two.read(name) for name in one.namelist())
    back = empty()
    State.restore(tmp_path / "two.zip", back)
    with State.open(back) as again:
        assert held(again) == held(busy)
    assert stat.S_IMODE((tmp_path / "one.zip").stat().st_mode) == 0o600


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=TEXT.filter(str.strip), places=st.none() | st.lists(TEXT), value=st.floats(0, 1e300), moment=st.datetimes())
def test_whatever_is_kept_comes_back(
    state: State, held: Held, tmp_path: Path, name: str, places: list[str] | None, value: float, moment: object
) -> None:
    seen = None if places is None else tuple(places)
    state.people.create(Profile(name=name, role="staff", places=seen), now=moment.replace(tzinfo=NOON.tzinfo))  # type: ignore[attr-defined]
    state.observations.post(Post(world=name, source="s", by="u", counts=(Count("S1", NOON, value, NOON),)), now=NOON)
    state.audit.write(Deed(at=NOON, action="x", resource=name, after={name: [value, places]}))
    file, copy = tmp_path / "state.zip", tmp_path / "copy.db"
    state.backup(file, now=NOON)
    copy.unlink(missing_ok=True)
    State.restore(file, f"sqlite:///{copy}")
    with State.open(f"sqlite:///{copy}") as restored:
        assert held(restored) == held(state)
        assert restored.audit.verify() == state.audit.verify()
        assert restored.audit.list(AuditFilter(resource=name)).items == state.audit.list(AuditFilter(resource=name)).items


def test_a_backup_of_an_older_program_is_brought_up_to_date(empty: Callable[[], str], tmp_path: Path) -> None:
    old, new = empty(), empty()
    with State(Database.open(old, revision="0001")) as first:
        assert first.audit.write(Deed(at=NOON, action="x")).number == 1
        assert len(first.backup(tmp_path / "old.zip", now=NOON)) == 5
    assert State.restore(tmp_path / "old.zip", new)["audit"] == 1
    with State.open(new) as state:
        assert state.audit.verify().rows == 1
        assert state.overrides.list("retail").items == ()


def test_nothing_is_restored_over_something(busy: State, url: str, held: Held, tmp_path: Path) -> None:
    busy.backup(tmp_path / "b.zip", now=NOON)
    before = held(busy)
    with pytest.raises(InputError, match="has rows in"):
        State.restore(tmp_path / "b.zip", url)
    assert held(busy) == before


def changed(file: Path, name: str, text: str) -> None:
    with zipfile.ZipFile(file) as archive:
        held = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for one, content in {**held, name: text.encode()}.items():
            archive.writestr(one, content)


@pytest.mark.parametrize(
    ("part", "text", "words"),
    [
        ("tables/principals.jsonl", '["u_9"]\n', "the table principals is not as it was written"),
        ("tables/audit.jsonl", "", "the table audit is not as it was written"),
        ("manifest.json", "{}", "it is no backup"),
        ("manifest.json", "x", "it is no backup"),
        ("manifest.json", '{"format": 2}', "newer busyness"),
    ],
)
def test_a_damaged_file_is_refused(
    busy: State, fresh: Callable[[], str], tmp_path: Path, part: str, text: str, words: str
) -> None:
    file, url = tmp_path / "b.zip", fresh()
    busy.backup(file, now=NOON)
    changed(file, part, text)
    with pytest.raises(ArtifactError, match=words):
        State.restore(file, url)
    with State.open(url) as state:
        assert state.people.count() == 0


def test_what_is_no_backup_is_refused(state: State, fresh: Callable[[], str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        State.restore(tmp_path / "none.zip", fresh())
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(ArtifactError, match="damaged"):
        State.restore(tmp_path / "text.zip", fresh())
    state.backup(tmp_path / "b.zip", now=NOON)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    changed(tmp_path / "b.zip", "manifest.json", json.dumps({**manifest, "revision": "9999"}))
    with pytest.raises(InputError, match="newer busyness"):
        State.restore(tmp_path / "b.zip", fresh())
    with pytest.raises(InputError, match="cannot be written"):
        state.backup(tmp_path / "no" / "b.zip", now=NOON)
