"""Quality assurance by another jurist: what they see, send back, approve and open again; and two at it at the same time."""

from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Notice, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import assurance, review_told
from cases.actions import assigning, assuring, reviewing
from cases.models import Answer, Case, Finding, Review, Round, Submission
from cases.states import CaseState, FindingState, Profession, Rating, ReviewState, RoundState
from tests import factories
from tests.cases.reviewers import again, case, fresh, jurist, member
from tests.races import at_once

DRAFT, IN_QA, RETURNED, ASSURED = ReviewState.DRAFT, ReviewState.IN_QA, ReviewState.RETURNED, ReviewState.ASSURED
OWN = "Du har selv skrevet i gennemgangen"


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
def review(round, jens) -> Review:
    """Of Sag 01, by Jens, sent to assurance, with a material defect."""
    made = factories.legal_review(case(round.engagement, 1), jens, rating=Rating.MATERIAL_DEFECT)
    reviewing.submit(review=fresh(made), by=jens)
    Notice.objects.all().delete()
    return fresh(made)


def url(review: Review, name: str = "assure") -> str:
    round = review.case.round
    return reverse(f"review-{name}", args=[round.engagement_id, round.kind, review.case.number])


def states(review: Review) -> tuple[str, str]:
    return fresh(review).state, Case.objects.get(pk=review.case_id).state


def titles(kind: str) -> dict[User, str]:
    return {notice.recipient: notice.title for notice in Notice.objects.filter(kind=kind)}


# The verbs


def test_a_colleague_approves_and_findings_are_drafted(review, jens, kirsten):
    assuring.approve(review=review, by=kirsten)
    assert states(review) == (ASSURED, CaseState.ASSURED)
    done = fresh(review)
    assert (done.assured_by, done.done_at is not None) == (kirsten, True)
    assert Finding.objects.filter(source__review=review, state=FindingState.DRAFT).count() == 5  # one for each defect of its scale
    assert titles(review_told.ASSURED) == {jens: "Din gennemgang af Sag 01 er kvalitetssikret – Hedensted Kommune"}


def test_a_colleague_sends_back_with_a_comment(review, jens, kirsten):
    criterion = review.criteria.criteria.first()
    assuring.send_back(review=review, text=" Skriv hvilken akt ", criterion=criterion, by=kirsten)
    assert states(review) == (RETURNED, CaseState.IN_REVIEW)
    assert [(one.text, one.criterion, one.by) for one in review.comments.all()] == [("Skriv hvilken akt", criterion, kirsten)]
    assert titles(review_told.RETURNED) == {jens: "Din gennemgang af Sag 01 er sendt tilbage – Hedensted Kommune"}
    assert AuditEntry.objects.filter(verb="review.comment", changes={}).count() == 1  # that, never what


def test_nobody_assures_their_own(review, jens):
    for verb in (lambda: assuring.approve(review=review, by=jens), lambda: assuring.send_back(review=review, text="Nej", by=jens)):
        with pytest.raises(Refused, match=OWN):
            verb()
    assert states(review) == (IN_QA, CaseState.REVIEWED)


def test_nobody_assures_what_they_wrote_before_a_colleague_took_over(round, engagement, jens, kirsten, consultant):
    lars = jurist(engagement, "Lars Jurist")
    made = factories.legal_review(case(engagement, 1), jens)
    assigning.assign(round=round, cases=[made.case], profession=Profession.LEGAL, reviewer=kirsten, by=consultant)
    reviewing.submit(review=fresh(made), by=kirsten)
    for person in (jens, kirsten):
        with pytest.raises(Refused, match=OWN):
            assuring.approve(review=fresh(made), by=again(person))
    assuring.approve(review=fresh(made), by=lars)
    assert states(made)[0] == ASSURED


