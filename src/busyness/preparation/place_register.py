"""Which places a panel has, in which order, and what is known of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from busyness.domain.errors import InputError, UnknownPlaceError, did_you_mean
from busyness.domain.local_time import zone
from busyness.domain.place import Place
from busyness.preparation.grid_rules import EVERY_OTHER_PLACE, GridRules


def natural_order(ids: Iterable[str]) -> list[str]:
    """This will sort ids as people count.

    >>> natural_order(["10", "2", "store 10", "store 9"])
    ['2', '10', 'store 9', 'store 10']
    """
    return sorted(ids, key=_counted)


def _counted(text: str) -> tuple[list[str | int], str]:
    """Words and numbers by turns, so that numbers only meet numbers; digits of other scripts are letters of a word."""
    pieces = re.split(r"([0-9]+)", text)
    return [int(piece) if number % 2 else piece for number, piece in enumerate(pieces)], text


def choose_places(ids: Iterable[str], rules: GridRules) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """This will return the panel's places in natural order, with notes, for the ``ids`` that have rows.

    Raises:
        UnknownPlaceError: ``only``, ``exclude`` or ``capacity`` names a place that has neither rows nor an entry.
        InputError: nothing is left, or a time zone is unknown.

    """
    seen = set(ids)
    known = natural_order(seen | set(rules.places))
    everywhere = set(known)
    for wanted in (*rules.only, *rules.exclude, *rules.capacity):
        if wanted not in everywhere:
            raise UnknownPlaceError(wanted, known)
    kept = set(rules.only) or seen
    chosen = [place for place in known if place in kept and place not in set(rules.exclude)]
    if not chosen:
        raise InputError("No place is left after --only and --exclude.", hint="Leave some place in.")
    notes = [*_stray_hours(rules.opening_hours, known), *_silent_places(rules, seen)]
    places = tuple(_place(name, rules) for name in chosen)
    for timezone in {place.timezone for place in places}:
        zone(timezone)
    return places, tuple(notes)


def _place(name: str, rules: GridRules) -> Place:
    place = rules.places.get(name) or Place(name, timezone=rules.timezone)
    hours = rules.opening_hours.get(name) or place.opening_hours or rules.opening_hours.get(EVERY_OTHER_PLACE)
    return replace(place, id=name, opening_hours=hours, capacity=rules.capacity.get(name, place.capacity))


def _stray_hours(opening_hours: Mapping[str, object], known: list[str]) -> list[str]:
    """A chain may keep one file of opening hours for all its stores, so a stranger there is no mistake, but is said."""
    stray = [name for name in opening_hours if name != EVERY_OTHER_PLACE and name not in set(known)]
    if not stray:
        return []
    near = next((f" {hint}" for name in stray if (hint := did_you_mean(name, known))), "")
    return [f"Opening hours were given for places that are not there: {len(stray):,}, such as '{stray[0]}'.{near}"]


def _silent_places(rules: GridRules, seen: set[str]) -> list[str]:
    silent = [name for name in rules.places if name not in seen and name not in rules.exclude]
    if rules.only or not silent:
        return []
    return [
        f"Places of the register left out because they have no rows: {len(silent):,}; --only can name them as new places."
    ]
