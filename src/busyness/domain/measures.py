"""What is counted: a named choice, because the same events answer different questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from busyness.domain.errors import SettingsError, did_you_mean


@dataclass(frozen=True, slots=True)
class Measure:
    """How events become a number per place and slot.

    ``rows`` are the kinds of files it can be counted from, ``kind`` the events that count (none: all) and ``less`` those
    that are taken away from them. ``distinct`` names the column whose different values are counted instead of amounts.
    ``noun`` is the word for one unit of it. ``silent`` says that a place without events was empty (else: not observed).
    """

    name: str
    rows: tuple[str, ...]
    kind: str = ""
    less: str = ""
    distinct: str = ""
    noun: str = "visitors"
    silent: bool = True
    warning: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events it needs; none: all."""
        return tuple(kind for kind in (self.kind, self.less) if kind)

    @property
    def adds_up(self) -> bool:
        """Whether slots may be added up: one courier seen in three hours is not three couriers."""
        return not (self.distinct or self.less)


_STANDING = (
    "Pings are counted, not people: a courier who stands still and sends many makes a place look busy. "
    "Count couriers or orders instead (--count couriers)."
)
_OCCUPANCY = (
    "Occupancy is entries less exits since the start of each local day. Counting errors add up, so what is left over at "
    "the end of a day is taken back as people come and go."
)

MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("trips_started", ("trips",), kind="trip_start", noun="trips"),
        Measure("trips_ended", ("trips",), kind="trip_end", noun="trips"),
        Measure("couriers", ("pings",), kind="ping", distinct="who", noun="couriers"),
        Measure("orders", ("pings",), kind="ping", distinct="order", noun="orders"),
        Measure("pings", ("pings",), kind="ping", noun="pings", warning=_STANDING),
        Measure("visits", ("sensors",), kind="entry", silent=False),
        Measure("exits", ("sensors",), kind="exit", silent=False),
        Measure("occupancy", ("sensors",), kind="entry", less="exit", silent=False, warning=_OCCUPANCY),
        Measure("sales", ("sales",), kind="sale", noun="sales"),
        Measure("check_ins", ("app",), kind="check_in"),
        Measure("sessions", ("app",), kind="session", noun="sessions"),
        Measure("app_visits", ("app",), kind="visit"),
        Measure("app_users", ("app",), distinct="who"),
        Measure("events", ("points",), noun="events"),
        Measure("distinct", ("points",), distinct="who"),
    )
}
"""Every measure by name. The first of a kind of file is what is counted unless told otherwise."""


def measure_of(rows: str, name: str = "") -> Measure:
    """This will return the measure of that name for files of that kind; no name: the first that fits.

    Raises ``SettingsError`` where the file cannot be counted so.

    >>> measure_of("pings").name
    'couriers'
    """
    fitting = {measure.name: measure for measure in MEASURES.values() if rows in measure.rows}
    if not name and fitting:
        return next(iter(fitting.values()))
    if name not in fitting:
        listed = ", ".join(fitting)
        raise SettingsError(
            f"'{name}' cannot be counted from {rows}; what can be is {listed}.", hint=did_you_mean(name, fitting)
        )
    return fitting[name]
