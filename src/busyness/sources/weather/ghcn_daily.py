"""NOAA's daily summaries (GHCN-Daily): by station with a column for each element, or by year with a row for each.

The files by station hold tenths of °C and mm (``"  -50"``), those that one orders °C and mm, or °F and inches; the three
are told apart by their decimals. A value that failed a quality check (its attributes' second letter) is missing. Days
are the station's local days; a station read in the morning reports the 24 hours before that morning.
"""

from __future__ import annotations

import polars as pl

from busyness.sources.small_table import SmallTable, parse_numbers
from busyness.sources.weather.weather_table import END, NAME, START, STATION, UNIT
from busyness.tables import columns as c

_TENTHS, _METRIC, _STANDARD = "tenths of °C and mm", "°C and mm", "°F and inches"
_UNITS = {  # of each element, in the three
    "TMAX": ("0.1 °C", "°C", "°F"),
    "TMIN": ("0.1 °C", "°C", "°F"),
    "TAVG": ("0.1 °C", "°C", "°F"),
    "PRCP": ("0.1 mm", "mm", "inch"),
    "SNOW": ("mm", "mm", "inch"),
    "SNWD": ("mm", "mm", "inch"),
    "AWND": ("0.1 m/s", "m/s", "mph"),
}
BY_YEAR = ("ID", "DATE", "ELEMENT", "DATA_VALUE", "M_FLAG", "Q_FLAG", "S_FLAG", "OBS_TIME")
"""The columns of a file by year."""


def is_by_station(columns: tuple[str, ...]) -> bool:
    """This will say whether a table's columns are those of daily summaries by station."""
    return {"STATION", "DATE"} <= set(columns) and bool(set(_UNITS) & set(columns))


def station_rows(table: SmallTable) -> tuple[pl.DataFrame, list[str]]:
    """This will return rows of weather from a table with a column for each element, and what was assumed."""
    elements = [name for name in _UNITS if name in table.columns]
    units = _units(table, elements)
    notes = [f"The values are read as {units}."]
    parts, failed = [], 0
    for element in elements:
        values = parse_numbers(table, element)
        attributes = f"{element}_ATTRIBUTES"
        if attributes in table.columns:
            bad = table.text(attributes).str.split(",").list.get(1, null_on_oob=True).str.strip_chars() != ""
            bad = bad.fill_null(False) & values.is_not_null()
            failed += int(bad.sum())
            values = pl.select(pl.when(~bad).then(values)).to_series()
        parts.append(_rows(table, element, values, _UNITS[element][(_TENTHS, _METRIC, _STANDARD).index(units)]))
    return pl.concat(parts), [*notes, *_said(failed)]


def year_rows(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """This will return rows of weather from a table with the columns ``BY_YEAR``, all text: a row for each element."""
    known = frame.filter(pl.col("ELEMENT").is_in(list(_UNITS)))
    good = known.filter(pl.col("Q_FLAG").fill_null("").str.strip_chars() == "")
    day = pl.col("DATE").str.to_datetime("%Y%m%d", time_unit="us")
    rows = good.select(
        pl.col("ID").alias(STATION),
        pl.lit(None, pl.Float64).alias(c.LATITUDE),
        pl.lit(None, pl.Float64).alias(c.LONGITUDE),
        day.alias(START),
        (day + pl.duration(days=1)).alias(END),
        pl.col("ELEMENT").alias(NAME),
        pl.col("ELEMENT").replace_strict({name: unit for name, (unit, _, _) in _UNITS.items()}).alias(UNIT),
        pl.col("DATA_VALUE").cast(pl.Float64, strict=False).alias(c.VALUE),
        pl.lit(None, pl.Datetime("us")).alias(c.KNOWN_AT),
    )
    notes = ["A file by year names no positions: give the stations' positions in a table of their own."]
    return rows, [*notes, *_said(known.height - good.height)]


def _said(failed: int) -> list[str]:
    return [f"Values that failed a quality check of NOAA are taken as missing: {failed:,}."] if failed else []


def _units(table: SmallTable, elements: list[str]) -> str:
    """Tenths are whole numbers; degrees Celsius have decimals; degrees Fahrenheit are whole, beside inches that are not."""
    fraction = {}
    for kind in ("T", "PRCP"):
        texts = [table.text(name).drop_nulls() for name in elements if name.startswith(kind)]
        fraction[kind] = any(text.str.contains(r"\.\d*[1-9]").any() for text in texts)
    if fraction["T"]:
        return _METRIC
    return _STANDARD if fraction["PRCP"] else _TENTHS


def _rows(table: SmallTable, element: str, values: pl.Series, unit: str) -> pl.DataFrame:
    day = (
        pl.Series(table.frame["DATE"])
        .cast(pl.String)
        .str.slice(0, 10)
        .str.to_datetime("%Y-%m-%d", time_unit="us", strict=False)
    )
    table.refuse(pl.lit(day.is_null()), "'{value}' is no date.", value="DATE", hint="Write it as in 2025-01-31.")
    nowhere = pl.Series([None] * len(day), dtype=pl.Float64)
    position = [parse_numbers(table, name) if name in table.columns else nowhere for name in ("LATITUDE", "LONGITUDE")]
    return pl.DataFrame(
        {
            STATION: table.text("STATION"),
            c.LATITUDE: position[0],
            c.LONGITUDE: position[1],
            START: day,
            END: day.dt.offset_by("1d"),
            NAME: pl.Series([element] * len(day), dtype=pl.String),
            UNIT: pl.Series([unit] * len(day), dtype=pl.String),
            c.VALUE: values,
            c.KNOWN_AT: pl.Series([None] * len(day), dtype=pl.Datetime("us")),
        }
    )
