"""The register of sensors: which door, zone and store each one counts, since when, and what one count stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError, SettingsError
from busyness.domain.local_time import to_utc, zone
from busyness.sources.events.calibration import FEW, calibrate
from busyness.sources.events.sensor_register_yaml import register_from_yaml
from busyness.sources.small_table import LINE, SmallTable, read_small_table
from busyness.sources.wall_times import read_times
from busyness.tables import columns as c

SENSOR, ZONE, DOOR, FACTOR, LOW, HIGH = "sensor", "zone", "door", "factor", "factor_low", "factor_high"
VALID_FROM, VALID_TO, SWAPPED, ROLLS_OVER_AT = "valid_from", "valid_to", "swapped", "rolls_over_at"
MANUAL, COUNTED = "manual_count", "sensor_count"
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    SENSOR: pl.String,
    c.PLACE: pl.String,
    ZONE: pl.String,
    DOOR: pl.String,
    FACTOR: pl.Float64,  # people for each count
    LOW: pl.Float64,  # 95 % interval of the factor; null where the factor was given
    HIGH: pl.Float64,
    VALID_FROM: pl.Datetime("us", "UTC"),  # null: since ever
    VALID_TO: pl.Datetime("us", "UTC"),  # exclusive; null: until now
    SWAPPED: pl.Boolean,  # the sensor hangs the other way round: its entries are exits
    ROLLS_OVER_AT: pl.Float64,  # where its counter begins again; null: not told
    c.TIMEZONE: pl.String,
}
_WORDS = {
    **dict.fromkeys(("sensor", "sensor_id", "id", "device", "device_id", "counter"), SENSOR),
    **dict.fromkeys(("place", "store", "store_id", "tienda", "shop"), c.PLACE),
    **dict.fromkeys(("zone", "zona", "area"), ZONE),
    **dict.fromkeys(("door", "puerta", "entrance"), DOOR),
    **dict.fromkeys(("factor", "calibration_factor", "calibration"), FACTOR),
    **dict.fromkeys(("manual_count", "counted_by_hand"), MANUAL),
    **dict.fromkeys(("sensor_count", "counted_by_sensor"), COUNTED),
    **dict.fromkeys(("valid_from", "from", "installed", "desde"), VALID_FROM),
    **dict.fromkeys(("valid_to", "to", "removed", "hasta"), VALID_TO),
    **dict.fromkeys(("swapped", "direction_swapped"), SWAPPED),
    ROLLS_OVER_AT: ROLLS_OVER_AT,
    **dict.fromkeys(("timezone", "zona_horaria"), c.TIMEZONE),
}
_YES, _NO = ("true", "yes", "y", "1", "si", "sí"), ("false", "no", "n", "0")


@dataclass(frozen=True, slots=True)
class SensorRegister:
    """``frame`` as in ``SCHEMA``: one row for each sensor and place it counted; ``notes`` are sentences for the person."""

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


def read_register(path: str | Path, *, timezone: str = "UTC") -> SensorRegister:
    """This will read a register from CSV, Parquet, Excel, JSON lines or YAML (``sensor: {place: …}``).

    ``sensor`` and ``place`` are required. The rest is optional: ``door, zone, factor`` (or ``manual_count`` and
    ``sensor_count``), ``valid_from, valid_to`` (a date is the whole local day), ``swapped, rolls_over_at, timezone``
    (``timezone`` of the call where a row names none). A sensor that moved has a row for each of its places.

    Raises:
        SettingsError: with file and line, for a missing id, a value that cannot be read, or rows of one sensor that
            hold at the same time.

    """
    file = str(path)
    if Path(path).is_file() and file.lower().endswith((".yaml", ".yml")):
        table = register_from_yaml(Path(path).read_text(encoding="utf-8"), file, _WORDS)
    else:
        table = read_small_table(path, _WORDS)
    table.require(SENSOR, c.PLACE)
    for name, what in ((SENSOR, "sensor"), (c.PLACE, "place")):
        table.refuse(pl.col(name).is_null(), f"the {what} is missing.", hint=f"Write the {what}'s id in every row.")
    place = table.text(c.PLACE)
    zones = _text(table, c.TIMEZONE).fill_null(timezone)
    _check_zones(table, zones)
    factors, notes = _factors(table)
    frame = pl.DataFrame(
        {
            SENSOR: table.text(SENSOR),
            c.PLACE: place,
            ZONE: _text(table, ZONE).zip_with(_text(table, ZONE).is_not_null(), place),
            DOOR: _text(table, DOOR),
            **factors,
            VALID_FROM: _instants(table, VALID_FROM, zones),
            VALID_TO: _instants(table, VALID_TO, zones),
            SWAPPED: _swapped(table),
            ROLLS_OVER_AT: _positive(table, ROLLS_OVER_AT),
            c.TIMEZONE: zones,
        },
        schema=SCHEMA,
    )
    _refuse_overlaps(table, frame)
    return SensorRegister(frame, notes)


def _text(table: SmallTable, name: str) -> pl.Series:
    if name not in table.columns:
        return pl.Series(name, [None] * table.frame.height, dtype=pl.String)
    return table.text(name)


def _positive(table: SmallTable, name: str) -> pl.Series:
    if name not in table.columns:
        return pl.Series(name, [None] * table.frame.height, dtype=pl.Float64)
    numbers = table.numbers(name, what=f"the {name}")
    hint = "Write a number above 0, or leave it empty."
    table.refuse(pl.lit(numbers <= 0), f"the {name} {{value}} is not above 0.", value=name, hint=hint)
    return numbers


def _factors(table: SmallTable) -> tuple[dict[str, pl.Series], tuple[str, ...]]:
    """The factor of each row with its interval, and what to say about those that rest on little."""
    given, manual, counted = (_positive(table, name) for name in (FACTOR, MANUAL, COUNTED))
    alone = manual.is_null() != counted.is_null()
    hint = "Write both, or leave both empty."
    table.refuse(pl.lit(alone), "one of manual_count and sensor_count is missing.", hint=hint)
    both = given.is_not_null() & manual.is_not_null()
    table.refuse(pl.lit(both), "there is a factor and a manual count.", hint="Keep one; the factor is manual ÷ sensor.")
    found = [
        calibrate(people, seen) if people is not None and seen is not None else None
        for people, seen in zip(manual.to_list(), counted.to_list(), strict=True)
    ]
    factor = [known.factor if known else told for known, told in zip(found, given.fill_null(1.0).to_list(), strict=True)]
    few = [
        f"'{sensor}' on {known.counted:g} ({known.low:.2f} to {known.high:.2f})"
        for sensor, known in zip(table.text(SENSOR).to_list(), found, strict=True)
        if known and known.few
    ]
    said = f"Calibrated by hand on fewer than {FEW} people, so that the factor may be anything in between: {', '.join(few)}."
    columns = {
        FACTOR: pl.Series(factor, dtype=pl.Float64),
        LOW: pl.Series([known and known.low for known in found], dtype=pl.Float64),
        HIGH: pl.Series([known and known.high for known in found], dtype=pl.Float64),
    }
    return columns, (said,) if few else ()


def _check_zones(table: SmallTable, zones: pl.Series) -> None:
    for name in zones.unique().to_list():
        try:
            zone(name)
        except InputError as error:
            line = int(table.frame[LINE].filter(zones == name)[0])
            raise SettingsError(error.message, file=table.file, line=line, hint=error.hint) from None


def _instants(table: SmallTable, name: str, zones: pl.Series) -> pl.Series:
    """Where a row begins or stops to hold. A date at the end includes that local day."""
    if name not in table.columns:
        return pl.Series(name, [None] * table.frame.height, dtype=pl.Datetime("us", "UTC"))
    times = read_times(table, name)
    whole_day = times.dated & (name == VALID_TO)
    at = pl.select(pl.when(whole_day).then(times.at + pl.duration(days=1)).otherwise(times.at).alias(name)).to_series()
    if times.aware:
        return at.dt.replace_time_zone("UTC")
    utc = pl.Series(name, [None] * at.len(), dtype=pl.Datetime("us"))
    for timezone in zones.unique().to_list():
        rows = ((zones == timezone) & at.is_not_null()).arg_true()
        instants = to_utc(at.gather(rows).to_numpy(), timezone).astype("datetime64[us]")
        utc = utc.scatter(rows, pl.Series(instants, dtype=pl.Datetime("us")))
    return utc.dt.replace_time_zone("UTC")


def _swapped(table: SmallTable) -> pl.Series:
    said = _text(table, SWAPPED).str.to_lowercase()
    hint = "Write yes or no, or leave it empty."
    wrong = said.is_not_null() & ~said.is_in([*_YES, *_NO])
    table.refuse(pl.lit(wrong), "'{value}' does not say whether entries and exits are swapped.", value=SWAPPED, hint=hint)
    return said.is_in(_YES).fill_null(False)


def _refuse_overlaps(table: SmallTable, frame: pl.DataFrame) -> None:
    wrong = frame[VALID_TO] <= frame[VALID_FROM]
    table.refuse(pl.lit(wrong), "the sensor is removed before it is installed.", hint="Swap or correct the two.")
    rows = frame.with_columns(table.frame[LINE]).sort(SENSOR, VALID_FROM, nulls_last=False)
    same = rows[SENSOR] == rows[SENSOR].shift(1)
    after = (rows[VALID_FROM] >= rows[VALID_TO].shift(1)).fill_null(False)
    overlapping = rows.filter(same.fill_null(False) & ~after).head(1)
    if overlapping.height:
        raise SettingsError(
            f"sensor '{overlapping[SENSOR][0]}' counts two places at the same time.",
            file=table.file,
            line=int(overlapping[LINE][0]),
            hint="Say with valid_from and valid_to when it moved.",
        )
