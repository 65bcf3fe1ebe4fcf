"""What finance assumes: who may say so, and what is refused before any work begins."""

import pytest


def test_only_finance_and_admins_may_assume(running) -> None:
    with running.client("inventory") as inventory, running.client("finance") as finance:
        assert inventory.put("/v1/money/assumptions", json={"assumptions": {"wage": 9}}).status_code == 403
        assert finance.put("/v1/money/assumptions", json={"assumptions": {"wage": 9}}).status_code in {202, 422}


@pytest.mark.parametrize(
    ("given", "said"),
    [({"wagge": 9}, "no assumption 'wagge'"), ({"wage": -1}, "cannot be -1"), ({}, "")],
)
def test_what_cannot_be_assumed_is_told(running, given, said) -> None:
    with running.client("finance") as finance:
        answer = finance.put("/v1/money/assumptions", json={"assumptions": given})
    assert answer.status_code == 422
    assert said in answer.text
