"""Whatever fails, at whichever call, the old artifact or the new one is there, whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry.artifact import load_artifact, read_card, save_artifact
from busyness.registry.card import Card
from busyness.tables.parts import Parts


def listed(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def same_parts(one: Parts, other: Parts) -> None:
    assert (one.kind, one.facts, one.texts) == (other.kind, other.facts, other.texts)
    assert one.arrays.keys() == other.arrays.keys()
    for name, array in one.arrays.items():
        assert array.dtype == other.arrays[name].dtype
        np.testing.assert_array_equal(array, other.arrays[name])


def test_an_artifact_is_replaced_whole(tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "model", parts, card)
    save_artifact(tmp_path / "model", Parts("seasonal", {}, {"other": "x"}), card)
    assert listed(tmp_path / "model") == ["manifest.json", "other.txt"]
    assert listed(tmp_path) == ["model"]
    assert load_artifact(tmp_path / "model")[0].kind == "seasonal"


def test_an_empty_folder_is_filled(tmp_path: Path, parts: Parts, card: Card) -> None:
    (tmp_path / "model").mkdir()
    save_artifact(tmp_path / "model", parts, card)
    assert load_artifact(tmp_path / "model")[1] == card


def test_a_link_stays_a_link(tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "real", parts, card)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    save_artifact(tmp_path / "link", Parts("seasonal"), card)
    assert (tmp_path / "link").is_symlink()
    assert load_artifact(tmp_path / "real")[0].kind == "seasonal"
    assert listed(tmp_path) == ["link", "real"]


@pytest.mark.parametrize(
    "content", [{"notes.md": "mine"}, {"manifest.json": "{}"}, {"manifest.json": "{}", "photo.jpg": ""}]
)
def test_what_is_no_artifact_is_not_overwritten(content: dict[str, str], tmp_path: Path, parts: Parts, card: Card) -> None:
    (tmp_path / "mine").mkdir()
    for name, text in content.items():
        (tmp_path / "mine" / name).write_text(text)
    with pytest.raises(ArtifactError, match="is not overwritten") as raised:
        save_artifact(tmp_path / "mine", parts, card)
    assert raised.value.file
    assert listed(tmp_path / "mine") == sorted(content)
    assert listed(tmp_path) == ["mine"]


def test_an_artifact_with_a_note_beside_it_is_not_overwritten(tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "model", parts, card)
    (tmp_path / "model" / "notes.md").write_text("mine")
    with pytest.raises(ArtifactError, match=r"not overwritten \(notes.md\)"):
        save_artifact(tmp_path / "model", parts, card)
    assert (tmp_path / "model" / "notes.md").read_text() == "mine"


def test_a_file_is_not_overwritten(tmp_path: Path, parts: Parts, card: Card) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ArtifactError, match="is a file"):
        save_artifact(tmp_path / "file", parts, card)
    with pytest.raises(InputError, match="cannot be written"):
        save_artifact(tmp_path / "file" / "model", parts, card)
    assert (tmp_path / "file").read_text() == "mine"


# ---- crashes ----------------------------------------------------------------------------------------------------------

CALLS = [
    (Path, "mkdir"), (Path, "open"), (Path, "rename"), (Path, "rmdir"), (Path, "unlink"), (Path, "iterdir"),
    (Path, "exists"), (Path, "is_dir"), (Path, "read_bytes"), (Path, "resolve"),
    (os, "fsync"), (os, "open"), (os, "close"), (os, "unlink"), (os, "rmdir"), (shutil, "rmtree"),
]  # fmt: skip


class Crash(BaseException):
    """The process is gone: nothing after it is done, no ``except OSError`` sees it."""


@contextmanager
def failing(at: int, fault: BaseException, *, for_good: bool) -> Iterator[list[str]]:
    """Let the call number ``at`` into the file system fail; ``for_good``: and every one after it."""
    made: list[str] = []
    patch = pytest.MonkeyPatch()
    for owner, name in CALLS:
        real = getattr(owner, name)

        def called(*given: object, real: Callable[..., object] = real, name: str = name, **named: object) -> object:
            made.append(name)
            if len(made) == at or (for_good and len(made) > at):
                raise fault
            return real(*given, **named)

        patch.setattr(owner, name, called)
    try:
        yield made
    finally:
        patch.undo()


def number_of_calls(folder: Path, parts: Parts, card: Card) -> int:
    with failing(-1, Crash(), for_good=False) as made:
        save_artifact(folder, parts, card)
    return len(made)


FAULTS = {
    "fails once": (OSError(28, "No space left on device"), False),
    "fails from then on": (OSError(5, "Gone"), True),
    "crashes": (Crash(), True),
}


@pytest.mark.parametrize("how", FAULTS)
def test_the_old_artifact_stays_readable_whatever_fails(how: str, tmp_path: Path, parts: Parts, card: Card) -> None:
    new = Parts("new", {}, {"other": "x"}, {"y": np.ones(3)})
    save_artifact(tmp_path / "0" / "model", parts, card)
    calls = number_of_calls(tmp_path / "0" / "model", new, card)
    assert calls > 20
    answered = set()
    fault, for_good = FAULTS[how]
    for at in range(1, calls + 1):
        home = tmp_path / f"{how} {at}"
        save_artifact(home / "model", parts, card)
        with failing(at, fault, for_good=for_good) as made, suppress(Crash, InputError):
            save_artifact(home / "model", new, card)
        loaded, _ = load_artifact(home / "model")
        answered.add(loaded.kind)
        same_parts(loaded, parts if loaded.kind == parts.kind else new)
        if how == "fails once":
            assert [entry for entry in listed(home) if "previous" in entry] == [] or loaded.kind == "new", made[at - 1]
        save_artifact(home / "model", new, card)
        assert load_artifact(home / "model")[0].kind == "new"
        assert [entry for entry in listed(home) if "previous" in entry] == []
    assert answered == {"calibrated", "new"}


@pytest.mark.parametrize("how", FAULTS)
def test_a_first_artifact_is_there_whole_or_not_at_all(how: str, tmp_path: Path, parts: Parts, card: Card) -> None:
    calls = number_of_calls(tmp_path / "0" / "model", parts, card)
    fault, for_good = FAULTS[how]
    whole = 0
    for at in range(1, calls + 1):
        home = tmp_path / f"{how} {at}"
        with failing(at, fault, for_good=for_good), suppress(Crash, InputError):
            save_artifact(home / "model", parts, card)
        if (home / "model").exists():
            same_parts(load_artifact(home / "model")[0], parts)
            whole += 1
        if how == "fails once" and home.exists():
            assert [entry for entry in listed(home) if "previous" in entry] == []
    assert 0 < whole < calls


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, parts: Parts, card: Card) -> None:
    home = tmp_path / "home"
    home.mkdir()
    patch = pytest.MonkeyPatch()
    patch.setattr(os, "fsync", full)
    try:
        with pytest.raises(InputError, match=r"cannot be written to .*: No space left on device") as raised:
            save_artifact(home / "model", parts, card)
    finally:
        patch.undo()
    assert raised.value.hint
    assert listed(home) == []


def full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_the_crash_between_the_two_renames_is_read_and_repaired(tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "model", parts, card)
    (tmp_path / "model").rename(tmp_path / ".model.previous")
    assert read_card(tmp_path / "model") == card
    same_parts(load_artifact(tmp_path / "model")[0], parts)
    save_artifact(tmp_path / "model", Parts("new"), card)
    assert listed(tmp_path) == ["model"]
    assert load_artifact(tmp_path / "model")[0].kind == "new"
