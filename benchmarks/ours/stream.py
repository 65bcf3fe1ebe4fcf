"""A file read chunk by chunk, none kept: rows per second and the peak memory of the process."""

from __future__ import annotations

import re
import time
from pathlib import Path

from cube import answer, asked

from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.open import open_chunks


def main() -> None:
    """This will print the rows read, the rows rejected and the seconds."""
    want = asked()
    read = rejected = 0
    begun = time.perf_counter()
    for chunk in open_chunks(want["file"], rows=want["chunk"]):
        read += used(chunk)
        rejected += chunk.rejected.height
    answer(rows=read, rejected=rejected, seconds=time.perf_counter() - begun, own_peak_mb=own_peak())


def used(chunk: RawChunk) -> int:
    """What is done with a chunk before it goes: here it is only counted."""
    return chunk.frame.height


def own_peak() -> float:
    """The peak memory of this program alone, in MB: other figures of the system include what started the process."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    main()
