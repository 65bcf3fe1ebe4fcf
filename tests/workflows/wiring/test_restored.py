"""Networks, Prophet and pretrained models by their names: made, stored as parts, and brought back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from busyness.domain.errors import InputError
from busyness.domain.stopwatch import Stopwatch
from busyness.tables.parts import Parts
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.settings import ModelSettings
from busyness.workflows.wiring.members import MEMBERS
from busyness.workflows.wiring.restored import restored_member


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "library"), [("embedding", "torch"), ("tide", "torch"), ("prophet", "prophet")])
def test_a_member_is_brought_back_by_its_kind(kind: str, library: str) -> None:
    pytest.importorskip(library)
    panel = tiny_city(places=2, weeks=7).sealed()
    made: Any = MEMBERS[kind](ModelSettings(model=kind, fast=True), 1, Stopwatch())
    fitted = made.fit(panel, 48)
    parts = fitted.to_parts()
    assert parts.kind == kind
    facts = json.loads(json.dumps(dict(parts.facts)))
    again = restored_member(Parts(kind, facts, parts.texts, parts.arrays), 1)
    assert (again.medians(panel, [panel.origin], 48) == fitted.medians(panel, [panel.origin], 48)).all()


def test_pretrained_models_know_three_arguments() -> None:
    pytest.importorskip("torch")
    with pytest.raises(InputError, match="weights, context and batch"):
        MEMBERS["chronos"](ModelSettings(model="chronos", arguments={"colour": 1}), 1, Stopwatch())
