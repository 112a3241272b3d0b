"""Bed om udsættelse: asked by the municipality, answered by the team, and never lost or answered twice."""

from datetime import date

import pytest

from accounts.models import AuditEntry
from accounts.refusal import Denied, Refused
from accounts.states import Role
from engagements.actions import changes, lifecycle, milestones, postponing
from engagements.models import Postponement, TeamMember
from engagements.states import EngagementState, Kind, Mode, Party, PostponementState, Precision, Purpose
from tests import factories
from tests.engagements.wishing import ask, days, fresh, grant, offer, told, verbs

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


# Asking


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER])
@pytest.mark.parametrize("party", [Party.MUNICIPALITY, Party.BOTH])
def test_the_municipality_asks_for_what_it_owes(engagement, consultant, role, party):
    milestone = factories.milestone(engagement, on=DUE, party=party, subject="Møde om planen")
    wish = ask(milestone, factories.person(role))
    assert (wish.state, wish.wished, wish.reason) == (PostponementState.ASKED, [[date(2026, 3, 16)] * 2], "Vi mangler to sagsbehandlere")
    assert fresh(milestone).starts_on == DUE, "nothing is moved yet"
    assert told(consultant) == ["Hedensted Kommune beder om udsættelse af »Møde om planen« til mandag d. 16. marts 2026 (uge 12)."]


def test_the_wish_stands_in_the_history_with_dates_and_reason(due, coordinator):
    ask(due, coordinator)
    entry = AuditEntry.objects.get(verb="postponement.ask")
    assert (entry.by, entry.reason, entry.scope) == (coordinator, "Vi mangler to sagsbehandlere", due.engagement.scope)
    assert entry.changes == {due.subject: [[["2026-03-09", "2026-03-09"]], [["2026-03-16", "2026-03-16"]]]}


def test_only_the_own_municipality_may_ask(due, consultant, stranger):
    employee = factories.person(Role.EMPLOYEE)
    for person in (consultant, stranger, employee, factories.person(Role.LEGAL_REVIEWER)):
        with pytest.raises(Denied):
            ask(due, person)
    assert Postponement.objects.count() == 0


@pytest.mark.parametrize("state", [EngagementState.PAUSED, EngagementState.COMPLETED, EngagementState.ABORTED])
def test_nobody_asks_while_the_engagement_does_not_run(engagement, due, consultant, coordinator, state):
    lifecycle.move(engagement, to=state, by=consultant, reason="x")
    with pytest.raises(Denied) as refusal:
        ask(due, coordinator)
    assert str(refusal.value) == "I kan kun bede om udsættelse, mens forløbet er planlagt eller i gang."


def test_what_is_met_or_owed_by_others_or_without_date_has_nothing_to_postpone(engagement, due, consultant, coordinator):
    milestones.meet(milestone=due, on=TODAY, reason="Modtaget", by=consultant)
    theirs = factories.milestone(engagement, on=DUE, party=Party.ANKESTYRELSEN)
    undated = factories.milestone(engagement)
    sentences = []
    for milestone in (due, theirs, undated):
        with pytest.raises(Refused) as refusal:
            ask(fresh(milestone), coordinator)
        sentences.append(str(refusal.value))
    assert sentences == [
        "Milepælen er opfyldt, så der er ingen frist at udsætte.",
        "I kan kun bede om udsættelse af det, I selv skal gøre. Skriv til projektlederen om resten.",
        "Milepælen har ingen dato endnu. Aftal den med projektlederen.",
    ]


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("2026-03-02", "Vælg en dato, der ligger efter i dag."),
        ("2026-03-06", "Vælg en dato efter den nuværende: mandag d. 9. marts 2026 (uge 11)."),
        ("2026-03-09", "Vælg en dato efter den nuværende: mandag d. 9. marts 2026 (uge 11)."),
    ],
)
def test_a_postponement_is_to_a_later_day(due, coordinator, to, sentence):
    with pytest.raises(Refused) as refusal:
        ask(due, coordinator, to=to)
    assert str(refusal.value) == sentence


def test_a_late_deadline_can_be_postponed_to_any_day_to_come(due, coordinator, time_machine):
    time_machine.move_to("2026-03-20 12:00 +0100")
    assert ask(due, coordinator, to="2026-03-23").state == PostponementState.ASKED
    with pytest.raises(Refused):
        ask(due, coordinator, to="2026-03-12")


def test_a_wish_needs_a_reason_and_a_date(due, coordinator):
    for values in ({"reason": ""}, {"occurrences": ()}):
        with pytest.raises(Refused):
            postponing.ask(
                milestone=due, by=coordinator, **({"occurrences": days("2026-03-16"), "precision": Precision.DAY, "reason": "x"} | values)
            )


