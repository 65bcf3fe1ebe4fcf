"""The page of a roster: who works when, what is needed, what it costs and which wishes it breaks. One file, no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import polars as pl
from markupsafe import Markup

from busyness.domain.errors import InputError
from busyness.reports.gantt import Picture, coverage_charts, gantt_charts
from busyness.reports.pages import templates
from busyness.reports.palette import DARK, LIGHT
from busyness.reports.staffing_words import STAFFING_WORDS, said
from busyness.reports.words import Words, capitalised, words_of

_MOST_TOLD, _LONGEST_NAME = 8, 19
_WHOLE_PLACE = {"anyone", "key holder"}


@dataclass(frozen=True, repr=False)
class PlacePlan:
    """A place's roster as tables, as ``Plan.tables`` has them; ``parts`` of its ``cost``, and the ``bound``."""

    place: str
    name: str
    cost: float
    bound: float
    parts: Mapping[str, float]
    actions: pl.DataFrame
    need: pl.DataFrame
    people: pl.DataFrame
    wishes: pl.DataFrame
    missed: pl.DataFrame


@dataclass(frozen=True, repr=False)
class StaffingMaterial:
    """``told`` are sentences to know: what was assumed, whom it could not plan. ``versions`` as the plan's.

    Raises ``InputError`` for another language than ``es`` and ``en``.
    """

    places: Sequence[PlacePlan]
    language: str = "en"
    currency: str = ""
    told: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False

    def __post_init__(self) -> None:
        if self.language not in STAFFING_WORDS:
            raise InputError(f"A page cannot be written in '{self.language}'.", hint="Use es or en.")


@dataclass(frozen=True, slots=True)
class Tile:
    """A number at the top, with what it is and a word on it."""

    name: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the cost: its name, money, and share of the largest as a bar."""

    name: str
    money: str
    share: str
    wide: int


@dataclass(frozen=True, slots=True)
class DayPart:
    """One day: its name, a line on it, its Gantt chart if anybody works, and its coverage charts."""

    name: str
    note: str
    gantt: Markup | None
    coverage: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True, slots=True)
class PlacePart:
    """What the page shows of a place."""

    id: str
    name: str
    row: tuple[str, ...]
    tiles: tuple[Tile, ...]
    parts: tuple[PartRow, ...]
    wishes: tuple[tuple[str, str], ...]
    more_wishes: int
    missed: tuple[tuple[str, str], ...]
    all_missed: int
    week: tuple[str, ...]
    roster: tuple[tuple[str, tuple[str, ...], str], ...]
    days: tuple[DayPart, ...]


_LOOSE = 0.05  # a gap above it says more of the bound than of the roster


def render_staffing_page(material: StaffingMaterial) -> str:
    """This will return the page as one HTML document that asks the network for nothing."""
    words, language = words_of(material.language), material.language
    days = pl.concat(each.need["start"].dt.date() for each in material.places).unique().sort().to_list()
    people = sum(each.people.height for each in material.places)
    many = len(material.places)
    subtitle = [
        f"{words.day(days[0], short=True)} – {words.day(days[-1], short=True, year=True)}",
        said(language, "places.one") if many == 1 else said(language, "places", count=words.number(many)),
        said(language, "people", count=words.number(people)),
    ]
    names = {key: str(material.versions.get(key, "–")) for key in ("busyness", "forecast", "model", "solver", "seed")}
    return (
        templates()
        .get_template("staffing.html.j2")
        .render(
            words=words,
            skip=words.say("skip"),
            said=lambda key, **values: said(language, key, **values),
            subtitle=subtitle,
            palettes={"light": LIGHT, "dark": DARK},
            simulated=material.simulated,
            told=material.told,
            tiles=_tiles(material.places, words, currency=material.currency),
            places=[_place(each, words, currency=material.currency) for each in material.places],
            versions=names,
        )
    )


def render_staffing_part(material: StaffingMaterial) -> str:
    """This will return what a run's report says of the rosters: the tiles, and the first day of the first place."""
    words, language = words_of(material.language), material.language
    template = templates().get_template("staffing_part.html.j2")
    return template.render(
        said=lambda key, **values: said(language, key, **values),
        tiles=_tiles(material.places, words, currency=material.currency),
        place=_place(material.places[0], words, currency=material.currency),
    )


