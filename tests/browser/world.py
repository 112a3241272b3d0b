"""The world that the browser looks at: the demo, and what the demo has not: an empty plan, a fresh change, a draft, jobs in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Job, OutboxMail, User
from accounts.states import JobState, MailState, Role
from documents import actions as files
from engagements import timetable
from engagements.actions import drafting, importing, meeting, milestones, moving
from engagements.actions.meeting import Details
from engagements.models import Engagement, Milestone, Postponement
from engagements.states import EngagementState, Kind, MeetingState, Party, PostponementState, Precision
from tests import factories, passkeys

PASSWORD = "grøn cykel under broen"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
TIMETABLE = (Path(__file__).parents[1] / "engagements" / "fixtures" / "hedensted_2016.txt").read_text(encoding="utf-8")


@dataclass(frozen=True)
class World:
    """Engagements and milestones by what they show."""

    people: dict[str, User]
    running: Engagement
    completed: Engagement
    paused: Engagement
    empty: Engagement
    others: Engagement
    open_date: Milestone
    leading: Milestone
    met: Milestone
    dropped: Milestone
    owed: Milestone
    delegated: Milestone
    wish: Postponement
    offer: Postponement
    unasked: Milestone
    called: Milestone
    drafted: Milestone
    mail: OutboxMail
    failed_mail: OutboxMail
    jobs: dict[str, Job]
    passkey: Authenticator
    invitations: dict[str, Invitation]


def build() -> World:
    """Needs the demo. The running engagement has a plan in which something was just moved, met and dropped."""
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_demo=True)}
    katrine = people["katrine"]
    engagements = Engagement.objects.order_by("pk")
    running = engagements.get(municipality__name="Hedensted", state=EngagementState.ACTIVE)
    empty = factories.engagement(katrine, of="Aalborg", active=False)
    drafting.keep(engagement=empty, text=TIMETABLE, year=None, by=katrine)
    coming = list(running.milestones.filter(state="open", starts_on__gt=timezone.localdate()).order_by("starts_on", "position"))
    leading = next(milestone for milestone in coming if milestone.followers.filter(state="open").exists())
    dropped = coming[-1]
    milestones.drop(milestone=dropped, reason="Kommunen har valgt det fra", by=katrine)
    people |= others()
    return World(
        people=people,
        running=running,
        completed=engagements.get(state=EngagementState.COMPLETED),
        paused=engagements.get(state=EngagementState.PAUSED),
        empty=empty,
        others=engagements.get(municipality__name="Skive"),
        open_date=coming[1],
        leading=leading,
        met=running.milestones.filter(state="met").first(),
        dropped=dropped,
        owed=running.milestones.filter(state="open", party=Party.MUNICIPALITY, assignment=None)
        .exclude(pk=dropped.pk)
        .order_by("pk")
        .first(),
        delegated=running.milestones.get(assignment__user=people["emil"]),
        called=running.milestones.get(meeting__state=MeetingState.INVITED),
        drafted=drafted(running, people),
        **wishes_and_mails(running, people),
        jobs=jobs(running, katrine),
        invitations=invitations(people),
        passkey=Authenticator.objects.get(user=people["noegle"], data__name="Telefon"),
    )


def drafted(engagement: Engagement, people: dict[str, User]) -> Milestone:
    """A meeting of two days that nobody has been invited to yet."""
    day = timezone.localdate() + timedelta(days=50)
    values = {"kind": Kind.INTERVIEW, "subject": "Opfølgende interviews med medarbejderne i myndighedsafdelingen"}
    made = factories.milestone(engagement, on=day, until=day + timedelta(days=1), by=people["katrine"], **values)
    everybody = [people[key] for key in ("katrine", "jonas", "hanne", "emil")]
    details = Details(starts_at=time(9), ends_at=time(15), place="Rådhuset", link="", others="", users=everybody)
    meeting.save(milestone=made, details=details, by=people["katrine"])
    return made


def others() -> dict[str, User]:
    """Whom the demo has not: new, alone, without a role, barred, with every factor and with none."""
    found = {
        "ny": factories.person(Role.CONSULTANT, name="Nanna Nyansat"),
        "tom": factories.person(Role.COORDINATOR, of="Læsø", name="Tom Øboe"),
        "uden": factories.person(None, name="Ulla Udenrolle"),
        "bent": factories.person(Role.EMPLOYEE, name="Bent Børstad", is_active=False),
        "noegle": with_everything(),
        "start": factories.person(Role.LEADER, name="Stine Startklar", password=PASSWORD, second_factor=False),
    }
    factories.conflict(found["ny"], of="Næstved")
    return found


def wishes_and_mails(running: Engagement, people: dict[str, User]) -> dict[str, Any]:
    """The demo's two wishes for later dates, a deadline without one, the mail that waits for Katrine, and one that came back."""
    wishes, day = Postponement.objects.filter(milestone__engagement=running), timezone.localdate() + timedelta(days=40)
    return {
        "wish": wishes.get(state=PostponementState.ASKED),
        "offer": wishes.get(state=PostponementState.OFFERED),
        "unasked": factories.milestone(running, on=day, by=people["katrine"], subject="Svar på spørgsmål"),
        "mail": OutboxMail.objects.get(scope=running.scope, state=MailState.HELD, recipient=people["hanne"]),
        "failed_mail": factories.held_mail(
            running, people["lars"], state=MailState.FAILED, subject="Frist uge 8", error="550 5.1.1 ukendt"
        ),
    }


