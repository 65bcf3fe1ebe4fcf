"""A PostgreSQL of the tests' own, on loopback, with a password: made once a session and thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

PASSWORD = "p@ss/word s3cret"


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
