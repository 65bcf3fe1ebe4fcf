"""Windows are picked for what they are sure to gain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from busyness.decisions.promotions.effect import Effect
from busyness.decisions.promotions.recommend import PromotionProblem, PromotionSolver, PromotionTerms
from busyness.decisions.promotions.uplift import Uplift
from busyness.domain.errors import ColumnMissingError, InputError


def uplift(kind: str, low: float, change: float, *, estimable: bool = True) -> Uplift:
    effect = Effect(change, low, 2 * change - low, 0.001, 100.0, 30, 6, 20.0)
    return Uplift(kind, effect, pulled=0.1, cannibalised=0.2, estimable=estimable, verdict=f"{change:+.1%}.")


KNOWN = {
    "2x1": uplift("2x1", 0.1, 0.2),
    "card": uplift("card", -0.02, 0.03),
    "new": uplift("new", 0.3, 0.4, estimable=False),
}
CANDIDATES = pl.DataFrame(
    {
        "place": ["A", "A", "A", "B", "B"],
        "start": [date(2025, 2, 1), date(2025, 2, 6), date(2025, 2, 20), date(2025, 2, 1), date(2025, 2, 3)],
        "end": [date(2025, 2, 3), date(2025, 2, 9), date(2025, 2, 22), date(2025, 2, 2), date(2025, 2, 4)],
        "type": ["2x1", "2x1", "2x1", "card", "new"],
        "visits": [3000, 4000, 3500, 5000, 5000],
        "cost": [100.0, 100, 100, 10, 10],
    }
)
TERMS = PromotionTerms(margin=2, minutes=3, wage=6)


def test_gains_are_the_lower_bound_less_everything_else():
    problem = PromotionProblem(CANDIDATES, KNOWN, TERMS, {"A": "America/Lima"}, currency="PEN")
    plan = PromotionSolver().decide(problem)
    first = plan.tables["candidates"].row(0, named=True)
    assert first["extra_visits"] == pytest.approx(3000 * 0.1 * 0.7)
    assert first["staff"] == pytest.approx(3000 * 0.2 * 3 / 60 * 6)
    assert first["gain"] == pytest.approx(3000 * 0.1 * 0.7 * 2 - 100 - 180)
    # the first two lie too near each other; the card may do nothing, and nobody knows the new one
    assert plan.actions["start"].to_list() == [date(2025, 2, 6), date(2025, 2, 20)]
    assert plan.actions["time"][0] == datetime(2025, 2, 6, 5, tzinfo=UTC)
    assert plan.cost == plan.bound == pytest.approx(plan.actions["cost"].sum())
    assert plan.cost < 0
    assert plan.gap == 0
    assert plan.actions["reason"][0] == (
        "At least 10.0% more visits are likely, 280 of 4,000 after what other days and places lose: 560 PEN of margin, "
        "less 100 for the promotion and 240 for staff."
    )
    assert any(note.startswith("new: ") for note in plan.notes)


def test_budget_and_cool_down_bind():
    terms = replace(TERMS, budget=100.0)
    plan = PromotionSolver().decide(PromotionProblem(CANDIDATES, KNOWN, terms))
    assert plan.actions["start"].to_list() == [date(2025, 2, 6)]
    near = PromotionSolver().decide(PromotionProblem(CANDIDATES, KNOWN, replace(TERMS, cool_down=2)))
    assert near.actions.height == 3
    none = PromotionSolver().decide(PromotionProblem(CANDIDATES, KNOWN, replace(TERMS, margin=0.1)))
    assert none.actions.height == 0
    assert none.cost == 0


BAD = {
    "column": (lambda: PromotionProblem(CANDIDATES.drop("visits"), KNOWN, TERMS), ColumnMissingError, "'visits'"),
    "backwards": (
        lambda: PromotionProblem(CANDIDATES.with_columns(end=pl.col("start").dt.offset_by("-1d")), KNOWN, TERMS),
        InputError,
        "cannot be judged",
    ),
    "negative": (lambda: PromotionProblem(CANDIDATES.with_columns(cost=-1.0), KNOWN, TERMS), InputError, "cannot be judged"),
    "blank": (
        lambda: PromotionProblem(CANDIDATES.with_columns(visits=pl.lit(None, pl.Float64)), KNOWN, TERMS),
        InputError,
        "cannot be judged",
    ),
    "terms": (lambda: PromotionTerms(margin=-2), InputError, "not negative"),
}


@pytest.mark.parametrize(("make", "error", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_inputs(make, error, sentence):
    with pytest.raises(error) as caught:
        make()
    assert sentence in caught.value.message
