"""The policy as behaviour: one world in which every kind of person stands, and real requests that are taken back afterwards.

What a request came to is remembered, so that it is asked once however many rows and tests look at it (`meet`); where other rows of the
policy are tried out, only those requests are repeated that were told something else by it (`differences`, tests/policy_questions.py).
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http.cookies import SimpleCookie
from typing import Any, NamedTuple

import time_machine
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts import grants
from accounts.models import Conflict, Job, Membership, User
from accounts.states import JobState, Role
from cases.models import Case
from cases.states import WITH_US, Custody, RoundKind, RoundState
from documents import actions as files
from engagements.models import Assignment, ChangeSet, Engagement, Milestone, Postponement, TeamMember
from engagements.states import EngagementState
from tests import addresses, factories, policy_questions, review_world
from tests.conftest import client_of
from tests.policy_expected import ANOTHERS, INVITED, OWN, PARTS, Line, lines
from tests.policy_questions import Change, Question

NOTE, REASON = "Plantet note", "Plantet begrundelse"
ELSEWHERE = "Samsø"  # everybody is inhabil towards it, so that everybody has something to see about themselves
# What is sent where an empty form would not get as far as the rule that is asked for.
BODIES: dict[str, Callable[[], dict[str, Any]]] = {
    "conflict-own": lambda: {"municipality": factories.municipality("Skive").pk},
    "review-field": lambda: {"field": "internal_note", "internal_note": "Et notat"},
    "viso-review-field": lambda: {"field": "internal_note", "internal_note": "Et notat"},
}
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


class Cell(NamedTuple):
    """What one person meets at one row of the table while its object is in one state."""

    line: Line
    state: str
    person: str

    @property
    def request(self) -> tuple[str, ...]:
        """Cells that are equal in this are looked up in the same answer: rows about parts of a page ask for the page."""
        case = "" if self.line.case in PARTS else self.line.case
        return (self.line.kind, self.state, self.line.address, self.line.method, case, self.person)


class Met(NamedTuple):
    """The answer to a request in the words of the table, the parts that the page shows, and what the policy was asked for it."""

    word: str
    shown: frozenset[str]
    asked: frozenset[Question] = frozenset()

    def as_of(self, line: Line) -> str:
        if self.word != "ok" or line.case not in PARTS:
            return self.word
        return "shown" if line.case in self.shown else "hidden"


@dataclass
class World:
    """An engagement in Hedensted, everybody who may meet it, logged in, and the addresses as each asks for them."""

    engagement: Engagement
    people: dict[str, User]
    sessions: dict[str, str]
    document: str  # of the case
    urls: dict[tuple[str, str], str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)  # carries the cookie of whoever asks
    at: tuple[str, str] = ("", "")  # the kind of object that was last brought into a state


# What each request came to with the product's own rows. It outlives the world: the next one is built in the same way.
_met: dict[tuple[str, ...], Met] = {}


# Pages that say no, drawn short while the walk asks only whether they say it: a template engine that stands before the product's own.
_SHORT: dict[str, str] = {}
_SHORT_PAGES = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "NAME": "short",
    "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", _SHORT)]},
}


@contextmanager
def one_moment() -> Iterator[None]:
    """Nobody's log-in grows older during thousands of requests, and they leave no lines in the log."""
    logging.disable(logging.CRITICAL)
    try:
        with time_machine.travel(timezone.now(), tick=False), override_settings(TEMPLATES=[_SHORT_PAGES, *settings.TEMPLATES]):
            yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def short_refusals() -> Iterator[None]:
    """The page of a refusal is the same however often it is drawn; how it looks is asked in tests of its own, with `ask` alone."""
    _SHORT.update({"403.html": "", "404.html": "", "405.html": ""})
    try:
        yield
    finally:
        _SHORT.clear()


def build() -> World:
    people = {name: factories.person(role, of=place or "Hedensted", name=name) for name, (role, place, _) in ROLES.items()}
    lead = people["consultant_team"]
    base = addresses.world(lead, plan=False)
    for name, (role, _, on_team) in ROLES.items():
        if on_team and name != "consultant_team":
            TeamMember.objects.create(engagement=base.engagement, user=people[name], role=role)
    sessions = {name: client_of(person).cookies[settings.SESSION_COOKIE_NAME].value for name, person in people.items()}
    Conflict.objects.create(user=people["inhabil"], organisation=base.engagement.municipality, declared_by=people["inhabil"])
    Membership.objects.filter(user=people["former"]).update(valid_to=timezone.localdate() - timedelta(days=1))
    here, elsewhere = base.engagement.municipality, factories.municipality(ELSEWHERE)
    Conflict.objects.create(user_id=base.values["person"], organisation=here, declared_by=people["admin"])
    for person in people.values():
        Conflict.objects.create(user=person, organisation=elsewhere, declared_by=person)
    case = Case.objects.get(round__engagement=base.engagement, round__kind=base.values["kind"], number=base.values["number"])
    factories.locked_selection(case.round, lead, [case.number])  # the walk's case is VISO's
    review_world.own(base.engagement, people["legal_reviewer_team"], people["viso_team"])
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
        _note_urls(world, f"{name} {OWN}", base.values | own | {"person": person.pk, "reviewed": review_world.OWN})
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


