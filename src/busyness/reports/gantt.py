"""Pictures of a roster: who works when (a Gantt chart a day), and need beside planned heads. Plain vectors, no script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape

import polars as pl

from busyness.domain.errors import ColumnMissingError
from busyness.reports.words import Words, words_of

_NAMES, _HOUR, _ROW, _TOP = 150, 38, 22, 34  # points: the column of names, an hour, a row, the hours above
_HIGH, _LEFT = 110, 40  # points: a day's coverage, and the heads beside it
_INK, _MUTED, _LINE = "var(--ink,#17202a)", "var(--muted,#55606d)", "var(--line,#dde1e7)"
_ACCENT, _BAND, _WARN = "var(--accent,#0b62b0)", "var(--band,rgba(11,98,176,0.30))", "var(--warn-line,#c98a00)"
_TINTS = (1.0, 0.6, 0.35, 0.8)

_SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "gantt": "Shifts on {day}: {count} people",
        "coverage": "{role} on {day}: need, planned heads and gaps",
        "shift": "{name}, {start}–{end}, {role}",
        "break": "break",
        "need": "need",
        "planned": "planned",
        "gap": "missing",
        "short": "{at}: {planned} planned, {need} needed",
    },
    "es": {
        "gantt": "Turnos del {day}: {count} personas",
        "coverage": "{role}, {day}: necesidad, personas planificadas y faltantes",
        "shift": "{name}, {start}–{end}, {role}",
        "break": "refrigerio",
        "need": "necesidad",
        "planned": "planificado",
        "gap": "falta",
        "short": "{at}: {planned} planificadas, {need} necesarias",
    },
}


@dataclass(frozen=True, slots=True)
class Picture:
    """``svg`` is a whole SVG element; ``title`` heads it and says what it shows to who cannot see it."""

    title: str
    svg: str


def gantt_charts(actions: pl.DataFrame, *, language: str = "en") -> tuple[Picture, ...]:
    """This will draw the shifts of each day, one row a person; ``actions`` are a staffing plan's.

    Raises:
        ColumnMissingError: the actions are of another kind of plan.

    """
    _require(actions, ("name", "start", "end", "break", "role"))
    words = words_of(language)
    roles = actions["role"].unique(maintain_order=True).sort().to_list()
    days = actions.with_columns(pl.col("start").dt.date().alias("day")).sort("start", "end", "name")
    return tuple(
        _gantt(day, frame.to_dicts(), roles, words=words) for (day,), frame in days.group_by("day", maintain_order=True)
    )


def coverage_charts(need: pl.DataFrame, *, language: str = "en") -> tuple[Picture, ...]:
    """This will draw need, planned heads and gaps of each role and day; ``need`` is a staffing plan's table.

    Raises:
        ColumnMissingError: the table is another one.

    """
    _require(need, ("start", "role", "need", "planned"))
    words = words_of(language)
    days = need.with_columns(pl.col("start").dt.date().alias("day"))
    steps = need["start"].unique().sort().diff().drop_nulls()
    step = steps.min() if steps.len() else None
    length = step if isinstance(step, timedelta) else timedelta(hours=1)
    return tuple(
        _coverage(day, role, frame.sort("start").to_dicts(), length=length, words=words)
        for (role, day), frame in days.group_by("role", "day", maintain_order=True)
    )


def _require(frame: pl.DataFrame, names: Sequence[str]) -> None:
    for name in names:
        if name not in frame.columns:
            raise ColumnMissingError(name, frame.columns, role="the pictures of a roster")


def _gantt(day: object, shifts: list[dict[str, object]], roles: list[str], *, words: Words) -> Picture:
    assert isinstance(day, date)
    midnight = datetime.combine(day, datetime.min.time())
    spans = [(_hours(shift["start"], midnight), _hours(shift["end"], midnight)) for shift in shifts]
    first, last = int(min(start for start, _ in spans)), -int(-max(end for _, end in spans) // 1)
    parts = list(_hour_lines(first, last, _TOP + _ROW * len(shifts), left=_NAMES))
    said = _SAID[words.language]
    for row, (shift, (start, end)) in enumerate(zip(shifts, spans, strict=True)):
        top = _TOP + row * _ROW
        role = str(shift["role"])
        tip = said["shift"].format(name=shift["name"], start=_clock(start), end=_clock(end), role=role)
        tint = _TINTS[roles.index(role) % len(_TINTS)]
        parts.append(_text(_NAMES - 8, top + 15, str(shift["name"]), anchor="end"))
        bar = f'<rect x="{_x(start, first)}" y="{top + 3}" width="{_wide(start, end)}" height="{_ROW - 6}" rx="3"'
        parts.append(f'{bar} style="fill:{_ACCENT};fill-opacity:{tint}"><title>{escape(tip)}</title></rect>')
        rest = _break(shift, midnight)
        if rest:
            bar = f'<rect x="{_x(rest[0], first)}" y="{top + 3}" width="{_wide(*rest)}" height="{_ROW - 6}"'
            parts.append(f'{bar} style="fill:var(--card,#fff)"><title>{said["break"]}</title></rect>')
        parts.append(_text(_x(end, first) + 5, top + 15, role, muted=True))
    title = said["gantt"].format(day=words.day(day), count=len({str(shift["name"]) for shift in shifts}))
    return Picture(title, _svg(parts, title, _NAMES + (last - first) * _HOUR + 90, _TOP + _ROW * len(shifts) + 8))


def _coverage(day: object, role: object, slots: list[dict[str, object]], *, length: timedelta, words: Words) -> Picture:
    assert isinstance(day, date)
    midnight = datetime.combine(day, datetime.min.time())
    wide = length.total_seconds() / 3600
    rows = [(_hours(s["start"], midnight), _count(s["need"]), _count(s["planned"])) for s in slots]
    first, last = int(rows[0][0]), -int(-(rows[-1][0] + wide) // 1)
    most = max(1, *(max(need, planned) for _, need, planned in rows))
    foot = _TOP + _HIGH
    scale = _HIGH / most
    said = _SAID[words.language]
    parts = list(_hour_lines(first, last, foot, left=_LEFT))
    parts += [_text(_LEFT - 6, foot - most * scale + 5, str(most), anchor="end"), _text(_LEFT - 6, foot, "0", anchor="end")]
    for start, need, planned in rows:
        x, step = _x(start, first, left=_LEFT), round(wide * _HOUR, 1)
        tip = escape(said["short"].format(at=_clock(start), planned=planned, need=need))
        tall = round(planned * scale, 1)
        bar = f'<rect x="{x}" y="{round(foot - tall, 1)}" width="{step}" height="{tall}"'
        parts.append(f'{bar} style="fill:{_BAND}"><title>{tip}</title></rect>')
        if need > planned:
            gap = round((need - planned) * scale, 1)
            bar = f'<rect x="{x}" y="{round(foot - need * scale, 1)}" width="{step}" height="{gap}"'
            parts.append(f'{bar} class="gap" style="fill:{_WARN};fill-opacity:0.55"><title>{tip}</title></rect>')
        high = round(foot - need * scale, 1)
        parts.append(f'<path d="M{x},{high}h{step}" style="stroke:{_INK};stroke-width:1.6;fill:none"/>')
    marks = (("—", _INK, "need"), ("■", _BAND, "planned"), ("■", _WARN, "gap"))
    legend = "".join(f'<tspan style="fill:{colour}">{mark}</tspan> {said[what]}\u2003' for mark, colour, what in marks)
    parts.append(f'<text x="{_LEFT}" y="{foot + 18}" style="fill:{_MUTED}">{legend}</text>')
    title = said["coverage"].format(role=role, day=words.day(day))
    return Picture(title, _svg(parts, title, _LEFT + (last - first) * _HOUR + 20, foot + 26))


def _hour_lines(first: int, last: int, foot: float, *, left: int) -> Iterator[str]:
    for hour in range(first, last + 1):
        x = _x(hour, first, left=left)
        yield f'<path d="M{x},{_TOP - 6}V{foot}" style="stroke:{_LINE}"/>'
        if (hour - first) % 2 == 0:
            yield _text(x, _TOP - 12, _clock(hour), muted=True, anchor="middle")


def _svg(parts: Sequence[str], title: str, width: float, height: float) -> str:
    head = (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg"'
    )
    return f'{head} style="max-width:{width:g}px;font:12px system-ui,sans-serif">{"".join(parts)}</svg>'


def _text(x: float, y: float, text: str, *, muted: bool = False, anchor: str = "start") -> str:
    colour = _MUTED if muted else _INK
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" style="fill:{colour}">{escape(text)}</text>'


def _hours(moment: object, midnight: datetime) -> float:
    assert isinstance(moment, datetime)
    return (moment - midnight).total_seconds() / 3600


def _count(value: object) -> int:
    assert isinstance(value, int)
    return value


def _break(shift: Mapping[str, object], midnight: datetime) -> tuple[float, float] | None:
    """The hours of a break written ``13:00–14:00``; one after midnight belongs to the next day."""
    if not shift["break"]:
        return None
    marks = [int(part[:2]) + int(part[3:]) / 60 for part in str(shift["break"]).split("–")]
    after = 24 if marks[0] < _hours(shift["start"], midnight) else 0
    return marks[0] + after, marks[1] + (24 if marks[1] < marks[0] else 0) + after


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _x(hours: float, first: int, *, left: int = _NAMES) -> float:
    return round(left + (hours - first) * _HOUR, 1)


def _wide(start: float, end: float) -> float:
    return round((end - start) * _HOUR, 1)
