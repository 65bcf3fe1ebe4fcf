"""A fleet as its operator writes it down: vehicles by place, depots, vans (``--fleet``, ``--depots``, ``--vans``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from busyness.domain.place import Place
from busyness.geo.nearest import Stores
from busyness.sources.small_table import SmallTable, read_small_table
from busyness.tables import columns as c
from busyness.tables.fleet import (
    BROKEN,
    CHARGING,
    COST_PER_KM,
    COST_PER_VEHICLE,
    DEPOT,
    DEPOTS_SCHEMA,
    FLEET_SCHEMA,
    HOURS,
    VAN,
    VANS_SCHEMA,
    VEHICLES,
)

_PLACE = {"place": c.PLACE, "area": c.PLACE, "hexagon": c.PLACE, "store": c.PLACE}
_POSITION = {
    "latitude": c.LATITUDE,
    "lat": c.LATITUDE,
    "longitude": c.LONGITUDE,
    "lon": c.LONGITUDE,
    "lng": c.LONGITUDE,
}
_FLEET = {**_PLACE, "vehicles": VEHICLES, "scooters": VEHICLES, "bikes": VEHICLES, "couriers": VEHICLES}
_FLEET |= {"broken": BROKEN, "charging": CHARGING, **_POSITION}
_DEPOTS = {"depot": DEPOT, "id": DEPOT, **_POSITION, "vehicles": VEHICLES, "scooters": VEHICLES, "capacity": c.CAPACITY}
_VANS = {"van": VAN, "id": VAN, "depot": DEPOT, "capacity": c.CAPACITY, "hours": HOURS}
_VANS |= {"cost_per_km": COST_PER_KM, "cost_per_vehicle": COST_PER_VEHICLE}

_ROOM = 1_000_000  # of a depot whose capacity is not said
_FARTHEST_M = 25_000.0  # from a vehicle to the place it counts for


def read_fleet(path: str | Path, places: Sequence[Place] = ()) -> pl.DataFrame:
    """This will return what stands where, with the columns of ``FLEET_SCHEMA``.

    The file is CSV, Parquet, Excel or JSON lines with ``place`` and ``vehicles`` (how many there are in all); ``broken`` and
    ``charging`` say how many of them cannot be used now, blank is none. Where it has ``latitude`` and ``longitude`` instead
    of ``place``, each row is one vehicle (or as many as ``vehicles`` says), and belongs to the nearest of ``places``.

    Raises:
        SettingsError: with file and line, where a place is missing or comes twice, or a number is missing, negative or no
            whole number, or more vehicles are broken and charging than there are, or a vehicle is nowhere near a place.

    """
    table = read_small_table(path, _FLEET)
    if c.PLACE not in table.columns and c.LATITUDE in table.columns:
        return _added_up(_counted(table, _nearest(table, places), one_each=True))
    return _counted(table, table.places(c.PLACE), one_each=False)


def _counted(table: SmallTable, places: pl.Series, *, one_each: bool) -> pl.DataFrame:
    counts = {
        VEHICLES: _counts(table, VEHICLES, what="the number of vehicles", blank=1 if one_each else None),
        BROKEN: _counts(table, BROKEN, what="the number of broken vehicles", blank=0),
        CHARGING: _counts(table, CHARGING, what="the number of charging vehicles", blank=0),
    }
    table.refuse(
        pl.lit(counts[BROKEN] + counts[CHARGING] > counts[VEHICLES]),
        "more vehicles are broken and charging than the {value} that are there.",
        value=VEHICLES,
        hint="vehicles counts all of them; broken and charging say how many of these cannot be used.",
    )
    return _frame({c.PLACE: places, **counts}, FLEET_SCHEMA)


def _nearest(table: SmallTable, places: Sequence[Place]) -> pl.Series:
    """The id of the place nearest to each row's position."""
    at = pl.DataFrame([_position(table, c.LATITUDE, most=90), _position(table, c.LONGITUDE, most=180)])
    rows = Stores(places, within=_FARTHEST_M).codes(at)
    lost = "the vehicle at latitude {value} is more than 25 km from every place of the forecast."
    table.refuse(pl.lit(rows.is_null()), lost, value=c.LATITUDE, hint="Leave it out, or check its position.")
    return pl.Series(c.PLACE, [places[row].id for row in rows.to_list()], dtype=pl.String)


def _added_up(fleet: pl.DataFrame) -> pl.DataFrame:
    return fleet.group_by(c.PLACE, maintain_order=True).sum()


