"""Models are found by id, role or folder, and who is not there is named beside those who are."""

import json
import shutil

import pytest

from busyness.domain.errors import InputError
from busyness.registry.artifact import load_artifact, save_artifact
from busyness.registry.releases import Releases
from busyness.workflows.models.held import held, listed


def test_the_list_says_who_is_who_newest_first(world):
    table = listed(world.folder)
    assert table["release"].to_list() == [world.releases[1], world.releases[0]]
    assert table["role"].to_list() == ["", "champion"]
    assert table["why"].to_list() == [None, "the first"]
    assert table["model"].to_list() == ["ridge", "seasonal"]
    assert (table["mae"] > 0).all()
    assert table["places"].to_list() == [2, 2]


@pytest.mark.parametrize(
    ("held_share", "said"), [(None, None), (0.8, None), (0.69, "too narrow"), (0.7, None), (0.9, None), (0.95, "too wide")]
)
def test_a_band_that_does_not_hold_what_it_says_is_marked(world, held_share, said):
    folder = world.registry.folder(world.releases[0]) / "model"
    parts, card = load_artifact(folder)
    shutil.rmtree(folder)
    save_artifact(folder, parts, card.model_copy(update={"metrics": {**card.metrics, "coverage_80": held_share}}))
    assert listed(world.folder)["band"][1] == said


@pytest.mark.parametrize(
    ("name", "which"), [("champion", 0), ("newest", 1), ("20240326", 1), ("20240325T120000Z", 0), ("challenger", 1)]
)
def test_a_model_is_found_by_role_or_a_piece_of_its_id(world, name, which):
    Releases(world.folder).challenge(world.releases[1])
    assert held(world.folder, name).release == world.releases[which]
    assert held(world.folder, world.releases[which][-6:]).release == world.releases[which]


def test_a_run_s_folder_is_a_model_too(world):
    assert held(world.runs[1]).card.kind == "ridge"
    assert held(world.folder, str(world.runs[1])).card.kind == "ridge"
    assert listed(world.runs[0]).height == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nobody", "there are 2024"),
        ("2024", "may be"),
        ("challenger", "no challenger"),
        ("champio", "Did you mean 'champion'"),
    ],
)
def test_who_is_not_there_is_told_with_those_who_are(world, name, said):
    with pytest.raises(InputError, match=said) as fault:
        held(world.folder, name)
    assert world.releases[0] in str(fault.value)


def test_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match="holds no models"):
        listed(tmp_path)


def test_a_model_whose_card_is_damaged_is_listed_with_the_reason(world):
    manifest = world.registry.folder(world.releases[1]) / "model" / "manifest.json"
    manifest.write_text(json.dumps({"format": 2}))
    row = listed(world.folder).row(0, named=True)
    assert row["release"] == world.releases[1]
    assert "changed" in row["why"]
