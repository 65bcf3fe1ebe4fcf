from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.reports.busiest import busiest_windows
from busyness.reports.material import ReportMaterial

MIDNIGHT = datetime(2026, 11, 28, 5, tzinfo=UTC)  # in Lima
PLACES = pl.DataFrame({"place": ["a"]})


def peaks(hours: list[int], shares: list[float], *, over: float | None = None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "place": "a",
            "date": date(2026, 11, 28),
            "rank": list(range(1, len(hours) + 1)),
            "time": [MIDNIGHT + timedelta(hours=hour) for hour in hours],
            "probability": shares,
            "size_q10": 360.0,
            "size_q50": 420.0,
            "size_q90": 480.0,
            "over_capacity": pl.Series([over] * len(hours), dtype=pl.Float64),
        }
    )


def windows(listed: pl.DataFrame, timezone: str = "America/Lima") -> dict[str, object]:
    material = ReportMaterial("t", PLACES, {"a": timezone}, "en", MIDNIGHT, 60, peaks=listed)
    found = busiest_windows(material)
    assert found is not None
    assert found.height == 1
    return found.row(0, named=True)


@pytest.mark.parametrize(
    ("hours", "shares", "window"),
    [
        ([18, 19, 12], [0.46, 0.28, 0.11], (18, 20, 0.74)),
        ([18, 17, 19], [0.4, 0.3, 0.2], (17, 20, 0.9)),
        ([18, 19, 20], [0.4, 0.3, 0.2], (18, 21, 0.9)),
        ([18, 17, 16], [0.4, 0.3, 0.2], (16, 19, 0.9)),
        ([18, 20, 12], [0.4, 0.3, 0.2], (18, 19, 0.4)),
        ([18, 20, 19], [0.6, 0.3, 0.01], (18, 19, 0.6)),
        ([23], [1.0], (23, 24, 1.0)),
    ],
)
def test_worthy_neighbours_join_the_likeliest_slot(
    hours: list[int], shares: list[float], window: tuple[int, int, float]
) -> None:
    found = windows(peaks(hours, shares))
    assert (found["start"], found["stop"]) == (window[0] * 60, window[1] * 60)
    assert found["probability"] == pytest.approx(window[2])


def test_hours_are_those_of_the_place_after_its_clocks_have_changed() -> None:
    time = datetime(2026, 10, 25, 18, tzinfo=UTC)  # 19:00 in Madrid, the day summer time ends
    listed = peaks([18], [0.9]).with_columns(
        date=pl.lit(date(2026, 10, 25)), time=pl.lit(time).cast(pl.Datetime("us", "UTC"))
    )
    assert windows(listed, "Europe/Madrid")["start"] == 19 * 60


def test_the_window_takes_the_largest_risk_of_its_slots() -> None:
    listed = peaks([18, 19, 12], [0.5, 0.3, 0.1]).with_columns(over_capacity=pl.Series([0.1, 0.2, 0.9]))
    assert windows(listed)["over"] == pytest.approx(0.2)
    assert windows(peaks([18], [0.5]))["over"] is None


@given(st.permutations(range(8, 22)), st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
def test_a_window_holds_the_likeliest_slot_and_no_more_than_three(order: list[int], weights: list[float]) -> None:
    shares = sorted((weight / sum(weights) for weight in weights), reverse=True)
    found = windows(peaks(order[:3], shares))
    start, stop, probability = found["start"], found["stop"], found["probability"]
    assert isinstance(start, int)
    assert isinstance(stop, int)
    assert isinstance(probability, float)
    assert start <= order[0] * 60 < stop <= start + 180
    assert shares[0] - 1e-9 <= probability <= 1
