"""Who is in charge of a cluster from one call to the next: by the trial, by the days in charge, or as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday.takeover import LEARNED, LOOK_AHEAD, Standing, trial, watch
from busyness.workflows.intraday.kept_policy import Charge


@dataclass(frozen=True, eq=False)
class Case:
    """What is known when it is decided who is in charge of ``cluster`` from ``day`` on.

    ``saved`` ``[days]`` is what the learned policy saves on fresh common days, ``kept`` what was decided before (None:
    nothing), ``fresh`` whether it has just learned, ``days`` those in charge (as ``days_in_charge`` says; None: there is no
    log).
    """

    cluster: str
    day: date
    saved: NDArray[np.float64]
    kept: Charge | None = None
    fresh: bool = False
    days: pl.DataFrame | None = None


def in_charge(case: Case) -> tuple[Standing, Charge]:
    """This will decide who is in charge, and return the row that says why and what has to be kept.

    A policy that has just learned, or that nobody has decided about, is tried on the common days. One in charge stays so
    until its days in charge, or the common days of a recalibrated simulator, show it surely behind. Who was sent away for
    its days in charge comes back only after learning again; then the row says both. Without a log and without learning all
    stays as it was.
    """
    kept = case.kept
    tried = trial(case.cluster, case.saved, before=kept.in_charge if kept else LOOK_AHEAD)
    if kept is not None and case.fresh and case.days is not None and case.days.height:
        before = watch(case.cluster, case.days["gain"].to_numpy(), spread=kept.spread)
        tried = tried._replace(reason=f"{before.reason} It has learned again since. {tried.reason}")
    if kept is None or case.fresh or (case.days is not None and kept.in_charge == LOOK_AHEAD and not kept.sent_away):
        return tried, _decided(case, tried)
    if kept.sent_away:
        reason = f"{kept.reason} Learn again (--learn 80) before it may come back."
        return tried._replace(in_charge=LOOK_AHEAD, reason=reason), kept
    if case.days is None:
        reason = f"It stays as it was decided for {kept.since}. {kept.reason}"
        return tried._replace(in_charge=kept.in_charge, reason=reason), kept
    return _watched(case, kept, case.days, tried=tried)


def _watched(case: Case, kept: Charge, days: pl.DataFrame, *, tried: Standing) -> tuple[Standing, Charge]:
    """Whether the learned policy stays in charge after these days of it."""
    watched = tried._replace(in_charge=LEARNED, reason=f"In charge since {kept.since}; no whole day of it is logged yet.")
    if days.height:
        watched = watch(case.cluster, days["gain"].to_numpy(), spread=kept.spread)
    if watched.in_charge == LOOK_AHEAD:
        return watched, replace(_decided(case, watched), spread=kept.spread, sent_away=True)
    if tried.high < 0:
        return tried, _decided(case, tried)
    return watched, kept


def _decided(case: Case, standing: Standing) -> Charge:
    spread = float(np.std(case.saved, ddof=1)) if len(case.saved) > 1 else 0.0
    return Charge(case.cluster, standing.in_charge, case.day, spread, sent_away=False, reason=standing.reason)
