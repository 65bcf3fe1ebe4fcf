"""The leaderboard keeps what was measured, shows it honestly, and puts it where it belongs."""

import importlib
import json
import subprocess
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def board(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("leaderboard")


def cell(name, model, wape=0.2, **more):
    figures = {"mae": 10 * wape, "wape": wape, "naive_wape": 0.25, "pinball": wape, "coverage_80": 0.81, "origins": 4}
    return {"set": name, "model": model, "threads": 2, **figures, "seconds": 30.0, "peak_mb": 400.0, **more}


def late(name, model):
    return {"set": name, "model": model, "threads": 2, "late": 20.0}


def failed(name, model):
    return {"set": name, "model": model, "threads": 2, "failed": "MemoryError"}


def lines(board, *cells):
    return list(board.table({(each["set"], each["model"]): each for each in cells}))


def rows(lines, head):
    """The rows of the table whose head line holds the word, as lists of texts."""
    start = next(k for k, line in enumerate(lines) if line.startswith("|") and head in line)
    body = lines[start + 2 :]
    length = next((k for k, line in enumerate(body) if not line.startswith("|")), len(body))
    return [[text.strip() for text in line.strip("|").split("|")] for line in body[:length]]


def test_models_stand_by_their_mean_and_the_best_of_a_column_is_bold(board):
    told = lines(
        board,
        cell("uber", "ridge", 0.25, seconds=5.0),
        cell("uber", "boosted", 0.2, peak_mb=1900.0),
        cell("melbourne", "ridge", 0.125),
        cell("melbourne", "boosted", 0.15, seconds=400.0),
    )
    assert rows(told, "mean") == [
        ["`boosted`", "0.600", "**0.800**", "**0.700**", "7 min", "1.9 GB"],
        ["`ridge`", "**0.500**", "1.000", "0.750", "**35 s**", "**400 MB**"],
    ]
    assert "| model | melbourne | uber | mean |" in "\n".join(told)  # sets in their own order, whatever was measured first


def test_what_lacks_a_set_has_no_mean_stands_last_and_is_named(board):
    told = lines(
        board,
        cell("uber", "prophet", 0.01),
        cell("uber", "boosted"),
        cell("bayarea", "boosted"),
        cell("uber", "tide", 0.01),
        late("bayarea", "tide"),
        cell("uber", "xgboost", 0.01),
        failed("bayarea", "xgboost"),
    )
    found = {name: others for name, *others in rows(told, "mean")}
    assert next(iter(found)) == "`boosted`"
    assert found["`prophet`"][1:3] == ["–", "–"]
    assert found["`tide`"][1:] == ["over 20 min", "–", "–", "–"]
    assert found["`xgboost`"][1:3] == ["failed", "–"]
    assert "Not measured on every set, so without a mean: `prophet`, `tide`, `xgboost`." in told


def test_a_set_s_own_table_is_by_error_and_a_band_is_best_at_80(board):
    told = lines(
        board,
        late("uber", "tide"),
        cell("uber", "ridge", 0.3, coverage_80=0.95),
        cell("uber", "boosted", 0.2, coverage_80=0.79),
    )
    first, second, last = rows(told, "MAE")
    assert first[:5] == ["`boosted`", "**2**", "**20.0 %**", "**0.2**", "**79.0 %**"]
    assert second[4] == "95.0 %"
    assert last == ["`tide`", *["over 20 min"] * 6]
    assert "**uber**, 4 windows" in told


def test_what_reads_the_same_is_as_good(board):
    told = lines(board, cell("uber", "ridge", 0.20001), cell("uber", "boosted", 0.2))
    assert [row[2] for row in rows(told, "MAE")] == ["**20.0 %**"] * 2


def test_without_cells_the_table_says_nothing(board):
    assert rows(lines(board), "mean") == []


def test_of_two_measurements_the_later_one_counts(board, tmp_path):
    file = tmp_path / "cells.jsonl"
    assert board.read(file) == {}
    written = [failed("uber", "ridge"), cell("uber", "boosted"), cell("uber", "ridge", 0.1)]
    file.write_text("\n\n".join(json.dumps(each) for each in written) + "\n")
    found = board.read(file)
    assert list(found) == [("uber", "ridge"), ("uber", "boosted")]
    assert found["uber", "ridge"]["wape"] == 0.1


def test_the_table_replaces_the_one_before_and_nothing_else(board):
    first = board.placed("# Figures\n\nSome words.\n", ["old"])
    assert first.startswith("# Figures\n\nSome words.\n\n## Every model")
    again = board.placed(first + "\nAfterwards.\n", ["new", "rows"])
    assert again == first.replace("old", "new\nrows") + "\nAfterwards.\n"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (subprocess.TimeoutExpired("cell.py", 60), {"late": 1}),
        (RuntimeError("cell.py ended with 1:\nTraceback\nValueError: no data"), {"failed": "ValueError: no data"}),
    ],
)
def test_a_cell_that_cannot_be_measured_says_why(board, monkeypatch, tmp_path, fault, said):
    def answered(*_, **__):
        raise fault

    monkeypatch.setattr(board, "answered_within", answered)
    found = board.measured("uber", "ridge", board.Options(False, 2, 1, tmp_path), minutes=1)
    assert found.items() >= {"set": "uber", "model": "ridge", "threads": 2, **said}.items()


def test_a_run_measures_only_what_is_missing(board, monkeypatch, tmp_path):
    kept, page, asked = tmp_path / "cells.jsonl", tmp_path / "page.md", []
    kept.write_text(json.dumps(cell("uber", "ridge")) + "\n")
    page.write_text("# Figures\n")

    def measured(name, model, *_, **__):
        asked.append((name, model))
        return cell(name, model) if model != "tide" else failed(name, model)

    monkeypatch.setattr(board, "scratch", lambda name: kept)
    monkeypatch.setattr(board, "measured", measured)
    words = ["leaderboard.py", "--sets", "uber", "--models", "ridge,boosted,tide", "--write", str(page)]
    monkeypatch.setattr("sys.argv", words)
    assert board.main() == 1  # a cell failed
    assert asked == [("uber", "boosted"), ("uber", "tide")]
    assert board.main() == 1
    assert len(asked) == 2  # everything is kept
    assert len(board.read(kept)) == 3
    assert page.read_text().count("`boosted`") == 2
