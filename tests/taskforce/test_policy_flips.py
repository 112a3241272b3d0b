"""No row of the code's table can be taken away, changed or added without a difference to tests/policy_expected.csv."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from accounts import access as policy
from accounts.access import PolicyRow
from accounts.states import Relation, Role
from tests import policy_questions, policy_walk
from tests.policy_expected import OWN, STATES, Line, lines
from tests.policy_questions import Change
from tests.policy_walk import ROLES, Mismatch, World

ROWS = list(policy.POLICY)
GROUPS = sorted({(row.object, row.action, row.field) for row in ROWS})
KINDS = sorted({row.object for row in ROWS})
WRITTEN = [line for line in lines() if "405" not in line.expected.values()]
# Where the walk's people stand, beside nowhere: how they come into a row. Everybody has something of their own.
STANDS = {
    name: {Relation.NONE, Relation.AUTHOR, Relation.SELF}
    | ({Relation.TEAM} if on_team else set())
    | ({Relation.MUNICIPALITY} if place == "Hedensted" else set())
    | ({Relation.INVITED} if name == "employee_own" else set())
    for name, (_, place, on_team) in ROLES.items()
}
# What is assigned to whom: a task to an employee, cases with all that is in and about them to VISO.
ASSIGNED = {"employee_own": {"task"}, "viso_team": {"case", "file", "legal_review", "viso_review"}}
# Who has a review of their own; of the other kinds everybody has one.
AUTHORS = {"legal_review": {"legal_reviewer_team"}, "viso_review": {"viso_team"}}
# Objects whose own query says who sees them: a job its person, while they see the engagement; people, invitations and conflicts
# administrators and leaders; a delegated task the person who was given it; VISO's choice and the results whoever belongs to the
# engagement. A row for "view" alone opens none of them.
SCOPE_ELSEWHERE = {"job", "person", "invitation", "conflict", "task", "selection", "result"}
# Where somebody sees the one and is told of the other that it is not there, instead of being refused.
HIDDEN_IN = {("round", "list"): "engagement"}
ONLY_OWN = {"job"}  # asked for by nobody but its author: no other relation is ever looked at
REFUSED = {"403", "hidden"}
IMPLIED = {Relation.AUTHOR: {Relation.TEAM, Relation.ASSIGNED}, Relation.ASSIGNED: {Relation.TEAM}}  # of reviews and cases


def lines_about(kind: str, action: str = "", field: str = "") -> list[Line]:
    """The rows of the table whose address takes this, or that look for it on a page; of the whole object when no action is given."""
    found = []
    for line in WRITTEN:
        takes = policy.taken_by(line.address)
        asked = takes and takes.object == kind and (not action or (takes.action, takes.field) == (action, field))
        part = field or (kind if action == "view" else action if line.kind == kind else "")
        shown = bool(part) and line.case == part
        if asked or shown:
            found.append(line)
    return found


def people_of(row: PolicyRow) -> list[str]:
    """Those of the walk whom the row is about."""
    stand = {name: stands | ({Relation.ASSIGNED} if row.object in ASSIGNED.get(name, ()) else set()) for name, stands in STANDS.items()}
    own = AUTHORS.get(row.object, set(ROLES)) if row.relation == Relation.AUTHOR else set() if row.object in ONLY_OWN else set(ROLES)
    return [name for name, (role, _, _) in ROLES.items() if role == row.role and row.relation in stand[name] and name in own]


def first_difference(world: World, row: PolicyRow, rows: list[PolicyRow], states: set[str] | None = None) -> Mismatch | None:
    """A cell that differs with other `rows`, which differ in `row`.

    First looked for where the row's own permission is taken, then at all addresses of the object and its pages.
    """
    near = lines_about(row.object, row.action, row.field)
    far = [line for line in lines_about(row.object) if line not in near]
    elsewhere = [line for line in WRITTEN if line.kind == "-" and line not in near and line not in far]
    elsewhere.sort(key=lambda line: line.address not in policy_walk.BODIES)  # something is asked of these on purpose
    change, people = Change(rows), people_of(row)
    differing = (
        found
        for some in (near, far, elsewhere)
        for found in policy_walk.differences(world, change, policy_walk.cells(some, people, states))
    )
    return next(differing, None)


def changed_states(row: PolicyRow) -> Iterator[tuple[str, PolicyRow]]:
    """The row with one state more or less; (the state, the row).

    Not one more in which its people do not see the object at all, or may do it already as what they are besides.
    """
    known = set(STATES.get(row.object, ()))
    now = set(row.states) or known
    for state in sorted(known):
        other = now ^ {state}
        is_more = state not in now
        if other and not (is_more and (state in given_besides(row) or (row.action != "view" and state not in seen_in(row)))):
            yield state, replace(row, states=frozenset(other))


def given_besides(row: PolicyRow) -> set[str]:
    """The states in which another row gives the same to the same people: an author is on the team too."""
    besides = IMPLIED.get(row.relation, set())
    rows = [one for one in ROWS if replace(one, relation=row.relation, states=row.states) == row and one.relation in besides]
    return {state for one in rows for state in one.states or STATES[row.object]}


def seen_in(row: PolicyRow) -> set[str]:
    """The states in which those whom the row is about see its object."""
    stand = {row.relation, Relation.NONE, *IMPLIED.get(row.relation, ())}
    views = [one for one in ROWS if (one.object, one.action, one.field, one.role) == (row.object, "view", "", row.role)]
    seen = {state for one in views if one.relation in stand for state in one.states or STATES[row.object]}
    return seen if views else set(STATES[row.object])


def new_rows(group: tuple[str, str, str]) -> list[PolicyRow]:
    """Every role in every relation that the object knows, where the table says nothing and the walk has somebody.

    Where an address is about no single object (opening an engagement, the list of people) only the relations that are asked for there.
    """
    kind, action, field = group
    own = [row for row in ROWS if (row.object, row.action, row.field) == group]
    about_one = all(line.kind == kind for line in lines_about(*group))
    relations = {row.relation for row in ROWS if row.object == kind and (about_one or row in own)} | {Relation.NONE}
    there = {(row.role, row.relation) for row in own}
    asked = [PolicyRow(kind, action, role, relation, field=field) for role in Role for relation in Relation if relation in relations]
    return [row for row in asked if not {(row.role, row.relation), (row.role, Relation.NONE)} & there and people_of(row)]


def opens_something(row: PolicyRow) -> bool:
    """Whether the table expects a refusal that this row would turn: to the people it is about, at an address or on a page they reach."""
    seen = (row.action, row.field) == ("view", "") and row.object not in SCOPE_ELSEWHERE
    if seen and any(line.expected[name] == "404" for line in lines_about(row.object) for name in people_of(row)):
        return True
    about = {"", OWN, row.action, row.field or row.object}
    near = [line for line in lines_about(row.object, row.action, row.field) if line.case in about]
    return any(is_refused(line, name, row) and reaches(line, name, row) for line in near for name in people_of(row))


def is_refused(line: Line, name: str, row: PolicyRow) -> bool:
    """Whether the person is refused; a part with a page of its own is not there for those who see what it is part of."""
    whole = row.object if row.field else HIDDEN_IN.get((row.object, row.action))
    return line.expected[name] in REFUSED or bool(whole and line.expected[name] == "404" and sees(name, whole))


def sees(name: str, kind: str) -> bool:
    """Whether the person sees the object, whatever its state."""
    pages = [line for line in lines_about(kind, "view") if (line.method, line.case) == ("GET", "")]
    return bool(pages) and all(line.expected[name] == "ok" for line in pages if line.kind == kind)


def reaches(line: Line, name: str, row: PolicyRow) -> bool:
    """Whether nothing but this row stands in the way: the address takes it, or is open to the person as a page."""
    takes = policy.taken_by(line.address)
    if takes and (takes.object, takes.action, takes.field) == (row.object, row.action, row.field):
        return True
    pages = [other for other in WRITTEN if (other.address, other.method, other.case) == (line.address, line.method, "")]
    return any(page.expected[name] == "ok" for page in pages)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_is_taken_away_is_missed(walked, kind):
    for row in ROWS:
        if row.object == kind:
            assert first_difference(walked, row, [other for other in ROWS if other != row]), f"nobody misses {row}"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind in STATES])
def test_a_state_more_or_less_is_noticed(walked, kind):
    for row in ROWS:
        for state, changed in changed_states(row) if row.object == kind else ():
            rows = [changed if other == row else other for other in ROWS]
            assert first_difference(walked, row, rows, {state, "-"}), f"nobody notices {changed}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_is_added_is_noticed(walked, kind):
    for row in [row for group in GROUPS if group[0] == kind for row in new_rows(group) if opens_something(row)]:
        assert first_difference(walked, row, [*ROWS, row]), f"nobody notices {row}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_one_may_do_never_opens_what_one_may_not_see(walked, kind):
    """All the other new rows at once: actions on what is not there for the people, or what they may do already. Nothing changes."""
    idle = [row for group in GROUPS if group[0] == kind for row in new_rows(group) if not opens_something(row)]
    people = sorted({name for row in idle for name in people_of(row)})
    found = policy_walk.differences(walked, Change([*ROWS, *idle]), policy_walk.cells(lines_about(kind), people))
    assert [str(one) for one in found] == []
    assert bool(idle) is (kind not in {"log", "operations", "own_cases", "setup"})


@pytest.mark.parametrize("row", ROWS[::30], ids=lambda row: f"{row.object} {row.action} {row.field} {row.role}")
def test_what_was_told_nothing_else_by_the_policy_is_answered_as_before(walked, row):
    """The reason why a flip asks so little: without the row, cells that `differences` leaves out are asked all the same."""
    change = Change([other for other in ROWS if other != row])
    left_out = [
        cell
        for cell in policy_walk.cells(lines_about(row.object)[::4], people_of(row))[::7]
        if not change.tells(policy_walk.meet(walked, cell).asked)
    ]
    for cell in left_out[:12]:
        policy_walk.bring(walked, cell.line.kind, cell.state)
        with policy_questions.table(change.rows):
            met = policy_walk.outcome(walked, cell.line, policy_walk.ask(walked, cell.line, cell.person))
        assert (cell, met) == (cell, policy_walk.meet(walked, cell)._replace(asked=frozenset()))
