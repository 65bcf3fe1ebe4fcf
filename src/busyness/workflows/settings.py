"""What a person decides about a run: small frozen pieces, each owned by the step it configures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from busyness.domain.errors import InputError
from busyness.domain.quantiles import REPORTED_LEVELS, checked_levels
from busyness.domain.slots import SlotLength
from busyness.workflows.plan_settings import PlansSettings
from busyness.workflows.retrain_settings import RetrainSettings

Language = Literal["es", "en"]
T = TypeVar("T")


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class CountsSettings(_Settings):
    """The file of counts and how to read it. What is left out is guessed, and the guess is said."""

    file: str = Field(
        "", description="counts or events: CSV, Excel, Parquet, JSON lines, Arrow, Avro; .gz too; or a SQL URL"
    )
    time: tuple[str, ...] = Field((), description="the time column, or two: date and hour")
    place: str | None = Field(None, description="the column of places; none: one store")
    demand: str | None = Field(None, description="the column of counts")
    timezone: str = Field("", description="IANA name such as America/Lima, or the column that holds one")
    every: str | None = Field(None, description="slot length: 15min, 1h, 1d; none: the length of the rows")
    only: tuple[str, ...] = Field((), description="these places only")
    exclude: tuple[str, ...] = Field((), description="not these places")
    duplicates: Literal["reject", "sum", "mean", "last"] = Field("reject", description="rows of one place and time")
    day_first: bool | None = Field(None, description="whether 03/04/2025 is the third of April; none: told over the file")
    places: Path | None = Field(None, description="a table of places: place, name, latitude, longitude, timezone, …")
    until: date | None = Field(None, description="the last local date of the history; none: that of the last row")
    posted: Path | None = Field(None, description="counts posted to the service, which busyness retrain writes; they win")

    @field_validator("every")
    @classmethod
    def _length(cls, text: str | None) -> str | None:
        if text is not None:
            _fits(lambda: SlotLength.parse(text))
        return text

    @field_validator("time", "only", "exclude", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return _split(value)


class EventsSettings(_Settings):
    """What a row of the file is, where it is not a count, and what is counted. See docs/events.md."""

    rows: Literal["counts", "trips", "pings", "points", "sensors", "sales", "app"] = Field(
        "counts", description="what a row of the file is"
    )
    count: str = Field("", description="what is counted: trips_started, couriers, visits, …; none: the usual one")
    columns: Mapping[str, str] = Field({}, description="role: column, such as start_time: Date + Time; the rest is guessed")
    register_file: Path | None = Field(None, description="sensors: which sensor counts at which door, zone and store")
    supply: Path | None = Field(None, description="vehicles or stock by place and time: demand without them is estimated")
    consent: Literal["column", "all"] = Field("column", description="app events: whose are read; all where each gave it")

    @field_validator("columns", mode="before")
    @classmethod
    def _paired(cls, value: object) -> object:
        return _pairs(value)


class SpaceSettings(_Settings):
    """Where events belong: areas, hexagons, stores; and which of them take part."""

    areas: Path | None = Field(None, description="polygons: GeoJSON or GeoParquet")
    area_id: str | None = Field(None, description="the property that is an area's id; none: guessed")
    area_name: str | None = Field(None, description="the property that is an area's name; none: guessed")
    hexagons: int | None = Field(None, ge=0, le=15, description="H3 resolution: 7 is about 5 km², 8 about 0.7, 9 about 0.1")
    parents: int | None = Field(None, ge=0, le=15, description="H3 resolution of the hexagons' parents")
    within: float | None = Field(None, gt=0, description="metres: a point belongs to the nearest place of --places so near")
    at_least: float | None = Field(None, ge=0, description="events a place must have; none: 50 for hexagons, 0 for others")
    top: int | None = Field(None, ge=1, description="only so many of the busiest places")
    where: Mapping[str, str] = Field({}, description="only places whose column has this value, such as city: Lima")

    @field_validator("where", mode="before")
    @classmethod
    def _paired(cls, value: object) -> object:
        return _pairs(value)


class CalendarSettings(_Settings):
    """What is known ahead: holidays, opening hours, known covariates, capacity."""

    country: str = Field("", description="two-letter code whose public holidays count, such as PE")
    region: str = Field("", description="region of the country, such as VIC")
    opening_hours: Path | None = Field(None, description="CSV or YAML of opening hours; see docs/opening-hours.md")
    known: tuple[Path, ...] = Field((), description="tables of covariates known ahead: time or date, place, one column each")
    capacity: Path | None = Field(None, description="table place,capacity: the demand of one slot a place can serve")

    @field_validator("known", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return _split(value)


class WeatherSettings(_Settings):
    """Weather files of any form, and which of their values may be known ahead. See docs/covariates.md."""

    weather: tuple[Path, ...] = Field((), description="files of Open-Meteo, NOAA, or any table; forecasts: one a vintage")
    weather_columns: Mapping[str, str] = Field({}, description="name: column of a plain table, temperature: Temp")
    weather_units: Mapping[str, str] = Field({}, description="name: unit, where the table names none, temperature: °F")
    weather_time: str = Field("", description="the time column of a plain table; none: guessed")
    weather_stations: Path | None = Field(None, description="station,latitude,longitude for files without positions")
    perfect_weather: bool = Field(False, description="observed weather counts as forecast perfectly; the report says so")

    @field_validator("weather", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return _split(value)

    @field_validator("weather_columns", "weather_units", mode="before")
    @classmethod
    def _paired(cls, value: object) -> object:
        return _pairs(value)


class AroundSettings(_Settings):
    """What else goes with demand: planned ahead (promotions, local events, prices, school), or seen afterwards (past)."""

    promotions: Path | None = Field(None, description="place,start,end and, where known, type,discount,known_at")
    local_events: Path | None = Field(None, description="start,end with place, or latitude,longitude,radius; size")
    prices: Path | None = Field(None, description="place,from,price")
    school_holidays: Path | None = Field(None, description="start,end and, where there are several, country,region")
    past: tuple[Path, ...] = Field((), description="tables of what is seen only afterwards: sales, app use; as for known")

    @field_validator("past", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return _split(value)


class PreparationSettings(_Settings):
    """What is done to the past before a model sees it, inside each origin's seal. Scores always use the raw values."""

    outliers: Literal["none", "zscore", "iqr", "hampel", "cluster"] = Field("none", description="how outliers are told")
    threshold: float | None = Field(None, gt=0, description="how far is too far; none: the method's own")
    impute: Literal["none", "seasonal", "mean", "forward", "backward", "linear"] = Field(
        "none", description="how missing values are filled; models see none of it unless asked"
    )
    last_days: int | None = Field(None, ge=28, description="learn from the last days only; none: from all there are")