def bring(world: World, kind: str, state: str) -> None:
    """The world with the objects of this kind in this state, and all others where every walk begins."""
    if world.at != (kind, state):
        put(world, "engagement", EngagementState.ACTIVE)
        put(world, "round", RoundState.OPEN)
        review_world.reset(world.engagement)
        put(world, kind, state)
        world.at = (kind, state)


def put(world: World, kind: str, state: str) -> None:
    """Bring the objects of a kind into a state, past the rules that lead there."""
    world.at = ("", "")
    if kind in {"engagement", "task"}:
        Engagement.objects.filter(pk=world.engagement.pk).update(state=state)
    elif kind == "job":
        over = timezone.now() if state in {JobState.DONE, JobState.FAILED} else None
        Job.objects.update(state=state, finished_at=over, error="Det gik ikke." if state == JobState.FAILED else "")
    elif kind in {"round", "case"}:
        _put_round(world, RoundState(state))
    elif kind in review_world.KINDS:
        review_world.put(world.engagement, kind, state)
    elif kind == "file":
        put(world, "round", RoundState.OPEN if state == Custody.DRAFT else RoundState.HANDED_IN)


def _put_round(world: World, state: RoundState) -> None:
    """The round with all that belongs to the state: from the hand-in on its first case is asked about."""
    round, consultant = world.engagement.rounds.get(kind=RoundKind.MAIN), world.people["consultant_team"]
    factories.put_round(round, state, consultant)
    round.supplements.all().delete()
    if state in WITH_US:
        round.supplements.create(case=round.cases.get(number=1), text=NOTE, due_on=timezone.localdate(), asked_by=consultant)


def ask(world: World, line: Line, person: str, address: str = "") -> Any:
    """The answer to a real request (at another `address`, where one is given); whatever it wrote is taken back."""
    client = world.client
    client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: world.sessions[person]} if person in world.sessions else {})
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


def meet(world: World, cell: Cell) -> Met:
    """What the request of a cell comes to; asked for the first time, remembered ever after."""
    if cell.request not in _met:
        bring(world, cell.line.kind, cell.state)
        with policy_questions.noted() as asked, short_refusals():
            met = outcome(world, cell.line, ask(world, cell.line, cell.person))
        _met[cell.request] = met._replace(asked=frozenset(asked))
    return _met[cell.request]


def outcome(world: World, line: Line, response: Any) -> Met:
    """The answer in the words of the table."""
    if response.status_code == 302 and response["Location"].split("?")[0] == resolve_url(settings.LOGIN_URL):
        return Met("login", frozenset())
    if response.status_code not in LET_IN:
        return Met(str(response.status_code), frozenset())
    wanted = {part: texts for part, texts in marks(world).items() if part in parts_of(line.address, line.method)}
    page = readable(response) if wanted else ""
    return Met("ok", frozenset(part for part, texts in wanted.items() if any(text in page for text in texts)))


@cache
def parts_of(address: str, method: str) -> set[str]:
    """What rows of the table look for on this page."""
    return {line.case for line in lines() if (line.address, line.method) == (address, method)} & set(PARTS)


def marks(world: World) -> dict[str, list[str]]:
    """What a page holds that shows a part: the planted texts, and the way to the history."""
    return {
        "notes": [NOTE],
        "reason": [NOTE],
        "reminders": ['id="reminders-heading"'],
        "upload": ["data-ticket="],
        "symbols": ["Sag 01, Hjemmelsmangel: Ingen mangel"],  # of another's draft
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


def cells(some: Iterable[Line], people: Collection[str], states: Collection[str] | None = None) -> list[Cell]:
    """The cells of these rows and people (in these states), those in the same state of the world together."""
    found = [Cell(line, state, person) for line in some for state in line.states if states is None or state in states for person in people]
    return sorted(found, key=lambda cell: (cell.line.kind, cell.state))


def mismatches(world: World, some: Iterable[Line], people: Collection[str]) -> Iterator[Mismatch | None]:
    """For every cell of the rows: how the product differs from it, or None when it does not."""
    for cell in cells(some, people):
        yield mismatch(cell, meet(world, cell))


def mismatch(cell: Cell, met: Met) -> Mismatch | None:
    expected, got = cell.line.expected[cell.person], met.as_of(cell.line)
    return None if got == expected else Mismatch(str(cell.line), cell.state, cell.person, expected, got)


def differences(world: World, change: Change, some: Iterable[Cell]) -> Iterator[Mismatch]:
    """The cells that are no longer met with other rows of the policy; real requests, but for those that were told nothing else by it."""
    now: dict[tuple[str, ...], Met] = {}
    for cell in some:
        if not change.tells(meet(world, cell).asked):
            continue
        if cell.request not in now:
            bring(world, cell.line.kind, cell.state)
            with policy_questions.table(change.rows), short_refusals():
                now[cell.request] = outcome(world, cell.line, ask(world, cell.line, cell.person))
        if found := mismatch(cell, now[cell.request]):
            yield found
