"""How each place stands at this moment."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from busyness.domain.errors import UnknownPlaceError
from busyness.workflows.service.ask_now import ask_now

from .conftest import ORIGIN

EVENING = ORIGIN + timedelta(hours=19, minutes=30)


def posted(snapshot, factor, *, place="P1", hours=range(8, 19)):
    """Counts of today at a place: so many times what was expected."""
    mean = snapshot.forecast.mean[snapshot.rows[place]]
    times = [ORIGIN + timedelta(hours=hour) for hour in hours]
    return pl.DataFrame({"place": [place] * len(times), "time": times, "demand": [float(factor * mean[h]) for h in hours]})


def now_of(snapshot, place="P1", **given):
    (found,) = ask_now(snapshot, EVENING, places=[place], **given)
    return found


@pytest.mark.parametrize(("factor", "status", "run"), [(1, "within", 0), (4, "above", 11), (0.05, "below", 10)])
def test_what_was_seen_stands_against_its_band(snapshot, factor, status, run):
    found = now_of(snapshot, posted=posted(snapshot, factor))
    assert (found.status, found.run, found.missing) == (status, run, 0)
    assert found.seen.time == "2024-03-11T18:00:00-05:00"
    assert found.now.time == "2024-03-11T19:00:00-05:00"
    assert found.now.observed is None
    assert found.now.low < found.now.expected < found.now.high
    assert found.seen.observed == pytest.approx(factor * found.seen.expected, rel=1e-4)


def test_a_run_ends_where_the_side_changes(snapshot):
    high, low = posted(snapshot, 4, hours=range(15, 19)), posted(snapshot, 0.05, hours=range(8, 15))
    assert now_of(snapshot, posted=pl.concat([low, high])).run == 4


def test_counts_that_do_not_come_are_late(snapshot):
    found = now_of(snapshot, posted=posted(snapshot, 1, hours=range(8, 13)))
    assert (found.status, found.missing) == ("late", 6)
    assert now_of(snapshot, posted=posted(snapshot, 1, hours=range(8, 16))).status == "within"


def test_a_closed_place_is_closed(snapshot):
    (found,) = ask_now(snapshot, ORIGIN + timedelta(hours=3), places=["P1"])
    assert found.status == "closed"
    assert found.now.expected == 0


def test_beyond_the_forecast_nothing_is_known(snapshot):
    (found,) = ask_now(snapshot, ORIGIN + timedelta(days=90), places=["P1"])
    assert (found.status, found.seen, found.now.expected) == ("unknown", None, None) or found.status == "late"
    assert found.next_peaks == []


def test_the_next_peaks_lie_ahead(snapshot):
    every = ask_now(snapshot, EVENING)
    assert [one.place.id for one in every] == ["P1", "P2", "P3"]
    for one in every:
        assert 1 <= len(one.next_peaks) <= 3
        assert all(peak["place"] == one.place.id and peak["time"] >= EVENING for peak in one.next_peaks)


def test_a_few_people_are_not_told_apart(snapshot):
    found = now_of(replace(snapshot, small_counts=1000), posted=posted(snapshot, 4))
    assert found.seen.suppressed
    assert found.seen.observed is None
    assert found.status == "within"


def test_an_unknown_place_is_said(snapshot):
    with pytest.raises(UnknownPlaceError):
        ask_now(snapshot, EVENING, places=["P9"])