def test_the_database_knows_it_too(review):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(assured_by=review.reviewer)


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.VISO_CONSULTANT, Role.COORDINATOR])
def test_only_jurists_of_the_team_assure(review, engagement, role):
    person = factories.person(role) if role == Role.COORDINATOR else member(engagement, role, "Ulla Uden")
    for one in (person, factories.person(Role.LEGAL_REVIEWER)):
        with pytest.raises(Denied):
            assuring.approve(review=review, by=one)


@pytest.mark.parametrize("state", [DRAFT, RETURNED, ASSURED])
def test_only_what_waits_is_assured(round, jens, kirsten, state):
    made = factories.legal_review(case(round.engagement, 1), jens, state=state)
    with pytest.raises(Denied, match="venter ikke på kvalitetssikring"):
        assuring.approve(review=made, by=kirsten)


def test_a_comment_without_words_or_about_something_else_is_refused(review, kirsten):
    other = factories.reviewable_round(factories.engagement(kirsten_of_elsewhere(), of="Skive"), cases=1).viso_criteria.criteria.first()
    with pytest.raises(Refused, match="Skriv en kommentar"):
        assuring.comment(review=review, text="  ", by=kirsten)
    with pytest.raises(Refused, match="Kriteriet hører ikke til gennemgangen"):
        assuring.comment(review=review, text="Hm", criterion=other, by=kirsten)


def kirsten_of_elsewhere() -> User:
    return factories.person(Role.CONSULTANT)


def test_an_approved_one_is_opened_again_with_the_reason(review, jens, kirsten):
    assuring.approve(review=review, by=kirsten)
    assuring.reopen(review=review, text="Der er kommet en ny akt", by=kirsten)
    assert states(review) == (RETURNED, CaseState.IN_REVIEW)
    done = fresh(review)
    assert (done.assured_by, done.done_at, done.comments.get().text) == (None, None, "Der er kommet en ny akt")
    assert jens in titles(review_told.RETURNED)


def test_nothing_is_opened_again_once_the_municipality_saw_the_results(review, kirsten, consultant):
    assuring.approve(review=review, by=kirsten)
    Round.objects.update(released_at=timezone.now(), released_by=consultant)
    with pytest.raises(Refused, match="Resultaterne er frigivet til kommunen"):
        assuring.reopen(review=review, text="For sent", by=kirsten)
    assert states(review) == (ASSURED, CaseState.ASSURED)


def test_a_closed_round_and_a_review_that_ended_change_no_more(review, kirsten):
    Round.objects.update(state=RoundState.CLOSED)
    with pytest.raises(Refused, match="Runden er lukket"):
        assuring.approve(review=review, by=kirsten)
    Round.objects.update(state=RoundState.COMPLETE)
    Review.objects.update(ended_at=timezone.now())
    with pytest.raises(Refused, match="gælder ikke længere"):
        assuring.approve(review=review, by=kirsten)


# Who is told that a review waits


def test_the_second_reader_is_told_that_it_waits_and_nobody_else(round, engagement, jens, kirsten):
    jurist(engagement, "Lars Jurist")
    made = factories.legal_review(case(engagement, 1), jens, second_reader=kirsten)
    reviewing.submit(review=fresh(made), by=jens)
    assert titles(review_told.TO_ASSURE) == {kirsten: "Sag 01 venter på kvalitetssikring – Hedensted Kommune"}


def test_without_a_second_reader_every_jurist_who_may_is_told(round, engagement, jens, kirsten):
    lars, mette = jurist(engagement, "Lars Jurist"), jurist(engagement, "Mette Jurist")
    made = factories.legal_review(case(engagement, 1), jens)
    made.case.conflicts.create(user=mette)
    reviewing.submit(review=fresh(made), by=jens)
    assert set(titles(review_told.TO_ASSURE)) == {kirsten, lars}


