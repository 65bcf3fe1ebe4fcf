"""Long work, away from the process that answers: each job has a process of its own, so that it can be stopped, cannot
block anybody, and solvers that fight each other never meet. Jobs wait their turn; results are kept for a while.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Connection
from secrets import token_urlsafe
from typing import Any, Literal, Protocol

from busyness.domain.clock import Clock
from busyness.domain.errors import BusynessError

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
_KEPT = 200
_NICE = 10
_POLL_SECONDS = 0.2


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


class Work(Protocol):
    """What a kind of job does, in another process."""

    def __call__(self, arguments: Mapping[str, Any], tell: Callable[[str], None]) -> Any:  # noqa: ANN401  # JSON
        """This will do the work and return what JSON can hold; ``tell`` says what step it is at."""
        ...


@dataclass
class _Running:
    process: Any
    cancelled: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """Runs jobs, ``workers`` at a time; at most ``waiting`` wait, and each may take ``seconds``.

    ``find`` returns the work of a kind (``wiring.work``); it is a function of a module, because the process that does the
    work calls it. All methods may be called from any thread.
    """

    def __init__(
        self, find: Callable[[str], Work], *, clock: Clock, workers: int = 1, waiting: int = 32, seconds: float = 600
    ) -> None:
        self._find, self._clock, self._seconds = find, clock, seconds
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
        running.cancelled.set()
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
                here, there = multiprocessing.Pipe(duplex=False)
                context = multiprocessing.get_context("spawn")
                process = context.Process(target=_work, args=(self._find, job.kind, dict(job.arguments), there))
                running = self._running[id_] = _Running(process)
                self._jobs[id_] = replace(job, state="running")
            try:
                process.start()
            except Exception as fault:  # noqa: BLE001  # no memory, no process: the next job may fare better
                self._end(id_, state="failed", error=f"The work could not be started: {fault}", hint="Try again later.")
            else:
                there.close()
                self._follow(id_, running, here)
                process.join(timeout=5)
                if process.is_alive():
                    process.kill()
            here.close()
            with self._lock:
                del self._running[id_]

    def _follow(self, id_: str, running: _Running, home: Connection) -> None:
        """Hear what the process says until it has ended, was stopped, or took too long."""
        patience = self._seconds
        while True:
            try:
                if home.poll(_POLL_SECONDS):
                    word, content = home.recv()
                    if word == "step":
                        self._change(id_, progress=str(content))
                        continue
                    self._end(id_, **({"state": "done", "result": content} if word == "done" else content))
                    return
            except (EOFError, OSError):
                if running.cancelled.is_set():
                    self._end(id_, state="cancelled")
                else:
                    self._end(id_, state="failed", error="The work ended without an answer.", hint="Is there enough memory?")
                return
            patience -= _POLL_SECONDS
            if patience <= 0:
                running.process.terminate()
                said = f"The work took more than {self._seconds:g} seconds."
                self._end(id_, state="failed", error=said, hint="Ask for less at once, or allow more (jobs: seconds).")
                return

    def _change(self, id_: str, **news: Any) -> None:  # fields of a job
        with self._lock:
            self._jobs[id_] = replace(self._jobs[id_], **news)

    def _end(self, id_: str, **news: Any) -> None:  # fields of a job
        self._change(id_, ended=self._clock.now(), **news)


def _work(find: Callable[[str], Work], kind: str, arguments: dict[str, Any], home: Connection) -> None:
    """In the process: find the work, do it, send its answer or its complaint home."""
    os.nice(_NICE)

    def tell(step: str) -> None:
        home.send(("step", step))

    try:
        home.send(("done", find(kind)(arguments, tell)))
    except BusynessError as fault:
        home.send(("failed", {"state": "failed", "error": fault.message, "hint": fault.hint}))
    except Exception as fault:  # noqa: BLE001  # whatever it is, the one who asked is told that it is ours
        home.send(
            ("failed", {"state": "failed", "error": f"This is our fault: {type(fault).__name__}: {fault}", "hint": ""})
        )
