"""What would be expected if a promotion, a holiday or the weather were different; what cannot be asked is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import ArtifactError, InputError, UnknownPlaceError
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.folder import SETTINGS
from busyness.workflows.forecast import forecast
from busyness.workflows.service.work import work_of
from busyness.workflows.settings import RunSettings
from busyness.workflows.what_if import Change, changed_panel, what_if

LIMA = ZoneInfo("America/Lima")


def _usual(hour):
    return 60 + 30 * np.sin(hour.hour / 4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run on files: two stores, a promotion that adds a half now and then."""
    home = tmp_path_factory.mktemp("run")
    rng = np.random.default_rng(0)
    hours = [datetime(2025, 3, 3) + timedelta(hours=k) for k in range(24 * 70)]
    days = sorted({hour.date() for hour in hours} | {hours[-1].date() + timedelta(days=k) for k in range(1, 5)})
    promo = {day: float(rng.random() < 0.25) for day in days[:70]} | dict.fromkeys(days[70:], 0.0)
    rows = [
        {"time": hour, "place": place, "visitors": int(rng.poisson(_usual(hour) * (1 + 0.5 * promo[hour.date()])))}
        for place in ("north", "south")
        for hour in hours
    ]
    pl.DataFrame(rows).write_csv(home / "counts.csv")
    pl.DataFrame({"date": days, "promo": [promo[day] for day in days]}).write_csv(home / "known.csv")
    settings = RunSettings.model_validate(
        {
            "counts": {"file": str(home / "counts.csv"), "timezone": "America/Lima", "every": "1h"},
            "calendar": {"known": [home / "known.csv"]},
            "model": {"horizon": 48, "fast": True, "threads": 1},
            "backtest": {"windows": 0},
        }
    )
    forecast(settings).write(home / "out")
    return home / "out"


def tomorrow(**more):
    begins = datetime(2025, 5, 12, tzinfo=LIMA)
    return Change(**{"kind": "promotion", "start": begins, "end": begins + timedelta(days=1), **more})


def test_a_promotion_brings_more_where_and_when_it_runs(folder):
    found = what_if(folder, [tomorrow(places=("north",))])
    moved = found.table.filter(pl.col("difference").abs() > 0)
    assert found.changed == 24
    assert set(moved["place"]) == {"north"}
    local = moved["time"].dt.convert_time_zone("America/Lima").dt.date().unique().to_list()
    assert local == [datetime(2025, 5, 12).date()]
    assert moved["difference"].sum() > 0.15 * moved["before"].sum()
    np.testing.assert_array_equal(found.before.mean[1], found.after.mean[1])


def test_the_job_says_the_same(folder):
    begins = tomorrow().start
    said = []
    change = {"kind": "promotion", "start": begins.isoformat(), "end": (begins + timedelta(hours=6)).isoformat()}
    answer = work_of("what_if")({"folder": str(folder), "changes": [change], "places": ["south"]}, said.append)
    assert answer["changed"] == 12
    assert {row["place"] for row in answer["items"]} == {"south"}
    assert len(answer["items"]) <= 6
    assert said[:2] == ["Reading", "Forecasting"]
    with pytest.raises(InputError, match="no work 'dance'"):
        work_of("dance")


def test_only_the_future_changes():
    panel = tiny_city(weeks=4)
    begins = datetime.fromisoformat(str(panel.slots.start)).replace(tzinfo=UTC)
    change = Change("promotion", begins, begins + timedelta(days=365), name="promo")
    changed, cells = changed_panel(panel, [change])
    assert cells == len(panel.places) * (panel.slots.count - panel.history)
    np.testing.assert_array_equal(changed.known["promo"][:, : panel.history], panel.known["promo"][:, : panel.history])
    assert (changed.known["promo"][:, panel.history :] == 1).all()
    more, _ = changed_panel(panel, [replace(change, add=True, value=2.0)])
    added = more.known["promo"] - panel.known["promo"]
    assert set(np.unique(added)) == {0.0, 2.0}


def test_a_holiday_is_one_by_the_local_calendar():
    panel = tiny_city(weeks=4, timezone="America/Lima")
    at = datetime.fromisoformat(str(panel.slots.start)).replace(tzinfo=UTC) + timedelta(hours=panel.history + 30)
    day = at.astimezone(LIMA).replace(hour=0, minute=0)
    changed, _ = changed_panel(panel, [Change("holiday", day, day + timedelta(days=1), name="Election")])
    assert changed.holidays[day.date()] == "Election"
    assert len(changed.holidays) == len(panel.holidays) + 1


BAD = {
    "no zone": (lambda: tomorrow(start=datetime(2025, 5, 12), end=datetime(2025, 5, 13)), "zone"),
    "backwards": (lambda: tomorrow(end=datetime(2025, 5, 11, tzinfo=LIMA)), "cannot end"),
    "no number": (lambda: tomorrow(value=float("nan")), "value"),
    "unknown covariate": (lambda: tomorrow(name="fireworks"), "no promotion 'fireworks'"),
    "unknown weather": (lambda: tomorrow(kind="weather", name="hail"), "knows no weather"),
    "long ago": (
        lambda: tomorrow(start=datetime(2024, 5, 1, tzinfo=LIMA), end=datetime(2024, 5, 2, tzinfo=LIMA)),
        "no slot",
    ),
}


@pytest.mark.parametrize(("change", "said"), BAD.values(), ids=BAD)
def test_what_cannot_be_asked_is_told(folder, change, said):
    with pytest.raises(InputError, match=said):
        what_if(folder, [change()])


def test_unknown_places_empty_questions_and_folders_are_told(folder, tmp_path):
    with pytest.raises(UnknownPlaceError):
        what_if(folder, [tomorrow(places=("east",))])
    with pytest.raises(InputError, match="Nothing is changed"):
        what_if(folder, [])
    with pytest.raises(InputError, match="how it was made"):
        what_if(tmp_path, [tomorrow()])
    (tmp_path / SETTINGS).write_text("{")
    with pytest.raises(ArtifactError):
        what_if(tmp_path, [tomorrow()])
