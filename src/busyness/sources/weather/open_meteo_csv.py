"""Open-Meteo's CSV download: the location's line above, then a table of each block after a blank line."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.weather.open_meteo import Block, Spot

_ID = "location_id"
_HEADING = re.compile(r"^(.*) \(([^)]*)\)$")


def csv_blocks(content: bytes, file: str) -> list[Block]:
    """This will return the blocks of a download of one location or several.

    Raises: ``InputError`` where a part of it is missing.
    """
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    sections = [_table(part, file) for part in re.split(r"\n\s*\n", text.strip())]
    spots = _spots(sections[0], file)
    blocks = []
    for table in sections[1:]:
        for location, spot in spots.items():
            rows = table.filter(pl.col(_ID) == location).drop(_ID) if _ID in table.columns else table
            if rows.height and "time" in rows.columns:
                blocks.append(_block(rows, spot))
    if not blocks:
        raise InputError(f"{file} has the location of its weather, but no weather.", hint="Download it again.")
    return blocks


def _table(part: str, file: str) -> pl.DataFrame:
    try:
        return pl.read_csv(io.BytesIO(part.encode()), infer_schema=False)
    except pl.exceptions.PolarsError:
        raise InputError(f"{file} has a row that is wider than its header.", hint="Download it again.") from None


def _spots(table: pl.DataFrame, file: str) -> dict[str, Spot]:
    spots = {}
    for number, row in enumerate(table.iter_rows(named=True)):
        try:
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
            offset = int(row["utc_offset_seconds"])
        except (KeyError, TypeError, ValueError):
            raise InputError(
                f"{file} names no position in its second line.", hint="Keep the lines above the table."
            ) from None
        spots[str(row.get(_ID, number))] = Spot(f"{latitude:.4f},{longitude:.4f}", latitude, longitude, offset)
    return spots


def _block(rows: pl.DataFrame, spot: Spot) -> Block:
    time = rows["time"]
    if time.str.contains(r"^\d+$").all():
        time = time.cast(pl.Int64)
    variables = {}
    for heading in rows.columns:
        numbers = rows[heading].cast(pl.Float64, strict=False).fill_nan(None)
        # a column of texts (sunrise and sunset) is no weather value
        if heading == "time" or numbers.null_count() > rows[heading].is_in(["NaN", ""]).sum() + rows[heading].null_count():
            continue
        found = _HEADING.match(heading)
        name, unit = (found.group(1), found.group(2)) if found else (heading, "")
        variables[name] = (unit, numbers)
    return Block(spot, _step(time), time, variables)


def _step(time: pl.Series) -> timedelta:
    """A day where the times are dates, else the commonest distance of two of them."""
    if time.dtype == pl.String and time.str.len_chars().max() == len("2025-01-31"):
        return timedelta(days=1)
    instants = time.cast(pl.Int64) if time.dtype.is_integer() else time.str.to_datetime(time_unit="us").dt.epoch("s")
    steps = instants.diff().drop_nulls().mode()
    return timedelta(seconds=int(steps.min())) if steps.len() else timedelta(hours=1)  # type: ignore[arg-type]
