"""What many rooms' tests need of the machine: a browser, and a PostgreSQL of the tests' own, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PASSWORD = "p@ss/word s3cret"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; a test that needs it skips where there is none.

    A module's and no session's: while it is open the thread counts as running an event loop, so that neither a second
    browser nor ``asyncio.run`` would work in any other test.
    """
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = (os.environ.get("BUSYNESS_CHROMIUM", "chromium"), "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("chromium is not on this machine (Debian, Ubuntu: apt-get install chromium)")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def binaries() -> Path | None:
    """This will return the folder of PostgreSQL's programs, where Debian and others put them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3].zfill(4))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def account() -> str | None:
    """This will return who runs the server: PostgreSQL refuses root."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """What follows ``://`` in the URL of an empty database; skips where PostgreSQL is not installed."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql)")
    who = account()
    folder = Path(tempfile.mkdtemp(prefix="busyness-postgres-"))
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if who is not None:
        shutil.chown(folder, who)
        shutil.chown(secret, who)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"

    def run(*words: str) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            words, user=who, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            why = done.stderr.decode() + (log.read_text() if log.exists() else "")
            raise RuntimeError(f"{words[0]} ended with {done.returncode}: {why}")

    control = str(programs / "pg_ctl")
    try:
        run(str(programs / "initdb"), "-D", str(data), "-U", "ann", "--auth=scram-sha-256", f"--pwfile={secret}", "-N")
        run(control, "-D", str(data), "-l", str(log), "-o", settings, "-w", "-t", "30", "start")
        try:
            yield f"ann:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres"
        finally:
            run(control, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
