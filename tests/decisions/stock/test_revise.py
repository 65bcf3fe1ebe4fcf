"""Between reviews: only what changed is proposed anew, and the reason begins with the change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from busyness.decisions.stock.problem import StockProblem
from busyness.decisions.stock.revise import changes, revise
from busyness.decisions.stock.solve import StockSolver
from busyness.domain.errors import InputError
from busyness.tables.plan import Plan


def tomorrow(problem: StockProblem, before: Plan) -> StockProblem:
    """The problem a day later: the plan was followed and demand came as expected."""
    rows = {(row["place"], row["product"]): row for row in before.actions.iter_rows(named=True)}
    lines = []
    for line in problem.lines:
        row = rows[line.place, line.product]
        left = row["on_hand"] + row["on_order"] + row["quantity"] - row["demand"] / row["days"]
        lines.append(replace(line, on_hand=max(left, 0), on_order=()))
    return replace(problem, lines=tuple(lines), origin=problem.origin + timedelta(days=1))


def test_when_all_went_as_expected_nothing_is_proposed(problem):
    before = StockSolver().decide(problem)
    later = tomorrow(problem, before)
    assert changes(later, before).height == 0
    plan = revise(later, before)
    assert plan.actions.height == 0
    assert plan.notes[0] == "6 of 6 lines wait for their review: little changed."


def test_a_higher_forecast_and_a_missing_delivery_are_told(problem):
    before = StockSolver().decide(problem)
    later = tomorrow(problem, before)
    busier = later.traffic.copy()
    busier[:, 1] *= 1.5
    gone = replace(later.lines[0], on_hand=later.lines[0].on_hand - 150)
    later = replace(later, traffic=busier, lines=(gone, *later.lines[1:]))
    found = changes(later, before)
    assert set(found.filter(changed="forecast")["place"]) == {"B"}
    assert found.filter(changed="forecast").height == 3
    assert found.filter(changed="stock").select("place", "product").rows() == [("A", "milk")]
    plan = revise(later, before)
    assert plan.actions.height == 4
    reasons = {(row["place"], row["product"]): row["reason"] for row in plan.actions.iter_rows(named=True)}
    assert reasons["B", "milk"].startswith("The forecast of the next 2 days went up ")
    assert "are on hand and on the way where" in reasons["A", "milk"]
    assert plan.tables["changes"].height == 4


def test_orders_that_nobody_wrote_down_are_warned_of(problem):
    before = StockSolver().decide(problem)
    followed = tomorrow(problem, before)
    quantities = {(row["place"], row["product"]): row["quantity"] for row in before.actions.iter_rows(named=True)}
    lines = (replace(ln, on_hand=max(ln.on_hand - quantities[ln.place, ln.product], 0)) for ln in followed.lines)
    forgotten = revise(replace(followed, lines=tuple(lines)), before)
    assert "are made twice" in forgotten.notes[0]
    assert "show no sign of it" not in "".join(revise(followed, before).notes)


def test_a_new_line_is_proposed(problem):
    before = StockSolver().decide(replace(problem, lines=problem.lines[1:]))
    assert changes(problem, before).filter(changed="new")["product"].to_list() == ["milk"]


def test_a_plan_of_the_future_is_refused(problem):
    before = StockSolver().decide(replace(problem, origin=problem.origin + timedelta(days=1)))
    with pytest.raises(InputError, match="after the forecast's origin"):
        changes(problem, before)
