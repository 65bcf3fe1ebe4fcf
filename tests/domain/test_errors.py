from __future__ import annotations

import pytest

from busyness.domain import errors
from busyness.domain.errors import (
    ArtifactError,
    BusynessError,
    ColumnMissingError,
    InputError,
    LeakError,
    MissingExtraError,
    NoUsableRowsError,
    SettingsError,
    TooLittleHistoryError,
    UnknownPlaceError,
    did_you_mean,
)


def test_every_error_is_of_the_family() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) >= 10
    assert all(issubclass(kind, BusynessError) for kind in kinds)
    assert not issubclass(LeakError, InputError)  # ours, never the user's
    assert issubclass(ArtifactError, InputError)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BusynessError("It broke."), "It broke."),
        (InputError("It is wrong.", hint="Do this."), "It is wrong. Do this."),
        (
            ColumnMissingError("vistors", ["visitors", "time"], role="demand"),
            "There is no column 'vistors' for demand; the columns are visitors, time. Did you mean 'visitors'?",
        ),
        (ColumnMissingError("x", ["alpha"]), "There is no column 'x'; the columns are alpha."),
        (NoUsableRowsError("a.csv", {"missing time": 1200}), "a.csv has no usable row: 1,200 missing time."),
        (NoUsableRowsError("a.csv"), "a.csv has no usable row."),
        (UnknownPlaceError("Cetro", ["Centro", "Sur"]), "There is no place 'Cetro' in the data. Did you mean 'Centro'?"),
        (SettingsError("trees is no number.", file="run.yaml", line=3), "run.yaml, line 3: trees is no number."),
        (SettingsError("it is empty.", file="run.yaml"), "run.yaml: it is empty."),
        (SettingsError("it is empty."), "it is empty."),
        (TooLittleHistoryError("Two days."), "Two days."),
        (MissingExtraError("torch", "neural"), 'torch is not installed. Install it with: pip install "busyness[neural]"'),
        (
            ArtifactError("trees.txt was changed.", file="trees.txt", hint="Copy again."),
            "trees.txt was changed. Copy again.",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_one_sentence_and_what_to_do(error: BusynessError, said: str) -> None:
    assert str(error) == said
    assert isinstance(error.hint, str)


def test_errors_keep_their_fields() -> None:
    assert ColumnMissingError("x", ["a", "b"]).available == ("a", "b")
    assert NoUsableRowsError("f", {"duplicate": 2}).reasons == {"duplicate": 2}
    assert SettingsError("m", file="f", line=2).line == 2
    assert ArtifactError("m", file="arrays.npz").file == "arrays.npz"
    assert UnknownPlaceError("p", []).place == "p"


def test_many_columns_are_not_all_listed() -> None:
    said = str(ColumnMissingError("zzz", [f"column {k}" for k in range(30)]))
    assert "column 19, …." in said
    assert "column 20" not in said


def test_the_nearest_word_is_suggested_as_it_is_written() -> None:
    assert did_you_mean("VISITORS", ["Visitors"]) == "Did you mean 'Visitors'?"
    assert did_you_mean("abc", ["xyz"]) == ""
    assert did_you_mean("abc", []) == ""
