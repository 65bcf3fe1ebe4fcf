"""Something that is done again and again in a thread beside the answers, until it is closed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from busyness.domain.errors import BusynessError

log = logging.getLogger("busyness.service")


class Repeating:
    """Calls ``act`` at once and then every so many ``seconds``; after a complaint (``BusynessError``) a minute later.

    A complaint is logged once, until another comes or all is well again; a fault of ours each time.
    """

    def __init__(self, name: str, act: Callable[[], object], *, seconds: float, after_fault: float = 60.0) -> None:
        self._name, self._act, self._seconds, self._after_fault = name, act, seconds, after_fault
        self._told = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"busyness-{name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """This will end it, and wait for it."""
        self._stop.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(self._once())

    def _once(self) -> float:
        try:
            self._act()
        except BusynessError as fault:
            if str(fault) != self._told:
                log.warning("%s: %s", self._name, fault)
            self._told = str(fault)
            return self._after_fault
        except Exception:  # a fault of ours: it is told in full, and what goes on beside it goes on
            log.exception("%s failed.", self._name)
            return self._after_fault
        self._told = ""
        return self._seconds
