"""*Fund*: what a review gives rise to, how it is cleared, and what it never says."""

from __future__ import annotations

from random import Random

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.drafts import fingerprint
from accounts.models import AuditEntry
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import anonymity, findings
from cases.actions import finding as actions
from cases.models import Answer, CaseConflict, Finding, Review, Round
from cases.states import FindingKind, FindingState, Rating, ReviewState
from tests import cpr_numbers, factories

pytestmark = pytest.mark.django_db
SECRET = "Plantet internt notat"
DRAFT, CLEARED, WITHDRAWN = FindingState.DRAFT, FindingState.CLEARED, FindingState.WITHDRAWN


@pytest.fixture
def viso(engagement):
    person = factories.person(Role.VISO_CONSULTANT, name="Vera Viso")
    engagement.team_members.create(user=person, role=Role.VISO_CONSULTANT)
    engagement.__dict__.pop("_team", None)
    return person


@pytest.fixture
def round(engagement, jurist, viso) -> Round:
    made = factories.reviewable_round(engagement, cases=3)
    factories.locked_selection(made, jurist, [1, 2])
    return made


@pytest.fixture
def assurer(engagement):
    person = factories.person(Role.LEGAL_REVIEWER, name="Ditte Jurist")
    engagement.team_members.create(user=person, role=Role.LEGAL_REVIEWER)
    return person


@pytest.fixture
def review(round, jurist, assurer) -> Review:
    """Assured; everything is well but what a test says."""
    return factories.legal_review(case(round, 1), jurist, state=ReviewState.ASSURED, assured_by=assurer)


def case(round: Round, number: int):
    return round.cases.select_related("round__engagement").get(number=number)


def say(review: Review, code: str, rating: Rating, **fields) -> Answer:
    return factories.answer(review, review.criteria.criteria.get(code=code), rating, **fields)


def told(round: Round) -> list[tuple[str, str, str, bool]]:
    found = Finding.objects.filter(round=round).order_by("criterion__version", "criterion__position", "kind")
    return [(one.criterion.code, one.kind, one.text, one.material) for one in found]


def weakness(review: Review, assurer, text: str = "Barnet er ikke hørt") -> Finding:
    say(review, "inddragelse", Rating.NOT_KEPT, reason=text)
    return actions.draft_from(review=review, by=assurer)[0]


def url(finding: Finding, name: str = "finding") -> str:
    return reverse(name, args=[finding.round.engagement_id, finding.round.kind, finding.pk])


# What a review gives rise to


def test_an_assured_review_gives_weaknesses_strengths_and_learning_points(round, review, assurer):
    say(review, "oplysning", Rating.MATERIAL_DEFECT, reason="Statusudtalelse mangler", internal_note=SECRET)
    say(review, "frist", Rating.PARTLY_KEPT, reason="Svaret kom sent", material=True, learning_point="Send et foreløbigt svar")
    say(review, "notatpligt", Rating.KEPT, reason="Alt er noteret samme dag", good_example=True)
    say(review, "helhed", Rating.NOT_RELEVANT, reason="Ikke relevant her")
    made = actions.draft_from(review=review, by=assurer)
    assert told(round) == [
        ("oplysning", "weakness", "Statusudtalelse mangler", True),
        ("frist", "learning", "Send et foreløbigt svar", False),
        ("frist", "weakness", "Svaret kom sent", True),
        ("notatpligt", "strength", "Alt er noteret samme dag", False),
    ]
    assert {one.state for one in made} == {DRAFT}
    assert {one.service_area for one in made} == {review.case.service_area}
    assert SECRET not in str(list(Finding.objects.values()))
    entry = AuditEntry.objects.get(verb="finding.draft")
    assert (entry.by, entry.changes) == (assurer, {"fund": [None, 4]})


def test_it_is_done_once(round, review, assurer):
    say(review, "frist", Rating.NOT_KEPT)
    assert len(actions.draft_from(review=review, by=assurer)) == 1
    before = told(round)
    assert actions.draft_from(review=review, by=assurer) == []
    assert told(round) == before


@pytest.mark.parametrize("state", [ReviewState.DRAFT, ReviewState.IN_QA, ReviewState.RETURNED])
def test_a_review_that_is_not_assured_gives_nothing(round, jurist, state):
    review = factories.legal_review(case(round, 2), jurist, state=state, rating=Rating.NOT_KEPT)
    assert actions.draft_from(review=review, by=jurist) == []


