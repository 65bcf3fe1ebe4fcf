"""A test for a type of promotion that history says too little of: which places, which days, how many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import polars as pl

from busyness.decisions.promotions.days import Days
from busyness.decisions.promotions.effect import EffectJudge
from busyness.decisions.promotions.windows import END, SPILL_DAYS, START, Windows, running, windows_of
from busyness.domain.errors import InputError, TooLittleHistoryError
from busyness.tables import columns as c

ARM, ON, OFF = "arm", "on", "off"
_WEEK = 7


@dataclass(frozen=True, slots=True)
class SwitchBack:
    """``schedule`` has ``place, start, end`` (last day), ``arm``: in each pair of weeks every place has the promotion in
    one and none in the other, half of the places in each. ``spread`` is the standard deviation of a window's logarithm
    against the other places of its week; ``windows`` how many are on (as many are off); ``says`` is the proposal in words.
    """

    schedule: pl.DataFrame
    spread: float
    windows: int
    weeks: int
    says: str


def switch_back(
    days: Days,
    promotions: pl.DataFrame,
    *,
    first: date,
    uplift: float = 0.05,
    length: int = 4,
    power: float = 0.8,
    seed: int = 0,
) -> SwitchBack:
    """This will propose a test that finds a true ``uplift`` with probability ``power`` at 5 % (two-sided).

    Windows of ``length`` days begin on the weekday of ``first``, one a week, so that ``7 − length`` days lie between them
    for the effect to fade. It takes n = 2 · spread² · (z₀.₉₇₅ + z_power)² ÷ log(1 + uplift)² windows with and as many
    without. The spread comes from free windows of the past, those of the same week compared with each other. Source:
    Bojinov, Simchi-Levi & Zhao, "Design and analysis of switchback experiments", Management Science 69, 2023, without
    carry-over.

    Raises:
        InputError: the uplift, the length or the power cannot be.
        TooLittleHistoryError: there are too few free windows to know the spread.

    """
    if not (uplift > 0 and 0.5 <= power < 1 and 1 <= length <= _WEEK - SPILL_DAYS):
        raise InputError(
            f"A test over {length} days for an uplift of {uplift:.0%} with power {power:.0%} cannot be planned.",
            hint=f"Use 1 to {_WEEK - SPILL_DAYS} days, an uplift above 0 and a power from 50 % to below 100 %.",
        )
    spread = _spread(days, promotions, first=first, length=length)
    normal = NormalDist()
    z = normal.inv_cdf(0.975) + normal.inv_cdf(power)
    needed = max(math.ceil(2 * (spread * z / math.log1p(uplift)) ** 2), 2)
    pairs = -(-needed // len(days.places))
    schedule = _schedule(days.places, pairs, first=first, length=length, seed=seed)
    windows, weeks = pairs * len(days.places), 2 * pairs
    where = f"{len(days.places)} places" if len(days.places) > 1 else "one place"
    says = (
        f"Try it in {where} for {weeks} weeks from {first:%Y-%m-%d} on, {length} days a week: each place "
        f"has it every other week by lot, {windows} times in all. A true uplift of {uplift:.0%} would then be found "
        f"{power:.0%} of the time (windows without a promotion vary by {spread:.1%})."
    )
    return SwitchBack(schedule, spread, windows, weeks, says)


def _spread(days: Days, promotions: pl.DataFrame, *, first: date, length: int) -> float:
    near = np.zeros((len(days.places), days.count), bool)
    for windows in windows_of(promotions, days).values():
        near |= running(windows, days, around=SPILL_DAYS)
    starts = np.arange((first - days.first).days % _WEEK, days.count - length + 1, _WEEK)
    count = len(days.places)
    row, start = np.repeat(np.arange(count), len(starts)), np.tile(starts, count)
    errors = EffectJudge(days, ~near).window_errors(Windows(row, start, start + length, start)).reshape(count, -1)
    seen = ~np.isnan(errors)
    many = seen.sum(axis=0)
    compared = many > 1 if count > 1 else many > 0
    freedom = int((many[compared] - 1).sum()) if count > 1 else int(compared.sum()) - 1
    if freedom < 10:
        raise TooLittleHistoryError(
            "There are too few weeks without a promotion to plan a test.", hint="Give a backtest over more weeks."
        )
    kept = errors[:, compared]
    around = np.nanmean(kept, axis=0) if count > 1 else np.nanmean(kept)
    return float(np.sqrt(np.nansum((kept - around) ** 2) / freedom))


def _schedule(places: tuple[str, ...], pairs: int, *, first: date, length: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for pair in range(pairs):
        early = rng.permutation(len(places)) % 2 == pair % 2
        for half in range(2):
            start = first + timedelta(weeks=2 * pair + half)
            rows += [
                (place, start, start + timedelta(days=length - 1), ON if early[number] == (half == 0) else OFF)
                for number, place in enumerate(places)
            ]
    return pl.DataFrame(rows, schema={c.PLACE: pl.String, START: pl.Date, END: pl.Date, ARM: pl.String}, orient="row")
