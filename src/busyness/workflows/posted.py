"""Counts that were posted to the service, for who works on its worlds without it.

They are read from the service's state by its own room, and kept in ``WORLD/posted.parquet``, which the settings of a run
then name: whatever reads the run's files again (a retraining, a trial, a what-if) reads them too. What the state has pruned
since stays in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError, UnavailableError
from busyness.registry.settled import on_disk
from busyness.sources.posted_counts import POSTED_COLUMNS, read_posted_counts
from busyness.tables import columns as c
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring.state import opened_state

POSTED = "posted.parquet"
"""The file of a world: ``place, time`` (UTC)``, amount, known_at`` of every posted slot, the newest version of each."""

STATE = Path("busyness-state.db")
"""The state of a service that was started here, where no other is named."""

_SQLITE = "sqlite:///"
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Store:
    """Where posted counts are kept: ``state``, a file or URL (empty: ``busyness-state.db`` here, if it is there), and
    the ``world`` by its name in the service (empty: the folder's name). ``read``: False leaves them out.
    """

    state: str = ""
    world: str = ""
    read: bool = True


def with_posted(
    settings: RunSettings, world: Path, store: Store, *, now: datetime, into: Path | None = None
) -> tuple[RunSettings, str]:
    """This will bring what was posted to a world until ``now`` into its file, and return settings that read it as well.

    The sentence says what was found. Where there is no state here, what the world's file holds is read.
    ``into``: another folder for the file, for who wants to change nothing.

    Raises:
        InputError: the state that was named is not there.
        UnavailableError: it does not answer.
        MissingExtraError: what reads it is not installed.

    """
    if not store.read:
        return _naming(settings, None), "Counts that were posted to a service were left out."
    file = (into or world) / POSTED
    address = _address(store)
    if address is None:
        if not (world / POSTED).is_file():
            return settings, "No state of a service is here: posted counts were not looked for (--state names it)."
        said = f"No state of a service is here: posted counts are those of {world / POSTED}."
        return _naming(settings, world / POSTED), said
    name = store.world or world.resolve().name
    fresh = _stored(address, name, now=now)
    before = [read_posted_counts(world / POSTED)] if (world / POSTED).is_file() else []
    counts = newest(pl.concat([*before, fresh]))
    if counts.is_empty():
        said = f"Nothing was posted to the world '{name}' of {_label(address)} (--posted-to names it as the service does)."
        return _naming(settings, None), said
    with on_disk(file.parent):
        stage = file.with_name(f".unfinished-{POSTED}")
        counts.write_parquet(stage)
        stage.replace(file)
    return _naming(settings, file), f"{counts.height:,} counts were posted to the world '{name}', {_span(counts)}."


def _stored(address: str, world: str, *, now: datetime) -> pl.DataFrame:
    try:
        with opened_state(address) as state:
            found = state.observations.newest(world, start=_FIRST, end=now, known_by=now)
    except UnavailableError as fault:
        hint = "Name the service's state with --state, as for busyness state, or leave posted counts out: --no-posted."
        raise UnavailableError(fault.message, hint=hint) from fault
    return found.select(POSTED_COLUMNS)


def newest(counts: pl.DataFrame) -> pl.DataFrame:
    """This will return one count of each place and slot: the one that became known last."""
    ordered = counts.sort(c.KNOWN_AT, maintain_order=True)
    return ordered.unique([c.PLACE, c.TIME], keep="last", maintain_order=True).sort(c.PLACE, c.TIME)


def _naming(settings: RunSettings, file: Path | None) -> RunSettings:
    return settings.model_copy(update={"counts": settings.counts.model_copy(update={"posted": file})})


def _address(store: Store) -> str | None:
    """The URL of the state; None where none was named and none is here."""
    if "://" in store.state and not store.state.startswith(_SQLITE):
        return store.state
    file = Path(store.state.removeprefix(_SQLITE)) if store.state else STATE
    if file.is_file():
        return f"{_SQLITE}{file}"
    if not store.state:
        return None
    raise InputError(
        f"There is no state at {file}.",
        hint="Name the service's with --state, as for busyness state, or leave posted counts out: --no-posted.",
    )


def _label(address: str) -> str:
    return address.removeprefix(_SQLITE) if address.startswith(_SQLITE) else "the service's database"


def _span(counts: pl.DataFrame) -> str:
    first, last = (f"{counts[c.TIME].dt.convert_time_zone('UTC').dt.strftime('%Y-%m-%d %H:%M').sort()[k]}" for k in (0, -1))
    return f"{first} to {last} UTC"
