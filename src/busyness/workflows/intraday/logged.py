"""The log of one cluster: what it says of visitors and people, and of a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.from_log import decisions_of
from busyness.decisions.intraday.off_policy import LOGGED, judge
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.recalibrate import ACCEPTANCE, BURST, Beliefs, recalibrate, recalibrated
from busyness.decisions.intraday.residual import Residual
from busyness.domain.errors import InputError
from busyness.tables import columns as c
from busyness.workflows.intraday.cluster import Cluster
from busyness.workflows.intraday.flex import FlexSettings

_LEAST_BURST = 0.01  # of the belief: none at all could never be found wrong
_HOUR = 60


@dataclass(frozen=True, repr=False)
class Logged:
    """The log's ``rows`` of one cluster, what it calls the cluster, and sentences about what was left out."""

    rows: pl.DataFrame
    name: str
    notes: tuple[str, ...]


def logged_of(path: Path, problem: IntradayProblem) -> Logged:
    """This will read a log (a file or a folder of them) and keep the cluster that has the problem's places.

    Raises:
        InputError: there is no log, it cannot be read, or it knows no such cluster.

    """
    log = g.read(path)
    places = dict(log.group_by(g.CLUSTER, maintain_order=True).agg(pl.col(c.PLACE).unique()).iter_rows())
    name = next((name for name, each in places.items() if set(each) == set(problem.places)), None)
    if name is None:
        raise InputError(
            f"The log knows the clusters {', '.join(map(str, places))}, none of them with these places.",
            hint="Give the log of this cluster, or leave --log out.",
        )
    others = [str(other) for other in places if other != name]
    said = f"Of the log, other clusters were left out ({', '.join(others)}): plan each with its own flex.yaml."
    return Logged(log.filter(pl.col(g.CLUSTER) == name), str(name), (said,) if others else ())


def recalibrated_cluster(cluster: Cluster, flex: FlexSettings, logged: Logged) -> tuple[Cluster, FlexSettings, pl.DataFrame]:
    """This will return the cluster and its settings as the log knows them, and the table of what the log says."""
    visits = cluster.problem.visits
    beliefs = Beliefs(
        service_minutes=visits.service_minutes,
        patience_minutes=visits.patience_minutes,
        burst=max(flex.burst, _LEAST_BURST),
    )
    table = recalibrate(logged.rows, beliefs)
    known = replace(cluster, problem=recalibrated(cluster.problem, table, logged.name))
    return known, flex.model_copy(update={"burst": parameters(table)[BURST]}), table


def other_roster(logged: Logged, cluster: Cluster) -> tuple[str, ...]:
    """This will say so where the log has the cluster's day with other heads than the cluster's roster."""
    problem, date = cluster.problem, cluster.day.start.date()
    rows = logged.rows.filter(pl.col(c.DATE) == date).select(c.PLACE, g.STEP, g.HEADS).unique()
    places = {place: number for number, place in enumerate(problem.places)}
    if all(step < problem.steps and problem.heads[places[place], step] == heads for place, step, heads in rows.rows()):
        return ()
    said = "give the same --staffing by day and by night."
    return (f"The roster of {date} in the log has other people at work than this run's: {said}",)


def parameters(table: pl.DataFrame) -> Mapping[str, float]:
    """This will return the values of a recalibrated cluster by name."""
    return dict(table.select("parameter", "value").iter_rows())


def acceptance_of(table: pl.DataFrame) -> float:
    """This will return the share of offers that people accept."""
    return parameters(table)[ACCEPTANCE]


def judged_from(
    logged: Logged, problem: IntradayProblem, policy: Residual, *, seed: int
) -> tuple[pl.DataFrame | None, tuple[str, ...]]:
    """This will judge a policy from the log: over the whole day, and by the last hour's decisions (``over`` says which).

    Where the log cannot be judged on (too few whole days, another flex.yaml), a sentence says why.
    """
    hour = max(round(_HOUR / problem.step_minutes), 1) * problem.flex.moves_per_step
    try:
        decisions = decisions_of(logged.rows, logged.name, problem=problem, policy=policy)
        parts = [("day", judge(decisions, seed=seed)), ("hour", judge(decisions, memory=hour, seed=seed))]
    except InputError as fault:
        return None, (f"The learned policy was not judged from the log. {fault}",)
    parts[1] = ("hour", parts[1][1].filter(pl.col("estimator") != LOGGED))
    return pl.concat([part.with_columns(over=pl.lit(over)) for over, part in parts]), ()
