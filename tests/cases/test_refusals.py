"""What the verbs of cases refuse, and with which sentence: too late, twice, in the wrong order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts import grants
from accounts.models import AuditEntry
from accounts.refusal import Refused
from accounts.states import Role
from cases.actions import calling_in, dispensing, handing_in, inviting, moving, supplementing, withdrawing
from cases.models import Case, CaseDocument, Round
from cases.states import RoundState
from engagements.actions import attaching, lifecycle
from engagements.models import EngagementDocument
from engagements.states import DocumentKind, EngagementState
from tests import factories
from tests.factories import cases as intake

pytestmark = pytest.mark.django_db
LAST_YEAR = {"decided_from": date(2025, 1, 1), "decided_to": date(2025, 12, 31)}
SOON = timedelta(days=9)


@pytest.fixture
def engagement(consultant, coordinator):
    return factories.engagement(consultant, plan=True)


@pytest.fixture
def prepared(engagement, consultant) -> Round:
    return calling_in.prepare(engagement=engagement, areas=intake.service_areas(engagement)[:1], by=consultant, **LAST_YEAR)


@pytest.fixture
def handed_in(engagement, coordinator) -> Round:
    made = intake.round(engagement, cases=3)
    for each in made.cases.all():
        intake.ready_case(each, coordinator)
    handing_in.hand_in(round=made, by=coordinator)
    return Round.objects.get(pk=made.pk)


def case(round: Round, number: int) -> Case:
    return Case.objects.select_related("round__engagement").get(round=round, number=number)


def soon() -> date:
    return timezone.localdate() + SOON


def test_an_engagement_has_one_main_round(engagement, prepared, consultant):
    with pytest.raises(Refused) as refusal:
        calling_in.prepare(engagement=engagement, areas=[], by=consultant, **LAST_YEAR)
    assert str(refusal.value) == calling_in.ALREADY


def test_other_areas_are_written_down_and_no_change_is_not(engagement, prepared, consultant):
    first, second = intake.service_areas(engagement)[:2]
    calling_in.revise(round=prepared, areas=[first], by=consultant, **LAST_YEAR)
    assert not AuditEntry.objects.filter(verb="round.revise").exists()
    calling_in.revise(round=prepared, areas=[second], by=consultant, **LAST_YEAR)
    assert AuditEntry.objects.get(verb="round.revise").changes == {"ydelsesområder": [[first.name], [second.name]]}


def test_no_letter_is_sent_while_the_engagement_does_not_run(engagement, prepared, consultant):
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Sommer")
    with pytest.raises(Refused) as refusal:
        calling_in.send(round=prepared, by=consultant)
    assert str(refusal.value) == calling_in.NOT_RUNNING


def test_a_dispensation_that_is_not_there_or_was_used_is_not_taken_back(engagement, coordinator, consultant):
    made = intake.round(engagement, cases=3)
    with pytest.raises(Refused, match="ikke givet dispensation"):
        dispensing.take_back(round=made, by=consultant)
    for each in made.cases.filter(number__lt=3):
        intake.ready_case(each, coordinator)
    dispensing.dispense(round=made, number=2, reason="To er nok", by=consultant)
    handing_in.hand_in(round=made, by=coordinator)
    supplementing.ask(case=case(made, 1), text="Mere", due_on=soon(), by=consultant)
    with pytest.raises(Refused, match="Der er indsendt 2 sager efter dispensationen"):
        dispensing.take_back(round=made, by=consultant)


def test_the_cases_are_not_handed_in_again_while_supplements_are_asked_for(handed_in, coordinator, consultant):
    supplementing.ask(case=case(handed_in, 1), text="Mere", due_on=soon(), by=consultant)
    supplementing.ask(case=case(handed_in, 2), text="Mere", due_on=soon(), by=consultant)
    with pytest.raises(Refused) as refusal:
        handing_in.hand_in(round=handed_in, by=coordinator)
    assert str(refusal.value) == handing_in.HANDED_IN_ALREADY


def test_a_round_goes_no_way_that_its_table_does_not_know(handed_in, consultant):
    with pytest.raises(Refused, match="Runden er allerede indsendt"):
        moving.move(handed_in, to=RoundState.OPEN, by=consultant)
    with pytest.raises(Refused, match="Sag 01 er allerede indsendt"):
        moving.move(case(handed_in, 1), to=case(handed_in, 1).state, by=consultant)


def test_supplements_are_asked_for_a_day_to_come_and_of_a_case_that_is_there(handed_in, coordinator, consultant):
    with pytest.raises(Refused, match="efter i dag"):
        supplementing.ask(case=case(handed_in, 1), text="Mere", due_on=timezone.localdate(), by=consultant)
    withdrawing.withdraw_case(case=case(handed_in, 1), reason="Forkert sag", by=coordinator)
    with pytest.raises(Refused, match="Sag 01 er trukket tilbage"):
        supplementing.ask(case=case(handed_in, 1), text="Mere", due_on=soon(), by=consultant)


def test_a_request_that_is_answered_is_not_taken_back(handed_in, coordinator, consultant):
    asked = supplementing.ask(case=case(handed_in, 2), text="Mere", due_on=soon(), by=consultant)
    supplementing.ask(case=case(handed_in, 3), text="Mere", due_on=soon(), by=consultant)
    intake.case_document(case(handed_in, 2), coordinator, document_type="partshoering")
    supplementing.hand_in(case=case(handed_in, 2), by=coordinator)
    with pytest.raises(Refused, match="allerede svaret"):
        supplementing.take_back(supplement=asked, by=consultant)


def test_a_case_taken_back_is_open_to_no_invited_colleague_any_more(engagement, coordinator):
    made = intake.round(engagement, cases=1)
    colleague = factories.person(Role.EMPLOYEE, name="Emil Medarbejder")
    inviting.invite(case=case(made, 1), user=colleague, by=coordinator)
    withdrawing.withdraw_case(case=case(made, 1), reason="Forkert sag", by=coordinator)
    assert not grants.is_invited(colleague, Role.EMPLOYEE, case(made, 1))


def test_a_second_file_taken_back_finds_its_case_open_already(handed_in, coordinator):
    for file in CaseDocument.objects.filter(case=case(handed_in, 1))[:2]:
        withdrawing.withdraw_file(file=file, reason="Forkert borger", by=coordinator)
    assert handed_in.receipt_notes.count() == 2
    assert Round.objects.get(pk=handed_in.pk).state == RoundState.SUPPLEMENT


def test_the_same_kind_once_more_is_no_change(engagement, coordinator, consultant):
    document = intake.case_document(intake.round(engagement, cases=1), coordinator).document
    attached = EngagementDocument.objects.create(engagement=engagement, document=document, kind=DocumentKind.MINUTES)
    attaching.rename_kind(attached=attached, kind=DocumentKind.MINUTES, by=consultant)
    assert not AuditEntry.objects.filter(verb="engagement.document_kind").exists()


def test_a_consultant_outside_the_team_finds_no_cases(log_in, engagement):
    outside = factories.person(Role.CONSULTANT)
    assert log_in(outside).get(f"/forloeb/{engagement.pk}/").status_code == 200
    assert log_in(outside).get(f"/forloeb/{engagement.pk}/sager/").status_code == 404
