"""Uddelegér: who can name whom, what the person is told, and what an employee then sees."""

from datetime import date, timedelta

import pytest

from accounts.models import AuditEntry, Membership, Notice
from accounts.refusal import Denied, Refused
from accounts.states import Role
from engagements import delegation
from engagements.actions import delegating, lifecycle, milestones
from engagements.models import Assignment, Milestone, Reminder, TeamMember
from engagements.states import EngagementState, Party, Purpose
from tests import factories

TODAY = date(2026, 3, 10)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


@pytest.fixture
def task(engagement):
    """What the municipality owes."""
    return factories.milestone(
        engagement, on=date(2026, 3, 19), subject="Frist for sager", purpose=Purpose.CASES_DUE, expected_count=20, note="Intern note"
    )


@pytest.fixture
def employee(db):
    return factories.person(Role.EMPLOYEE, name="Emil Medarbejder")


def page(task, tail: str = "") -> str:
    return f"/forloeb/{task.engagement_id}/milepaele/{task.pk}/uddeleger/{tail}"


# Who can have it


def test_a_coordinator_can_name_everybody_of_the_municipality_and_nobody_else(task, coordinator, employee):
    leader = factories.person(Role.LEADER, name="Lise Leder")
    factories.person(Role.EMPLOYEE, of="Aabenraa")
    factories.person(Role.EMPLOYEE, is_active=False)
    factories.conflict(factories.person(Role.EMPLOYEE, name="Inge Inhabil"))
    gone = factories.person(Role.EMPLOYEE, name="Gorm Gået")
    Membership.objects.filter(user=gone).update(valid_to=TODAY - timedelta(days=1))
    assert delegating.candidates(milestone=task, by=coordinator) == [employee, coordinator, leader]


def test_a_consultant_can_name_the_consultants_of_the_team(engagement, consultant):
    own = factories.milestone(engagement, on=TODAY, party=Party.TASK_FORCE)
    other, jurist = factories.person(Role.CONSULTANT, name="Åse Anden"), factories.person(Role.LEGAL_REVIEWER)
    factories.person(Role.CONSULTANT, name="Uden For")
    TeamMember.objects.create(engagement=engagement, user=other, role=Role.CONSULTANT)
    TeamMember.objects.create(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER)
    assert delegating.candidates(milestone=own, by=consultant) == [consultant, other]


@pytest.mark.parametrize(
    ("party", "refused"), [(Party.TASK_FORCE, True), (Party.VISO, True), (Party.MUNICIPALITY, False), (Party.BOTH, False)]
)
def test_only_what_the_own_party_owes_can_be_delegated(engagement, coordinator, employee, party, refused):
    owed = factories.milestone(engagement, on=TODAY, party=party)
    if refused:
        with pytest.raises(Refused, match="Opgaven skal løses af en anden part"):
            delegating.delegate(milestone=owed, to=employee, by=coordinator)
    else:
        assert delegating.delegate(milestone=owed, to=employee, by=coordinator).user == employee


def test_somebody_of_the_other_side_is_refused(task, coordinator, consultant):
    with pytest.raises(Refused, match="Katrine Konsulent kan ikke få opgaven"):
        delegating.delegate(milestone=task, to=consultant, by=coordinator)
    assert not Assignment.objects.exists()


def test_the_other_side_does_not_take_over_what_both_owe(engagement, coordinator, employee, consultant):
    owed = factories.milestone(engagement, on=TODAY, party=Party.BOTH)
    delegating.delegate(milestone=owed, to=employee, by=coordinator)
    with pytest.raises(Refused, match="Den anden part har allerede uddelegeret opgaven til Emil Medarbejder"):
        delegating.take_back(milestone=owed, by=consultant)


@pytest.mark.parametrize("state", [EngagementState.PAUSED, EngagementState.COMPLETED])
def test_nothing_is_delegated_in_an_engagement_that_does_not_run(task, engagement, coordinator, employee, consultant, state):
    lifecycle.move(engagement, to=state, by=consultant, reason="Så vidt")
    with pytest.raises(Denied, match="mens forløbet er planlagt eller i gang"):
        delegating.delegate(milestone=task, to=employee, by=coordinator)


