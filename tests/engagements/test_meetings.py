"""Møde: who writes it, who sees what of it, what is refused, and the milestone as a calendar file."""

from __future__ import annotations

from datetime import date, time

import pytest
import vobject
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, MailChoice, Membership, Notice, OutboxMail
from accounts.refusal import Refused
from accounts.states import Delivery, Role
from engagements.actions import lifecycle, meeting, milestones, team
from engagements.history import VERBS
from engagements.meetings import KIND
from engagements.models import Meeting, Milestone
from engagements.states import EVENT_KINDS, MEETING_MOVES, EngagementState, Kind, MeetingState, Precision
from tests import factories
from tests.engagements.meeting_world import LINK, details, event_in, invited, move

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def _january(time_machine):
    time_machine.move_to("2026-01-14 10:00 +0100", tick=False)


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 1, 5))


@pytest.fixture
def milestone(engagement, consultant):
    return event_in(engagement, consultant, on=DAY)


def url(name: str, milestone: Milestone) -> str:
    return reverse(name, args=[milestone.engagement_id, milestone.pk])


def sent(*people, **values) -> dict:
    """The form as a browser sends it; people of the municipality and of the team under their party."""
    form = {"starts_at": "9", "ends_at": "kl. 11.30", "place": "Rådhuset", "link": LINK, "others": "To fra brugerrådet", **values}
    for person in people:
        party = "task_force" if Role.CONSULTANT in person.roles() else "municipality"
        form.setdefault(party, []).append(person.pk)
    return form


# The page


def test_a_consultant_writes_a_draft_and_nobody_is_told(log_in, consultant, coordinator, milestone):
    client = log_in(consultant)
    response = client.post(url("milestone-meeting", milestone), sent(consultant, coordinator), follow=True)
    assert "Kladden er gemt. Ingen er indkaldt endnu." in response.text
    found = Meeting.objects.get()
    assert str(found) == f"{milestone.pk} 09.00"
    assert (found.state, found.starts_at, found.ends_at, found.place, found.link) == (
        MeetingState.DRAFT, time(9), time(11, 30), "Rådhuset", LINK,
    )  # fmt: skip
    assert {row.user for row in found.participants.all()} == {consultant, coordinator}
    assert not OutboxMail.objects.exists() and not Notice.objects.exists()


def test_the_page_says_how_many_mails_go_out_before_they_do(log_in, consultant, coordinator, milestone):
    leader = factories.person(Role.LEADER, name="Lis Leder")
    MailChoice.objects.create(user=leader, kind=KIND, delivery=Delivery.IN_SYSTEM)
    meeting.save(milestone=milestone, details=details([consultant, coordinator, leader]), by=consultant)
    client = log_in(consultant)
    text = " ".join(client.get(url("meeting-invite", milestone)).text.split())
    assert "Der sendes 2 mails med en fil til kalenderen. 1 deltager får kun besked i systemet." in text
    assert "Send 2 mails</button>" in text and "Hanne Koordinator, Lis Leder" in text
    response = client.post(url("meeting-invite", milestone), follow=True)
    assert "Indkaldelsen er sendt. 2 mails er lagt i kø." in response.text
    assert OutboxMail.objects.count() == 2


def test_an_old_tab_does_not_ask_to_invite_once_more(log_in, consultant, coordinator, milestone):
    invited(milestone, consultant, [consultant, coordinator])
    answer = log_in(consultant).get(f"{milestone.get_absolute_url()}moede/indkald/")
    assert (answer.status_code, answer["Location"]) == (302, milestone.get_absolute_url())


def test_an_invited_meeting_is_changed_and_called_off_on_its_pages(log_in, consultant, coordinator, milestone):
    invited(milestone, consultant, [consultant, coordinator])
    client = log_in(consultant)
    page = client.get(url("milestone-meeting", milestone)).text
    assert "Gem og send ændringen" in page and "sendes 2 mails med det nye" in page and 'value="9.00"' in page
    response = client.post(url("milestone-meeting", milestone), sent(consultant, coordinator, ends_at="12"), follow=True)
    assert "Mødet er ændret. 2 mails er lagt i kø." in response.text
    assert "Ingen har fået indkaldelsen med mail endnu" in client.get(url("meeting-cancel", milestone)).text
    Meeting.objects.get().participants.update(told="1:x:y")
    assert "Der sendes 2 mails med aflysningen" in client.get(url("meeting-cancel", milestone)).text
    Meeting.objects.get().participants.update(told="")
    response = client.post(url("meeting-cancel", milestone), {"reason": ""})
    assert response.status_code == 422
    response = client.post(url("meeting-cancel", milestone), {"reason": "Sygdom"}, follow=True)
    assert "Mødet er aflyst. Der sendes ingen mails." in response.text  # the invitations had not gone yet
    assert Meeting.objects.get().state == MeetingState.CANCELLED


