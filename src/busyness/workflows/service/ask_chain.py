"""What comes to many places together: sums over places, from the joint paths of all of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from weakref import WeakKeyDictionary

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.tables.forecast import Forecast
from busyness.workflows.service.ask_forecast import ForecastAnswer, ForecastQuery, ask_forecast
from busyness.workflows.service.snapshot import Snapshot

TOGETHER = "all"
"""The id of all places that were asked for, as one."""

_KEPT = 32  # groupings of one snapshot that are remembered

_Key = tuple[str, tuple[str, ...] | None]
_remembered: WeakKeyDictionary[Snapshot, dict[_Key, Snapshot]] = WeakKeyDictionary()
_one_at_a_time = threading.Lock()


def ask_together(snapshot: Snapshot, query: ForecastQuery, *, to: str = TOGETHER) -> ForecastAnswer:
    """This will add up the places of the query (None: all): to one (``all``), or to their parents (``parent``).

    The first question about a chain of thousands takes seconds, the next ones nothing: the sums are kept with the snapshot.

    Raises:
        UnknownPlaceError: a place is not in the forecast.
        InputError: places have no parent, or what is counted does not add up.

    """
    summed = together(snapshot, places=query.places, to=to)
    return ask_forecast(summed, replace(query, places=None))


def together(snapshot: Snapshot, *, places: tuple[str, ...] | None = None, to: str = TOGETHER) -> Snapshot:
    """This will return the snapshot with sums in place of its places, as ``Forecast.roll_up`` makes them."""
    if not snapshot.adds_up:
        raise InputError(
            f"The {snapshot.noun} of several places cannot be added up: whoever is at two of them would count twice.",
            hint="Ask place by place.",
        )
    with _one_at_a_time:
        known = _remembered.setdefault(snapshot, {})
        key = (to, None if places is None else tuple(sorted(set(places))))
        if key not in known:
            while len(known) >= _KEPT:
                known.pop(next(iter(known)))
            known[key] = _summed(snapshot, key)
        return known[key]


def _summed(snapshot: Snapshot, key: _Key) -> Snapshot:
    to, places = key
    rolled = _selected(snapshot, places).roll_up(to)
    return replace(
        snapshot,
        forecast=rolled,
        history=None,
        replayed=None,
        peaks=snapshot.peaks.clear(),
        outlines={},
        lot=None,  # a sum is of both, where a trial's lot decides
        rows={place.id: row for row, place in enumerate(rolled.places)},
    )


def _selected(snapshot: Snapshot, places: tuple[str, ...] | None) -> Forecast:
    if places is None:
        return snapshot.forecast
    found: list[tuple[int, Place]] = [snapshot.place(name) for name in places]
    rows = [row for row, _ in found]
    said = snapshot.forecast
    return replace(
        said,
        places=tuple(place for _, place in found),
        quantiles=said.quantiles[rows],
        mean=said.mean[rows],
        open=said.open[rows],
        ranks=said.ranks[:, rows],
    )