def read_depots(path: str | Path) -> pl.DataFrame:
    """This will return the depots, with the columns of ``DEPOTS_SCHEMA``.

    ``depot``, ``latitude`` and ``longitude`` are required; ``vehicles`` (ready there now) is none and ``capacity`` without
    end where blank.

    Raises:
        SettingsError: with file and line, where a depot is missing or comes twice, its position is no position on Earth, or
            it holds more vehicles than it has room for.

    """
    table = read_small_table(path, _DEPOTS)
    positions = {name: _position(table, name, most=most) for name, most in ((c.LATITUDE, 90), (c.LONGITUDE, 180))}
    vehicles = _counts(table, VEHICLES, what="the number of vehicles", blank=0)
    capacity = _counts(table, c.CAPACITY, what="the capacity", blank=_ROOM)
    hint = "Raise the capacity, or lower the vehicles."
    table.refuse(pl.lit(vehicles > capacity), "{value} vehicles are more than there is room for.", value=VEHICLES, hint=hint)
    return _frame({DEPOT: _ids(table, DEPOT), **positions, VEHICLES: vehicles, c.CAPACITY: capacity}, DEPOTS_SCHEMA)


def read_vans(path: str | Path) -> pl.DataFrame:
    """This will return the vans, with the columns of ``VANS_SCHEMA``; all of them are required.

    Raises:
        SettingsError: with file and line, where a van is missing or comes twice, has no depot, no room or no hours, or a
            cost is missing or negative.

    """
    table = read_small_table(path, _VANS)
    table.require(VAN, DEPOT)
    depot = table.text(DEPOT)
    table.refuse(pl.lit(depot.is_null()), "the van has no depot.", hint="Write the id of the depot it starts from.")
    capacity = _counts(table, c.CAPACITY, what="the capacity")
    table.refuse(pl.lit(capacity < 1), "the van has no room.", hint="Write how many vehicles fit in.")
    hours = _amounts(table, HOURS, what="the hours")
    table.refuse(pl.lit(hours <= 0), "the van has no hours.", hint="Write how long it can be out in a day, such as 8.")
    costs = {name: _amounts(table, name, what="the cost") for name in (COST_PER_KM, COST_PER_VEHICLE)}
    return _frame({VAN: _ids(table, VAN), DEPOT: depot, c.CAPACITY: capacity, **costs, HOURS: hours}, VANS_SCHEMA)


def _ids(table: SmallTable, name: str) -> pl.Series:
    table.require(name)
    ids = table.text(name)
    table.refuse(pl.lit(ids.is_null()), f"the {name} is missing.", hint=f"Write the {name}'s id in every row.")
    again = pl.lit(~ids.is_first_distinct())
    table.refuse(again, f"{name} '{{value}}' comes a second time.", value=name, hint=f"Keep one row a {name}.")
    return ids


def _amounts(table: SmallTable, name: str, *, what: str, blank: int | None = None) -> pl.Series:
    """A column of numbers that are not negative; ``blank`` stands for empty cells and a missing column."""
    if blank is None or name in table.columns:
        table.require(name)
        amounts = table.numbers(name, what=what)
    else:
        amounts = pl.repeat(None, table.frame.height, dtype=pl.Float64, eager=True)
    if blank is not None:
        amounts = amounts.fill_null(blank)
    table.refuse(pl.lit(amounts.is_null()), f"{what} is missing.", hint="Write a number in every row.")
    table.refuse(pl.lit(amounts < 0), f"{what} {{value}} is negative.", value=name, hint="Write 0 or more.")
    return amounts


def _counts(table: SmallTable, name: str, *, what: str, blank: int | None = None) -> pl.Series:
    amounts = _amounts(table, name, what=what, blank=blank)
    table.refuse(pl.lit(amounts % 1 != 0), f"{what} {{value}} is no whole number.", value=name, hint="Count whole vehicles.")
    return amounts.cast(pl.Int64)


def _position(table: SmallTable, name: str, *, most: int) -> pl.Series:
    table.require(name)
    degrees = table.numbers(name, what=f"the {name}")
    table.refuse(pl.lit(degrees.is_null()), f"the {name} is missing.", hint="Write decimal degrees, such as 41.88.")
    wrong = pl.lit(degrees.abs() > most)
    hint = "Write decimal degrees (are latitude and longitude swapped?)."
    table.refuse(wrong, f"the {name} {{value}} lies outside -{most} to {most}.", value=name, hint=hint)
    return degrees


def _frame(columns: Mapping[str, pl.Series], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame({name: columns[name].cast(kind) for name, kind in schema.items()})
