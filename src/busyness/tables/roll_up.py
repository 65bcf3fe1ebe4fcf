"""Places into groups: what groups are made of, and the distributions of their sums.

Sums come from paths, never from quantiles. Every template (a past day, as ranks) is laid through the quantiles of all
places, and the demand of a group's places is added up: that is what the group would have in that template. The sums of
all templates are the group's distribution, and their order its own ranks, so that a path of the group and the same path
of its places are drawn from the same templates and add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.tables.ranks import RANK_STEPS, RankReader, spread_over_places

WHOLE = ("city", "all")
"""What ``to`` may be called when everything becomes one place."""

_DRAWS = 256  # sums a distribution is made of, at least: so many of each template as that takes
_LEVELS = 64  # quantiles a group keeps, at least: so many of each template as that takes
_GROUPS = 128  # groups whose sums are held at once
_PLACES = 256  # places that are read at once

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Grouping:
    """Which group each place goes to: the groups' ``ids``, in order, and ``number`` int64 ``[places]`` of each place's."""

    ids: tuple[str, ...]
    number: NDArray[np.int64]

    @classmethod
    def of(cls, places: Sequence[Place], to: str | Mapping[str, str]) -> Grouping:
        """This will group by each place's parent (``parent``), all into one (``city``, ``all``), or by a mapping.

        Raises ``InputError`` for another word, and, by name, for places that have no group.
        """
        if isinstance(to, Mapping):
            names, lack = [to.get(place.id, "") for place in places], "no group in the mapping"
        elif to in WHOLE:
            names, lack = [to] * len(places), ""
        elif to == "parent":
            names, lack = [place.parent for place in places], "no parent"
        else:
            raise InputError(f"'{to}' is not something to sum places up to.", hint="Use parent, city, or a mapping of ids.")
        alone = [place.id for place, name in zip(places, names, strict=True) if not name]
        if alone:
            listed = ", ".join(alone[:5]) + (", …" if len(alone) > 5 else "")
            many = "1 place has" if len(alone) == 1 else f"{len(alone)} places have"
            hint = "Name the parent of every place, or give a mapping of every place to its group."
            raise InputError(f"{many} {lack}: {listed}.", hint=hint)
        ids = tuple(dict.fromkeys(names))
        row = {name: number for number, name in enumerate(ids)}
        return cls(ids, np.array([row[name] for name in names], np.int64))

    def places(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """This will describe the groups as places: in the middle of their places, with the zone that most of these have.

        A group's capacity is the sum of its places', where all have one.
        """
        members: list[list[Place]] = [[] for _ in self.ids]
        for place, number in zip(places, self.number, strict=True):
            members[number].append(place)
        return tuple(_described(name, group) for name, group in zip(self.ids, members, strict=True))

    def total(self, values: Floats) -> Floats:
        """This will add up the places' ``[places, horizon]`` to ``[groups, horizon]``."""
        added = np.zeros((len(self.ids), values.shape[1]))
        np.add.at(added, self.number, values)
        return added.astype(np.float32)

    def either(self, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """This will say of each group and slot whether any of its places is flagged, ``[groups, horizon]``."""
        found = np.zeros((len(self.ids), flags.shape[1]), bool)
        np.logical_or.at(found, self.number, flags)
        return found


@dataclass(frozen=True)
class Distributions:
    """``levels``, ``quantiles`` float32 ``[places, horizon, levels]``, ``ranks`` uint8 ``[templates, places, horizon]``."""

    levels: tuple[float, ...]
    quantiles: Floats
    ranks: NDArray[np.uint8]


def summed(distributions: Distributions, grouping: Grouping) -> Distributions:
    """This will return the distributions of the groups' sums, and the ranks that the templates have among them.

    The levels are those of the templates, several to each, because a sum takes no other values. A few hundred groups'
    sums are held at a time, and a few hundred places are read at a time: memory does not grow with the number of places.
    """
    templates, _, horizon = distributions.ranks.shape
    smallest = int(np.bincount(grouping.number).min(initial=_DRAWS))
    each = -(-_DRAWS // max(templates, smallest))  # over many places the draws of a template hardly differ: one will do
    count = templates * -(-_LEVELS // templates)
    levels = (np.arange(count) + 0.5) / count
    groups = len(grouping.ids)
    quantiles = np.empty((groups, horizon, count), np.float32)
    ranks = np.empty((templates, groups, horizon), np.uint8)
    for block in _group_blocks(grouping):
        totals = _template_sums(distributions, block, each=each)
        typical = totals.mean(axis=1)
        order = typical.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
        ranks[:, block.groups] = (order + 0.5) * (RANK_STEPS / templates)
        drawn = totals.reshape(-1, *totals.shape[2:])
        quantiles[block.groups] = np.moveaxis(_levels_of(drawn, levels), 0, -1)
    return Distributions(tuple(levels.tolist()), quantiles, ranks)


@dataclass(frozen=True)
class _Block:
    """Some groups, one after another, and the rows of their places in the order of the groups."""

    groups: slice
    rows: NDArray[np.int64]
    number: NDArray[np.int64]  # of each row's group, within the block


def _group_blocks(grouping: Grouping) -> Iterator[_Block]:
    rows = np.argsort(grouping.number, kind="stable")
    number = grouping.number[rows]
    for first in range(0, len(grouping.ids), _GROUPS):
        begin, stop = np.searchsorted(number, [first, first + _GROUPS])
        groups = slice(first, min(first + _GROUPS, len(grouping.ids)))
        yield _Block(groups, rows[begin:stop], number[begin:stop] - first)


def _template_sums(distributions: Distributions, block: _Block, *, each: int) -> Floats:
    """What the block's groups would have in each template, drawn ``each`` times: ``[templates, each, groups, horizon]``."""
    templates, _, horizon = distributions.ranks.shape
    totals = np.zeros((templates, each, block.groups.stop - block.groups.start, horizon), np.float32)
    chances = (np.arange(each) + 0.5) / each
    for begin in range(0, len(block.rows), _PLACES):
        rows, number = block.rows[begin : begin + _PLACES], block.number[begin : begin + _PLACES]
        own, starts = np.unique(number, return_index=True)
        reader = RankReader(distributions.levels, distributions.quantiles[rows])
        shift = spread_over_places(chances, rows, templates=templates)
        for template, rank in enumerate(distributions.ranks[:, rows]):
            for draw in range(each):
                demand = reader.at(rank, shift[:, draw, None])
                totals[template, draw, own] += np.add.reduceat(demand, starts, axis=0)
    return totals


def _levels_of(drawn: Floats, levels: NDArray[np.float64]) -> Floats:
    """The quantiles of draws along their first axis; each draw stands in the middle of its share (Hazen's positions)."""
    drawn.sort(axis=0)
    position = np.clip(levels * len(drawn) - 0.5, 0, len(drawn) - 1)
    low = np.minimum(position.astype(np.int64), max(len(drawn) - 2, 0))
    share = (position - low).astype(np.float32)[:, None, None]
    below, above = drawn[low], drawn[np.minimum(low + 1, len(drawn) - 1)]
    return np.asarray(np.clip(below + (above - below) * share, below, above), np.float32)


def _described(name: str, members: Sequence[Place]) -> Place:
    zones = [place.timezone for place in members]
    there = [(p.latitude, p.longitude) for p in members if p.latitude is not None and p.longitude is not None]
    latitude, longitude = np.mean(there, axis=0).tolist() if there else (None, None)
    capacities = [place.capacity for place in members if place.capacity is not None]
    return Place(
        id=name,
        latitude=latitude,
        longitude=longitude,
        timezone=max(dict.fromkeys(zones), key=zones.count),
        capacity=sum(capacities) if len(capacities) == len(members) else None,
    )
