"""A card in words says how its figures were found, in the reader's language."""

import ast
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from busyness.registry.artifact import read_card
from busyness.registry.card import Ancestry, FeatureChange
from busyness.testing.clock import FakeClock
from busyness.workflows.models import card_words as module
from busyness.workflows.models import continuation
from busyness.workflows.models.card_words import card_words, feature_table
from busyness.workflows.models.compared import compared
from busyness.workflows.models.held import held, listed
from busyness.workflows.train import train

from .conftest import NOW, settings_for

NAMES = re.compile(r"\{(\w+)\}")
SPANISH = json.loads(files("busyness.reports").joinpath("languages", "cards.es.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def trained(made, tmp_path_factory):
    home = tmp_path_factory.mktemp("trained")
    train(settings_for(made.counts, model="ridge"), clock=FakeClock(NOW)).write(home)
    return home


def test_a_rehearsal_is_called_one_wherever_it_is_shown(trained, made):
    card = read_card(trained / "model")
    first, whole, ends = card_words(card)["How good"]
    assert first.startswith(
        "Rehearsal, not a backtest: a lighter fit of this model, asked from 21 origins in the last 21 days"
    )
    assert "(last week's values: mae " in whole
    windows = {str(one["origin"])[:16]: one["mae"] for one in card.metrics["windows"]}
    best, worst = re.findall(r"From (\S+): mae", ends)
    assert windows[best] == min(windows.values())
    assert windows[worst] == max(windows.values())
    assert listed(trained)["measured"].to_list() == ["rehearsal"]
    assert listed(made.folder)["measured"].to_list() == ["replay", "replay"]

    beside = compared(held(made.folder, made.releases[0]).card, card)
    assert "are of a replay, those of B of a rehearsal" in beside.sentences[0]
    assert beside.windows["change"].null_count() == beside.windows.height
    assert compared(card, card).windows["change"].null_count() < compared(card, card).windows.height


def test_a_manager_reads_the_card_in_spanish(trained):
    card = read_card(trained / "model")
    change = FeatureChange(name="rain", change="entered", why="weather was not there before")
    sentence = (
        "From 2024-03-01 to 2024-03-14 the challenger's error is 5.0% smaller than the champion's (smaller by 2.0% to 8.0%: "
        "95 % interval over 14 days; asked for are 1.0%): it answers from now on."
    )
    came = Ancestry(
        parent="a-1", why="the model is 8.0 days old, and may be 7d", changes=(change,), decision={"sentence": sentence}
    )
    words = card_words(card.model_copy(update={"ancestry": came}), "es")
    assert list(words)[:3] == ["Modelo", "Datos", "Recogida"]
    assert words["Calidad"][0].startswith("Un ensayo, no un backtest")
    assert words["Calidad"][1].startswith("En el ensayo: mae ")
    assert " y coverage_80 0," in words["Calidad"][1]
    assert words["Antes de él"] == (
        "Después de a-1, porque el modelo tiene 8,0 días y puede tener 7d.",
        "Del 2024-03-01 al 2024-03-14 el error del aspirante es 5,0% menor que el del campeón (menor en 2,0% a 8,0%: "
        "intervalo del 95 % sobre 14 días; se piden 1,0%): responde desde ahora.",
        "rain entró: weather no estaba antes",
    )
    told = " ".join(line for heading in ("Recogida", "Huecos y valores raros", "Calidad") for line in words[heading])
    assert not re.search(r"\b(the|of|from|slots|places|rows|which)\b", told)
    assert "demanda" in " ".join(feature_table(card, "es")["meaning"])
    assert card_words(card, "en") == card_words(card)


@pytest.mark.parametrize("module", [module, continuation])
def test_every_sentence_of_a_card_has_its_pattern(module):
    known = {_bare(english) for english in SPANISH}
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in inner | docs or not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(each.value) if isinstance(each, ast.Constant) else "{x}" for each in parts)
        if text.count(" ") > 2 and text.endswith("."):
            for sentence in re.split(r"(?<=\.) (?=\S)", text):
                assert _bare(sentence) in known, sentence


def _bare(text):
    return re.sub(r"(§ ?)+", "§", re.sub(r"\{[^{}]*\}", "§", text))


def test_patterns_say_with_the_names_they_were_given():
    for english, spanish in SPANISH.items():
        assert sorted(NAMES.findall(spanish)) == sorted(NAMES.findall(english)), english
        assert english.endswith(".") == spanish.endswith("."), english
