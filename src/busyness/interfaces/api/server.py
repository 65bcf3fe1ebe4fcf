"""The server around the application: what it binds to, what it refuses to bind to, and how it stops."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import uvicorn

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import InputError, SettingsError, UnavailableError
from busyness.interfaces.api.app import Parts, make_app
from busyness.interfaces.api.beside import beside
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.telemetry import log_as_json
from busyness.interfaces.dashboard.pages import dashboard_routes
from busyness.state.store import State
from busyness.workflows.service.access import ROLES
from busyness.workflows.service.demo_making import DemoMaking
from busyness.workflows.service.demo_people import DemoUser, demo_counts, demo_users
from busyness.workflows.service.first_start import FirstAdmin, first_admin
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.repeating import Repeating
from busyness.workflows.service.settings import ServerSettings, ServiceSettings, secret

_KEEP_ALIVE = 30
_LOOKS = 3.0


@dataclass(frozen=True)
class Opened:
    """What is told when the service is up: its address, what worlds lack, the first key at first start, users to try.

    ``later``: it is up already, and there are more users to try.
    """

    url: str
    refused: dict[str, str]
    admin: FirstAdmin | None
    users: tuple[DemoUser, ...] = ()
    later: bool = False


def serve(
    settings: ServiceSettings,
    *,
    told: Callable[[Opened], None],
    insecure: bool = False,
    demo: bool = False,
    others: Callable[[], DemoMaking | None] = lambda: None,
    clock: Clock | None = None,
) -> None:
    """This will serve until it is told to stop (SIGINT, SIGTERM), and let open requests finish.

    ``demo``: with a user of each role to try, and what came so far today in worlds whose clock stands. ``others`` begins to
    make the demo's other worlds, which are taken up as they come (None: there are none to make).

    Raises:
        SettingsError: it would be open to the network without encryption.
        InputError: the port is taken, the certificate cannot be read, or nothing can be served.

    """
    server = settings.server
    check_encrypted(server, insecure=insecure)
    taken = bound(server)
    clock = clock or SystemClock()
    _log(settings)
    try:
        holder = Holder(settings.worlds, clock=clock, making=demo)
        holder.refresh()
        with State.open(secret("state_url") or settings.state) as state:
            service = Service(settings, state, holder, clock)
            runner = uvicorn.Server(config_of(service))
            url = server.public_url or url_of(server, taken)
            refused = {name: why.sentence for name, why in holder.refusals.items() if why.release or not demo}
            admin, users = first_admin(state, now=clock.now()), _to_try(service) if demo else ()
            told(Opened(url.rstrip("/"), refused, admin, users))
            with beside(service), _taking_up(service, others, told=told, url=url.rstrip("/")):
                _run(runner, taken)
    finally:
        taken.close()


@contextmanager
def _taking_up(
    service: Service, others: Callable[[], DemoMaking | None], *, told: Callable[[Opened], None], url: str
) -> Iterator[None]:
    """Until the demo's other worlds are made: each is served as soon as it is there, with its people and its counts."""
    making = others()
    if making is None:
        service.holder.making = False
        yield
        return

    known = {user.name for user in service.state.people.list(role="staff", limit=500).items}

    def look() -> None:
        try:
            making.check()
        except UnavailableError:
            service.holder.making = False
            raise
        if not service.holder.ready and service.holder.refresh():
            users = tuple(user for user in _to_try(service, roles=("staff",)) if user.name not in known)
            known.update(user.name for user in users)
            told(Opened(url, {}, None, users, later=True))

    watching = Repeating("demo", look, seconds=_LOOKS)
    try:
        yield
    finally:
        watching.close()
        making.close()


def _log(settings: ServiceSettings) -> None:
    if settings.logs == "json":
        log_as_json()
    else:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _to_try(service: Service, *, roles: Sequence[str] = ROLES) -> tuple[DemoUser, ...]:
    state, holder, now = service.state, service.holder, service.now()
    demo_counts(state, holder, now=now)
    return demo_users(state, holder, language=service.settings.language, now=now, roles=roles)


def check_encrypted(server: ServerSettings, *, insecure: bool) -> None:
    """This will refuse to send keys through a network in the clear.

    Raises:
        SettingsError: the address is open to others, and neither a certificate nor a trusted proxy is named.

    """
    safe = server.certificate is not None or server.trusted_proxies or insecure
    if not safe and not _loopback(server.host):
        raise SettingsError(
            f"{server.host} is open to the network, and keys would pass through it unencrypted.",
            hint="Name a certificate and its key, a trusted proxy, or --insecure if you mean it.",
        )


def bound(server: ServerSettings) -> socket.socket:
    """This will take the port, so that a port in use is told in a sentence. Raises ``InputError``."""
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    try:
        return socket.create_server((server.host, server.port), family=family, backlog=2048)
    except OSError as fault:
        why = "is taken" if fault.errno == 98 else f"cannot be used: {fault.strerror}"
        raise InputError(
            f"Port {server.port} of {server.host} {why}.", hint="Choose another --port, or 0 for any."
        ) from None


def config_of(service: Service) -> uvicorn.Config:
    """This will return the server's settings for a service. Raises ``InputError`` for a certificate that cannot be used."""
    server = service.settings.server
    config = uvicorn.Config(
        make_app(service, Parts(pages=dashboard_routes(single_sign_on=_single_sign_on(service)))),
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        proxy_headers=bool(server.trusted_proxies),
        forwarded_allow_ips=list(server.trusted_proxies),
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=int(server.grace_seconds),
        ssl_certfile=server.certificate,
        ssl_keyfile=server.key,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as fault:
        raise InputError(f"The certificate or its key cannot be used: {fault}.", hint="Both have to be PEM files.") from None
    return config


def _single_sign_on(service: Service) -> bool:
    return service.settings.oidc is not None and bool(service.settings.oidc.client_id)


def url_of(server: ServerSettings, taken: socket.socket) -> str:
    """This will return the address to type into a browser."""
    scheme = "https" if server.certificate else "http"
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"{scheme}://{host}:{taken.getsockname()[1]}"


def _run(runner: uvicorn.Server, taken: socket.socket) -> None:
    """The server passes a signal on once its requests are answered: here it ends the block, so that all is closed."""

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        runner.run(sockets=[taken])
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
