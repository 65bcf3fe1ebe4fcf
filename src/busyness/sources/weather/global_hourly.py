"""NOAA's hourly reports (global-hourly, the CSV form of the Integrated Surface Data): values and quality in one cell.

``TMP`` is ``"+0123,1"``: tenths of a degree and a quality code; ``+9999`` is missing. Times are UTC. Rain (``AA1``) is read
where it fell in the hour before the report; totals of 3, 6, 12 or 24 hours are left out, because they overlap.
"""

from __future__ import annotations

import polars as pl

from busyness.sources.holding import until_next
from busyness.sources.small_table import SmallTable, parse_numbers
from busyness.sources.weather.weather_table import END, NAME, START, STATION, UNIT
from busyness.tables import columns as c

_FIELDS = {  # column: (our name, unit, position of the value, of its quality code, what stands for missing)
    "TMP": ("temperature", "0.1 °C", 0, 1, 9999),
    "DEW": ("dew_point", "0.1 °C", 0, 1, 9999),
    "WND": ("wind", "0.1 m/s", 3, 4, 9999),
    "SLP": ("pressure", "0.1 hPa", 0, 1, 99999),
    "GF1": ("cloud", "okta", 0, 2, 99),
    "AA1": ("precipitation", "0.1 mm", 1, 3, 9999),
}
_DOUBTED = ("2", "3", "6", "7")  # suspect and erroneous, by either of NOAA's two sets of checks
_OKTAS = 8
_HOUR = pl.duration(hours=1)


def is_global_hourly(columns: tuple[str, ...]) -> bool:
    """This will say whether a table's columns are those of the hourly reports."""
    return {"STATION", "DATE", "TMP"} <= set(columns)


def report_rows(table: SmallTable) -> tuple[pl.DataFrame, list[str]]:
    """This will return rows of weather with UTC times, and what was left out.

    A report holds until the station's next one, at most the usual step; the rain of an hour, for the hour before it.
    """
    times = pl.Series(table.frame["DATE"]).cast(pl.String).str.slice(0, 19)
    at = times.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False).dt.replace_time_zone("UTC")
    table.refuse(pl.lit(at.is_null()), "'{value}' is no time.", value="DATE", hint="Use the file as NOAA wrote it.")
    station = table.text("STATION")
    end, _ = until_next(pl.DataFrame({STATION: station, START: at}))
    position = {
        column: parse_numbers(table, column.upper())
        if column.upper() in table.columns
        else pl.Series([None] * len(at), dtype=pl.Float64)
        for column in (c.LATITUDE, c.LONGITUDE)
    }
    where = pl.DataFrame({STATION: station, **position, START: at, END: end})
    counted = {"missing": 0, "doubted": 0, "long": 0}
    parts = [_rows(where, table.text(column), column, counted) for column in _FIELDS if column in table.columns]
    notes = [
        said.format(counted[what])
        for what, said in (
            ("missing", "Values that the reports mark as missing (9999): {:,}."),
            ("doubted", "Values that NOAA's checks doubt are taken as missing: {:,}."),
            ("long", "Rain totals of more than an hour are left out: {:,}."),
        )
        if counted[what]
    ]
    return pl.concat(parts), notes


def _rows(where: pl.DataFrame, cells: pl.Series, column: str, counted: dict[str, int]) -> pl.DataFrame:
    name, unit, at, quality, missing = _FIELDS[column]
    parts = pl.Series(cells).str.split(",")
    value = parts.list.get(at, null_on_oob=True).cast(pl.Float64, strict=False)
    code = parts.list.get(quality, null_on_oob=True)
    rows = where.with_columns(
        pl.lit(name).alias(NAME), pl.lit(unit).alias(UNIT), value.alias(c.VALUE), code.alias("code"), parts.alias("parts")
    ).filter(pl.col(c.VALUE).is_not_null())
    if column == "AA1":
        long = pl.col("parts").list.first() != "01"
        counted["long"] += rows.filter(long).height
        rows = rows.filter(~long).with_columns((pl.col(START) - _HOUR).alias(START), pl.col(START).alias(END))
    gone = pl.col(c.VALUE).abs() == missing
    if column == "GF1":  # 9 and more: the sky cannot be seen, or part of it
        gone = pl.col(c.VALUE) > _OKTAS
    doubted = pl.col("code").is_in(_DOUBTED) & ~gone
    counted["missing"] += rows.filter(gone).height
    counted["doubted"] += rows.filter(doubted).height
    known = pl.lit(None, pl.Datetime("us", "UTC")).alias(c.KNOWN_AT)
    return rows.filter(~gone & ~doubted).select(STATION, c.LATITUDE, c.LONGITUDE, START, END, NAME, UNIT, c.VALUE, known)