@pytest.mark.parametrize("last", ["legal", "viso"])
def test_visos_findings_wait_for_both_professions(round, jurist, viso, assurer, last):
    own = factories.viso_review(case(round, 1), viso, rating=Rating.SOME, state=ReviewState.FINAL if last == "legal" else ReviewState.DRAFT)
    own.answers.filter(criterion__code="udredning").update(strength="Grundig udredning")
    legal = factories.legal_review(case(round, 1), jurist, state=ReviewState.IN_QA if last == "legal" else ReviewState.ASSURED)
    assert actions.draft_from(review=own if last == "legal" else legal, by=assurer) == []
    Review.objects.filter(pk=legal.pk).update(state=ReviewState.ASSURED, assured_by=assurer)
    Review.objects.filter(pk=own.pk).update(state=ReviewState.FINAL)
    made = actions.draft_from(review=legal if last == "legal" else own, by=assurer)
    assert {one.criterion.version for one in made} == {round.viso_criteria}
    assert sorted(one.kind for one in made) == ["strength"] + ["weakness"] * 5


def test_a_corrected_review_corrects_its_drafts_and_leaves_words_and_clearances_alone(round, review, assurer, jurist):
    say(review, "frist", Rating.NOT_KEPT, reason="Først")
    say(review, "notatpligt", Rating.NOT_KEPT, reason="Bort")
    say(review, "vejledning", Rating.NOT_KEPT, reason="Bliver")
    made = {one.criterion.code: one for one in actions.draft_from(review=review, by=assurer)}
    actions.save_words(finding=made["frist"], text="I andre ord", base=base(made["frist"]), by=jurist)
    actions.clear(finding=made["vejledning"], text="Bliver", base=base(made["vejledning"]), by=jurist)
    say(review, "frist", Rating.NOT_KEPT, reason="Siden", material=True)
    say(review, "notatpligt", Rating.KEPT, reason="")
    say(review, "vejledning", Rating.KEPT, reason="")
    assert actions.draft_from(review=review, by=assurer) == []
    found = {one.criterion.code: one for one in Finding.objects.filter(round=round).select_related("criterion")}
    assert (found["frist"].text, found["frist"].material, found["frist"].state) == ("I andre ord", True, DRAFT)
    assert (found["notatpligt"].state, found["vejledning"].state) == (WITHDRAWN, CLEARED)


def test_a_review_that_counts_no_more_takes_its_drafts_along(round, review, assurer):
    found = weakness(review, assurer)
    actions.drop_drafts(review=review, by=assurer, reason="Sagen er trukket tilbage")
    found.refresh_from_db()
    assert found.state == WITHDRAWN
    assert AuditEntry.objects.get(verb="finding.state").reason == "Sagen er trukket tilbage"


def test_a_finding_outlives_its_case(round, review, assurer):
    found = weakness(review, assurer)
    Review.objects.filter(pk=review.pk).delete()
    found.refresh_from_db()
    assert (found.source, found.text) == (None, "Barnet er ikke hørt")
    actions.clear(finding=found, text=found.text, base=base(found), by=assurer)
    assert [one.text for one in findings.weaknesses(round)] == ["Barnet er ikke hørt"]


# Clearing


def base(finding: Finding) -> str:
    return fingerprint(finding.text)


def test_a_jurist_clears_it_in_words_that_name_nobody_and_goes_on_to_the_next(log_in, round, review, assurer, jurist):
    say(review, "frist", Rating.NOT_KEPT, reason="Svaret kom sent")
    first, second = weakness(review, assurer), Finding.objects.get(criterion__code="frist")
    if first.criterion.code == "frist":
        first, second = Finding.objects.get(criterion__code="inddragelse"), first
    response = log_in(jurist).post(url(first, "finding-clear"), {"text": " Borgeren er ikke hørt ", "base": base(first)})
    assert (response.status_code, response["Location"]) == (302, second.get_absolute_url())
    first.refresh_from_db()
    assert (first.text, first.state, first.cleared_by) == ("Borgeren er ikke hørt", CLEARED, jurist)
    assert [one.text for one in findings.weaknesses(round)] == ["Borgeren er ikke hørt"]
    verbs = set(AuditEntry.objects.filter(by=jurist).values_list("verb", flat=True))
    assert verbs >= {"finding.words", "finding.state"}
    assert "hørt" not in str(list(AuditEntry.objects.values("changes", "reason")))


