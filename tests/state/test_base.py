"""Without its extra, the room says which one it needs; and the command line starts without it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("library", ["sqlalchemy", "alembic"])
def test_a_missing_library_is_told_with_the_line_that_installs_it(library: str) -> None:
    script = f"""
import pkgutil, sys
sys.modules[{library!r}] = None
import busyness.state
from busyness.domain.errors import MissingExtraError
for module in pkgutil.walk_packages(busyness.state.__path__, "busyness.state."):
    try:
        __import__(module.name)
    except MissingExtraError as missing:
        assert 'pip install "busyness[service]"' in str(missing), missing
"""
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_line_starts_without_it() -> None:
    script = "import sys, busyness.interfaces.cli.main; print(sorted({'sqlalchemy', 'alembic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
