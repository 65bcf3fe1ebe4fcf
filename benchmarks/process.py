"""Run ours and the peers as processes of their own: each with its interpreter, its peak memory, the same threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from figure import OUT, ROOT, NotHere

HERE = ROOT / "benchmarks"
PEER_PYTHON = HERE / ".venv" / "bin" / "python"


def ours(script: str, threads: int, **asked: Any) -> dict[str, Any]:
    """This will run a script of ``benchmarks/ours`` in this interpreter, and return the JSON of its last line."""
    return _answered([sys.executable, str(HERE / "ours" / script), json.dumps({"threads": threads, **asked})], threads)


def peer(script: str, threads: int, **asked: Any) -> dict[str, Any]:
    """This will run a script of ``benchmarks/peers`` in the peers' environment, and return the JSON of its last line."""
    if not PEER_PYTHON.exists():
        raise NotHere("The peers' environment is missing; make it with: make bench-setup")
    return _answered([str(PEER_PYTHON), str(HERE / "peers" / script), json.dumps({"threads": threads, **asked})], threads)


def answered_within(
    seconds: float, script: str, threads: int, *, environment: dict[str, str], **asked: Any
) -> dict[str, Any]:
    """This will run a script as ``ours`` does, or raise ``subprocess.TimeoutExpired`` after so many seconds."""
    words = [sys.executable, str(HERE / "ours" / script), json.dumps({"threads": threads, **asked})]
    written = _written(words, threads, seconds=seconds, environment=environment)
    answer: dict[str, Any] = json.loads(written.strip().splitlines()[-1])
    return answer


def command(words: Sequence[str], threads: int) -> float:
    """This will run a command line and return its seconds; a failure shows what it wrote."""
    begun = time.perf_counter()
    _written(words, threads)
    return time.perf_counter() - begun


def scratch(name: str) -> Path:
    """This will return the path of a file or folder in ``benchmarks/out``, its parent made."""
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _answered(words: Sequence[str], threads: int) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_written(words, threads).strip().splitlines()[-1])
    return answer


def _written(
    words: Sequence[str], threads: int, *, seconds: float | None = None, environment: dict[str, str] | None = None
) -> str:
    """What a process wrote to standard output; one that fails raises with the end of its standard error."""
    there = _environment(threads) | (environment or {})
    done = subprocess.run(words, cwd=ROOT, env=there, capture_output=True, text=True, check=False, timeout=seconds)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return done.stdout


def _environment(threads: int) -> dict[str, str]:
    pools = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(pools, str(threads)), "PYTHONWARNINGS": "ignore"}
