"""Opening hours per place and weekday, with exceptions, from a CSV table or a YAML block (``--opening-hours FILE``).

Both forms are described in ``docs/opening-hours.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import yaml

from busyness.domain.errors import InputError, SettingsError
from busyness.domain.opening_hours import OpeningHours
from busyness.sources.opening_hours_yaml import composed, yaml_rules
from busyness.sources.opening_rules import EVERY_PLACE, OpeningRule, assemble, parse_day, parse_hours, parse_weekdays
from busyness.sources.small_table import LINE, SmallTable, read_small_table
from busyness.tables import columns as c

_WEEKDAY, _OPEN, _CLOSE = "weekday", "open", "close"
_TIME = r"^(?:1899-12-3[01] |1900-01-01 )?(\d{1,2}:\d{2})(?::00(?:\.0+)?)?$"
"""A time of day, with the day zero or one that spreadsheets put before it and the seconds they put behind."""


def read_opening_hours(path: str | Path) -> dict[str, OpeningHours]:
    """This will return the opening hours of each place of the file; the key ``"*"`` stands for every place not named.

    ``.yaml`` and ``.yml`` hold a block, every other format (CSV, Excel, Parquet, JSON lines) a table. Weekdays without
    a row are closed; a place with dates only is open as ``"*"`` is, on these dates excepted.

    Raises:
        SettingsError: with file and line, for the first value that cannot be read or contradicts another.

    """
    path = Path(path)
    if path.suffix.lower() not in {".yaml", ".yml"}:
        words = {word: word for word in (c.PLACE, _WEEKDAY, c.DATE, _OPEN, _CLOSE)}
        table = read_small_table(path, words)
        return assemble(_table_rules(table), table.file)
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(f"There is no file '{file}'.", hint="Check the path.") from None
    except UnicodeDecodeError:
        raise SettingsError("this is no text in UTF-8.", file=file, hint="Save it as UTF-8.") from None
    return opening_hours_of(composed(text, file), file)


def opening_hours_of(node: yaml.Node, file: str) -> dict[str, OpeningHours]:
    """This will return the same from a block inside another YAML file, whose node knows the lines.

    Raises:
        SettingsError: with file and line, for the first value that cannot be read or contradicts another.

    """
    return assemble(yaml_rules(node, file), file)


def _table_rules(table: SmallTable) -> Iterator[OpeningRule]:
    """One rule for each row and weekday, or date."""
    table.require(_OPEN, _CLOSE)
    if _WEEKDAY not in table.columns and c.DATE not in table.columns:
        table.require(_WEEKDAY)
    rows = table.frame.select(
        LINE,
        *(
            (table.text(name) if name in table.columns else pl.lit(None, pl.String)).alias(name)
            for name in (c.PLACE, _WEEKDAY, c.DATE, _OPEN, _CLOSE)
        ),
    )
    table = SmallTable(table.file, rows, table.decimal_comma, table.typed)
    weekday, day, opens, closes = (pl.col(name) for name in (_WEEKDAY, c.DATE, _OPEN, _CLOSE))
    which = "Write the weekday for usual hours, the date for an exception."
    table.refuse(weekday.is_null() & day.is_null(), "the row names neither a weekday nor a date.", hint=which)
    table.refuse(weekday.is_not_null() & day.is_not_null(), "the row names both a weekday and a date.", hint=which)
    half = "Write both as 08:00, or leave both empty where the place is closed."
    table.refuse(opens.is_null() != closes.is_null(), "one of open and close is missing.", hint=half)
    for name in (_OPEN, _CLOSE):
        table.refuse(~pl.col(name).str.contains(_TIME), f"'{{value}}' in column '{name}' is no time.", value=name, hint=half)
    hours = pl.concat_str(opens.str.extract(_TIME), closes.str.extract(_TIME), separator="-").fill_null("closed")
    columns = table.frame.select(pl.col(c.PLACE).fill_null(EVERY_PLACE), _WEEKDAY, c.DATE, hours.alias("hours"), LINE)
    for place, weekdays, date, text, line in columns.iter_rows():
        try:
            intervals = parse_hours(text)
            days = parse_weekdays(weekdays) if weekdays else (parse_day(date),)
        except InputError as error:
            raise SettingsError(error.message, file=table.file, line=line, hint=error.hint) from None
        yield from (OpeningRule(place, each, intervals, line) for each in days)
