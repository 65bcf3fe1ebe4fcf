"""The same pages on the real API, with a small world: whatever they ask is answered, and what they write is kept."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PATHS = {
    "operations": [
        "/",
        "/operations",
        "/operations?view=past",
        "/operations?view=overrides",
        "/operations?view=roster",
        "/models",
    ],
    "staff": ["/"],
    "inventory": ["/stock"],
    "logistics": ["/logistics"],
    "marketing": ["/marketing"],
    "finance": ["/finance", "/models"],
    "admin": ["/models", "/admin", "/admin?view=keys", "/admin?view=audit", "/admin?view=privacy"],
}


@dataclass
class Served:
    """The real service, where it listens, and a key for each role."""

    url: str
    keys: dict[str, str]
    state: Any


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    uvicorn = pytest.importorskip("uvicorn", reason="the extra service is not installed")
    app = pytest.importorskip("busyness.interfaces.api.app", reason="the extra service is not installed")
    from busyness.interfaces.api.service import Service  # noqa: PLC0415  # these need the extra
    from busyness.interfaces.dashboard.pages import dashboard_routes  # noqa: PLC0415
    from busyness.state.people import Profile  # noqa: PLC0415
    from busyness.state.store import State  # noqa: PLC0415
    from busyness.testing.clock import FakeClock  # noqa: PLC0415
    from busyness.workflows.service.holder import Holder  # noqa: PLC0415
    from busyness.workflows.service.settings import SecuritySettings, ServiceSettings, WorldSettings  # noqa: PLC0415

    sys.path.insert(0, str(Path(__file__).parents[1]))
    from api.worlds import NOON, ORIGIN, shops, write_world  # noqa: PLC0415  # the API's own small world

    root = tmp_path_factory.mktemp("real")
    write_world(root / "shops", shops(), noun="visitors", made_at=ORIGIN, plans=False)
    world = WorldSettings(name="retail", folder=root / "shops", clock=NOON, stale_hours=1_000_000)
    settings = ServiceSettings(worlds=(world,), security=SecuritySettings(requests_per_minute=0))
    holder = Holder(settings.worlds, clock=FakeClock(NOON))
    holder.refresh()
    assert holder.ready, holder.refusals
    service = Service(settings, State.open(f"sqlite:///{root}/state.db"), holder, FakeClock(NOON))
    keys = {}
    for role in PATHS:
        profile = Profile(name=role.title(), role=role, person="ana" if role == "staff" else None)
        person = service.state.people.create(profile, now=NOON)
        keys[role] = service.state.keys.create(person.id, now=NOON, label=role)[1]
    config = uvicorn.Config(app.make_app(service, app.Parts(pages=dashboard_routes(), watch=False)), port=0, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    yield Served(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", keys, service.state)
    server.should_exit = True
    thread.join(10)
    service.state.close()


@pytest.fixture
def signed_in(served: Served, browser: Any) -> Iterator[Callable[[str], Any]]:
    """Signs a browser in with a key; at the end nothing may have been refused, and nothing may have complained."""
    windows, refused = [], []

    def come(role: str) -> Any:
        window = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda fault: refused.append(str(fault)))
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        page.on("response", lambda answer: refused.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
        page.goto(f"{served.url}/signin")
        page.get_by_label("Or your key").fill(served.keys[role])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector("#section[aria-busy=false]")
        return page

    yield come
    for window in windows:
        window.close()
    assert not refused, refused


@pytest.mark.parametrize("role", PATHS)
def test_every_section_of_a_role_is_answered(signed_in: Callable[[str], Any], served: Served, role: str) -> None:
    page = signed_in(role)
    for path in PATHS[role]:
        page.goto(served.url + path)
        page.wait_for_selector("#section[aria-busy=false]")
        assert page.locator("#section [role=alert]").count() == 0, (path, page.locator("main").inner_text()[:400])


def test_what_a_manager_says_is_kept_beside_the_model_and_in_the_audit_log(
    signed_in: Callable[[str], Any], served: Served
) -> None:
    page = signed_in("operations")
    page.goto(f"{served.url}/operations?view=overrides")
    page.get_by_label("How much").fill("20")
    page.get_by_label("Why").fill("Fair in the square")
    page.get_by_role("button", name="Save").click()
    row = page.locator("tbody tr").first
    row.wait_for()
    assert "Fair in the square" in row.inner_text()
    assert served.state.overrides.list("retail").items[0].factor == pytest.approx(1.2)
    assert served.state.audit.list(limit=10).items[0].action == "override.add"


def test_an_administrator_adds_somebody_and_gives_them_a_link(signed_in: Callable[[str], Any], served: Served) -> None:
    page = signed_in("admin")
    page.goto(f"{served.url}/admin")
    page.get_by_role("button", name="Add a user").click()
    page.get_by_label("Name", exact=True).fill("Zoë Ángeles")
    page.locator("dialog button[type=submit]").click()
    page.get_by_role("button", name="Make a sign-in link for Zoë Ángeles").click()
    link = page.locator("dialog .secret").input_value()
    page.goto(link)
    page.wait_for_selector("html #section[aria-busy=false]")
    assert "Zoë Ángeles" in page.locator("#person").inner_text()
