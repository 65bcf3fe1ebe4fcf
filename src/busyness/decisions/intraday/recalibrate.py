"""The simulator's parameters again, from the log: each with an interval, leaning on what was believed where days are few.

Each is a ratio of sums over days: minutes of serving ÷ services, minutes of waiting ÷ those who gave up (the likeliest
value if patience is exponential, served visitors included), minutes of travel ÷ minutes believed, offers accepted ÷
made, and the spread of visitors between neighbouring steps beyond chance. The error is the jackknife's over whole days.
What was not counted but worked out by the simulator says nothing of service and patience, and is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.domain.errors import InputError
from busyness.tables import columns as c

BURST, SERVICE, PATIENCE, TRAVEL, ACCEPTANCE = (
    "burst", "service_minutes", "patience_minutes", "travel_factor", "acceptance",
)  # fmt: skip

RECALIBRATED_SCHEMA = {
    g.CLUSTER: pl.String,
    "parameter": pl.String,
    "believed": pl.Float64,  # so far
    "measured": pl.Float64,  # by the log alone; null where it says nothing
    "value": pl.Float64,  # from now on: both, each as far as it is sure
    "low": pl.Float64,  # of the value's 95 % interval
    "high": pl.Float64,
    "days": pl.Int64,
    c.REASON: pl.String,
}

_NORMAL = 1.959963984540054  # its 97.5 % quantile
_HALF = 0.5  # of an event as believed, so that no ratio is 0 or without end

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is believed of the visitors and people of a cluster, as the simulator needs it, and how surely.

    ``burst`` is the standard deviation of a step's visitors around the day's path (relative, beyond chance),
    ``acceptance`` the share of offers that are accepted. ``unsure`` is the relative standard error of all beliefs: 0.25
    says that they may well be a quarter off.
    """

    burst: float
    service_minutes: float
    patience_minutes: float
    travel_factor: float = 1.0
    acceptance: float = 0.9
    unsure: float = 0.25

    def __post_init__(self) -> None:
        positive = (self.burst, self.service_minutes, self.patience_minutes, self.travel_factor, self.unsure)
        if not (np.isfinite(positive).all() and min(positive) > 0 and 0 < self.acceptance < 1):
            raise InputError(
                f"These beliefs cannot be: {self}.", hint="All are above 0, and the acceptance is a share below 1."
            )


class Ratio(NamedTuple):
    """Of each day ``[days]``, the sums above and below the line."""

    above: Numbers
    below: Numbers


class _Scale(NamedTuple):
    """The scale on which errors are about normal, there and back, and its slope."""

    there: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]


_LOG = _Scale(lambda x: float(np.log(x)), lambda y: float(np.exp(y)), lambda x: 1 / x)
_LOGIT = _Scale(lambda x: float(np.log(x / (1 - x))), lambda y: float(1 / (1 + np.exp(-y))), lambda x: 1 / (x * (1 - x)))
_SQUARE = _Scale(lambda x: x, lambda y: float(np.sqrt(max(y, 0.0))), lambda _: 1.0)


def recalibrate(log: pl.DataFrame, beliefs: Beliefs) -> pl.DataFrame:
    """This will return the parameters of every cluster in a checked ``log``, with the columns of ``RECALIBRATED_SCHEMA``."""
    rows = []
    for (cluster,), part in log.group_by(g.CLUSTER, maintain_order=True):
        for parameter, ratio in _ratios(part, beliefs).items():
            rows.append((str(cluster), parameter, *_shrunk(parameter, ratio, beliefs)))
    return pl.DataFrame(rows, schema=RECALIBRATED_SCHEMA, orient="row")


def recalibrated(problem: IntradayProblem, table: pl.DataFrame, cluster: str) -> IntradayProblem:
    """This will return the problem as the log knows it: service, patience and travel are then what is believed and so."""
    value = dict(table.filter(pl.col(g.CLUSTER) == cluster).select("parameter", "value").iter_rows())
    if not value:
        raise InputError(f"Cluster '{cluster}' is not in the recalibrated parameters.")
    visits = replace(problem.visits, service_minutes=value[SERVICE], patience_minutes=value[PATIENCE])
    reality = replace(problem.reality, travel_factor=1.0, service_factor=1.0)
    return replace(problem, visits=visits, travel=problem.travel * value[TRAVEL], reality=reality)