def test_one_wish_at_a_time(due, coordinator):
    ask(due, coordinator)
    with pytest.raises(Refused) as refusal:
        ask(due, factories.person(Role.LEADER), to="2026-03-17")
    assert str(refusal.value) == postponing.ASKED_ALREADY


def test_a_wish_can_be_taken_back_and_asked_anew(due, consultant, coordinator):
    wish = ask(due, coordinator)
    postponing.withdraw(postponement=wish, by=factories.person(Role.LEADER))
    assert fresh(wish).state == PostponementState.WITHDRAWN
    assert told(consultant) == [f"Hedensted Kommunes ønske om udsættelse af »{due.subject}« er trukket tilbage."]
    assert ask(due, coordinator).state == PostponementState.ASKED
    assert verbs() == ["postponement.ask", "postponement.withdraw", "postponement.ask"]


# Answers


def test_a_grant_moves_the_date_and_what_follows_and_tells_the_municipality(engagement, due, consultant, coordinator):
    meeting = factories.milestone(engagement, on=date(2026, 3, 23), kind=Kind.MEETING, mode=Mode.RELATIVE, anchor=due, party=Party.BOTH)
    colleague, leader = factories.person(Role.COORDINATOR), factories.person(Role.LEADER)
    wish = ask(due, coordinator)
    change_set = grant(wish, consultant)
    wish = fresh(wish)
    assert (wish.state, wish.change_set, wish.answered_by) == (PostponementState.GRANTED, change_set, consultant)
    assert [fresh(one).starts_on.isoformat() for one in (due, meeting)] == ["2026-03-16", "2026-03-30"]
    sentence = f"I har fået udsat »{due.subject}« til mandag d. 16. marts 2026 (uge 12)."
    assert (told(coordinator), told(colleague), told(leader), told(consultant)) == ([sentence], [sentence], [], [])
    assert AuditEntry.objects.get(verb="postponement.grant").changes == {
        due.subject: [[["2026-03-09", "2026-03-09"]], [["2026-03-16", "2026-03-16"]]]
    }


def test_the_leader_who_asked_is_told_too(due, consultant):
    leader = factories.person(Role.LEADER)
    grant(ask(due, leader), consultant)
    assert len(told(leader)) == 1


def test_a_grant_of_a_plan_that_somebody_changed_meanwhile_grants_nothing(due, consultant, coordinator):
    wish = ask(due, coordinator)
    with pytest.raises(Refused) as refusal:
        postponing.grant(
            postponement=wish, occurrences=days("2026-03-16"), precision=Precision.DAY, source_text="", with_followers=True, reason="",
            by=consultant, plan_number=0,
        )  # fmt: skip
    assert str(refusal.value) == changes.SOMEBODY_ELSE
    assert (fresh(wish).state, fresh(due).starts_on, verbs()) == (PostponementState.ASKED, DUE, ["postponement.ask"])


def test_an_undone_grant_waits_for_an_answer_again(due, consultant, coordinator):
    wish = ask(due, coordinator)
    change_set = grant(wish, consultant)
    changes.undo(change_set=change_set, by=consultant)
    wish = fresh(wish)
    assert (wish.state, wish.answered_by, wish.change_set, fresh(due).starts_on) == (PostponementState.ASKED, None, None, DUE)
    assert told(coordinator) == [], "what they were told is no longer true, and no mail has left"
    grant(wish, consultant)
    assert fresh(wish).state == PostponementState.GRANTED


def test_an_undone_grant_stays_answered_when_a_newer_wish_stands(due, consultant, coordinator):
    first = ask(due, coordinator)
    change_set = grant(first, consultant)
    second = ask(fresh(due), coordinator, to="2026-03-20")
    changes.undo(change_set=change_set, by=consultant)
    assert (fresh(first).state, fresh(second).state) == (PostponementState.GRANTED, PostponementState.ASKED)


def test_a_refusal_says_why_and_leaves_the_date(due, consultant, coordinator):
    wish = ask(due, coordinator)
    with pytest.raises(Refused):
        postponing.decline(postponement=wish, answer="", by=consultant)
    postponing.decline(postponement=wish, answer="Seminaret er booket", by=consultant)
    wish = fresh(wish)
    assert (wish.state, wish.answer, fresh(due).starts_on) == (PostponementState.DECLINED, "Seminaret er booket", DUE)
    assert told(coordinator) == [f"»{due.subject}« kan ikke udsættes. Datoen er stadig mandag d. 9. marts 2026 (uge 11)."]
    assert "Seminaret" not in told(coordinator)[0], "reasons stay inside the system"


