"""A case or a file that is taken back while the review is under way: what becomes of reviews, selection, findings and receipts."""

from __future__ import annotations

import pytest
from django.http import Http404

from accounts.models import User
from accounts.states import Role
from cases import access, release, results, review_access
from cases.actions import closing, finding, leaving, supplementing, withdrawing
from cases.models import Case, CaseDocument, Finding, HandInLine, Release, Review, Round, Snapshot, VisoPick
from cases.states import CaseState, FindingState, Profession, Rating, ReviewState, RoundState
from engagements.models import TeamMember
from tests import factories

pytestmark = pytest.mark.django_db
WHY = "Hører til en anden borger"


@pytest.fixture
def viso(engagement) -> User:
    person = factories.person(Role.VISO_CONSULTANT, name="Vibe Viso")
    engagement.team_members.create(user=person, role=Role.VISO_CONSULTANT)
    engagement.__dict__.pop("_team", None)
    return person


@pytest.fixture
def second(engagement) -> User:
    person = factories.person(Role.LEGAL_REVIEWER, name="Anna Anden")
    engagement.team_members.create(user=person, role=Role.LEGAL_REVIEWER)
    return person


@pytest.fixture
def round(engagement, coordinator) -> Round:
    """Three cases with files, handed in and complete."""
    made = factories.reviewable_round(engagement, cases=3)
    for case in made.cases.all():
        factories.case_document(case, coordinator, handed_in=True)
    return made


@pytest.fixture
def case(round, jurist, second, viso) -> Case:
    """The first case: assured, chosen for VISO, and VISO is done with it too."""
    found = case_of(round, 1)
    factories.legal_review(found, jurist, state=ReviewState.ASSURED, rating=Rating.MINOR_DEFECT, second_reader=second, assured_by=second)
    factories.locked_selection(round, jurist, [1])
    factories.viso_review(found, viso, state=ReviewState.FINAL)
    return case_of(round, 1)


def case_of(round: Round, number: int) -> Case:
    return Case.objects.select_related("round__engagement").get(round=round, number=number)


def again(round: Round, coordinator: User, number: int = 1) -> Case:
    """The municipality fills the slot once more and hands it in."""
    factories.ready_case(case_of(round, number), coordinator)
    supplementing.hand_in(case=case_of(round, number), by=coordinator)
    return case_of(round, number)


def standing(case: Case) -> dict[str, Review]:
    return {review.profession: review for review in Review.objects.standing().filter(case=case)}


def test_a_case_that_is_taken_back_takes_its_reviews_and_its_place_along(case, coordinator, viso, jurist):
    withdrawing.withdraw_case(case=case, reason=WHY, by=coordinator)
    ended = Review.objects.filter(case=case)
    assert {(review.state, review.ended_reason) for review in ended} == {
        (ReviewState.ASSURED, f"{leaving.TAKEN_BACK}: {WHY}"), (ReviewState.FINAL, f"{leaving.TAKEN_BACK}: {WHY}"),
    }  # fmt: skip
    assert [review.answers.count() + review.submissions.count() + review.comments.count() for review in ended] == [0, 0]
    assert {(review.overall, review.overall_reason, review.internal_note) for review in ended} == {("", "", "")}
    pick = VisoPick.objects.get(case=case)
    assert (pick.removed_by, pick.removed_reason) == (coordinator, f"{leaving.TAKEN_BACK}: {WHY}")
    case.refresh_from_db()
    assert (case.state, case.round.state) == (CaseState.DRAFT, RoundState.SUPPLEMENT)
    where = (case.round.engagement_id, case.round.kind, case.number)
    for person, profession in ((viso, Profession.VISO), (jurist, Profession.LEGAL)):
        with pytest.raises(Http404):
            review_access.get_review(person, *where, profession)
    with pytest.raises(Http404):
        access.get_case(User.objects.get(pk=viso.pk), *where)


def test_drafts_of_findings_of_a_case_that_is_taken_back_go_and_what_was_cleared_stays(case, coordinator, second):
    first, *others = finding.draft_from(review=standing(case)[Profession.LEGAL], by=second)
    Finding.objects.filter(pk=first.pk).update(state=FindingState.CLEARED)
    assert len(others) == 4
    withdrawing.withdraw_case(case=case, reason=WHY, by=coordinator)
    assert set(Finding.objects.filter(pk__in=[one.pk for one in others]).values_list("state", "text")) == {(FindingState.WITHDRAWN, "")}
    assert Finding.objects.get(pk=first.pk).state == FindingState.CLEARED


