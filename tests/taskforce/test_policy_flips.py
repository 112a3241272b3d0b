"""No row of the code's table can be taken away, changed or added without a difference to tests/policy_expected.csv."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from accounts import access as policy
from accounts.access import PolicyRow
from accounts.states import Relation, Role
from tests import policy_walk
from tests.policy_expected import PARTS, STATES, Line, lines
from tests.policy_walk import ROLES, Mismatch, World

ROWS = list(policy.POLICY)
GROUPS = sorted({(row.object, row.action, row.field) for row in ROWS})
WRITTEN = [line for line in lines() if "405" not in line.expected.values()]
# Where the walk's people stand, beside nowhere: how they come into a row. Everybody has something of their own.
STANDS = {
    name: {Relation.NONE, Relation.AUTHOR, Relation.SELF}
    | ({Relation.TEAM} if on_team else set())
    | ({Relation.MUNICIPALITY} if place == "Hedensted" else set())
    for name, (_, place, on_team) in ROLES.items()
}
# A job is seen by people who see the engagement that it is about.
SCOPE_OF = {"job": "engagement"}
NOT_THERE = {"404", "login"}


@pytest.fixture
def world(db, log_in, settings):
    settings.DEMO = False
    return policy_walk.build(log_in)


@contextmanager
def table(rows: list[PolicyRow]) -> Iterator[None]:
    """The product with other rows."""
    policy.POLICY[:] = rows
    try:
        yield
    finally:
        policy.POLICY[:] = ROWS


def lines_about(kind: str, action: str = "", field: str = "") -> list[Line]:
    """The rows of the table whose address takes this, or that look for this part; of the whole object when no action is given."""
    found = []
    for line in WRITTEN:
        permission = policy.taken_by(line.address)
        if permission is None or permission.object != kind:
            continue
        takes = not action or (permission.action, permission.field) == (action, field)
        if takes or (field in PARTS and line.case == field):
            found.append(line)
    return found


def people_of(row: PolicyRow) -> list[str]:
    """Those of the walk whom the row is about."""
    return [name for name, (role, _, _) in ROLES.items() if role == row.role and row.relation in STANDS[name]]


def first_difference(world: World, row: PolicyRow, states: set[str] | None = None) -> Mismatch | None:
    """A cell that differs: first looked for where the row's own permission is taken, then at all addresses of the object and its pages."""
    near = lines_about(row.object, row.action, row.field)
    far = [line for line in lines_about(row.object) if line not in near]
    elsewhere = [line for line in WRITTEN if line not in near and line not in far and line.kind == "-"]
    for some in (near, far, elsewhere):
        kept = states if states and any(set(line.states) & states for line in some) else None
        for found in policy_walk.mismatches(world, some, people_of(row), kept):
            if found:
                return found
    return None


def rows_of(group: tuple[str, str, str]) -> list[PolicyRow]:
    return [row for row in ROWS if (row.object, row.action, row.field) == group]


def changed_states(row: PolicyRow) -> Iterator[tuple[str, PolicyRow]]:
    """The row with one state more or less; (the state, the row)."""
    known = set(STATES.get(row.object, ()))
    now = set(row.states) or known
    for state in sorted(known):
        other = now ^ {state}
        if other:
            yield state, replace(row, states=frozenset(other))


def new_rows(group: tuple[str, str, str]) -> list[PolicyRow]:
    """Every role in every relation that the object knows, where the table says nothing and the walk has somebody."""
    kind, action, field = group
    relations = {row.relation for row in ROWS if row.object == kind} | {Relation.NONE}
    there = {(row.role, row.relation) for row in rows_of(group)}
    asked = [PolicyRow(kind, action, role, relation, field=field) for role in Role for relation in Relation if relation in relations]
    return [row for row in asked if not {(row.role, row.relation), (row.role, Relation.NONE)} & there and people_of(row)]


def sees_nothing(row: PolicyRow) -> bool:
    """Whether the person's way is closed before this row is asked for: the object is not there for them, so no action on it is."""
    if (row.action, row.field) == ("view", "") and row.object not in SCOPE_OF:
        return False
    own = [line for line in lines_about(SCOPE_OF.get(row.object, row.object)) if not line.case]
    return all(line.expected[name] in NOT_THERE for line in own for name in people_of(row) if line.kind != "-" or "another" in line.case)


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
def test_a_row_that_is_taken_away_is_missed(world, group):
    for row in rows_of(group):
        with table([other for other in ROWS if other != row]):
            assert first_difference(world, row), f"nobody misses {row}"


@pytest.mark.parametrize("group", [group for group in GROUPS if group[0] in STATES], ids=" ".join)
def test_a_state_more_or_less_is_noticed(world, group):
    for row in rows_of(group):
        for state, changed in changed_states(row):
            with table([changed if other == row else other for other in ROWS]):
                assert first_difference(world, row, {state}), f"nobody notices {changed}"


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
def test_a_row_that_is_added_is_noticed(world, group):
    """Or it changes nothing, because the people do not even see the object: what one may do never opens what one may not see."""
    for row in new_rows(group):
        with table([*ROWS, row]):
            found = first_difference(world, row)
        assert bool(found) is not sees_nothing(row), f"{row}: {found or 'nobody notices'}"
