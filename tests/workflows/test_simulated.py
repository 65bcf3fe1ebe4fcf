"""A simulated world is told by the note beside its tables."""

from busyness.workflows.simulated import MARK, from_simulation


def test_files_and_forecasts_of_a_simulated_world_are_told(tmp_path):
    world = tmp_path / "demo" / "input"
    world.mkdir(parents=True)
    (world / MARK).write_text("simulated")
    (tmp_path / "real").mkdir()
    assert from_simulation([None, world / "counts.csv"])
    assert from_simulation([tmp_path / "demo"])
    assert from_simulation([world])
    assert not from_simulation([tmp_path / "real", "postgresql://host/shop#stock", tmp_path / "real" / "counts.csv"])