def test_what_may_tell_who_it_is_asks_for_a_second_look(log_in, review, assurer, jurist):
    found, client = weakness(review, assurer), log_in(jurist)
    data = {"text": "Sofie på 14 år blev ikke hørt", "base": base(found)}
    refused = client.post(url(found, "finding-clear"), data)
    assert refused.status_code == 422
    assert "»14 år« kan være en alder" in refused.text
    found.refresh_from_db()
    assert (found.state, found.text) == (DRAFT, "Barnet er ikke hørt")
    assert client.post(url(found, "finding-clear"), data | {"sure": "on"}).status_code == 302
    found.refresh_from_db()
    assert found.state == CLEARED


def test_a_cpr_number_is_refused_and_not_stored(log_in, review, assurer, jurist):
    found, number = weakness(review, assurer), cpr_numbers.number(Random(11))
    for name in ("finding-save", "finding-clear"):
        response = log_in(jurist).post(url(found, name), {"text": f"Borger {number} er ikke hørt", "base": base(found), "sure": "on"})
        assert response.status_code == 422
        assert "ligner et CPR-nummer" in response.text
    found.refresh_from_db()
    assert found.text == "Barnet er ikke hørt"


def test_without_words_it_is_a_draft(log_in, review, assurer, jurist):
    say(review, "frist", Rating.KEPT, good_example=True)
    found, client = actions.draft_from(review=review, by=assurer)[0], log_in(jurist)
    assert (found.kind, found.text) == (FindingKind.STRENGTH, "")
    assert client.post(url(found, "finding-clear"), {"text": "  ", "base": base(found)}).status_code == 422
    with pytest.raises(Refused, match="Skriv, hvad fundet siger"):
        actions.clear(finding=found, text=" ", base=base(found), by=jurist)
    assert client.post(url(found, "finding-save"), {"text": "", "base": base(found)}).status_code == 302


def test_the_second_to_save_sees_both_texts_and_chooses(log_in, review, assurer, jurist):
    found = weakness(review, assurer)
    seen = base(found)
    actions.save_words(finding=found, text="Kollegaens ord", base=seen, by=assurer)
    client = log_in(jurist)
    conflict = client.post(url(found, "finding-clear"), {"text": "Mine egne ord", "base": seen})
    assert conflict.status_code == 409
    assert "Kollegaens ord" in conflict.text and "Mine egne ord" in conflict.text
    found.refresh_from_db()
    assert (found.text, found.state) == ("Kollegaens ord", DRAFT)
    assert client.post(url(found, "finding-clear"), {"text": "Mine egne ord", "base": conflict.context["form"].base}).status_code == 302
    found.refresh_from_db()
    assert (found.text, found.state) == ("Mine egne ord", CLEARED)


def test_nothing_is_cleared_while_its_review_is_open_again(review, assurer, jurist):
    found = weakness(review, assurer)
    Review.objects.filter(pk=review.pk).update(state=ReviewState.RETURNED, assured_by=None)
    with pytest.raises(Refused) as refusal:
        actions.clear(finding=found, text=found.text, base=base(found), by=jurist)
    assert str(refusal.value) == actions.REOPENED


def test_a_cleared_one_is_withdrawn_and_taken_up_again(log_in, round, review, assurer, jurist):
    found, client = weakness(review, assurer), log_in(jurist)
    client.post(url(found, "finding-clear"), {"text": found.text, "base": base(found)})
    assert client.post(url(found, "finding-save"), {"text": "Andet", "base": base(found)}).status_code == 403
    assert client.post(url(found, "finding-take-up")).status_code == 403
    assert client.post(url(found, "finding-withdraw")).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.cleared_by, found.cleared_at) == (WITHDRAWN, None, None)
    assert findings.weaknesses(round) == []
    assert client.post(url(found, "finding-withdraw")).status_code == 403
    assert client.post(url(found, "finding-take-up")).status_code == 302
    found.refresh_from_db()
    assert found.state == DRAFT


