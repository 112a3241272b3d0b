"""The whole intake with the product's own verbs: called in, filled, handed in, asked for more, taken back, complete."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts import jobs, obligations
from accounts.models import AuditEntry, Job, Notice
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import letter, receipts
from cases.actions import calling_in, dispensing, filling, handing_in, supplementing, withdrawing
from cases.models import Case, CaseDocument, DocumentType, HandIn, Round
from cases.states import CaseState, RoundState
from documents.models import FileKey, StoredFile
from documents.states import DocumentState
from engagements.states import MilestoneState, Purpose
from tests import factories
from tests.factories import cases as intake

pytestmark = pytest.mark.django_db
LAST_YEAR = {"decided_from": date(2025, 1, 1), "decided_to": date(2025, 12, 31)}


@pytest.fixture
def jurist(db):
    return factories.person(Role.LEGAL_REVIEWER, name="Jonas Jurist")


@pytest.fixture
def leader(db):
    return factories.person(Role.LEADER, name="Lars Leder")


@pytest.fixture
def engagement(consultant, coordinator, leader, jurist):
    return factories.engagement(consultant, plan=True, team=[(jurist, Role.LEGAL_REVIEWER)])


@pytest.fixture
def round(engagement, coordinator):
    """A round of three cases that are ready."""
    made = intake.round(engagement, cases=3)
    for case in made.cases.all():
        intake.ready_case(case, coordinator)
    return made


@pytest.fixture
def handed_in(round, coordinator) -> Round:
    handing_in.hand_in(round=round, by=coordinator)
    return Round.objects.get(pk=round.pk)


def told(user, kind: str) -> list[str]:
    return [notice.title for notice in Notice.objects.filter(recipient=user, kind=kind).order_by("created_at", "pk")]


def case(round: Round, number: int) -> Case:
    return Case.objects.select_related("round__engagement").get(round=round, number=number)


# The call-in letter


def test_the_letter_opens_the_slots_and_meets_its_milestone(engagement, consultant, coordinator, leader):
    areas = intake.service_areas(engagement)
    round = calling_in.prepare(engagement=engagement, areas=areas, by=consultant, mix="Halvt af hvert", **LAST_YEAR)
    assert (round.state, round.case_count, round.cases.count()) == (RoundState.PREPARING, 20, 0)
    assert not Round.objects.visible_to(coordinator).exists()
    calling_in.send(round=round, by=consultant)
    round.refresh_from_db()
    assert (round.state, round.called_in_by, [one.number for one in round.cases.all()]) == (RoundState.OPEN, consultant, list(range(1, 21)))
    assert Round.objects.visible_to(coordinator).get() == round
    milestone = engagement.milestones.get(purposes__purpose=Purpose.CALL_IN_LETTER)
    assert (milestone.state, milestone.met_by) == (MilestoneState.MET, consultant)
    title = "Taskforcen har sendt et indkaldelsesbrev: 20 sager skal indsendes – Hedensted Kommune"
    assert (told(coordinator, "cases.called_in"), told(leader, "cases.called_in")) == ([title], [title])


def test_a_letter_that_is_sent_is_not_changed_or_sent_again(round, consultant):
    for verb in (
        lambda: calling_in.send(round=round, by=consultant),
        lambda: calling_in.revise(round=round, areas=[], by=consultant, **LAST_YEAR),
    ):
        with pytest.raises(Denied, match="er sendt"):
            verb()


def test_a_programme_without_cases_has_no_letter(consultant):
    themeday = factories.engagement(consultant, of="Skive", version=factories.version("temadag"))
    with pytest.raises(Refused, match="ingen sagsgennemgang"):
        calling_in.prepare(engagement=themeday, areas=[], by=consultant, **LAST_YEAR)


def test_nobody_is_written_to_in_a_municipality_without_people(consultant):
    alone = factories.engagement(consultant, of="Skive")
    round = calling_in.prepare(engagement=alone, areas=intake.service_areas(alone), by=consultant, **LAST_YEAR)
    with pytest.raises(Refused, match="ingen koordinator eller leder"):
        calling_in.send(round=round, by=consultant)
    assert Round.objects.get(pk=round.pk).state == RoundState.PREPARING


def test_only_a_consultant_of_the_team_writes_the_letter(engagement, coordinator, jurist):
    for person in (coordinator, jurist, factories.person(Role.CONSULTANT)):
        with pytest.raises(Denied):
            calling_in.prepare(engagement=engagement, areas=[], by=person, **LAST_YEAR)


def test_a_change_is_written_down_without_the_text_itself(engagement, consultant):
    areas = intake.service_areas(engagement)
    round = calling_in.prepare(engagement=engagement, areas=areas[:1], by=consultant, **LAST_YEAR)
    later = {"decided_from": date(2025, 2, 1), "decided_to": LAST_YEAR["decided_to"]}
    calling_in.revise(round=round, areas=areas[:1], by=consultant, note="En hemmelig bemærkning", **later)
    entry = AuditEntry.objects.get(verb="round.revise")
    assert entry.changes == {"afgørelser fra": ["2025-01-01", "2025-02-01"], "tekster": [None, ["bemærkning"]]}


def test_the_letter_is_stored_once_as_pdf(engagement, consultant, coordinator):
    round = calling_in.prepare(engagement=engagement, areas=intake.service_areas(engagement), by=consultant, **LAST_YEAR)
    calling_in.send(round=round, by=consultant)
    assert jobs.run_next()
    first = Round.objects.get(pk=round.pk).letter
    assert first is not None
    assert first.expires_at is None
    job = calling_in.order_pdf(Round.objects.get(pk=round.pk), coordinator)
    assert jobs.run_next()
    job.refresh_from_db()
    assert job.result_id == first.pk


# The hand-in


def test_exactly_the_number_of_ready_cases_is_handed_in(round, coordinator, consultant, jurist, engagement):
    made = handing_in.hand_in(round=round, by=coordinator)
    round.refresh_from_db()
    assert round.state == RoundState.HANDED_IN
    assert set(round.cases.values_list("state", flat=True)) == {CaseState.SUBMITTED}
    assert set(round.documents.values_list("handed_in", flat=True)) == {True}
    assert made.number == f"K-{timezone.localdate().year}-000001"
    lines = {(line.case_number, line.name, line.sha256, line.size) for line in made.lines.all()}
    files = CaseDocument.objects.filter(round=round).select_related("case", "document")
    assert lines == {(file.case.number, file.document.name, file.document.sha256, file.document.size) for file in files}
    due = engagement.milestones.get(purposes__purpose=Purpose.CASES_DUE)
    assert (due.state, due.met_by) == (MilestoneState.MET, coordinator)
    title = "Sagerne er indsendt – Hedensted Kommune"
    assert (told(consultant, "cases.handed_in"), told(jurist, "cases.handed_in")) == ([title], [title])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda round, by: Case.objects.filter(round=round, number=2).update(outcome=""), "2 af 3 sager er klar. 1 mere skal være klar"),
        (lambda round, by: intake.case_document(round, by), "1 fil ligger uden sag"),
        (
            lambda round, by: intake.case_document(case(round, 1), by, state=DocumentState.REFUSED, reasons=["encrypted"]),
            "2 af 3 sager er klar",
        ),
        (lambda round, by: intake.case_document(case(round, 1), by, state=DocumentState.CHECKING), "2 af 3 sager er klar"),
        (lambda round, by: intake.case_document(case(round, 1), by, cpr=2), "2 af 3 sager er klar"),
    ],
    ids=["a field is empty", "a loose file", "a refused file", "a file that is checked", "a CPR number"],
)
def test_the_hand_in_is_refused_with_what_stops_it(round, coordinator, spoil, sentence):
    spoil(round, coordinator)
    with pytest.raises(Refused, match=sentence):
        handing_in.hand_in(round=round, by=coordinator)
    assert (Round.objects.get(pk=round.pk).state, HandIn.objects.count()) == (RoundState.OPEN, 0)


def test_nobody_but_the_coordinator_hands_in_and_only_once(round, coordinator, leader, consultant, jurist):
    for person in (leader, consultant, jurist):
        with pytest.raises(Denied):
            handing_in.hand_in(round=round, by=person)
    handing_in.hand_in(round=round, by=coordinator)
    with pytest.raises(Denied, match="allerede indsendt"):
        handing_in.hand_in(round=round, by=coordinator)
    assert HandIn.objects.count() == 1


def test_numbers_follow_each_other_and_a_refused_hand_in_takes_none(round, coordinator, consultant):
    other = factories.engagement(consultant, of="Aabenraa")
    second = intake.round(other, cases=1)
    intake.ready_case(case(second, 1), coordinator)
    abroad = factories.person(Role.COORDINATOR, of="Aabenraa")
    loose = intake.case_document(second, abroad)
    with pytest.raises(Refused):
        handing_in.hand_in(round=second, by=abroad)
    CaseDocument.objects.filter(pk=loose.pk).delete()
    numbers = [handing_in.hand_in(round=round, by=coordinator).number, handing_in.hand_in(round=second, by=abroad).number]
    year = timezone.localdate().year
    assert numbers == [f"K-{year}-000001", f"K-{year}-000002"]


# Dispensation


def test_fewer_cases_are_enough_with_a_dispensation(round, coordinator, consultant):
    third = case(round, 3)
    withdrawing.withdraw_case(case=third, reason="Borgeren er fraflyttet", by=coordinator)
    with pytest.raises(Refused, match="2 af 3 sager er klar"):
        handing_in.hand_in(round=round, by=coordinator)
    dispensing.dispense(round=round, number=2, reason="Kommunen har kun to sager", by=consultant)
    made = handing_in.hand_in(round=round, by=coordinator)
    assert {line.case_number for line in made.lines.all()} == {1, 2}
    assert case(round, 3).state == CaseState.DRAFT


def test_a_dispensation_needs_a_reason_and_fewer_cases(round, coordinator, consultant):
    for number, reason in ((3, "Fordi"), (0, "Fordi"), (2, "")):
        with pytest.raises(Refused):
            dispensing.dispense(round=round, number=number, reason=reason, by=consultant)
    with pytest.raises(Denied):
        dispensing.dispense(round=round, number=2, reason="Fordi", by=coordinator)


def test_more_ready_cases_than_dispensed_to_are_refused(round, coordinator, consultant):
    dispensing.dispense(round=round, number=2, reason="To er nok", by=consultant)
    with pytest.raises(Refused, match="3 sager er klar, men I skal indsende 2"):
        handing_in.hand_in(round=round, by=coordinator)
    dispensing.take_back(round=round, by=consultant)
    assert handing_in.hand_in(round=round, by=coordinator).lines.values("case_number").distinct().count() == 3


def test_a_dispensation_stands_once_the_cases_are_handed_in(round, coordinator, consultant):
    withdrawing.withdraw_case(case=case(round, 3), reason="Fraflyttet", by=coordinator)
    dispensing.dispense(round=round, number=2, reason="To er nok", by=consultant)
    handing_in.hand_in(round=round, by=coordinator)
    with pytest.raises(Denied):
        dispensing.take_back(round=round, by=consultant)


# Supplementary files


def test_what_is_asked_for_is_handed_in_with_a_receipt_of_its_own(handed_in, coordinator, jurist, consultant):
    due = timezone.localdate() + timedelta(days=9)
    supplementing.ask(case=case(handed_in, 2), text="Partshøringen mangler", due_on=due, by=jurist)
    handed_in.refresh_from_db()
    assert handed_in.state == RoundState.SUPPLEMENT
    owed = [one for one in obligations.of(coordinator, timezone.localdate()) if one.key.startswith("supplement")]
    assert [(one.verb, one.due_on, one.is_own) for one in owed] == [("Indsend supplerende akter til Sag 02", due, True)]
    late = intake.case_document(case(handed_in, 2), coordinator, document_type="partshoering")
    made = supplementing.hand_in(case=case(handed_in, 2), by=coordinator)
    handed_in.refresh_from_db()
    assert (made.sequence, handed_in.state) == (2, RoundState.HANDED_IN)
    assert [(line.case_number, line.name) for line in made.lines.all()] == [(2, late.document.name)]
    assert CaseDocument.objects.get(pk=late.pk).handed_in
    assert told(consultant, "cases.handed_in")[-1] == "Supplerende akter er indsendt – Hedensted Kommune"
    assert not [one for one in obligations.of(coordinator, timezone.localdate()) if one.key.startswith("supplement")]


def test_a_supplement_holds_something_new_and_everything_checked(handed_in, coordinator, jurist):
    supplementing.ask(case=case(handed_in, 2), text="Mere", due_on=timezone.localdate() + timedelta(days=9), by=jurist)
    with pytest.raises(Refused, match="Upload det, der mangler"):
        supplementing.hand_in(case=case(handed_in, 2), by=coordinator)
    intake.case_document(case(handed_in, 2), coordinator, state=DocumentState.REFUSED, reasons=["encrypted"])
    with pytest.raises(Refused, match="er afvist"):
        supplementing.hand_in(case=case(handed_in, 2), by=coordinator)
    with pytest.raises(Refused, match="ikke bedt om noget i Sag 01"):
        supplementing.hand_in(case=case(handed_in, 1), by=coordinator)


def test_what_does_not_exist_is_answered_with_a_reason(handed_in, coordinator, jurist, log_in):
    supplementing.ask(case=case(handed_in, 2), text="Klagen", due_on=timezone.localdate() + timedelta(days=9), by=jurist)
    kind = DocumentType.objects.get(slug="klage-og-genvurdering")
    assert 'aria-labelledby="kind-klage-og-genvurdering"' in log_in(coordinator).get(case(handed_in, 2).get_absolute_url()).content.decode()
    filling.explain_missing(case=case(handed_in, 2), kind=kind, reason="Der er ikke klaget", by=coordinator)
    made = supplementing.hand_in(case=case(handed_in, 2), by=coordinator)
    assert (made.lines.count(), Round.objects.get(pk=handed_in.pk).state) == (0, RoundState.HANDED_IN)
    with pytest.raises(Denied, match="er indsendt"):
        filling.explain_missing(case=case(handed_in, 1), kind=kind, reason="Der er ikke klaget", by=coordinator)


def test_a_request_can_be_taken_back_and_made_only_once(handed_in, jurist, consultant, coordinator):
    due = timezone.localdate() + timedelta(days=9)
    made = supplementing.ask(case=case(handed_in, 2), text="Mere", due_on=due, by=jurist)
    with pytest.raises(Refused, match="allerede bedt om"):
        supplementing.ask(case=case(handed_in, 2), text="Mere endnu", due_on=due, by=consultant)
    supplementing.take_back(supplement=made, by=consultant)
    assert Round.objects.get(pk=handed_in.pk).state == RoundState.HANDED_IN
    with pytest.raises(Denied):
        supplementing.ask(case=case(handed_in, 2), text="Mere", due_on=due, by=coordinator)


def test_complete_waits_for_what_is_asked_for(handed_in, jurist):
    made = supplementing.ask(case=case(handed_in, 2), text="Mere", due_on=timezone.localdate() + timedelta(days=9), by=jurist)
    with pytest.raises(Refused, match="ventes på svar om Sag 02"):
        supplementing.complete(round=handed_in, by=jurist)
    supplementing.take_back(supplement=made, by=jurist)
    supplementing.complete(round=handed_in, by=jurist)
    assert Round.objects.get(pk=handed_in.pk).state == RoundState.COMPLETE


# Taken back


def test_a_file_taken_back_after_the_hand_in_is_erased_at_once_and_its_case_reopened(handed_in, coordinator, consultant, jurist):
    file = CaseDocument.objects.filter(case=case(handed_in, 1)).select_related("document__original").first()
    name, key = file.document.name, file.document.original_id
    made = withdrawing.withdraw_file(file=file, reason="Hører til en anden borger", by=coordinator)
    file.document.refresh_from_db()
    assert file.document.state == DocumentState.ERASED
    assert not FileKey.objects.filter(stored=key).exists()
    assert not StoredFile.objects.filter(pk=key).exists()
    handed_in.refresh_from_db()
    assert (handed_in.state, case(handed_in, 1).state, case(handed_in, 2).state) == (
        RoundState.SUPPLEMENT,
        CaseState.DRAFT,
        CaseState.SUBMITTED,
    )
    note = handed_in.receipt_notes.get().text
    assert note == f"1 fil i Sag 01 er trukket tilbage og slettet. Kvittering {made.number}."
    assert name not in note
    assert name in [line.name for line in handed_in.hand_ins.get().lines.all()]
    title = "Kommunen har trukket akter tilbage: Sag 01 – Hedensted Kommune"
    assert (told(consultant, "cases.withdrawn"), told(jurist, "cases.withdrawn")) == ([title], [title])


def test_a_case_taken_back_is_replaced_by_another_one_in_its_slot(handed_in, coordinator, jurist):
    supplementing.ask(case=case(handed_in, 1), text="Mere", due_on=timezone.localdate() + timedelta(days=9), by=jurist)
    made = withdrawing.withdraw_case(case=case(handed_in, 1), reason="Forkert sag", by=coordinator)
    empty = case(handed_in, 1)
    assert (made.files, empty.state, empty.service_area, empty.description, empty.supplements.count()) == (5, CaseState.DRAFT, None, "", 0)
    assert not CaseDocument.objects.kept().filter(case=empty).exists()
    with pytest.raises(Refused, match="ikke erstattet"):
        supplementing.complete(round=handed_in, by=jurist)
    intake.ready_case(empty, coordinator)
    receipt = supplementing.hand_in(case=case(handed_in, 1), by=coordinator)
    assert (receipt.lines.count(), case(handed_in, 1).state) == (5, CaseState.SUBMITTED)
    assert Round.objects.get(pk=handed_in.pk).state == RoundState.HANDED_IN


def test_a_case_taken_back_can_be_done_without_by_a_dispensation(handed_in, coordinator, consultant):
    withdrawing.withdraw_case(case=case(handed_in, 3), reason="Forkert sag", by=coordinator)
    dispensing.dispense(round=handed_in, number=2, reason="To er nok", by=consultant)
    assert Round.objects.get(pk=handed_in.pk).state == RoundState.HANDED_IN


def test_before_the_hand_in_taking_back_leaves_no_note_and_tells_nobody_of_the_team(round, coordinator, consultant):
    file = CaseDocument.objects.filter(case=case(round, 1)).first()
    made = withdrawing.withdraw_file(file=file, reason="Forkert fil", by=coordinator)
    assert made.number == f"T-{timezone.localdate().year}-000001"
    assert (round.receipt_notes.count(), told(consultant, "cases.withdrawn"), Round.objects.get(pk=round.pk).state) == (
        0,
        [],
        RoundState.OPEN,
    )


def test_nobody_else_takes_anything_back_and_not_without_a_reason(handed_in, coordinator, leader, consultant, jurist, stranger):
    file = CaseDocument.objects.filter(case=case(handed_in, 1)).first()
    for person in (leader, consultant, jurist, stranger):
        with pytest.raises(Denied):
            withdrawing.withdraw_file(file=file, reason="Forkert", by=person)
        with pytest.raises(Denied):
            withdrawing.withdraw_case(case=case(handed_in, 1), reason="Forkert", by=person)
    with pytest.raises(Refused, match="Skriv, hvorfor"):
        withdrawing.withdraw_file(file=file, reason="", by=coordinator)
    assert CaseDocument.objects.kept().filter(pk=file.pk).exists()


# Receipts on paper


def test_the_receipt_is_made_anew_when_something_was_noted_on_it(handed_in, coordinator):
    while jobs.run_next():
        pass
    first = HandIn.objects.get(round=handed_in).receipt
    assert first is not None
    withdrawing.withdraw_case(case=case(handed_in, 1), reason="Forkert sag", by=coordinator)
    assert HandIn.objects.get(round=handed_in).receipt is None
    job = receipts.order_pdf(HandIn.objects.get(round=handed_in), coordinator)
    while jobs.run_next():
        pass
    again = HandIn.objects.get(round=handed_in).receipt
    assert Job.objects.get(pk=job.pk).result_id == again.pk != first.pk


def test_the_letter_says_what_a_case_must_hold(round):
    round = Round.objects.select_related("engagement__municipality", "engagement__programme_version__programme").get(pk=round.pk)
    made = letter.letter_of(round, timezone.localdate())
    assert "Afgørelse" in [kind.name for kind in made.mandatory]
    assert made.number == 3
