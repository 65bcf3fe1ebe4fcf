"""``busyness serve``: the API and the dashboard, in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from busyness.domain.errors import SettingsError
from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import interface, workflow

WORLDS = Path("worlds")
"""The folder whose worlds are served where none is named."""
_ALL = 3  # worlds of the demo

Port = Annotated[
    Optional[int], typer.Option(help="Where it listens; 0: any. [default: 8080]", min=0, max=65535, show_default=False)
]
Host = Annotated[Optional[str], typer.Option(help="The address it listens on. [default: 127.0.0.1]", show_default=False)]
Config = Annotated[Optional[Path], typer.Option(help="Settings, YAML; options given here win.", show_default=False)]
World = Annotated[
    Optional[list[str]],
    typer.Option(help="NAME=FOLDER of a world or a forecast; repeatable. [default: those in worlds/]", show_default=False),
]
State = Annotated[
    Optional[str], typer.Option(help="URL of users and edits; with a password: BUSYNESS_STATE_URL.", show_default=False)
]
Certificate = Annotated[Optional[Path], typer.Option(help="TLS: PEM file of the certificate.", show_default=False)]
Key = Annotated[Optional[Path], typer.Option(help="TLS: PEM file of its key.", show_default=False)]
Proxy = Annotated[
    Optional[list[str]],
    typer.Option(help="Address of a proxy whose X-Forwarded headers count; several times.", show_default=False),
]


def command(
    port: Port = None,
    host: Host = None,
    config: Config = None,
    world: World = None,
    state: State = None,
    certificate: Certificate = None,
    key: Key = None,
    trusted_proxy: Proxy = None,
    predict_open: Annotated[bool, typer.Option("--predict-open", help="Let POST /predict answer without a key.")] = False,
    demo_users: Annotated[bool, typer.Option("--demo-users", help="Make a user for each role, and print links.")] = False,
    insecure: Annotated[bool, typer.Option("--insecure", help="Listen to the network without encryption.")] = False,
) -> None:
    """Serve forecasts and plans: an API, and a dashboard for a browser.

    The first start prints an administrator's key, once, and a link that signs a browser in. In a folder with nothing to
    serve it makes the demo first: three simulated worlds, and a user of each role.

    Example: busyness serve --world retail=demo --port 9696
    """
    blocks = interface("cli.serve_settings")
    chosen = workflow("config").read_settings(config, blocks.ServiceSettings) if config else blocks.ServiceSettings()
    server = interface("api.server")  # before the demo is made: without the extra there is nothing to serve it with
    demo = config is None and not world and blocks.wants_demo(WORLDS)
    chosen = _with_demo(chosen) if demo else chosen
    settings = blocks.settings_of(
        chosen,
        blocks.Given(
            port=port,
            host=host,
            worlds=tuple(_named(text) for text in world or ()),
            state=state,
            certificate=certificate,
            key=key,
            trusted_proxies=tuple(trusted_proxy or ()),
            predict_open=predict_open,
        ),
        folder=WORLDS,
    )
    more = {"others": _others} if demo else {}
    server.serve(settings, told=_tell, insecure=insecure, demo=demo or demo_users, **more)


def _with_demo(settings: Any) -> Any:  # noqa: ANN401  # settings of the service
    """The settings with the demo's worlds; at the first start the quickest is made now, the others while it serves."""
    demo = workflow("service.demo")
    waiting = demo.missing(WORLDS)
    first = waiting[0] if len(waiting) == _ALL else ""
    if first:
        show.say("There is nothing to serve here yet: making the demo's first world, which takes less than a minute.")
    with show.Bar() as bar:
        return settings.model_copy(update={"worlds": demo.make_worlds(WORLDS, progress=bar, only=first, told=_made)})


def _made(world: str) -> None:
    show.say(f"{world}: made. All of it is simulated.")


def _others() -> Any:  # noqa: ANN401  # what makes them
    """The demo's other worlds are made while the first is served."""
    waiting = workflow("service.demo").missing(WORLDS)
    if not waiting:
        return None
    show.say(f"Still being made, and served as they come, in a minute or two: {', '.join(waiting)}.")
    return workflow("service.demo_making").DemoMaking(WORLDS)


def _named(text: str) -> tuple[str, Path]:
    name, sign, folder = text.partition("=")
    if not sign or not name or not folder:
        raise SettingsError(f"'{text}' does not name a world.", hint="Write --world retail=FOLDER.")
    return name.strip(), Path(folder.strip())


def _tell(opened: Any) -> None:  # noqa: ANN401  # what the server says of itself
    for name, sentence in opened.refused.items():
        show.complaint(f"{name}: {sentence}")
    if opened.admin is not None:
        show.say(f"Administrator's key (shown this once): {opened.admin.key}")
        show.say(f"Sign in once, within ten minutes: {opened.url}/login?token={opened.admin.link}")
    for user in opened.users:
        show.say(f"Try as {user.name}: {opened.url}/login?token={user.link}")
    if not opened.later:
        show.say(f"Serving at {opened.url} (Ctrl+C stops it)")
