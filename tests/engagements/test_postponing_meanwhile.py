"""A wish for a later date while the plan changes, what mails say of it, and whose task it is."""

from datetime import date

import pytest

from accounts.danish import long_date
from accounts.models import AuditEntry, Notice
from accounts.refusal import Refused
from accounts.states import Role
from engagements import postponements
from engagements.actions import changes, lifecycle, milestones, postponing
from engagements.models import Milestone, TeamMember
from engagements.states import EngagementState, PostponementState, Purpose
from tests import factories
from tests.engagements.wishing import ask, fresh, move, offer, told

TODAY = date(2026, 3, 2)
DUE = date(2026, 3, 9)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-02 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=TODAY)


@pytest.fixture
def due(engagement):
    """A deadline of the municipality on Monday 9 March."""
    return factories.milestone(engagement, on=DUE, subject="Frist for at indsende sager", purpose=Purpose.CASES_DUE)


# The plan changes meanwhile


def test_a_met_or_dropped_milestone_closes_its_wish(engagement, due, consultant, coordinator):
    other = factories.milestone(engagement, on=DUE)
    wishes = [ask(due, coordinator), ask(other, coordinator)]
    milestones.meet(milestone=fresh(due), on=TODAY, reason="Modtaget", by=consultant)
    milestones.drop(milestone=fresh(other), reason="Ikke nødvendig", by=consultant)
    assert [fresh(wish).state for wish in wishes] == [PostponementState.WITHDRAWN] * 2
    reasons = AuditEntry.objects.filter(verb="postponement.close").order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["Milepælen er opfyldt", "Milepælen er bortfaldet"]


def test_a_delivery_closes_the_wish(engagement, due, consultant, coordinator):
    wish = ask(due, coordinator)
    milestones.meet_purpose(engagement=engagement, purpose=Purpose.CASES_DUE, by=coordinator)
    assert fresh(wish).state == PostponementState.WITHDRAWN


def test_a_date_moved_to_the_wished_one_grants_the_wish(due, consultant, coordinator):
    wish = ask(due, coordinator)
    change_set = move(fresh(due), consultant, "2026-03-16")
    assert (fresh(wish).state, fresh(wish).change_set) == (PostponementState.GRANTED, change_set)


def test_a_date_moved_elsewhere_leaves_the_wish_open_and_asks_the_team_to_look(engagement, due, consultant, coordinator):
    colleague = factories.person(Role.CONSULTANT)
    TeamMember.objects.create(engagement=engagement, user=colleague, role=Role.CONSULTANT, valid_from=TODAY)
    wish = ask(due, coordinator)
    move(fresh(due), consultant, "2026-03-11")
    assert fresh(wish).state == PostponementState.ASKED
    assert told(colleague) == [f"Datoen for »{due.subject}« er flyttet, men ønsket om mandag d. 16. marts 2026 (uge 12) er ikke besvaret."]


def test_a_milestone_with_an_open_wish_is_not_deleted(engagement, due, consultant, coordinator):
    wish = ask(due, coordinator)
    with pytest.raises(Refused) as refusal:
        milestones.delete(milestone=fresh(due), reason="", by=consultant)
    assert str(refusal.value).startswith("Kommunen har bedt om udsættelse af milepælen.")
    with pytest.raises(Refused):
        changes.undo(change_set=changes.last_accepted(engagement), by=consultant)  # which added it
    assert (Milestone.objects.filter(pk=due.pk).count(), fresh(wish).state) == (1, PostponementState.ASKED)


def test_a_milestone_that_gets_another_subject_leaves_the_wish_and_tells_nobody(due, consultant, coordinator):
    wish = ask(due, coordinator)
    before = told(consultant)
    values = {name: getattr(due, name) for name in (*milestones.EDITABLE, "mode", "anchor")} | {"subject": "Indsend sagerne"}
    milestones.edit(milestone=fresh(due), values=values, purpose=Purpose.CASES_DUE, by=consultant)
    assert (fresh(wish).state, told(consultant)) == (PostponementState.ASKED, before)


def test_nobody_asks_for_a_later_date_of_what_a_consultant_deleted_meanwhile(due, consultant, coordinator):
    milestones.delete(milestone=fresh(due), reason="", by=consultant)
    with pytest.raises(Refused, match="Milepælen er slettet, siden du åbnede siden"):
        ask(due, coordinator)


# What mails say, and who has to answer


def lines(user) -> list[tuple[str, str, str]]:
    notices = list(Notice.objects.filter(recipient=user, kind=postponements.KIND).select_related("recipient"))
    return [(line.text, line.url, line.subject) for line in postponements.describe(notices)] if notices else []


def test_a_mail_to_the_team_leads_to_the_answer(due, consultant, coordinator):
    wish = ask(due, coordinator)
    [(text, url, subject)] = lines(consultant)
    assert "beder om udsættelse" in text and wish.reason not in text
    assert url == f"/forloeb/{due.engagement_id}/milepaele/{due.pk}/udsaettelse/{wish.pk}/"
    assert subject == f"Svar på ønske om udsættelse, uge 12: {due.subject} – Hedensted Kommune"


def test_a_mail_says_what_is_true_when_it_leaves(due, consultant, coordinator):
    wish = ask(due, coordinator)
    offer(wish, consultant)
    assert [text.split()[0] for text, _, _ in lines(coordinator)] == ["Taskforcen"]
    assert lines(consultant) == [], "they have answered"
    postponing.take_offer(postponement=wish, by=coordinator)
    assert [text.split()[:3] for text, _, _ in lines(coordinator)] == [["I", "har", "fået"]]


def test_nobody_gets_a_mail_whose_role_has_ended(due, consultant, coordinator):
    ask(due, coordinator)
    consultant.memberships.update(valid_to=date(2026, 3, 1))
    assert lines(type(consultant).objects.get(pk=consultant.pk)) == []


def obligations(user) -> list[str]:
    return [one.verb for one in postponements.find(type(user).objects.get(pk=user.pk), TODAY)]


def test_a_wish_is_a_task_of_the_team_and_an_offer_one_of_the_municipality(engagement, due, consultant, coordinator, stranger):
    wish = ask(due, coordinator)
    outside = factories.person(Role.CONSULTANT)
    assert [obligations(person) for person in (consultant, coordinator, stranger, outside)] == [
        [f"Svar på ønske om udsættelse: {due.subject}"], [], [], [],
    ]  # fmt: skip
    offer(wish, consultant)
    assert [obligations(person) for person in (consultant, coordinator, stranger)] == [
        [],
        [f"Svar på tilbud om ny dato: {due.subject}"],
        [],
    ]
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="x")
    assert obligations(coordinator) == []


@pytest.mark.parametrize(("ends", "answer_by"), [("2026-03-04", "2026-03-04"), ("2026-05-20", "2026-03-09")])
def test_an_answer_is_due_in_five_working_days_or_on_the_date_itself(engagement, consultant, coordinator, ends, answer_by):
    far = factories.milestone(engagement, on=date.fromisoformat(ends), subject="Frist", purpose=Purpose.CASES_DUE)
    ask(far, coordinator, to="2026-05-27")
    (task,) = postponements.find(consultant, TODAY)
    assert task.due_on == date.fromisoformat(answer_by)
    assert f"{task.dates} ({task.weeks})".lower() == long_date(task.due_on)
