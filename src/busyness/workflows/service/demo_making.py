"""The demo's other worlds, made in a process of their own while the first one is served already."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from busyness.domain.errors import UnavailableError
from busyness.workflows.progress import Silent
from busyness.workflows.service.demo import make_worlds

LOG = "making.log"
_PROGRAM = "from busyness.workflows.service.demo_making import main; main()"
_POLITE = 10
_SECONDS = 10.0


class DemoMaking:
    """Makes the worlds that are missing in ``folder``; what it complains of stands in ``making.log`` there."""

    def __init__(self, folder: Path, *, program: str = _PROGRAM) -> None:
        self._log = (folder / LOG).open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip

    def check(self) -> None:
        """This will return while it works or has ended well. Raises ``UnavailableError`` where it has failed."""
        if self._process.poll():
            raise UnavailableError(
                "The demo's other worlds could not be made.", hint=f"{self._log.name} says why; the next start tries again."
            )

    def close(self) -> None:
        """This will end it and wait for that; a world that was being made is made again at the next start."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._log.close()

    def _signal(self, number: signal.Signals) -> None:
        """To all of its session: plans are made in processes of their own."""
        if self._process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def main() -> None:
    """This will make the worlds of the folder that is named on the command line, and let those who answer go first."""
    os.nice(_POLITE)
    make_worlds(Path(sys.argv[1]), progress=Silent())