def test_the_invitation_page_of_a_meeting_that_is_not_written_leads_to_the_form(log_in, consultant, milestone):
    assert log_in(consultant).get(url("meeting-invite", milestone))["Location"] == url("milestone-meeting", milestone)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"starts_at": "25"}, "»Fra kl.« er ikke et klokkeslæt. Skriv det som 9.30."),
        ({"ends_at": "9.75"}, "»Til kl.« er ikke et klokkeslæt. Skriv det som 9.30."),
        ({"ends_at": "8.59"}, "Mødet slutter, før det begynder."),
        ({"starts_at": ""}, "Udfyld »Fra kl.«."),
        ({"link": "http://video.example.dk"}, "Linket skal være en adresse, der begynder med https://."),
        ({"link": "javascript:alert(1)"}, "Linket skal være en adresse, der begynder med https://."),
        ({"municipality": ["987654321"]}, "987654321"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(log_in, consultant, milestone, coordinator, values, sentence):
    assert coordinator.pk
    response = log_in(consultant).post(url("milestone-meeting", milestone), sent(consultant, **values))
    assert (response.status_code, sentence in response.text) == (422, True)
    assert not Meeting.objects.exists()


def test_the_boxes_hold_the_people_of_the_engagement_by_party(log_in, consultant, coordinator, engagement, milestone, stranger):
    jurist = factories.person(Role.LEGAL_REVIEWER, name="Jonas Jurist")
    viso = factories.person(Role.VISO_CONSULTANT, name="Vibeke Viso")
    team.join(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER, by=consultant)
    team.join(engagement=engagement, user=viso, role=Role.VISO_CONSULTANT, by=consultant)
    employee, inhabil = factories.person(Role.EMPLOYEE, name="Emil"), factories.person(Role.LEADER, name="Inge Inhabil")
    factories.conflict(inhabil, of="Hedensted")
    barred = factories.person(Role.LEADER, name="Bo Barred", is_active=False)
    former = factories.person(Role.LEADER, name="Frede Forhen")
    Membership.objects.filter(user=former).update(valid_to=date(2026, 1, 13))
    form = log_in(consultant).get(url("milestone-meeting", milestone)).context["form"]
    offered = {party: [label for _, label in form.fields[party].choices] for party in form.parties}
    assert offered == {
        "municipality": [employee.full_name, coordinator.full_name],
        "task_force": [consultant.full_name],
        "ankestyrelsen": [jurist.full_name],
        "viso": [viso.full_name],
    }
    assert set(form["municipality"].value()) == {coordinator.pk, consultant.pk}  # who answers for both parties
    assert stranger.full_name not in str(offered) and barred.full_name not in str(offered)


# Who sees what


def seen_by(log_in, person, milestone) -> str:
    response = log_in(person).get(milestone.get_absolute_url())
    assert response.status_code == 200
    return response.text


def test_a_draft_is_for_those_who_plan(log_in, consultant, coordinator, milestone):
    meeting.save(milestone=milestone, details=details([coordinator]), by=consultant)
    assert "Kladde – ingen er indkaldt" in seen_by(log_in, consultant, milestone)
    for person in (coordinator, factories.person(Role.CONSULTANT)):
        page = seen_by(log_in, person, milestone)
        assert "Kladde" not in page and "Rådhuset, lokale 2" not in page


def test_everybody_who_sees_the_milestone_sees_the_meeting_and_insiders_the_link(log_in, consultant, coordinator, milestone):
    invited(milestone, consultant, [consultant, coordinator], others="To fra brugerrådet")
    outside = factories.person(Role.CONSULTANT, name="Ulla Udenfor")
    for person, sees_link in ((consultant, True), (coordinator, True), (outside, False)):
        page = seen_by(log_in, person, milestone)
        assert f'href="{url("milestone-ics", milestone)}"' in page
        for text in ("kl. 9.00–11.30", "Rådhuset, lokale 2", "Hanne Koordinator", "Katrine Konsulent", "To fra brugerrådet", "Indkaldt"):
            assert text in page
        assert (LINK in page) is sees_link


def test_a_stranger_learns_nothing_of_a_meeting(log_in, stranger, consultant, coordinator, milestone):
    invited(milestone, consultant, [coordinator])
    client = log_in(stranger)
    for name in ("milestone", "milestone-meeting", "meeting-invite", "meeting-cancel", "milestone-ics"):
        response = client.get(url(name, milestone))
        assert (response.status_code, "Rådhuset" in response.text, LINK in response.text) == (404, False, False)


def test_the_milestone_page_asks_as_much_for_ten_participants_as_for_one(log_in, consultant, coordinator, milestone):
    client, numbers = log_in(consultant), []
    people = [coordinator]
    for more in (0, 9):
        people += [factories.person(Role.LEADER) for _ in range(more)]
        meeting.save(milestone=milestone, details=details(people), by=consultant)
        client.get(milestone.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(milestone.get_absolute_url())
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


# The calendar file


def event_of(client, milestone):
    response = client.get(url("milestone-ics", milestone))
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert response["Content-Disposition"] == f'attachment; filename="milepael-{milestone.pk}.ics"'
    return response, vobject.readOne(response.content.decode()).vevent


def test_the_file_holds_the_day_and_once_it_is_called_the_time_but_never_the_link(log_in, consultant, coordinator, milestone):
    outside = log_in(factories.person(Role.CONSULTANT))
    _, event = event_of(outside, milestone)
    assert event.dtstart.value == DAY
    first = int(event.sequence.value)
    invited(milestone, consultant, [coordinator])
    response, event = event_of(outside, milestone)
    assert (event.dtstart.value.hour, event.location.value) == (9, "Rådhuset, lokale 2")
    assert LINK not in response.text and coordinator.email not in response.text
    assert int(event.sequence.value) > first


def test_a_milestone_without_a_date_has_no_file(log_in, consultant, engagement):
    milestone = event_in(engagement, consultant, on=None)
    response = log_in(consultant).get(url("milestone-ics", milestone))
    assert (response.status_code, "Milepælen har ingen dato endnu" in response.text) == (409, True)


# What is refused


@pytest.mark.parametrize("kind", sorted(set(Kind) - EVENT_KINDS))
def test_only_events_have_meetings(log_in, consultant, engagement, kind):
    milestone = factories.milestone(engagement, on=DAY, by=consultant, kind=kind)
    client = log_in(consultant)
    for name in ("milestone-meeting", "meeting-invite", "meeting-cancel"):
        assert client.get(url(name, milestone)).status_code == 409
    with pytest.raises(Refused, match="Der kan kun indkaldes til møder"):
        meeting.save(milestone=milestone, details=details([consultant]), by=consultant)


def refused(action, sentence, **values):
    with pytest.raises(Refused, match=sentence):
        action(**values)


def test_an_invitation_needs_a_meeting_people_a_day_and_an_engagement_that_runs(
    engagement, milestone, consultant, coordinator, time_machine
):
    invite = {"milestone": milestone, "by": consultant}
    refused(meeting.invite, "Skriv tid, sted og deltagere", **invite)
    meeting.save(milestone=milestone, details=details([]), by=consultant)
    refused(meeting.invite, "Vælg mindst én deltager", **invite)
    meeting.save(milestone=milestone, details=details([coordinator]), by=consultant)
    move(milestone, consultant, (date(2026, 3, 16), date(2026, 3, 22)), precision=Precision.WEEK)
    refused(meeting.invite, "ikke en bestemt dato", **invite)
    move(milestone, consultant, (DAY, DAY))
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Ny ledelse")
    refused(meeting.invite, "sat på pause", **invite)
    lifecycle.move(engagement, to=EngagementState.ACTIVE, by=consultant)
    milestones.drop(milestone=Milestone.objects.get(pk=milestone.pk), reason="Nej", by=consultant)
    refused(meeting.invite, "opfyldt eller bortfaldet", **invite)
    milestones.reopen(milestone=Milestone.objects.get(pk=milestone.pk), reason="Jo", by=consultant)
    time_machine.move_to("2026-03-19 10:00 +0100", tick=False)
    refused(meeting.invite, "Mødets dato er passeret", **invite)


def test_details_that_cannot_be_are_refused(milestone, consultant, coordinator, stranger):
    for wrong, sentence in (
        ({"ends_at": time(9)}, "slutter, før det begynder"),
        ({"link": "http://video.example.dk"}, "begynde med https"),
        ({"users": [stranger]}, "Sofie Fremmed har ikke en rolle i forløbet"),
    ):
        values = {"users": [coordinator], **wrong}
        refused(meeting.save, sentence, milestone=milestone, details=details(values.pop("users"), **values), by=consultant)
    assert not Meeting.objects.exists()


def test_each_verb_asks_for_the_state_it_needs(milestone, consultant, coordinator):
    refused(meeting.update, "ikke indkaldt", milestone=milestone, details=details([coordinator]), by=consultant)
    refused(meeting.cancel, "ikke noget møde", milestone=milestone, reason="x", by=consultant)
    meeting.save(milestone=milestone, details=details([coordinator]), by=consultant)
    refused(meeting.update, "ikke indkaldt", milestone=milestone, details=details([coordinator]), by=consultant)
    refused(meeting.cancel, "kan ikke blive aflyst", milestone=milestone, reason="x", by=consultant)
    meeting.invite(milestone=milestone, by=consultant)
    refused(meeting.invite, "kan ikke blive indkaldt", milestone=milestone, by=consultant)
    refused(meeting.save, "Der er indkaldt til mødet", milestone=milestone, details=details([coordinator]), by=consultant)
    refused(meeting.update, "mindst én deltager", milestone=milestone, details=details([]), by=consultant)
    refused(meeting.cancel, "Skriv, hvorfor", milestone=milestone, reason="", by=consultant)


def test_every_move_of_a_meeting_goes_where_the_table_says(milestone, consultant, coordinator):
    found = invited(milestone, consultant, [coordinator])
    for now in MeetingState:
        for to in MeetingState:
            Meeting.objects.filter(pk=found.pk).update(state=now)
            found.refresh_from_db()
            if to in MEETING_MOVES[now]:
                meeting.move(found, to=to, by=consultant)
                assert found.state == to
            else:
                refused(meeting.move, "kan ikke blive", meeting=found, to=to, by=consultant)


def test_a_milestone_that_is_gone_meanwhile_is_refused(milestone, consultant, coordinator):
    seen = Milestone.objects.select_related("engagement").get(pk=milestone.pk)
    milestones.delete(milestone=milestone, reason="", by=consultant)
    refused(meeting.save, "ændret af en anden", milestone=seen, details=details([coordinator]), by=consultant)


# The history


def test_the_history_tells_times_and_people_and_of_the_link_only_that_it_is_there(milestone, consultant, coordinator):
    invited(milestone, consultant, [coordinator], others="To fra brugerrådet")
    meeting.update(milestone=milestone, details=details([coordinator], ends_at=time(12), others="To fra brugerrådet"), by=consultant)
    meeting.cancel(milestone=milestone, reason="Sygdom", by=consultant)
    entries = {entry.verb: entry for entry in AuditEntry.objects.filter(verb__startswith="meeting.")}
    assert entries.keys() == {"meeting.save", "meeting.invite", "meeting.update", "meeting.cancel"} <= VERBS.keys()
    assert entries["meeting.save"].changes["deltagere"] == [None, ["Hanne Koordinator"]]
    assert entries["meeting.save"].changes["link"] == [None, "angivet"]
    assert entries["meeting.update"].changes == {"tid": ["9.00–11.30", "9.00–12.00"]}
    assert (entries["meeting.cancel"].reason, entries["meeting.cancel"].changes) == ("Sygdom", {"status": ["invited", "cancelled"]})
    assert all(LINK not in str(entry.changes) and "brugerrådet" not in str(entry.changes) for entry in entries.values())


def test_saving_what_stands_there_already_writes_no_history(milestone, consultant, coordinator):
    for _ in range(2):
        meeting.save(milestone=milestone, details=details([coordinator]), by=consultant)
    assert AuditEntry.objects.filter(verb="meeting.save").count() == 1
