"""*Frigivelse*: what the municipality will see, what must be done first, and that it sees exactly what was previewed."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Notice
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import release as results
from cases import release_told
from cases.actions import assuring, conflicting, releasing, reviewing, withdrawing
from cases.models import Case, CaseConflict, CaseDocument, Release, Review, Round, VisoSelection
from cases.states import FindingKind, FindingState, Overall, Profession, Rating, ReviewState, SelectionState
from engagements.actions import milestones
from tests import factories
from tests.cases import reviewed
from tests.cases.reviewed import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db) -> World:
    return reviewed.world()


@pytest.fixture
def hanne(coordinator):
    return coordinator


@pytest.fixture
def leader(db):
    return factories.person(Role.LEADER, name="Lone Leder")


def url(name: str, world: World) -> str:
    return reverse(name, args=[world.engagement.pk, world.round.kind])


def shown(response) -> str:
    """The part of the page that is what the municipality reads."""
    return re.search(r'<article class="result">.*?</article>', response.text, re.S).group()


# What is in it


def test_a_case_tells_its_good_examples_first_and_then_what_can_be_learned(world):
    world.answer(2, "begrundelse", good_example=True, strength="Man kan følge hvert skridt")
    world.answer(2, "oplysning", rating=Rating.MINOR_DEFECT, reason="Skolen er ikke spurgt", learning_point="Spørg skolen")
    Review.objects.filter(pk=world.review(2).pk).update(overall=Overall.UNINFORMED, overall_reason="Vi mangler skolens syn")
    case = world.content()["cases"][1]
    assert (case["number"], case["title"], case["overall"]) == (2, "Sag 02", results.GENTLE[Overall.UNINFORMED])
    assert case["overall_reason"] == "Vi mangler skolens syn"
    assert case["examples"] == [
        {
            "criterion": "Begrundelsesmangel", "answer": "Ingen mangel", "law": "forvaltningsloven §§ 22-24",
            "strength": "Man kan følge hvert skridt", "reason": "", "learning": "",
        }
    ]  # fmt: skip
    assert [(item["criterion"], item["answer"], item["reason"], item["learning"]) for item in case["answers"]] == [
        ("Utilstrækkelig sagsoplysning", "Mangel uden væsentlig betydning", "Skolen er ikke spurgt", "Spørg skolen")
    ]
    assert len(case["others"]) == 12
    assert {"criterion": "Klagevejledning", "answer": "Overholdt"} in case["others"]


def test_viso_tells_strengths_and_what_can_be_developed(world):
    world.answer(1, "udredning", Profession.VISO, rating=Rating.SOME, strength="Barnet er hørt", reason="Målene kan blive klarere")
    first, second = world.content()["cases"]
    assert first["viso"][0] == {
        "criterion": "Udredning",
        "answer": "I nogen grad",
        "strength": "Barnet er hørt",
        "development": "Målene kan blive klarere",
    }
    assert (len(first["viso"]), second["viso"]) == (5, [])


def test_what_was_cleared_opens_it_and_nothing_else_does(world):
    reviewed.cleared(world, "begrundelse", FindingKind.STRENGTH, "Breve kan forstås")
    reviewed.cleared(world, "oplysning", FindingKind.LEARNING, "Spørg tidligt")
    reviewed.cleared(world, "klagevejledning", FindingKind.LEARNING, "Spørg tidligt")
    reviewed.cleared(world, "oplysning", FindingKind.LEARNING, "Ikke godkendt", state=FindingState.DRAFT)
    reviewed.cleared(world, "oplysning", FindingKind.WEAKNESS, "En udfordring")
    content = world.content()
    assert (content["strengths"], content["learning"]) == (["Breve kan forstås"], ["Spørg tidligt"])


def test_a_review_that_is_not_done_is_not_in_it(world):
    Review.objects.filter(pk=world.review(2).pk).update(state=ReviewState.IN_QA)
    Review.objects.filter(pk=world.review(1, Profession.VISO).pk).update(state=ReviewState.DRAFT)
    assert [(case["number"], case["viso"]) for case in world.content()["cases"]] == [(1, [])]


def test_the_page_holds_no_note_no_name_and_no_count(world, log_in, hanne):
    world.answer(1, "frist", rating=Rating.NOT_KEPT, reason="Svaret kom sent", internal_note="KUN TIL OS", material=True)
    Review.objects.filter(pk=world.review(1).pk).update(internal_note="OGSÅ KUN TIL OS")
    assuring.comment(review=world.review(1), text="EN KOMMENTAR", by=world.colleague)
    world.release()
    text = shown(log_in(hanne).get(url("results", world)))
    assert "Svaret kom sent" in text
    for hidden in ("KUN TIL OS", "EN KOMMENTAR", "Jonas", "Amalie", "Vibeke", "Katrine", "%", "procent", "i alt"):
        assert (hidden, hidden in text) == (hidden, False)
    words = re.sub(r"<[^>]+>", " ", text)
    assert re.findall(r"\d+", re.sub(r"§§?\s[\d–-]+|stk\. \d+|nr\. \d+|Sag \d\d", "", words)) == []


def test_the_number_of_queries_does_not_grow(world):
    def queries(round: Round) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            results.content_of(round)
        return len(seen)

    few = queries(world.round)
    more = factories.reviewable_round(factories.engagement(world.consultant, of="Aabenraa"), cases=5)
    for case in more.cases.all():
        factories.legal_review(case, world.jurist, state=ReviewState.ASSURED, assured_by=world.colleague, rating=Rating.MINOR_DEFECT)
        factories.viso_review(case, world.viso, state=ReviewState.FINAL)
    assert queries(more) == few


# What must be done first


def test_it_waits_for_the_orientation_meeting():
    world = reviewed.world(met=False)
    with pytest.raises(Refused, match=r"når orienteringsmødet er holdt\. Markér »Orientering om sagsgennemgang«"):
        world.release()
    milestones.drop(milestone=world.meeting, reason="Bortfaldet", by=world.consultant)
    with pytest.raises(Refused, match="Tidsplanen har ingen milepæl med formålet"):
        world.release()
    assert not Release.objects.exists()


def test_a_meeting_that_was_held_by_mistake_holds_it_back_again(world):
    milestones.reopen(milestone=world.meeting, reason="Den forkerte dag", by=world.consultant)
    with pytest.raises(Refused, match="orienteringsmødet"):
        world.release()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda world: Review.objects.filter(pk=world.review(2).pk).update(state=ReviewState.IN_QA), "Gennemgangen af Sag 02 skal kvalitetssikres"),
        (lambda world: Review.objects.filter(pk=world.review(2).pk).update(ended_at=timezone.now()), "Gennemgangen af Sag 02"),
        (lambda world: Review.objects.filter(profession=Profession.LEGAL).update(state=ReviewState.DRAFT), "Sag 01 og Sag 02"),
        (lambda world: Review.objects.filter(profession=Profession.VISO).update(state=ReviewState.DRAFT), "VISO skal gøre gennemgangen af Sag 01 færdig"),
        (lambda world: VisoSelection.objects.update(state=SelectionState.OPEN), "VISO-udvalget skal låses"),
        (lambda world: Case.objects.filter(number=2).update(state="draft"), "Ikke alle sager er indsendt"),
    ],
    ids=["in assurance", "nobody's", "all drafts", "VISO's draft", "no selection", "taken back"],
)  # fmt: skip
def test_it_waits_for_every_review(world, spoil, sentence):
    spoil(world)
    with pytest.raises(Refused, match=sentence):
        world.release()
    assert Round.objects.get(pk=world.round.pk).released_at is None


def test_a_programme_without_viso_waits_for_nobody_there(world):
    version = world.engagement.programme_version
    type(version).objects.filter(pk=version.pk).update(viso_count=0)
    Review.objects.filter(profession=Profession.VISO).delete()
    world.release()
    assert Release.objects.get().content["cases"][0]["viso"] == []


def test_where_viso_reviews_all_it_waits_for_all(world):
    version = world.engagement.programme_version
    type(version).objects.filter(pk=version.pk).update(viso_count=None)
    VisoSelection.objects.update(state=SelectionState.OPEN)
    with pytest.raises(Refused, match="VISO skal gøre gennemgangen af Sag 02 færdig"):
        world.release()


def test_many_open_cases_are_not_all_named(world):
    wide = reviewed.factories.reviewable_round(factories.engagement(world.consultant, of="Skive"), cases=9)
    [sentence, _] = [one for one in results.hindrances(wide) if "Sag" in one or "VISO" in one]
    assert sentence == "Gennemgangen af Sag 01, Sag 02, Sag 03, Sag 04, Sag 05 og flere skal kvalitetssikres først."


# The release


def test_what_was_previewed_is_stored_once_and_the_municipality_is_told(world, hanne, leader):
    seen = world.seen()
    made = releasing.release(round=world.round, seen=seen, by=world.consultant)
    round = Round.objects.get(pk=world.round.pk)
    assert (made.sha256, made.by, round.released_by) == (seen, world.consultant, world.consultant)
    assert (round.released_at is not None, Release.objects.get().content) == (True, world.content())
    title = "Resultatet af sagsgennemgangen er klar til jer – Hedensted Kommune"
    told = Notice.objects.filter(kind=release_told.RELEASED)
    assert {(notice.recipient, notice.title, notice.url) for notice in told} == {
        (person, title, url("results", world)) for person in (hanne, leader)
    }
    entry = AuditEntry.objects.get(verb="round.release")
    assert (entry.by, entry.changes) == (world.consultant, {"sha-256": [None, seen]})
    with pytest.raises(Denied, match="Resultaterne er frigivet"):
        world.release()
    assert Release.objects.count() == 1


def test_the_mail_says_that_it_is_there_and_nothing_of_what_it_says(world, hanne):
    world.answer(1, "frist", rating=Rating.NOT_KEPT, reason="Svaret kom sent")
    world.release()
    [line] = release_told.describe(list(Notice.objects.filter(recipient=hanne)))
    assert (line.url, line.subject) == (url("results", world), "Læs resultatet af sagsgennemgangen – Hedensted Kommune")
    assert "Svaret" not in line.text and "Sag 0" not in line.text
    hanne.memberships.update(valid_to="2020-01-01")
    assert release_told.describe(list(Notice.objects.filter(recipient=hanne))) == []


def test_something_else_than_was_previewed_is_not_released(world):
    seen = world.seen()
    world.answer(2, "frist", rating=Rating.NOT_KEPT, reason="Svaret kom sent")
    with pytest.raises(releasing.Changed, match="ændret, siden du så dem"):
        releasing.release(round=world.round, seen=seen, by=world.consultant)
    with pytest.raises(releasing.Changed):
        releasing.release(round=world.round, seen="", by=world.consultant)
    assert (Release.objects.exists(), Notice.objects.filter(kind=release_told.RELEASED).exists()) == (False, False)


def test_only_a_consultant_of_the_team_releases(world, hanne):
    for person in (world.jurist, world.viso, hanne, factories.person(Role.CONSULTANT)):
        with pytest.raises(Denied):
            releasing.release(round=world.round, seen=world.seen(), by=person)


def test_who_is_inhabil_in_a_case_neither_sees_nor_releases_it(world, log_in):
    CaseConflict.objects.create(case=world.case(2), user=world.consultant)
    assert log_in(world.consultant).get(url("release", world)).status_code == 403
    with pytest.raises(Denied, match="Du er inhabil i en af sagerne"):
        world.release()
    other = factories.person(Role.CONSULTANT)
    world.engagement.team_members.create(user=other, role=Role.CONSULTANT)
    releasing.release(round=world.round, seen=world.seen(), by=other)
    page = log_in(world.consultant).get(url("results", world))
    assert ("Sag 01" in shown(page), "Sag 02" in shown(page)) == (True, False)


def test_what_was_released_stands_whatever_happens_to_a_review(world, hanne, log_in):
    world.answer(2, "frist", rating=Rating.NOT_KEPT, reason="Svaret kom sent")
    world.release()
    before = shown(log_in(hanne).get(url("results", world)))
    with pytest.raises(Refused, match="frigivet til kommunen, så gennemgangen kan ikke åbnes igen"):
        assuring.reopen(review=world.review(2), text="Se på fristen igen", by=world.colleague)
    with pytest.raises(Denied):
        from_viso(world)
    conflicting.declare(case=world.case(2), reason="Min nabo", by=world.jurist)
    world.answer(2, "frist", reason="Noget andet")
    withdrawing.withdraw_file(file=a_file(world, hanne), reason="Forkert person", by=hanne)
    assert shown(log_in(hanne).get(url("results", world))) == before


def from_viso(world: World) -> None:
    reviewing.take_back(review=world.review(1, Profession.VISO), by=world.viso)


def a_file(world: World, by) -> CaseDocument:
    return factories.case_document(world.case(1), by, handed_in=True)


# The pages


def test_the_municipality_reads_exactly_what_was_previewed(world, hanne, leader, log_in):
    world.answer(1, "begrundelse", good_example=True, strength="Man kan følge hvert skridt")
    reviewed.cleared(world, "oplysning", FindingKind.LEARNING, "Spørg tidligt")
    consultant = log_in(world.consultant)
    preview = consultant.get(url("release", world))
    for person in (hanne, leader, world.consultant, world.jurist, world.viso):
        assert log_in(person).get(url("results", world)).status_code == 403
    answer = consultant.post(url("release-now", world), {"seen": preview.context["seen"]})
    assert answer["Location"] == url("results", world)
    for person in (hanne, leader, world.consultant, world.jurist):
        assert shown(log_in(person).get(url("results", world))) == shown(preview)
    of_viso = shown(log_in(world.viso).get(url("results", world)))
    assert ("Sag 01" in of_viso, "Sag 02" in of_viso) == (True, False)  # it has only the first
    assert shown(preview).index("Spørg tidligt") < shown(preview).index("Godt eksempel") < shown(preview).index("sag-2-heading")
    assert consultant.get(url("release", world)).status_code == 403


def test_a_changed_review_brings_the_new_preview_and_its_own_button(world, log_in):
    client = log_in(world.consultant)
    seen = client.get(url("release", world)).context["seen"]
    world.answer(2, "frist", rating=Rating.NOT_KEPT, reason="Svaret kom sent")
    again = client.post(url("release-now", world), {"seen": seen})
    assert (again.status_code, "Svaret kom sent" in shown(again), again.context["seen"]) == (409, True, world.seen())
    assert "ændret, siden du så dem" in again.text
    assert client.post(url("release-now", world), {"seen": again.context["seen"]}).status_code == 302


def test_the_preview_says_what_is_missing_and_has_no_button_then(log_in):
    world = reviewed.world(met=False)
    client = log_in(world.consultant)
    page = client.get(url("release", world))
    assert ("orienteringsmødet er holdt" in page.text, "Frigiv til kommunen" in page.text) == (True, False)
    refused = client.post(url("release-now", world), {"seen": page.context["seen"]})
    assert (refused.status_code, "orienteringsmødet" in refused.text) == (409, True)


def test_nothing_is_previewed_where_nothing_is_done(world, log_in):
    Review.objects.update(state=ReviewState.DRAFT)
    assert "når de første gennemgange er kvalitetssikret" in log_in(world.consultant).get(url("release", world)).text


def test_strangers_and_employees_find_nothing(world, stranger, log_in):
    world.release()
    employee = factories.person(Role.EMPLOYEE)
    for person in (stranger, employee, factories.person(Role.CONSULTANT), factories.person(Role.LEGAL_REVIEWER)):
        client = log_in(person)
        assert {client.get(url(name, world)).status_code for name in ("release", "results", "seminar", "seminar-edit")} == {404}


def test_the_way_there_stands_on_the_page_of_the_cases(world, hanne, log_in):
    def ways(person) -> list[bool]:
        text = log_in(person).get(world.round.get_absolute_url()).text
        return [f'href="{url(name, world)}"' in text for name in ("release", "results", "seminar-edit")]

    assert [ways(person) for person in (world.consultant, world.jurist, hanne)] == [[True, False, True], [False, False, True], [False] * 3]
    world.release()
    assert [ways(person) for person in (world.consultant, world.jurist, hanne)] == [
        [False, True, True],
        [False, True, True],
        [False, True, False],
    ]
