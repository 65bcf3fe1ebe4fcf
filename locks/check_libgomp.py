"""Says in one sentence how to get the OpenMP library that LightGBM's wheel expects from the system, where it is missing."""

import ctypes
import importlib.util
import sys
from pathlib import Path

FOUND = importlib.util.find_spec("lightgbm")


def main() -> int:
    """This will return 0 when LightGBM's library loads, and say what to install otherwise."""
    home = Path(FOUND.origin).parent if FOUND and FOUND.origin else None
    library = next(iter(sorted(home.rglob("lib_lightgbm.*"))), None) if home else None
    if library is None or library.suffix == ".dll":
        return 0
    try:
        ctypes.CDLL(str(library))
    except OSError as problem:
        sys.stderr.write(
            f"LightGBM needs the system's OpenMP library ({problem}): get it with `apt-get install libgomp1` (Debian, "
            "Ubuntu), `dnf install libgomp` (Fedora) or `brew install libomp` (macOS), then run make again.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
