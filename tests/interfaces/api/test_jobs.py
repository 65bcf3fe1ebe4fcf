"""Jobs belong to whoever asked for them; they are stopped, counted, and never too many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from busyness.workflows.service.jobs import Jobs
from busyness.workflows.service.settings import SecuritySettings

from .conftest import Running, people_of, service_of, serving, settings_of
from .working import ended


@pytest.fixture(scope="module")
def busy(world_folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A service whose jobs double numbers and sleep; one may wait."""
    settings = settings_of(world_folders, security=SecuritySettings(requests_per_minute=0))
    service = service_of(settings, tmp_path_factory.mktemp("busy"))
    service.jobs.close()
    service = replace(service, jobs=Jobs("busyness.testing.work", clock=service.clock, waiting=2, seconds=30))
    keys, ids = people_of(service)
    with serving(service) as url:
        yield Running(service, url, keys, ids)
    service.state.close()


def test_a_job_is_shown_to_its_owner_and_to_admins(busy) -> None:
    job = busy.service.jobs.submit("double", {"number": 21}, owner=busy.ids["operations"]).id
    with busy.client("operations") as owner, busy.client("admin") as admin, busy.client("marketing") as other:
        told = ended(owner, job)
        assert told["result"]["answer"] == 42
        assert told["step"] == "Doubling"
        assert admin.get(f"/v1/jobs/{job}").status_code == 200
        before = busy.refusals()
        assert other.get(f"/v1/jobs/{job}").status_code == 403
        assert other.delete(f"/v1/jobs/{job}").status_code == 403
        assert busy.refusals() == before + 2
        assert owner.delete(f"/v1/jobs/{job}").json()["state"] == "done"
        assert owner.get("/v1/jobs/nothing").status_code == 404


def test_a_job_is_stopped_and_counted(busy) -> None:
    job = busy.service.jobs.submit("sleep", {"seconds": 60}, owner=busy.ids["operations"]).id
    with busy.client("operations") as owner, busy.client("admin") as admin:
        assert 'busyness_jobs{state="running"}' in admin.get("/metrics").text
        assert owner.delete(f"/v1/jobs/{job}").status_code == 200
        assert ended(owner, job)["state"] == "cancelled"


def test_a_failure_keeps_its_sentence(busy) -> None:
    job = busy.service.jobs.submit("refuse", {}, owner=busy.ids["operations"]).id
    with busy.client("operations") as owner:
        told = ended(owner, job)
    assert (told["state"], told["error"], told["hint"]) == ("failed", "There is no such store.", "Try another.")


def test_the_service_ends_its_jobs_with_itself(world_folders: dict[str, Path], tmp_path: Path) -> None:
    service = service_of(settings_of(world_folders), tmp_path)
    service.jobs.close()
    service = replace(service, jobs=Jobs("busyness.testing.work", clock=service.clock))
    with serving(service):
        job = service.jobs.submit("sleep", {"seconds": 60}, owner="ana").id
    service.state.close()
    held = service.jobs.status(job)
    assert held is not None
    assert held.state == "cancelled"
