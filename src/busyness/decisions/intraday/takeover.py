"""Who is in charge of a cluster: the learned policy where it has shown that it is better, the look-ahead everywhere else.

A *trial* plays both on the same fresh days; the learned policy takes over where the interval of its gain lies above 0. From
then on it is *watched*, day by day: once there is a stretch of days up to today on which it is surely behind, the look-ahead
takes over again. Looking every day and at every stretch is paid for: a policy that is never behind on average is sent away
with a probability of at most ``1 − level``, however long it is watched.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from busyness.domain.errors import InputError
from busyness.metrics.money import paired_mean
from busyness.tables import columns as c

LEARNED, LOOK_AHEAD = "learned", "lookahead"  # as the policies are called
CLUSTER = "cluster"

LEAST_DAYS = 30
"""Fewer common days than this decide nothing in a trial."""

TAKEOVER_SCHEMA = {
    CLUSTER: pl.String,
    "in_charge": pl.String,  # from now on
    "before": pl.String,
    "gain": pl.Float64,  # a day: what the look-ahead costs less what the learned policy costs; above 0 the learned is better
    "low": pl.Float64,  # of its interval
    "high": pl.Float64,
    "days": pl.Int64,
    c.REASON: pl.String,
}

_SHORTEST = 10  # days of a stretch: below, its spread is not known
_TUNED = 30  # days of a stretch on which the sequence is tightest

Numbers = NDArray[np.float64]


class Standing(NamedTuple):
    """One row of the table, in the order of ``TAKEOVER_SCHEMA``."""

    cluster: str
    in_charge: str
    before: str
    gain: float
    low: float
    high: float
    days: int
    reason: str


def trial(cluster: str, gains: ArrayLike, *, before: str = LOOK_AHEAD) -> Standing:
    """This will decide from paired gains on fresh common days ``[days]``, which no policy was trained or chosen on.

    Raises:
        InputError: a gain is no finite number, or there is none.

    """
    days = _checked(cluster, gains)
    gain, low, high = map(float, paired_mean(days))
    figures = f"{_money(gain)} a day ({_money(low)} to {_money(high)}) on {len(days):,} common days"
    if len(days) < LEAST_DAYS:
        charge, reason = LOOK_AHEAD, f"{len(days)} common days decide nothing, {LEAST_DAYS} are the least."
    elif low > 0:
        charge, reason = LEARNED, f"The learned policy saves {figures}: surely more than nothing."
    elif high < 0:
        charge, reason = LOOK_AHEAD, f"The learned policy is behind: {figures}."
    else:
        charge, reason = LOOK_AHEAD, f"No difference shown: {figures}. The simpler policy stays in charge."
    return Standing(cluster, charge, before, gain, low, high, len(days), reason)


def watch(cluster: str, gains: ArrayLike, *, spread: float, level: float = 0.95) -> Standing:
    """This will watch a learned policy in charge: ``gains`` ``[days]`` in order since it took over.

    The gain of a day in charge is what the look-ahead would have cost on it (played on what came) less what it cost.
    ``spread`` is the standard deviation of a day's gain in the trial: a short calm stretch does not know it. The figures of
    the row are those of the stretch that decided, or of all days.

    Raises:
        InputError: a gain is no finite number, or there is none.

    """
    days = _checked(cluster, gains)
    found = fell_behind(days, spread=spread, level=level)
    if found is None:
        low, high = _sequence(days, spread, 1 - level)
        gain = float(days.mean())
        reason = f"Not behind: {_money(gain)} a day over the {len(days):,} days in charge ({_money(low)} to {_money(high)})."
        return Standing(cluster, LEARNED, LEARNED, gain, low, high, len(days), reason)
    first, last, low, high = found
    stretch = days[first : last + 1]
    gain = float(stretch.mean())
    reason = (
        f"Fell behind on day {last + 1:,} in charge: {_money(gain)} a day ({_money(low)} to {_money(high)}) over the "
        f"{len(stretch):,} days up to it. The look-ahead takes over again."
    )
    return Standing(cluster, LOOK_AHEAD, LEARNED, gain, low, high, len(stretch), reason)


def fell_behind(gains: Numbers, *, spread: float, level: float = 0.95) -> tuple[int, int, float, float] | None:
    """This will return the first and last day, and the interval, of the first stretch that was surely behind; or None.

    Each first day has a confidence sequence of its own, and they share the error between them: day k gets 1 ÷ (k (k + 1))
    of it. The spread is the larger of the given one and the stretch's own. Source of the sequence: Waudby-Smith, Arbour,
    Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics
    52, 2024.
    """
    total, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (gains, gains**2))
    start = np.arange(len(gains))
    error = (1 - level) / ((start + 1.0) * (start + 2.0))
    for end in range(_SHORTEST, len(gains) + 1):
        first = start[: end - _SHORTEST + 1]
        count = end - first
        mean = (total[end] - total[first]) / count
        own = np.sqrt(np.maximum((squares[end] - squares[first]) / count - mean**2, 0.0) * count / (count - 1))
        half = np.maximum(own, spread) * _width(count, error[: len(first)])
        behind = np.flatnonzero(mean + half < 0)
        if len(behind):
            best = behind[np.argmin((mean + half)[behind])]
            return int(first[best]), end - 1, float((mean - half)[best]), float((mean + half)[best])
    return None


def _sequence(gains: Numbers, spread: float, error: float) -> tuple[float, float]:
    """The confidence sequence's interval of all days."""
    own = float(gains.std(ddof=1)) if len(gains) > 1 else 0.0
    half = max(own, spread) * float(_width(np.array([len(gains)]), np.array([error]))[0])
    return float(gains.mean() - half), float(gains.mean() + half)


def _width(count: NDArray[np.int64], error: Numbers) -> Numbers:
    """Half the sequence's interval in standard deviations of a day, after ``count`` days."""
    logs = -2 * np.log(error)
    tuned = (logs + np.log(logs) + 1) / _TUNED
    grown = count * tuned + 1
    return np.asarray(np.sqrt(2 * grown / (count**2 * tuned) * np.log(np.sqrt(grown) / error)))


def _checked(cluster: str, gains: ArrayLike) -> Numbers:
    days = np.asarray(gains, np.float64).ravel()
    if not days.size or not np.isfinite(days).all():
        raise InputError(
            f"The gains of cluster '{cluster}' have {'no day' if not days.size else 'gaps'}.",
            hint="Give one finite number for each common day.",
        )
    return days


def standings(rows: Iterable[Standing]) -> pl.DataFrame:
    """This will return the table of who is in charge, one row a cluster, with the columns of ``TAKEOVER_SCHEMA``."""
    return pl.DataFrame(list(rows), schema=TAKEOVER_SCHEMA, orient="row")


def _money(amount: float) -> str:
    return f"{amount:+,.2f}"
