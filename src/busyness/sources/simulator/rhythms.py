"""What repeats: two peaks a day by type of district, the week, the year, paydays and holidays."""

from __future__ import annotations

from datetime import date

import holidays as holidays_library
import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError, did_you_mean
from busyness.sources.simulator.span import Span, stream
from busyness.sources.simulator.stores import Stores

# All tables below go by district type, in the order of DISTRICT_TYPES:
# residential, office, commercial, tourist, university.

_QUIET = 0.35  # demand between the peaks, beside peaks of about 1
_NOON, _NOON_WIDTH = 12.75, 1.6  # hours
_EVENING, _EVENING_WIDTH = 19.0, 1.8
# [type, (weekday, Saturday, Sunday)]
_NOON_SIZE = np.array([(0.75, 1.25, 1.40), (1.55, 0.95, 0.85), (0.95, 1.10, 1.15), (0.95, 1.05, 1.10), (1.45, 1.00, 0.80)])
_EVENING_SIZE = np.array(
    [(1.30, 1.10, 0.90), (0.85, 0.70, 0.60), (1.15, 1.35, 1.10), (1.25, 1.40, 1.15), (1.05, 0.80, 0.65)]
)
# [type, Monday … Sunday]
_WEEK = np.array(
    [
        (0.92, 0.90, 0.92, 0.94, 1.05, 1.22, 1.18),
        (1.08, 1.10, 1.10, 1.10, 1.15, 0.72, 0.52),
        (0.90, 0.90, 0.92, 0.96, 1.10, 1.25, 1.05),
        (0.94, 0.92, 0.95, 1.00, 1.10, 1.12, 1.02),
        (1.10, 1.12, 1.12, 1.10, 1.05, 0.75, 0.45),
    ]
)
# [type, January … December]; schools and universities rest in January and February
_YEAR = np.array(
    [
        (0.97, 0.95, 1.02, 0.99, 1.03, 0.99, 1.06, 0.98, 0.97, 0.99, 1.02, 1.16),
        (0.95, 0.92, 1.01, 1.00, 1.02, 1.01, 1.02, 1.00, 1.00, 1.01, 1.03, 1.10),
        (0.96, 0.94, 0.99, 0.97, 1.03, 0.99, 1.07, 0.97, 0.96, 0.98, 1.03, 1.22),
        (1.02, 1.00, 0.95, 0.97, 0.98, 1.04, 1.15, 1.10, 0.99, 0.97, 0.96, 1.06),
        (0.80, 0.74, 0.98, 1.10, 1.10, 1.08, 0.98, 1.02, 1.08, 1.08, 1.06, 0.92),
    ]
)
_MID_MONTH = np.array([14, 44, 73, 104, 134, 165, 195, 226, 257, 287, 318, 348])
_PAYDAY = np.array([0.20, 0.12, 0.18, 0.08, 0.12])  # relative rise on the day itself
_AFTER_PAYDAY = (1.0, 0.6, 0.3)
_HOLIDAY = np.array([0.05, -0.25, -0.05, 0.22, -0.40])  # beside a Sunday's shape; log, at full weight
_EVE = np.array([0.24, 0.06, 0.20, 0.12, 0.02])
_AFTER_HOLIDAY = -0.07
_BEFORE_CHRISTMAS = np.array([0.40, 0.20, 0.50, 0.20, 0.15])  # on 24 December, fading over four days backwards
_GREAT = {(1, 1), (7, 28), (7, 29), (12, 25)}
_HIGH_DAY = 0.5  # a holiday of this weight has a Sunday's shape


def holiday_names(country: str, span: Span) -> dict[date, str]:
    """This will return the country's public holidays in the span, the planned days and one day around them.

    Raises ``InputError`` for a country the ``holidays`` library does not know.
    """
    known = holidays_library.list_supported_countries()
    code = country.strip().upper()
    if code not in known:
        hint = did_you_mean(code, known) or "Use a two-letter code such as PE, MX or ES."
        raise InputError(f"There is no holiday calendar for the country '{country}'.", hint=hint)
    first, last = span.planned_dates[0].astype(object), span.planned_dates[-1].astype(object)
    calendar = holidays_library.country_holidays(code, years=range(first.year, last.year + 2), language="en_US")
    return dict(sorted(calendar.items()))


