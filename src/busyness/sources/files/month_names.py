"""Months and weekdays as they are written in English and Spanish, in lower case and without accents."""

from __future__ import annotations

import polars as pl


def _words(text: str) -> list[str]:
    return text.split()


_ENGLISH = _words("january february march april may june july august september october november december")
_SPANISH = _words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
MONTHS: dict[str, int] = {"sept": 9, "set": 9, "setiembre": 9}
MONTHS |= {name: number for names in (_ENGLISH, _SPANISH) for number, name in enumerate(names, 1)}
MONTHS |= {name[:3]: number for names in (_ENGLISH, _SPANISH) for number, name in enumerate(names, 1)}
"""Name or its abbreviation → number of the month."""

_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues|tue|wed|thurs|thur|thu|fri|sat|sun|"
    "lunes|martes|miercoles|miércoles|jueves|viernes|sabado|sábado|domingo|lun|mar|mie|mié|jue|vie|sab|sáb|dom"
)


def strip_weekday(texts: pl.Series) -> pl.Series:
    """This will return lower-case texts without the weekday they begin with.

    >>> strip_weekday(pl.Series(["lun. 01-ene-2024", "mar 5, 2024"])).to_list()
    ['01-ene-2024', 'mar 5, 2024']
    """
    worded = texts.str.extract(rf"^(?:{_WEEKDAYS})\.?,?\s+(\S.*)$", 1)
    # "mar 5, 2024" is in March, "mar 5 ene 2024" a Tuesday: a weekday is one only where a date is left over.
    is_date = worded.str.contains(r"\d.*(?:[a-z]{3}|[-/.]).*\d{2}") & worded.is_not_null()
    frame = pl.DataFrame({"texts": texts, "worded": worded, "is_date": is_date})
    return frame.select(pl.when(pl.col("is_date")).then("worded").otherwise("texts")).to_series()
