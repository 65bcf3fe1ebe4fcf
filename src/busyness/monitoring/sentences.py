"""Signals in words: one sentence each, in each language."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from busyness.domain.errors import InputError
from busyness.tables import columns as c

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "level.up": "{name}: about {size} more comes than the forecast says, since {since}.",
        "level.down": "{name}: about {size} less comes than the forecast says, since {since}.",
        "slow_level.up": "{name}: little by little about {size} more comes than the forecast says, since {since}.",
        "slow_level.down": "{name}: little by little about {size} less comes than the forecast says, since {since}.",
        "coverage.up": "{name}: the 80 % bands are too wide; since {since} they hold {size} of what comes.",
        "coverage.down": "{name}: the 80 % bands are too narrow; since {since} they hold only {size} of what comes.",
        "accuracy.up": "{name}: since {since} repeating last week is closer; the forecast is off by {size} more.",
        "input.up": "The input {name} is no longer what the model learned from.",
        "everywhere": "All places together",
    },
    "es": {
        "level.up": "{name}: llega cerca de {size} más de lo que dice el pronóstico, desde el {since}.",
        "level.down": "{name}: llega cerca de {size} menos de lo que dice el pronóstico, desde el {since}.",
        "slow_level.up": "{name}: poco a poco llega cerca de {size} más de lo que dice el pronóstico, desde el {since}.",
        "slow_level.down": "{name}: poco a poco llega cerca de {size} menos de lo que dice el pronóstico, desde el {since}.",
        "coverage.up": "{name}: bandas del 80 % muy anchas; desde el {since} contienen {size} de lo que llega.",
        "coverage.down": "{name}: bandas del 80 % muy angostas; desde el {since} contienen solo {size} de lo que llega.",
        "accuracy.up": "{name}: desde el {since} repetir la semana anterior acierta más; el pronóstico falla {size} más.",
        "input.up": "La entrada {name} ya no es la que el modelo aprendió.",
        "everywhere": "Todos los lugares juntos",
    },
}

_AIM = 0.8


def said(found: pl.DataFrame, language: str = "en", *, names: Mapping[str, str] | None = None) -> pl.DataFrame:
    """This will return the signals with a column ``sentence``; ``names`` are what places are called.

    Raises ``InputError`` for a language other than ``en`` and ``es``.
    """
    if language not in SENTENCES:
        raise InputError(f"Signals cannot be said in '{language}'.", hint="Use es or en.")
    words, called = SENTENCES[language], names or {}
    sentences = []
    for row in found.iter_rows(named=True):
        size = row["size"]
        share = row["signal"] == "coverage"
        way = "up" if size > (_AIM if share else 0) else "down"
        name = called.get(row[c.PLACE], row[c.PLACE]) or words["everywhere"]
        sentence = words[f"{row['signal']}.{way}"]
        sentences.append(sentence.format(name=name, size=_percent(abs(size)), since=row["since"]))
    return found.with_columns(pl.Series("sentence", sentences, dtype=pl.String))


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"
