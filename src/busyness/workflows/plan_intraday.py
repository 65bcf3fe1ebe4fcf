"""What flex people should do next, from a forecast, a roster and the day so far; and which policy is in charge, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from busyness.decisions.intraday._base import Policy
from busyness.decisions.intraday.compare import LOOKAHEAD, bound_of, comparison, run_policies
from busyness.decisions.intraday.days import Days, draw_days
from busyness.decisions.intraday.from_log import decisions_of
from busyness.decisions.intraday.learn import learn
from busyness.decisions.intraday.log import read as read_log
from busyness.decisions.intraday.off_policy import judge
from busyness.decisions.intraday.plan import Judged, plan_of
from busyness.decisions.intraday.policies.learned import Learned
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.policies.threshold import Threshold
from busyness.decisions.intraday.ppo import PpoSettings
from busyness.decisions.intraday.recalibrate import Beliefs, recalibrate, recalibrated
from busyness.decisions.intraday.residual import Residual
from busyness.decisions.intraday.rollout import Ran
from busyness.decisions.intraday.takeover import LEARNED, Standing, standings, trial
from busyness.domain.errors import InputError
from busyness.reports.intraday_page import IntradayMaterial, intraday_page
from busyness.reports.plan_page import page_files, plan_words
from busyness.sources.day_so_far import read_now, read_so_far
from busyness.tables.plan import Plan
from busyness.workflows.folder import read_forecast
from busyness.workflows.intraday.cluster import Cluster, cluster_of
from busyness.workflows.intraday.flex import FlexSettings, read_flex
from busyness.workflows.intraday.kept_policy import packed_policy, unpacked_policy
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.simulated import from_simulation
from busyness.workflows.stored_plan import read_plan

_TRAINING_DAYS, _LEARNING_DAYS = 100, 4096
_BOUND_DAYS = 60  # the bound takes far longer than a policy, and is a mean
_CLUSTER = "cluster"
LEARNED_FILE = "learned.npz"


@dataclass(frozen=True)
class IntradayTables:
    """The forecast's folder; the folder of its staffing plan (None: heads are what expected visitors need); the YAML of
    flex people; of the day so far what was counted (``place, time, observed``) and who stands where now; the log of earlier
    days; and a policy that was learned before.
    """

    forecast: Path
    staffing: Path | None = None
    flex: Path | None = None
    so_far: Path | None = None
    now: Path | None = None
    log: Path | None = None
    learned: Path | None = None


@dataclass(frozen=True)
class Asked:
    """Which ``day`` (None: the first whole one), how many common ``days`` policies are judged on, whether one is learned
    (in how many ``rounds``), and how the plan is written.
    """

    day: date | None = None
    days: int = 500
    rounds: int = 0
    language: str = "en"
    seed: int = 0


def plan_intraday(
    tables: IntradayTables, out: Path, *, asked: Asked | None = None, progress: Progress | None = None
) -> tuple[Plan, list[Path]]:
    """This will compare policies on common random days, put one in charge, propose the next step, and write the plan.

    The learned policy (``rounds`` above 0) takes over only where the interval of what it saves beside the look-ahead lies
    above zero. With a log, what is believed is recalibrated first, and the learned policy is judged on the log too.

    Raises:
        InputError: a file or option cannot be used.
        MissingExtraError: the extra ``intraday`` is not installed.

    """
    progress, asked = progress or Silent(), asked or Asked()
    plan_words(asked.language)  # a language that nobody knows is refused before the work, not after it
    if asked.days < 2:
        raise InputError("Policies cannot be compared on fewer than two days.", hint="Use --days 500.")
    progress.step("Reading")
    flex = read_flex(tables.flex)
    cluster = _cluster(tables, flex, asked)
    so_far = None if tables.so_far is None else read_so_far(tables.so_far, zone=cluster.zone)
    now = None if tables.now is None else read_now(tables.now)
    log = None if tables.log is None else read_log(tables.log)
    cluster, believed = _recalibrated(cluster, flex, log)
    before = None if tables.learned is None else unpacked_policy(tables.learned)
    judged, extra = _judged(cluster, flex, log, asked=asked, before=before, progress=progress)
    progress.step("Deciding the next step")
    versions = {"model": read_forecast(tables.forecast).forecast.model, "policy": judged.judged.in_charge.name}
    plan = plan_of(
        cluster.problem,
        cluster.day,
        judged=judged.judged,
        outlook=judged.outlook,
        so_far=so_far,
        now=now,
        versions=versions,
    )
    plan = replace(plan, tables={**plan.tables, **extra, **believed}, notes=(*plan.notes, *cluster.assumed))
    simulated = from_simulation((tables.forecast,))
    material = IntradayMaterial(plan, cluster.names, cluster.zone, asked.language, simulated=simulated)
    texts: dict[str, str | bytes] = dict(page_files(intraday_page(material), asked.language))
    if judged.learned is not None:
        texts[LEARNED_FILE] = packed_policy(judged.learned.residual)
    return plan, write_plan(plan, out, texts=texts, more={"simulated": simulated}, zone=cluster.zone)


@dataclass(frozen=True, repr=False)
class _Judgement:
    judged: Judged
    outlook: Lookahead
    learned: Learned | None


def _cluster(tables: IntradayTables, flex: FlexSettings, asked: Asked) -> Cluster:
    stored = read_forecast(tables.forecast)
    if not stored.adds_up:
        raise InputError(f"{stored.noun.capitalize()} do not add up over hours.", hint="Forecast visits.")
    staffing = None if tables.staffing is None else read_plan(tables.staffing, "staffing")
    return cluster_of(stored.forecast, flex, staffing=staffing, day=asked.day, seed=asked.seed)


def _recalibrated(cluster: Cluster, flex: FlexSettings, log: pl.DataFrame | None) -> tuple[Cluster, dict[str, pl.DataFrame]]:
    """The cluster as the log knows it, and the table of what the log says."""
    if log is None:
        return cluster, {}
    visits = cluster.problem.visits
    beliefs = Beliefs(service_minutes=visits.service_minutes, patience_minutes=visits.patience_minutes, burst=flex.burst)
    table = recalibrate(log, beliefs)
    known = table[_CLUSTER].unique().to_list()
    name = next((each for each in known if set(_places_of(log, each)) == set(cluster.problem.places)), None)
    if name is None:
        raise InputError(
            f"The log knows the clusters {', '.join(map(str, known))}, none of them with these places.",
            hint="Give the log of this cluster, or leave --log out.",
        )
    return replace(cluster, problem=recalibrated(cluster.problem, table, name)), {"recalibrated": table}


def _places_of(log: pl.DataFrame, cluster: str) -> list[str]:
    return log.filter(pl.col(_CLUSTER) == cluster)["place"].unique().to_list()


def _judged(
    cluster: Cluster,
    flex: FlexSettings,
    log: pl.DataFrame | None,
    *,
    asked: Asked,
    before: Residual | None,
    progress: Progress,
) -> tuple[_Judgement, dict[str, pl.DataFrame]]:
    """Policies tuned on some days and compared on others."""
    problem = cluster.problem
    progress.step("Tuning policies")
    train = _drawn(cluster, _TRAINING_DAYS, flex, seed=asked.seed + 1)
    lookahead = Lookahead.of(problem, train)
    policies: list[Policy] = [Static(), Threshold.tuned(problem, train), lookahead]
    learned = None if before is None else Learned(problem, lookahead, before)
    if asked.rounds:
        progress.step("Learning")
        many = _drawn(cluster, _LEARNING_DAYS, flex, seed=asked.seed + 2)
        settings = PpoSettings(rounds=asked.rounds, seed=asked.seed)
        learned = learn(problem, many, advisor=lookahead, settings=settings, start=before)
    if learned is not None:
        policies.append(learned)
    progress.step("Comparing on common days")
    days = _drawn(cluster, asked.days, flex, seed=asked.seed + 3)
    ran = run_policies(problem, days, policies=policies)
    bound = bound_of(problem, days.part(slice(0, _BOUND_DAYS)), ran=ran)
    standing = _standing(cluster, ran)
    in_charge = next(policy for policy in policies if policy.name == standing.in_charge)
    extra = {"standing": standings([standing])}
    if log is not None and learned is not None:
        name = str(log[_CLUSTER][0])
        extra["judged"] = judge(decisions_of(log, name, problem=problem, policy=learned.residual), seed=asked.seed)
    table = comparison(ran, bound=bound)
    return _Judgement(Judged(table, float(np.mean(bound)), in_charge), lookahead, learned), extra


def _standing(cluster: Cluster, ran: dict[str, Ran]) -> Standing:
    """Who is in charge: the learned policy only where it has shown that it is better."""
    name = "+".join(cluster.problem.places)
    if LEARNED in ran:
        return trial(name, ran[LOOKAHEAD].cost - ran[LEARNED].cost)
    days = len(ran[LOOKAHEAD].cost)
    return Standing(name, LOOKAHEAD, LOOKAHEAD, 0.0, 0.0, 0.0, days, "No learned policy was asked for (--learn).")


def _drawn(cluster: Cluster, count: int, flex: FlexSettings, *, seed: int) -> Days:
    return draw_days(cluster.day.paths, cluster.day.expected, count=count, burst=flex.burst, seed=seed)
