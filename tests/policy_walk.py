"""The policy as behaviour: one world in which every kind of person stands, and real requests that are taken back afterwards."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import grants
from accounts.models import Conflict, Job, Membership, User
from accounts.states import JobState, Role
from cases.models import Case
from cases.states import WITH_US, Custody, RoundState
from documents import actions as files
from engagements.models import Assignment, ChangeSet, Engagement, Milestone, Postponement, TeamMember
from engagements.states import EngagementState
from tests import addresses, factories
from tests.policy_expected import ANOTHERS, INVITED, OWN, PARTS, Line

NOTE, REASON = "Plantet note", "Plantet begrundelse"
ELSEWHERE = "Samsø"  # everybody is inhabil towards it, so that everybody has something to see about themselves
# What is sent where an empty form would not get as far as the rule that is asked for.
BODIES: dict[str, Callable[[], dict[str, Any]]] = {"conflict-own": lambda: {"municipality": factories.municipality("Skive").pk}}
LET_IN = {200, 204, 302, 409, 422, 503}
# Who holds which role where, and whether they are on the team.
ROLES: dict[str, tuple[Role, str, bool]] = {
    "consultant_team": (Role.CONSULTANT, "", True),
    "consultant_other": (Role.CONSULTANT, "", False),
    "legal_reviewer_team": (Role.LEGAL_REVIEWER, "", True),
    "legal_reviewer_other": (Role.LEGAL_REVIEWER, "", False),
    "viso_team": (Role.VISO_CONSULTANT, "", True),
    "viso_other": (Role.VISO_CONSULTANT, "", False),
    "coordinator_own": (Role.COORDINATOR, "Hedensted", False),
    "coordinator_other": (Role.COORDINATOR, "Aabenraa", False),
    "leader_own": (Role.LEADER, "Hedensted", False),
    "leader_other": (Role.LEADER, "Aabenraa", False),
    "employee_own": (Role.EMPLOYEE, "Hedensted", False),
    "auditor": (Role.AUDITOR, "", False),
    "admin": (Role.ADMIN, "", False),
    "inhabil": (Role.CONSULTANT, "", True),
    "former": (Role.CONSULTANT, "", True),
}


@dataclass(frozen=True)
class Mismatch:
    """A cell that differs."""

    line: str
    state: str
    person: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.line} [{self.state}] {self.person}: expected {self.expected}, got {self.got}"


@dataclass
class World:
    """An engagement in Hedensted, everybody who may meet it, logged in, and the addresses as each asks for them."""

    engagement: Engagement
    people: dict[str, User]
    sessions: dict[str, str]
    document: str  # of the case
    urls: dict[tuple[str, str], str] = field(default_factory=dict)


def build(log_in: Callable[[User], Client]) -> World:
    people = {name: factories.person(role, of=place or "Hedensted", name=name) for name, (role, place, _) in ROLES.items()}
    lead = people["consultant_team"]
    base = addresses.world(lead, plan=False)
    for name, (role, _, on_team) in ROLES.items():
        if on_team and name != "consultant_team":
            TeamMember.objects.create(engagement=base.engagement, user=people[name], role=role)
    sessions = {name: log_in(person).cookies[settings.SESSION_COOKIE_NAME].value for name, person in people.items()}
    Conflict.objects.create(user=people["inhabil"], organisation=base.engagement.municipality, declared_by=people["inhabil"])
    Membership.objects.filter(user=people["former"]).update(valid_to=timezone.localdate() - timedelta(days=1))
    here, elsewhere = base.engagement.municipality, factories.municipality(ELSEWHERE)
    Conflict.objects.create(user_id=base.values["person"], organisation=here, declared_by=people["admin"])
    for person in people.values():
        Conflict.objects.create(user=person, organisation=elsewhere, declared_by=person)
    case = Case.objects.get(round__engagement=base.engagement, number=base.values["number"])
    grants.give(user=people["employee_own"], target=case, scope=base.engagement.scope, actions=["view"], by=people["coordinator_own"])
    Assignment.objects.create(milestone_id=base.values["milestone"], user=people["employee_own"], by=people["coordinator_own"])
    _plant(base.engagement)
    world = World(base.engagement, people, sessions, str(base.values["document"]))
    for name, person in people.items():
        own = {"job": _job(base.engagement, person).pk, "passkey": addresses.passkey(person).pk}
        own |= {"upload": addresses.own_upload(base.engagement, person).pk}
        own |= {"engagement_document": addresses.engagement_document(base.engagement, person).pk}
        own |= addresses.own_things(person, deputy_id=base.values["person"])
        _note_urls(world, name, base.values | own)
        _note_urls(world, f"{name} {OWN}", base.values | own | {"person": person.pk})
    return world


def _note_urls(world: World, whose: str, values: dict[str, Any]) -> None:
    world.urls |= {(whose, found.name): found.url for found in addresses.addresses(addresses.World(world.engagement, values))}


def _plant(engagement: Engagement) -> None:
    """A text to look for in everything that people write about an engagement, and one in the history."""
    Engagement.objects.filter(pk=engagement.pk).update(state_reason=NOTE)
    Milestone.objects.filter(engagement=engagement).update(note=NOTE, source_text=NOTE, state_reason=NOTE, adjusted_because=NOTE)
    ChangeSet.objects.filter(engagement=engagement).update(reason=REASON)
    Conflict.objects.update(reason=NOTE)
    Postponement.objects.update(reason=NOTE, answer=NOTE)


def _job(engagement: Engagement, person: User) -> Job:
    stored = files.store(content=b"%PDF", name="plan.pdf", content_type="application/pdf", scope=engagement.scope, by=person)
    return factories.job(engagement, person, result_id=stored.pk)


def put(world: World, kind: str, state: str) -> None:
    """Bring the objects of a kind into a state, past the rules that lead there."""
    if kind in {"engagement", "task"}:
        Engagement.objects.filter(pk=world.engagement.pk).update(state=state)
    elif kind == "job":
        over = timezone.now() if state in {JobState.DONE, JobState.FAILED} else None
        Job.objects.update(state=state, finished_at=over, error="Det gik ikke." if state == JobState.FAILED else "")
    elif kind in {"round", "case"}:
        _put_round(world, RoundState(state))
    elif kind == "file":
        put(world, "round", RoundState.OPEN if state == Custody.DRAFT else RoundState.HANDED_IN)


def _put_round(world: World, state: RoundState) -> None:
    """The round with all that belongs to the state: from the hand-in on its first case is asked about."""
    round, consultant = world.engagement.rounds.get(), world.people["consultant_team"]
    factories.put_round(round, state, consultant)
    round.supplements.all().delete()
    if state in WITH_US:
        round.supplements.create(case=round.cases.get(number=1), text=NOTE, due_on=timezone.localdate(), asked_by=consultant)


def ask(world: World, line: Line, person: str, address: str = "") -> Any:
    """The answer to a real request (at another `address`, where one is given); whatever it wrote is taken back."""
    client = Client()
    if person in world.sessions:
        client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: world.sessions[person]})
    taken_back = transaction.atomic()
    taken_back._from_testcase = True  # so that what a view wants written for good may be written inside
    with taken_back:
        data = {} if line.method == "GET" else BODIES.get(line.address, dict)()
        response = getattr(client, line.method.lower())(address or url(world, line, person), data)
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response


def url(world: World, line: Line, person: str) -> str:
    """The address with arguments of the world; jobs and passkeys are the person's own, but where somebody else's are asked for."""
    if ":" in line.address:
        return reverse(line.address)
    whose = person if person in world.people else "consultant_team"
    if line.case == ANOTHERS:
        whose = "coordinator_own" if whose == "consultant_team" else "consultant_team"
    query = "?state=invited" if line.case == INVITED else ""
    return world.urls[f"{whose} {OWN}" if line.case == OWN else whose, line.address] + query


def outcome(world: World, line: Line, response: Any) -> str:
    """The answer in the words of the table."""
    if response.status_code == 302 and response["Location"].split("?")[0] == resolve_url(settings.LOGIN_URL):
        return "login"
    if response.status_code not in LET_IN:
        return str(response.status_code)
    if line.case not in PARTS:
        return "ok"
    return "shown" if any(mark in readable(response) for mark in marks(world)[line.case]) else "hidden"


def marks(world: World) -> dict[str, list[str]]:
    """What a page holds that shows a part: the planted texts, and the way to the history."""
    return {
        "notes": [NOTE],
        "reason": [NOTE],
        "reminders": ['id="reminders-heading"'],
        "upload": ["data-ticket="],
        "withdraw": [f'value="{world.document}"'],
        "conflict": ["Hedensted Kommune</strong>", f"{ELSEWHERE} Kommune</strong>"],
        "history": [REASON, reverse("engagement-history", args=[world.engagement.pk])],
    }


def readable(response: Any) -> str:
    """The text of an answer; of a workbook the text of all its sheets."""
    if zipfile.is_zipfile(io.BytesIO(response.body)):
        with zipfile.ZipFile(io.BytesIO(response.body)) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    return str(response.body.decode())


def without_tokens(text: str) -> str:
    """The page without what is new in every answer: the token of a form, and how long the log-in still lasts."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|data-left="\d+"', "", text)


def mismatches(
    world: World, lines: Iterable[Line], people: Collection[str], states: Collection[str] | None = None
) -> Iterator[Mismatch | None]:
    """For every cell of the lines: how it differs, or None when it does not."""
    ordered = [(line.kind, state, line) for line in lines for state in line.states if states is None or state in states]
    at = ("", "")
    for kind, state, line in sorted(ordered, key=lambda one: one[:2]):
        if (kind, state) != at:
            put(world, "engagement", EngagementState.ACTIVE)
            put(world, "round", RoundState.OPEN)
            put(world, kind, state)
            at = (kind, state)
        for person in people:
            got = outcome(world, line, ask(world, line, person))
            if got == line.expected[person]:
                yield None
            else:
                yield Mismatch(str(line), state, person, line.expected[person], got)
