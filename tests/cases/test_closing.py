"""The end of a round: what holds it back, what is frozen, the change of phase with it, and the status measurement after it."""

from __future__ import annotations

import json

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import end_check, results, review_obligations
from cases.actions import assuring, closing
from cases.models import Case, CaseConflict, Criterion, Finding, Round, Snapshot
from cases.states import CaseState, FindingKind, FindingState, Outcome, Profession, Rating, ReviewState, RoundState
from engagements.actions import lifecycle
from engagements.actions.lifecycle import Check
from engagements.models import Engagement
from engagements.states import Phase
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db
SECRET = "Plantet hemmelighed"


@pytest.fixture
def viso(engagement) -> User:
    person = factories.person(Role.VISO_CONSULTANT, name="Vibe Viso")
    engagement.team_members.create(user=person, role=Role.VISO_CONSULTANT)
    engagement.__dict__.pop("_team", None)
    return person


@pytest.fixture
def round(engagement) -> Round:
    """Two cases, complete."""
    return factories.reviewable_round(engagement, cases=2)


@pytest.fixture
def done(round, jurist, viso) -> Round:
    """Both cases assured, the first reviewed by VISO too."""
    return finished(round, jurist, viso)


def finished(round: Round, jurist: User, viso: User) -> Round:
    for case in round.cases.all():
        factories.legal_review(case, jurist, state=ReviewState.ASSURED)
    factories.locked_selection(round, jurist, [1])
    factories.viso_review(round.cases.get(number=1), viso, state=ReviewState.FINAL)
    return round


def url(round: Round) -> str:
    return f"/forloeb/{round.engagement_id}/sager/{round.kind}/luk/"


def refusal(round: Round, by: User, **more) -> str:
    with pytest.raises(Refused) as refused:
        closing.close_round(round=round, by=by, **more)
    return str(refused.value)


# What holds it back


def test_a_round_is_closed_when_every_case_is_assured_and_not_before(round, consultant, jurist):
    factories.legal_review(round.cases.get(number=1), jurist, state=ReviewState.ASSURED)
    waiting = factories.legal_review(round.cases.get(number=2), jurist, state=ReviewState.IN_QA)
    assert refusal(round, consultant) == ("1 af 2 sager er kvalitetssikret. Runden kan lukkes, når alle er det. Det mangler i Sag 02.")
    assert Round.objects.get(pk=round.pk).state == RoundState.COMPLETE
    assert not Snapshot.objects.exists()
    Case.objects.filter(pk=waiting.case_id).update(state=CaseState.ASSURED)
    closing.close_round(round=round, by=consultant)
    assert Round.objects.get(pk=round.pk).state == RoundState.CLOSED


def test_fewer_cases_need_a_dispensation(engagement, consultant, jurist):
    round = factories.reviewable_round(engagement, cases=3)
    for case in round.cases.filter(number__lt=3):
        factories.legal_review(case, jurist, state=ReviewState.ASSURED)
    round.cases.filter(number=3).update(state=CaseState.DRAFT)
    assert refusal(round, consultant) == "2 af 3 sager er kvalitetssikret. Runden kan lukkes, når alle er det."
    Round.objects.filter(pk=round.pk).update(dispensed_count=2, dispensed_reason="To er nok", dispensed_by=consultant)
    assert closing.close_round(round=round, by=consultant).content["round"]["needed"] == 2


def test_what_viso_has_begun_it_finishes_first(done, consultant, jurist, viso):
    Round.objects.get(pk=done.pk).cases.get(number=1).reviews.filter(profession=Profession.VISO).update(state=ReviewState.DRAFT)
    assert refusal(done, consultant) == "VISO er ikke færdig med Sag 01. Vent, til gennemgangen er færdig."


def test_many_cases_that_are_left_are_counted_and_not_named(engagement, consultant):
    round = factories.reviewable_round(engagement, cases=end_check.NAMED + 1)
    assert refusal(round, consultant) == "0 af 7 sager er kvalitetssikret. Runden kan lukkes, når alle er det."


def test_only_a_consultant_of_the_team_closes_and_only_a_complete_round(done, consultant, jurist, coordinator):
    for person in (jurist, coordinator, factories.person(Role.CONSULTANT)):
        with pytest.raises(Denied):
            closing.close_round(round=done, by=person)
    Round.objects.filter(pk=done.pk).update(state=RoundState.HANDED_IN)
    with pytest.raises(Denied, match="når sagerne er komplette"):
        closing.close_round(round=done, by=consultant)


