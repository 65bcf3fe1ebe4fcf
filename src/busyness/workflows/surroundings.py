"""What surrounds the counts: holidays, covariates, weather, and which places lie near each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from busyness.domain.errors import SettingsError
from busyness.geo.named import Named
from busyness.geo.neighbours import neighbours
from busyness.preparation.align import align_known
from busyness.preparation.align_past import align_past
from busyness.preparation.unconstrain import unconstrain
from busyness.preparation.vintages import align_vintages
from busyness.sources.covariates import KnownTable, read_known
from busyness.sources.holidays import public_holidays
from busyness.sources.local_events import read_local_events
from busyness.sources.prices import read_prices
from busyness.sources.promotions import read_promotions
from busyness.sources.school_holidays import read_school_holidays
from busyness.sources.weather.layout import WeatherLayout
from busyness.sources.weather.nearest import nearest_weather
from busyness.sources.weather.read_weather import read_weather
from busyness.tables import columns as c
from busyness.tables.panel import Panel
from busyness.workflows.settings import CalendarSettings, RunSettings, WeatherSettings

SERVED = (
    "No supply was given, so these are served demand: where no vehicle stood, nobody could ride, and nothing was counted "
    "(--supply gives the share of time with vehicles)."
)
_SHARES = ("available", "share")
_SUPPLY = (*_SHARES, "vehicles", "stock")
_HAIR = 1 - 1e-9


def with_surroundings(panel: Panel, settings: RunSettings) -> tuple[Panel, list[str]]:
    """This will add holidays, covariates and neighbours to a panel, and say what was found on the way."""
    calendar = settings.calendar
    panel = replace(panel, holidays=_holidays(panel, calendar))
    notes = []
    if not calendar.country:
        notes.append("No country was given, so public holidays are not known (--country PE).")
    for file, table in _planned(panel, settings):
        aligned = align_known(panel, table.frame, table.names, local=table.local)
        panel = aligned.panel
        notes += [f"{file}: {said}" for said in (*table.notes, *aligned.notes)]
    for file in settings.around.past:
        table = read_known(file)
        aligned = align_past(panel, table.frame, table.names, local=table.local)
        panel = aligned.panel
        notes += [f"{file}: {said}" for said in (*table.notes, *aligned.notes)]
    panel, said = _with_weather(panel, settings.weather)
    notes += said
    if len(panel.places) > 1 and any(place.latitude is not None for place in panel.places):
        panel = replace(panel, neighbours=neighbours(panel.places))
    return panel, notes


def _planned(panel: Panel, settings: RunSettings) -> Iterator[tuple[Path, KnownTable]]:
    """The tables of what is planned ahead, each with its file."""
    around = settings.around
    for file in settings.calendar.known:
        yield file, read_known(file)
    if around.promotions is not None:
        yield around.promotions, read_promotions(around.promotions)
    if around.local_events is not None:
        yield around.local_events, read_local_events(around.local_events, panel.places)
    if around.prices is not None:
        yield around.prices, read_prices(around.prices)
    if around.school_holidays is not None:
        region, country = settings.calendar.region, settings.calendar.country
        yield around.school_holidays, read_school_holidays(around.school_holidays, country=country, region=region)


def _with_weather(panel: Panel, settings: WeatherSettings) -> tuple[Panel, list[str]]:
    """Forecasts with all their vintages; observed weather as past, or as known ahead where that was asked for."""
    if not settings.weather:
        return panel, []
    layout = WeatherLayout(
        columns=settings.weather_columns,
        units=settings.weather_units,
        time=settings.weather_time,
        stations=settings.weather_stations,
    )
    notes: list[str] = []
    for table in read_weather(settings.weather, layout):
        near = nearest_weather(table, panel.places)
        if table.forecast:
            aligned = align_vintages(panel, near.frame, table.names, local=table.local, stations=near.stations)
        else:
            perfect = settings.perfect_weather
            aligned = align_past(panel, near.frame, table.names, local=table.local, stations=near.stations, perfect=perfect)
        panel = aligned.panel
        notes += [*table.notes, *near.notes, *aligned.notes]
    return panel, notes


def with_supply(panel: Panel, settings: RunSettings) -> tuple[Panel, list[str]]:
    """This will put demand where the panel has what was served, by a table of supply; without one it says which it is."""
    file = settings.events.supply
    if file is None:
        return panel, [SERVED] if settings.events.rows == "trips" else []
    table = read_known(file)
    name = next((name for name in _SUPPLY if name in table.names), None)
    if name is None:
        hint = f"Write one of {', '.join(_SUPPLY)}: the share of the time (0 to 1), or the number that could be had."
        raise SettingsError(f"{file} does not say what there was; its columns are {', '.join(table.names)}.", hint=hint)
    frame, notes = _by_id(table.frame.filter(pl.col("name") == name), panel, file)
    aligned = align_known(replace(panel, known={}), _there(frame, name, file), (name,), local=table.local)
    done = unconstrain(panel, aligned.panel.known[name])
    return done.panel, [f"{file}: '{name}' says what could be had.", *notes, done.note]


def _there(frame: pl.DataFrame, name: str, file: Path) -> pl.DataFrame:
    """The share of the time in which there was anything, a hair under one: a flag would count as down where nobody says."""
    if name in _SHARES:
        wrong = frame.filter(~pl.col("value").is_between(0, 1))
        if wrong.height:
            raise SettingsError(
                f"{file}: '{name}' is the share of the time, from 0 to 1; there is {wrong['value'][0]:g}.",
                hint="Write 0.5 for half of the time, or call the column 'vehicles' if it is a number.",
            )
        share = pl.col("value")
    else:
        share = (pl.col("value") > 0).cast(pl.Float64)
    return frame.with_columns((share * _HAIR).alias("value"))


def _by_id(frame: pl.DataFrame, panel: Panel, file: Path) -> tuple[pl.DataFrame, list[str]]:
    """The table with the panel's own ids; places may be written by id, name or number, as everywhere."""
    named = Named(panel.places)
    written = frame[c.PLACE].drop_nulls().unique().sort()
    codes = named.codes(written.to_frame(c.PLACE))
    known = {word: panel.ids[code] for word, code in zip(written, codes, strict=True) if code is not None}
    strangers = [word for word in written if word not in known]
    if strangers and not known:
        raise SettingsError(
            f"{file} names none of the {len(panel.places)} places; it has '{strangers[0]}', they are '{panel.ids[0]}', …",
            hint="Write the places by the id or the name they have in the areas or the places' table.",
        )
    said = f"{file} names places that are not there: {len(strangers):,}, such as '{strangers[0]}'." if strangers else ""
    renamed = pl.col(c.PLACE).replace_strict(known, default=None, return_dtype=pl.String)
    kept = frame.filter(pl.col(c.PLACE).is_null() | pl.col(c.PLACE).is_in(list(known)))
    return kept.with_columns(renamed), [said] if said else []


def _holidays(panel: Panel, calendar: CalendarSettings) -> dict[date, str]:
    years = np.array([panel.slots.start, panel.slots.end], "datetime64[Y]").astype(int) + 1970
    return public_holidays(calendar.country, calendar.region, years=range(int(years[0]) - 1, int(years[1]) + 2))
