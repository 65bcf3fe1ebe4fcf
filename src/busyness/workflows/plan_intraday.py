"""What flex people should do next, from a forecast, a roster and the day so far; and which policy is in charge, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from busyness import __version__
from busyness.decisions.intraday.compare import LOOKAHEAD, comparison
from busyness.decisions.intraday.decided import Decider, decided_rows
from busyness.decisions.intraday.in_charge import Reign, days_in_charge
from busyness.decisions.intraday.kept_day import KeptDay
from busyness.decisions.intraday.offer import Offered, Trying, offer
from busyness.decisions.intraday.plan import Judged, plan_of, possible
from busyness.decisions.intraday.takeover import LEARNED, Standing, standings
from busyness.decisions.intraday.today import view_of_today
from busyness.domain.errors import InputError
from busyness.domain.stopwatch import Stopwatch
from busyness.reports.intraday_page import IntradayMaterial, intraday_page
from busyness.reports.plan_page import page_files, plan_words
from busyness.reports.sentences import plan_in
from busyness.sources.day_so_far import SoFar, read_now, read_so_far
from busyness.tables.plan import Plan
from busyness.workflows.folder import read_forecast
from busyness.workflows.intraday.charge import Case, in_charge
from busyness.workflows.intraday.cluster import Cluster, cluster_of
from busyness.workflows.intraday.day_after import Answers
from busyness.workflows.intraday.flex import FlexSettings, read_flex
from busyness.workflows.intraday.judging import Compared, Effort, compared
from busyness.workflows.intraday.kept_decisions import Gone, decision_files, gone_today, offers_of
from busyness.workflows.intraday.kept_policy import Kept, packed_policy, unpacked_policy
from busyness.workflows.intraday.logged import (
    Logged,
    acceptance_of,
    judged_from,
    logged_of,
    other_roster,
    recalibrated_cluster,
)
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.simulated import from_simulation
from busyness.workflows.stored_plan import read_plan

LEARNED_FILE, OFFERS_FILE = "learned.npz", "offers.json"


@dataclass(frozen=True)
class IntradayTables:
    """The forecast's folder; the folder of its staffing plan (None: heads are what expected visitors need); the YAML of
    flex people; of the day so far what was counted (``place, time, observed``), who stands where now, and the answers to
    what was offered; the log of earlier days (a file, or a folder of them); and a policy that was learned before.
    """

    forecast: Path
    staffing: Path | None = None
    flex: Path | None = None
    so_far: Path | None = None
    now: Path | None = None
    log: Path | None = None
    learned: Path | None = None
    answers: Path | None = None


@dataclass(frozen=True)
class Asked:
    """Which ``day`` (None: the first whole one), how many common ``days`` policies are judged on, whether one is learned
    (in how many ``rounds``), in which share of steps something else is tried on purpose, and how the plan is written.
    """

    day: date | None = None
    days: int = 500
    rounds: int = 0
    language: str = "en"
    seed: int = 0
    trying: float = 0.0


@dataclass(frozen=True, repr=False)
class Ground:
    """What was read: the day of the ``cluster`` as it is believed to be, the settings of flex people, the cluster's log, and
    the learned policy of an earlier plan with what was decided about it.
    """

    cluster: Cluster
    flex: FlexSettings
    logged: Logged | None
    before: Kept | None


@dataclass(frozen=True, repr=False)
class Today:
    """One day of a cluster with its policies compared and one of them in charge: it decides any step of the day.

    ``kept`` is the learned policy with what was decided about it, ``tables`` and ``notes`` say how.
    """

    cluster: Cluster
    compared: Compared
    standing: Standing
    kept: Kept | None
    tables: dict[str, pl.DataFrame]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the log calls the cluster."""
        return _name(self.cluster)


