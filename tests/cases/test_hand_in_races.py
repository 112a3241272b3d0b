"""Fifty people hand in at the same moment: one does it. What is drawn, taken back or asked for at the same time stays whole."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Notice, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases.actions import dispensing, handing_in, supplementing, withdrawing
from cases.models import Case, CaseDocument, HandIn, HandInLine, Round, Withdrawal
from cases.states import CaseState, RoundState
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("catalogue")
MANY = 50


@pytest.fixture
def coordinator(catalogue) -> User:
    return factories.person(Role.COORDINATOR, name="Hanne Koordinator")


@pytest.fixture
def round(coordinator) -> Round:
    """Two cases that are ready."""
    made = factories.round(factories.engagement(factories.person(Role.CONSULTANT), plan=True), cases=2)
    for case in made.cases.all():
        factories.ready_case(case, coordinator)
    return made


def fresh(round: Round) -> Round:
    return Round.objects.get(pk=round.pk)


def kinds(found: list[object]) -> Counter[str]:
    return Counter(type(one).__name__ for one in found)


def test_of_fifty_hand_ins_at_once_one_is_made(round, coordinator):
    colleagues = [coordinator, *(factories.person(Role.COORDINATOR) for _ in range(4))]

    def hand_in(number: int):
        by = User.objects.get(pk=colleagues[number % 5].pk)
        return lambda: handing_in.hand_in(round=fresh(round), by=by)

    found = at_once(*[hand_in(number) for number in range(MANY)])
    assert kinds(found) == {"HandIn": 1, "Denied": MANY - 1}
    assert (HandIn.objects.count(), HandInLine.objects.count()) == (1, 10)
    assert AuditEntry.objects.filter(verb="hand_in.cases").count() == 1
    assert Notice.objects.filter(kind="cases.handed_in").count() == 1
    assert set(Case.objects.values_list("state", flat=True)) == {CaseState.SUBMITTED}
    assert fresh(round).state == RoundState.HANDED_IN


def test_hand_ins_of_different_municipalities_draw_numbers_without_gaps():
    works = []
    for place in ("Aabenraa", "Skive", "Svendborg", "Næstved"):
        by = factories.person(Role.COORDINATOR, of=place)
        made = factories.round(factories.engagement(factories.person(Role.CONSULTANT), of=place), cases=1)
        factories.ready_case(made.cases.get(), by)
        works.append(lambda made=made, by=by: handing_in.hand_in(round=fresh(made), by=by))
    found = at_once(*works)
    year = timezone.localdate().year
    assert sorted(one.number for one in found) == [f"K-{year}-{number:06}" for number in range(1, 5)]


def test_a_file_is_taken_back_before_the_hand_in_or_after_it_but_never_slips_between(round, coordinator):
    file = CaseDocument.objects.filter(case__number=1).order_by("pk").first()
    by = User.objects.get(pk=coordinator.pk)
    found = at_once(
        lambda: handing_in.hand_in(round=fresh(round), by=by),
        lambda: withdrawing.withdraw_file(file=CaseDocument.objects.get(pk=file.pk), reason="Forkert person", by=coordinator),
    )
    assert Withdrawal.objects.count() == 1
    if isinstance(found[0], Refused):  # taken back first: a mandatory file is missing
        assert (fresh(round).state, HandIn.objects.count()) == (RoundState.OPEN, 0)
    else:  # handed in first: the slot is open again
        assert (fresh(round).state, Case.objects.get(number=1).state) == (RoundState.SUPPLEMENT, CaseState.DRAFT)
        assert HandInLine.objects.filter(document_key=file.document_id).count() == 1


def test_a_case_is_taken_back_once(round, coordinator):
    handing_in.hand_in(round=round, by=coordinator)
    by = [User.objects.get(pk=coordinator.pk) for _ in range(3)]
    file = CaseDocument.objects.filter(case__number=1).order_by("pk").first()
    found = at_once(
        *[lambda by=one: withdrawing.withdraw_file(file=CaseDocument.objects.get(pk=file.pk), reason="Forkert", by=by) for one in by]
    )
    assert kinds(found) == {"Withdrawal": 1, "Refused": 2}


def test_one_of_two_requests_for_the_same_case_is_made(round, coordinator):
    handing_in.hand_in(round=round, by=coordinator)
    lead = round.engagement.team()[0].user
    day = timezone.localdate() + timedelta(days=9)

    def ask():
        case = Case.objects.select_related("round__engagement").get(number=1)
        return supplementing.ask(case=case, text="Mere", due_on=day, by=User.objects.get(pk=lead.pk))

    assert kinds(at_once(ask, ask, ask)) == {"Supplement": 1, "Refused": 2}


def test_a_dispensation_and_a_hand_in_do_not_cross(round, coordinator):
    lead = round.engagement.team()[0].user
    found = at_once(
        lambda: handing_in.hand_in(round=fresh(round), by=coordinator),
        lambda: dispensing.dispense(round=fresh(round), number=1, reason="En er nok", by=lead),
    )
    handed_in = HandIn.objects.count()
    assert {type(one) for one in found if isinstance(one, Exception)} <= {Refused, Denied}
    assert (fresh(round).dispensed_count is None) == bool(handed_in)
    assert handed_in + sum(isinstance(one, Round) for one in found) == 1
