"""The loader reads what earlier versions wrote, and the models say today what they said then."""

import json
from pathlib import Path

import pytest

from busyness.registry.artifact import load_artifact
from busyness.registry.manifest import FORMAT, MANIFEST
from busyness.workflows.wiring.restored import restored

from .make_golden import members, numbers

GOLDEN = Path(__file__).with_name("golden")
FORMATS = [FORMAT, *(number for number in (FORMAT - 1, FORMAT - 2) if number > 0)]


@pytest.mark.parametrize("name", list(members()))
@pytest.mark.parametrize("number", FORMATS)
def test_models_of_this_format_and_the_two_before_answer_as_they_did(number, name):
    folder = GOLDEN / str(number) / name
    assert json.loads((folder / MANIFEST).read_text())["format"] == number
    parts, card = load_artifact(folder)
    said = numbers(restored(parts, threads=1, version=card.version))
    expected = json.loads((folder.parent / "expected.json").read_text())[name]
    assert card.version == expected.pop("version")
    for what, values in expected.items():
        assert said[what] == pytest.approx(values, rel=1e-5), what


@pytest.mark.parametrize("number", FORMATS)
def test_golden_artifacts_stay_small(number):
    files = [file for file in (GOLDEN / str(number)).rglob("*") if file.is_file()]
    assert 0 < sum(file.stat().st_size for file in files) < 100_000


def test_a_card_of_the_first_format_reads_as_one_that_says_less():
    _, card = load_artifact(GOLDEN / "1" / "seasonal")
    assert card.ancestry is None
    assert card.data_card.lineage == ()
    assert card.software.code == ""
    assert card.recipe
