"""What ``busyness serve`` serves: its options over its settings file over what lies in the folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from busyness.domain.errors import SettingsError
from busyness.registry.releases import CHAMPION
from busyness.workflows.folder import PATHS
from busyness.workflows.service.demo_mark import DEMO
from busyness.workflows.service.settings import SecuritySettings, ServerSettings, ServiceSettings, WorldSettings

__all__ = ["Given", "ServiceSettings", "settings_of", "wants_demo"]


@dataclass(frozen=True)
class Given:
    """The options as they were given; None or empty: not."""

    port: int | None = None
    host: str | None = None
    worlds: tuple[tuple[str, Path], ...] = ()
    state: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    predict_open: bool = False


def settings_of(settings: ServiceSettings, given: Given, *, folder: Path) -> ServiceSettings:
    """This will lay the options over the settings; with no world at all, those in ``folder`` are served.

    Raises:
        SettingsError: an option cannot be used, or there is nothing to serve.

    """
    server = {
        name: value
        for name in ("port", "host", "certificate", "key", "trusted_proxies")
        if (value := getattr(given, name)) not in {None, ()}
    }
    security = {"predict_open": True} if given.predict_open else {}
    try:
        worlds = (
            tuple(_world(settings, name, folder=path) for name, path in given.worlds) or settings.worlds or _found(folder)
        )
        made = ServiceSettings.model_validate({
            **_fields(settings),
            "worlds": worlds,
            "state": given.state or settings.state,
            "server": ServerSettings.model_validate({**_fields(settings.server), **server}),
            "security": SecuritySettings.model_validate({**_fields(settings.security), **security}),
        })  # fmt: skip
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{where}: {first['msg'].removeprefix('Value error, ')}.".removeprefix(": ")) from None
    if not made.worlds:
        raise SettingsError(
            "There is nothing to serve here.",
            hint="Name a world (--world retail=FOLDER) or settings (--config FILE), or make one: busyness demo retail.",
        )
    return made


def _world(settings: ServiceSettings, name: str, *, folder: Path) -> WorldSettings:
    """A world of the settings may get another folder; its other settings stay."""
    known = next((one for one in settings.worlds if one.name == name), None)
    return WorldSettings.model_validate({**(_fields(known) if known else {}), "name": name, "folder": folder})


def wants_demo(folder: Path) -> bool:
    """This will say whether the demo is to be served: nothing else lies in ``folder``, or the demo does."""
    return (folder / DEMO).is_file() or not _found(folder)


def _found(folder: Path) -> tuple[WorldSettings, ...]:
    worlds = sorted(path.parent for name in (CHAMPION, PATHS) for path in folder.glob(f"*/{name}"))
    return tuple(WorldSettings(name=path.name, folder=path) for path in dict.fromkeys(worlds))


def _fields(block: Any) -> dict[str, Any]:  # noqa: ANN401  # any block of the settings
    return {name: getattr(block, name) for name in type(block).model_fields}
