"""The morning report of one world: today's peaks, what to look at, and what the plans say to do, as text and as HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

import polars as pl

from busyness.domain.errors import BusynessError
from busyness.tables import columns as c
from busyness.workflows.service.access import PERMISSIONS
from busyness.workflows.service.alert_words import said
from busyness.workflows.service.alerts import Alert
from busyness.workflows.service.ask_peaks import ask_peaks
from busyness.workflows.service.ask_plans import ask_plan, ask_plan_table
from busyness.workflows.service.snapshot import Snapshot
from busyness.workflows.settings import Language

_PEAKS, _ACTIONS = 8, 5
_KINDS = ("staffing", "stock", "rebalancing", "promotions", "money")
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "subject": "{title}: {day}, what to expect",
        "peaks": "Today's peaks",
        "no_peaks": "No peaks are expected today.",
        "peak": "{name}, {clock}: about {size:,.0f} {noun} (likely {likely:.0%})",
        "alerts": "To look at",
        "no_alerts": "Nothing needs your attention.",
        "staffing": "Staff",
        "stock": "Orders",
        "rebalancing": "Moves",
        "promotions": "Promotions",
        "money": "Money",
        "nothing": "Nothing is planned for today.",
        "more": "and {count:,} more: see the page",
        "shifts": "{name}: {count:,} shifts, {hours:,.0f} hours",
        "made": "Forecast of {made}, model {model}.",
        "simulated": "These data are simulated.",
    },
    "es": {
        "subject": "{title}: {day}, qué esperar",
        "peaks": "Picos de hoy",
        "no_peaks": "Hoy no se esperan picos.",
        "peak": "{name}, {clock}: unos {size:,.0f} {noun} (probable {likely:.0%})",
        "alerts": "A revisar",
        "no_alerts": "Nada requiere su atención.",
        "staffing": "Personal",
        "stock": "Pedidos",
        "rebalancing": "Movimientos",
        "promotions": "Promociones",
        "money": "Dinero",
        "nothing": "No hay nada planeado para hoy.",
        "more": "y {count:,} más: vea la página",
        "shifts": "{name}: {count:,} turnos, {hours:,.0f} horas",
        "made": "Pronóstico del {made}, modelo {model}.",
        "simulated": "Estos datos son simulados.",
    },
}


@dataclass(frozen=True)
class Letter:
    """A message: its subject, and its body twice."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Reader:
    """For whom it is written: role, places (None: all), language."""

    role: str = "operations"
    places: tuple[str, ...] | None = None
    language: Language = "en"


Section = tuple[str, Sequence[str]]


def morning_letter(snapshot: Snapshot, reader: Reader, *, title: str, now: datetime, alerts: Sequence[Alert]) -> Letter:
    """This will write the report of the local day in which ``now`` (aware) lies; ``alerts`` are of the reader's places."""
    words = _WORDS[reader.language]
    zone = ZoneInfo(snapshot.forecast.places[0].timezone)
    day = now.astimezone(zone).date()
    shown = [said(alert, reader.language) for alert in alerts]
    sections: list[Section] = [
        (words["peaks"], _peaks(snapshot, reader, day) or [words["no_peaks"]]),
        (words["alerts"], shown or [words["no_alerts"]]),
        *_plans(snapshot, reader, day),
    ]
    foot = words["made"].format(made=f"{snapshot.made_at.astimezone(zone):%Y-%m-%d %H:%M}", model=snapshot.model_version)
    if snapshot.health.get("simulated"):
        foot += f" {words['simulated']}"
    subject = words["subject"].format(title=title, day=day.isoformat())
    return Letter(subject, _as_text(subject, sections, foot), _as_html(subject, sections, foot, language=reader.language))


