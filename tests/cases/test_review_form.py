"""The form of a review: saving field by field and all at once, sending on, taking back, reading; and how many queries it takes."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.drafts import fingerprint
from accounts.models import AccessLog, AuditEntry
from accounts.refusal import Refused
from accounts.states import Role
from cases.actions import reviewing
from cases.models import Answer, Case, Review, Submission
from cases.states import CaseState, Overall, Profession, Rating, ReviewState, RoundState
from tests import factories

pytestmark = pytest.mark.django_db
NOTHING = fingerprint("")


@pytest.fixture
def round(engagement):
    return factories.reviewable_round(engagement, cases=3)


@pytest.fixture
def viso(engagement):
    person = factories.person(Role.VISO_CONSULTANT, name="Vibeke Viso")
    engagement.team_members.create(user=person, role=Role.VISO_CONSULTANT)
    engagement.__dict__.pop("_team", None)
    return person


@pytest.fixture
def review(round, jurist) -> Review:
    """Nobody has written in it, and its case waits."""
    made = factories.legal_review(round.cases.get(number=1), jurist, answered=False)
    Case.objects.filter(pk=made.case_id).update(state=CaseState.SUBMITTED)
    return Review.objects.get(pk=made.pk)


def url(review: Review, name: str = "") -> str:
    prefix = "review" if review.profession == Profession.LEGAL else "viso-review"
    round = review.case.round
    return reverse(f"{prefix}-{name}" if name else prefix, args=[round.engagement_id, round.kind, review.case.number])


def save_field(client, review: Review, name: str, value, base: str = NOTHING):
    return client.post(url(review, "field"), {"field": name, name: value, f"base-{name}": base})


def sent(page, **changes: object) -> dict[str, object]:
    """What the form on the page would send, with some fields changed."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    filled = {name: value for name, value in values.items() if value not in (False, None)}
    return dict(form.bases()) | filled | changes


# Saving one field


def test_a_field_is_saved_alone_and_the_case_comes_under_review(log_in, review, jurist):
    answer = save_field(log_in(jurist), review, "hjemmel-reason", "Afgørelsen nævner ingen paragraf.\r\nSlet ingen.")
    text = "Afgørelsen nævner ingen paragraf.\nSlet ingen."
    assert (answer.status_code, answer.json()["base"]) == (200, fingerprint(text))
    stored = Answer.objects.get(review=review)
    assert (stored.criterion.code, stored.reason, stored.changed_by) == ("hjemmel", text, jurist)
    review.refresh_from_db()
    assert (review.case.state, review.is_begun, review.state) == (CaseState.IN_REVIEW, True, ReviewState.DRAFT)


@pytest.mark.parametrize(
    ("name", "value", "field", "stored"),
    [
        ("hjemmel-rating", "minor_defect", "rating", Rating.MINOR_DEFECT),
        ("klagevejledning-material", "on", "material", True),
        ("hjemmel-good_example", "on", "good_example", True),
        ("hjemmel-page", "12", "page", 12),
        ("hjemmel-learning_point", "Skriv paragraffen", "learning_point", "Skriv paragraffen"),
        ("hjemmel-internal_note", "Spørg Maja", "internal_note", "Spørg Maja"),
    ],
)
def test_each_kind_of_field(log_in, review, jurist, name, value, field, stored):
    base = fingerprint(Answer._meta.get_field(field).get_default() if field in {"material", "good_example"} else "")
    assert save_field(log_in(jurist), review, name, value, base).status_code == 200
    assert getattr(Answer.objects.get(review=review), field) == stored


def test_a_document_of_the_case_and_no_other(log_in, review, jurist, coordinator):
    own = factories.case_document(review.case, coordinator, handed_in=True)
    another = factories.case_document(review.case.round.cases.get(number=2), coordinator, handed_in=True)
    client = log_in(jurist)
    assert save_field(client, review, "hjemmel-document", another.pk).status_code == 422
    assert save_field(client, review, "hjemmel-document", own.pk).status_code == 200
    assert Answer.objects.get(review=review).document == own


