"""A simulated world is told by the note beside its tables."""

import json

from busyness.workflows.simulated import MARK, from_simulation


def test_files_and_forecasts_of_a_simulated_world_are_told(tmp_path):
    world = tmp_path / "demo" / "input"
    world.mkdir(parents=True)
    (world / MARK).write_text("simulated")
    (tmp_path / "real").mkdir()
    assert from_simulation([None, world / "counts.csv"])
    assert from_simulation([tmp_path / "demo"])
    assert from_simulation([world])
    made = tmp_path / "made"
    made.mkdir()
    (made / "settings.json").write_text(json.dumps({"counts": {"file": str(world / "counts.csv")}}))
    assert from_simulation([made])
    for content, told in (('{"simulated": "All of it."}', True), ('{"simulated": ""}', False), ("[", False), ("[]", False)):
        (tmp_path / "real" / "health.json").write_text(content)
        assert from_simulation([tmp_path / "real"]) is told
    assert not from_simulation([tmp_path / "real", "postgresql://host/shop#stock", tmp_path / "real" / "counts.csv"])