def _peaks(snapshot: Snapshot, reader: Reader, day: date) -> list[str]:
    words = _WORDS[reader.language]
    found = ask_peaks(snapshot, places=reader.places, day=day).sort("size_q50", descending=True).head(_PEAKS)
    return [
        words["peak"].format(
            name=row["name"],
            clock=str(row["local_time"])[11:16],
            size=row["size_q50"],
            likely=row["probability"],
            noun=snapshot.noun,
        )
        for row in found.iter_rows(named=True)
    ]


def _plans(snapshot: Snapshot, reader: Reader, day: date) -> Iterator[Section]:
    """A section for each plan that the role may read; one that is damaged is told as such."""
    words = _WORDS[reader.language]
    for kind in _KINDS:
        if kind not in snapshot.plans or f"{kind}:read" not in PERMISSIONS[reader.role]:
            continue
        try:
            told = ask_plan_table(snapshot, kind, places=reader.places, language=reader.language)
            actions = _of_day(snapshot, told, day)
            lines = _money(snapshot, reader.language) if kind == "money" else _actions(snapshot, kind, actions, reader)
        except BusynessError as fault:
            lines = [str(fault)]
        yield words[kind], lines or [words["nothing"]]


def _of_day(snapshot: Snapshot, actions: pl.DataFrame, day: date) -> pl.DataFrame:
    if actions.is_empty() or c.TIME not in actions.columns:
        return actions
    zone = snapshot.forecast.places[0].timezone
    return actions.filter(pl.col(c.TIME).dt.convert_time_zone(zone).dt.date() == day)


def _actions(snapshot: Snapshot, kind: str, actions: pl.DataFrame, reader: Reader) -> list[str]:
    if not {c.PLACE, "quantity"} <= set(actions.columns):
        return []
    words = _WORDS[reader.language]
    names = {place.id: place.label for place in snapshot.forecast.places}
    if kind == "staffing":
        by_place = actions.group_by(c.PLACE, maintain_order=True).agg(pl.len().alias("count"), pl.col("quantity").sum())
        return [
            words["shifts"].format(name=names.get(place, place), count=count, hours=hours)
            for place, count, hours in by_place.iter_rows()
        ]
    first = actions.sort("quantity", descending=True).head(_ACTIONS)
    lines = [_action(row, names) for row in first.iter_rows(named=True)]
    if actions.height > _ACTIONS:
        lines.append(words["more"].format(count=actions.height - _ACTIONS))
    return lines


def _action(row: Mapping[str, object], names: Mapping[str, str]) -> str:
    what = str(row.get("product") or "")
    moved = " → ".join(names.get(str(row[end]), str(row[end])) for end in ("from", "to") if row.get(end))
    where = moved or names.get(str(row[c.PLACE]), str(row[c.PLACE]))
    amount = f"{row['quantity']:,.0f}" if isinstance(row["quantity"], float) else str(row["quantity"])
    return " · ".join(part for part in (where, what, amount, str(row.get(c.REASON) or "")) if part)


def _money(snapshot: Snapshot, language: Language) -> list[str]:
    """What the plan itself says first."""
    return [str(note) for note in ask_plan(snapshot, "money", language=language).facts.get("notes", ())][:1]


def _as_text(subject: str, sections: Sequence[Section], foot: str) -> str:
    parts = [subject, ""]
    for heading, lines in sections:
        parts += [heading, *(f"- {line}" for line in lines), ""]
    return "\n".join([*parts, foot, ""])


def _as_html(subject: str, sections: Sequence[Section], foot: str, *, language: Language) -> str:
    body = "".join(
        f"<h2 style='font-size:1rem'>{escape(heading)}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        for heading, lines in sections
    )
    return (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'><title>{escape(subject)}</title></head>"
        f"<body style='font-family:sans-serif;max-width:40rem'><h1 style='font-size:1.25rem'>{escape(subject)}</h1>{body}"
        f"<p style='color:#555'>{escape(foot)}</p></body></html>\n"
    )


def places_of(named: Collection[str]) -> tuple[str, ...] | None:
    """This will return the places of a setting, in which none means all."""
    return tuple(named) or None