def test_a_mail_says_only_what_is_still_true(review, jens, kirsten):
    review_told.of_submission(review)
    given = list(Notice.objects.filter(kind=review_told.TO_ASSURE).select_related("recipient"))
    line = review_told.describe_to_assure(given)[0]
    assert (line.text, line.subject) == (
        "Sag 01 i Hedensted Kommune venter på din kvalitetssikring.",
        "Kvalitetssikr Sag 01 – Hedensted Kommune",
    )
    assuring.approve(review=review, by=kirsten)
    assert review_told.describe_to_assure(given) == []


# The page


def test_the_page_shows_the_review_and_the_way_to_approve_it(log_in, review, kirsten):
    page = log_in(kirsten).get(url(review)).text
    assert "Kvalitetssikring af Sag 01" in page
    assert "Begrundelse for hjemmelsmangel" in page
    assert "Godkend gennemgangen" in page
    assert "Send tilbage med kommentaren" in page


def test_its_author_reads_why_they_cannot(log_in, review, jens):
    client = log_in(jens)
    page = client.get(url(review)).text
    assert OWN in page
    assert url(review, "approve") not in page
    answers = [client.post(url(review, "approve")), client.post(url(review, "return"), {"text": "Nej"})]
    assert [(answer.status_code, OWN in answer.text) for answer in answers] == [(409, True)] * 2
    assert (states(review)[0], review.comments.count()) == (IN_QA, 0)


def test_the_page_approves_and_sends_back(log_in, review, kirsten):
    client = log_in(kirsten)
    refused = client.post(url(review, "return"), {"text": ""})
    assert (refused.status_code, states(review)[0]) == (422, IN_QA)
    assert "Udfyld »Kommentar«." in refused.text
    assert client.post(url(review, "return"), {"text": "Skriv mere", "criterion": ""})["Location"] == reverse("my-cases")
    assert states(review)[0] == RETURNED
    reviewing.submit(review=fresh(review), by=review.reviewer)
    assert client.post(url(review, "approve")).status_code == 302
    assert states(review) == (ASSURED, CaseState.ASSURED)
    assert client.post(url(review, "reopen"), {"genaabn-text": "Fejl i akterne"}).status_code == 302
    assert states(review)[0] == RETURNED


def test_author_and_assurer_write_to_each_other(log_in, review, jens, kirsten):
    assert log_in(kirsten).post(url(review, "comment"), {"text": "Hvilken akt?", "criterion": "hjemmel"}).status_code == 302
    assert log_in(jens).post(url(review, "comment"), {"text": "Akt 3, side 2"}).status_code == 302
    page = log_in(kirsten).get(url(review)).text
    assert page.index("Gennemgangen som helhed") < page.index("Akt 3, side 2") < page.index("Hvilken akt?")
    assert [(group.where, len(group.comments)) for group in assurance.remarks(review)] == [
        ("Gennemgangen som helhed", 1),
        ("Hjemmelsmangel", 1),
    ]


def test_the_author_reads_beside_the_form_what_is_to_be_changed(log_in, review, jens, kirsten):
    page = reverse("review", args=[review.case.round.engagement_id, review.case.round.kind, 1])
    assuring.send_back(review=review, text="Hvilken akt er det?", by=kirsten)
    shown = log_in(jens).get(page).text
    assert ("Hvilken akt er det?" in shown, url(review) in shown) == (True, True)
    assert "Kommentarer fra kvalitetssikringen" in shown
    reviewing.submit(review=fresh(review), by=jens)
    assert url(review) in log_in(kirsten).get(page).text  # from the reading to its assurance


def test_a_cpr_number_in_a_comment_is_refused(log_in, review, kirsten):
    answer = log_in(kirsten).post(url(review, "comment"), {"text": "Se 010203-1234"})
    assert (answer.status_code, review.comments.count()) == (422, 0)


