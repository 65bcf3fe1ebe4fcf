"""Sentences of plans and notes in another language, by their patterns.

Reasons and notes are written where they are known, in English, because the rooms that know them know no languages. Here each
pattern has its translation: ``{n…}`` stands for a number, ``{day…}`` for ``Tue 3 March``, ``{t…}`` for a time of day, any
other name for whatever stands there, which is translated in its turn where it has a pattern of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files

import polars as pl

from busyness.reports.words import words_of
from busyness.tables.plan import Plan

_NAME = re.compile(r"\{(\w+)\}")
_NUMBER, _DAY, _TIME = r"[+\-−]?\d[\d,]*(?:\.\d+)?(?:[ \u00a0]?%)?", r"[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]+", r"\d{1,2}:\d{2}"
_ENDS = re.compile(r"(?<=\.) (?=\S)")
_LISTED = re.compile(r", | and ")
_SENTENCES = frozenset(["reason", "meaning", "said"])
"""Columns of a plan's tables that hold sentences."""


def plan_in(plan: Plan, language: str) -> Plan:
    """This will return the plan with its notes, reasons and other sentences in ``language``; English is as it was."""
    if language == "en":
        return plan
    say = sentence_in(language)
    tables = {name: table_in(table, language) for name, table in plan.tables.items()}
    return replace(plan, actions=table_in(plan.actions, language), tables=tables, notes=tuple(map(say, plan.notes)))


@cache
def sentence_in(language: str) -> Callable[[str], str]:
    """This will return what says an English sentence in ``language``; one without a pattern stays as it is.

    >>> sentence_in("es")("At 13:00 checkout needs 1,200 and has 5, this shift among them.")
    'A las 13:00, checkout necesita 1.200 y tiene 5, con este turno.'
    >>> sentence_in("es")("What nobody translated.")
    'What nobody translated.'
    """
    if language == "en":
        return str
    return cache(_Sentences(language, "sentences", "notes").say)  # of plans, and of what was read


@cache
def meaning_in(language: str) -> Callable[[str], str]:
    """This will return what says in ``language`` what a feature is, as the catalog and a model's card have it.

    >>> meaning_in("es")("demand 2 weeks before the slot / level")
    'demanda 2 semanas antes de la franja / nivel'
    """
    if language == "en":
        return str
    return cache(_Sentences(language, "features").say)


@cache
def card_in(language: str) -> Callable[[str], str]:
    """This will return what says in ``language`` what a model's card says.

    >>> card_in("es")("Time zones: America/Lima (2).")
    'Zonas horarias: America/Lima (2).'
    """
    if language == "en":
        return str
    return cache(_Sentences(language, "cards", "notes").say)


class _Sentences:
    """The patterns of some kinds in one language, those with most letters of their own first."""

    def __init__(self, language: str, *kinds: str) -> None:
        folder = files("busyness.reports").joinpath("languages")
        pairs: dict[str, str] = {}
        for kind in kinds:
            pairs |= json.loads(folder.joinpath(f"{kind}.{language}.json").read_text("utf-8"))
        own = sorted(pairs, key=lambda english: -len(_NAME.sub("", english)))
        self._patterns = [(_compiled(english), pairs[english]) for english in own]
        self._words, self._english = words_of(language), words_of("en")

    def say(self, sentence: str) -> str:
        """This will say one or more sentences; what has no pattern stays, as does a name that a note begins with."""
        parts = _ENDS.split(sentence)
        said, start = [], 0
        while start < len(parts):  # the fewest parts that are a sentence: a place's name may hold a full stop too
            joined = ((end, " ".join(parts[start:end])) for end in range(start + 1, len(parts) + 1))
            start, told = next(
                ((end, told) for end, text in joined if (told := self._matched(text)) is not None), (start + 1, parts[start])
            )
            said.append(told)
        if said != parts:
            return " ".join(said)
        about, colon, rest = sentence.partition(": ")
        return f"{about}: {self.say(rest)}" if colon else sentence

    def _matched(self, sentence: str) -> str | None:
        for pattern, said in self._patterns:
            found = pattern.fullmatch(sentence)
            if found:
                return said.format(**{name: self._value(name, text) for name, text in found.groupdict().items()})
        return None

    def _value(self, name: str, text: str) -> str:
        if re.fullmatch(r"n\d*", name):
            marks = {",": self._words.phrases["group"], ".": self._words.phrases["decimal"]}
            return "".join(marks.get(letter, letter) for letter in text)
        if name.startswith("day"):
            weekday, number, month = text.split()
            days, months = (self._english.lists[f"{kind}"] for kind in ("weekdays.short", "months.long"))
            return self._words.say(
                "date.long",
                weekday=self._words.lists["weekdays.long"][days.index(weekday)],
                day=number,
                month=self._words.lists["months.long"][months.index(month)],
            )
        for kind in ("weekdays.long", "months.long"):
            if text in self._english.lists[kind]:
                return self._words.lists[kind][self._english.lists[kind].index(text)]
        parts = [self._matched(part) for part in _LISTED.split(text)]
        if len(parts) < 2 or None in parts:
            return self._matched(text) or text
        return f"{', '.join(map(str, parts[:-1]))} {self._matched('and')} {parts[-1]}"


def _compiled(english: str) -> re.Pattern[str]:
    """The pattern as an expression with a group for each name."""
    kinds = (
        (r"n\d*", _NUMBER),
        (r"day\d*", _DAY),
        (r"t\d*", _TIME),
        (r"number", r"\d+"),
        (r"weekday|month", r"[A-Z][a-z]+"),
    )
    made, end = "", 0
    for name in _NAME.finditer(english):
        kind = next((pattern for kind, pattern in kinds if re.fullmatch(kind, name[1])), ".+?")
        made += f"{re.escape(english[end : name.start()])}(?P<{name[1]}>{kind})"
        end = name.end()
    return re.compile(made + re.escape(english[end:]), re.DOTALL)


def table_in(table: pl.DataFrame, language: str) -> pl.DataFrame:
    """This will return a plan's table with its sentences in ``language``; English is as it was."""
    if language == "en":
        return table
    say = sentence_in(language)
    return table.with_columns(
        pl.Series(name, [None if each is None else say(each) for each in table[name]], dtype=pl.String)
        for name in table.columns
        if name in _SENTENCES and table.schema[name] == pl.String
    )
