"""Every address of the product with arguments that exist: for the tests that walk the whole URLconf."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from django.utils import timezone

from accounts import grants, notices
from accounts.actions.absence import DEPUTY
from accounts.invitations import token_of
from accounts.models import Absence, Conflict, Invitation, User
from accounts.models.invitation import VALID_FOR
from accounts.states import JobState, Role
from cases import uploads
from cases.models import Case, CaseConflict, HandIn, Withdrawal
from documents import actions as files
from documents import tickets, uploading
from documents.models import Document, Upload
from documents.states import DocumentState, FileClass
from engagements import feeds
from engagements.actions import attaching, drafting, meeting
from engagements.models import CalendarFeed, Engagement, EngagementDocument, Milestone, Postponement
from engagements.states import Kind, Party, Purpose
from tests import factories, paper, passkeys, review_world
from tests.factories.cases import PDF

# Open to everybody without a log-in, by name; everything else answers a stranger with the log-in page.
OPEN = {
    "account_login", "mfa_authenticate", "mfa_login_webauthn", "account_logout", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done", "demo", "demo-enter",
    "support", "accessibility", "privacy", "health", "ready", "admin-log-in", "logged-off", "session-left", "security-txt", "robots",
    "invitation", "calendar",
}  # fmt: skip
# Django's own; its pages are walked in test_admin.py.
ADMIN = "admin/"
PASTED = "Frist for at indsende sager\t19. februar 2027\nMøde om resultatet\t15. april 2027\n"


@dataclass(frozen=True)
class Address:
    """One named address: its pattern as written in the URLconf, and the address itself."""

    name: str
    route: str
    url: str


@dataclass
class World:
    """An engagement with all that an address can ask for."""

    engagement: Engagement
    values: dict[str, Any] = field(default_factory=dict)


def world(by: Any, *, plan: bool = True) -> World:
    """A planned engagement with a draft, a change, a job that is done and its file; everything belongs to the consultant `by`.

    Without `plan` it has two milestones and is quickly shown.
    """
    engagement = factories.engagement(by, plan=plan)
    if not plan:
        factories.milestone(engagement, on=engagement.starts_on, by=by, purpose=Purpose.CASES_DUE)
    factories.milestone(engagement, on=engagement.starts_on, by=by)
    drafting.keep(engagement=engagement, text=PASTED, year=None, by=by)
    stored = files.store(content=b"%PDF", name="plan.pdf", content_type="application/pdf", scope=engagement.scope, by=by)
    done = factories.job(engagement, by, state=JobState.DONE, finished_at=engagement.created_at, result_id=stored.pk)
    member = engagement.team_members.get(is_lead=True)
    values = {
        "milestone": engagement.milestones.get(purposes__purpose=Purpose.CASES_DUE).pk,
        "member": member.pk,
        "change": engagement.change_sets.first().pk,
        "event": event(engagement, by).pk,
        "postponement": factories.wish(engagement, by, milestone=engagement.milestones.get(purposes__purpose=Purpose.CASES_DUE)).pk,
        "mail": factories.held_mail(engagement, by, wish=Postponement.objects.latest("pk")).pk,
        "job": done.pk,
        "user": by.pk,
        "passkey": passkey(by).pk,
        **people(engagement, by),
    }
    values |= cases(engagement, by, colleague=User.objects.get(pk=values["person"]))
    return World(engagement, values | own_things(by, deputy_id=values["person"]))


def cases(engagement: Engagement, by: User, *, colleague: User) -> dict[str, Any]:
    """A round of two cases that is open, with a file of the first, a colleague who is invited to it, receipts, and a file on its way."""
    opened = factories.round(engagement, cases=2, by=by)
    case = opened.cases.get(number=1)
    handed_in = HandIn.objects.create(round=opened, sequence=1, number=f"K-{engagement.pk}", at=timezone.now(), by=by)
    withdrawn = Withdrawal.objects.create(round=opened, case=case, number=f"T-{engagement.pk}", files=1, reason="Forkert person", by=by)
    return {
        "kind": opened.kind,
        "number": case.number,
        "document": factories.case_document(case, by).document_id,
        "slug": "journalnotater",
        "page": 1,
        "grant": grants.give(user=colleague, target=case, scope=engagement.scope, actions=["view"], by=by).pk,
        "receipt": handed_in.pk,
        "withdrawal": withdrawn.pk,
        "upload": upload(engagement, case, by).pk,
        "engagement_document": engagement_document(engagement, by).pk,
        "case_conflict": CaseConflict.objects.create(case=case, user=colleague).pk,
        **review_world.make(engagement, by),
    }


def upload(engagement: Engagement, case: Case, by: User) -> Upload:
    """A file of which nothing has come yet."""
    ticket = uploads.ticket_for(case, by, case.get_absolute_url())
    return uploading.begin(ticket=ticket, raw_name="paa-vej.pdf", length=1000, by=by)


def own_upload(engagement: Engagement, by: User) -> Upload:
    """A document of the engagement on its way, of which nothing has come yet."""
    where = {"kind": attaching.KIND, "object_id": engagement.pk, "scope": engagement.scope, "file_class": FileClass.GENERAL}
    return uploading.begin(ticket=tickets.issue(user=by, back="/", **where), raw_name="paa-vej.pdf", length=1000, by=by)


def engagement_document(engagement: Engagement, by: User) -> Document:
    """A document of the engagement as a whole."""
    stored = files.store(content=PDF, name="aftale.pdf", content_type="application/pdf", scope=engagement.scope, by=by)
    values = {"name": stored.name, "size": stored.size, "sha256": stored.sha256, "file_class": FileClass.GENERAL, "original": stored}
    document = Document.objects.create(scope=engagement.scope, state=DocumentState.READY, uploaded_by=by, **values)
    EngagementDocument.objects.create(engagement=engagement, document=document)
    return paper.readable(document, ["Aftale om forløbet"])


def own_things(user: User, *, deputy_id: int) -> dict[str, Any]:
    """What a person is told, when they are away, and the calendar link of all that they work on."""
    feed = CalendarFeed.objects.create(user=user)
    today = timezone.localdate()
    return {
        "notice": notices.give(kind=DEPUTY, recipient=user, about=user, title="En besked", url="/konto/", scope=None).pk,
        "absence": Absence.objects.create(user=user, deputy_id=deputy_id, first_day=today, last_day=today).pk,
        "feed": feed.pk,
        "secret": feeds.address_of(feed).rsplit("/", 1)[1].removesuffix(".ics"),
    }


def event(engagement: Engagement, by: User) -> Milestone:
    """A milestone that people can be invited to, with a draft of its meeting."""
    day = engagement.starts_on + timedelta(days=21)
    found = factories.milestone(engagement, on=day, by=by, kind=Kind.MEETING, party=Party.TASK_FORCE)
    details = meeting.Details(starts_at=time(9), ends_at=time(11), place="Rådhuset", link="", others="", users=[by])
    meeting.save(milestone=found, details=details, by=by)
    return found


def passkey(user: User) -> Authenticator:
    """A passkey that nobody can log in with: enough to have a page."""
    return passkeys.given_to(user, "Min nøgle")


def people(engagement: Engagement, by: User) -> dict[str, Any]:
    """An employee of the municipality with a role and a conflict elsewhere, and somebody who is invited there."""
    person = factories.person(Role.EMPLOYEE, of=engagement.municipality.name)
    elsewhere = factories.municipality("Aabenraa")
    invitation = Invitation.objects.create(
        email="ny.person@example.dk",
        full_name="Nynne Ny",
        organisation=engagement.municipality,
        role=Role.EMPLOYEE,
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    return {
        "person": person.pk,
        "membership": person.memberships.get().pk,
        "conflict": Conflict.objects.create(user=person, organisation=elsewhere, declared_by=by).pk,
        "invitation": invitation.pk,
        "token": token_of(invitation),
        "uidb36": "1",
        "key": "a-key-that-was-never-sent",
    }


def patterns() -> Iterator[tuple[str, str, list[str]]]:
    """(name, route, names of its arguments) of every address but those of Django admin."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(found: list[Any], prefix: str, before: tuple[str, ...] = ()) -> Iterator[tuple[str, str, list[str]]]:
    for one in found:
        route = prefix + str(one.pattern)
        arguments = (*before, *(one.pattern.regex.groupindex if isinstance(one.pattern, RegexPattern) else one.pattern.converters))
        if isinstance(one, URLResolver) and not route.startswith(ADMIN):
            yield from _walk(one.url_patterns, route, arguments)
        elif isinstance(one, URLPattern):
            yield one.name, route.replace("^", ""), list(arguments)