def test_a_consultant_reads_and_changes_nothing(log_in, review, assurer, consultant):
    found, client = weakness(review, assurer), log_in(consultant)
    page = client.get(url(found))
    assert "Barnet er ikke hørt" in page.text and "<textarea" not in page.text
    for name in ("finding-save", "finding-clear", "finding-withdraw", "finding-take-up"):
        assert client.post(url(found, name), {"text": "x", "base": base(found)}).status_code == 403
    with pytest.raises(Denied):
        actions.withdraw(finding=found, by=consultant)


@pytest.mark.parametrize("who", ["viso", "coordinator", "leader", "employee"])
def test_it_is_not_there_for_others(log_in, request, review, assurer, who):
    found, client = weakness(review, assurer), log_in(request.getfixturevalue(who))
    assert client.get(url(found)).status_code == 404
    assert client.post(url(found, "finding-clear"), {"text": "x", "base": base(found)}).status_code == 404


def test_nobody_meets_a_finding_of_a_case_that_they_are_inhabil_in(log_in, review, assurer, jurist):
    found = weakness(review, assurer)
    other = actions.draft_from(review=review, by=assurer)
    CaseConflict.objects.create(case=review.case, user=jurist)
    client = log_in(jurist)
    assert other == []
    assert client.get(url(found)).status_code == 404
    assert "Barnet er ikke hørt" not in client.get(reverse("findings", args=[found.round.engagement_id, found.round.kind])).text


# The list


def test_the_list_is_by_criterion_and_state(log_in, round, review, assurer, jurist):
    say(review, "hjemmel", Rating.MINOR_DEFECT, reason="Hjemlen er uklar")
    found = weakness(review, assurer)
    made = {one.criterion.code: one for one in Finding.objects.select_related("criterion")}
    actions.clear(finding=made["inddragelse"], text="Borgeren er ikke hørt", base=base(made["inddragelse"]), by=jurist)
    client, address = log_in(jurist), reverse("findings", args=[found.round.engagement_id, found.round.kind])
    assert [group.criterion.code for group in client.get(address).context["listed"].groups] == ["hjemmel"]
    assert [group.criterion.code for group in client.get(f"{address}?status=alle").context["listed"].groups] == ["hjemmel", "inddragelse"]
    page = client.get(f"{address}?status=cleared")
    assert "Borgeren er ikke hørt" in page.text and "Hjemlen er uklar" not in page.text
    assert [tab["label"] for tab in page.context["listed"].tabs] == [
        "Kladde (1)", "Godkendt til offentliggørelse (1)", "Trukket tilbage (0)", "Alle (2)",
    ]  # fmt: skip


def test_the_same_number_of_queries_at_1_3_and_30_findings(log_in, round, review, jurist):
    client, seen = log_in(jurist), set()
    criteria = list(review.criteria.criteria.all())
    answers = {one.criterion_id: one for one in review.answers.all()}
    for number in (1, 2, 27):
        Finding.objects.bulk_create(
            Finding(
                round=round,
                criterion=one,
                kind=FindingKind.WEAKNESS,
                text="Ord",
                source=answers[one.pk],
                service_area=review.case.service_area,
            )
            for one in (criteria * 3)[:number]
        )
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("findings", args=[round.engagement_id, round.kind])).status_code == 200
        seen.add(len(queries))
    assert len(seen) == 1, seen


# What may tell who it is


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Peter Hansen er ikke hørt.", ["Peter Hansen"]),
        ("Barnets mor Lone er ikke hørt.", ["Lone"]),
        ("Den 42-årige er ikke hørt.", ["42-årige"]),
        ("Drengen er fem år gammel, hans søster 14 år.", ["fem år gammel", "14 år"]),
        ("Afgørelsen af 3. maj 2025 i sag 07.", ["3. maj 2025", "sag 07"]),
        ("A.B. går på Nørreskolen.", ["A.B.", "Nørreskolen"]),
        ("Der gik 14 uger.", ["14"]),
    ],
)
def test_what_may_tell_who_it_is_is_pointed_out(text, words):
    assert [one.words for one in anonymity.remarks(text)] == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kommunen har ikke begrundet afgørelsen, jf. forvaltningslovens §§ 22-24.",
        "Efter barnets lov § 5, stk. 3, nr. 2, skal barnet høres. Det er ikke sket.",
        "Ankestyrelsen og VISO har set det samme: Borgeren er hørt.",
    ],
)
def test_plain_words_and_laws_raise_no_doubt(text):
    assert anonymity.remarks(text) == []