def test_what_is_met_is_not_delegated(task, coordinator, employee, consultant):
    milestones.meet(milestone=task, on=TODAY, reason="Sendt", by=consultant)
    with pytest.raises(Refused, match="Milepælen er opfyldt"):
        delegating.delegate(milestone=task, to=employee, by=coordinator)


def test_what_a_consultant_deleted_meanwhile_is_not_delegated(task, coordinator, employee, consultant):
    milestones.delete(milestone=Milestone.objects.get(pk=task.pk), reason="", by=consultant)
    with pytest.raises(Refused, match="Milepælen er slettet"):
        delegating.delegate(milestone=task, to=employee, by=coordinator)


# What is written and told


def test_the_person_is_told_once_and_it_stands_in_the_history(task, coordinator, employee):
    delegating.delegate(milestone=task, to=employee, by=coordinator)
    with pytest.raises(Refused, match="har allerede opgaven"):
        delegating.delegate(milestone=task, to=employee, by=coordinator)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.title, notice.url) == (employee, "Uddelegeret til dig: Indsend 20 sager", f"/opgave/{task.pk}/")
    entry = AuditEntry.objects.get(verb="task.delegate")
    assert (entry.by, entry.changes) == (coordinator, {"Frist for sager": [None, "Emil Medarbejder"]})


def test_the_mail_says_what_and_when_and_who_gave_it(task, coordinator, employee):
    delegating.delegate(milestone=task, to=employee, by=coordinator)
    (line,) = delegation.describe([Notice.objects.get()])
    assert line.text == ("Hanne Koordinator har uddelegeret en opgave til dig: Indsend 20 sager, torsdag d. 19. marts 2026 (uge 12).")
    assert line.subject == "Ny opgave uge 12: Indsend 20 sager – Hedensted Kommune"


def test_one_who_takes_a_task_is_not_told_of_it(task, coordinator):
    delegating.delegate(milestone=task, to=coordinator, by=coordinator)
    assert (Assignment.objects.get().user, Notice.objects.count()) == (coordinator, 0)


def test_a_colleague_who_sees_the_engagement_is_led_to_the_milestone(task, coordinator):
    leader = factories.person(Role.LEADER)
    delegating.delegate(milestone=task, to=leader, by=coordinator)
    assert Notice.objects.get().url == task.get_absolute_url()


def test_a_task_taken_back_is_told_no_more(task, coordinator, employee):
    delegating.delegate(milestone=task, to=employee, by=coordinator)
    delegating.take_back(milestone=task, by=coordinator)
    assert (Assignment.objects.count(), Notice.objects.get().withdrawn_at is None) == (0, False)
    assert AuditEntry.objects.get(verb="task.take_back").changes == {"Frist for sager": ["Emil Medarbejder", None]}
    with pytest.raises(Refused, match="ikke uddelegeret"):
        delegating.take_back(milestone=task, by=coordinator)


def test_a_task_given_to_another_is_taken_from_the_first(task, coordinator, employee):
    leader = factories.person(Role.LEADER)
    delegating.delegate(milestone=task, to=employee, by=coordinator)
    first = Notice.objects.get()
    delegating.delegate(milestone=task, to=leader, by=coordinator)
    first.refresh_from_db()
    assert (Assignment.objects.get().user, first.withdrawn_at is None) == (leader, False)
    assert delegation.describe([first]) == []


def end_role(task, employee, consultant):
    Membership.objects.filter(user=employee).update(valid_to=TODAY - timedelta(days=1))


def declare(task, employee, consultant):
    factories.conflict(employee)


def pause(task, employee, consultant):
    lifecycle.move(task.engagement, to=EngagementState.PAUSED, by=consultant, reason="Ny ledelse")


def give_to_others(task, employee, consultant):
    milestones.edit(milestone=task, values=_values(task, party=Party.TASK_FORCE), purpose=Purpose.CASES_DUE, by=consultant)


def _values(task, **changed):
    return {name: getattr(task, name) for name in (*milestones.EDITABLE, "mode", "anchor")} | changed


def meet(task, employee, consultant):
    milestones.meet(milestone=task, on=TODAY, reason="Sendt", by=consultant)


