"""The options that data commands share, written once, and how they become settings."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Optional, get_type_hints

import typer

from busyness.interfaces.cli.loader import workflow

_COUNTS, _EVENTS, _KNOWN, _MODEL, _PAST, _RESULT = (
    "The counts",
    "Events instead of counts",
    "Known ahead",
    "The model",
    "Replaying the past",
    "Results",
)
_PAIRS = ("columns", "where", "weather_columns", "weather_units", "arguments")
"""Options of name=value, which may be repeated."""


def _option(*names: str, panel: str, text: str, **more: Any) -> Any:  # noqa: ANN401  # what typer.Option returns
    return typer.Option(*names, rich_help_panel=panel, help=text, show_default=more.pop("show_default", False), **more)


@dataclass(frozen=True)
class Options:
    """What a data command may be told. Everything left out is guessed or has a sensible default."""

    time: Annotated[Optional[str], _option("--time", panel=_COUNTS, text="Time column, or two: Date,Hour.")] = None
    place: Annotated[Optional[str], _option("--place", panel=_COUNTS, text="Column of places. None: one store.")] = None
    demand: Annotated[Optional[str], _option("--demand", panel=_COUNTS, text="Column of counts.")] = None
    timezone: Annotated[
        Optional[str], _option("--timezone", panel=_COUNTS, text="America/Lima, or the column that holds one. Default: UTC.")
    ] = None
    every: Annotated[
        Optional[str], _option("--every", panel=_COUNTS, text="Slot length: 15min, 1h, 1d. Default: that of the rows.")
    ] = None
    only: Annotated[Optional[str], _option("--only", panel=_COUNTS, text="These places only: S001,S002.")] = None
    exclude: Annotated[Optional[str], _option("--exclude", panel=_COUNTS, text="Not these places.")] = None
    duplicates: Annotated[
        Optional[str],
        _option(
            "--duplicates", panel=_COUNTS, text="Rows of one place and time: reject, sum, mean or last. Default: reject."
        ),
    ] = None
    day_first: Annotated[
        Optional[bool],
        _option(
            "--day-first/--month-first", panel=_COUNTS, text="How 03/04/2025 is read. Default: told over the whole file."
        ),
    ] = None
    places: Annotated[
        Optional[Path],
        _option("--places", panel=_COUNTS, text="Table of places: place,name,latitude,longitude,timezone, …."),
    ] = None
    until: Annotated[
        Optional[str],
        _option("--until", panel=_COUNTS, text="Last local date of the history. Default: that of the last row."),
    ] = None
    rows: Annotated[
        Optional[str],
        _option(
            "--rows",
            panel=_EVENTS,
            text="What a row is: counts, trips, pings, points, sensors, sales, app (docs/events.md). Default: counts.",
        ),
    ] = None
    count: Annotated[
        Optional[str],
        _option(
            "--count",
            panel=_EVENTS,
            text="What is counted: trips_started, trips_ended; couriers, orders, pings; visits, exits, occupancy; ….",
        ),
    ] = None
    columns: Annotated[
        Optional[list[str]],
        _option("--columns", panel=_EVENTS, text="role=column,…: start_time=Date + Time. What is left out is guessed."),
    ] = None
    register_file: Annotated[
        Optional[Path], _option("--register", panel=_EVENTS, text="Sensors: sensor_id,door,zone,store,factor, ….")
    ] = None
    supply: Annotated[
        Optional[Path],
        _option("--supply", panel=_EVENTS, text="place,time,available: where nothing was, demand is estimated."),
    ] = None
    consent: Annotated[
        Optional[str],
        _option(
            "--consent", panel=_EVENTS, text="App events: whose are read, by the opt-in column or all. Default: column."
        ),
    ] = None
    areas: Annotated[
        Optional[Path], _option("--areas", panel=_EVENTS, text="Places are these polygons: GeoJSON or GeoParquet.")
    ] = None
    area_id: Annotated[Optional[str], _option("--area-id", panel=_EVENTS, text="Property that is an area's id.")] = None
    area_name: Annotated[Optional[str], _option("--area-name", panel=_EVENTS, text="Property that is its name.")] = None
    hexagons: Annotated[
        Optional[int],
        _option(
            "--hexagons", panel=_EVENTS, text="Places are H3 hexagons of this resolution: 7 is about 5 km², 9 about 0.1."
        ),
    ] = None
    parents: Annotated[Optional[int], _option("--parents", panel=_EVENTS, text="Resolution of the hexagons' parents.")] = (
        None
    )
    within: Annotated[
        Optional[float],
        _option("--within", panel=_EVENTS, text="Places are those of --places: the nearest one so many metres away."),
    ] = None
    at_least: Annotated[
        Optional[float],
        _option("--at-least", panel=_EVENTS, text="Events a place must have. Default: 50 for hexagons, else 0."),
    ] = None
    top: Annotated[Optional[int], _option("--top", panel=_EVENTS, text="Only so many of the busiest places.")] = None
    where: Annotated[
        Optional[list[str]], _option("--where", panel=_EVENTS, text="Only places whose column has this value: city=Lima.")
    ] = None
    country: Annotated[Optional[str], _option("--country", panel=_KNOWN, text="Whose public holidays count: PE, AU, ….")] = (
        None
    )
    region: Annotated[Optional[str], _option("--region", panel=_KNOWN, text="Region of the country: VIC, ….")] = None
    opening_hours: Annotated[
        Optional[Path],
        _option("--opening-hours", panel=_KNOWN, text="CSV or YAML of opening hours (docs/opening-hours.md)."),
    ] = None
    known: Annotated[
        Optional[list[Path]],
        _option(
            "--known",
            panel=_KNOWN,
            text="Table of covariates known ahead: date or time, place, one column each. Repeatable.",
        ),
    ] = None
    capacity: Annotated[
        Optional[Path],
        _option("--capacity", panel=_KNOWN, text="Table place,capacity: demand of one slot that a place can serve."),
    ] = None
    weather: Annotated[
        Optional[list[Path]],
        _option("--weather", panel=_KNOWN, text="Open-Meteo, NOAA or any table (docs/covariates.md). Repeatable."),
    ] = None
    weather_columns: Annotated[
        Optional[list[str]], _option("--weather-columns", panel=_KNOWN, text="Of a plain table: temperature=Temp,….")
    ] = None
    weather_units: Annotated[
        Optional[list[str]], _option("--weather-units", panel=_KNOWN, text="Where it names none: temperature=°F,….")
    ] = None
    weather_time: Annotated[Optional[str], _option("--weather-time", panel=_KNOWN, text="Its time column.")] = None
    weather_stations: Annotated[
        Optional[Path], _option("--weather-stations", panel=_KNOWN, text="station,latitude,longitude.")
    ] = None
    perfect_weather: Annotated[
        bool,
        _option(
            "--perfect-weather",
            panel=_KNOWN,
            text="Take observed weather as if it had been forecast perfectly; the report says so.",
        ),
    ] = False
    promotions: Annotated[Optional[Path], _option("--promotions", panel=_KNOWN, text="place,start,end,type, ….")] = None
    local_events: Annotated[
        Optional[Path], _option("--local-events", panel=_KNOWN, text="start,end with place, or latitude,longitude,radius.")
    ] = None
    prices: Annotated[Optional[Path], _option("--prices", panel=_KNOWN, text="place,from,price.")] = None
    school_holidays: Annotated[Optional[Path], _option("--school-holidays", panel=_KNOWN, text="start,end, ….")] = None
    past: Annotated[
        Optional[list[Path]],
        _option("--past", panel=_KNOWN, text="Table of what is seen only afterwards: sales, app use. Repeatable."),
    ] = None
    outliers: Annotated[
        Optional[str],
        _option("--outliers", panel=_MODEL, text="Masked for the model: none, zscore, iqr, hampel, cluster. Default: none."),
    ] = None
    impute: Annotated[
        Optional[str],
        _option("--impute", panel=_MODEL, text="Fill gaps: none, seasonal, mean, forward, backward, linear. Default: none."),
    ] = None
    model: Annotated[
        Optional[str],
        _option(
            "--model",
            panel=_MODEL,
            text="boosted, blend, auto (by data and minutes), seasonal, forest, average, l1, quantile, poisson, tweedie, "
            "recursive, histogram, random_forest, xgboost, ridge, embedding, keras, tide, prophet, chronos, or a regressor "
            "such as sklearn.linear_model.HuberRegressor (docs/models.md). Default: boosted.",
        ),
    ] = None
    arguments: Annotated[
        Optional[list[str]],
        _option(
            "--arguments",
            panel=_MODEL,
            text="members=boosted + ridge of a blend, minutes=5 of auto, alpha=0.01 of a regressor.",
        ),
    ] = None
    horizon: Annotated[
        Optional[int], _option("--horizon", panel=_MODEL, text="Slots ahead. Default: one week; for predict: as trained.")
    ] = None
    levels: Annotated[Optional[str], _option("--levels", panel=_MODEL, text="Further quantile levels: 0.025,0.975.")] = None
    seed: Annotated[
        Optional[int], _option("--seed", panel=_MODEL, text="Same seed and threads, same forecast, bit for bit. Default: 0.")
    ] = None
    threads: Annotated[Optional[int], _option("--threads", panel=_MODEL, text="Default: the cores that are idle now.")] = (
        None
    )
    fast: Annotated[
        bool, _option("--fast", panel=_MODEL, text="About a third of the time, a few percent less accurate.")
    ] = False
    select_features: Annotated[
        bool, _option("--select-features", panel=_MODEL, text="Leave out features that are not worth their place.")
    ] = False
    origins: Annotated[
        Optional[str],
        _option("--origins", panel=_PAST, text="Local dates at whose midnight forecasts start: 2025-01-04,2025-01-11."),
    ] = None
    windows: Annotated[
        Optional[int],
        _option("--windows", panel=_PAST, text="How many origins, counted back from the end. Default: 4; of forecast: 2."),
    ] = None
    step: Annotated[
        Optional[int], _option("--step", panel=_PAST, text="Slots between origins. Default: the horizon, at most a week.")
    ] = None
    end: Annotated[Optional[str], _option("--end", panel=_PAST, text="Local date: the day after the last window.")] = None
    refit: Annotated[
        Optional[str],
        _option("--refit", panel=_PAST, text="1: fit at every origin; k: at every k-th; never: once. Default: 1."),
    ] = None
    out: Annotated[Optional[Path], _option("--out", panel=_RESULT, text="Folder of the results. Default: out.")] = None
    lang: Annotated[
        Optional[str], _option("--lang", panel=_RESULT, text="Language of the report: es or en. Default: en.")
    ] = None
    as_json: Annotated[
        bool, _option("--json", panel=_RESULT, text="Print one JSON object on standard output, for machines.")
    ] = False
    quiet: Annotated[bool, _option("--quiet", "-q", panel=_RESULT, text="No progress.")] = False

    def given(self) -> dict[str, Any]:
        """This will return the options that were given, by the name their setting has."""
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in {"as_json", "quiet"}}
        told |= {name: ", ".join(told[name]) for name in _PAIRS if told[name] is not None}
        told |= {name: told[name] or None for name in ("fast", "perfect_weather", "select_features")}
        return {name: value for name, value in told.items() if value is not None}

    def settings(self, file: str) -> Any:  # noqa: ANN401  # RunSettings, imported when a command runs
        """This will return the settings of a file and these options, or raise an ``InputError`` that names the option."""
        return self.over(workflow("settings").RunSettings(), file=file)

    def over(self, settings: Any, **more: str) -> Any:  # noqa: ANN401  # RunSettings
        """This will return settings with these options put over them."""
        given = {**self.given(), **more}
        if "windows" in given and "origins" not in given:
            given["origins"] = ()  # of a configuration: what is given here wins
        return workflow("options").with_options(settings, given, spelled="--{}")


def with_options(*, leave_out: tuple[str, ...] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """This will give a command every shared option but some; the command takes them as one ``options``."""
    hints = get_type_hints(Options, include_extras=True)
    shared = [field for field in fields(Options) if field.name not in leave_out]

    def wrap(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(command).parameters.values() if p.name != "options"]
        own_hints = get_type_hints(command, include_extras=True)
        added = [
            inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=hints[f.name])
            for f in shared
        ]

        @functools.wraps(command)
        def run(**given: Any) -> None:
            options = Options(**{f.name: given.pop(f.name) for f in shared})
            command(**given, options=options)

        kept = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=own_hints[p.name]) for p in own]
        run.__signature__ = inspect.Signature([*kept, *added])  # type: ignore[attr-defined]  # typer reads it
        run.__annotations__ = {p.name: p.annotation for p in [*kept, *added]}
        return run

    return wrap
