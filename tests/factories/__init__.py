"""Worlds built in view: people with roles, engagements with a few milestones. Everything goes through the product's own actions where it can."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from itertools import count, pairwise
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts import notices, sealing
from accounts.actions import conflicts, inviting
from accounts.models import Conflict, Invitation, Job, Membership, Notice, Organisation, OutboxMail, Scope, User
from accounts.notices import MAIL
from accounts.states import MailState, OrganisationKind, Role
from engagements import postponements
from engagements.actions import lifecycle, milestones, opening
from engagements.models import Engagement, Milestone, PlanTemplate, Postponement, ProgrammeVersion, TeamMember
from engagements.states import Area, EngagementState, Kind, Mode, Party, Phase, Precision, Purpose
from tests.factories.cases import case_document, filled_case, put_round, ready_case, round, service_areas
from tests.factories.reviews import answer, legal_review, locked_selection, reviewable_round, viso_review

__all__ = [
    "answer",
    "case_document",
    "filled_case",
    "legal_review",
    "locked_selection",
    "put_round",
    "ready_case",
    "reviewable_round",
    "round",
    "service_areas",
    "viso_review",
]  # of cases and reviews; the rest stands below  # fmt: skip
LONG_AGO = date(2015, 1, 1)
APP_SECRET = base64.b32encode(b"a secret of 20 bytes").decode()
_numbers = count(1)
_KINDS = {
    Role.CONSULTANT: OrganisationKind.SBST,
    Role.AUDITOR: OrganisationKind.SBST,
    Role.ADMIN: OrganisationKind.SBST,
    Role.LEGAL_REVIEWER: OrganisationKind.ANKESTYRELSEN,
    Role.VISO_CONSULTANT: OrganisationKind.VISO,
}


def municipality(name: str = "Hedensted") -> Organisation:
    return Organisation.objects.municipalities().get(name=name)


def person(role: Role | None, *, of: str = "Hedensted", name: str = "", second_factor: bool = True, **fields: Any) -> User:
    """Somebody who holds `role` (None = no role at all); a municipal role in the municipality named `of`.

    They have an app for codes, whose secret is APP_SECRET, unless they are without a `second_factor`.
    """
    number = next(_numbers)
    user = User.objects.create_user(f"person{number}@example.dk", full_name=name or f"Person {number}", **fields)
    if role is not None:
        organisation = Organisation.objects.get(kind=_KINDS[role]) if role in _KINDS else municipality(of)
        Membership.objects.create(user=user, organisation=organisation, role=role, valid_from=LONG_AGO)
    if second_factor:
        app(user)
    return user


def app(user: User) -> Authenticator:
    """An app for codes on the person's phone."""
    return Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": sealing.seal(APP_SECRET, owner=user.pk)})


def membership(user: User, role: Role, *, of: str = "Hedensted", **dates: Any) -> Membership:
    """One more role of somebody, from long ago and without end unless `dates` say so."""
    organisation = Organisation.objects.get(kind=_KINDS[role]) if role in _KINDS else municipality(of)
    return Membership.objects.create(user=user, organisation=organisation, role=role, **({"valid_from": LONG_AGO} | dates))


def invitation(by: User, *, email: str = "", of: str = "Hedensted", role: Role = Role.COORDINATOR, **fields: Any) -> Invitation:
    """An open invitation with its mail in the outbox; to a municipal role in the municipality named `of`."""
    organisation = Organisation.objects.get(kind=_KINDS[role]) if role in _KINDS else municipality(of)
    values: dict[str, Any] = {"full_name": "Søren Æbelø", "valid_from": timezone.localdate(), "valid_to": None, **fields}
    return inviting.invite(email=email or f"inviteret{next(_numbers)}@example.dk", organisation=organisation, role=role, by=by, **values)


def conflict(person: User, *, of: str = "Hedensted", reason: str = "Min søster er leder i kommunen.") -> Conflict:
    """What somebody has declared about themselves towards the municipality named `of`."""
    return conflicts.declare(person=person, municipality=municipality(of), reason=reason, by=person)


def version(slug: str = "handicap-boern") -> ProgrammeVersion:
    return ProgrammeVersion.objects.filter(programme__slug=slug).latest("number")


def template(slug: str = "handicap-boern") -> PlanTemplate:
    return version(slug).plan_templates.get(is_default=True)


