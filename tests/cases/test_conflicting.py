"""*Jeg er inhabil i denne sag*: the case is gone at once everywhere, and somebody else takes over."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import obligations
from accounts.models import AuditEntry, Notice
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import access, review_told
from cases.actions import assuring, conflicting, handing_in, reviewing
from cases.models import Case, CaseConflict, CaseDocument, Review, Round
from cases.states import CaseState, ReviewState, RoundState
from tests import factories
from tests.cases.reviewers import again, case, fresh, jurist, member
from tests.races import at_once

DRAFT, IN_QA, RETURNED, ASSURED = ReviewState.DRAFT, ReviewState.IN_QA, ReviewState.RETURNED, ReviewState.ASSURED


@pytest.fixture
def round(engagement):
    return factories.reviewable_round(engagement, cases=3)


@pytest.fixture
def jens(engagement):
    return jurist(engagement, "Jens Jurist")


@pytest.fixture
def kirsten(engagement):
    return jurist(engagement, "Kirsten Jurist")


def url(round: Round, number: int = 1) -> str:
    return reverse("case-conflict", args=[round.engagement_id, round.kind, number])


def test_the_second_reader_takes_over_what_is_written(round, jens, kirsten):
    review = factories.legal_review(case(round.engagement, 1), jens, second_reader=kirsten)
    conflicting.declare(case=review.case, reason="Min nabo", by=jens)
    now = fresh(review)
    assert (now.reviewer, now.second_reader, now.state) == (kirsten, None, DRAFT)
    assert [notice.recipient for notice in Notice.objects.all()] == [kirsten]
    conflict = CaseConflict.objects.get()
    assert (conflict.user, conflict.reason) == (jens, "Min nabo")
    assert not [entry for entry in AuditEntry.objects.all() if "Min nabo" in f"{entry.changes}{entry.reason}"]


def test_without_a_second_reader_the_consultants_are_told_and_nothing_of_the_case(round, jens, consultant):
    review = factories.legal_review(case(round.engagement, 1), jens)
    conflicting.declare(case=review.case, by=jens)
    assert fresh(review).reviewer is None
    notice = Notice.objects.get()
    assert (notice.recipient, notice.title) == (consultant, "Sag 01 mangler en, der gennemgår den – Hedensted Kommune")
    line = review_told.describe_unassigned([notice])[0]
    assert line.text == "1 sag i Hedensted Kommune mangler en, der gennemgår den."
    assert "Jens" not in f"{notice.title}{line}"
    Review.objects.update(reviewer=factories.person(Role.LEGAL_REVIEWER))
    assert review_told.describe_unassigned([notice]) == []


@pytest.mark.parametrize("why", ["inhabil in the case", "inhabil towards the municipality", "off the team"])
def test_a_second_reader_who_cannot_does_not_take_over(round, engagement, jens, kirsten, why):
    review = factories.legal_review(case(engagement, 1), jens, second_reader=kirsten)
    if why == "inhabil in the case":
        CaseConflict.objects.create(case=review.case, user=kirsten)
    elif why == "inhabil towards the municipality":
        factories.conflict(kirsten)
    else:
        engagement.team_members.filter(user=kirsten).delete()
    conflicting.declare(case=review.case, by=jens)
    assert fresh(review).reviewer is None


def test_a_second_reader_who_is_inhabil_leaves_the_review_with_its_author(round, jens, kirsten):
    review = factories.legal_review(case(round.engagement, 1), jens, second_reader=kirsten)
    conflicting.declare(case=review.case, by=kirsten)
    assert (fresh(review).reviewer, fresh(review).second_reader, Notice.objects.count()) == (jens, None, 0)


@pytest.mark.parametrize(("state", "then"), [(IN_QA, DRAFT), (ASSURED, RETURNED)])
def test_what_an_inhabil_author_sent_on_is_written_anew_by_the_heir(round, jens, kirsten, state, then):
    done = {"assured_by": kirsten} if state == ASSURED else {}
    review = factories.legal_review(case(round.engagement, 1), jens, state=state, second_reader=kirsten, **done)
    conflicting.declare(case=review.case, by=jens)
    now = fresh(review)
    assert (now.reviewer, now.state, now.assured_by, now.done_at) == (kirsten, then, None, None)
    assert Case.objects.get(pk=review.case_id).state == CaseState.IN_REVIEW


def test_what_an_inhabil_jurist_assured_is_assured_anew(round, jens, kirsten):
    review = factories.legal_review(case(round.engagement, 1), jens, state=ASSURED, assured_by=kirsten)
    conflicting.declare(case=review.case, by=kirsten)
    now = fresh(review)
    assert (now.reviewer, now.state, now.assured_by) == (jens, RETURNED, None)
    assert [notice.kind for notice in Notice.objects.all()] == [review_told.RETURNED]


def test_visos_review_goes_the_same_way(round, engagement, jens):
    vibe, vera = (member(engagement, Role.VISO_CONSULTANT, name) for name in ("Vibe Viso", "Vera Viso"))
    factories.locked_selection(round, jens, [1])
    review = factories.viso_review(case(engagement, 1), vibe, state=ReviewState.FINAL, second_reader=vera)
    conflicting.declare(case=review.case, by=vibe)
    assert (fresh(review).reviewer, fresh(review).state) == (vera, DRAFT)
    assert not Case.objects.visible_to(again(vibe)).exists()


@pytest.mark.parametrize("how", ["released", "closed"])
def test_frozen_results_stay_as_they_are(round, jens, kirsten, consultant, how):
    review = factories.legal_review(case(round.engagement, 1), jens, state=ASSURED, assured_by=kirsten)
    fields = {"released_at": timezone.now(), "released_by": consultant} if how == "released" else {"state": RoundState.CLOSED}
    Round.objects.update(**fields)
    conflicting.declare(case=case(round.engagement, 1), by=jens)
    assert (fresh(review).state, fresh(review).reviewer) == (ASSURED, jens)
    assert not Review.objects.visible_to(again(jens)).exists()


def test_it_is_said_once_and_by_the_team(round, jens, coordinator):
    first = case(round.engagement, 1)
    conflicting.declare(case=first, by=jens)
    with pytest.raises(Refused, match="allerede"):
        conflicting.declare(case=first, by=again(jens))
    for person in (coordinator, factories.person(Role.LEGAL_REVIEWER)):
        with pytest.raises(Denied):
            conflicting.declare(case=first, by=person)


def test_only_a_consultant_lifts_it_and_only_once(round, jens, kirsten, consultant):
    made = conflicting.declare(case=case(round.engagement, 1), by=jens)
    for person in (again(jens), kirsten):
        with pytest.raises(Denied):
            conflicting.lift(conflict=made, by=person)
    conflicting.lift(conflict=CaseConflict.objects.get(), by=consultant)
    assert Case.objects.visible_to(again(jens)).filter(number=1).exists()
    with pytest.raises(Refused, match="allerede ophævet"):
        conflicting.lift(conflict=made, by=consultant)


# Everywhere


def test_the_case_is_gone_everywhere_at_once(log_in, round, engagement, jens, kirsten, coordinator):
    marked = case(engagement, 1)
    Case.objects.filter(pk=marked.pk).update(description="Plantet beskrivelse")
    file = factories.case_document(marked, coordinator, handed_in=True, name="plantet-akt.pdf")
    review = factories.legal_review(marked, kirsten, state=IN_QA, second_reader=jens)
    client, base = log_in(jens), f"/forloeb/{engagement.pk}/sager/{round.kind}"
    pages = [
        f"{base}/1/", f"{base}/akter/{file.document_id}/", f"{base}/1/akter/{file.document_id}/", f"{base}/1/supplement/",
        f"{base}/1/gennemgang/jura/", f"{base}/1/kvalitetssikring/", url(round),
    ]  # fmt: skip
    lists = [f"{base}/", f"{base}/fuldstaendighed/", f"{base}/fordeling/", f"{base}/matrix/", "/mine-sager/", "/"]
    before = {page: client.get(page).status_code for page in pages}
    assert 200 in before.values() and before[url(round)] == 200
    assert "Sag 01" in client.get(f"{base}/").text
    assert client.post(url(round), {"reason": ""})["Location"] == reverse("my-cases")
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    for page in lists:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "plantet" not in answer.text.lower(), page
        assert f"{base}/1/" not in answer.text, page
    assert not CaseDocument.objects.visible_to(again(jens)).exists()
    assert fresh(review).second_reader is None


def test_nothing_of_it_is_told_or_owed_any_more(round, jens, kirsten):
    review = factories.legal_review(case(round.engagement, 1), kirsten, second_reader=jens)
    reviewing.submit(review=fresh(review), by=kirsten)
    given = list(Notice.objects.filter(recipient=jens).select_related("recipient"))
    assert len(review_told.describe_to_assure(given)) == 1
    assert [one.verb for one in obligations.of(jens, timezone.localdate()) if "Kvalitetssikr" in one.verb]
    conflicting.declare(case=review.case, by=jens)
    given = list(Notice.objects.filter(pk__in=[one.pk for one in given]).select_related("recipient"))
    assert review_told.describe_to_assure(given) == []
    assert not [one.verb for one in obligations.of(again(jens), timezone.localdate()) if "Kvalitetssikr" in one.verb]


def test_a_receipt_names_no_file_of_the_case(log_in, engagement, jens, coordinator, consultant):
    round = factories.round(engagement, cases=1)
    factories.ready_case(round.cases.get(), coordinator)
    made = handing_in.hand_in(round=Round.objects.get(pk=round.pk), by=coordinator)
    page = reverse("receipt", args=[engagement.pk, round.kind, made.pk])
    client = log_in(jens)
    assert "akt-" in client.get(page).text
    conflicting.declare(case=case(engagement, 1), by=jens)
    shown = client.get(page).text
    assert ("akt-" in shown, "Lav PDF" in shown) == (False, False)
    for name in ("receipt-pdf", "receipt-make-pdf"):
        address = reverse(name, args=[engagement.pk, round.kind, made.pk])
        answer = client.get(address) if name == "receipt-pdf" else client.post(address)
        assert answer.status_code == 403
        assert "som du er inhabil i" in answer.text


def test_the_page_says_what_happens_and_a_consultant_can_lift_it(log_in, round, jens, consultant):
    assert "Du mister adgangen til sagen med det samme" in log_in(jens).get(url(round)).text
    log_in(jens).post(url(round), {"reason": ""})
    client = log_in(consultant)
    page = client.get(reverse("review-assign", args=[round.engagement_id, round.kind])).text
    assert "Inhabil: Jens Jurist" in page
    conflict = CaseConflict.objects.get()
    address = reverse("case-conflict-lift", args=[round.engagement_id, round.kind, 1, conflict.pk])
    assert address in page
    assert client.post(address).status_code == 302
    assert not CaseConflict.objects.exists()
    assert not access.hidden_cases(again(jens))


def test_whoever_waited_for_the_lock_while_they_declared_it_assures_nothing(round, jens, kirsten):
    review = factories.legal_review(case(round.engagement, 1), jens, state=IN_QA)
    in_another_tab = again(kirsten)
    assert review in Review.objects.assurable_by(in_another_tab)  # the page was loaded: their conflicts are known to the request
    conflicting.declare(case=review.case, by=kirsten)
    with pytest.raises(Denied):
        assuring.approve(review=fresh(review), by=in_another_tab)
    assert fresh(review).state == IN_QA


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_an_assurance_and_the_assurers_own_conflict_do_not_cross():
    engagement = factories.engagement(factories.person(Role.CONSULTANT))
    factories.reviewable_round(engagement, cases=1)
    author, assurer = jurist(engagement, "Jens Jurist"), jurist(engagement, "Kirsten Jurist")
    review = factories.legal_review(case(engagement, 1), author, state=IN_QA)
    found = at_once(
        lambda: assuring.approve(review=fresh(review), by=again(assurer)),
        lambda: conflicting.declare(case=case(engagement, 1), by=again(assurer)),
    )
    assert isinstance(found[1], CaseConflict)
    now = fresh(review)
    assert now.assured_by is None
    assert (now.state, type(found[0])) in {(IN_QA, Denied), (RETURNED, Review)}
