"""A fake API that serves the dashboard's pages in a thread."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from fake_api import FakeApi
    from playwright.sync_api import Browser, Page, Request

PHONE, DESKTOP = (390, 844), (1280, 900)
READY = "#section[aria-busy=false]"
PATIENCE_MS = 60_000  # a machine may be busy; a page that is ready is not waited for


@dataclass
class Site:
    """Where the dashboard is served, and the API behind it."""

    url: str
    api: FakeApi


@dataclass
class Visit:
    """An open page, what it asked for and what it complained of."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """This will open a section and wait until it is drawn."""
        self.page.goto(self.site.url + path)
        self.page.wait_for_selector(READY)
        return self.page

    def wrote(self) -> list[tuple[str, str]]:
        """This will list what was written, method and path; scores of a roster are only looked at."""
        return [(method, path) for method, path, _ in self.site.api.memory.written if not path.endswith("/score")]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    uvicorn = pytest.importorskip("uvicorn", reason="the extra service is not installed")
    pytest.importorskip("fastapi", reason="the extra service is not installed")
    fake_api = pytest.importorskip("fake_api")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = fake_api.FakeApi()
    server = uvicorn.Server(uvicorn.Config(api.app(), port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{port}", api)
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a browser window as somebody; at the end no page may have complained or asked another host."""
    site.api.forget()
    visits: list[Visit] = []

    def begin(
        role: str | None, *, language: str = "en", size: tuple[int, int] = DESKTOP, theme: str = "light", quiet: bool = True
    ) -> Visit:
        window = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=size == PHONE,
            color_scheme="dark" if theme == "dark" else "light",
            locale=language,
            reduced_motion="reduce",
        )
        cookies = {"fake_role": role, "busyness_language": language if role else None}
        window.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items() if value])
        now = Visit(window.new_page(), site)
        now.page.set_default_timeout(PATIENCE_MS)

        def noted(request: Request) -> None:
            now.asked.append(request.url)

        now.page.on("request", noted)
        if quiet:
            now.page.on("console", lambda said: now.complaints.append(said.text) if said.type == "error" else None)
            now.page.on("pageerror", lambda fault: now.complaints.append(str(fault)))
        visits.append(now)
        return now

    yield begin
    for one in visits:
        one.page.context.close()
        assert not one.complaints, one.complaints
        away = [url for url in one.asked if not url.startswith((site.url, "blob:", "data:"))]
        assert not away, away


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: BUSYNESS_ARTIFACTS, or a folder that goes with the test run."""
    folder = Path(os.environ.get("BUSYNESS_ARTIFACTS") or tmp_path_factory.mktemp("pictures")) / "dashboard"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
