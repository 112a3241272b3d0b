"""A task that a person has from a colleague: what they are told of it, as long as it is true."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Notice, User
from accounts.notices import Line, NoticeKind
from engagements import access
from engagements.models import Milestone
from engagements.overview import dates_text, weeks_text
from engagements.responsible import Answerable, own_side, roles_in
from engagements.states import EngagementState, Party
from engagements.task_words import verb_of

RUNNING = (EngagementState.PLANNED, EngagementState.ACTIVE)


def url_for(milestone: Milestone, user: User) -> str:
    """Where the person finds the task: the milestone, or for an employee of the municipality the lean page of the task alone."""
    sees_all = milestone.engagement.relations_of(user) and type(milestone).objects.visible_to(user).filter(pk=milestone.pk).exists()
    return milestone.get_absolute_url() if sees_all else reverse("task", args=[milestone.pk])


def title_of(milestone: Milestone) -> str:
    """What *Beskeder* says."""
    return f"Uddelegeret til dig: {verb_of(milestone)}"


def notices_of(milestone: Milestone, user: User) -> QuerySet[Notice]:
    """What the person was told of it."""
    return Notice.objects.filter(
        kind=DELEGATED.key, recipient=user, about_type__app_label="engagements", about_type__model="milestone", about_id=str(milestone.pk)
    )


def card_of(milestone: Milestone, user: User) -> dict[str, str]:
    """For the milestone's page: who answers for it, and where the user delegates it ("" = they do not, or may not know)."""
    engagement, roles, people = milestone.engagement, roles_in(user, milestone.engagement), Answerable([milestone.engagement])
    ours = own_side(roles, Party(milestone.party)) and not people.is_others(milestone, roles)
    may = milestone.is_open and ours and not access.why_not_engagement(user, access.DELEGATE, engagement)
    return {
        "responsible": people.text(milestone) if roles else "",
        "delegate_url": reverse("milestone-delegate", args=[engagement.pk, milestone.pk]) if may else "",
    }


def describe(notices: Sequence[Notice]) -> list[Line]:
    """The tasks that the person still has: open, delegated to them, in an engagement that runs."""
    recipients = {str(notice.about_id): notice for notice in notices}
    found = Milestone.objects.open().filter(pk__in=recipients, engagement__state__in=RUNNING)
    found = found.select_related("engagement__municipality", "assignment__by").prefetch_related("purposes").order_by("ends_on", "pk")
    tasks = [task for task in found if getattr(task, "assignment", None)]
    people = Answerable({task.engagement_id: task.engagement for task in tasks}.values())
    return [_line(task, recipients[str(task.pk)]) for task in tasks if people.assigned(task) == recipients[str(task.pk)].recipient]


def _line(task: Milestone, notice: Notice) -> Line:
    words = f"{verb_of(task)}, {dates_text(task.occurrences, task.precision)}"
    weeks = weeks_text(task.occurrences, task.precision)
    return Line(
        text=f"{task.assignment.by.full_name} har uddelegeret en opgave til dig: {words}{f' ({weeks})' if weeks else ''}.",
        url=notice.url,
        subject=f"Ny opgave{f' {weeks}' if weeks else ''}: {verb_of(task)} – {task.engagement.municipality.display_name}",
    )


DELEGATED = NoticeKind(
    key="engagements.delegated",
    label="Opgaver, der er uddelegeret til dig",
    help="Når en kollega giver dig en opgave.",
    describe=describe,
)
