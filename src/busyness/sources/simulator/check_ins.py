"""Check-ins of the chain's app: the few visitors who opted in, under names that say nothing about them."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from busyness.sources.simulator.retail import VISITORS, RetailWorld
from busyness.sources.simulator.span import stream
from busyness.sources.simulator.transactions import recent, scattered, store_numbers
from busyness.tables import columns as c

_OPTED_IN = 0.03  # share of visitors whose app checks in
_USERS_PER_VISITOR = 2.0  # opted-in users of a store for each visitor of its average open hour
_FAITHFUL = 1.6  # 1: every user comes as often; above, few users come very often


def simulate_check_ins(world: RetailWorld, *, days: int | None = 28) -> pl.DataFrame:
    """This will return one row a check-in: ``time`` (wall clock), ``place``, ``user`` (a salted hash, 16 hex digits).

    About 3 in 100 of the visitors who came (``world.actual``) are in it, over the last ``days`` of the counts; ``None``
    takes all. A user belongs to one store. By place and time. Raises ``InputError`` for less than one day.
    """
    visits = recent(world.actual, world, days)
    draw = stream(world.chain.seed, "check-ins")
    row = store_numbers(visits, world)
    came = draw.binomial(visits[VISITORS].to_numpy(), _OPTED_IN)
    stores = len(world.places)
    mean = np.bincount(row, visits[VISITORS].to_numpy(), stores) / np.maximum(np.bincount(row, minlength=stores), 1)
    members = np.maximum((mean * _USERS_PER_VISITOR).astype(np.int64), 1)
    first = np.cumsum(members) - members
    who = np.repeat(row, came)
    number = first[who] + (members[who] * draw.random(len(who)) ** _FAITHFUL).astype(np.int64)
    salt = draw.bytes(16)
    hashes = pl.Series([hashlib.blake2b(b"%d" % n, digest_size=8, salt=salt).hexdigest() for n in range(members.sum())])
    return scattered(visits, came, world=world, draw=draw).with_columns(user=hashes.gather(number)).sort(c.PLACE, c.TIME)
