"""Plans as a run's report shows them: what each wrote for it, and why one could not be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from busyness.reports.material import ReportedPlan, ReportMaterial
from busyness.reports.plan_page import PLAN_PAGE, PLAN_PART
from busyness.reports.words import words_of
from busyness.workflows.plans_process import PLANS, PlanMade


def with_plans(material: ReportMaterial, plans: Sequence[PlanMade], folder: Path) -> ReportMaterial:
    """This will put the plans of a forecast's folder into its report's material."""
    return replace(material, plans=[_reported(made, folder / PLANS / made.kind) for made in plans])


def kind_in(kind: str, language: str) -> str:
    """This will return what a kind of plan is called; in English a command's own word."""
    return kind if language == "en" else words_of(language).known("plans.kind", kind)


def _reported(made: PlanMade, folder: Path) -> ReportedPlan:
    if made.failed:
        return ReportedPlan(made.kind, failed=made.failed)
    return ReportedPlan(made.kind, (folder / PLAN_PART).read_text("utf-8"), f"{PLANS}/{made.kind}/{PLAN_PAGE}")
