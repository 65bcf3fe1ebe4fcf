"""A fault is told with the names of releases and worlds, and with no path of the machine."""

from pathlib import Path

import pytest

from busyness.domain.errors import ArtifactError
from busyness.workflows.service.told import named, sentence_of

HOME = Path("/srv/worlds/shop")
RELEASE = HOME / "releases" / "20240311T1-ab.c"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"The forecast in {RELEASE} is empty.", "The forecast in release '20240311T1-ab.c' is empty."),
        (f"It lies in {RELEASE}.", "It lies in release '20240311T1-ab.c'."),
        (f"manifest.json of {RELEASE}/model is old.", "manifest.json of release '20240311T1-ab.c' is old."),
        (f"{RELEASE} was being written.", "Release '20240311T1-ab.c' was being written."),
        (f"champion.json in {HOME} is damaged.", "champion.json in the folder of world 'shop' is damaged."),
        (f"{HOME} has neither.", "The folder of world 'shop' has neither."),
        (f"{HOME}s is another one.", f"{HOME}s is another one."),
    ],
)
def test_names_stand_in_place_of_folders(said, told):
    assert named(said, {"shop": HOME}) == told


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (ArtifactError(f"{RELEASE} is empty.", hint="Again."), "Release '20240311T1-ab.c' is empty. Again."),
        (FileNotFoundError(2, "No such file", str(HOME)), "It cannot be read (FileNotFoundError: No such file)."),
        (KeyError("a"), "It cannot be read (KeyError: 'a')."),
    ],
)
def test_a_fault_in_a_sentence(fault, told):
    assert sentence_of(fault, world="shop", home=HOME) == told