def holiday_weights(span: Span, names: dict[date, str], seed: int) -> NDArray[np.float64]:
    """This will return how much of a holiday each planned day is, 0 … 1; the same holiday weighs the same every year."""
    draw = stream(seed, "holidays")
    weight = {name: draw.uniform(0.3, 0.9) for name in sorted(set(names.values()))}
    weight |= {name: 1.0 for day, name in names.items() if (day.month, day.day) in _GREAT}
    return np.array([weight[names[day]] if day in names else 0.0 for day in span.planned_dates.tolist()])


def day_shapes(stores: Stores, span: Span, seed: int) -> NDArray[np.float64]:
    """This will return the week of every store, ``[stores, 7, steps of a day]``: about 1 in an average open hour."""
    draw = stream(seed, "shapes")
    count = len(stores.ids)
    hour = (span.minutes + span.step_minutes / 2) / 60
    part = np.array([0, 0, 0, 0, 0, 1, 2])
    own = np.exp(draw.normal(0, 0.08, (2, count, 1, 1)))
    shift = draw.normal(0, 0.25, (2, count, 1, 1))
    noon = np.exp(-0.5 * ((hour - _NOON - shift[0]) / _NOON_WIDTH) ** 2) * own[0]
    evening = np.exp(-0.5 * ((hour - _EVENING - shift[1]) / _EVENING_WIDTH) ** 2) * own[1]
    noon_size = _NOON_SIZE[stores.kinds][:, part, None]
    evening_size = _EVENING_SIZE[stores.kinds][:, part, None]
    week = _WEEK[stores.kinds][:, :, None] * np.exp(draw.normal(0, 0.03, (count, 7, 1)))
    return np.asarray(week * (_QUIET + noon_size * noon + evening_size * evening))


def shape_days(span: Span, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """This will return the weekday whose shape each observed day has: its own, or Sunday on a high holiday."""
    return np.where(weights[: span.days] >= _HIGH_DAY, 6, span.weekdays[: span.days])


def calendar_effects(span: Span, names: dict[date, str], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """This will return the log effect of year, paydays and holidays, ``[district types, days]``."""
    effect = np.stack([np.interp(span.day_of_year, _MID_MONTH, year, period=365.25) for year in np.log(_YEAR)])
    since = days_since_payday(span)
    for days, share in enumerate(_AFTER_PAYDAY):
        effect += np.where(since == days, np.log1p(_PAYDAY[:, None] * share), 0.0)
    tomorrow, yesterday = np.append(weights[1:], 0.0), np.insert(weights[:-1], 0, 0.0)
    effect += _HOLIDAY[:, None] * weights
    effect += np.where(weights == 0, _EVE[:, None] * tomorrow + _AFTER_HOLIDAY * yesterday, 0.0)
    if any((day.month, day.day) == (12, 25) for day in names):
        next_year = (span.planned_dates.astype("datetime64[Y]") + 1).astype("datetime64[D]")
        to_christmas = (next_year - 8 - span.planned_dates).astype(np.int64)  # from 24 December
        effect += np.where((to_christmas >= 0) & (to_christmas < 24), _BEFORE_CHRISTMAS[:, None] * 0.78**to_christmas, 0.0)
    return np.asarray(effect[:, : span.days])


def days_since_payday(span: Span) -> NDArray[np.int64]:
    """This will return the days since wages were paid, on the 15th and the last day of the month; ``[days + ahead]``."""
    dates = span.planned_dates
    first = dates.astype("datetime64[M]").astype("datetime64[D]")
    next_first = (dates.astype("datetime64[M]") + 1).astype("datetime64[D]")
    day = (dates - first).astype(np.int64) + 1
    return np.where(dates == next_first - 1, 0, np.where(day >= 15, day - 15, day))
