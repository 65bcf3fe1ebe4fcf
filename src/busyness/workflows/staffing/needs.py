"""From a place's paths of visitors to its need, by the labour standard; and what was assumed on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.erlang import Queue
from busyness.decisions.staffing.labour_standard import LabourStandard, RoleStandard, need_of_heads
from busyness.decisions.staffing.need import Need
from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.prices import Prices
from busyness.decisions.staffing.queue_standard import QueueStandard, lost_cost, priced_by_value, queue_heads
from busyness.decisions.staffing.week import Week
from busyness.reports.staffing_words import said
from busyness.reports.words import words_of
from busyness.workflows.staffing.standard import QueueWork, RoleWork, StandardSettings


@dataclass(frozen=True, repr=False)
class Expected:
    """What the forecast says of a place: paths ``[paths, slots]`` of visitors, and when it is open ``[slots]``."""

    place: str
    timezone: str
    week: Week
    visitors: NDArray[np.float32]
    open: NDArray[np.bool_]


def prices_of(people: Sequence[Person], standard: StandardSettings) -> Prices:
    """This will return the usual prices for these people, those of the standard put over them."""
    return replace(Prices.usual(people), **standard.prices)


def need_of(expected: Expected, people: Sequence[Person], standard: StandardSettings, *, prices: Prices) -> Need:
    """This will return the need of a place: what its roles and queues ask for, path by path."""
    work = roles_of(people, standard)
    load = np.asarray(expected.visitors, np.float64) / expected.week.length.minutes
    roles = []
    wanted: dict[str, NDArray[np.float64]] = {}
    for role, each in work.items():
        occupancy = standard.occupancy if each.occupancy is None else each.occupancy
        roles.append(RoleStandard(role, each.minutes_per_visitor, occupancy, each.least))
        heads = load * each.minutes_per_visitor / occupancy * expected.open
        wanted[role] = np.maximum(heads, each.least * expected.open)
    queues = {role: _queue(role, each) for role, each in standard.queues.items()}
    for role, queue in queues.items():
        least = standard.queues[role].least
        roles.append(RoleStandard(role, 0.0, least=least))
        wanted[role] = np.maximum(queue_heads(expected.visitors, queue, week=expected.week), least) * expected.open
    need = need_of_heads(
        wanted,
        expected.open,
        standard=LabourStandard(
            tuple(roles), standard.service_level, standard.presence, standard.before, standard.after, _keys(people, standard)
        ),
        prices=prices,
        week=expected.week,
        place=expected.place,
        timezone=expected.timezone,
    )
    for role, queue in queues.items():
        value = standard.queues[role].lost
        if value is not None:
            most = need.under.shape[2] - 1
            need = priced_by_value(
                need, role, lost_cost(expected.visitors, queue, most=most, value=value, week=expected.week)
            )
    return need


def roles_of(people: Sequence[Person], standard: StandardSettings) -> Mapping[str, RoleWork]:
    """This will return the standard's roles or, where it names none, those of the staff, sharing the work evenly."""
    if standard.roles or standard.queues:
        return {role: work for role, work in standard.roles.items() if role not in standard.queues}
    roles = sorted({role for person in people for role in person.roles})
    return {role: RoleWork(minutes_per_visitor=standard.minutes_per_visitor / len(roles)) for role in roles}


def assumptions(people: Sequence[Person], standard: StandardSettings, *, language: str) -> list[str]:
    """This will say what the standard leaves open and was assumed, in sentences."""
    given, words, told = standard.model_fields_set, words_of(language), []
    if not {"roles", "queues"} & given:
        told += [
            said(language, "assumed.minutes", minutes=words.number(round(work.minutes_per_visitor, 2)), role=role)
            for role, work in roles_of(people, standard).items()
        ]
    if "occupancy" not in given and any(work.occupancy is None for work in roles_of(people, standard).values()):
        told.append(said(language, "assumed.occupancy", occupancy=words.percent(standard.occupancy)))
    if "presence" not in given and standard.presence:
        told.append(said(language, "assumed.presence", count=standard.presence))
    if standard.keys is None and _keys(people, standard):
        told.append(said(language, "assumed.keys"))
    if "service_level" not in given and not standard.queues:
        told.append(said(language, "assumed.level"))
    if "prices" not in given:
        usual = Prices.usual(())  # of a wage of 1: the prices are multiples of it
        values = {name: words.number(getattr(usual, name)) for name in ("under", "over", "wished_off")}
        told.append(said(language, "assumed.prices", **values))
    return told


def _keys(people: Sequence[Person], standard: StandardSettings) -> bool:
    return any(person.keys for person in people) if standard.keys is None else standard.keys


def _queue(role: str, work: QueueWork) -> QueueStandard:
    queue = Queue(work.service_minutes, work.patience_minutes)
    return QueueStandard(role, queue, work.served, work.within_minutes, work.share_of_visitors)
