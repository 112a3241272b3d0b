"""A review as others read it: everything for its author, no notes and no way to the files for those who have neither."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.states import Role
from cases.models import Review
from cases.states import Rating, ReviewState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(engagement):
    return factories.reviewable_round(engagement, cases=3)


@pytest.fixture
def viso(engagement):
    person = factories.person(Role.VISO_CONSULTANT, name="Vibeke Viso")
    engagement.team_members.create(user=person, role=Role.VISO_CONSULTANT)
    engagement.__dict__.pop("_team", None)
    return person


def url(review: Review) -> str:
    return reverse("review", args=[review.case.round.engagement_id, review.case.round.kind, review.case.number])


def test_the_reading_shows_everything_to_its_author(log_in, round, jurist, coordinator):
    review = factories.legal_review(
        round.cases.get(number=1), jurist, state=ReviewState.IN_QA, rating=Rating.NOT_KEPT, internal_note="Om hele sagen"
    )
    file = factories.case_document(review.case, coordinator, handed_in=True, name="bilag.pdf")
    values = {"page": 4, "document": file, "internal_note": "Kun for os", "learning_point": "Skriv vejledningen", "good_example": True}
    review.answers.filter(criterion__code="klagevejledning").update(material=True, **values)
    page = log_in(jurist).get(url(review))
    for text in ("Ikke overholdt", "Begrundelse for klagevejledning", "bilag.pdf, side 4", "Kun for os", "Om hele sagen", "Godt eksempel"):
        assert text in page.text
    assert f"/akter/{file.document_id}/?side=4" in page.text
    assert "Væsentlig betydning for afgørelsen" in page.text and "Træk tilbage til kladde" in page.text


def test_a_consultant_reads_an_assured_review_without_the_internal_notes_and_the_way_to_the_files(
    log_in, round, jurist, consultant, coordinator
):
    review = factories.legal_review(round.cases.get(number=1), jurist, state=ReviewState.ASSURED, internal_note="Om hele sagen")
    file = factories.case_document(review.case, coordinator, handed_in=True, name="bilag.pdf")
    review.answers.filter(criterion__code="hjemmel").update(document=file, internal_note="Kun for os", reason="Begrundet")
    page = log_in(consultant).get(url(review)).text
    assert "Begrundet" in page and "bilag.pdf" in page
    assert "Kun for os" not in page and "Om hele sagen" not in page and f"/akter/{file.document_id}/" not in page
    assert "Træk tilbage" not in page


def test_viso_reads_the_jurist_when_both_are_done_and_never_the_notes(log_in, round, jurist, viso):
    factories.locked_selection(round, viso, [1])
    legal = factories.legal_review(round.cases.get(number=1), jurist, state=ReviewState.ASSURED)
    legal.answers.filter(criterion__code="hjemmel").update(internal_note="Kun for os", reason="Begrundet")
    own = factories.viso_review(round.cases.get(number=1), viso)
    client = log_in(viso)
    assert client.get(url(legal)).status_code == 404
    Review.objects.filter(pk=own.pk).update(state=ReviewState.FINAL)
    page = client.get(url(legal)).text
    assert "Begrundet" in page and "Kun for os" not in page


def test_the_reading_takes_as_many_queries_whatever_is_answered(log_in, round, jurist, coordinator):
    review = factories.legal_review(round.cases.get(number=1), jurist, state=ReviewState.IN_QA, answered=False)
    criteria, client, seen = list(review.criteria.criteria.all()), log_in(jurist), set()
    review.answers.all().delete()
    file = factories.case_document(review.case, coordinator, handed_in=True)
    for number in (1, 3, 14):
        for criterion in criteria[:number]:
            factories.answer(review, criterion, Rating.NOT_RELEVANT, document=file)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url(review)).status_code == 200
        seen.add(len(asked))
    assert len(seen) == 1, seen
