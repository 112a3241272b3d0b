"""`manage.py send_due_reminders`: what would go to whom, and the same for real; and which mails wait for the consultant."""

from datetime import date, timedelta

import pytest
from django.core import mail as mailbox
from django.core.management import call_command

from accounts.models import Absence, Notice, OutboxMail, User
from accounts.states import MailState, Role
from engagements import dispatching, holding, reminders
from engagements.actions import milestones
from engagements.models import Engagement, Milestone, Reminder
from engagements.states import MailHold, Party, ReminderState
from tests import factories

DUE = date(2026, 3, 16)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_due")]


@pytest.fixture
def engagement(consultant, coordinator, time_machine):
    time_machine.move_to("2026-02-02 12:00 +0100", tick=False)
    return factories.engagement(consultant, starts_on=date(2026, 2, 2))


@pytest.fixture
def _due(time_machine, engagement):
    """A deadline of the municipality and one of the Task Force, planned well before; now it is the first day."""
    for party, subject in [(Party.MUNICIPALITY, "Send sager"), (Party.TASK_FORCE, "Send brev")]:
        factories.milestone(engagement, on=DUE, party=party, subject=subject)
    time_machine.move_to("2026-02-24 08:00 +0100", tick=False)


def run(capsys, *options) -> list[str]:
    call_command("send_due_reminders", *options)
    return capsys.readouterr().out.splitlines()


def test_a_dry_run_names_people_and_writes_nothing(capsys, coordinator, consultant):
    leader = factories.person(Role.LEADER, name="Lene Leder")
    Absence.objects.create(user=coordinator, deputy=leader, first_day=date(2026, 2, 24), last_day=date(2026, 2, 24))
    told = run(capsys, "--dry-run")
    assert told == [
        "Lene Leder (stedfortræder for Hanne Koordinator): Frist uge 12: Send sager – Hedensted Kommune [14 arbejdsdage før]",
        "Katrine Konsulent: Frist uge 12: Send brev – Hedensted Kommune [14 arbejdsdage før]",
        "2 påmindelser ville gå nu",
    ]
    assert not any("@" in line for line in told)
    assert not Notice.objects.exists()
    assert not Reminder.objects.exclude(state=ReminderState.WAITING).exists()


def test_a_dry_run_leaves_out_what_would_be_cancelled(capsys, consultant):
    Milestone.objects.filter(subject="Send sager").update(optional=True)
    assert run(capsys, "--dry-run")[-1] == "1 påmindelse ville gå nu"


def test_a_run_sends_now_and_a_second_one_finds_nothing(capsys, coordinator, consultant):
    assert run(capsys) == ["2 påmindelser er afsendt", "2 mails er lavet", "2 mails er forsøgt sendt"]
    assert sorted(one.to[0] for one in mailbox.outbox) == sorted([coordinator.email, consultant.email])
    assert run(capsys) == ["0 påmindelser er afsendt", "0 mails er lavet", "0 mails er forsøgt sendt"]


# Which mails wait for the consultant


def test_mails_to_the_municipality_wait_as_long_as_the_engagement_says(capsys, engagement, coordinator, consultant, time_machine):
    Engagement.objects.update(mail_hold_hours=MailHold.FOUR)
    run(capsys)
    assert [one.to[0] for one in mailbox.outbox] == [consultant.email]
    held = OutboxMail.objects.get(state=MailState.HELD)
    assert (held.recipient, held.scope) == (coordinator, engagement.scope)
    time_machine.move_to("2026-02-24 11:59 +0100", tick=False)
    assert run(capsys)[-1] == "0 mails er forsøgt sendt"
    time_machine.move_to("2026-02-24 12:00 +0100", tick=False)
    run(capsys)
    assert [one.to[0] for one in mailbox.outbox] == [consultant.email, coordinator.email]


def test_a_held_mail_about_what_is_met_meanwhile_is_never_sent(capsys, coordinator, consultant, time_machine):
    Engagement.objects.update(mail_hold_hours=MailHold.FOUR)
    run(capsys)
    one = Milestone.objects.get(subject="Send sager")
    milestones.meet(milestone=one, on=date(2026, 2, 24), reason="Kom", by=consultant)
    time_machine.move_to("2026-02-24 12:00 +0100", tick=False)
    run(capsys)
    assert coordinator.email not in {mail.to[0] for mail in mailbox.outbox}


@pytest.mark.parametrize(
    ("hours", "role", "of", "expected"),
    [
        (MailHold.NONE, Role.COORDINATOR, "Hedensted", None),
        (MailHold.DAY, Role.COORDINATOR, "Hedensted", timedelta(hours=24)),
        (MailHold.DAY, Role.LEADER, "Hedensted", timedelta(hours=24)),
        (MailHold.DAY, Role.EMPLOYEE, "Hedensted", timedelta(hours=24)),
        (MailHold.DAY, Role.COORDINATOR, "Aabenraa", None),
        (MailHold.DAY, Role.CONSULTANT, "", None),
        (MailHold.DAY, Role.LEGAL_REVIEWER, "", None),
    ],
)
def test_whose_mails_wait(engagement, hours, role, of, expected):
    Engagement.objects.update(mail_hold_hours=hours)
    person = factories.person(role, of=of or "Hedensted")
    assert holding.hold_of(engagement.scope, User.objects.active().get(pk=person.pk)) == expected


def test_nothing_is_due_before_its_time(capsys, time_machine):
    time_machine.move_to("2026-02-24 07:59 +0100", tick=False)
    reminders.plan_all()
    assert (run(capsys, "--dry-run"), dispatching.dispatch_due()) == (["0 påmindelser ville gå nu"], 0)
