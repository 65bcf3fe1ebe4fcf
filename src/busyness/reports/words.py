"""The report's words in each language, and how that language writes numbers, dates and hours."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

MINUTES_PER_DAY = 1440
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Words:
    """One language. ``phrases`` are sentences with names in braces; ``lists`` are weekdays and months."""

    language: str
    phrases: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]

    def say(self, key: str, **values: object) -> str:
        """This will return the phrase, its names filled in."""
        return self.phrases[key].format(**values)

    def known(self, prefix: str, name: str) -> str:
        """This will return the phrase ``prefix.name`` where there is one, else the name itself."""
        return self.phrases.get(f"{prefix}.{name}", name)

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """This will write a number the language's way; as many decimals as its size deserves, unless told.

        >>> words_of("es").number(1234.5, 1), words_of("en").number(1234.5, 1), words_of("en").number(None)
        ('1.234,5', '1,234.5', '–')
        """
        if value is None or not math.isfinite(value):
            return "–"
        if decimals is None:
            decimals = 0 if abs(value) >= 20 or value == int(value) else 1 if abs(value) >= 1 else 2
        text = f"{value:,.{decimals}f}"
        text = text.lstrip("-") if float(text.replace(",", "")) == 0 else text
        marks = {",": self.phrases["group"], ".": self.phrases["decimal"], "-": "−"}
        return "".join(marks.get(letter, letter) for letter in text)

    def more(self, amount: float, decimals: int | None = None) -> str:
        """This will write what is added, with its sign.

        >>> words_of("es").more(1234.5, 1), words_of("en").more(-3, 0)
        ('+1.234,5', '−3')
        """
        return f"{'+' if amount >= 0 else ''}{self.number(amount, decimals)}"

    def error(self, value: float | None) -> str:
        """This will write an error, with a decimal more than demand itself deserves: errors are there to be compared."""
        small = value is not None and abs(value) < 100
        return self.number(value, 1 if small and abs(value or 0) >= 10 else None if not small else 2)

    def percent(self, share: float | None, decimals: int = 0) -> str:
        r"""This will write a share of 1 as a percentage.

        >>> words_of("en").percent(0.743)
        '74\xa0%'
        """
        if share is None or not math.isfinite(share):
            return "–"
        return f"{self.number(share * 100, decimals)}\u00a0%"

    def likely(self, share: float) -> str:
        """This will write a probability; none drawn from a few hundred paths is ever called certain or impossible."""
        if share >= 0.995:
            return f">\u00a0{self.percent(0.99)}"
        return f"<\u00a0{self.percent(0.01)}" if share < 0.005 else self.percent(share)

    def day(self, day: date, *, short: bool = False, year: bool = False) -> str:
        """This will write a date with its weekday.

        >>> from datetime import date
        >>> words_of("es").day(date(2026, 11, 28)), words_of("en").day(date(2026, 11, 28), short=True)
        ('sábado 28 de noviembre', 'Sat 28 Nov')
        """
        kind = "short" if short else "long"
        key = f"date.{kind}" + (".year" if year else "")
        weekday = self.lists[f"weekdays.{kind}"][day.weekday()]
        return self.say(key, weekday=weekday, day=day.day, month=self.lists[f"months.{kind}"][day.month - 1], year=day.year)

    def moment(self, time: datetime) -> str:
        """This will write a date and time, 24 h."""
        return f"{self.day(time.date(), short=True, year=True)} {time:%H:%M}"

    def clock(self, minute: int) -> str:
        """This will write minutes after midnight, 24 h; the end of a day is 24:00."""
        wrapped = minute if minute == MINUTES_PER_DAY else minute % MINUTES_PER_DAY
        return f"{wrapped // _HOUR:02d}:{wrapped % _HOUR:02d}"

    def unit(self, unit: str) -> str:
        """This will return what is counted, visitors where nothing is said.

        >>> words_of("es").unit("trips"), words_of("es").unit(""), words_of("es").unit("bicis")
        ('viajes', 'visitantes', 'bicis')
        """
        return self.known("unit", unit or "visitors")

    def per_slot(self, unit: str, slot_minutes: int) -> str:
        """This will return the unit of demand: visitors an hour, a day, per 15 min.

        >>> words_of("en").per_slot("", 60), words_of("es").per_slot("pedidos", 15)
        ('visitors an hour', 'pedidos cada 15 min')
        """
        what = self.unit(unit)
        if slot_minutes in {_HOUR, MINUTES_PER_DAY}:
            return self.say("per.hour" if slot_minutes == _HOUR else "per.day", unit=what)
        length = f"{slot_minutes // _HOUR} h" if slot_minutes % _HOUR == 0 else f"{slot_minutes} min"
        return self.say("per.slot", unit=what, length=length)


@cache
def words_of(language: str) -> Words:
    """This will return the words of ``es`` or ``en``."""
    text = files("busyness.reports").joinpath("languages", f"{language}.json").read_text("utf-8")
    content = json.loads(text)
    lists = {key: tuple(value) for key, value in content.items() if isinstance(value, list)}
    return Words(language, {key: value for key, value in content.items() if isinstance(value, str)}, lists)


def capitalised(text: str) -> str:
    """This will return the text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]
