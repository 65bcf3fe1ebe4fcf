"""Uses the core install as its users do: small, nothing heavy in it, every module importable, a forecast from a file.

Run by `make core` with the Python of an environment that holds locks/core.txt and this package's wheel, nothing else.
"""

import importlib
import importlib.metadata
import math
import pkgutil
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

LIMIT_MB = 800
SITE_PACKAGES = Path(sysconfig.get_paths()["purelib"])
OF_AN_EXTRA = ("busyness.interfaces.api", "busyness.interfaces.dashboard", "busyness.interfaces.packing")
"""What is an extra's as a whole: `busyness serve` asks for it before it loads them."""

COMMAND = Path(sys.executable).with_name("busyness")


def distribution(requirement: str) -> str:
    """This will return the normalised name of what a requirement asks for."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s;\[(<>=!~]", requirement, maxsplit=1)[0]).lower()


def check_size() -> str:
    """This will refuse an install over the limit."""
    megabytes = sum(file.stat().st_size for file in SITE_PACKAGES.rglob("*") if file.is_file()) / 1e6
    assert megabytes < LIMIT_MB, f"The core install takes {megabytes:.0f} MB; the limit is {LIMIT_MB} MB."
    return f"{megabytes:.0f} MB in site-packages (limit {LIMIT_MB})"


def check_no_extra() -> str:
    """This will refuse an environment that holds what only an extra asks for."""
    asked = importlib.metadata.requires("busyness") or []
    wanted = {distribution(line) for line in asked if "extra ==" not in line}
    extras = {distribution(line) for line in asked if "extra ==" in line} - wanted
    installed = {distribution(found.metadata["Name"]) for found in importlib.metadata.distributions()}
    unwanted = ", ".join(sorted(extras & installed))
    assert not unwanted, f"The core environment holds what an extra brings: {unwanted}."
    return f"{len(installed)} packages; not there, as it should be: {', '.join(sorted(extras)) or 'nothing'}"


def check_imports() -> str:
    """This will import every module; one that belongs to an extra may only say which extra is missing."""
    package = importlib.import_module("busyness")
    missing_extra = importlib.import_module("busyness.domain.errors").MissingExtraError
    home = Path(str(package.__file__))
    assert SITE_PACKAGES in home.parents, f"busyness was imported from {home}, not from the wheel."
    imported, refused = 0, 0
    for module in pkgutil.walk_packages(package.__path__, "busyness."):
        try:
            importlib.import_module(module.name)
            imported += 1
        except missing_extra:
            refused += 1
        except ModuleNotFoundError:
            if not module.name.startswith(OF_AN_EXTRA):
                raise
            refused += 1
    return f"{imported} modules imported, {refused} asked for their extra"


def check_help() -> str:
    """This will time `busyness --help`, the best of three."""
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run([COMMAND, "--help"], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - begun)
    return f"busyness --help in {min(seconds):.2f} s"


def check_forecast() -> str:
    """This will forecast two small stores from a CSV file written here."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder, "counts.csv")
        begin = datetime(2026, 1, 5)
        lines = ["time,store,visitors"]
        for hour in range(24 * 7 * 10):
            wave = 1 + math.sin(2 * math.pi * (hour % 24 - 9) / 24)
            at = begin + timedelta(hours=hour)
            lines += [f"{at},{store},{round(size * wave)}" for store, size in (("A", 60), ("B", 25))]
        counts.write_text("\n".join(lines) + "\n")
        out = Path(folder, "out")
        options = ["--every", "1h", "--horizon", "24", "--fast", "--seed", "1", "--out", str(out)]
        subprocess.run([COMMAND, "forecast", str(counts), *options], check=True, stdout=subprocess.DEVNULL)
        rows = (out / "forecast.csv").read_text().splitlines()
        assert len(rows) == 1 + 2 * 24, f"Two stores × 24 hours were asked for; forecast.csv has {len(rows) - 1} rows."
    return "a forecast of two stores × 24 hours"


def main() -> None:
    """This will run every check and say what each found."""
    for check in (check_size, check_no_extra, check_imports, check_help, check_forecast):
        begun = time.perf_counter()
        sys.stdout.write(f"core: {check()} ({time.perf_counter() - begun:.1f} s)\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