def plan_intraday(
    tables: IntradayTables, out: Path, *, asked: Asked | None = None, progress: Progress | None = None
) -> tuple[Plan, list[Path]]:
    """This will compare policies on common random days, put one in charge, propose the next step, and write the plan.

    The learned policy takes over only where the interval of what it saves beside the look-ahead lies above zero; its file
    (``learned.npz``) keeps who is in charge. With a log, what is believed is recalibrated first, the learned policy is
    judged from the log too, and the look-ahead takes over again where its days in charge show it behind. What was
    offered is kept in the folder until the day is logged (``log_intraday``).

    Raises:
        InputError: a file or option cannot be used.
        MissingExtraError: the extra ``intraday`` is not installed.

    """
    progress, asked = progress or Silent(), asked or Asked()
    plan_words(asked.language)  # a language that nobody knows is refused before the work, not after it
    progress.step("Reading")
    ground = lay_out(tables, asked=asked)
    so_far = SoFar(None, ()) if tables.so_far is None else read_so_far(tables.so_far, zone=ground.cluster.zone)
    now = None if tables.now is None else read_now(tables.now)
    today = judge_today(ground, asked=asked, progress=progress)
    progress.step("Deciding the next step")
    gone = Gone() if tables.answers is None else gone_today(out, kept_day(today), Answers.read(tables.answers))
    plan, decided = decide_step(today, asked=asked, so_far=so_far.counted, now=now, gone=gone)
    left_out = tuple(f"Left out: {file}, line {line}: {why}." for file, line, why in (*so_far.rejected, *gone.rejected))
    cluster = today.cluster
    model = read_forecast(tables.forecast).forecast.model
    plan = replace(plan, versions={"model": model, **plan.versions}, notes=(*left_out, *plan.notes))
    plan = plan_in(plan, asked.language)
    simulated = from_simulation((tables.forecast, tables.staffing, tables.flex, tables.so_far, tables.now))
    material = IntradayMaterial(plan, cluster.names, cluster.zone, asked.language, simulated=simulated)
    texts: dict[str, str | bytes] = dict(page_files(intraday_page(material), asked.language))
    texts |= decision_files(out, kept_day(today), decided)
    texts[OFFERS_FILE] = offers_of(plan, decided)
    if today.kept is not None:
        texts[LEARNED_FILE] = packed_policy(today.kept)
    more = {"simulated": simulated, "cluster": today.name, "in_charge": today.standing.in_charge}
    return plan, write_plan(plan, out, texts=texts, more=more, zone=cluster.zone)


def lay_out(tables: IntradayTables, *, asked: Asked) -> Ground:
    """This will read what a day is decided on, and lay out the day.

    Raises:
        InputError: a file or option cannot be used.

    """
    if asked.days < 2:
        raise InputError("Policies cannot be compared on fewer than two days.", hint="Use --days 500.")
    if not 0 <= asked.trying < 1:
        raise InputError(f"Trying something else in {asked.trying:g} of all steps cannot be.", hint="Use --try 0.1.")
    flex, stored = read_flex(tables.flex), read_forecast(tables.forecast)
    if not stored.adds_up:
        raise InputError(f"{stored.noun.capitalize()} do not add up over hours.", hint="Forecast visits.")
    staffing = None if tables.staffing is None else read_plan(tables.staffing, "staffing")
    cluster = cluster_of(stored.forecast, flex, staffing=staffing, day=asked.day, seed=asked.seed)
    logged = None if tables.log is None else logged_of(tables.log, cluster.problem)
    return Ground(cluster, flex, logged, None if tables.learned is None else unpacked_policy(tables.learned))