def invitations(people: dict[str, User]) -> dict[str, Invitation]:
    """To somebody new, to somebody who is here already, and one whose mail came back and whose time is over."""
    new = Invitation.objects.get(full_name="Ditte Aagaard")
    known = factories.invitation(people["lars"], email=people["sofie"].email, role=Role.EMPLOYEE, full_name="Sofie Åkjær")
    late = factories.invitation(
        people["lars"], full_name="Sven Sen-Sørensen", email="sven.sen-soerensen.med.en.lang.adresse@hedensted.example"
    )
    Invitation.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(days=1))
    OutboxMail.objects.filter(about_id=str(known.pk)).update(
        state=MailState.FAILED, error="550 5.1.1 <modtager>: Recipient address rejected"
    )
    return {"new": new, "known": known, "late": late}


def with_everything() -> User:
    """Somebody with a password, an app, two passkeys, and a phone that is logged in too."""
    person = factories.person(Role.COORDINATOR, name="Nora Nøgle", password=PASSWORD)
    for name in ("Bærbar på kontoret", "Telefon"):
        passkeys.given_to(person, name)
    phone = Client(HTTP_USER_AGENT=IPHONE)
    phone.force_login(person)
    UserSession.objects.create(user=person, session_key=phone.session.session_key, ip="192.0.2.8", user_agent=IPHONE)
    return person


def jobs(engagement: Engagement, by: User) -> dict[str, Job]:
    """A job of each state; nobody works on them."""
    now = timezone.now()
    stored = files.store(content=b"%PDF-1.7", name="Tidsplan.pdf", content_type="application/pdf", scope=engagement.scope, by=by)
    states = {
        JobState.WAITING: {},
        JobState.RUNNING: {"step": "Sætter siderne op", "done": 1, "total": 3, "attempts": 1},
        JobState.DONE: {"result_id": stored.pk, "done": 3, "total": 3, "finished_at": now},
        JobState.FAILED: {"error": "Noget gik galt hos os. Prøv igen.", "attempts": 3, "finished_at": now},
    }
    title = f"Tidsplan for {engagement.municipality.display_name} som PDF"
    return {
        state.value: Job.objects.create(
            kind="timetable.pdf", title=title, scope=engagement.scope, object_id=engagement.pk, state=state,
            back_url=engagement.get_absolute_url(), requested_by=by, **values,
        )
        for state, values in states.items()
    }  # fmt: skip


def plan_of(engagement: Engagement) -> list[dict[str, Any]]:
    """Every milestone as the database has it, but for the number of its last change: that only grows, also when it is undone."""
    rows = Milestone.objects.filter(engagement=engagement).order_by("pk").values()
    return [{name: value for name, value in row.items() if name != "revision"} for row in rows]


def move_a_week(milestone: Milestone, by: User) -> None:
    """Somebody moves a milestone in another window."""
    engagement = Engagement.objects.get(pk=milestone.engagement_id)
    milestone = engagement.milestones.prefetch_related("purposes").get(pk=milestone.pk)
    milestone.engagement = engagement
    week = timedelta(weeks=1)
    moving.move(
        milestone=milestone,
        occurrences=tuple((first + week, last + week) for first, last in milestone.occurrences),
        precision=Precision(milestone.precision),
        source_text="",
        with_followers=False,
        reason="Flyttet i et andet vindue",
        by=by,
        plan_number=engagement.plan_number,
    )


def long_timetable(rows: int) -> str:
    """A timetable of many rows, a Tuesday each, as one would paste it."""
    first = date(2027, 1, 5)
    return "\n".join(["Emne\tDato", *(f"Række {at} i en lang tidsplan\t{first + timedelta(weeks=at):%d.%m.%Y}" for at in range(rows))])


def large_plan(by: User, rows: int) -> Engagement:
    """An engagement with many milestones."""
    engagement = factories.engagement(by, of="Viborg")
    read = timetable.read(long_timetable(rows), year=None, today=timezone.localdate())
    importing.import_timetable(
        engagement=engagement, rows=read.rows, replace=False, past_is_met=False, by=by, plan_number=engagement.plan_number
    )
    return engagement
