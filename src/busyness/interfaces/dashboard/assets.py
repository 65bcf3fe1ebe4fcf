"""Styles, modules, words and pictures, read once; their address holds their content, so that they can be kept forever."""

from __future__ import annotations

import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from busyness.interfaces.dashboard.colours import colours_css

LANGUAGES = ("en", "es")

_MEDIA = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
_IMPORT = re.compile(r"""^(?:import|export) [^;]*?["'](\.[^"']+)["'];$""", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, their media type, and the same bytes packed, once, for whoever takes gzip."""

    content: bytes
    media: str
    packed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """All files by path. ``digest`` changes with any of them and is a part of every address."""

    files: Mapping[str, Asset]
    digest: str

    def url(self, path: str) -> str:
        """This will return where a file is served."""
        return f"/static/{self.digest}/{path}"

    def modules(self, *entries: str) -> tuple[str, ...]:
        """This will return the entries and every module they import, directly or not: what a page should fetch at once."""
        found: dict[str, None] = {}
        waiting = [entry for entry in entries if entry in self.files]
        while waiting:
            path = waiting.pop(0)
            if path in found:
                continue
            found[path] = None
            text = self.files[path].content.decode()
            near = posixpath.dirname(path)
            waiting += [posixpath.normpath(posixpath.join(near, name)) for name in _IMPORT.findall(text)]
        return tuple(found)


@cache
def assets() -> Assets:
    """This will read the files of the dashboard; the style sheets become one, behind the colours."""
    folder = files("busyness.interfaces.dashboard")
    found = dict(_read(folder.joinpath("static"), ""))
    sheets = [found.pop(path).content for path in sorted(found) if path.endswith(".css")]
    found["style.css"] = _asset(b"\n".join([colours_css().encode(), *sheets]), "css")
    for language in LANGUAGES:
        found[f"words/{language}.json"] = _asset(folder.joinpath("languages", f"{language}.json").read_bytes(), "json")
    every = hashlib.sha256()
    for path, asset in sorted(found.items()):
        every.update(path.encode() + b"\0" + asset.content)
    return Assets(found, every.hexdigest()[:12])


def _asset(content: bytes, ending: str) -> Asset:
    return Asset(content, _MEDIA[ending], gzip.compress(content, 9, mtime=0))


def _read(folder: Traversable, under: str) -> list[tuple[str, Asset]]:
    found = []
    for entry in folder.iterdir():
        path = f"{under}{entry.name}"
        if entry.is_dir():
            found += _read(entry, f"{path}/")
        elif (ending := path.rsplit(".", 1)[-1]) in _MEDIA:
            found.append((path, _asset(entry.read_bytes(), ending)))
    return found


@cache
def words(language: str) -> Mapping[str, str]:
    """This will return the phrases of a language."""
    return dict(json.loads(assets().files[f"words/{language}.json"].content))