@pytest.mark.parametrize("happens", [end_role, declare, pause, give_to_others, meet])
def test_nothing_is_mailed_of_a_task_that_is_no_longer_theirs(task, coordinator, employee, consultant, happens):
    delegating.delegate(milestone=task, to=employee, by=coordinator)
    assert len(delegation.describe([Notice.objects.get()])) == 1
    happens(task, employee, consultant)
    assert delegation.describe([Notice.objects.get()]) == []


def test_reminders_follow_the_task(task, coordinator, employee):
    def reminded():
        return {one.recipient for one in Reminder.objects.waiting().filter(milestone=task, due_at__date__lte=task.ends_on)}

    delegating.delegate(milestone=task, to=employee, by=coordinator)
    assert reminded() == {employee}
    delegating.take_back(milestone=task, by=coordinator)
    assert reminded() == {coordinator}


# The pages


def test_a_coordinator_delegates_and_takes_back(log_in, task, coordinator, employee):
    client = log_in(coordinator)
    assert "Emil Medarbejder" in client.get(page(task)).text
    response = client.post(page(task), {"to": employee.pk}, follow=True)
    assert "Emil Medarbejder får besked og har nu opgaven »Indsend 20 sager«." in response.text
    assert response.context["tasks"].groups[0].rows[0].task.responsible == "Emil Medarbejder"
    response = client.post(page(task, "tilbage/"), follow=True)
    assert "Opgaven »Indsend 20 sager« er ikke længere uddelegeret." in response.text
    assert response.context["tasks"].groups[0].rows[0].task.responsible == "Hanne Koordinator"


@pytest.mark.parametrize("to", ["", "987654321"])
def test_nobody_or_somebody_else_is_not_a_choice(log_in, task, coordinator, employee, to):
    response = log_in(coordinator).post(page(task), {"to": to})
    assert (response.status_code, Assignment.objects.count()) == (422, 0)


def test_what_others_owe_answers_why_not(log_in, task, consultant):
    response = log_in(consultant).get(page(task))
    assert response.status_code == 409
    assert "Opgaven skal løses af en anden part" in response.text


# What an employee sees


@pytest.fixture
def given(task, coordinator, employee):
    delegating.delegate(milestone=task, to=employee, by=coordinator)
    return task


def test_an_employee_sees_what_and_when_and_whom_to_ask(log_in, given, employee, coordinator):
    response = log_in(employee).get(f"/opgave/{given.pk}/")
    assert response.status_code == 200
    for told in ("Indsend 20 sager", "torsdag d. 19. marts 2026", "Hedensted Kommune", "Hanne Koordinator", coordinator.email):
        assert told in response.text
    for kept in ("Intern note", "Katrine Konsulent", f"/forloeb/{given.engagement_id}/"):
        assert kept not in response.text


def test_everything_else_of_the_engagement_is_not_there(log_in, given, employee, engagement):
    client, other = log_in(employee), factories.milestone(engagement, on=TODAY)
    urls = [
        f"/opgave/{other.pk}/",
        engagement.get_absolute_url(),
        given.get_absolute_url(),
        page(given),
        f"/forloeb/{engagement.pk}/mangler/",
    ]
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 404)


@pytest.mark.parametrize("happens", [end_role, declare, pause, give_to_others])
def test_the_task_is_gone_the_day_it_is_no_longer_theirs(log_in, given, employee, consultant, happens):
    happens(given, employee, consultant)
    another_role = factories.membership(employee, Role.EMPLOYEE, of="Aabenraa")
    assert another_role.user == employee
    client = log_in(type(employee).objects.get(pk=employee.pk))
    assert client.get(f"/opgave/{given.pk}/").status_code == 404
    assert client.get("/").context["groups"] == []


def test_a_task_taken_back_is_gone(log_in, given, employee, coordinator):
    delegating.take_back(milestone=given, by=coordinator)
    assert log_in(employee).get(f"/opgave/{given.pk}/").status_code == 404


def test_another_employee_does_not_see_the_task(log_in, given):
    assert log_in(factories.person(Role.EMPLOYEE)).get(f"/opgave/{given.pk}/").status_code == 404


def test_the_page_is_for_employees_alone(log_in, task, coordinator):
    delegating.delegate(milestone=task, to=coordinator, by=coordinator)
    assert log_in(coordinator).get(f"/opgave/{task.pk}/").status_code == 404
