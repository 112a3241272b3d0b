"""Mine indstillinger: when the mail about each kind of event comes, and a mail to try it."""

import pytest
from django.core import mail

from accounts import notices, outbox
from accounts.actions import mail_choices
from accounts.actions import test_mail as testing
from accounts.models import AuditEntry, MailChoice, Notice, OutboxMail
from accounts.notices import NoticeKind
from accounts.refusal import Refused
from accounts.states import Delivery, Role

pytestmark = pytest.mark.django_db
NEWS, DEADLINE = "test.news", "test.deadline"
MOVABLE = (Delivery.AT_ONCE, Delivery.DAILY, Delivery.WEEKLY)
KINDS = {
    NEWS: NoticeKind(NEWS, "Nyheder", "Når noget er nyt.", lambda given: []),
    DEADLINE: NoticeKind(DEADLINE, "Frister", "Når en frist nærmer sig.", lambda given: [], Delivery.DAILY, MOVABLE),
}


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(notices, "KINDS", KINDS)


@pytest.fixture
def client(log_in, coordinator):
    return log_in(coordinator)


def test_every_kind_stands_with_what_it_offers_and_its_default(client):
    text = client.get("/konto/indstillinger/").text
    assert text.count("<fieldset") == 2
    assert "Når en frist nærmer sig." in text
    assert text.count('name="test-news"') == 4
    assert text.count('name="test-deadline"') == 3
    checked = [part.split('"')[0] for part in text.split('value="')[1:] if "checked" in part.split(">")[0]]
    assert checked == ["at_once", "daily"]


def test_nobody_is_asked_about_what_others_hear(client, coordinator, monkeypatch):
    of_jurists = NoticeKind("test.law", "Jura", "Når en jurist hører noget.", lambda given: [], roles=(Role.LEGAL_REVIEWER,))
    monkeypatch.setitem(notices.KINDS, of_jurists.key, of_jurists)
    assert "Jura" not in client.get("/konto/indstillinger/").text
    assert client.post("/konto/indstillinger/", {"test-news": "daily", "test-deadline": "daily"}).status_code == 302
    notices.give(kind=of_jurists.key, recipient=coordinator, about=coordinator, title="Fra før", url="/", scope=None)
    assert "Jura" in client.get("/konto/indstillinger/").text


def test_all_is_kept_in_one_post_and_written_in_the_history(client, coordinator):
    response = client.post("/konto/indstillinger/", {"test-news": "in_system", "test-deadline": "weekly"})
    assert (response.status_code, response["Location"]) == (302, "/konto/indstillinger/")
    assert mail_choices.chosen_by(coordinator) == {NEWS: Delivery.IN_SYSTEM, DEADLINE: Delivery.WEEKLY}
    entry = AuditEntry.objects.get(verb="mail.choose")
    assert (entry.by, entry.changes) == (
        coordinator,
        {"Nyheder": ["Mail straks", "Kun i systemet"], "Frister": ["Daglig samling", "Ugentlig (mandag kl. 7)"]},
    )
    client.post("/konto/indstillinger/", {"test-news": "in_system", "test-deadline": "weekly"})
    assert AuditEntry.objects.filter(verb="mail.choose").count() == 1


def test_the_default_is_no_row_so_that_a_new_default_reaches_those_who_never_chose(client):
    client.post("/konto/indstillinger/", {"test-news": "daily", "test-deadline": "daily"})
    assert list(MailChoice.objects.values_list("kind", "delivery")) == [(NEWS, "daily")]
    client.post("/konto/indstillinger/", {"test-news": "at_once", "test-deadline": "daily"})
    assert not MailChoice.objects.exists()


@pytest.mark.parametrize("choice", ["in_system", "aldrig", ""])
def test_a_deadline_s_mail_cannot_be_turned_off(client, choice):
    response = client.post("/konto/indstillinger/", {"test-news": "daily", "test-deadline": choice})
    assert response.status_code == 422
    assert "Vælg en af mulighederne for »Frister«." in response.text
    assert not MailChoice.objects.exists()


@pytest.mark.parametrize(("kind", "choice"), [(DEADLINE, "in_system"), (NEWS, "aldrig"), ("test.gone", "daily")])
def test_the_action_refuses_what_is_unknown_or_no_longer_offered(coordinator, kind, choice):
    with pytest.raises(Refused) as refused:
        mail_choices.choose(choices={NEWS: "daily", kind: choice} if kind != NEWS else {kind: choice}, by=coordinator)
    assert str(refused.value) == mail_choices.STALE
    assert not MailChoice.objects.exists()


def test_a_choice_that_is_no_longer_offered_counts_as_the_default(client, coordinator):
    MailChoice.objects.create(user=coordinator, kind=DEADLINE, delivery=Delivery.IN_SYSTEM)
    MailChoice.objects.create(user=coordinator, kind="test.gone", delivery=Delivery.DAILY)
    assert mail_choices.chosen_by(coordinator)[DEADLINE] == Delivery.DAILY == notices.delivery_of(coordinator, DEADLINE)
    assert client.get("/konto/indstillinger/").status_code == 200


def test_what_was_given_before_stays_as_it_was(client, coordinator):
    before = notices.give(kind=NEWS, recipient=coordinator, about=coordinator, title="Før", url="/", scope=None)
    client.post("/konto/indstillinger/", {"test-news": "in_system", "test-deadline": "daily"})
    after = notices.give(kind=NEWS, recipient=coordinator, about=coordinator, title="Efter", url="/", scope=None)
    assert Notice.objects.get(pk=before.pk).mail_at == before.mail_at is not None
    assert after.mail_at is None


def test_the_choices_are_one_s_own(client, coordinator, stranger):
    client.post("/konto/indstillinger/", {"test-news": "weekly", "test-deadline": "daily"})
    assert mail_choices.chosen_by(stranger)[NEWS] == Delivery.AT_ONCE


# The mail to try it


def test_a_test_mail_goes_the_whole_way(client, coordinator):
    response = client.post("/konto/indstillinger/testmail/", follow=True)
    assert f"En testmail er på vej til {coordinator.email}." in response.text
    assert outbox.send_next() is True
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([coordinator.email], "Testmail fra Task Force")
    assert "Hej Hanne Koordinator" in sent.body and "/konto/indstillinger/" in sent.body
    assert AuditEntry.objects.get(verb="mail.test").by == coordinator


def test_three_an_hour_and_then_a_sentence(client, coordinator, stranger, time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100", tick=False)
    for _ in range(testing.MOST_AN_HOUR):
        assert client.post("/konto/indstillinger/testmail/").status_code == 302
    refused = client.post("/konto/indstillinger/testmail/")
    assert refused.status_code == 409
    assert testing.TOO_MANY in refused.text
    testing.send_test(by=stranger)
    time_machine.move_to("2026-03-10 13:00:01 +0100", tick=False)
    testing.send_test(by=coordinator)
    assert OutboxMail.objects.filter(kind=testing.TEST, recipient=coordinator).count() == 4


def test_a_get_sends_nothing(client):
    assert client.get("/konto/indstillinger/testmail/").status_code == 405
    assert not OutboxMail.objects.exists()


def test_the_account_leads_here(client):
    text = client.get("/konto/").text
    for url in ("/konto/indstillinger/", "/konto/fravaer/", "/konto/kalender/"):
        assert f'href="{url}"' in text


def test_a_test_mail_is_not_sent_for_somebody_who_is_deleted_meanwhile(coordinator):
    waiting = testing.send_test(by=coordinator)
    OutboxMail.objects.filter(pk=waiting.pk).update(recipient=None)
    assert outbox.send_next() is True
    assert mail.outbox == []
