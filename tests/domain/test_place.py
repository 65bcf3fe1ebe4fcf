from __future__ import annotations

from busyness.domain.place import Place


def test_a_place_without_a_name_is_called_by_its_id() -> None:
    assert Place("7").label == "7"
    assert Place("7", name="Centro").label == "Centro"
    assert Place("7").timezone == "UTC"
