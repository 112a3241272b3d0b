"""Udbakke and the engagement's mails: what waits for a consultant, what they do with it, and how it went."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.utils import timezone

from accounts import notices, outbox
from accounts.models import AuditEntry, OutboxMail
from accounts.refusal import Denied, Refused
from accounts.states import MailState, Role
from engagements import mailbox, postponements
from engagements.actions import mailing
from engagements.models import Engagement, TeamMember
from engagements.states import MailHold
from tests import factories
from tests.engagements.reading import page, sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-02 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    made = factories.engagement(consultant)
    factories.milestone(made, on=timezone.localdate() + timedelta(days=14), subject="Frist for at indsende sager")
    return made


def held(engagement, coordinator, **fields) -> OutboxMail:
    """A held mail to the coordinator that offers them another date."""
    milestone = engagement.milestones.get()
    wish = milestone.postponements.first() or factories.wish(
        engagement, coordinator, state="offered", offered=milestone.occurrences, offered_precision="day",
        answered_by=engagement.team()[0].user, answered_at=timezone.now(),
    )  # fmt: skip
    return factories.held_mail(engagement, coordinator, wish=wish, **fields)


def fresh(mail) -> OutboxMail:
    return OutboxMail.objects.get(pk=mail.pk)


def url(engagement, mail, verb="") -> str:
    return page(engagement, f"mails/{mail.pk}/{verb}")


# Udbakke


def test_the_outbox_shows_the_mail_as_it_would_go_now_and_when_it_goes_by_itself(log_in, consultant, coordinator, engagement):
    held(engagement, coordinator, due_at=timezone.now() + timedelta(days=3, hours=-2))
    shown = log_in(consultant).get("/udbakke/").text
    assert "Hanne Koordinator" in shown and coordinator.email in shown
    assert "Svar på tilbud om ny dato" in shown
    assert "som ny dato for »Frist for at indsende sager«. Svar, om I tager imod." in shown
    assert "Sendes selv torsdag d. 5. marts 2026 (uge 10) kl. 10.00" in shown


def test_a_mail_with_nothing_left_to_say_says_so_and_is_not_offered_for_sending(log_in, consultant, coordinator, engagement):
    mail = factories.held_mail(engagement, coordinator)
    shown = log_in(consultant).get("/udbakke/").text
    assert "Den bliver annulleret af sig selv." in shown
    assert url(engagement, mail, "send/") not in shown
    assert sentence(log_in(consultant).get(url(engagement, mail, "ret/"))) == mailbox.NOTHING_LEFT


def test_only_consultants_of_the_team_have_it(log_in, consultant, coordinator, engagement):
    held(engagement, coordinator)
    outside, jurist = factories.person(Role.CONSULTANT), factories.person(Role.LEGAL_REVIEWER)
    TeamMember.objects.create(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER)
    assert "Ingen mails venter på dig." in log_in(outside).get("/udbakke/").text
    assert [mailbox.outgoing_count(person) for person in (consultant, outside, jurist, coordinator)] == [1, 0, 0, 0]
    assert [log_in(person).get("/udbakke/").status_code for person in (jurist, coordinator)] == [403, 403]
    factories.conflict(consultant)
    assert mailbox.outgoing_count(type(consultant).objects.get(pk=consultant.pk)) == 0


def test_a_consultant_who_is_on_the_team_as_something_else_does_not_see_it(consultant, coordinator, engagement):
    other = factories.person(Role.CONSULTANT)
    factories.membership(other, Role.LEGAL_REVIEWER)
    TeamMember.objects.create(engagement=engagement, user=other, role=Role.LEGAL_REVIEWER)
    held(engagement, coordinator)
    assert mailbox.outgoing_count(other) == 0


def test_the_menu_counts_what_waits(log_in, consultant, coordinator, engagement):
    held(engagement, coordinator)
    frame = log_in(consultant).get("/forloeb/").context["frame"]
    assert "Udbakke (1)" in [item["label"] for item in frame["navigation"]]


# Send nu, ret og send, udskyd, send ikke


def test_send_now_lets_it_go(log_in, consultant, coordinator, engagement):
    mail = held(engagement, coordinator)
    response = log_in(consultant).post(url(engagement, mail, "send/"), follow=True)
    assert "Mailen til Hanne Koordinator sendes nu." in response.text
    assert outbox.send_next()
    assert (fresh(mail).state, [one.to for one in sent.outbox]) == (MailState.SENT, [[coordinator.email]])
    assert AuditEntry.objects.get(verb="mail.send_now").by == consultant


def test_a_second_click_is_told_that_it_has_left(log_in, consultant, coordinator, engagement):
    mail, client = held(engagement, coordinator), log_in(consultant)
    assert client.post(url(engagement, mail, "send/")).status_code == 302
    for verb, data in (("send/", {}), ("ret/", {"subject": "a", "text": "b"}), ("udskyd/", {"how": "1"}), ("send-ikke/", {})):
        response = client.post(url(engagement, mail, verb), data)
        assert response.status_code == 409
        assert "»Afventer«" in sentence(response)
    assert AuditEntry.objects.filter(verb__startswith="mail.").count() == 1


def test_an_edited_mail_goes_in_the_words_of_the_consultant(log_in, consultant, coordinator, engagement):
    mail, client = held(engagement, coordinator), log_in(consultant)
    form = client.get(url(engagement, mail, "ret/")).context["form"]
    assert form.initial["text"].startswith("Hej Hanne")
    client.post(url(engagement, mail, "ret/"), {"subject": "Ring til mig", "text": "Kære Hanne\n\nRing, så aftaler vi det."})
    outbox.send_next()
    assert [(one.subject, one.body) for one in sent.outbox] == [("Ring til mig", "Kære Hanne\n\nRing, så aftaler vi det.")]
    assert fresh(mail).edited_by == consultant


@pytest.mark.parametrize("field", ["subject", "text"])
def test_a_mail_with_a_cpr_number_is_sent_back_to_its_writer(log_in, consultant, coordinator, engagement, field):
    mail = held(engagement, coordinator)
    written = {"subject": "Ring", "text": "Ring til mig"} | {field: "Det gælder 010203-1234"}
    response = log_in(consultant).post(url(engagement, mail, "ret/"), written)
    [told] = response.context["form"].errors[field]
    assert (response.status_code, "»Det gælder ••••••-••••«" in told) == (422, True)
    assert fresh(mail).state == MailState.HELD


@pytest.mark.parametrize(
    ("posted", "until"),
    [
        ({"how": "1"}, "2026-03-29 10:00 +0200"),  # the night before, the clock was moved on
        ({"how": "3"}, "2026-03-31 10:00 +0200"),
        ({"how": "day", "day": "7. april 2026"}, "2026-04-07 08:00 +0200"),
    ],
)
def test_a_mail_is_put_off(log_in, consultant, coordinator, engagement, time_machine, posted, until):
    time_machine.move_to("2026-03-27 12:00 +0100")
    mail = held(engagement, coordinator, due_at=timezone.now() + timedelta(hours=22))
    assert log_in(consultant).post(url(engagement, mail, "udskyd/"), posted).status_code == 302
    assert (f"{timezone.localtime(fresh(mail).due_at):%Y-%m-%d %H:%M %z}", fresh(mail).state) == (until, MailState.HELD)


@pytest.mark.parametrize("day", ["", "i dag", "1. januar 2020", "1. januar 2099"])
def test_a_mail_is_put_off_to_a_day_to_come(log_in, consultant, coordinator, engagement, day):
    mail = held(engagement, coordinator)
    response = log_in(consultant).post(url(engagement, mail, "udskyd/"), {"how": "day", "day": day})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["day"])


def test_a_mail_that_shall_not_go_is_cancelled_and_the_log_says_by_whom(log_in, consultant, coordinator, engagement):
    mail, client = held(engagement, coordinator), log_in(consultant)
    assert "Skal mailen til Hanne Koordinator ikke sendes?" in client.get(url(engagement, mail, "send-ikke/")).text
    client.post(url(engagement, mail, "send-ikke/"))
    assert fresh(mail).state == MailState.CANCELLED
    assert "Annulleret af Katrine Konsulent." in client.get(page(engagement, "mails/")).text


def test_send_all_lists_the_names_and_sends_those_and_no_others(log_in, consultant, coordinator, engagement):
    leader, late = factories.person(Role.LEADER, name="Lars Leder"), factories.person(Role.COORDINATOR, name="Sent Kommet")
    client, mails = log_in(consultant), [held(engagement, person) for person in (coordinator, leader)]
    shown = client.get(page(engagement, "mails/send-alle/"))
    assert "Hanne Koordinator" in shown.text and "Lars Leder" in shown.text and "Send 2 mails nu?" in shown.text
    later = held(engagement, late)
    client.post(page(engagement, "mails/send-alle/"), {"mail": [str(mail.pk) for mail in mails] + ["x"]})
    assert [fresh(mail).state for mail in (*mails, later)] == [MailState.WAITING, MailState.WAITING, MailState.HELD]
    again = client.post(page(engagement, "mails/send-alle/"), {"mail": [str(mail.pk) for mail in mails]})
    assert (again.status_code, sentence(again)) == (409, mailing.ALL_GONE)


def test_a_mail_of_another_engagement_is_not_reached_through_this_one(log_in, consultant, coordinator, engagement):
    other = factories.engagement(factories.person(Role.CONSULTANT), of="Aabenraa")
    mail = factories.held_mail(other, coordinator)
    client = log_in(consultant)
    assert [client.get(url(engagement, mail)).status_code, client.post(url(engagement, mail, "send/")).status_code] == [404, 404]
    assert client.post(url(other, mail, "send/")).status_code == 403
    with pytest.raises(LookupError):
        mailing.send_now(engagement=engagement, mail=mail, by=consultant)
    client.post(page(engagement, "mails/send-alle/"), {"mail": [str(mail.pk)]})
    assert fresh(mail).state == MailState.HELD


def test_nobody_else_does_anything_with_them(coordinator, engagement):
    mail, outside = held(engagement, coordinator), factories.person(Role.CONSULTANT)
    for person in (coordinator, outside):
        for work in (
            lambda by: mailing.send_now(engagement=engagement, mail=mail, by=by),
            lambda by: mailing.hold(engagement=engagement, hours=MailHold.DAY, by=by),
            lambda by: mailing.send_all(engagement=engagement, keys=[mail.pk], by=by),
        ):
            with pytest.raises(Denied):
                work(person)
    assert fresh(mail).state == MailState.HELD


# The engagement's mails


def test_how_long_mails_wait_is_chosen_and_stands_in_the_history(log_in, consultant, engagement):
    client = log_in(consultant)
    assert client.post(page(engagement, "mails/vent/"), {"hours": "24"}).status_code == 302
    assert Engagement.objects.get(pk=engagement.pk).mail_hold_hours == MailHold.DAY
    assert AuditEntry.objects.get(verb="engagement.mail_hold").changes == {"mails til kommunen": [MailHold.NONE.label, MailHold.DAY.label]}
    assert client.post(page(engagement, "mails/vent/"), {"hours": "5"}).status_code == 422
    client.post(page(engagement, "mails/vent/"), {"hours": "24"})
    assert AuditEntry.objects.filter(verb="engagement.mail_hold").count() == 1, "nothing changed the second time"


def test_an_answer_to_the_municipality_waits_where_mails_wait(consultant, coordinator, engagement):
    mailing.hold(engagement=engagement, hours=MailHold.FOUR, by=consultant)
    wish = factories.wish(engagement, coordinator)
    engagement = Engagement.objects.get(pk=engagement.pk)
    for person in (coordinator, consultant):
        notices.give(kind=postponements.KIND, recipient=person, about=wish, title="x", url="/", scope=engagement.scope)
    notices.gather()
    assert dict(OutboxMail.objects.values_list("to_email", "state")) == {
        coordinator.email: MailState.HELD,
        consultant.email: MailState.WAITING,
    }
    assert mailbox.outgoing_count(consultant) == 1


def test_a_failed_mail_says_what_to_do_and_goes_again_to_the_address_of_now(log_in, consultant, coordinator, engagement, monkeypatch):
    mail = held(engagement, coordinator, state=MailState.WAITING, due_at=timezone.now())

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({coordinator.email: (550, b"5.1.1 unknown")})

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send_messages)
        outbox.send_next()
    client = log_in(consultant)
    shown = client.get(page(engagement, "mails/?state=failed")).text
    assert f"Kunne ikke leveres til {coordinator.email} – ret adressen" in shown
    assert "Nogle mails kunne ikke leveres" in client.get("/udbakke/").text
    type(coordinator).objects.filter(pk=coordinator.pk).update(email="hanne.ny@example.dk")
    client.post(url(engagement, mail, "igen/"))
    outbox.send_next()
    assert (fresh(mail).state, [one.to for one in sent.outbox]) == (MailState.SENT, [["hanne.ny@example.dk"]])
    with pytest.raises(Refused):
        mailing.again(engagement=engagement, mail=fresh(mail), by=consultant)


def test_the_log_tells_what_was_sent_and_what_was_not(log_in, consultant, coordinator, engagement):
    mail = held(engagement, coordinator, state=MailState.WAITING, due_at=timezone.now())
    gone = factories.held_mail(engagement, coordinator, state=MailState.WAITING, due_at=timezone.now())
    while outbox.send_next():
        pass
    client = log_in(consultant)
    rows = {row.mail.pk: row for row in client.get(page(engagement, "mails/")).context["rows"]}
    assert (rows[mail.pk].mail.state, rows[gone.pk].mail.state) == (MailState.SENT, MailState.CANCELLED)
    assert rows[gone.pk].note == mailbox.NO_LONGER_DUE
    shown = client.get(url(engagement, mail)).text
    assert "Hej Hanne" in shown and "Svar på tilbud om ny dato" in shown
    assert [row.mail.pk for row in client.get(page(engagement, "mails/?state=sent")).context["rows"]] == [mail.pk]


def test_a_digest_about_several_engagements_shows_nothing_of_the_others(log_in, consultant, coordinator, engagement):
    other = factories.engagement(consultant, starts_on=timezone.localdate() + timedelta(days=1))
    factories.milestone(other, on=timezone.localdate() + timedelta(days=20), subject="Noget helt andet")
    mail = held(engagement, coordinator, state=MailState.WAITING, due_at=timezone.now())
    notices.give(
        kind=postponements.KIND, recipient=coordinator, about=factories.wish(other, coordinator), title="Noget helt andet", url="/",
        scope=other.scope,
    )  # fmt: skip
    coordinator.notices.update(mail=mail)
    OutboxMail.objects.filter(pk=mail.pk).update(scope=None, subject="Noget helt andet", text="Noget helt andet")
    client = log_in(consultant)
    [row] = client.get(page(engagement, "mails/")).context["rows"]
    assert row.subject == mailbox.SEVERAL
    shown = client.get(url(engagement, mail)).text
    assert "Et ønske om udsættelse" in shown and "Noget helt andet" not in shown
