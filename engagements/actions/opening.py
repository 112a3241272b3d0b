"""Opening an engagement: municipality, programme and area, the team, and the plan copied from a template."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import Organisation, Scope, User
from accounts.refusal import Refused
from accounts.states import Role
from engagements import access, schedule
from engagements.actions import changes
from engagements.actions.changes import Edit
from engagements.actions.team import refuse_conflict
from engagements.models import Engagement, Milestone, MilestoneTemplate, PlanTemplate, ProgrammeVersion, TeamMember
from engagements.plan import lists
from engagements.plan_items import Planned, TemplateItem, template_item
from engagements.states import Area, ChangeKind

_NOT_OF_THE_ITEM = {"id", "template", "position"}


def planned(template: PlanTemplate, starts_on: date) -> list[Planned]:
    """The plan that the template gives when it starts on `starts_on`: dates moved off weekends, holidays and July, with reasons.

    Raises Refused when the template's rows cannot be dated (an administrator has made a circle).
    """
    version = template.version
    flags = {field.name: getattr(version, field.name) for field in version._meta.concrete_fields}
    try:
        return schedule.generate([_item(row) for row in template.rows.all()], starts_on, flags=flags)
    except schedule.CycleError as error:
        raise Refused(str(error)) from None


@transaction.atomic
def open_engagement(
    *,
    municipality: Organisation,
    version: ProgrammeVersion,
    area: Area,
    starts_on: date,
    template: PlanTemplate | None,
    team: list[tuple[User, Role]],
    by: User,
    key: uuid.UUID | None = None,
) -> Engagement:
    """A new engagement in its programme's first phase, with its scope, its team (the first consultant leads) and its plan.

    Later edits of programme and template never touch it (domain rule 11). A second call with the same `key` gives the first
    one's engagement. Raises Refused for an area outside the programme.
    """
    access.require_create(by)
    User.objects.active().select_for_update().get(pk=by.pk)
    before = Engagement.objects.filter(opening_key=key, created_by=by).first() if key else None
    if before is not None:
        return before
    refuse_conflict(by, municipality)
    _check(municipality, version, area, template)
    engagement = Engagement.objects.create(
        scope=Scope.objects.create(organisation=municipality),
        municipality=municipality,
        programme_version=version,
        area=area,
        phase=version.phase_list()[0],
        starts_on=starts_on,
        plan_template=template,
        created_by=by,
        opening_key=key or uuid.uuid4(),
    )
    _add_team(engagement, team)
    audit.record(by=by, verb="engagement.open", target=engagement, scope=engagement.scope, changes={"start": [None, starts_on.isoformat()]})
    if template is not None:
        edits = _milestones(engagement, planned(template, starts_on))
        changes.write(engagement=engagement, kind=ChangeKind.CREATE, summary=f"Tidsplan oprettet fra »{template.name}«", edits=edits, by=by)
    return engagement


def _check(municipality: Organisation, version: ProgrammeVersion, area: Area, template: PlanTemplate | None) -> None:
    if not municipality.is_municipality:
        raise Refused("Et forløb hører til en kommune.")
    if area not in version.programme.areas:
        raise Refused(f"{version.programme.name} dækker ikke området {Area(area).label}.")
    if template is not None and template.version_id != version.pk:
        raise Refused("Skabelonen hører til et andet program.")


def _add_team(engagement: Engagement, team: list[tuple[User, Role]]) -> None:
    has_lead = False
    for user, role in team:
        if role not in user.roles():
            raise Refused(f"{user.full_name} har ikke rollen {role.label}.")
        refuse_conflict(user, engagement.municipality)
        is_lead = role == Role.CONSULTANT and not has_lead
        has_lead = has_lead or is_lead
        TeamMember.objects.create(engagement=engagement, user=user, role=role, is_lead=is_lead)
    if not has_lead:
        raise Refused("Vælg mindst én konsulent til teamet.")


def _item(row: MilestoneTemplate) -> TemplateItem:
    values = {
        field.name: getattr(row, field.name) for field in MilestoneTemplate._meta.concrete_fields if field.name not in _NOT_OF_THE_ITEM
    }
    return template_item(values)


def _milestones(engagement: Engagement, rows: list[Planned]) -> list[Edit]:
    """Milestones of the planned rows, with anchors between them. A repeated row follows the same anchor as its first."""
    made: dict[str, Milestone] = {}
    edits = []
    for row in rows:
        item = row.item
        milestone = Milestone(
            engagement=engagement,
            position=row.position + 1,
            subject=row.subject,
            phase=item.phase,
            block=item.block,
            party=item.party,
            counterpart=item.counterpart,
            kind=item.kind,
            optional=item.optional,
            place=item.place,
            expected_count=item.expected_count,
            precision=row.precision,
            occurrences=lists(row.occurrences),
            baseline=lists(row.occurrences),
            adjusted_because="; ".join(row.reasons)[:300],
            mode=row.mode,
            edge=row.edge,
            offset=row.offset,
            unit=row.unit,
            plus_days=row.plus_days,
            weekday=row.weekday,
            not_before=row.not_before,
        )
        made.setdefault(row.key, milestone)
        edits.append(Edit(milestone, purposes=row.purposes, why="; ".join(row.reasons)))
    for row, edit in zip(rows, edits, strict=True):
        edit.milestone.anchor = made[row.anchor] if row.anchor else None
    return edits