def test_an_offer_moves_nothing_until_the_municipality_says_yes(due, consultant, coordinator):
    wish = ask(due, coordinator)
    offer(wish, consultant)
    assert (fresh(wish).state, fresh(due).starts_on) == (PostponementState.OFFERED, DUE)
    assert told(coordinator) == [
        f"Taskforcen tilbyder torsdag d. 12. marts 2026 (uge 11) som ny dato for »{due.subject}«. Svar, om I tager imod."
    ]
    leader = factories.person(Role.LEADER)
    change_set = postponing.take_offer(postponement=wish, by=leader)
    wish = fresh(wish)
    assert (wish.state, wish.answered_by, wish.change_set) == (PostponementState.GRANTED, consultant, change_set)
    assert (change_set.by, fresh(due).starts_on) == (consultant, date(2026, 3, 12))
    assert AuditEntry.objects.get(verb="postponement.grant").by == leader, "the history says who said yes"
    assert told(consultant) == [f"»{due.subject}« er udsat til torsdag d. 12. marts 2026 (uge 11)."]


def test_the_offer_of_the_wished_date_is_a_grant_and_no_offer(due, consultant, coordinator):
    with pytest.raises(Refused):
        offer(ask(due, coordinator), consultant, to="2026-03-16")


def test_an_offer_is_taken_with_the_plan_as_it_is_now(engagement, due, consultant, coordinator):
    wish = ask(due, coordinator)
    offer(wish, consultant)
    other = factories.milestone(engagement, on=date(2026, 3, 23), mode=Mode.RELATIVE, anchor=due)
    postponing.take_offer(postponement=wish, by=coordinator)
    assert [fresh(one).starts_on.isoformat() for one in (due, other)] == ["2026-03-12", "2026-03-26"]


def test_an_offer_of_somebody_who_has_left_the_team_is_not_taken(engagement, due, consultant, coordinator):
    offering = factories.person(Role.CONSULTANT, name="Mikkel Engholm")
    member = TeamMember.objects.create(engagement=engagement, user=offering, role=Role.CONSULTANT, valid_from=TODAY)
    wish = ask(due, coordinator)
    offer(wish, offering)
    member.delete()
    with pytest.raises(Refused) as refusal:
        postponing.take_offer(postponement=wish, by=coordinator)
    assert str(refusal.value).startswith("Mikkel Engholm kan ikke længere ændre tidsplanen.")
    assert (fresh(wish).state, fresh(due).starts_on) == (PostponementState.OFFERED, DUE)


def test_an_offered_day_that_has_passed_is_not_taken(due, consultant, coordinator, time_machine):
    wish = ask(due, coordinator)
    offer(wish, consultant)
    time_machine.move_to("2026-03-12 08:00 +0100")
    with pytest.raises(Refused) as refusal:
        postponing.take_offer(postponement=wish, by=coordinator)
    assert str(refusal.value).startswith("Den tilbudte dato er passeret.")
    postponing.withdraw(postponement=wish, by=coordinator)
    assert fresh(wish).state == PostponementState.WITHDRAWN


def test_only_an_offer_can_be_taken(due, coordinator):
    with pytest.raises(Refused):
        postponing.take_offer(postponement=ask(due, coordinator), by=coordinator)


def test_only_consultants_of_the_team_answer(due, coordinator, consultant):
    wish = ask(due, coordinator)
    outside = factories.person(Role.CONSULTANT)
    for person in (coordinator, outside):
        with pytest.raises(Denied):
            postponing.decline(postponement=wish, answer="Nej", by=person)
        with pytest.raises(Denied):
            offer(wish, person)
        with pytest.raises(Denied):
            grant(wish, person)
    with pytest.raises(Denied):
        postponing.withdraw(postponement=wish, by=consultant)
    assert fresh(wish).state == PostponementState.ASKED


def test_nothing_is_answered_twice(due, consultant, coordinator):
    wish = ask(due, coordinator)
    postponing.decline(postponement=wish, answer="Nej", by=consultant)
    for again in (
        lambda: postponing.decline(postponement=wish, answer="Nej", by=consultant),
        lambda: offer(wish, consultant),
        lambda: grant(wish, consultant),
        lambda: postponing.withdraw(postponement=wish, by=coordinator),
    ):
        with pytest.raises(Refused) as refusal:
            again()
        assert str(refusal.value) == "Ønsket er allerede afslået."
