"""Nothing damaged, foreign, stale or impossible takes the place of what answers."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from busyness.domain.slots import SlotLength, Slots
from busyness.registry.releases import Releases
from busyness.workflows.service.gate import GateError, Limits, checked, passed, span_of
from busyness.workflows.service.snapshot import load_snapshot

from .conftest import ORIGIN

NOW = ORIGIN + timedelta(hours=6)


def with_forecast(snapshot, **changed):
    return replace(snapshot, forecast=replace(snapshot.forecast, **changed))


def with_quantiles(snapshot, spoil):
    quantiles = snapshot.forecast.quantiles.copy()
    spoil(quantiles)
    return with_forecast(snapshot, quantiles=quantiles)


def with_mean(snapshot, spoil):
    mean = snapshot.forecast.mean.copy()
    spoil(mean)
    return with_forecast(snapshot, mean=mean)


def put(value, *where):
    def spoil(array):
        array[where] = value

    return spoil


def fewer_places(snapshot):
    said = snapshot.forecast
    kept = replace(
        said,
        places=said.places[:2],
        quantiles=said.quantiles[:2],
        mean=said.mean[:2],
        open=said.open[:2],
        ranks=said.ranks[:, :2],
    )
    ids = [place.id for place in kept.places]
    peaks = snapshot.peaks.filter(snapshot.peaks["place"].is_in(ids))
    return replace(snapshot, forecast=kept, rows={name: k for k, name in enumerate(ids)}, peaks=peaks)


def moved(snapshot, hours):
    slots = snapshot.forecast.slots
    return with_forecast(snapshot, slots=Slots(slots.start + np.timedelta64(hours, "h"), slots.length, slots.count))


def longer_slots(snapshot):
    slots = snapshot.forecast.slots
    return with_forecast(snapshot, slots=Slots(slots.start, SlotLength(120), slots.count))


def open_now(snapshot):
    return tuple(int(k) for k in np.argwhere(snapshot.forecast.open)[0])


SPOILED = {
    "not a number": ("finite", lambda s: with_quantiles(s, put(np.nan, 0, 12, 3))),
    "no mean": ("finite", lambda s: with_mean(s, put(np.nan, 1, 5))),
    "endless": ("finite", lambda s: with_quantiles(s, put(np.inf, 2, 12, -1))),
    "below zero": ("finite", lambda s: with_quantiles(s, put(-1, 0, 12, 0))),
    "crossing": ("crossing", lambda s: with_quantiles(s, put(0, *open_now(s), -1))),
    "wrong unit": ("units", lambda s: replace(s, noun="trips")),
    "does not add up any more": ("units", lambda s: replace(s, adds_up=False)),
    "in thousands": ("scale", lambda s: with_forecast(s, mean=s.forecast.mean / 1000)),
    "a hundred times": ("scale", lambda s: with_forecast(s, mean=s.forecast.mean * 100)),
    "places gone": ("places", fewer_places),
    "other slots": ("slot_length", longer_slots),
    "stale": ("freshness", lambda s: moved(s, -72)),
    "long over": ("freshness", lambda s: moved(s, -24 * 30)),
    "people where it is closed": ("closed", lambda s: with_forecast(s, open=np.zeros_like(s.forecast.open))),
    "levels in disorder": ("schema", lambda s: with_forecast(s, levels=s.forecast.levels[::-1])),
    "nothing to draw from": ("schema", lambda s: with_forecast(s, ranks=s.forecast.ranks[:0])),
    "two places of one name": ("schema", lambda s: with_forecast(s, places=(s.forecast.places[0],) * 3)),
    "peaks of another forecast": ("schema", lambda s: replace(s, rows={"P1": 0, "P2": 1})),
    "another model's folder": ("one_run", lambda s: with_forecast(s, model="boosted-0000")),
}


@pytest.mark.parametrize("what", SPOILED)
def test_what_is_spoiled_is_refused_by_name(snapshot, what):
    name, spoil = SPOILED[what]
    checks = checked(spoil(snapshot), served=snapshot, now=NOW)
    wrong = [check for check in checks if check.verdict == "refused"]
    assert name in [check.name for check in wrong]
    with pytest.raises(GateError) as fault:
        passed(checks)
    for check in wrong:
        assert check.sentence in str(fault.value)
        assert check.sentence.count(".") >= 2, "what is wrong, and what to do"


def test_what_a_run_wrote_passes(snapshot):
    for served in (None, snapshot):
        checks = passed(checked(snapshot, served=served, now=NOW))
        assert {check.verdict for check in checks} == {"passed"}
        assert len({check.name for check in checks}) == len(checks) == 11


def test_an_old_forecast_is_better_than_none(snapshot):
    for old in (moved(snapshot, -72), moved(snapshot, -24 * 30)):
        checks = passed(checked(old, served=None, now=NOW))
        assert [check.name for check in checks if check.verdict == "warned"] == ["freshness"]


def test_the_newest_may_be_old_and_one_from_yesterday_may_come_back(snapshot):
    assert passed(checked(snapshot, served=moved(snapshot, -24), now=NOW + timedelta(days=4)))
    assert passed(checked(moved(snapshot, -24), served=snapshot, now=NOW))


def test_a_few_places_may_close(snapshot):
    checks = passed(checked(fewer_places(snapshot), served=snapshot, now=NOW, limits=Limits(places_gone=0.5)))
    gone = next(check for check in checks if check.name == "places")
    assert gone.verdict == "warned"
    assert "P3" in gone.sentence


def test_a_release_that_was_changed_is_refused(folder, tmp_path):
    releases = Releases(tmp_path / "world")
    there = releases.folder(releases.add(folder, now=NOW))
    (there / "peaks.csv").write_text((folder / "peaks.csv").read_text().replace("P3", "P2"))
    checks = checked(load_snapshot(there, world="w", release="r"), served=None, now=NOW)
    assert [(check.name, "peaks.csv" in check.sentence) for check in checks if check.verdict == "refused"] == [
        ("checksums", True)
    ]


def test_the_span_is_that_of_the_slots(snapshot):
    assert span_of(snapshot) == (ORIGIN, ORIGIN + timedelta(days=7))
