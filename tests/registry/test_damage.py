"""What is damaged is refused, and the file is named."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError
from busyness.registry.artifact import load_artifact, read_card, save_artifact
from busyness.registry.card import Card
from busyness.registry.json_text import canonical
from busyness.registry.manifest import MANIFEST, Mark
from busyness.tables.parts import Parts


def edited(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes())) and None


def resigned(change: Callable[[dict], object]) -> Callable[[Path], None]:  # type: ignore[type-arg]
    """Change the manifest and give it the checksum it would have."""

    def apply(folder: Path) -> None:
        content = json.loads((folder / MANIFEST).read_bytes())
        del content["checksum"]
        change(content)
        content["checksum"] = Mark.of(canonical(content)).sha256
        (folder / MANIFEST).write_bytes(canonical(content))

    return apply


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def linked_elsewhere(folder: Path) -> None:
    (folder / "empty.txt").unlink()
    (folder / "empty.txt").symlink_to(folder / "nowhere")


NOTHING = {"sha256": "", "size": 0}
DAMAGE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "tampered text": (edited("member.trees.txt", flipped), "member.trees.txt", "was changed"),
    "tampered arrays": (edited("arrays.npz", flipped), "arrays.npz", "was changed"),
    "truncated text": (edited("member.trees.txt", lambda b: b[:-1]), "member.trees.txt", "bytes instead of"),
    "truncated arrays": (edited("arrays.npz", lambda b: b[:40]), "arrays.npz", "40 bytes instead of"),
    "emptied arrays": (edited("arrays.npz", lambda _: b""), "arrays.npz", "0 bytes instead of"),
    "longer text": (edited("empty.txt", lambda _: b"x"), "empty.txt", "1 bytes instead of 0"),
    "missing text": (lambda f: (f / "empty.txt").unlink(), "empty.txt", "is missing"),
    "missing arrays": (lambda f: (f / "arrays.npz").unlink(), "arrays.npz", "is missing"),
    "missing manifest": (lambda f: (f / MANIFEST).unlink(), MANIFEST, "no manifest.json"),
    "folder for a file": (lambda f: ((f / "empty.txt").unlink(), (f / "empty.txt").mkdir()), "empty.txt", "is missing"),
    "dangling link": (linked_elsewhere, "empty.txt", "is missing"),
    "extra file": (lambda f: (f / "model.pkl").write_bytes(b"x"), "model.pkl", "does not belong"),
    "extra text": (lambda f: (f / "more.txt").write_bytes(b"x"), "more.txt", "does not belong"),
    "extra folder": (lambda f: (f / "sub").mkdir(), "sub", "does not belong"),
    "renamed file": (lambda f: (f / "empty.txt").rename(f / "full.txt"), "full.txt", "does not belong"),
    "tampered manifest": (edited(MANIFEST, lambda b: b.replace(b'"rows": 12', b'"rows": 13')), MANIFEST, "changed"),
    "tampered card": (edited(MANIFEST, lambda b: b.replace(b'"seed": 3', b'"seed": 4')), MANIFEST, "changed"),
    "truncated manifest": (edited(MANIFEST, lambda b: b[:-20]), MANIFEST, "not readable JSON"),
    "empty manifest": (edited(MANIFEST, lambda _: b""), MANIFEST, "not readable JSON"),
    "binary manifest": (edited(MANIFEST, lambda _: b"\xff\xfe\x00\x80"), MANIFEST, "not readable JSON"),
    "deep manifest": (edited(MANIFEST, lambda _: b"[" * 100_000), MANIFEST, "not readable JSON"),
    "list manifest": (edited(MANIFEST, lambda _: b"[]"), MANIFEST, "not readable JSON"),
    "NaN manifest": (edited(MANIFEST, lambda b: b.replace(b"1.25", b"NaN")), MANIFEST, "changed"),
    "no format": (resigned(lambda m: m.pop("format")), MANIFEST, "does not say its format"),
    "format zero": (resigned(lambda m: m.update(format=0)), MANIFEST, "does not say its format"),
    "format of words": (resigned(lambda m: m.update(format="one")), MANIFEST, "does not say its format"),
    "newer format": (resigned(lambda m: m.update(format=3)), MANIFEST, "has format 3; .* reads up to 2"),
    "no files": (resigned(lambda m: m.pop("files")), MANIFEST, "lacks"),
    "files as a list": (resigned(lambda m: m.update(files=[])), MANIFEST, "lacks"),
    "mark without size": (resigned(lambda m: m["files"]["empty.txt"].pop("size")), MANIFEST, "lacks"),
    "size of words": (resigned(lambda m: m["files"]["empty.txt"].update(size="big")), MANIFEST, "lacks"),
    "no card": (resigned(lambda m: m.pop("card")), MANIFEST, "lacks"),
    "card with an unknown line": (resigned(lambda m: m["card"].update(more=1)), MANIFEST, "lacks"),
    "path out of the folder": (resigned(lambda m: m["files"].update({"../x.txt": NOTHING})), MANIFEST, "lacks"),
    "absolute path": (resigned(lambda m: m["files"].update({"/etc/x.txt": NOTHING})), MANIFEST, "lacks"),
    "file that no model has": (resigned(lambda m: m["files"].update({"x.pkl": NOTHING})), "x.pkl", "no model has"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_artifact_is_refused_by_name(damage: str, tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "model", parts, card)
    harm, file, said = DAMAGE[damage]
    harm(tmp_path / "model")
    with pytest.raises(ArtifactError, match=said) as raised:
        load_artifact(tmp_path / "model")
    assert raised.value.file == file
    assert raised.value.hint
    assert file in raised.value.message


def with_own_marks(name: str, content: bytes) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / name).write_bytes(content)
        mark = Mark.of(content)
        resigned(lambda m: m["files"].update({name: {"sha256": mark.sha256, "size": mark.size}}))(folder)

    return apply


def npz(content: bytes, entry: str = "x.npy") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(entry, content)
    return whole.getvalue()


def of_objects() -> bytes:
    inner = io.BytesIO()
    np.lib.format.write_array_header_1_0(inner, {"descr": "|O", "fortran_order": False, "shape": (1,)})
    return inner.getvalue() + b"cos\nsystem\n(S'true'\ntR."


@pytest.mark.parametrize("content", [b"no zip", npz(b"no array"), npz(of_objects()), npz(b"\x93NUMPY\x01\x00")])
def test_arrays_that_cannot_be_read_are_refused_though_their_checksum_fits(
    content: bytes, tmp_path: Path, parts: Parts, card: Card
) -> None:
    save_artifact(tmp_path / "model", parts, card)
    with_own_marks("arrays.npz", content)(tmp_path / "model")
    with pytest.raises(ArtifactError, match=r"arrays.npz") as raised:
        load_artifact(tmp_path / "model")
    assert raised.value.file == "arrays.npz"


def test_text_that_is_no_text_is_refused(tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "model", parts, card)
    with_own_marks("empty.txt", b"\xff\xff")(tmp_path / "model")
    with pytest.raises(ArtifactError, match="is not text") as raised:
        load_artifact(tmp_path / "model")
    assert raised.value.file == "empty.txt"


@pytest.mark.parametrize("where", ["absent", "a file", "empty"])
def test_what_is_no_artifact_is_said_so(where: str, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("x")
    (tmp_path / "empty").mkdir()
    for read in (load_artifact, read_card):
        with pytest.raises(ArtifactError, match="There is no model in") as raised:
            read(tmp_path / where)
        assert raised.value.file == MANIFEST


def test_the_card_is_read_without_the_other_files(tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "model", parts, card)
    (tmp_path / "model" / "arrays.npz").unlink()
    assert read_card(tmp_path / "model") == card
