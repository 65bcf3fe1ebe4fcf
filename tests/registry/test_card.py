from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from importlib import metadata

import numpy as np
import pytest
from pydantic import ValidationError

import busyness
from busyness.registry.artifact import read_card, save_artifact
from busyness.registry.card import Card, plain, software
from busyness.tables.parts import Parts


def test_a_card_says_what_runs_now() -> None:
    now = software()
    assert now.busyness == busyness.__version__
    assert now.libraries["numpy"] == np.__version__
    assert {"lightgbm", "polars", "scikit-learn"} <= set(now.libraries)
    assert now.python.startswith("3.")


def test_every_library_of_every_member_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"torch": "2.1", "tensorflow-cpu": "2.20", "keras": "3.1", "xgboost-cpu": "3.0"}

    def version(name: str) -> str:
        if name in here:
            return here[name]
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert software("blend", "boosted", "embedding").libraries == {"torch": "2.1"}
    assert software("xgboost").libraries == {"xgboost": "3.0"}
    assert software("keras").libraries == {"keras": "3.1", "torch": "2.1"}
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert software("keras").libraries == {"keras": "3.1", "tensorflow": "2.20"}


def test_a_card_survives_json(card: Card) -> None:
    assert Card.model_validate_json(card.model_dump_json()) == card
    assert len(Card.model_fields) <= 12


def test_a_card_is_frozen_and_knows_its_lines(card: Card) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        card.seed = 4  # type: ignore[misc]
    with pytest.raises(ValidationError, match="extra"):
        Card.model_validate(card.model_dump() | {"more": 1})


def test_the_time_is_kept_in_utc_and_needs_a_zone(card: Card) -> None:
    lima = datetime(2024, 5, 1, 20, tzinfo=timezone(timedelta(hours=-5)))
    moved = Card.model_validate(card.model_dump() | {"created_at": lima})
    assert moved.created_at == lima
    assert moved.created_at.tzinfo is UTC
    with pytest.raises(ValidationError, match="timezone"):
        Card.model_validate(card.model_dump() | {"created_at": datetime(2024, 5, 1)})


def test_numbers_that_json_has_no_word_for_become_none(card: Card, tmp_path) -> None:
    odd = {"mase": float("nan"), "mae": np.float32(1.5), "by": {"P1": [np.inf, np.int64(3), (1, "x")]}}
    tame = {"mase": None, "mae": 1.5, "by": {"P1": [None, 3, [1, "x"]]}}
    assert plain(odd) == tame
    assert Card.model_validate(card.model_dump() | {"metrics": odd}).metrics == tame
    copied = card.model_copy(update={"metrics": {"mase": float("nan")}})  # a copy is not validated
    save_artifact(tmp_path / "model", Parts("k"), copied)
    assert read_card(tmp_path / "model").metrics == {"mase": None}
