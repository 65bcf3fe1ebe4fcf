"""A real server in a thread, on a free port, with two worlds, and a key for every role."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn

from busyness.interfaces.api.app import Parts, make_app
from busyness.interfaces.api.service import Service
from busyness.registry.releases import Releases
from busyness.state.people import Profile
from busyness.state.store import State
from busyness.testing.clock import FakeClock
from busyness.workflows.service.access import ROLES
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.settings import SecuritySettings, ServiceSettings, WorldSettings

from .working import SHOP_DAY, STORE_DAY, shop_world, store_world
from .worlds import NOON, ORIGIN, areas, shops, write_world

SCOOTER_DAY = datetime(2020, 9, 10, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Running:
    """A running service, where it listens, and the keys of its users by role (``manager``: operations at S1 only)."""

    service: Service
    url: str
    keys: dict[str, str]
    ids: dict[str, str]

    def client(self, role: str = "", **more: object) -> httpx.Client:
        """This will return a client that shows a role's key."""
        headers = {"Authorization": f"Bearer {self.keys[role]}"} if role else {}
        return httpx.Client(base_url=self.url, headers={**headers, **more.pop("headers", {})}, timeout=30, **more)

    def refusals(self) -> int:
        """This will count the refusals in the audit log."""
        count, cursor = 0, None
        while True:
            page = self.service.state.audit.list(limit=500, cursor=cursor)
            count += sum(entry.outcome == "refused" for entry in page.items)
            if page.next is None:
                return count
            cursor = page.next


@pytest.fixture(scope="session")
def world_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("worlds")
    return {
        "retail": write_world(root / "retail", shops(), noun="visitors", made_at=ORIGIN),
        "scooters": write_world(root / "scooters", areas(), noun="trips", made_at=SCOOTER_DAY),
    }


def settings_of(folders: dict[str, Path], **more: object) -> ServiceSettings:
    clocks = {"scooters": SCOOTER_DAY}
    worlds = tuple(WorldSettings(name=name, folder=folder, clock=clocks.get(name)) for name, folder in folders.items())
    security = more.pop("security", SecuritySettings(requests_per_minute=0, predict_open=True))
    return ServiceSettings(worlds=worlds, security=security, **more)


def service_of(settings: ServiceSettings, folder: Path, *, now: datetime = NOON) -> Service:
    clock = FakeClock(now)
    holder = Holder(settings.worlds, clock=clock)
    holder.refresh()
    return Service(settings, State.open(f"sqlite:///{folder}/state.db"), holder, clock)


def people_of(service: Service) -> tuple[dict[str, str], dict[str, str]]:
    keys, ids = {}, {}
    profiles = {role: Profile(name=role.title(), role=role, person="ana" if role == "staff" else None) for role in ROLES}
    profiles["manager"] = Profile(name="Manager", role="operations", worlds=("retail",), places=("S1",))
    profiles["berta"] = Profile(name="Berta", role="staff", person="berta")
    for name, profile in profiles.items():
        person = service.state.people.create(profile, now=service.now())
        ids[name] = person.id
        keys[name] = service.state.keys.create(person.id, now=service.now())[1]
    return keys, ids


@contextmanager
def serving(service: Service, parts: Parts | None = None) -> Iterator[str]:
    config = uvicorn.Config(
        make_app(service, parts or Parts(watch=False)), port=0, log_config=None, access_log=False, server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            pytest.fail("The server did not start.")
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def running(world_folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One service for all tests that leave nothing behind that another would trip over."""
    service = service_of(settings_of(world_folders), tmp_path_factory.mktemp("state"))
    keys, ids = people_of(service)
    with serving(service) as url:
        yield Running(service, url, keys, ids)
    service.state.close()


@pytest.fixture
def started(world_folders: dict[str, Path], tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts a service of its own with other settings."""
    open_ones: list[tuple[object, Service]] = []

    def start(parts: Parts | None = None, **more: object) -> Running:
        service = service_of(settings_of(world_folders, **more), tmp_path)
        keys, ids = people_of(service)
        context = serving(service, parts)
        url = context.__enter__()
        open_ones.append((context, service))
        return Running(service, url, keys, ids)

    yield start
    for context, service in open_ones:
        context.__exit__(None, None, None)
        service.state.close()


@pytest.fixture(scope="session")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service, running, with a key for every role; ``south`` may work with that store alone."""
    root = tmp_path_factory.mktemp("working")
    settings = ServiceSettings(
        worlds=(
            WorldSettings(name="shops", folder=shop_world(root / "shops"), clock=SHOP_DAY),
            WorldSettings(name="stores", folder=store_world(root / "stores"), clock=STORE_DAY),
        ),
        security=SecuritySettings(requests_per_minute=0),
    )
    service = service_of(settings, root)
    assert service.holder.ready, service.holder.refusals
    keys, ids = people_of(service)
    south = service.state.people.create(
        Profile(name="South", role="operations", worlds=("stores",), places=("south",)), now=service.now()
    )
    ids["south"], keys["south"] = south.id, service.state.keys.create(south.id, now=service.now())[1]
    with serving(service) as url:
        yield Running(service, url, keys, ids)
    service.state.close()


@pytest.fixture
def released(world_folders: dict[str, Path], tmp_path: Path) -> Iterator[Running]:
    """A service of one world that has releases."""
    home = tmp_path / "retail"
    home.mkdir()
    releases = Releases(home)
    releases.promote(releases.add(world_folders["retail"], now=ORIGIN), by="test", why="first", now=ORIGIN)
    service = service_of(settings_of({"retail": home}), tmp_path)
    keys, ids = people_of(service)
    with serving(service) as url:
        yield Running(service, url, keys, ids)
    service.state.close()