def _tiles(places: Sequence[PlacePlan], words: Words, *, currency: str) -> tuple[Tile, ...]:
    language = words.language
    cost, bound = (sum(getattr(each, name) for each in places) for name in ("cost", "bound"))
    gap = max(cost - bound, 0.0) / max(abs(cost), 1e-9)
    hours = sum(float(each.actions["quantity"].sum()) for each in places)
    shifts = sum(each.actions.height for each in places)
    short, needed = (sum(amount) for amount in zip(*(_short(each.need) for each in places), strict=True))
    broken = pl.concat(each.wishes.filter(pl.col("part") == "wishes") for each in places)
    wishes, price = broken.height, float(broken["price"].sum())
    proven = said(language, "gap.value", gap=words.percent(gap, 1)) if gap >= 5e-4 else said(language, "gap.none")
    return (
        Tile(said(language, "cost"), _money(cost, words, currency), said(language, "cost.note", currency=currency)),
        Tile(
            said(language, "gap"),
            proven,
            said(language, "gap.loose" if gap > _LOOSE else "gap.note", bound=_money(bound, words, currency)),
        ),
        Tile(said(language, "hours"), words.number(hours, 0), said(language, "hours.note", shifts=words.number(shifts))),
        Tile(
            said(language, "short"),
            said(language, "short.value", hours=words.number(short, 0 if short >= 10 else 1)),
            said(language, "short.note", needed=words.number(needed, 0)),
        ),
        Tile(
            said(language, "wishes"),
            words.number(wishes),
            said(language, "wishes.note", price=_money(price, words, currency)),
        ),
    )


def _short(need: pl.DataFrame) -> tuple[float, float]:
    """Hours of heads that are missing, and that are needed, of the roles people work in."""
    roles = need.filter(~pl.col("role").is_in(_WHOLE_PLACE))
    hours = _step(need) / timedelta(hours=1)
    return float(roles["gap"].clip(upper_bound=0).abs().sum()) * hours, float(roles["need"].sum()) * hours


def _step(need: pl.DataFrame) -> timedelta:
    step = need["start"].unique().sort().diff().drop_nulls().min()
    return step if isinstance(step, timedelta) else timedelta(hours=1)


def _place(each: PlacePlan, words: Words, *, currency: str) -> PlacePart:
    language = words.language
    tiles = _tiles([each], words, currency=currency)
    shifts = each.actions.with_columns(pl.col("start").dt.date().alias("day"))
    days: list[date] = each.need["start"].dt.date().unique().sort().to_list()
    told = sorted(each.wishes.iter_rows(named=True), key=lambda wish: -wish["price"])
    wishes = [
        (f"{wish['name']} {said(language, 'wish.' + wish['kind'], day=words.day(wish['day']))}", wish["price"])
        for wish in told[:_MOST_TOLD]
    ]
    missed = [
        (_missed(slot, words), _money(slot["price"], words, currency))
        for slot in each.missed.head(_MOST_TOLD).iter_rows(named=True)
    ]
    return PlacePart(
        id=each.place,
        name=each.name,
        row=(words.number(each.people.height), words.number(shifts.height), *(tile.value for tile in tiles)),
        tiles=tiles,
        parts=_parts(each, words, currency=currency),
        wishes=tuple((text, _money(price, words, currency)) for text, price in wishes),
        more_wishes=max(len(told) - _MOST_TOLD, 0),
        missed=tuple(missed),
        all_missed=each.missed.height,
        week=tuple(words.day(day, short=True) for day in days),
        roster=_roster(shifts, each.people, days=days, words=words),
        days=_days(each, days, words=words),
    )