@pytest.mark.parametrize("name", ["hjemmel-state", "findes-ikke-reason", "reviewer", "", "-", "\x00-reason", "udredning-rating"])
def test_what_is_no_field_of_the_form_does_not_exist(log_in, review, jurist, name):
    assert save_field(log_in(jurist), review, name, "x").status_code == 404


def test_an_answer_of_another_scale_and_a_page_that_is_none_are_refused(log_in, review, jurist):
    client = log_in(jurist)
    assert save_field(client, review, "hjemmel-rating", "kept").status_code == 422
    wrong = save_field(client, review, "hjemmel-page", "bag i mappen")
    assert (wrong.status_code, wrong.json()["sentence"]) == (422, "Skriv et sidetal i »Side: Hjemmelsmangel«.")
    assert not Answer.objects.exists()


@pytest.mark.parametrize("name", ["hjemmel-reason", "hjemmel-learning_point", "hjemmel-internal_note", "overall_reason", "internal_note"])
def test_no_text_takes_a_cpr_number(log_in, review, jurist, name):
    answer = save_field(log_in(jurist), review, name, "Borgeren, cpr 010190-1234, blev ikke hørt")
    assert answer.status_code == 422
    assert "ligner et CPR-nummer" in answer.json()["sentence"] and "1234" not in answer.json()["sentence"]
    review.refresh_from_db()
    assert (Answer.objects.exists(), review.overall_reason, review.internal_note, review.is_begun) == (False, "", "", False)


def test_the_second_of_two_windows_gets_both_texts(log_in, review, jurist):
    client = log_in(jurist)
    first = save_field(client, review, "hjemmel-reason", "Fra det ene vindue")
    second = save_field(client, review, "hjemmel-reason", "Fra det andet")
    assert second.status_code == 409
    assert "Fra det ene vindue" in second.text and "Fra det andet" in second.text
    assert f'data-base="{first.json()["base"]}"' in second.text
    assert "Du gemte" in second.text and "i et andet vindue" in second.text
    assert Answer.objects.get(review=review).reason == "Fra det ene vindue"
    assert save_field(client, review, "hjemmel-reason", "Fra det andet", first.json()["base"]).status_code == 200


def test_a_conflict_says_who_and_shows_answers_in_words(log_in, review, jurist):
    before = factories.person(Role.LEGAL_REVIEWER, name="Maja Holm")
    factories.answer(review, review.criteria.criteria.get(code="hjemmel"), Rating.MATERIAL_DEFECT, changed_by=before)
    answer = save_field(log_in(jurist), review, "hjemmel-rating", "no_defect")
    assert answer.status_code == 409
    assert "Maja Holm gemte" in answer.text
    assert "Mangel med væsentlig betydning" in answer.text and "Ingen mangel" in answer.text
    assert 'data-draft-theirs value="material_defect"' in answer.text


def test_a_colleague_the_consultant_and_the_municipality_cannot_write(log_in, review, consultant, coordinator, engagement):
    colleague = factories.person(Role.LEGAL_REVIEWER)
    engagement.team_members.create(user=colleague, role=Role.LEGAL_REVIEWER)
    for person in (colleague, consultant, coordinator):
        assert save_field(log_in(person), review, "hjemmel-reason", "Ikke min").status_code == 404
    assert not Answer.objects.exists()


def test_nothing_is_written_once_the_review_was_sent_on(log_in, review, jurist):
    Review.objects.filter(pk=review.pk).update(state=ReviewState.IN_QA)
    answer = save_field(log_in(jurist), review, "hjemmel-reason", "For sent")
    assert (answer.status_code, Answer.objects.exists()) == (403, False)


def test_a_closed_round_and_a_case_that_was_taken_back_are_left_alone(log_in, review, jurist):
    client = log_in(jurist)
    page = url(review, "field")
    review.case.round.__class__.objects.update(state=RoundState.CLOSED)
    assert save_field(client, review, "hjemmel-reason", "For sent").status_code == 409
    review.case.round.__class__.objects.update(state=RoundState.COMPLETE)
    Review.objects.update(ended_at=review.created_at)
    assert client.post(page, {"field": "hjemmel-reason", "hjemmel-reason": "x"}).status_code == 404
    assert not Answer.objects.exists()


