from __future__ import annotations

from pathlib import Path

import pytest

from busyness.domain.errors import InputError
from busyness.workflows.output import results


def test_results_appear_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("old")
    (out / "mine.txt").write_text("kept")
    (out / "model").mkdir()
    (out / "model" / "stale.txt").write_text("old")
    with results(out) as stage:
        (stage / "a.txt").write_text("new")
        (stage / "model").mkdir()
        (stage / "model" / "fresh.txt").write_text("new")
        assert (out / "a.txt").read_text() == "old"
    assert (out / "a.txt").read_text() == "new"
    assert (out / "mine.txt").read_text() == "kept"
    assert [file.name for file in (out / "model").iterdir()] == ["fresh.txt"]
    assert not [file for file in out.iterdir() if file.name.startswith(".")]


def test_a_fault_leaves_the_last_results_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with results(out) as stage:
        (stage / "a.txt").write_text("good")

    def half() -> None:
        with results(out) as stage:
            (stage / "a.txt").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert (out / "a.txt").read_text() == "good"
    assert [file.name for file in out.iterdir()] == ["a.txt"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="--out"), results(tmp_path / "file"):
        pass
