from __future__ import annotations

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError
from busyness.registry.card import Card, Software
from busyness.registry.data_card import DataCard
from busyness.tables.parts import Parts
from busyness.testing.clock import FakeClock
from busyness.testing.memory import MemoryStore


def card(version: str) -> Card:
    seen = DataCard(fingerprint="0", places=0, slots=0, every="1h", observed=0)
    software = Software(busyness="0", python="3")
    return Card(kind="seasonal", version=version, created_at=FakeClock().now(), software=software, data_card=seen)


def test_the_first_model_is_the_champion_until_another_is_promoted() -> None:
    store = MemoryStore()
    assert [store.save(Parts("a", {"n": k}), card(f"v{k}")) for k in range(3)] == ["v0", "v1", "v2"]
    assert store.versions() == ("v0", "v1", "v2")
    assert store.load()[1].version == "v0"
    store.promote("v2")
    assert (store.champion, store.load()[0].facts) == ("v2", {"n": 2})


def test_a_model_that_is_not_there_is_refused() -> None:
    store = MemoryStore()
    with pytest.raises(ArtifactError, match="kept are none"):
        store.load()
    store.save(Parts("a"), card("v1"))
    with pytest.raises(ArtifactError, match="no model 'v2'; kept are v1"):
        store.promote("v2")
    assert store.champion == "v1"


def test_what_is_kept_cannot_be_changed_from_outside() -> None:
    store, array, facts = MemoryStore(), np.zeros(3), {"list": [1]}
    store.save(Parts("a", facts, {}, {"x": array}), card("v"))
    array[0] = 9
    facts["list"].append(2)
    loaded, _ = store.load()
    assert (loaded.arrays["x"].tolist(), loaded.facts) == ([0, 0, 0], {"list": [1]})
    loaded.arrays["x"][1] = 9
    assert store.load()[0].arrays["x"].tolist() == [0, 0, 0]