def test_the_history_says_once_an_hour_that_it_was_written_in_and_never_what(log_in, review, jurist):
    client = log_in(jurist)
    for name in ("hjemmel-reason", "oplysning-reason", "begrundelse-reason"):
        save_field(client, review, name, "Hemmelig begrundelse")
    rows = AuditEntry.objects.filter(verb="review.write", target_id=str(review.pk))
    assert [(row.by, row.changes) for row in rows] == [(jurist, {})]
    assert not [row for row in AuditEntry.objects.all() if "Hemmelig" in str(row.changes) + row.reason + row.target_name]


# Saving everything


def test_one_button_saves_everything_without_javascript(log_in, review, jurist):
    client = log_in(jurist)
    values = sent(
        client.get(url(review)),
        **{"hjemmel-rating": "no_defect", "klagevejledning-rating": "not_kept", "klagevejledning-reason": "Mangler"},
    )
    answer = client.post(url(review, "save"), values | {"overall": "agree", "bliv": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, url(review))
    stored = {one.criterion.code: (one.rating, one.reason) for one in review.answers.select_related("criterion")}
    assert stored == {"hjemmel": ("no_defect", ""), "klagevejledning": ("not_kept", "Mangler")}
    review.refresh_from_db()
    assert review.overall == Overall.AGREE


def test_a_form_that_changes_nothing_writes_nothing(log_in, review, jurist):
    client = log_in(jurist)
    client.post(url(review, "save"), sent(client.get(url(review))))
    review.refresh_from_db()
    assert (Answer.objects.exists(), review.is_begun, review.case.state) == (False, False, CaseState.SUBMITTED)


def test_without_javascript_the_second_window_keeps_what_is_typed_and_saves_the_rest(log_in, review, jurist):
    client = log_in(jurist)
    page = client.get(url(review))
    save_field(client, review, "hjemmel-reason", "Fra det ene vindue")
    late = client.post(url(review, "save"), sent(page, **{"hjemmel-reason": "Fra det andet", "oplysning-reason": "Kun her"}))
    assert late.status_code == 409
    assert late.context["form"]["hjemmel-reason"].value() == "Fra det andet"
    assert [(one.theirs, one.mine) for one in late.context["choices"]] == [("Fra det ene vindue", "Fra det andet")]
    assert dict(review.answers.values_list("criterion__code", "reason")) == {"hjemmel": "Fra det ene vindue", "oplysning": "Kun her"}
    client.post(url(review, "save"), sent(late))  # chosen: mine
    assert review.answers.get(criterion__code="hjemmel").reason == "Fra det andet"


def test_what_cannot_be_saved_stays_in_the_form_and_nothing_else_is_saved(log_in, review, jurist):
    client = log_in(jurist)
    changed = {"hjemmel-reason": "cpr 010190-1234", "oplysning-reason": "God tekst"}
    answer = client.post(url(review, "save"), sent(client.get(url(review)), **changed))
    assert answer.status_code == 422
    assert answer.context["form"]["oplysning-reason"].value() == "God tekst"
    assert not Answer.objects.exists()


def test_save_goes_on_to_the_next_case_that_is_not_finished(log_in, review, round, jurist):
    done = factories.legal_review(round.cases.get(number=2), jurist)
    open_one = factories.legal_review(round.cases.get(number=3), jurist, answered=False)
    client = log_in(jurist)
    assert client.post(url(review, "save"), sent(client.get(url(review)))).headers["Location"] == url(open_one)
    assert client.post(url(open_one, "save"), sent(client.get(url(open_one)))).headers["Location"] == url(review)  # from the beginning
    Review.objects.filter(pk=done.pk).update(overall="")
    assert client.post(url(review, "save"), sent(client.get(url(review)))).headers["Location"] == url(done)


def test_when_all_are_finished_save_leads_to_the_list(log_in, round, jurist):
    review = factories.legal_review(round.cases.get(number=2), jurist)
    client = log_in(jurist)
    assert client.post(url(review, "save"), sent(client.get(url(review)))).headers["Location"] == reverse("my-cases")


# Sending it on


def finish(client, review: Review, **changes: object):
    return client.post(url(review, "submit"), sent(client.get(url(review)), **changes))


def test_a_finished_review_goes_to_assurance_with_a_copy_of_what_was_sent(log_in, round, jurist):
    review = factories.legal_review(round.cases.get(number=1), jurist, rating=Rating.MINOR_DEFECT)
    answer = finish(log_in(jurist), review, **{"hjemmel-internal_note": "Kun for os"})
    assert answer.status_code == 302
    review.refresh_from_db()
    assert (review.state, review.case.state, review.submitted_at is not None) == (ReviewState.IN_QA, CaseState.REVIEWED, True)
    copy = Submission.objects.get(review=review)
    assert (copy.number, copy.by, copy.content["overall"]) == (1, jurist, "agree")
    assert copy.content["answers"]["hjemmel"]["rating"] == "minor_defect"
    assert copy.content["answers"]["hjemmel"]["reason"] == "Begrundelse for hjemmelsmangel"
    assert "Kun for os" not in str(copy.content)


def test_what_is_missing_is_named_and_led_to(log_in, round, jurist):
    review = factories.legal_review(round.cases.get(number=1), jurist)
    review.answers.filter(criterion__code="hjemmel").delete()
    review.answers.filter(criterion__code="klagevejledning").update(rating=Rating.NOT_KEPT)
    answer = finish(log_in(jurist), review, overall="wrong")
    assert answer.status_code == 422
    shown = [(text, target) for target, text in _links(answer.text)]
    assert shown == [
        ("Vælg en vurdering under »Hjemmelsmangel«.", "id_hjemmel-rating"),
        ("Skriv en begrundelse under »Klagevejledning«.", "id_klagevejledning-reason"),
        ("Begrund den samlede vurdering.", "id_overall_reason"),
    ]
    review.refresh_from_db()
    assert (review.state, review.overall, Submission.objects.count()) == (ReviewState.DRAFT, Overall.WRONG, 0)


def _links(text: str) -> list[tuple[str, str]]:
    summary = text.split("error-summary-list", 1)[1].split("</ul>", 1)[0]
    return [(part.split('"', 1)[0], part.split(">", 1)[1].split("<", 1)[0]) for part in summary.split('href="#')[1:]]


@pytest.mark.parametrize("rating", ["minor_defect", "material_defect", "not_relevant", "cannot_judge"])
def test_every_answer_but_the_good_one_needs_a_reason(rating, round, jurist):
    review = factories.legal_review(round.cases.get(number=1), jurist)
    review.answers.filter(criterion__code="hjemmel").update(rating=rating, reason="  ")
    with pytest.raises(reviewing.Unfinished, match=r"^Skriv en begrundelse under »Hjemmelsmangel«\.$"):
        reviewing.submit(review=review, by=jurist)


def test_it_can_be_taken_back_until_somebody_assured_it(log_in, round, jurist):
    review = factories.legal_review(round.cases.get(number=1), jurist)
    client = log_in(jurist)
    finish(client, review)
    assert client.post(url(review, "take-back")).status_code == 302
    review.refresh_from_db()
    assert (review.state, review.case.state, review.submitted_at) == (ReviewState.DRAFT, CaseState.IN_REVIEW, None)
    finish(client, review)
    assert list(review.submissions.values_list("number", flat=True)) == [1, 2]
    Review.objects.filter(pk=review.pk).update(state=ReviewState.ASSURED)
    assert client.post(url(review, "take-back")).status_code == 403


def test_a_case_that_was_put_back_goes_the_whole_way_when_it_is_sent_and_stays_where_it_is_when_taken_back(round, jurist):
    review = factories.legal_review(round.cases.get(number=1), jurist)
    Case.objects.filter(pk=review.case_id).update(state=CaseState.SUBMITTED)
    reviewing.submit(review=review, by=jurist)
    assert Case.objects.get(pk=review.case_id).state == CaseState.REVIEWED
    Case.objects.filter(pk=review.case_id).update(state=CaseState.IN_REVIEW)
    reviewing.take_back(review=review, by=jurist)
    assert Case.objects.get(pk=review.case_id).state == CaseState.IN_REVIEW


def test_a_review_that_ended_while_its_page_was_open_takes_nothing(review, jurist):
    Review.objects.update(ended_at=review.created_at)
    with pytest.raises(Refused, match="ikke længere til gennemgang"):
        reviewing.save(review=review, changes=[reviewing.Change("internal_note", "For sent", NOTHING)], by=jurist)


# VISO


def test_viso_answers_its_focus_points_and_is_done_without_assurance(log_in, round, viso):
    factories.locked_selection(round, viso, [1])
    review = factories.viso_review(round.cases.get(number=1), viso, answered=False)
    client = log_in(viso)
    assert save_field(client, review, "udredning-indicators", ["oensker", "behov"], fingerprint([])).status_code == 200
    assert save_field(client, review, "udredning-strength", "Grundig udredning").status_code == 200
    stored = Answer.objects.get(review=review)
    assert (stored.indicators, stored.strength) == (["behov", "oensker"], "Grundig udredning")
    assert finish(client, review).status_code == 422
    codes = review.criteria.criteria.values_list("code", flat=True)
    changed = {f"{code}-rating": "high" for code in codes} | {"udredning-rating": "less", "udredning-reason": "Mere om ønsker"}
    assert finish(client, review, **changed).status_code == 302
    review.refresh_from_db()
    assert (review.state, review.case.state, review.done_at is not None) == (ReviewState.FINAL, CaseState.SUBMITTED, True)
    client.post(url(review, "take-back"))
    review.refresh_from_db()
    assert (review.state, review.done_at) == (ReviewState.DRAFT, None)


def test_viso_has_no_legal_conclusion(log_in, round, viso):
    factories.locked_selection(round, viso, [1])
    review = factories.viso_review(round.cases.get(number=1), viso, answered=False)
    client = log_in(viso)
    assert "Samlet vurdering" not in client.get(url(review)).text
    assert save_field(client, review, "overall", "agree").status_code == 404


# The page


def test_the_form_shows_the_law_of_the_day_of_the_decision(log_in, review, jurist):
    client = log_in(jurist)
    Case.objects.filter(pk=review.case_id).update(decided_on=date(2023, 12, 31))
    before, after = "serviceloven §§\u00a070 og 148", "barnets lov §\u00a095"
    assert before in client.get(url(review)).text
    Case.objects.filter(pk=review.case_id).update(decided_on=date(2024, 1, 1))
    page = client.get(url(review)).text
    assert after in page and before not in page


def test_the_form_opens_without_a_look_at_any_document(log_in, review, jurist, coordinator):
    file = factories.case_document(review.case, coordinator, handed_in=True, name="Afgørelse af 3. marts.pdf")
    page = log_in(jurist).get(url(review))
    assert f"/akter/{file.document_id}/" in page.text and 'document-viewer"' in page.text
    assert not AccessLog.objects.filter(by=jurist).exists()


def test_it_begins_where_the_reviewer_left(log_in, review, jurist):
    client = log_in(jurist)
    factories.answer(review, review.criteria.criteria.get(code="hjemmel"), Rating.NO_DEFECT)
    page = client.get(url(review))
    assert (page.context["sheet"].done, page.context["begin_at"]) == (1, "oplysning-rating")
    assert page.text.count(" autofocus") == 1


@pytest.mark.parametrize("profession", Profession)
def test_the_form_takes_as_many_queries_whatever_is_answered(log_in, round, jurist, viso, coordinator, profession):
    case = round.cases.get(number=1)
    if profession == Profession.LEGAL:
        person, review = jurist, factories.legal_review(case, jurist, answered=False)
    else:
        factories.locked_selection(round, viso, [1])
        person, review = viso, factories.viso_review(case, viso, answered=False)
    client, seen = log_in(person), set()
    criteria = list(review.criteria.criteria.all())
    for number in sorted({1, 3, len(criteria)}):
        file = factories.case_document(review.case, coordinator, handed_in=True)
        for criterion in criteria[:number]:
            rating = Rating.NOT_RELEVANT if profession == Profession.LEGAL else Rating.LESS
            factories.answer(review, criterion, rating, document=file, page=3)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url(review)).status_code == 200
        seen.add(len(asked))
    assert len(seen) == 1 and max(seen) < 45, seen