def test_a_round_is_closed_once(done, consultant):
    closing.close_round(round=done, by=consultant)
    assert refusal(done, consultant) == end_check.ALREADY
    assert Snapshot.objects.count() == 1


# What is frozen


def test_the_results_are_frozen_with_their_criteria_and_a_fingerprint(done, consultant, jurist):
    case = done.cases.select_related("service_area").get(number=1)
    rated = Criterion.objects.get(version=done.legal_criteria, code="partshoering")
    factories.answer(case.reviews.get(profession=Profession.LEGAL), rated, Rating.MATERIAL_DEFECT, good_example=False)
    made = closing.close_round(round=done, by=consultant)
    made.refresh_from_db()
    first, second = made.content["cases"]
    assert (made.legal_criteria, made.viso_criteria, made.by) == (done.legal_criteria, done.viso_criteria, consultant)
    assert (first["number"], first["service_area"], first["outcome"]) == (1, case.service_area.name, case.outcome)
    assert first["law"].startswith("barnets lov §")
    assert first["legal"]["overall"] == "agree"
    assert len(first["legal"]["answers"]) == 14
    assert first["legal"]["answers"]["partshoering"] == {
        "rating": "material_defect", "material": True, "good_example": False, "indicators": [],
    }  # fmt: skip
    assert {code: answer["rating"] for code, answer in first["viso"]["answers"].items()} == dict.fromkeys(
        ["udredning", "valg-af-indsats", "opfoelgning", "inddragelse", "helhed-og-sammenhaeng"], "high"
    )
    assert second["viso"] is None
    of_legal = made.content["criteria"]["legal"]
    assert (of_legal["set"], of_legal["version"], len(of_legal["criteria"])) == ("jura", 1, 14)
    assert made.sha256 == results.fingerprint(made.content)
    assert results.is_intact(made)
    made.content["cases"][0]["legal"]["answers"]["partshoering"]["rating"] = "no_defect"
    assert not results.is_intact(made)
    for frozen in ({"content": made.content}, {"sha256": "0" * 64}, {"legal_criteria": None}):
        with pytest.raises(ProgrammingError, match="is frozen"), transaction.atomic():
            Snapshot.objects.filter(pk=made.pk).update(**frozen)
    assert results.is_intact(Snapshot.objects.get(pk=made.pk))


def test_what_reviewers_wrote_is_not_frozen_and_cleared_findings_are(done, consultant, jurist):
    review = done.cases.get(number=1).reviews.get(profession=Profession.LEGAL)
    review.answers.update(reason=SECRET, internal_note=SECRET, learning_point=SECRET, strength=SECRET)
    type(review).objects.filter(pk=review.pk).update(internal_note=SECRET, overall_reason=SECRET)
    done.cases.update(description=SECRET, cpr_reason=SECRET)
    criterion = done.legal_criteria.criteria.get(code="partshoering")
    for state, text in ((FindingState.CLEARED, "Hør borgeren først"), (FindingState.DRAFT, SECRET), (FindingState.WITHDRAWN, SECRET)):
        Finding.objects.create(round=done, criterion=criterion, kind=FindingKind.LEARNING, text=text, state=state)
    made = closing.close_round(round=done, by=consultant)
    assert made.content["findings"] == [
        {"profession": "legal", "criterion": "partshoering", "kind": "learning", "service_area": "", "material": False,
         "text": "Hør borgeren først"}
    ]  # fmt: skip
    written = json.dumps(made.content, ensure_ascii=False)
    assert SECRET not in written
    assert not [name for name in ("Jens", "Vibe", "Hedensted") if name in written]


def test_a_review_that_counts_no_more_is_not_in_the_results(done, consultant, jurist, viso):
    review = done.cases.get(number=1).reviews.get(profession=Profession.VISO)
    type(review).objects.filter(pk=review.pk).update(ended_at=review.created_at, ended_reason="Valgt fra")
    assert closing.close_round(round=done, by=consultant).content["cases"][0]["viso"] is None


def test_the_frozen_results_stay_when_everything_under_them_changes(done, consultant):
    made = closing.close_round(round=done, by=consultant)
    Case.objects.filter(round=done).update(service_area=None, outcome=Outcome.REFUSED, state=CaseState.ERASED)
    done.legal_criteria.criteria.update(label="Noget andet")
    made.refresh_from_db()
    assert results.is_intact(made)
    assert made.content["cases"][0]["service_area"] != ""
    assert made.content != results.content_of(Round.objects.get(pk=done.pk))


