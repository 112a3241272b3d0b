"""The policy registry: rows of data that say who may do what."""

import pytest

from accounts import access
from accounts.access import Permission, PolicyRow
from accounts.refusal import Denied
from accounts.states import Relation, Role

NOT_YOURS, NOT_NOW = "Det er ikke din.", "Det går ikke nu."
OPEN_DOOR = Permission("door", "open", NOT_YOURS, NOT_NOW)
PAINT_DOOR = Permission("door", "paint", NOT_YOURS)
ROWS = [
    PolicyRow("door", "open", Role.COORDINATOR, Relation.MUNICIPALITY, frozenset({"closed"})),
    PolicyRow("door", "open", Role.CONSULTANT, Relation.TEAM),
    PolicyRow("door", "paint", Role.COORDINATOR, Relation.MUNICIPALITY, frozenset({"closed"})),
]


@pytest.fixture(autouse=True)
def _doors():
    before = list(access.POLICY)
    access.register(ROWS, {})
    yield
    access.POLICY[:] = before


@pytest.mark.parametrize(
    ("permission", "relation", "state", "sentence"),
    [
        (OPEN_DOOR, Relation.MUNICIPALITY, "closed", ""),
        (OPEN_DOOR, Relation.MUNICIPALITY, "open", NOT_NOW),
        (OPEN_DOOR, Relation.NONE, "closed", NOT_YOURS),
        (OPEN_DOOR, Relation.TEAM, "closed", NOT_YOURS),
        (PAINT_DOOR, Relation.MUNICIPALITY, "open", NOT_YOURS),
        (Permission("window", "open", NOT_YOURS), Relation.MUNICIPALITY, "closed", NOT_YOURS),
        (Permission("door", "break", NOT_YOURS), Relation.MUNICIPALITY, "closed", NOT_YOURS),
    ],
)
def test_a_row_must_fit_object_action_role_relation_and_state(coordinator, permission, relation, state, sentence):
    assert access.why_not(coordinator, permission, relations={relation}, state=state) == sentence


def test_a_row_without_states_holds_in_every_state(consultant):
    assert access.why_not(consultant, OPEN_DOOR, relations={Relation.TEAM}, state="whatever") == ""


def test_require_says_no_with_the_sentence(coordinator):
    access.require(coordinator, OPEN_DOOR, relations={Relation.MUNICIPALITY}, state="closed")
    with pytest.raises(Denied) as denied:
        access.require(coordinator, OPEN_DOOR, relations={Relation.MUNICIPALITY}, state="open")
    assert str(denied.value) == NOT_NOW


def test_registering_twice_adds_a_row_once():
    access.register(ROWS, {})
    assert [access.POLICY.count(row) for row in ROWS] == [1, 1, 1]
