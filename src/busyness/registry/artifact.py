"""A fitted model as a folder: ``manifest.json``, one ``.txt`` per text, ``arrays.npz``, and nothing else.

It is written beside its place and moved there when it is whole. Two renames put a new one in the place of an old one;
between them the old one lies in a hidden folder beside, where whoever reads or writes next finds it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry.arrays import packed, unpacked
from busyness.registry.card import Card
from busyness.registry.manifest import ARRAYS, COPY_AGAIN, MANIFEST, Manifest, Mark, file_contents
from busyness.tables.parts import Parts


def save_artifact(folder: Path, parts: Parts, card: Card) -> None:
    """This will write the parts and their card to ``folder``, whole or not at all; the same give the same bytes.

    An artifact that is there stays readable until the new one has taken its place.

    Raises:
        ArtifactError: ``folder`` holds something that is not an artifact.
        InputError: the parts cannot be stored, or the folder cannot be written.

    """
    files = file_contents(parts, packed(parts.arrays))
    manifest = Manifest(parts.kind, parts.facts, card, {name: Mark.of(content) for name, content in files.items()})
    files[MANIFEST] = manifest.to_json()
    try:
        folder = Path(folder).resolve()
        folder.parent.mkdir(parents=True, exist_ok=True)
        _recover(folder)
        _check_replaceable(folder)
        stage = folder.parent / f".{folder.name}.unfinished-{secrets.token_hex(4)}"
        try:
            _write(stage, files)
            _move(stage, folder)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except OSError as fault:
        raise InputError(
            f"The model cannot be written to {folder}: {fault.strerror or fault}.",
            hint="Choose another folder, or free space.",
        ) from fault


def load_artifact(folder: Path) -> tuple[Parts, Card]:
    """This will read an artifact after checking the name, size and checksum of every file in it.

    Raises:
        ArtifactError: a file is missing, was changed, does not belong there, or is of a newer format; ``file`` names it.

    """
    folder = _standing(Path(folder))
    manifest = Manifest.read(folder)
    try:
        _check_nothing_else(folder, manifest)
    except OSError as fault:
        raise ArtifactError(f"The files in {folder} cannot be listed: {fault.strerror}.", file=folder.name) from fault
    contents = {name: _verified(folder, name, mark) for name, mark in manifest.files.items()}
    arrays = unpacked(contents.pop(ARRAYS), ARRAYS) if ARRAYS in contents else {}
    texts = {}
    for name, content in contents.items():
        try:
            texts[name.removesuffix(".txt")] = content.decode()
        except UnicodeDecodeError as fault:
            raise ArtifactError(f"{name} of the model in {folder} is not text.", file=name, hint=COPY_AGAIN) from fault
    return Parts(manifest.kind, manifest.facts, texts, arrays), manifest.card


def read_card(folder: Path) -> Card:
    """This will read the card alone: the manifest is checked, the other files are not opened."""
    return Manifest.read(_standing(Path(folder))).card


def _previous(folder: Path) -> Path:
    """Where the artifact that is being replaced lies meanwhile."""
    return folder.parent / f".{folder.name}.previous"


def _standing(folder: Path) -> Path:
    """The folder, or what a crash between the two renames left of it."""
    folder = folder.resolve()
    return folder if folder.exists() or not _previous(folder).is_dir() else _previous(folder)


def _recover(folder: Path) -> None:
    """Finish what a crash cut short: put the old artifact back, or clear it away where the new one stands."""
    old = _previous(folder)
    if old.exists():
        if folder.exists():
            shutil.rmtree(old)
        else:
            old.rename(folder)


def _check_replaceable(folder: Path) -> None:
    """Raise unless the folder is absent, empty, or an artifact and nothing more."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ArtifactError(f"{folder} is a file; a model is a folder.", file=folder.name, hint="Choose another folder.")
    if any(folder.iterdir()):
        try:
            _check_nothing_else(folder, Manifest.read(folder))
        except ArtifactError as fault:
            raise ArtifactError(
                f"{folder} holds something that is not a whole model, and is not overwritten ({fault.file}).",
                file=fault.file,
                hint="Choose another folder, or empty this one.",
            ) from fault


def _write(stage: Path, files: dict[str, bytes]) -> None:
    stage.mkdir()
    for name, content in files.items():
        with (stage / name).open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    _settle(stage)


def _move(stage: Path, folder: Path) -> None:
    old = _previous(folder)
    if folder.exists():
        folder.rename(old)
        try:
            stage.rename(folder)
        except OSError:
            old.rename(folder)
            raise
    else:
        stage.rename(folder)
    _settle(folder.parent)
    shutil.rmtree(old, ignore_errors=True)  # what stays is cleared away by the next save


def _settle(folder: Path) -> None:
    """Have the folder's entries on the disk; a system that cannot open folders settles them itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _check_nothing_else(folder: Path, manifest: Manifest) -> None:
    for entry in sorted(folder.iterdir()):
        if entry.name != MANIFEST and entry.name not in manifest.files:
            raise ArtifactError(
                f"{entry.name} in {folder} does not belong to the model.", file=entry.name, hint="Move it elsewhere."
            )


def _verified(folder: Path, name: str, mark: Mark) -> bytes:
    path = folder / name
    try:
        if not path.is_file():
            raise ArtifactError(f"{name} of the model in {folder} is missing.", file=name, hint=COPY_AGAIN)
        size = path.stat().st_size
        if size != mark.size:
            raise ArtifactError(
                f"{name} of the model in {folder} has {size:,} bytes instead of {mark.size:,}.", file=name, hint=COPY_AGAIN
            )
        content = path.read_bytes()
    except OSError as fault:
        raise ArtifactError(f"{name} of the model in {folder} cannot be read: {fault.strerror}.", file=name) from fault
    if Mark.of(content) != mark:
        raise ArtifactError(f"{name} of the model in {folder} was changed after it was written.", file=name, hint=COPY_AGAIN)
    return content
