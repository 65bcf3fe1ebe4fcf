"""Proposals: offered once, answered once, and what came of them."""

from datetime import timedelta

import pytest

from busyness.domain.errors import ConflictError, InputError, UnknownRecordError
from busyness.state.proposals import NewProposal
from busyness.state.store import State
from busyness.testing.clock import NOON

HOUR = timedelta(hours=1)
CALL_IN = NewProposal(
    world="retail", place="S1", reference="2024-06-03/S1/1", kind="call_in", content={"heads": 2}, ends_at=NOON + HOUR
)


def test_offered_twice_is_offered_once(state: State) -> None:
    first = state.proposals.offer(CALL_IN, now=NOON)
    assert (first.status, first.content, first.offered_at) == ("offered", {"heads": 2}, NOON)
    assert state.proposals.offer(CALL_IN, now=NOON + HOUR / 2) == first
    accepted = state.proposals.answer(first.id, accept=True, by="u_1", now=NOON)
    assert state.proposals.offer(CALL_IN, now=NOON) == accepted


def test_one_answer_counts(state: State) -> None:
    offered = state.proposals.offer(CALL_IN, now=NOON)
    answered = state.proposals.answer(offered.id, accept=False, by="u_1", now=NOON, reason="rain")
    assert (answered.status, answered.answered_by, answered.reason) == ("refused", "u_1", "rain")
    with pytest.raises(ConflictError, match="refused already") as refused:
        state.proposals.answer(offered.id, accept=True, by="u_2", now=NOON)
    assert refused.value.by == "u_1"
    recorded = state.proposals.record(offered.id, {"waited": 3.5}, now=NOON + 2 * HOUR)
    assert (recorded.outcome, recorded.outcome_at) == ({"waited": 3.5}, NOON + 2 * HOUR)


def test_after_its_end_no_answer_is_taken(state: State) -> None:
    offered = state.proposals.offer(CALL_IN, now=NOON)
    assert state.proposals.list("retail", open_at=NOON, places=["S1"]).items == (offered,)
    assert state.proposals.list("retail", open_at=NOON + HOUR).items == ()
    assert state.proposals.list("retail").items == (offered,)
    with pytest.raises(ConflictError, match="has ended"):
        state.proposals.answer(offered.id, accept=True, by="u_1", now=NOON + HOUR)


def test_what_is_not_there_is_not_answered(state: State) -> None:
    for ask in (
        lambda: state.proposals.answer(9, accept=True, by="u", now=NOON),
        lambda: state.proposals.record(9, {}, now=NOON),
    ):
        with pytest.raises(UnknownRecordError):
            ask()
    with pytest.raises(InputError):
        state.proposals.offer(NewProposal(world="w", place="p", reference="", kind="k"), now=NOON)
