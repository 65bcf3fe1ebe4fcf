"""Files larger than memory: peak memory and rows per second from 1 M to 100 M pings to hexagon-hour counts.

By itself: ``python benchmarks/streaming.py --rows 1000000 --rows 10000000 --format csv``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from figure import Figure, Options
from process import ours, scratch

SIZES = (1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)
FORMATS = ("csv", "parquet")
_BLOCK = 1_000_000
_CHUNK = 1_000_000
_NOTE = (
    "read, checked, located and counted by hexagon and hour; four columns: time, latitude, longitude, courier; the file is "
    "one million rows over and over; peak of the process"
)


def run(options: Options) -> Iterator[Figure]:
    """This will yield, for each format, the peak at every size and the last divided by the first."""
    sizes = (100_000, 200_000) if options.quick else SIZES
    yield from curve(sizes, FORMATS, threads=options.threads)


def curve(sizes: Sequence[int], formats: Sequence[str], *, threads: int) -> Iterator[Figure]:
    """This will write each file, read it in a process of its own, and remove it."""
    for kind in formats:
        peaks = []
        for rows in sizes:
            file = _written(rows, kind)
            megabytes = file.stat().st_size / 1e6
            try:
                got = ours("stream.py", threads, file=str(file), chunk=min(_CHUNK, rows))
            finally:
                file.unlink()
            assert (got["rows"], got["rejected"]) == (rows, 0)
            peaks.append(float(got["own_peak_mb"]))
            extra = {
                "rows": rows,
                "file_mb": megabytes,
                "chunk": min(_CHUNK, rows),
                "rows_per_second": rows / got["seconds"],
                "target": "≤ 4,000 MB",
                "note": _NOTE,
            }
            yield Figure(f"streaming_{kind}_{rows}_peak_memory", peaks[-1], None, "MB", extra)
        steady = next((peak for peak, rows in zip(peaks, sizes, strict=True) if rows >= 3 * _CHUNK), peaks[0])
        note = "peak at the last size / at the first of three chunks or more"
        extra = {"target": "about 1", "rows": list(sizes), "each": peaks, "note": note}
        yield Figure(f"streaming_{kind}_flatness", peaks[-1] / steady, None, "ratio", extra)


def _written(rows: int, kind: str) -> Path:
    block, rest = _points(min(_BLOCK, rows)), rows % _BLOCK if rows > _BLOCK else 0
    times = rows // block.height
    file = scratch(f"stream_{rows}.{kind}")
    if kind == "csv":
        with file.open("wb") as out:
            out.write(block.clear().write_csv().encode())
            text = block.write_csv(include_header=False).encode()
            for _ in range(times):
                out.write(text)
            out.write(block.head(rest).write_csv(include_header=False).encode())
    else:
        pl.concat([block.lazy()] * times + [block.head(rest).lazy()]).sink_parquet(file)
    return file


def _points(rows: int) -> pl.DataFrame:
    draw = np.random.default_rng(4)
    seconds = np.sort(draw.integers(0, 86_400 * 90, rows)) + 1_767_225_600
    return pl.DataFrame(
        {
            "time": pl.Series(seconds * 1_000_000).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S"),
            "latitude": (draw.normal(41.9, 0.05, rows)).round(6),
            "longitude": (draw.normal(-87.65, 0.05, rows)).round(6),
            "courier": draw.integers(0, 5000, rows),
        }
    )


def main() -> None:
    """This will print one line of JSON for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help=f"a size; may be repeated (default: {SIZES})")
    parser.add_argument("--format", choices=FORMATS, action="append", help="may be repeated (default: all)")
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    for figure in curve(wanted.rows or SIZES, wanted.format or FORMATS, threads=wanted.threads):
        print(figure.line(), flush=True)


if __name__ == "__main__":
    main()
