"""*Bed om udsættelse* in words and lists: when one may ask, what people are told of a wish, and who still has to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from accounts.access import Permission, rows_for
from accounts.danish import week_range
from accounts.models import Notice, User
from accounts.notices import Line, NoticeKind
from accounts.obligations import Obligation
from accounts.states import Role
from engagements import access
from engagements.calendar import add_working_days
from engagements.models import Engagement, Milestone, Postponement
from engagements.overview import dates_text, weeks_text
from engagements.states import EngagementState, MilestoneState, Party, PostponementState, Precision

KIND = "engagements.postponement"
ASKABLE_PARTIES = (Party.MUNICIPALITY, Party.BOTH)
RUNNING = (EngagementState.PLANNED, EngagementState.ACTIVE)
LONGEST_SUBJECT = 100
ANSWER_WITHIN = 5  # working days from the wish, or from the offer
VARIANTS = {
    PostponementState.ASKED: "warning",
    PostponementState.OFFERED: "info",
    PostponementState.GRANTED: "done",
    PostponementState.DECLINED: "neutral",
    PostponementState.WITHDRAWN: "neutral",
}


def why_not_ask(milestone: Milestone) -> str:
    """The sentence that says why nobody can ask for a later date of the milestone, or ""."""
    if milestone.state != MilestoneState.OPEN:
        return f"Milepælen er {milestone.get_state_display().lower()}, så der er ingen frist at udsætte."
    if milestone.party not in ASKABLE_PARTIES:
        return "I kan kun bede om udsættelse af det, I selv skal gøre. Skriv til projektlederen om resten."
    if milestone.ends_on is None:
        return "Milepælen har ingen dato endnu. Aftal den med projektlederen."
    return ""


def when(occurrences: list[list[date]], precision: str) -> str:
    """The dates with their weeks: fredag d. 4. december 2026 (uge 49)."""
    weeks = weeks_text(occurrences, precision)
    return f"{dates_text(occurrences, precision)} ({weeks})" if weeks else dates_text(occurrences, precision)


# On pages


def wish_of(wish: Postponement) -> dict[str, Any]:
    """A wish as pages print it."""
    return {
        "postponement": wish,
        "wished": when(wish.wished, wish.wished_precision),
        "offered": when(wish.offered, wish.offered_precision) if wish.offered else "",
        "variant": VARIANTS[PostponementState(wish.state)],
    }


def wishes_of(milestone: Milestone, why_not: Mapping[str, str]) -> dict[str, Any]:
    """What the page of a milestone says about wishes: the last one, to those who read notes, and what the person can do now."""
    last = None if why_not["notes"] else milestone.postponements.select_related("asked_by", "answered_by").first()
    state = last.state if last else ""
    is_open = state in {PostponementState.ASKED, PostponementState.OFFERED}
    return {
        "wish": wish_of(last) if last else None,
        "can_ask": not why_not["ask"] and not is_open and not why_not_ask(milestone),
        "can_withdraw": not why_not["ask"] and is_open,
        "can_take": not why_not["ask"] and state == PostponementState.OFFERED,
        "can_answer": not why_not["plan"] and state == PostponementState.ASKED,
    }


# What people are told


def is_for(user: User, permission: Permission, engagement: Engagement) -> bool:
    """Whether the person may (still) do `permission` with the engagement: what decides who is told, also when a mail is sent."""
    return not access.why_not_engagement(user, permission, engagement)


def sentence(postponement: Postponement, *, to_team: bool) -> str:
    """What a wish has come to, for the team or for the municipality; "" when its present state is no news to them."""
    milestone = postponement.milestone
    subject = Truncator(milestone.subject).chars(LONGEST_SUBJECT)
    place = milestone.engagement.municipality.display_name
    wished = when(postponement.wished, postponement.wished_precision)
    state = PostponementState(postponement.state)
    if to_team:
        return {
            PostponementState.ASKED: f"{place} beder om udsættelse af »{subject}« til {wished}.",
            PostponementState.GRANTED: f"»{subject}« er udsat til {when(milestone.occurrences, milestone.precision)}.",
            PostponementState.WITHDRAWN: f"{place}s ønske om udsættelse af »{subject}« er trukket tilbage.",
        }.get(state, "")
    return {
        PostponementState.OFFERED: f"Taskforcen tilbyder {when(postponement.offered, postponement.offered_precision)} "
        f"som ny dato for »{subject}«. Svar, om I tager imod.",
        PostponementState.GRANTED: f"I har fået udsat »{subject}« til {when(milestone.occurrences, milestone.precision)}.",
        PostponementState.DECLINED: f"»{subject}« kan ikke udsættes. Datoen er stadig {when(milestone.occurrences, milestone.precision)}.",
    }.get(state, "")


def page_of(postponement: Postponement, *, to_team: bool) -> str:
    """The path of the page where the person does something about it."""
    milestone = postponement.milestone
    if to_team and postponement.state == PostponementState.ASKED:
        return reverse("postponement", args=[milestone.engagement_id, milestone.pk, postponement.pk])
    return milestone.get_absolute_url()


def describe(notices: Sequence[Notice]) -> list[Line]:
    """What each wish has come to by now, once, and only to somebody whom it still concerns."""
    found = _by_id({notice.about_id for notice in notices})
    lines = []
    for key in dict.fromkeys(notice.about_id for notice in notices):
        postponement, user = found.get(key), notices[0].recipient
        if postponement is not None and (line := _line(postponement, user)):
            lines.append(line)
    return lines


def _by_id(keys: set[str]) -> dict[str, Postponement]:
    rows = Postponement.objects.filter(pk__in=keys).select_related("milestone__engagement__municipality")
    return {str(row.pk): row for row in rows}


def _line(postponement: Postponement, user: User) -> Line | None:
    milestone, engagement = postponement.milestone, postponement.milestone.engagement
    to_team = is_for(user, access.PLAN, engagement)
    if not to_team and not is_for(user, access.VIEW, engagement):
        return None
    text = sentence(postponement, to_team=to_team)
    if not text or engagement.state not in RUNNING:
        return None
    subject = Truncator(milestone.subject).chars(LONGEST_SUBJECT)
    verb = {PostponementState.ASKED: "Svar på ønske om udsættelse", PostponementState.OFFERED: "Svar på tilbud om ny dato"}.get(
        PostponementState(postponement.state), "Svar om udsættelse"
    )
    days = postponement.offered or postponement.wished
    weeks = week_range(days[0][0], days[-1][1])
    return Line(text, page_of(postponement, to_team=to_team), f"{verb}, {weeks}: {subject} – {engagement.municipality.display_name}")


NOTICES = NoticeKind(
    key=KIND,
    label="Udsættelse af frister",
    help="Når en kommune beder om udsættelse, og når taskforcen svarer.",
    describe=describe,
)


# Who has to answer


def find(user: User, today: date) -> list[Obligation]:
    """What the person still has to say to: wishes to their team, and offers to their municipality (accounts.obligations)."""
    if not rows_for(user, access.ENGAGEMENT, "plan") and not rows_for(user, access.ENGAGEMENT, "ask"):
        return []
    waiting = Q(state=PostponementState.ASKED, milestone__engagement__in=Engagement.objects.of_team(user))
    waiting |= Q(
        state=PostponementState.OFFERED,
        milestone__engagement__municipality__in=user.organisation_ids(Role.COORDINATOR, Role.LEADER),
    )
    seen = Engagement.objects.visible_to(user).filter(state__in=RUNNING)
    found = Postponement.objects.filter(waiting, milestone__engagement__in=seen)
    return [_obligation(one) for one in found.select_related("milestone__engagement__municipality", "asked_by", "answered_by")]


def _obligation(postponement: Postponement) -> Obligation:
    """To be answered within a working week, and before the date that it is about when that comes first."""
    milestone, engagement = postponement.milestone, postponement.milestone.engagement
    is_asked = postponement.state == PostponementState.ASKED
    since = timezone.localdate(postponement.answered_at or postponement.asked_at)
    due_on = min(add_working_days(since, ANSWER_WITHIN), milestone.ends_on or date.max)
    verb = "Svar på ønske om udsættelse" if is_asked else "Svar på tilbud om ny dato"
    return Obligation(
        key=f"postponement-{postponement.pk}",
        verb=f"{verb}: {milestone.subject}",
        url=page_of(postponement, to_team=is_asked),
        place=f"{engagement.get_area_display()} {engagement.starts_on.year}",
        municipality=engagement.municipality.display_name,
        due_on=due_on,
        dates=dates_text([[due_on, due_on]], Precision.DAY),
        weeks=weeks_text([[due_on, due_on]], Precision.DAY),
        responsible="Konsulenterne" if is_asked else "Kommunen",
        is_own=True,
        starts_on=due_on,
    )