def engagement(
    by: User, *, of: str = "Hedensted", starts_on: date | None = None, plan: bool = False, active: bool = True, **fields: Any
) -> Engagement:
    """An engagement led by the consultant `by`; with `plan` it has the default template's milestones, else none."""
    chosen = fields.pop("version", None) or version()
    made = opening.open_engagement(
        municipality=municipality(of),
        version=chosen,
        area=fields.pop("area", Area(chosen.programme.areas[0])),
        starts_on=starts_on or timezone.localdate(),
        template=chosen.plan_templates.get(is_default=True) if plan else None,
        team=[(by, Role.CONSULTANT), *fields.pop("team", [])],
        by=by,
    )
    if active:
        lifecycle.move(made, to=EngagementState.ACTIVE, by=by)
    return made


def milestone(
    of: Engagement,
    *,
    on: date | None = None,
    until: date | None = None,
    by: User | None = None,
    purpose: Purpose = Purpose.OTHER,
    **fields: Any,
) -> Milestone:
    """A milestone of one day (or a range until `until`); undated when `on` is None."""
    values: dict[str, Any] = {
        "subject": f"Milepæl {next(_numbers)}",
        "phase": Phase.ANALYSIS,
        "kind": Kind.DEADLINE,
        "party": Party.MUNICIPALITY,
        "precision": Precision.UNKNOWN if on is None else Precision.DAY if until in (None, on) else Precision.DAYS,
        "occurrences": [] if on is None else [[on, until or on]],
        **fields,
    }
    by = by or of.team()[0].user
    made = milestones.add(engagement=of, values=values, purpose=purpose, by=by)
    return Milestone.objects.get(pk=made.pk)


def wish(of: Engagement, by: User, *, milestone: Milestone | None = None, **fields: Any) -> Postponement:
    """An open wish for a date a week later, of the engagement's first milestone that has a date unless another is given."""
    about = milestone or of.milestones.filter(starts_on__isnull=False).earliest("position")
    wished = [[day + timedelta(weeks=1) for day in pair] for pair in about.occurrences]
    values = {"wished": wished, "wished_precision": about.precision, "reason": "Vi mangler to sagsbehandlere", **fields}
    return Postponement.objects.create(milestone=about, asked_by=by, **values)


def held_mail(of: Engagement, to: User, *, wish: Postponement | None = None, **fields: Any) -> OutboxMail:
    """A mail about the engagement that waits a day for a consultant; without a `wish` to tell of there is nothing left to write."""
    values = {"to_email": to.email, "recipient": to, "state": MailState.HELD, "due_at": timezone.now() + timedelta(days=1), **fields}
    about_type = ContentType.objects.get_for_model(Engagement)
    mail = OutboxMail.objects.create(kind=MAIL, scope=of.scope, about_type=about_type, about_id=str(of.pk), **values)
    if wish:
        title = "Et ønske om udsættelse"
        notice = notices.give(kind=postponements.KIND, recipient=to, about=wish, title=title, url="/", scope=of.scope)
        Notice.objects.filter(pk=notice.pk).update(mail=mail)
    return mail


def many_engagements(by: User, number: int, *, of: str = "Hedensted") -> list[Engagement]:
    """`number` running engagements with a lead and one coming milestone each, written at once."""
    place, chosen, today = municipality(of), version(), timezone.localdate()
    scopes = Scope.objects.bulk_create(Scope(organisation=place) for _ in range(number))
    made = Engagement.objects.bulk_create(
        Engagement(
            scope=scope,
            municipality=place,
            programme_version=chosen,
            area=chosen.programme.areas[0],
            state=EngagementState.ACTIVE,
            phase=Phase.ANALYSIS,
            starts_on=today,
            created_by=by,
        )
        for scope in scopes
    )
    TeamMember.objects.bulk_create(TeamMember(engagement=one, user=by, role=Role.CONSULTANT, is_lead=True) for one in made)
    for one in made:
        many_milestones(one, 1)
    return made


def many_milestones(of: Engagement, number: int) -> list[Milestone]:
    """`number` open milestones of today, each following the one before it, written at once."""
    today = timezone.localdate()
    values = {"phase": Phase.ANALYSIS, "kind": Kind.PERIOD, "party": Party.MUNICIPALITY, "precision": Precision.DAY, "mode": Mode.RELATIVE}
    made = Milestone.objects.bulk_create(
        Milestone(engagement=of, position=place, subject=f"Milepæl {next(_numbers)}", occurrences=[[today, today]], **values)
        for place in range(1, number + 1)
    )
    for before, after in pairwise(made):
        after.anchor = before
    Milestone.objects.bulk_update(made, ["anchor"])
    return made


def job(of: Engagement, by: User, **fields: Any) -> Job:
    """A job that waits, for a runner of the kind "test"."""
    values = {"kind": "test", "title": "En prøve", "scope": of.scope, "object_id": of.pk, "back_url": of.get_absolute_url(), **fields}
    return Job.objects.create(requested_by=by, **values)
