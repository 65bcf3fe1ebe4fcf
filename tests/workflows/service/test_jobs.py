"""Jobs run in processes of their own: they answer, fail, are stopped, and never take more than their time."""

import os
import time
from datetime import UTC, datetime

import pytest

from busyness.testing.clock import FakeClock
from busyness.workflows.service.jobs import Jobs, JobsFullError


@pytest.fixture
def jobs():
    made = Jobs("busyness.testing.work", clock=FakeClock(datetime(2026, 11, 21, 6, tzinfo=UTC)), waiting=2, seconds=20)
    yield made
    made.close()


def until(jobs, id_, *states, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = jobs.status(id_)
        if job.state in states:
            return job
        time.sleep(0.02)
    raise AssertionError(f"still {jobs.status(id_)}")


def test_an_answer_comes_from_another_process(jobs):
    job = jobs.submit("double", {"number": 21}, owner="ana")
    assert job.state == "queued"
    done = until(jobs, job.id, "done", "failed")
    assert done.result["answer"] == 42
    assert done.result["process"] != os.getpid()
    assert done.progress == "Doubling"
    assert done.over
    assert done.ended is not None


def test_a_complaint_keeps_its_hint_and_a_breakdown_says_it_is_ours(jobs):
    told = until(jobs, jobs.submit("refuse", {}, owner="ana").id, "failed")
    assert (told.error, told.hint) == ("There is no such store.", "Try another.")
    ours = until(jobs, jobs.submit("break", {}, owner="ana").id, "failed")
    assert "our fault: ZeroDivisionError" in ours.error
    gone = until(jobs, jobs.submit("vanish", {}, owner="ana").id, "failed")
    assert "without an answer" in gone.error


def test_waiting_and_running_jobs_can_be_stopped_and_the_queue_is_bounded(jobs):
    running = jobs.submit("sleep", {"seconds": 60}, owner="ana")
    until(jobs, running.id, "running")
    waiting = [jobs.submit("double", {"number": k}, owner="ana") for k in range(2)]
    with pytest.raises(JobsFullError):
        jobs.submit("double", {"number": 3}, owner="ana")
    assert jobs.count()["queued"] == 2
    assert jobs.cancel(waiting[0].id).state == "cancelled"
    jobs.cancel(running.id)
    assert until(jobs, running.id, "cancelled", "failed").state == "cancelled"
    assert until(jobs, waiting[1].id, "done").result["answer"] == 2
    assert jobs.cancel("no such job") is None
    assert jobs.status(waiting[0].id).state == "cancelled"


def test_a_job_that_takes_too_long_is_ended():
    jobs = Jobs("busyness.testing.work", clock=FakeClock(datetime(2026, 11, 21, 6, tzinfo=UTC)), seconds=0.4)
    try:
        job = until(jobs, jobs.submit("sleep", {"seconds": 60}, owner="ana").id, "failed")
        assert "more than 0.4 seconds" in job.error
    finally:
        jobs.close()
