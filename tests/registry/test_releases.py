"""A world's champion is one step away from the next and never half there."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry import releases as module
from busyness.registry.release_marks import damaged_files
from busyness.registry.releases import CHAMPION, Releases

NOW = datetime(2025, 3, 3, 5, tzinfo=UTC)
STEPS = ("write_json", "settle", "settle_tree", "marks_of")


@pytest.fixture
def run(tmp_path):
    return run_of(tmp_path / "run", "one")


def run_of(folder, text):
    (folder / "model").mkdir(parents=True)
    (folder / "paths.npz").write_text(text)
    (folder / "model" / "manifest.json").write_text(text)
    (folder / ".unfinished-x").mkdir()
    return folder


@pytest.fixture
def world(tmp_path, run):
    releases = Releases(tmp_path / "world")
    releases.promote(releases.add(run, now=NOW), by="ana", why="the first", now=NOW)
    return releases


def more(world, tmp_path, count, **options):
    return [
        world.add(run_of(tmp_path / f"run{k}", f"run {k}"), now=NOW + timedelta(hours=k + 1), **options)
        for k in range(count)
    ]


def test_a_release_is_a_whole_copy(world, run):
    (release,) = world.all()
    there = world.folder(release)
    assert release.startswith("20250303T050000Z-")
    assert (there / "model" / "manifest.json").read_text() == "one"
    assert not (there / ".unfinished-x").exists()
    assert damaged_files(there) == ()
    assert damaged_files(run) == ()


def test_the_same_again_is_the_same_release(world, run):
    assert world.add(run, now=NOW) == world.all()[0]
    assert len(world.all()) == 1


def test_who_promoted_and_why_is_kept(world, tmp_path):
    first = world.champion()
    assert (first.by, first.why, first.since, first.previous) == ("ana", "the first", "2025-03-03T05:00:00+00:00", ())
    (second,) = more(world, tmp_path, 1)
    world.challenge(second)
    assert world.champion().challenger == second
    now = world.promote(second, by="ben", why="better", now=NOW + timedelta(days=1))
    assert now == world.champion()
    assert (now.release, now.challenger) == (second, None)
    assert [(one.release, one.by, one.why) for one in now.previous] == [(first.release, "ana", "the first")]
    back = world.roll_back(by="eva", why="worse", now=NOW + timedelta(days=2))
    assert (back.release, back.by, len(back.previous)) == (first.release, "eva", 2)


def test_rolling_back_twice_never_goes_forward_to_who_was_gone_back_from(world, tmp_path):
    second, third = more(world, tmp_path, 2)
    first = world.champion().release
    world.promote(second, by="a", why="b", now=NOW)
    world.promote(third, by="a", why="b", now=NOW)
    back = world.roll_back(by="a", why="b", now=NOW)
    assert (back.release, back.restores) == (second, second)
    assert world.roll_back(by="a", why="b", now=NOW).release == first
    with pytest.raises(InputError, match=f"came by going back from '{second}'"):
        world.roll_back(by="a", why="b", now=NOW)
    world.promote(third, by="a", why="after all", now=NOW)
    assert world.roll_back(by="a", why="b", now=NOW).release == first


def test_a_fresh_release_takes_the_place_of_the_one_that_it_restores(world, tmp_path):
    second, fresh = more(world, tmp_path, 2)
    first = world.champion().release
    world.promote(second, by="a", why="b", now=NOW)
    world.promote(fresh, by="a", why="back", now=NOW, restores=first)
    with pytest.raises(InputError, match=f"going back from '{second}'"):
        world.earlier()


def test_a_pointer_from_before_there_was_restoring_is_read(world):
    file = world.world / CHAMPION
    facts = json.loads(file.read_text())
    del facts["restores"]
    file.write_text(json.dumps(facts))
    assert world.champion().restores == ""


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda w: w.promote("nobody", by="a", why="b", now=NOW), "no release 'nobody'"),
        (lambda w: w.promote("../world", by="a", why="b", now=NOW), "no release"),
        (lambda w: w.promote(w.all()[0], by="a", why="b", now=NOW), "already"),
        (lambda w: w.promote(w.all()[0], by="a", why="  ", now=NOW), "reason"),
        (lambda w: w.roll_back(by="a", why="b", now=NOW), "no earlier champion"),
        (lambda w: w.challenge("nobody"), "no release"),
        (lambda w: w.add(w.world / "nothing", now=NOW), "holds no forecast"),
        (lambda w: Releases(w.world / "new").challenge(None), "no champion"),
        (lambda w: Releases(w.world / "new").roll_back(by="a", why="b", now=NOW), "no earlier champion"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(world, ask, said):
    before = (world.world / CHAMPION).read_bytes()
    with pytest.raises(InputError, match=said):
        ask(world)
    assert (world.world / CHAMPION).read_bytes() == before


def test_the_oldest_go_and_nobody_who_answers(world, tmp_path):
    first = world.champion().release
    ids = more(world, tmp_path, 4, keep=10)
    world.promote(ids[0], by="a", why="b", now=NOW)
    world.challenge(ids[1])
    gone = world.prune(1)
    assert gone == (ids[2],)
    assert set(world.all()) == {first, ids[0], ids[1], ids[3]}
    assert not list((world.world / "releases").glob(".*"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"release": 1}', '{"previous": []}'])
def test_a_damaged_pointer_is_said_and_a_promotion_mends_it(world, content):
    (world.world / CHAMPION).write_text(content)
    with pytest.raises(ArtifactError, match="damaged") as fault:
        world.champion()
    assert fault.value.file == CHAMPION
    assert world.promote(world.all()[0], by="a", why="mend", now=NOW) == world.champion()


def test_no_champion_is_none(tmp_path):
    assert Releases(tmp_path).champion() is None
    assert Releases(tmp_path).all() == ()


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda f: (f / "paths.npz").write_text("on"), "paths.npz"),
        (lambda f: (f / "paths.npz").write_text("eno"), "paths.npz"),
        (lambda f: (f / "model" / "manifest.json").unlink(), "model/manifest.json"),
        (lambda f: (f / "model" / "more.txt").write_text("x"), "model/more.txt"),
    ],
)
def test_every_changed_file_is_named(world, damage, named):
    there = world.folder(world.all()[0])
    damage(there)
    assert damaged_files(there) == (named,)


def test_plans_come_later_and_are_no_damage(world):
    there = world.folder(world.all()[0])
    (there / "plans" / "stock").mkdir(parents=True)
    (there / "plans" / "stock" / "plan.json").write_text("{}")
    assert damaged_files(there) == ()


@pytest.mark.parametrize("content", ["", "[]", '{"files": 3}', "{}"])
def test_damaged_checksums_are_said(world, content):
    there = world.folder(world.all()[0])
    (there / "release.json").write_text(content)
    with pytest.raises(ArtifactError, match=r"release\.json"):
        damaged_files(there)


class Crash(BaseException):
    """The machine stops here: nothing in the code may catch it."""


def crashing(monkeypatch, step, at):
    """Have the ``at``-th call of a step stop the machine; the calls are counted in the list that comes back."""
    calls = []
    target = module if step in STEPS else Path
    real = getattr(target, step)

    def stopping(*given, **named):
        calls.append(given)
        if len(calls) == at:
            raise Crash
        return real(*given, **named)

    monkeypatch.setattr(target, step, stopping)
    return calls


@pytest.mark.parametrize("step", [*STEPS, "rename", "replace"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_crash_at_any_step_leaves_the_last_good(world, tmp_path, monkeypatch, step, at):
    first = world.champion()
    later = run_of(tmp_path / "later", "later")
    with monkeypatch.context() as patched:
        crashing(patched, step, at)
        patched.setattr(module.shutil, "rmtree", lambda *_, **__: None)  # a machine that stops clears nothing away
        patched.setattr(Path, "unlink", lambda *_, **__: None)
        try:
            release = world.add(later, now=NOW + timedelta(days=1))
            world.promote(release, by="ben", why="better", now=NOW)
        except Crash:
            pass
    held = world.champion()
    assert held == first or (held.by, held.previous[0].release) == ("ben", first.release)
    for release in world.all():
        assert damaged_files(world.folder(release)) == ()
        assert json.loads((world.folder(release) / "release.json").read_text())["release"] == release
    again = world.add(later, now=NOW + timedelta(days=1))  # and the next try goes through
    if world.champion().release != again:
        world.promote(again, by="ben", why="better", now=NOW)
    assert world.champion().release == again
    assert not list((world.world / "releases").glob(".*"))
    assert [left.name for left in world.world.glob(".*")] == [".lock"]


def test_a_disk_that_refuses_is_said(world, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_json", full)
    with pytest.raises(InputError, match="No space left"):
        world.add(run_of(tmp_path / "later", "later"), now=NOW)
    assert len(world.all()) == 1


def test_two_who_promote_at_once_take_turns(world, tmp_path):
    ids = more(world, tmp_path, 6)
    threads = [
        threading.Thread(target=lambda one=one: world.promote(one, by="a", why="b", now=NOW), name=one) for one in ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = world.champion()
    assert {held.release, *(one.release for one in held.previous)} == {*ids, world.all()[0]}
