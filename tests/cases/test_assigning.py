"""Who has which case: the verbs, the page, and two people at it at the same time."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Notice, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import assignments, review_told
from cases.actions import assigning, conflicting
from cases.actions.assigning import Choice
from cases.models import CaseConflict, Review, Round
from cases.states import Profession, ReviewState, RoundState
from engagements.models import Milestone
from engagements.states import Purpose
from tests import factories
from tests.cases.reviewers import again, case, fresh, jurist, member
from tests.races import at_once

LEGAL, VISO = Profession.LEGAL, Profession.VISO


@pytest.fixture
def round(engagement):
    return factories.reviewable_round(engagement, cases=3)


@pytest.fixture
def jens(engagement):
    return jurist(engagement, "Jens Jurist")


@pytest.fixture
def kirsten(engagement):
    return jurist(engagement, "Kirsten Jurist")


@pytest.fixture
def vibe(engagement):
    return member(engagement, Role.VISO_CONSULTANT, "Vibe Viso")


def url(round: Round) -> str:
    return reverse("review-assign", args=[round.engagement_id, round.kind])


def who(round: Round, profession: Profession = LEGAL) -> list[tuple[str, str]]:
    """Reviewer and second reader of each case that somebody has."""
    found = Review.objects.standing().filter(case__round=round, profession=profession).select_related("reviewer", "second_reader")
    return [(str(one.reviewer or ""), str(one.second_reader or "")) for one in found.order_by("case__number")]


def save(round: Round, by: User, *choices: Choice, due_on: date | None = None, seen: str = "") -> int:
    return assigning.distribute(round=round, choices=choices, due_on=due_on, seen=seen or assignments.fingerprint(round), by=by)


# The verbs


def test_a_jurist_gets_cases_and_is_told_how_many(round, jens, kirsten, consultant):
    assigning.assign(round=round, cases=list(round.cases.all()), profession=LEGAL, reviewer=jens, second_reader=kirsten, by=consultant)
    assert who(round) == [("Jens Jurist", "Kirsten Jurist")] * 3
    notice = Notice.objects.get(kind=review_told.ASSIGNED)
    assert (notice.recipient, notice.title) == (jens, "Du har fået 3 sager til gennemgang – Hedensted Kommune")
    assert AuditEntry.objects.filter(verb="review.assign").count() == 3


def test_whoever_gives_a_case_to_themselves_is_not_told(round, jens):
    assigning.assign(round=round, cases=[case(round.engagement, 1)], profession=LEGAL, reviewer=jens, by=jens)
    assert (who(round), Notice.objects.count()) == ([("Jens Jurist", "")], 0)


def test_only_what_differs_is_written_and_told(round, jens, kirsten, consultant):
    first, second = (Choice(case(round.engagement, number).pk, LEGAL, jens.pk) for number in (1, 2))
    assert save(round, consultant, first) == 1
    assert save(round, consultant, first, second) == 1
    assert [entry.verb for entry in AuditEntry.objects.filter(verb="review.assign")] == ["review.assign"] * 2
    assert {notice.title for notice in Notice.objects.all()} == {"Du har fået 1 sag til gennemgang – Hedensted Kommune"}
    assert Notice.objects.filter(recipient=jens).count() == 2
    assert who(round) == [("Jens Jurist", "")] * 2


def test_what_is_written_goes_over_with_the_case(round, jens, kirsten, consultant):
    review = factories.legal_review(case(round.engagement, 1), jens)
    assigning.assign(round=round, cases=[review.case], profession=LEGAL, reviewer=kirsten, by=consultant)
    assert fresh(review).reviewer == kirsten
    assert review.answers.exclude(rating="").count() == review.criteria.criteria.count()


def test_nobody_is_their_own_second_reader(round, jens, consultant):
    with pytest.raises(Refused, match="Vælg en anden som anden læser"):
        save(round, consultant, Choice(case(round.engagement, 1).pk, LEGAL, jens.pk, jens.pk))
    assert who(round) == []


@pytest.mark.parametrize("role", [Role.VISO_CONSULTANT, Role.CONSULTANT])
def test_only_jurists_of_the_team_get_the_legal_review(round, engagement, consultant, role):
    for person in (member(engagement, role, "Ulla Uden"), factories.person(Role.LEGAL_REVIEWER, name="Ulla Uden")):
        with pytest.raises(Refused, match="Ulla Uden kan ikke gennemgå Sag 01: Personen er ikke jurist"):
            save(round, consultant, Choice(case(engagement, 1).pk, LEGAL, person.pk))


def test_viso_gets_visos_cases_alone(round, vibe, jens, consultant):
    factories.locked_selection(round, jens, [2])
    with pytest.raises(Refused, match="Vibe Viso kan ikke gennemgå Sag 01"):
        save(round, consultant, Choice(case(round.engagement, 1).pk, VISO, vibe.pk))
    assert save(round, consultant, Choice(case(round.engagement, 2).pk, VISO, vibe.pk)) == 1
    assert who(round, VISO) == [("Vibe Viso", "")]


def test_somebody_who_is_inhabil_gets_neither_case_nor_second_reading(round, jens, kirsten, consultant):
    first = case(round.engagement, 1)
    CaseConflict.objects.create(case=first, user=jens)
    for choice in (Choice(first.pk, LEGAL, jens.pk), Choice(first.pk, LEGAL, kirsten.pk, jens.pk)):
        with pytest.raises(Refused, match="Jens Jurist kan ikke gennemgå Sag 01"):
            save(round, consultant, choice)
    factories.conflict(kirsten)
    with pytest.raises(Refused, match="Kirsten Jurist kan ikke gennemgå Sag 02"):
        save(round, consultant, Choice(case(round.engagement, 2).pk, LEGAL, kirsten.pk))


def test_somebody_who_is_barred_gets_nothing(round, jens, consultant):
    User.objects.active().filter(pk=jens.pk).update(is_active=False)
    with pytest.raises(Refused, match="Personen kan ikke gennemgå Sag 01"):
        save(round, consultant, Choice(case(round.engagement, 1).pk, LEGAL, jens.pk))


@pytest.mark.parametrize("state", [ReviewState.IN_QA, ReviewState.ASSURED])
def test_a_review_that_was_sent_on_goes_to_nobody_else(round, jens, kirsten, consultant, state):
    review = factories.legal_review(case(round.engagement, 1), jens, state=state)
    with pytest.raises(Refused, match="er sendt videre"):
        save(round, consultant, Choice(review.case_id, LEGAL, kirsten.pk))
    assert fresh(review).reviewer == jens


def test_of_what_waits_for_assurance_only_the_second_reader_can_be_another(round, engagement, jens, kirsten, consultant):
    lars = jurist(engagement, "Lars Jurist")
    review = factories.legal_review(case(engagement, 1), jens, state=ReviewState.IN_QA, second_reader=kirsten)
    save(round, consultant, Choice(review.case_id, LEGAL, jens.pk, lars.pk))
    assert fresh(review).second_reader == lars
    Review.objects.filter(pk=review.pk).update(state=ReviewState.ASSURED, assured_by=lars)
    with pytest.raises(Refused):
        save(round, consultant, Choice(review.case_id, LEGAL, jens.pk, kirsten.pk))


def test_a_case_can_be_nobodys_again(round, jens, consultant):
    save(round, consultant, Choice(case(round.engagement, 1).pk, LEGAL, jens.pk))
    assert save(round, consultant, Choice(case(round.engagement, 1).pk, LEGAL, None)) == 1
    assert who(round) == [("", "")]


def test_a_closed_round_a_case_of_another_and_one_that_was_taken_back_are_refused(round, jens, consultant):
    elsewhere = factories.reviewable_round(factories.engagement(consultant, of="Skive"), cases=1)
    with pytest.raises(Refused, match="Sagen hører ikke til runden"):
        save(round, consultant, Choice(elsewhere.cases.get().pk, LEGAL, jens.pk))
    round.cases.filter(number=1).update(state="draft")
    with pytest.raises(Refused, match="Sag 01 er ikke indsendt"):
        save(round, consultant, Choice(case(round.engagement, 1).pk, LEGAL, jens.pk))
    Round.objects.filter(pk=round.pk).update(state=RoundState.CLOSED)
    with pytest.raises(Refused, match="Runden er lukket"):
        save(round, consultant, Choice(case(round.engagement, 2).pk, LEGAL, jens.pk))


def test_a_programme_without_criteria_says_so(round, jens, consultant):
    Round.objects.filter(pk=round.pk).update(legal_criteria=None)
    with pytest.raises(Refused, match="Programmet har ingen kriterier til juridisk gennemgang"):
        save(round, consultant, Choice(case(round.engagement, 1).pk, LEGAL, jens.pk))


def test_viso_and_the_municipality_give_no_cases_out(round, jens, vibe, coordinator):
    for person in (vibe, coordinator):
        with pytest.raises(Denied):
            save(round, person, Choice(case(round.engagement, 1).pk, LEGAL, jens.pk))


# The page


def test_the_even_distribution_is_shown_and_not_saved(log_in, round, jens, kirsten, consultant):
    page = log_in(consultant).get(f"{url(round)}?forslag=ligeligt")
    assert "Forslaget er ikke gemt endnu" in page.text
    assert page.text.count(f'<option value="{jens.pk}" selected>') == 3  # reviewer of two, second reader of one
    assert (who(round), Notice.objects.count()) == ([], 0)


def test_the_page_saves_who_has_which_case_and_by_when(log_in, round, jens, kirsten, consultant):
    client = log_in(consultant)
    page = client.get(f"{url(round)}?forslag=ligeligt")
    sent = {field.html_name: field.value() or "" for field in page.context["form"]} | {"due_on": "27.03.2026"}
    assert client.post(url(round), sent)["Location"] == url(round)
    assert who(round) == [("Jens Jurist", "Kirsten Jurist"), ("Kirsten Jurist", "Jens Jurist"), ("Jens Jurist", "Kirsten Jurist")]
    assert Round.objects.get(pk=round.pk).review_due_on == date(2026, 3, 27)
    assert {notice.recipient: notice.title.split(" til ")[0] for notice in Notice.objects.all()} == {
        jens: "Du har fået 2 sager",
        kirsten: "Du har fået 1 sag",
    }
    assert "Sag 01" in client.get(url(round)).text


def test_the_date_is_proposed_from_the_orientation_meeting(log_in, round, engagement, jens, consultant):
    assert assignments.proposed_due(round) is None
    factories.milestone(engagement, on=date(2026, 4, 9), by=consultant, purpose=Purpose.ORIENTATION_MEETING)
    assert assignments.proposed_due(round) == date(2026, 3, 30)  # five working days before, with Easter between
    assert "Foreslået ud fra orienteringsmødet" in log_in(consultant).get(url(round)).text
    Milestone.objects.filter(engagement=engagement).update(state="dropped", state_reason="Mødet holdes ikke")
    assert assignments.proposed_due(round) is None


def test_a_day_off_is_no_deadline_and_the_same_person_no_second_reader(log_in, round, jens, consultant):
    client = log_in(consultant)
    sent = {"seen": assignments.fingerprint(round), "due_on": "28.03.2026", "legal-1": jens.pk, "legal-1-anden": jens.pk}
    page = client.post(url(round), sent)
    assert page.status_code == 422
    assert "Det er ikke en arbejdsdag. Den næste er mandag d. 30. marts 2026 (uge 14)." in page.text
    assert "Sag 01: Vælg en anden som anden læser" in page.text
    assert who(round) == []


def test_a_page_that_was_opened_before_somebody_else_saved_changes_nothing(log_in, round, jens, kirsten, consultant):
    seen = assignments.fingerprint(round)
    save(round, consultant, Choice(case(round.engagement, 1).pk, LEGAL, kirsten.pk))
    answer = log_in(consultant).post(url(round), {"seen": seen, "due_on": "", "legal-1": jens.pk})
    assert (answer.status_code, who(round)) == (409, [("Kirsten Jurist", "")])
    assert "En anden har ændret fordelingen" in answer.text


def test_visos_cases_are_there_when_the_selection_is_locked(log_in, round, jens, vibe, consultant):
    client = log_in(consultant)
    assert "Socialfaglig gennemgang" not in client.get(url(round)).text
    factories.locked_selection(round, jens, [2])
    page = client.get(f"{url(round)}?forslag=ligeligt")
    assert [row.case.number for row in page.context["board"].rows[VISO]] == [2]
    assert f'<option value="{vibe.pk}" selected>' in page.text


def test_where_the_programme_has_no_subset_viso_has_every_case(round, engagement, vibe, consultant):
    engagement.programme_version.__class__.objects.filter(pk=engagement.programme_version_id).update(viso_count=None)
    board = assignments.read(Round.objects.get(pk=round.pk), consultant)
    assert [row.case.number for row in board.rows[VISO]] == [1, 2, 3]
    engagement.programme_version.__class__.objects.filter(pk=engagement.programme_version_id).update(viso_count=0)
    assert assignments.read(Round.objects.get(pk=round.pk), consultant).rows[VISO] == []


def test_whoever_left_the_team_stays_in_the_list_of_the_case_that_they_have(log_in, round, engagement, jens, consultant):
    factories.legal_review(case(engagement, 1), jens)
    engagement.team_members.filter(user=jens).update(
        valid_from=timezone.localdate() - timedelta(days=9), valid_to=timezone.localdate() - timedelta(days=1)
    )
    page = log_in(consultant).get(url(round)).text
    assert "Jens Jurist (ikke på teamet)" in page
    assert "Forløbets team har ingen, der kan gennemgå sagerne" in page


def test_nobody_else_meets_the_page(log_in, round, vibe, coordinator, stranger):
    assert [log_in(person).get(url(round)).status_code for person in (vibe, coordinator, stranger)] == [403, 403, 404]


# At the same time


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_of_two_who_save_the_same_page_one_is_refused():
    consultant = factories.person(Role.CONSULTANT)
    round = factories.reviewable_round(factories.engagement(consultant), cases=2)
    people = [jurist(round.engagement, name) for name in ("Jens Jurist", "Kirsten Jurist")]
    seen, pk = assignments.fingerprint(round), case(round.engagement, 1).pk

    def give(person: User):
        by = again(consultant)
        return lambda: assigning.distribute(
            round=Round.objects.get(pk=round.pk), choices=[Choice(pk, LEGAL, person.pk)], due_on=None, seen=seen, by=by
        )

    found = at_once(*[give(person) for person in people])
    assert sorted(type(one).__name__ for one in found) == ["Refused", "int"]
    assert Review.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_whoever_becomes_inhabil_while_they_are_given_the_case_does_not_end_up_with_it():
    consultant = factories.person(Role.CONSULTANT)
    round = factories.reviewable_round(factories.engagement(consultant), cases=1)
    jens = jurist(round.engagement, "Jens Jurist")
    found = at_once(
        lambda: assigning.assign(
            round=Round.objects.get(pk=round.pk),
            cases=[case(round.engagement, 1)],
            profession=LEGAL,
            reviewer=again(jens),
            by=again(consultant),
        ),
        lambda: conflicting.declare(case=case(round.engagement, 1), by=again(jens)),
    )
    assert isinstance(found[1], CaseConflict)
    assert not Review.objects.filter(reviewer=jens).exists()
