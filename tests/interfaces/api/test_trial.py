"""While a trial's lot decides, every answer says what the model of that place and day says, and names it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import polars as pl
import pytest

from busyness.registry.releases import Releases
from busyness.registry.trials import DECISION, TRIALS, Plan, Trial, write_trial
from busyness.workflows.models.switchback import assignment
from busyness.workflows.service.settings import SecuritySettings, ServiceSettings, WorldSettings

from .conftest import Running, people_of, service_of, serving
from .worlds import NOON, ORIGIN, PLACES, shops, write_world

DAY = date(2024, 6, 3)


@dataclass(frozen=True)
class Tried:
    """A running service in whose one world a trial may begin."""

    running: Running
    releases: Releases
    admin: httpx.Client

    def begin(self, **plan: object) -> Trial:
        plan = Plan(DAY, shadow_days=0, weeks=2, seed=4, **plan)
        folder = self.releases.world / TRIALS / "20240603T170000Z"
        trial = Trial(folder.name, folder, *self.releases.all(), ("model-1", "model-2"), plan)
        write_trial(self.releases.world, trial)
        assignment(plan.design, PLACES).write_csv(folder / "assignment.csv")
        self.look()
        return trial

    def look(self) -> None:
        self.running.service.holder.refresh()

    def means(self, day: date) -> dict[str, tuple[str, float]]:
        """Of each place: who is said to have said the day, and the mean of its first slot."""
        start = f"{day}T00:00:00-05:00"
        end = f"{day + timedelta(days=1)}T00:00:00-05:00"
        told = self.admin.get("/v1/forecast", params={"start": start, "end": end}).raise_for_status().json()
        found = {}
        for place in told["places"]:
            names = set(place["said_by"] or ["champion"])
            assert len(names) == 1
            found[place["place"]] = (names.pop(), place["mean"][0])
        return found


@pytest.fixture
def tried(tmp_path: Path) -> Iterator[Tried]:
    releases = Releases(tmp_path / "retail")
    for number in (1, 2):
        said = shops(model=f"model-{number}", scale=number)
        folder = write_world(tmp_path / f"run{number}", said, noun="visitors", made_at=ORIGIN)
        release = releases.add(folder, now=datetime(2024, 6, 3, 6, number, tzinfo=UTC))
        if number == 1:
            releases.promote(release, by="test", why="first", now=NOON - timedelta(hours=1))
    settings = ServiceSettings(
        worlds=(WorldSettings(name="retail", folder=releases.world),),
        security=SecuritySettings(requests_per_minute=0, predict_open=True),
    )
    service = service_of(settings, tmp_path)
    keys, ids = people_of(service)
    with serving(service) as url:
        running = Running(service, url, keys, ids)
        with running.client("admin") as admin:
            yield Tried(running, releases, admin)
    service.state.close()


def test_the_places_that_the_assignment_names_are_the_challenger_s_and_the_next_day_others(tried: Tried) -> None:
    before = {day: tried.means(DAY + timedelta(days=day)) for day in range(7)}
    assert {arm for each in before.values() for arm, _ in each.values()} == {"champion"}
    trial = tried.begin()
    lots = pl.read_csv(trial.folder / "assignment.csv", try_parse_dates=True)
    flipped = 0
    for day in range(7):
        drawn = dict(lots.filter(pl.col("date") == DAY + timedelta(days=day)).select("place", "arm").iter_rows())
        for place, (arm, mean) in tried.means(DAY + timedelta(days=day)).items():
            assert arm == drawn[place] == trial.plan.design.arm(place, DAY + timedelta(days=day))
            assert mean == pytest.approx(before[day][place][1] * (2 if arm == "challenger" else 1), rel=1e-4)
            flipped += arm == "challenger"
    assert 0 < flipped < 28


def test_the_page_of_the_moment_follows_the_clock(tried: Tried) -> None:
    trial = tried.begin()
    clock = tried.running.service.clock
    for day in range(5):
        clock.set(NOON + timedelta(days=day))
        tried.look()
        for one in tried.admin.get("/v1/now").json()["places"]:
            arm = trial.plan.design.arm(one["place"], DAY + timedelta(days=day))
            assert one["now"]["said_by"] == arm
            assert all(peak["said_by"] for peak in one["next_peaks"])


def test_every_form_names_both_models_and_who_said_what(tried: Tried) -> None:
    first = tried.admin.get("/v1/forecast?place=S1")
    assert first.json()["meta"]["trial"] is None
    trial = tried.begin()
    again = tried.admin.get("/v1/forecast?place=S1", headers={"If-None-Match": first.headers["etag"]})
    meta = again.json()["meta"]
    assert (meta["release"], meta["model_version"]) == (trial.champion, "model-1")
    assert (meta["trial"], meta["challenger"], meta["challenger_version"]) == (trial.id, trial.challenger, "model-2")
    csv = tried.admin.get("/v1/forecast?place=S1&format=csv")
    assert csv.headers["busyness-challenger-version"] == "model-2"
    assert pl.read_csv(io.BytesIO(csv.content))["said_by"].to_list() == again.json()["places"][0]["said_by"]
    peaks = tried.admin.get("/v1/peaks").json()["items"]
    assert all(row["said_by"] == trial.plan.design.arm(row["place"], date.fromisoformat(row["date"])) for row in peaks)
    days = tried.admin.get("/v1/forecast?every=1d").json()["places"]
    for place in days:
        assert place["said_by"] == [trial.plan.design.arm(place["place"], DAY + timedelta(days=k)) for k in range(7)]
    for k in range(6):
        day = DAY + timedelta(days=k)
        answer = httpx.post(f"{tried.running.url}/predict", json={"community": "S2", "date": str(day)}).json()
        assert answer["model_version"] == ("model-2" if trial.plan.design.arm("S2", day) == "challenger" else "model-1")


def test_a_damaged_challenger_leaves_the_champion_and_the_models_page_says_why(tried: Tried) -> None:
    before = tried.admin.get("/v1/forecast").content
    trial = tried.begin()
    assert tried.admin.get("/v1/models").json()["trial"]["refused"] is None
    shutil.rmtree(tried.releases.folder(trial.challenger))
    tried.look()
    assert tried.admin.get("/v1/forecast").content == before
    told = tried.admin.get("/v1/models").json()["trial"]
    assert trial.challenger in told["refused"]
    assert str(tried.releases.world) not in told["refused"]
    assert tried.admin.get("/v1/health/ready").status_code == 200


def test_a_decision_ends_it(tried: Tried) -> None:
    before = tried.admin.get("/v1/forecast").content
    trial = tried.begin()
    assert tried.admin.get("/v1/forecast").content != before
    (trial.folder / DECISION).write_text("{}")
    tried.look()
    assert tried.admin.get("/v1/forecast").content == before
    assert tried.admin.get("/v1/models").json()["trial"] is None


def test_plans_and_overrides_say_whose_word_they_go_by(tried: Tried) -> None:
    trial = tried.begin()
    plan = tried.admin.get("/v1/stock").json()
    assert plan["meta"]["release"] == trial.champion
    for k in range(7):
        day = DAY + timedelta(days=k)
        given = {
            "place": "S1",
            "start": f"{day}T10:00:00-05:00",
            "end": f"{day}T12:00:00-05:00",
            "value": 5,
            "reason": "fair",
        }
        kept = tried.admin.post("/v1/overrides", json=given).raise_for_status().json()
        assert kept["model_version"] == ("model-2" if trial.plan.design.arm("S1", day) == "challenger" else "model-1")