MODELS = (
    "boosted, blend, auto, seasonal, forest, average, l1, quantile, poisson, tweedie, recursive, histogram, random_forest, "
    "xgboost, ridge, embedding, keras, tide, prophet, chronos"
)
"""The models by name, as they are listed for people; docs/models.md says when to choose which."""


class ModelSettings(_Settings):
    """Which model answers, and how far ahead."""

    model: str = Field(
        "boosted", description=f"{MODELS}, one that another package adds, or sklearn.linear_model.HuberRegressor"
    )
    arguments: Mapping[str, Any] = Field(
        {}, description="members: [boosted, ridge] of a blend, minutes: 5 of auto, alpha: 0.01 of a dotted path"
    )
    horizon: int | None = Field(None, ge=1, description="slots ahead; none: one week")
    levels: tuple[float, ...] = Field(REPORTED_LEVELS, description="quantile levels written besides the usual seven")
    seed: int = Field(0, ge=0, description="the same seed and threads give the same forecast, bit for bit")
    threads: int | None = Field(None, ge=1, description="none: the cores that are idle now")
    fast: bool = Field(False, description="about a third of the time, a few percent less accurate")
    select_features: bool = Field(False, description="leave out what is not worth its place, anew at every training")

    @field_validator("arguments", mode="before")
    @classmethod
    def _valued(cls, value: object) -> object:
        pairs = _pairs(value) if isinstance(value, str) else value
        return {name: _value(given) for name, given in pairs.items()} if isinstance(pairs, dict) else pairs

    @field_validator("levels", mode="before")
    @classmethod
    def _checked(cls, value: object) -> object:
        value = _split(value)
        if not isinstance(value, (list, tuple)):
            return value
        return _fits(lambda: checked_levels([float(level) for level in value]))