def test_the_case_that_comes_instead_begins_with_empty_reviews_by_the_same_people_in_the_same_place(
    case, coordinator, jurist, second, viso
):
    withdrawing.withdraw_case(case=case, reason=WHY, by=coordinator)
    now = again(case.round, coordinator)
    assert now.state == CaseState.SUBMITTED
    reviews = standing(now)
    legal, of_viso = reviews[Profession.LEGAL], reviews[Profession.VISO]
    assert (legal.reviewer, legal.second_reader, legal.state, legal.assured_by) == (jurist, second, ReviewState.DRAFT, None)
    assert (of_viso.reviewer, of_viso.state) == (viso, ReviewState.DRAFT)
    assert (legal.answers.count(), of_viso.answers.count(), legal.is_begun) == (0, 0, False)
    assert (legal.criteria, of_viso.criteria) == (case.round.legal_criteria, case.round.viso_criteria)
    (pick,) = VisoPick.objects.filter(case=now, removed_at=None)
    assert (pick.slot, pick.by) == (1, jurist)
    assert Review.objects.filter(case=now).count() == 4


def test_a_case_can_be_taken_back_a_second_time(case, coordinator, jurist):
    for _ in range(2):
        withdrawing.withdraw_case(case=case_of(case.round, 1), reason=WHY, by=coordinator)
        now = again(case.round, coordinator)
    assert {profession: review.reviewer.full_name for profession, review in standing(now).items()} == {
        "legal": "Jens Jurist", "viso": "Vibe Viso",
    }  # fmt: skip
    assert VisoPick.objects.filter(case=now, removed_at=None).count() == 1


def test_somebody_who_has_left_gets_no_review_of_it(case, coordinator, jurist, second):
    TeamMember.objects.filter(user=jurist).delete()
    withdrawing.withdraw_case(case=case, reason=WHY, by=coordinator)
    legal = standing(again(case.round, coordinator))[Profession.LEGAL]
    assert (legal.reviewer, legal.second_reader) == (None, second)


def test_a_place_that_a_jurist_has_filled_meanwhile_stays_filled(case, coordinator, jurist):
    withdrawing.withdraw_case(case=case, reason=WHY, by=coordinator)
    gone = VisoPick.objects.get(case=case)
    other = VisoPick.objects.create(selection=gone.selection, case=case_of(case.round, 2), slot=1, size=gone.size, by=jurist)
    now = again(case.round, coordinator)
    assert list(VisoPick.objects.filter(removed_at=None)) == [other]
    assert set(standing(now)) == {Profession.LEGAL}  # VISO has nothing to do with it any more


def test_before_the_lock_a_place_is_only_emptied(round, coordinator, viso):
    selection = factories.locked_selection(round, viso, [1, 2])
    type(selection).objects.filter(pk=selection.pk).update(state="open", proposed_by=viso, proposed_at=round.created_at)
    withdrawing.withdraw_case(case=case_of(round, 1), reason=WHY, by=coordinator)
    selection.refresh_from_db()
    assert [pick.case.number for pick in selection.picks.all()] == [2]
    assert (selection.proposed_by, selection.proposed_at) == (None, None)
    again(round, coordinator)
    assert [pick.case.number for pick in selection.picks.all()] == [2]


def test_a_case_that_viso_was_taken_off_before_is_not_given_to_it_again(case, coordinator, jurist):
    Review.objects.filter(case=case, profession=Profession.VISO).update(ended_at=case.round.created_at, ended_reason="Bedre spredning")
    VisoPick.objects.update(removed_at=case.round.created_at, removed_by=jurist, removed_reason="Bedre spredning")
    withdrawing.withdraw_case(case=case, reason=WHY, by=coordinator)
    assert set(standing(again(case.round, coordinator))) == {Profession.LEGAL}
    assert not VisoPick.objects.filter(removed_at=None).exists()


def test_a_file_that_is_taken_back_sends_the_reviews_back_with_all_that_is_written(case, coordinator, viso):
    before = {profession: (review.pk, review.answers.count()) for profession, review in standing(case).items()}
    withdrawing.withdraw_file(file=CaseDocument.objects.get(case=case), reason=WHY, by=coordinator)
    now = case_of(case.round, 1)
    assert (now.state, now.round.state) == (CaseState.DRAFT, RoundState.SUPPLEMENT)
    reviews = standing(now)
    assert {profession: (review.pk, review.answers.count()) for profession, review in reviews.items()} == before
    legal, of_viso = reviews[Profession.LEGAL], reviews[Profession.VISO]
    assert (legal.state, legal.assured_by, legal.done_at) == (ReviewState.RETURNED, None, None)
    assert (of_viso.state, of_viso.done_at) == (ReviewState.DRAFT, None)
    assert VisoPick.objects.get(case=now).removed_at is None
    now = again(case.round, coordinator)
    assert now.state == CaseState.IN_REVIEW
    assert {profession: (review.pk, review.answers.count()) for profession, review in standing(now).items()} == before


