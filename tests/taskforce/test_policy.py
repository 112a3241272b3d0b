"""The policy as a person wrote it down (tests/policy_expected.csv) against what the product answers.

A new address makes `test_every_address_stands_in_the_table` fail. Add a row for it, in a spreadsheet or by hand (the columns are
separated by semicolons):

  object    engagement or job when the address is about one of them, else -
  address   its name in the URLconf
  method    GET or POST, a row for each that it has; that others answer 405 is compared by itself
  case      empty; or a part of the page that not everybody may see (notes, history, reason); or own (the page of oneself); or another's
            (a job or passkey of somebody else)
  states    "all", or some of the object's states; every state stands in exactly one row. - where there is no object
  people    what each meets: ok (let in; also 302, 409, 422), 403, 404, login, and with a part shown or hidden

Write what decisions, domain and security say, not what the code does. The arguments of an address come from tests/addresses.py.
`python -m tests.policy_expected` prints the number of cells.
"""

import re
from collections import Counter
from html import unescape

import pytest

from accounts import access as policy
from engagements import access
from engagements.actions.attaching import NOT_OUR_SIDE
from engagements.models import Engagement
from tests import addresses, policy_walk
from tests.engagements.reading import sentence
from tests.policy_expected import ALSO, CASES, METHODS, OUTCOMES, PEOPLE, STATES, cells, lines

WRITTEN = [line for line in lines() if set(line.expected.values()) <= OUTCOMES]
SENTENCES = {text for permission in policy.ADDRESSES.values() for text in (permission.not_yours, permission.not_now) if text}
SENTENCES |= {NOT_OUR_SIDE}  # which the policy cannot know: it depends on who put the document there


def kind_of(name: str, route: str) -> str:
    """The kind of object with states that an address is about, as the code has it."""
    permission = policy.taken_by(name)
    known = policy.OBJECTS.get(permission.object) if permission else None
    return permission.object if permission and known and known.states and "<" in route else "-"


# The table itself


def test_every_address_stands_in_the_table():
    named = {name for name, _, _ in addresses.patterns()} | {"admin:index"}
    told = {line.address for line in lines()}
    assert named - told == set()
    assert {name for name in told - named if not name.startswith("admin:")} == set()


def test_every_row_makes_sense():
    for line in WRITTEN:
        assert line.method in METHODS + ALSO, line
        assert line.case in CASES, line
        assert set(line.states) <= set(STATES[line.kind]), line
    strange = [str(line) for line in lines() if not set(line.expected.values()) <= OUTCOMES | {"405"}]
    assert strange == []


def test_every_state_of_an_object_stands_in_exactly_one_row():
    kinds = {name: kind_of(name, route) for name, route, _ in addresses.patterns()}
    told = Counter((line.address, line.method, line.case, state) for line in WRITTEN for state in line.states)
    assert {key for key, number in told.items() if number > 1} == set()
    for address, method in {(line.address, line.method) for line in WRITTEN}:
        states = {key[3] for key in told if key[:3] == (address, method, "")}
        assert (address, method, states) == (address, method, set(STATES[kinds.get(address, "-")]))


def test_the_states_of_the_table_are_those_of_the_objects():
    known = {kind: set(found.states.values) for kind, found in policy.OBJECTS.items() if found.states}
    assert known == {kind: set(states) for kind, states in STATES.items() if kind != "-"}


# The walk


@pytest.mark.parametrize("person", PEOPLE)
def test_a_person_meets_what_the_table_says_at_every_address_in_every_state(walked, person):
    compared = list(policy_walk.mismatches(walked, lines(), [person]))
    assert [str(found) for found in compared if found] == []
    assert len(compared) * len(PEOPLE) == cells() > 5000


@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "anonymous"])
def test_what_one_sees_is_what_one_may_view(walked, person):
    user = type(walked.people[person])
    for state in STATES["engagement"]:
        policy_walk.bring(walked, "engagement", state)
        found = Engagement.objects.get(pk=walked.engagement.pk)
        somebody = user.objects.get(pk=walked.people[person].pk)
        visible = Engagement.objects.visible_to(somebody).filter(pk=found.pk).exists()
        expected = next(line for line in WRITTEN if (line.address, line.case) == ("engagement", "")).expected[person]
        assert visible is (access.why_not_engagement(somebody, access.VIEW, found) == "") is (expected == "ok")


@pytest.mark.parametrize(
    "person", ["legal_reviewer_other", "coordinator_other", "leader_other", "employee_own", "auditor", "admin", "inhabil"]
)
def test_what_one_may_not_see_looks_like_what_does_not_exist(walked, person):
    routes = {name: (route, arguments) for name, route, arguments in addresses.patterns()}
    nobodys: dict[tuple[str, str], str] = {}
    for cell in policy_walk.cells(WRITTEN, [person]):
        line, (route, arguments) = cell.line, routes.get(cell.line.address, ("", []))
        if line.expected[person] != "404" or not arguments or line.case or "demo" in route or cell.state != line.states[0]:
            continue
        url = policy_walk.url(walked, line, person)
        policy_walk.bring(walked, line.kind, cell.state)
        there = policy_walk.ask(walked, line, person)
        if (line.address, line.method) not in nobodys:
            nowhere = policy_walk.ask(walked, line, person, addresses.unknown(addresses.Address(line.address, route, url)))
            assert (str(line), nowhere.status_code) == (str(line), 404)
            nobodys[line.address, line.method] = policy_walk.without_tokens(nowhere.text)
        assert (str(line), policy_walk.without_tokens(there.text)) == (str(line), nobodys[line.address, line.method])
    assert len(nobodys) > 25


@pytest.mark.parametrize("person", ["consultant_team", "consultant_other", "coordinator_own", "leader_other", "admin"])
def test_a_refusal_says_why(walked, person):
    policy_walk.bring(walked, "engagement", "completed")
    told = set()
    for line in WRITTEN:
        if (
            line.method in METHODS
            and line.expected[person] == "403"
            and "completed" in (*line.states, "completed" if line.kind == "-" else "")
        ):
            told.add(unescape(sentence(policy_walk.ask(walked, line, person))))
    assert told and told <= SENTENCES
    assert not [text for text in told if not re.search(r"[a-zæøå]\.$", text)]