def test_the_fingerprint_does_not_depend_on_the_order_of_keys():
    assert results.fingerprint({"a": 1, "b": ["æ", None]}) == results.fingerprint({"b": ["æ", None], "a": 1})
    assert results.fingerprint({"a": 1, "b": ["æ", None]}) != results.fingerprint({"a": 1, "b": [None, "æ"]})


def test_after_the_end_no_review_is_opened_again(done, consultant, jurist):
    review = done.cases.get(number=1).reviews.get(profession=Profession.LEGAL)
    closing.close_round(round=done, by=consultant)
    with pytest.raises(Refused, match="Runden er lukket"):
        assuring.reopen(review=review, text="Se igen", by=jurist)
    review.refresh_from_db()
    assert review.state == ReviewState.ASSURED


def test_the_end_stands_in_the_history_with_its_fingerprint(done, consultant):
    made = closing.close_round(round=done, by=consultant)
    entry = AuditEntry.objects.get(verb="round.close")
    assert (entry.by, entry.changes) == (consultant, {"fingeraftryk af resultatet": [None, made.sha256]})


def test_the_results_are_read_in_a_fixed_number_of_queries(engagement, jurist, viso):
    def queries_of(round: Round) -> int:
        found = Round.objects.select_related("engagement", "legal_criteria__criteria_set", "viso_criteria__criteria_set").get(pk=round.pk)
        with CaptureQueriesContext(connection) as queries:
            results.content_of(found)
        return len(queries)

    small = finished(factories.reviewable_round(engagement, cases=1), jurist, viso)
    other = factories.engagement(engagement.team()[0].user, of="Skive")
    assert queries_of(small) == queries_of(finished(factories.reviewable_round(other, cases=5), jurist, viso))


def test_a_round_that_is_released_and_not_closed_is_a_task_of_the_consultants(done, consultant, jurist):
    def tasks(person: User) -> list[tuple[str, str]]:
        found = review_obligations.find(User.objects.get(pk=person.pk), timezone.localdate())
        return [(one.verb, one.url) for one in found if one.key.startswith("close-")]

    assert tasks(consultant) == []
    Round.objects.filter(pk=done.pk).update(released_at=timezone.now(), released_by=consultant)
    assert (tasks(consultant), tasks(jurist)) == ([("Luk runden: hovedgennemgang af sager", url(done))], [])
    closing.close_round(round=done, by=consultant)
    assert tasks(consultant) == []


# The change of phase


def test_the_phase_changes_with_it_or_nothing_happens(done, consultant, monkeypatch):
    def veto(engagement: Engagement, to: Phase) -> list[Check]:
        return [Check("Noget mangler i rapporten", is_met=False, veto=True)]

    monkeypatch.setattr(lifecycle, "PHASE_HOOKS", [*lifecycle.PHASE_HOOKS, veto])
    assert refusal(done, consultant, to=Phase.PLANNING) == "Noget mangler i rapporten"
    done.refresh_from_db()
    assert (done.state, done.engagement.phase, Snapshot.objects.count()) == (RoundState.COMPLETE, Phase.ANALYSIS, 0)
    assert not AuditEntry.objects.filter(verb="round.close").exists()
    monkeypatch.undo()
    closing.close_round(round=done, by=consultant, to=Phase.PLANNING)
    done = Round.objects.get(pk=done.pk)
    assert (done.state, done.engagement.phase, Snapshot.objects.count()) == (RoundState.CLOSED, Phase.PLANNING, 1)


def test_the_analysis_is_not_left_while_the_round_is_open(done, engagement, consultant):
    with pytest.raises(Refused, match=r"Hovedgennemgang af sager er ikke lukket\. Luk runden under Sager"):
        lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant)
    closing.close_round(round=done, by=consultant)
    assert "Hovedgennemgang af sager er lukket, og resultatet er frosset" in [
        check.sentence for check in lifecycle.checklist(engagement, Phase.PLANNING) if check.is_met
    ]
    lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant)
    assert Engagement.objects.get(pk=engagement.pk).phase == Phase.PLANNING
    lifecycle.change_phase(engagement=engagement, to=Phase.ANALYSIS, by=consultant, reason="Mere analyse")


def test_a_letter_that_was_never_sent_holds_no_phase_back(engagement, consultant):
    factories.round(engagement, state=RoundState.PREPARING)
    lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant)
    assert Engagement.objects.get(pk=engagement.pk).phase == Phase.PLANNING


# The page