def _ratios(log: pl.DataFrame, beliefs: Beliefs) -> dict[str, Ratio]:
    """The sums of each parameter, a day of the cluster each."""
    closing = pl.col(g.STEP) == pl.col(g.STEP).max().over(c.DATE)  # whoever is in line then gives up without wanting to
    offers = pl.col(g.ACCEPTED).is_not_null() & (pl.col(c.PLACE) == pl.col(c.PLACE).min())
    sums = (
        log.group_by(c.DATE)
        .agg(
            pl.col(g.BUSY).filter(g.SERVICES_COUNTED).sum(),
            pl.col(g.SERVED).filter(g.SERVICES_COUNTED).sum(),
            pl.col(g.WAITED).filter(~closing & pl.col(g.WAITS_COUNTED)).sum(),
            pl.col(g.GAVE_UP).filter(~closing & pl.col(g.WAITS_COUNTED)).sum(),
            pl.col(g.TRAVEL).sum(),
            pl.col(g.PLANNED_TRAVEL).filter(pl.col(g.TRAVEL).is_not_null()).sum(),
            (offers & pl.col(g.ACCEPTED)).sum().alias("yes"),
            offers.sum().alias("offers"),
        )
        .sort(c.DATE)
    )
    day = {name: sums[name].to_numpy().astype(np.float64) for name in sums.columns if name != c.DATE}
    return {
        BURST: _neighbours(log),
        SERVICE: Ratio(day[g.BUSY], day[g.SERVED]),
        PATIENCE: Ratio(day[g.WAITED], day[g.GAVE_UP]),
        TRAVEL: Ratio(day[g.TRAVEL], day[g.PLANNED_TRAVEL]),
        ACCEPTANCE: Ratio(day["yes"], day["offers"]),
    }


def _neighbours(log: pl.DataFrame) -> Ratio:
    """The squared burst as a ratio of sums: two steps beside each other share what the day does to the forecast.

    With visitors N₁, N₂ of steps expected to bring m₁, m₂, E[(N₁m₂ − N₂m₁)² − (N₁ + N₂)m₁m₂] = 2 burst² E[N₁N₂] m₁m₂ if both
    are Poisson around the same multiple of what is expected times a factor of their own with variance burst².
    """
    steps = (
        log.group_by(c.DATE, c.PLACE, g.STEP)
        .agg(pl.col(g.ARRIVALS).sum(), pl.col(g.EXPECTED).max())
        .sort(c.DATE, c.PLACE, g.STEP)
        .cast({g.ARRIVALS: pl.Float64})
    )
    beside = (pl.col(g.STEP).shift(-1).over(c.DATE, c.PLACE) - pl.col(g.STEP)) == 1
    n1, n2 = pl.col(g.ARRIVALS), pl.col(g.ARRIVALS).shift(-1)
    m1, m2 = pl.col(g.EXPECTED), pl.col(g.EXPECTED).shift(-1)
    sums = (
        steps.select(
            c.DATE,
            ((n1 * m2 - n2 * m1) ** 2 - (n1 + n2) * m1 * m2).alias("above"),
            (2 * n1 * n2 * m1 * m2).alias("below"),
            beside.alias("beside"),
        )
        .filter(pl.col("beside"))
        .group_by(c.DATE)
        .agg(pl.col("above", "below").sum())
        .sort(c.DATE)
    )
    return Ratio(sums["above"].to_numpy(), sums["below"].to_numpy())


def _shrunk(parameter: str, ratio: Ratio, beliefs: Beliefs) -> tuple[float, float | None, float, float, float, int, str]:
    """Believed, measured, both together with the ends of the interval, the days, and the reason."""
    believed, days = float(getattr(beliefs, parameter)), int((ratio.below > 0).sum())
    scale = _SQUARE if parameter == BURST else _LOGIT if parameter == ACCEPTANCE else _LOG
    inner = believed**2 if parameter == BURST else believed
    width = beliefs.unsure * inner * (2 if parameter == BURST else 1) * scale.slope(inner)
    centre, spread = scale.there(inner), width
    measured, error = _measured(ratio, inner, scale, plain=parameter == BURST)
    if measured is not None:
        pull = width**2 / (width**2 + error**2)
        centre, spread = centre + pull * (scale.there(measured) - centre), float(np.sqrt(pull) * error)
        reason = f"{days:,} days of log weigh {pull:.0%}, what was believed {1 - pull:.0%}."
    else:
        reason = f"{days:,} days of log say too little; it stays as believed."
    low, high = (scale.back(centre + sign * _NORMAL * spread) for sign in (-1, 1))
    shown = None if measured is None else scale.back(measured) if parameter == BURST else measured
    return believed, shown, scale.back(centre), low, high, days, reason


def _measured(ratio: Ratio, believed: float, scale: _Scale, *, plain: bool) -> tuple[float | None, float]:
    """The ratio and its error on the scale, or None on fewer than four days.

    The jackknife's variance is that of a t distribution with one degree of freedom fewer than days.
    """
    seen = (ratio.above != 0) | (ratio.below != 0)
    above, below = ratio.above[seen], ratio.below[seen]
    count = len(above)
    if count < 4:
        return None, 0.0
    extra = 0.0 if plain else _HALF
    top, under = above.sum() + extra * believed, below.sum() + extra
    without = (top - above) / (under - below)
    estimate = float(top / under)
    if scale is not _SQUARE and not (estimate > 0 and without.min() > 0):
        return None, 0.0
    left = np.array([scale.there(float(value)) for value in without])
    variance = (count - 1) / count * float(((left - left.mean()) ** 2).sum())
    return estimate, float(np.sqrt(variance * (count - 1) / (count - 3)))