def test_a_case_nobody_has_begun_with_waits_again(round, coordinator, jurist):
    review = factories.legal_review(case_of(round, 2), jurist, answered=False)
    Case.objects.filter(pk=review.case_id).update(state=CaseState.SUBMITTED)
    withdrawing.withdraw_file(file=CaseDocument.objects.get(case=review.case), reason=WHY, by=coordinator)
    assert again(round, coordinator, 2).state == CaseState.SUBMITTED
    assert standing(review.case)[Profession.LEGAL] == review


def test_a_whole_case_goes_after_one_of_its_files(case, coordinator):
    withdrawing.withdraw_file(file=CaseDocument.objects.get(case=case), reason=WHY, by=coordinator)
    withdrawing.withdraw_case(case=case_of(case.round, 1), reason=WHY, by=coordinator)
    assert standing(case) == {}


def test_receipts_stay_as_they_are_but_for_a_dated_line(case, coordinator):
    round = case.round
    received = supplement_of(round, coordinator)
    before = list(HandInLine.objects.order_by("pk").values())
    withdrawing.withdraw_case(case=case, reason=WHY, by=coordinator)
    assert list(HandInLine.objects.order_by("pk").values()) == before
    assert received.lines.count() == len(before) > 0
    assert [note.text.startswith("1 fil i Sag 01 er trukket tilbage og slettet.") for note in round.receipt_notes.all()] == [True]


def supplement_of(round: Round, coordinator: User):
    """A receipt of something."""
    made = round.hand_ins.create(sequence=1, number="K-2026-000001", at=round.created_at, by=coordinator)
    file = CaseDocument.objects.select_related("document").filter(round=round).first()
    facts = {"name": file.document.name, "size": file.document.size, "sha256": file.document.sha256, "document_key": file.document_id}
    made.lines.create(case_number=1, document_type="Afgørelse", **facts)
    return made


# When the results stand


@pytest.fixture
def closed(case, round, jurist, consultant) -> Case:
    for number in (2, 3):
        factories.legal_review(case_of(round, number), jurist, state=ReviewState.ASSURED)
    closing.close_round(round=round, by=consultant)
    return case_of(round, 1)


def test_in_a_closed_round_a_case_is_erased_and_nobody_waits_for_another(closed, coordinator):
    frozen = Snapshot.objects.get()
    withdrawing.withdraw_case(case=closed, reason=WHY, by=coordinator)
    now = case_of(closed.round, 1)
    assert (now.state, now.round.state) == (CaseState.WITHDRAWN, RoundState.CLOSED)
    assert standing(now) == {}
    assert not CaseDocument.objects.kept().filter(case=now).exists()
    assert (Snapshot.objects.get().content, Snapshot.objects.get().sha256) == (frozen.content, frozen.sha256)


def test_a_case_that_is_taken_back_leaves_what_was_released_and_the_rest_stands(case, round, consultant, coordinator):
    content = release.content_of(round)
    content["cases"].append({**content["cases"][0], "number": 2, "title": "Sag 02"})
    made = Release.objects.create(round=round, by=consultant, content=content, sha256=results.fingerprint(content))
    Round.objects.filter(pk=round.pk).update(released_at=made.at, released_by=consultant)
    withdrawing.withdraw_case(case=case, reason=WHY, by=coordinator)
    now = Release.objects.get()
    assert [one["number"] for one in now.content["cases"]] == [2]
    assert (now.content["cases"], now.content["learning"]) == (content["cases"][1:], content["learning"])
    assert now.sha256 == results.fingerprint(now.content) != made.sha256
    withdrawing.withdraw_case(case=case_of(round, 3), reason=WHY, by=coordinator)  # was never in it
    assert Release.objects.get().sha256 == now.sha256


@pytest.mark.parametrize("settled", ["closed", "released"])
def test_a_file_goes_at_any_time_and_results_that_stand_stay(request, case, consultant, coordinator, settled):
    if settled == "closed":
        request.getfixturevalue("closed")
    else:
        Round.objects.filter(pk=case.round_id).update(released_at=case.round.created_at, released_by=consultant)
    withdrawing.withdraw_file(file=CaseDocument.objects.get(case=case), reason=WHY, by=coordinator)
    now = case_of(case.round, 1)
    assert now.state == CaseState.ASSURED
    assert {review.state for review in standing(now).values()} == {ReviewState.ASSURED, ReviewState.FINAL}
    assert not CaseDocument.objects.kept().filter(case=now).exists()
    assert now.round.receipt_notes.count() == 1
