from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.registry.artifact import load_artifact, read_card, save_artifact
from busyness.registry.card import Card
from busyness.tables.parts import Parts

FILES = ["arrays.npz", "empty.txt", "manifest.json", "member.trees.txt"]


def listed(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def same_parts(one: Parts, other: Parts) -> None:
    assert (one.kind, one.facts, one.texts) == (other.kind, other.facts, other.texts)
    assert one.arrays.keys() == other.arrays.keys()
    for name, array in one.arrays.items():
        assert array.dtype == other.arrays[name].dtype
        np.testing.assert_array_equal(array, other.arrays[name])


def test_what_is_saved_comes_back(tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "deep" / "model", parts, card)
    assert listed(tmp_path / "deep") == ["model"]
    assert listed(tmp_path / "deep" / "model") == FILES
    loaded, read = load_artifact(tmp_path / "deep" / "model")
    same_parts(parts, loaded)
    assert read == card == read_card(tmp_path / "deep" / "model")
    assert loaded.arrays["scalar"].shape == ()


def test_a_model_without_arrays_has_no_npz(tmp_path: Path, card: Card) -> None:
    save_artifact(tmp_path / "model", Parts("seasonal", {"a": (1, 2)}), card)
    assert listed(tmp_path / "model") == ["manifest.json"]
    assert load_artifact(tmp_path / "model")[0] == Parts("seasonal", {"a": [1, 2]})


def test_the_same_parts_and_card_give_the_same_bytes(tmp_path: Path, parts: Parts, card: Card) -> None:
    save_artifact(tmp_path / "a", parts, card)
    turned = replace(parts, facts=dict(reversed(parts.facts.items())), arrays=dict(reversed(parts.arrays.items())))
    turned.arrays["fortran"] = np.ascontiguousarray(turned.arrays["fortran"])  # type: ignore[index]
    save_artifact(tmp_path / "b", turned, card)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    with zipfile.ZipFile(tmp_path / "a" / "arrays.npz") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with np.load(tmp_path / "a" / "arrays.npz", allow_pickle=False) as plain:
        assert sorted(plain.files) == sorted(parts.arrays)


def test_the_new_folder_can_be_read_by_whoever_could_read_its_neighbours(tmp_path: Path, parts: Parts, card: Card) -> None:
    (tmp_path / "neighbour").mkdir()
    save_artifact(tmp_path / "model", parts, card)
    assert (tmp_path / "model").stat().st_mode == (tmp_path / "neighbour").stat().st_mode


BAD_NAMES = ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "-x", "a b", "ñ", "a\n", "x" * 201]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_is_no_file_name_is_refused(name: str, tmp_path: Path, card: Card) -> None:
    for unfit in (Parts("k", {}, {name: ""}), Parts("k", {}, {}, {name: np.zeros(1)})):
        with pytest.raises(InputError, match="cannot be the name of a part"):
            save_artifact(tmp_path / "model", unfit, card)
    assert listed(tmp_path) == []


def itself() -> dict[str, object]:
    facts: dict[str, object] = {}
    facts["again"] = [facts]
    return facts


@pytest.mark.parametrize(
    "unfit",
    [
        Parts("k", {"x": float("nan")}),
        Parts("k", {"x": float("inf")}),
        Parts("k", {"x": np.float32(1)}),
        Parts("k", {"x": np.zeros(2)}),
        Parts("k", {"x": {1: "one"}}),
        Parts("k", {"x": {1: "one", "b": 2}}),
        Parts("k", {"x": b"bytes"}),
        Parts("k", {"x": {"a set"}}),
        Parts("k", {"x": "\ud800"}),
    ],
    ids=str,
)
def test_facts_that_json_would_change_are_refused(unfit: Parts, tmp_path: Path, card: Card) -> None:
    with pytest.raises(InputError, match="do not survive JSON"):
        save_artifact(tmp_path / "model", unfit, card)
    assert listed(tmp_path) == []


def test_arrays_of_objects_are_refused(tmp_path: Path, card: Card) -> None:
    with pytest.raises(InputError, match="'x' holds Python objects"):
        save_artifact(tmp_path / "model", Parts("k", {}, {}, {"x": np.array([{}])}), card)
    assert listed(tmp_path) == []


def test_names_that_are_one_file_on_some_systems_are_refused(tmp_path: Path, card: Card) -> None:
    with pytest.raises(InputError, match="upper and lower case"):
        save_artifact(tmp_path / "model", Parts("k", {}, {"a": "", "A": ""}), card)