def judge_today(ground: Ground, *, asked: Asked, progress: Progress | None = None) -> Today:
    """This will recalibrate the day from the log, compare the policies on common random days, and put one in charge."""
    progress = progress or Silent()
    cluster, flex, logged, before = ground.cluster, ground.flex, ground.logged, ground.before
    found: dict[str, pl.DataFrame] = {}
    if logged is not None:
        cluster, flex, found["recalibrated"] = recalibrated_cluster(cluster, flex, logged)
    effort = Effort(asked.days, asked.rounds, asked.seed)
    start = None if before is None else before.policy
    policies = compared(cluster, burst=flex.burst, effort=effort, start=start, progress=progress)
    notes = (*logged.notes, *other_roster(logged, cluster)) if logged is not None else ()
    if logged is not None and policies.learned is not None:
        judged, why = judged_from(logged, cluster.problem, policies.learned.residual, seed=asked.seed)
        found |= {} if judged is None else {"judged": judged}
        notes += why
    standing, kept = _standing(replace(ground, cluster=cluster), policies, found=found, fresh=asked.rounds > 0)
    found["standing"] = standings([standing])
    return Today(cluster, policies, standing, kept, found, notes)


def decide_step(
    today: Today,
    *,
    asked: Asked,
    so_far: pl.DataFrame | None = None,
    now: pl.DataFrame | None = None,
    gone: Gone | None = None,
) -> tuple[Plan, pl.DataFrame]:
    """This will propose the next step of the day, and return the plan and the decisions' rows (``DECIDED_SCHEMA``).

    ``gone`` are those called in and sent home on the day already. Raises what ``view_of_today`` raises.
    """
    gone = gone or Gone()
    cluster, policies, standing = today.cluster, today.compared, today.standing
    problem, day, policy = cluster.problem, cluster.day, policies.policies[standing.in_charge]
    watch = Stopwatch()
    with watch.stage("decide"):
        view = view_of_today(problem, day, so_far=so_far, now=now)
        view = view._replace(called=np.array([gone.called]), sent=np.array([gone.sent]))
        draw = int(np.random.default_rng([asked.seed, day.start.toordinal(), view.step]).integers(2**31))
        mask = possible(problem, view)
        offered: Offered = offer(policy, policies.lookahead, view, mask=mask, trying=Trying(asked.trying, draw))
    table = comparison(policies.ran, bound=policies.bound)
    version = today.kept.version if today.kept is not None and policy.name == LEARNED else __version__
    plan = plan_of(
        problem,
        day,
        judged=Judged(table, float(np.mean(policies.bound)), policy),
        offered=offered,
        versions={"policy": policy.name},
        seconds=watch.seconds["decide"],
    )
    plan = replace(plan, tables={**plan.tables, **today.tables}, notes=(*plan.notes, *today.notes, *cluster.assumed))
    return plan, decided_rows(problem, day, offered, by=Decider(today.name, policy.name, version))


def kept_day(today: Today) -> KeptDay:
    """This will return the day as it has to be kept until its log is written."""
    cluster = today.cluster
    return KeptDay(today.name, cluster.day.start, cluster.zone, cluster.day.expected, cluster.problem)


def _standing(
    ground: Ground, policies: Compared, *, found: dict[str, pl.DataFrame], fresh: bool
) -> tuple[Standing, Kept | None]:
    """Who is in charge, and the learned policy with what has to be kept of that; the days in charge are put to ``found``."""
    name, before, logged = _name(ground.cluster), ground.before, ground.logged
    if policies.learned is None:
        count = len(policies.ran[LOOKAHEAD].cost)
        why = "No learned policy was asked for (--learn)."
        return Standing(name, LOOKAHEAD, LOOKAHEAD, 0.0, 0.0, 0.0, count, why), None
    kept = before.charge if before is not None and before.charge is not None and before.charge.cluster == name else None
    days = None if logged is None else pl.DataFrame()
    if logged is not None and before is not None and kept is not None and kept.in_charge == LEARNED:
        reign, accepted = Reign(logged.name, before.version, kept.since), acceptance_of(found["recalibrated"])
        days = found["watched"] = days_in_charge(logged.rows, policies.lookahead, reign, acceptance=accepted)
    case = Case(name, ground.cluster.day.start.date(), policies.saved, kept, fresh, days)
    standing, charge = in_charge(case)
    return standing, Kept(policies.learned.residual, charge)


def _name(cluster: Cluster) -> str:
    return "+".join(cluster.problem.places)