class BacktestSettings(_Settings):
    """Which origins are replayed, and how often the model is fitted again."""

    origins: tuple[date, ...] = Field((), description="local dates; each forecast starts at their midnight")
    windows: int = Field(4, ge=0, description="how many origins, counted back from the end")
    step: int | None = Field(None, ge=1, description="slots between origins; none: the horizon, at most a week")
    end: date | None = Field(None, description="local date: the first day after the last window")
    refit: str = Field("1", description="1: at every origin, k: at every k-th, never: once")

    @field_validator("origins", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return _split(value)

    @field_validator("refit", mode="before")
    @classmethod
    def _often(cls, value: object) -> str:
        text = str(value).strip().lower()
        if text != "never" and not (text.isdecimal() and int(text) >= 1):
            raise ValueError(f"'{value}' does not say how often to refit; use 1, a number, or never")
        return text


class OutputSettings(_Settings):
    """Where results go, and in which language people read them."""

    out: Path = Field(Path("out"), description="folder of the results")
    lang: Language = Field("en", description="language of the report: es or en")
    simulated: str = Field("", description="a sentence saying that the data are simulated; none: real")
    title: str = Field("", description="title of the report")


class RunSettings(_Settings):
    """Everything one run needs."""

    counts: CountsSettings = CountsSettings()
    events: EventsSettings = EventsSettings()
    space: SpaceSettings = SpaceSettings()
    calendar: CalendarSettings = CalendarSettings()
    weather: WeatherSettings = WeatherSettings()
    around: AroundSettings = AroundSettings()
    preparation: PreparationSettings = PreparationSettings()
    model: ModelSettings = ModelSettings()
    backtest: BacktestSettings = BacktestSettings()
    output: OutputSettings = OutputSettings()
    plans: PlansSettings = PlansSettings()
    retrain: RetrainSettings = RetrainSettings()


def _fits(check: Callable[[], T]) -> T:
    """What the check returns; its complaint becomes one that pydantic knows, so that the setting and line are named."""
    try:
        return check()
    except InputError as fault:
        raise ValueError(str(fault)) from None


def _split(value: object) -> object:
    """``a,b`` as a person writes it; a single YAML value as a list of one."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, (list, tuple)):
        return tuple(str(part) if isinstance(part, (int, float)) and not isinstance(part, bool) else part for part in value)
    return value if value is None else (value,) if isinstance(value, (int, float, date, Path)) else value


def _value(text: object) -> object:
    """A number, true, false or null as JSON writes it; everything else is text."""
    try:
        return json.loads(str(text))
    except json.JSONDecodeError:
        return text


def _pairs(value: object) -> object:
    """``a=b, c=d`` as a person writes it; a mapping as it is, its values as text."""
    if isinstance(value, str):
        parts = [part.partition("=") for part in value.split(",") if part.strip()]
        if any(not sign for _, sign, _ in parts):
            raise ValueError(f"'{value}' is no list of name=value")
        return {name.strip(): given.strip() for name, _, given in parts}
    if isinstance(value, Mapping):
        return {
            str(name): " + ".join(map(str, given)) if isinstance(given, list) else str(given)
            for name, given in value.items()
        }
    return value
