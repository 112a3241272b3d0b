"""*Sæt påmindelser på pause*, and the list of reminders on the page of a milestone."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts import outbox
from accounts.models import AuditEntry, Notice, OutboxMail
from accounts.refusal import Denied, Refused
from accounts.states import MailState, Role
from engagements import reminder_log, reminders, tasks
from engagements.actions import lifecycle, milestones, pausing
from engagements.models import Milestone, Reminder, ReminderPause
from engagements.states import EngagementState, ReminderState
from tests import factories

DUE = date(2026, 3, 16)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_february")]


@pytest.fixture
def _february(time_machine):
    time_machine.move_to("2026-02-02 12:00 +0100", tick=False)


@pytest.fixture
def engagement(consultant, coordinator):
    return factories.engagement(consultant, starts_on=date(2026, 2, 2))


@pytest.fixture
def deadline(engagement):
    return factories.milestone(engagement, on=DUE, subject="Frist for sager")


def url(milestone, verb="") -> str:
    return f"/forloeb/{milestone.engagement_id}/milepaele/{milestone.pk}/{f'paamindelser/{verb}/' if verb else ''}"


def waiting(milestone) -> list[str]:
    return list(Reminder.objects.filter(milestone=milestone, state=ReminderState.WAITING).order_by("due_at").values_list("step", flat=True))


def pause(milestone, by, until=DUE, note="Aftalt pr. telefon"):
    return pausing.pause(milestone=milestone, until=until, note=note, by=by)


def test_a_pause_silences_its_days_and_is_written_down(deadline, consultant):
    pause(deadline, consultant)
    assert waiting(deadline) == ["after-2", "after-5", "lead-7"]
    entry = AuditEntry.objects.filter(verb="reminders.pause").get()
    assert (entry.changes, entry.reason) == ({"Frist for sager": [None, "2026-03-16"]}, "Aftalt pr. telefon")
    pause(deadline, consultant, until=date(2026, 3, 18))
    assert waiting(deadline) == ["after-5", "lead-7"]
    pausing.resume(milestone=deadline, by=consultant)
    assert len(waiting(deadline)) == 7
    assert not ReminderPause.objects.exists()


@pytest.mark.parametrize(
    ("until", "note", "sentence"),
    [
        (date(2026, 2, 1), "Aftalt", "Datoen ligger før i dag. Vælg den dag, pausen varer til."),
        (date(2026, 8, 5), "Aftalt", "En pause kan højst vare et halvt år, altså til 4. august 2026. Flyt i stedet datoen."),
        (DUE, "", "Skriv kort, hvad der er aftalt."),
    ],
)
def test_a_pause_needs_a_day_ahead_and_a_word_about_what_was_agreed(deadline, consultant, until, note, sentence):
    with pytest.raises(Refused, match=sentence):
        pause(deadline, consultant, until=until, note=note)


def test_what_is_met_or_gone_or_not_paused_is_refused(deadline, consultant):
    with pytest.raises(Refused, match="Påmindelserne er ikke sat på pause"):
        pausing.resume(milestone=deadline, by=consultant)
    milestones.meet(milestone=Milestone.objects.get(pk=deadline.pk), on=date(2026, 2, 2), reason="Kom", by=consultant)
    with pytest.raises(Refused, match="Milepælen er opfyldt, så ingen bliver påmindet om den"):
        pause(deadline, consultant)
    Milestone.objects.filter(pk=deadline.pk).delete()
    with pytest.raises(Refused, match="Milepælen er slettet"):
        pause(deadline, consultant)


def test_only_consultants_of_the_team_pause(deadline, coordinator):
    for person in (coordinator, factories.person(Role.CONSULTANT)):
        with pytest.raises(Denied):
            pause(deadline, person)
        with pytest.raises(Denied):
            pausing.resume(milestone=deadline, by=person)


# Pages


def test_a_consultant_pauses_and_takes_it_back_on_the_page(log_in, deadline, consultant):
    client = log_in(consultant)
    assert client.get(url(deadline, "pause")).context["form"]["note"].value() == "Aftalt pr. telefon"
    response = client.post(url(deadline, "pause"), {"until": "16.03.2026", "note": "Hanne ringer tilbage"}, follow=True)
    assert "Sat på pause til og med mandag d. 16. marts 2026 (uge 12) af Katrine Konsulent: Hanne ringer tilbage" in response.text
    response = client.post(url(deadline, "genoptag"), follow=True)
    assert "Der sendes igen påmindelser om »Frist for sager«." in response.text
    assert "Sat på pause til" not in response.text


@pytest.mark.parametrize(
    "data", [{"until": "", "note": "x"}, {"until": "i morgen tidlig", "note": "x"}, {"until": "16.03.2026", "note": " "}]
)
def test_a_form_that_is_not_filled_in_is_shown_again(log_in, deadline, consultant, data):
    assert log_in(consultant).post(url(deadline, "pause"), data).status_code == 422
    assert not ReminderPause.objects.exists()


def test_the_list_is_for_the_team_and_the_municipality(log_in, deadline, consultant, coordinator):
    for person, sees in [(consultant, True), (coordinator, True), (factories.person(Role.CONSULTANT), False)]:
        response = log_in(person).get(url(deadline))
        assert ('id="reminders-heading"' in response.text, "7 arbejdsdage efter, til projektlederen" in response.text) == (sees, sees)
        assert ("Sæt påmindelser på pause" in response.text) == (person == consultant)


def lines(milestone, of="lines") -> list[tuple[str, str, str, str]]:
    """(day, recipient, status, note) of each line."""
    log = reminder_log.log_of(Milestone.objects.select_related("engagement").get(pk=milestone.pk))
    return [(line.day.strftime("%d.%m"), line.recipient, line.status, line.note) for line in getattr(log, of)]


def test_the_list_says_who_gets_which_when_what_was_sent_and_why_not(deadline, coordinator, consultant, time_machine):
    time_machine.move_to("2026-02-24 08:00 +0100", tick=False)
    tasks.dispatch_reminders()
    assert lines(deadline)[0] == ("24.02", "Hanne Koordinator", "Afventer", "")  # the mail is made, and waits for its sender
    while outbox.send_next():
        pass
    time_machine.move_to("2026-03-16 09:00 +0100", tick=False)
    tasks.dispatch_reminders()
    OutboxMail.objects.filter(sent_at=None).update(state=MailState.FAILED)
    assert lines(deadline) == [
        ("24.02", "Hanne Koordinator", "Sendt", ""),
        ("16.03", "Hanne Koordinator", "Fejlet", ""),
        ("18.03", "Hanne Koordinator", "Afventer", ""),
        ("23.03", "Hanne Koordinator", "Afventer", ""),
        ("25.03", "Katrine Konsulent", "Afventer", ""),
    ]
    overtaken = ("Hanne Koordinator", "Annulleret", reminders.OVERTAKEN)
    assert lines(deadline, "cancelled") == [("05.03", *overtaken), ("13.03", *overtaken)]


def test_the_list_names_the_deputy_and_tells_a_mail_that_came_to_nothing(deadline, consultant, coordinator, time_machine):
    leader = factories.person(Role.LEADER, name="Lene Leder")
    coordinator.absences.create(deputy=leader, first_day=date(2026, 2, 24), last_day=date(2026, 2, 24))
    time_machine.move_to("2026-02-24 08:00 +0100", tick=False)
    tasks.dispatch_reminders()
    pause(deadline, consultant)
    while outbox.send_next():
        pass
    note = "Gik til Lene Leder, som er stedfortræder. Var ikke længere sand, da mailen skulle sendes"
    assert lines(deadline)[0] == ("24.02", "Hanne Koordinator", "Ikke sendt", note)
    OutboxMail.objects.all().delete()
    Notice.objects.update(mail_at=timezone.now() + timedelta(days=2))
    assert lines(deadline)[0][2:] == ("I Beskeder", "Gik til Lene Leder, som er stedfortræder. Mailen samles med andre")


def test_what_is_still_beyond_the_horizon_is_listed_too(engagement):
    made = factories.milestone(engagement, on=date(2026, 9, 14))
    assert not Reminder.objects.exists()
    assert len(lines(made)) == 7


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"optional": True}, "Ingen bliver påmindet om en eventuel milepæl."),
        ({"on": None}, "Ingen bliver påmindet, før milepælen har en dato."),
        ({"on": date(2026, 1, 30)}, "Ingen bliver påmindet om en dato, der var passeret, da den blev sat."),
    ],
)
def test_the_page_says_why_nobody_is_reminded(log_in, engagement, consultant, fields, sentence):
    assert sentence in log_in(consultant).get(url(factories.milestone(engagement, **{"on": DUE, **fields}))).text


def test_the_page_of_a_paused_engagement_says_so(log_in, deadline, engagement, consultant):
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Valg")
    assert "Forløbet er sat på pause, så ingen bliver påmindet." in log_in(consultant).get(url(deadline)).text


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_list_costs_the_same_however_many_people(deadline, number, django_assert_num_queries):
    for _ in range(number):
        factories.person(Role.COORDINATOR)
    reminders.plan_all()
    milestone = Milestone.objects.select_related("engagement__municipality").get(pk=deadline.pk)
    with django_assert_num_queries(6):
        assert len(reminder_log.log_of(milestone).lines) == 6 * (number + 1) + 1


def test_the_history_has_words_for_it(log_in, deadline, consultant):
    pause(deadline, consultant)
    assert "satte påmindelser på pause" in log_in(consultant).get(f"/forloeb/{deadline.engagement_id}/historik/").text
