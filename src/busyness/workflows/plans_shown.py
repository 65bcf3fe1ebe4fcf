"""Plans as a run's report shows them: what each wrote for it, and why one could not be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from busyness.reports.material import ReportedPlan, ReportMaterial
from busyness.reports.plan_page import PLAN_PAGE, PLAN_PART
from busyness.workflows.plans import PLANS, MadePlan


def with_plans(material: ReportMaterial, plans: Sequence[MadePlan]) -> ReportMaterial:
    """This will put the plans into a report's material."""
    return replace(material, plans=[_reported(made) for made in plans])


def _reported(made: MadePlan) -> ReportedPlan:
    if made.plan is None:
        return ReportedPlan(made.kind, failed=made.failed)
    part = (made.folder / PLAN_PART).read_text("utf-8")
    return ReportedPlan(made.kind, part, f"{PLANS}/{made.kind}/{PLAN_PAGE}")
