"""The tables of a fleet: how many vehicles stand where, the depots, and the vans that move them. Names and units, once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from busyness.tables import columns as c

VEHICLES = "vehicles"  # how many there are in all, the broken and the charging ones included
BROKEN = "broken"  # of these, how many nobody can use
CHARGING = "charging"  # of these, how many are ready one period later
DEPOT = "depot"  # id of a depot, text
VAN = "van"  # id of a van, text
COST_PER_KM = "cost_per_km"  # what a kilometre of the van costs
COST_PER_VEHICLE = "cost_per_vehicle"  # what loading and unloading one vehicle costs
HOURS = "hours"  # how long the van can be out in one period

FLEET_SCHEMA: Mapping[str, type[pl.DataType]] = {
    c.PLACE: pl.String,
    VEHICLES: pl.Int64,
    BROKEN: pl.Int64,
    CHARGING: pl.Int64,
}
"""One row a place: what stands there now."""

DEPOTS_SCHEMA: Mapping[str, type[pl.DataType]] = {
    DEPOT: pl.String,
    c.LATITUDE: pl.Float64,
    c.LONGITUDE: pl.Float64,
    VEHICLES: pl.Int64,
    c.CAPACITY: pl.Int64,
}
"""One row a depot: where it is, how many vehicles are ready there, and how many it has room for."""

VANS_SCHEMA: Mapping[str, type[pl.DataType]] = {
    VAN: pl.String,
    DEPOT: pl.String,
    c.CAPACITY: pl.Int64,
    COST_PER_KM: pl.Float64,
    COST_PER_VEHICLE: pl.Float64,
    HOURS: pl.Float64,
}
"""One row a van: its depot, how many vehicles fit in, what it costs, and its hours."""

# ---- what a plan of moves says, behind the columns that every plan has ---------------------------------------------
FROM = "from"  # id of the place or depot a vehicle is taken from
TO = "to"  # id of the place or depot it is brought to
QUANTITY = "quantity"  # vehicles
KM = "km"  # by road; of a move, or of a tour until then