def _missed(slot: Mapping[str, object], words: Words) -> str:
    start = slot["start"]
    assert isinstance(start, datetime)
    when = f"{words.day(start.date(), short=True)} {start:%H:%M}"
    role = _role(str(slot["role"]), words.language)
    return said(words.language, "missed.said", when=when, role=role, planned=slot["planned"], need=slot["need"])


def _role(role: str, language: str) -> str:
    return said(language, f"role.{role}") if role in _WHOLE_PLACE else role


def _parts(each: PlacePlan, words: Words, *, currency: str) -> tuple[PartRow, ...]:
    """The parts that cost something, and their sum."""
    largest = max([*each.parts.values(), 1e-9])
    rows = [
        PartRow(
            said(words.language, f"part.{part}"),
            _money(amount, words, currency),
            words.percent(amount / each.cost if each.cost else 0.0),
            round(100 * amount / largest),
        )
        for part, amount in each.parts.items()
        if amount >= 0.005
    ]
    return (*rows, PartRow(said(words.language, "part.total"), _money(each.cost, words, currency), "", 0))


def _roster(
    shifts: pl.DataFrame, people: pl.DataFrame, *, days: Sequence[date], words: Words
) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """One row a person: the hours and the role of each day, and the week's hours."""
    cells: dict[tuple[str, date], str] = {}
    for shift in shifts.iter_rows(named=True):
        cells[shift["person"], shift["day"]] = f"{shift['start']:%H:%M}–{shift['end']:%H:%M} {shift['role']}"
    none = said(words.language, "off")
    return tuple(
        (person["name"], tuple(cells.get((person["person"], day), none) for day in days), words.number(person["hours"]))
        for person in people.sort("name").iter_rows(named=True)
    )


def _days(each: PlacePlan, days: Sequence[date], *, words: Words) -> tuple[DayPart, ...]:
    language = words.language
    told = each.need.with_columns(pl.col("role").replace({role: _role(role, language) for role in _WHOLE_PLACE}))
    kept = each.need.group_by("role").agg(pl.col("gap").min()).filter(pl.col("gap") >= 0)["role"].to_list()
    quiet = [_role(role, language) for role in _WHOLE_PLACE if role in kept]  # a least presence that is kept says nothing
    drawn = []
    for day in days:
        shifts = each.actions.filter(pl.col("start").dt.date() == day).with_columns(_fitted(pl.col("name")))
        need = told.filter((pl.col("start").dt.date() == day) & ~pl.col("role").is_in(quiet))
        short, _ = _short(each.need.filter(pl.col("start").dt.date() == day))
        hours = float(shifts["quantity"].sum())
        note = said(language, "day.said", people=words.number(shifts["person"].n_unique()), hours=words.number(hours))
        if short:
            note += " · " + said(language, "day.short", hours=words.number(short, 0 if short >= 10 else 1))
        gantt = next((_svg(picture) for picture in gantt_charts(shifts, language=language)), None)
        roles = need["role"].unique(maintain_order=True).to_list()
        heads = [said(language, "coverage", role=capitalised(role)) for role in roles]
        pictures = map(_svg, coverage_charts(need, language=language))
        drawn.append(DayPart(words.day(day), note, gantt, tuple(zip(heads, pictures, strict=True))))
    return tuple(drawn)


def _fitted(name: pl.Expr) -> pl.Expr:
    """A name as long as there is room for beside a chart."""
    short = name.str.slice(0, _LONGEST_NAME - 1).str.strip_chars_end() + "…"
    return pl.when(name.str.len_chars() > _LONGEST_NAME).then(short).otherwise(name)


def _svg(picture: Picture) -> Markup:
    return Markup(picture.svg)  # noqa: S704  # our own drawing, every text in it escaped


def _money(amount: float, words: Words, currency: str) -> str:
    return f"{words.number(amount, 0 if abs(amount) >= 100 else 2)}\u00a0{currency}".strip()
