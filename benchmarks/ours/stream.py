"""A file of points read chunk by chunk and counted by hexagon and hour: rows per second and the peak of the process."""

from __future__ import annotations

import re
import time
from pathlib import Path

from cube import answer, asked

from busyness.domain.measures import MEASURES
from busyness.domain.slots import SlotLength
from busyness.geo.hexagons import Hexagons
from busyness.preparation.tally import SlotClock, tally
from busyness.sources.chunks.open import open_chunks
from busyness.sources.events._base import EventLayout
from busyness.sources.events.points import Points


def main() -> None:
    """This will print the rows read, the rows rejected and the seconds."""
    want = asked()
    begun = time.perf_counter()
    raw = open_chunks(want["file"], rows=want["chunk"])
    points = Points(raw, EventLayout(timezone="UTC"))
    locator = Hexagons(8, timezone="America/Chicago")
    clock = SlotClock(SlotLength(60), "America/Chicago")
    found = tally(points.chunks(), locator, measure=MEASURES["events"], clock=clock)
    answer(
        rows=found.read,
        rejected=sum(found.reasons.values()),
        seconds=time.perf_counter() - begun,
        own_peak_mb=own_peak(),
    )


def own_peak() -> float:
    """The peak memory of this program alone, in MB: other figures of the system include what started the process."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    main()
