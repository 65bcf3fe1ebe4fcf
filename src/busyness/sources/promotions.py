"""Promotions: which places have one, from when to when, of which type, and how much it takes off the price."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.domain.errors import SettingsError
from busyness.sources.campaign_table import campaign_table, flag_rows, number_rows, worded
from busyness.sources.covariate_values import MOST_WORDS
from busyness.sources.covariates import END, START, KnownTable, read_spans
from busyness.sources.small_table import read_small_table
from busyness.tables import columns as c

PROMOTION = "promotion"
_TYPE, _NUMBERS = "type", ("discount", "uplift")
_WORDS = {
    "place": c.PLACE, "store": c.PLACE, "start": START, "from": START, "end": END, "to": END, "until": END,
    "date": c.DATE, "known_at": c.KNOWN_AT, "type": _TYPE, "kind": _TYPE, "discount": "discount", "uplift": "uplift",
}  # fmt: skip


def read_promotions(path: str | Path) -> KnownTable:
    """This will read a table ``place, start, end`` and, if known, ``type``, ``discount``, ``uplift`` and ``known_at``.

    Dates in ``end`` are included; a blank place means all. Gives the flag ``promotion``, a flag ``promotion_<type>`` for
    each type, and the numbers ``promotion_discount`` and ``promotion_uplift`` while it lasts. Promotions may overlap.
    Without ``known_at`` a promotion counts as planned long before, which is said.

    Raises:
        SettingsError: with file and line, where a time or number cannot be read; or for more than twenty types.

    """
    table = read_small_table(path, _WORDS)
    spans, notes, local = read_spans(table)
    parts = [flag_rows(spans, pl.repeat(PROMOTION, spans.height, eager=True))]
    if _TYPE in table.columns:
        names = worded(PROMOTION, table.text(_TYPE))
        if names.n_unique() > MOST_WORDS + names.has_nulls():
            message = f"there are {names.n_unique()} types of promotion; {MOST_WORDS} is the most."
            raise SettingsError(message, file=table.file, hint="Group them.")
        parts.append(flag_rows(spans, names))
    parts += [
        number_rows(spans, f"{PROMOTION}_{number}", table.numbers(number, what=f"{number}:"))
        for number in _NUMBERS
        if number in table.columns
    ]
    if c.KNOWN_AT not in table.columns:
        notes.append("Promotions count as planned long before: add a column known_at where they were decided late.")
    return campaign_table(parts, local=local, notes=notes)