def test_the_page_says_what_is_missing_and_then_closes(log_in, round, consultant, jurist, viso):
    client = log_in(consultant)
    text = client.get(url(round)).text
    assert "0 af 2 sager er kvalitetssikret" in text
    assert ("Ikke kvalitetssikret" in text, ">Luk runden</button>" in text) == (True, False)
    assert "Det mangler i" not in text  # the cases are listed below
    finished(round, jurist, viso)
    text = client.get(url(round)).text
    assert "2 sager er kvalitetssikret. Når du lukker runden, fryses resultatet" in text
    assert "Juridiske kriterier, version 1" in text
    assert "VISO har gennemgået 1 af 1 sag" not in text
    assert "Kommunen har ikke fået resultaterne at se" in text
    assert client.post(url(round), {"change_phase": "on"})["Location"] == round.get_absolute_url()
    found = Round.objects.get(pk=round.pk)
    assert (found.state, found.engagement.phase) == (RoundState.CLOSED, Phase.PLANNING)
    shown = client.get(round.get_absolute_url()).text
    assert ("Resultatet blev frosset" in shown, "/luk/" in shown) == (True, False)


def test_without_the_tick_the_phase_stays(log_in, done, consultant):
    assert log_in(consultant).post(url(done)).status_code == 302
    found = Round.objects.get(pk=done.pk)
    assert (found.state, found.engagement.phase) == (RoundState.CLOSED, Phase.ANALYSIS)


def test_a_round_that_is_not_ready_is_refused_with_the_sentence(log_in, round, consultant):
    response = log_in(consultant).post(url(round))
    assert (response.status_code, "0 af 2 sager er kvalitetssikret" in response.text) == (409, True)


def test_in_another_phase_nobody_is_asked_about_it(log_in, done, consultant):
    Engagement.objects.filter(pk=done.engagement_id).update(phase=Phase.DEVELOPMENT)
    assert 'name="change_phase"' not in log_in(consultant).get(url(done)).text


def test_a_stranger_does_not_find_the_page_and_a_jurist_reads_why(log_in, done, stranger, jurist, consultant):
    assert log_in(stranger).get(url(done)).status_code == 404
    response = log_in(jurist).get(url(done))
    assert (response.status_code, "Det kan kun konsulenterne på forløbets team." in response.text) == (403, True)
    assert "/luk/" in log_in(consultant).get(done.get_absolute_url()).text
    assert "/luk/" not in log_in(jurist).get(done.get_absolute_url()).text


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RoundState.OPEN, [404, 404, 404, 404, 404, 404, 404]),
        (RoundState.HANDED_IN, [403, 403, 403, 403, 403, 404, 404]),
        (RoundState.COMPLETE, [200, 403, 403, 403, 403, 404, 404]),
        (RoundState.CLOSED, [403, 403, 403, 403, 403, 404, 404]),
    ],
)
def test_who_meets_what_in_each_state(log_in, round, consultant, jurist, viso, coordinator, leader, employee, state, expected):
    outside = factories.person(Role.CONSULTANT)
    Round.objects.filter(pk=round.pk).update(state=state)
    people = [consultant, jurist, viso, coordinator, leader, employee, outside]
    assert [log_in(person).get(url(round)).status_code for person in people] == expected


def test_a_case_that_one_is_inhabil_in_is_not_listed(log_in, round, consultant):
    first, second = round.cases.all()
    CaseConflict.objects.create(case=first, user=consultant)
    text = log_in(consultant).get(url(round)).text
    assert (first.get_absolute_url() in text, second.get_absolute_url() in text) == (False, True)


def test_the_page_asks_the_database_no_more_for_more_cases(log_in, consultant, engagement):
    client, counts = log_in(consultant), []
    for cases, place in ((1, "Hedensted"), (5, "Skive")):
        of = engagement if place == "Hedensted" else factories.engagement(consultant, of=place)
        round = factories.reviewable_round(of, cases=cases)
        client.get(url(round))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(round)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_of_many_who_close_at_once_one_does(catalogue):
    lead = factories.person(Role.CONSULTANT)
    engagement = factories.engagement(lead)
    jurist, viso = factories.person(Role.LEGAL_REVIEWER), factories.person(Role.VISO_CONSULTANT)
    round = finished(factories.reviewable_round(engagement, cases=2), jurist, viso)

    def close():
        person, found = User.objects.get(pk=lead.pk), Round.objects.get(pk=round.pk)
        return lambda: closing.close_round(round=found, by=person, to=Phase.PLANNING)

    answers = at_once(*[close() for _ in range(8)])
    assert sorted(type(answer).__name__ for answer in answers) == [*["Refused"] * 7, "Snapshot"]
    assert Snapshot.objects.get(round=round).sha256 == next(one for one in answers if isinstance(one, Snapshot)).sha256
