"""The job that reckons finance's page again with other assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from busyness.workflows.plan_money import ASSUMPTIONS, Assumed, MoneyTables, Wanted, plan_money
from busyness.workflows.plan_output import facts
from busyness.workflows.plans_process import PLANS
from busyness.workflows.progress import Told


def work_money(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    """This will answer ``{"folder", "assumptions": {name: value}, "language"}`` with the new page's facts.

    What was assumed before stays, unless it is given; the release's money plan is replaced as a whole.
    """
    folder = Path(arguments["folder"])
    plans = folder / PLANS
    before = plans / "money" / ASSUMPTIONS
    given = [f"{name}={value}" for name, value in arguments["assumptions"].items()]
    stock = plans / "stock"
    plan, _ = plan_money(
        MoneyTables(folder, plans / "staffing", stock=stock if stock.is_dir() else None),
        plans / "money",
        assumed=Assumed.of(before if before.is_file() else None, given),
        wanted=Wanted(lang=arguments.get("language") or "en"),
        progress=Told(tell),
    )
    return {"plan": facts(plan)}