def test_what_was_changed_since_it_was_last_sent_is_shown_field_by_field(log_in, review, jens, kirsten):
    assert assurance.differences(review) is None
    assuring.send_back(review=review, text="Se på hjemlen", by=kirsten)
    answer = Answer.objects.get(review=review, criterion__code="hjemmel")
    Answer.objects.filter(pk=answer.pk).update(rating=Rating.NO_DEFECT, reason="", page=4, good_example=True)
    reviewing.submit(review=fresh(review), by=jens)
    assert [(one.where, one.field, one.before, one.after) for one in assurance.differences(review) or []] == [
        ("Hjemmelsmangel", "Vurdering", "Mangel med væsentlig betydning", "Ingen mangel"),
        ("Hjemmelsmangel", "Begrundelse", "Begrundelse for hjemmelsmangel", "Tomt"),
        ("Hjemmelsmangel", "Side", "Tomt", "4"),
        ("Hjemmelsmangel", "Godt eksempel", "Nej", "Ja"),
    ]
    page = log_in(kirsten).get(url(review)).text
    assert "Ændret, siden den sidst blev sendt" in page
    Submission.objects.filter(review=review, number=1).update(content=Submission.objects.get(review=review, number=2).content)
    assert "Intet er ændret." in log_in(kirsten).get(url(review)).text


def test_a_draft_and_what_consultants_and_viso_may_not_see_is_not_there(log_in, review, engagement, consultant, kirsten):
    vibe = member(engagement, Role.VISO_CONSULTANT, "Vibe Viso")
    assert [log_in(person).get(url(review)).status_code for person in (consultant, vibe)] == [404, 404]
    assuring.approve(review=review, by=kirsten)
    assert log_in(consultant).get(url(review)).status_code == 403  # reads the review, not what the jurists write about it
    Review.objects.update(state=DRAFT)
    assert log_in(kirsten).get(url(review)).status_code == 404


# At the same time


def race(work: int = 2) -> tuple[Review, list[User]]:
    """A review that waits, and so many jurists besides its author."""
    engagement = factories.engagement(factories.person(Role.CONSULTANT))
    factories.reviewable_round(engagement, cases=1)
    author = jurist(engagement, "Jens Jurist")
    review = factories.legal_review(case(engagement, 1), author, rating=Rating.MATERIAL_DEFECT)
    others = [jurist(engagement, f"Jurist {number}") for number in range(work)]
    reviewing.submit(review=fresh(review), by=author)
    return fresh(review), others


def kinds(found: list[object]) -> Counter[str]:
    return Counter(type(one).__name__ for one in found)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_of_twenty_assurances_at_once_one_counts():
    review, others = race(4)

    def approve(by: User):
        return lambda: assuring.approve(review=fresh(review), by=by)

    works = [approve(again(others[number % 4])) for number in range(20)]
    assert kinds(at_once(*works)) == {"Review": 1, "Denied": 19}
    assert states(review) == (ASSURED, CaseState.ASSURED)
    assert Finding.objects.count() == 5
    assert AuditEntry.objects.filter(verb="review.state", changes={"status": [IN_QA, ASSURED]}).count() == 1
    assert Notice.objects.filter(kind=review_told.ASSURED).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_one_approves_while_another_sends_back_and_the_author_takes_back():
    review, (one, other) = race(2)
    author = again(User.objects.active().get(pk=review.reviewer_id))
    found = at_once(
        lambda: assuring.approve(review=fresh(review), by=again(one)),
        lambda: assuring.send_back(review=fresh(review), text="Skriv mere", by=again(other)),
        lambda: reviewing.take_back(review=fresh(review), by=author),
    )
    assert [type(one) for one in found].count(Denied) == 2
    now, of_case = states(review)
    expected = {ASSURED: CaseState.ASSURED, RETURNED: CaseState.IN_REVIEW, DRAFT: CaseState.IN_REVIEW}
    assert of_case == expected[now]  # type: ignore[index]
    assert (now == ASSURED) == (fresh(review).assured_by_id == one.pk) == Finding.objects.exists()
    assert (now == RETURNED) == review.comments.exists()
