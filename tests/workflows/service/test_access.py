"""What is not granted is refused: of every role, resource, action, world, place and person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import ForbiddenError, InputError
from busyness.workflows.service.access import OWN, PERMISSIONS, RESOURCES, ROLES, Principal, allowed

NAMES = st.sampled_from(["a", "b", "c"])
SCOPES = st.none() | st.frozensets(NAMES)
RESOURCE = st.sampled_from(sorted(RESOURCES)) | st.text(max_size=12)
WITHOUT_PLACE = {"users", "keys", "audit", "privacy"}


def may(principal, resource, action, **where):
    try:
        allowed(principal, resource, action, **where)
    except ForbiddenError as fault:
        return not (fault.resource == resource and fault.action == action and fault.message and fault.hint)
    return True


@given(st.sampled_from(ROLES), SCOPES, SCOPES, st.none() | NAMES, RESOURCE, st.sampled_from(["read", "write"]), st.data())
def test_what_is_not_granted_is_refused(role, worlds, places, person, resource, action, data):
    principal = Principal("x", "X", role, worlds, places, person)
    world, place, whose = (data.draw(st.none() | NAMES) for _ in range(3))
    granted = (
        f"{resource}:{action}" in PERMISSIONS[role]
        and (worlds is None or world is None or world in worlds)
        and (places is None or place is None or place in places)
        and (resource not in OWN or (whose is not None and whose == person))
        and (resource not in WITHOUT_PLACE or (worlds is None and places is None))
    )
    assert may(principal, resource, action, world=world, place=place, person=whose) == granted


def test_the_table_is_the_one_that_was_agreed():
    def reads(role):
        return {p.partition(":")[0] for p in PERMISSIONS[role] if p.endswith(":read")}

    def writes(role):
        return {p.partition(":")[0] for p in PERMISSIONS[role] if p.endswith(":write")}

    look = {"places", "forecast", "peaks", "history"}
    assert writes("operations") == {"what_if", "observations", "overrides", "staffing", "intraday", "swaps"}
    assert reads("operations") >= look | {"quality", "explanation", "stock", "rebalancing", "promotions", "models"}
    for role, own in (("inventory", "stock"), ("logistics", "rebalancing"), ("marketing", "promotions")):
        assert writes(role) == {own, "what_if"}
        assert reads(role) == look | {own, "what_if"}
    assert writes("finance") == {"money"}
    assert "peaks" not in reads("finance")
    assert PERMISSIONS["staff"] == {f"{own}:{action}" for own in OWN for action in ("read", "write")}
    assert writes("admin") >= {"users", "keys", "models", "privacy"}
    assert "audit:write" not in PERMISSIONS["admin"]
    assert set().union(*map(reads, ROLES)) == reads("admin")


def test_only_an_administrator_touches_users_keys_audit_and_models():
    for role in set(ROLES) - {"admin"}:
        assert not PERMISSIONS[role] & {f"{r}:{a}" for r in WITHOUT_PLACE for a in ("read", "write")}
        assert "models:write" not in PERMISSIONS[role]


def test_a_member_of_staff_sees_only_their_own():
    ana = Principal("u1", "Ana", "staff", person="ana")
    assert may(ana, "my_shifts", "write", person="ana")
    assert not may(ana, "my_shifts", "read", person="ben")
    assert not may(ana, "my_shifts", "read")
    assert not may(ana, "forecast", "read")
    admin = Principal("u2", "Root", "admin")
    assert not may(admin, "my_shifts", "read", person="ana")


def test_places_out_of_scope_are_absent_from_lists():
    manager = Principal("u", "M", "operations", places=frozenset({"S2", "S3"}))
    assert manager.places_among(["S1", "S2", "S3"]) == ["S2", "S3"]
    assert not may(manager, "forecast", "read", place="S1")


def test_an_unknown_role_is_said():
    with pytest.raises(InputError, match="Did you mean 'operations'"):
        Principal("u", "U", "operation")
