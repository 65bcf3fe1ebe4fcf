"""Long work, away from the process that answers: each job has a process of its own, so that it can be stopped, cannot
block anybody, and solvers that fight each other never meet. Jobs wait their turn; results are kept for a while.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Literal

from busyness.domain.clock import Clock
from busyness.domain.errors import BusynessError

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
_KEPT = 200
_PATIENCE_SECONDS = 5.0  # for a process that was told to end


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of long work. ``arguments`` and ``result`` are what JSON can hold; ``progress`` is its last step in words."""

    id: str
    kind: str
    owner: str
    arguments: Mapping[str, Any]
    submitted: datetime
    state: JobState = "queued"
    progress: str = ""
    result: Any = None
    error: str = ""
    hint: str = ""
    ended: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {"done", "failed", "cancelled"}


class JobsFullError(BusynessError):
    """So many jobs wait that another is not taken."""


@dataclass
class _Running:
    process: subprocess.Popen[str]
    stopped: str = ""  # why it was told to end: cancelled, or late


class Jobs:
    """Runs jobs, ``workers`` at a time; at most ``waiting`` wait, and each may take ``seconds``.

    The ``main`` of ``module`` does the work in another process (``working.worked``): this one never loads what it needs. All
    methods may be called from any thread.
    """

    def __init__(self, module: str, *, clock: Clock, workers: int = 1, waiting: int = 32, seconds: float = 600) -> None:
        self._module, self._clock, self._seconds = module, clock, seconds
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()
        self._queue: queue.Queue[str | None] = queue.Queue(waiting)
        self._threads = [threading.Thread(target=self._serve, name=f"jobs-{k}", daemon=True) for k in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, kind: str, arguments: Mapping[str, Any], *, owner: str) -> Job:
        """This will put a job in the queue, or raise ``JobsFullError`` where too many wait."""
        job = Job(token_urlsafe(12), kind, owner, arguments, self._clock.now())
        with self._lock:
            self._jobs[job.id] = job
            over = [id_ for id_, kept in self._jobs.items() if kept.over]
            for id_ in over[: max(len(self._jobs) - _KEPT, 0)]:
                del self._jobs[id_]
        try:
            self._queue.put_nowait(job.id)
        except queue.Full:
            with self._lock:
                del self._jobs[job.id]
            raise JobsFullError(
                "Too much work is waiting already.", hint="Try again when some of it is done, in a minute or so."
            ) from None
        return job

    def status(self, id_: str) -> Job | None:
        """This will return the job as it stands; None where it is not known (any more)."""
        with self._lock:
            return self._jobs.get(id_)

    def cancel(self, id_: str) -> Job | None:
        """This will stop a job: one that waits never starts, one that runs is ended."""
        with self._lock:
            job, running = self._jobs.get(id_), self._running.get(id_)
            if job is None or job.over:
                return job
            if running is None:
                job = self._jobs[id_] = replace(job, state="cancelled", ended=self._clock.now())
                return job
            running.stopped = "cancelled"
        running.process.terminate()
        return self.status(id_)

    def count(self) -> dict[str, int]:
        """This will return how many jobs there are in each state."""
        with self._lock:
            states = [job.state for job in self._jobs.values()]
        return {state: states.count(state) for state in ("queued", "running", "done", "failed", "cancelled")}

    def close(self) -> None:
        """This will stop everything that waits or runs, and return when it has ended."""
        with self._lock:
            ids = [id_ for id_, job in self._jobs.items() if not job.over]
        for id_ in ids:
            self.cancel(id_)
        while True:  # room for the words that end the workers
            try:
                self._queue.get_nowait()
            except queue.Empty:
                break
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=5)

    # ---- the workers -------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while (id_ := self._queue.get()) is not None:
            with self._lock:
                job = self._jobs.get(id_)
                if job is None or job.over:
                    continue
                try:
                    running = self._running[id_] = _Running(self._started(job))
                except OSError as fault:  # no memory, no process: the next job may fare better
                    said = f"The work could not be started: {fault}"
                    self._jobs[id_] = replace(
                        job, state="failed", error=said, hint="Try again later.", ended=self._clock.now()
                    )
                    continue
                self._jobs[id_] = replace(job, state="running")
            late = threading.Timer(self._seconds, self._too_late, (running,))
            late.start()
            try:
                _give(running.process, job)
                self._end(id_, **self._followed(id_, running))
            finally:
                late.cancel()
                _reap(running.process)
                with self._lock:
                    del self._running[id_]

    def _started(self, job: Job) -> subprocess.Popen[str]:
        # Not -m: a solver's own workers would load that module again, and all that it needs.
        command = [sys.executable, "-c", f"from {self._module} import main; main()", job.kind]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    @staticmethod
    def _too_late(running: _Running) -> None:
        running.stopped = running.stopped or "late"
        running.process.terminate()

    def _followed(self, id_: str, running: _Running) -> dict[str, Any]:
        """Hear what the process says until it has answered or ended; what became of the job."""
        assert running.process.stdout is not None
        for line in running.process.stdout:
            said = heard(line)
            if "step" in said:
                self._change(id_, progress=str(said["step"]))
            elif "done" in said:
                return {"state": "done", "result": said["done"]}
            elif "error" in said:
                return {"state": "failed", "error": str(said["error"]), "hint": str(said.get("hint", ""))}
        if running.stopped == "cancelled":
            return {"state": "cancelled"}
        if running.stopped == "late":
            told = f"The work took more than {self._seconds:g} seconds."
            return {"state": "failed", "error": told, "hint": "Ask for less at once, or allow more (jobs: seconds)."}
        return {"state": "failed", "error": "The work ended without an answer.", "hint": "Is there enough memory?"}

    def _change(self, id_: str, **news: Any) -> None:  # fields of a job
        with self._lock:
            self._jobs[id_] = replace(self._jobs[id_], **news)

    def _end(self, id_: str, **news: Any) -> None:  # fields of a job
        self._change(id_, ended=self._clock.now(), **news)


def heard(line: str) -> dict[str, Any]:
    """This will read one line of a working process; what a library printed says nothing."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _give(process: subprocess.Popen[str], job: Job) -> None:
    """Hand the arguments over; a process that has ended already says so when it is heard."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(dict(job.arguments)))
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()


def _reap(process: subprocess.Popen[str]) -> None:
    """End the process for good, whatever it is at."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