# What the number right after the first word of an address is the number of; of an engagement, where nothing is said.
FIRST = {"job": "job", "opgave": "milestone", "demo": "user", "brugere": "person", "konto": "passkey", "filer": "upload"}


# Addresses that are about another milestone or document than the rest: the world's value that they take instead.
INSTEAD = {
    "milestone-meeting": {"milestone": "event"},
    "meeting-invite": {"milestone": "event"},
    "meeting-cancel": {"milestone": "event"},
    "engagement-document": {"document": "engagement_document"},
    "engagement-document-picture": {"document": "engagement_document"},
    "engagement-document-search": {"document": "engagement_document"},
    "engagement-document-download": {"document": "engagement_document"},
    "engagement-document-kind": {"document": "engagement_document"},
    "engagement-document-erase": {"document": "engagement_document"},
}
# The reviewed round and a case of it, at addresses that are about a review or what comes of it
REVIEWED = {"kind": "reviewed_kind", "number": "reviewed"}


def addresses(of: World) -> list[Address]:
    """Every address with the world's own arguments."""
    found = []
    for name, route, arguments in patterns():
        first = of.values.get(FIRST.get(route.split("/")[0], ""), of.engagement.pk)
        instead = INSTEAD.get(name) or (REVIEWED if review_world.is_about(name) else {})
        values = of.values | {argument: of.values[other] for argument, other in instead.items()}
        kwargs = {argument: first if argument == "pk" else values[argument] for argument in arguments}
        found.append(Address(name, route, reverse(name, kwargs=kwargs)))
    return found


def unknown(address: Address) -> str:
    """The same address with a number that does not exist in the place of the first one."""
    if address.route.startswith("job/"):
        return address.url.replace(address.url.split("/")[2], str(uuid.UUID(int=0)), 1)
    head, number, rest = address.url.split("/", 3)[1:] if address.url.count("/") > 3 else (*address.url.split("/")[1:3], "")
    return f"/{head}/987654321/{rest}" if number.isdigit() else address.url
