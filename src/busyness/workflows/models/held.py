"""The models that a folder holds: the releases of a world, or the one model of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from busyness.domain.errors import ArtifactError, InputError, did_you_mean
from busyness.domain.slots import SlotLength
from busyness.registry.artifact import read_card
from busyness.registry.card import Card
from busyness.registry.releases import Champion, Releases, Tenure
from busyness.workflows.folder import MODEL
from busyness.workflows.rehearsed_windows import CONTINUED, measured_by

CHAMPION, CHALLENGER, NEWEST = "champion", "challenger", "newest"

_HELD = (0.7, 0.9)
"""Between these shares a band of 80 % holds about what it says."""

_COLUMNS = {
    "release": pl.String, "role": pl.String, "model": pl.String, "version": pl.String, "trained_at": pl.String,
    "data_until": pl.String, "places": pl.Int64, "mae": pl.Float64, "coverage_80": pl.Float64, "measured": pl.String,
    "measured_from": pl.String, "measured_until": pl.String, "band": pl.String, "continued_from": pl.String,
    "since": pl.String, "by": pl.String, "why": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Held:
    """One model: the id of its release, its folder, its card, and its role (champion, challenger, previous or nothing)."""

    release: str
    folder: Path
    card: Card
    role: str = ""


def held(world: Path, name: str = CHAMPION) -> Held:
    """This will find a model by its release's id (or how it begins or ends), its role, ``newest``, or its run's folder.

    Raises:
        InputError: there is none, or several; the message names what is there.
        ArtifactError: its card cannot be read.

    """
    world = Path(world)
    if (Path(name) / MODEL).is_dir():
        return Held(Path(name).name, Path(name), read_card(Path(name) / MODEL))
    releases = Releases(world)
    ids = releases.all()
    if not ids:
        return _alone(world, name)
    champion = releases.champion()
    release = _named(name, ids, champion)
    return Held(release, releases.folder(release), read_card(releases.folder(release) / MODEL), _role(release, champion))


def listed(world: Path) -> pl.DataFrame:
    """This will list the models of a folder, newest first: who they are, how good they were, who promoted them and why.

    ``release, role, model, version, trained_at, data_until, places, mae, coverage_80, measured, measured_from,
    measured_until, band, continued_from, since, by, why``. ``measured``: by a replay or in a rehearsal, which are not the
    same test, on windows from ``measured_from`` to ``measured_until``. ``band``: too narrow or too wide, where what should
    hold 80 % held less than 70 % or more than 90 %. ``continued_from``: the version that went on learning. One whose card
    cannot be read is listed with the reason under ``why``.
    """
    world = Path(world)
    releases = Releases(world)
    champion = releases.champion()
    if not releases.all():
        return pl.DataFrame([_row(_alone(world, CHAMPION))], schema=_COLUMNS)
    rows: list[dict[str, object]] = []
    for release in reversed(releases.all()):
        try:
            card = read_card(releases.folder(release) / MODEL)
        except ArtifactError as fault:
            rows.append({"release": release, "role": _role(release, champion), "why": fault.message})
            continue
        rows.append(_row(Held(release, releases.folder(release), card, _role(release, champion)), champion))
    return pl.DataFrame(rows, schema=_COLUMNS)


def _alone(world: Path, name: str) -> Held:
    """The one model of a run's folder."""
    if not (world / MODEL).is_dir():
        raise InputError(
            f"{world} holds no models.",
            hint="Give the folder of a run (busyness forecast … --out DIR), or of a world: busyness models add WORLD RUN.",
        )
    if name not in (CHAMPION, NEWEST, world.name):
        raise InputError(f"{world} holds one model, and no release '{name}'.", hint="Leave the release out.")
    return Held(world.resolve().name, world, read_card(world / MODEL))


def _named(name: str, ids: tuple[str, ...], champion: Champion | None) -> str:
    if name == NEWEST:
        return ids[-1]
    if name == CHAMPION:
        if champion is None:
            raise InputError("There is no champion yet.", hint=f"Promote one: {_known(ids)}.")
        return champion.release
    if name == CHALLENGER:
        if champion is None or champion.challenger is None:
            raise InputError("There is no challenger.", hint=f"There are: {_known(ids)}.")
        return champion.challenger
    found = [release for release in ids if release == name or release.startswith(name) or release.endswith(name)]
    if len(found) == 1 or name in found:
        return name if name in found else found[0]
    if found:
        raise InputError(f"'{name}' may be {_known(tuple(found))}.", hint="Write more of it.")
    near = did_you_mean(name, (*ids, CHAMPION, CHALLENGER, NEWEST))
    raise InputError(f"There is no release '{name}'; there are {_known(ids)}.", hint=near)


def _known(ids: tuple[str, ...]) -> str:
    return ", ".join(ids[-8:]) + (f" and {len(ids) - 8} older" if len(ids) > 8 else "")


def _role(release: str, champion: Champion | None) -> str:
    if champion is None:
        return ""
    if release == champion.release:
        return CHAMPION
    if release == champion.challenger:
        return CHALLENGER
    return "previous" if release in {one.release for one in champion.previous} else ""


def _row(model: Held, champion: Champion | None = None) -> dict[str, object]:
    card = model.card
    tenures: tuple[Champion | Tenure, ...] = () if champion is None else (champion, *champion.previous)
    tenure = next((one for one in tenures if one.release == model.release), None)
    last = card.data_card.last
    return {
        "release": model.release,
        "role": model.role,
        "model": card.kind,
        "version": card.version,
        "trained_at": f"{card.created_at:%Y-%m-%d %H:%M}",
        "data_until": f"{last:%Y-%m-%d %H:%M}" if last else None,
        "places": card.data_card.places,
        "mae": card.metrics.get("mae"),
        "coverage_80": card.metrics.get("coverage_80"),
        "measured": measured_by(card.metrics) or None,
        **_windows(card),
        "band": _band(card.metrics.get("coverage_80")),
        "continued_from": card.parameters.get(CONTINUED, {}).get("from"),
        "since": tenure.since if tenure else None,
        "by": tenure.by if tenure else None,
        "why": tenure.why if tenure else None,
    }


def _windows(card: Card) -> dict[str, str | None]:
    """The first and the last day on which the card's windows lie, UTC."""
    origins = sorted(datetime.fromisoformat(str(window["origin"])) for window in card.metrics.get("windows", ()))
    if not origins:
        return {"measured_from": None, "measured_until": None}
    slot = timedelta(minutes=SlotLength.parse(card.data_card.every).minutes)
    until = origins[-1] + slot * (int(card.metrics.get("horizon") or 1) - 1)
    last = card.data_card.last
    until = min(until, last) if last is not None and last.tzinfo and until.tzinfo else until
    return {"measured_from": f"{origins[0]:%Y-%m-%d}", "measured_until": f"{until:%Y-%m-%d}"}


def _band(coverage: float | None) -> str | None:
    if coverage is None or _HELD[0] <= coverage <= _HELD[1]:
        return None
    return "too narrow" if coverage < _HELD[0] else "too wide"
