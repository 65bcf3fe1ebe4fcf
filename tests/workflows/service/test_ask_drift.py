"""Whether last week was like the weeks before."""

from dataclasses import replace

import numpy as np
import pytest

from busyness.workflows.service.ask_drift import EVERYWHERE, ask_drift


def changed(snapshot, change):
    demand = snapshot.history["demand"].copy()
    demand[:, -168:] = change(demand[:, -168:])
    return replace(snapshot, history=replace(snapshot.history, values={"demand": demand}))


def test_a_usual_week_is_steady(snapshot):
    table = ask_drift(snapshot)
    assert table["place"].to_list() == [EVERYWHERE, "P1", "P2", "P3"]
    assert table["verdict"].to_list() == ["steady"] * 4
    assert table["level_change"].abs().max() < 0.2


@pytest.mark.parametrize("factor", [0.3, 3])
def test_another_level_is_drift_and_its_size_is_said(snapshot, factor):
    before, after = (ask_drift(world) for world in (snapshot, changed(snapshot, lambda week: week * factor)))
    assert after["verdict"].to_list() == ["drifted"] * 4
    usual = 1 + before["level_change"].to_numpy()
    assert np.allclose(1 + after["level_change"].to_numpy(), usual * factor, rtol=1e-4)


def test_errors_of_the_two_spans_are_those_of_the_replay(snapshot):
    row = ask_drift(snapshot, places=["P2"]).filter(place="P2").to_dicts()[0]
    came, median = snapshot.replayed["observed"][1], snapshot.replayed["q50"][1]
    for name, span in (("wape_before", slice(None, -168)), ("wape_last", slice(-168, None))):
        missed = np.nansum(np.abs(came - median)[span]) / np.nansum(came[span])
        assert row[name] == pytest.approx(missed, rel=1e-5)
    assert row["wape_change"] == pytest.approx(row["wape_last"] - row["wape_before"])


def test_too_few_slots_say_nothing(snapshot):
    table = ask_drift(changed(snapshot, lambda week: np.where(np.arange(168) < 160, np.nan, week)))
    assert table["verdict"].to_list() == ["unknown"] * 4
    bare = ask_drift(replace(snapshot, history=None, replayed=None))
    assert bare["psi"].null_count() == bare["wape_last"].null_count() == 4
