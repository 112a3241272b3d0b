"""Fifty people choose VISO's cases at the same moment: there are never six, one of them locks, and what is taken out is written no more."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import IntegrityError

from accounts import drafts
from accounts.drafts import Saved
from accounts.models import AuditEntry
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases.actions import reviewing, selecting, withdrawing
from cases.actions.reviewing import Change
from cases.models import Answer, Case, Review, Round, VisoPick, VisoSelection
from cases.states import SelectionState
from tests import factories
from tests.cases import viso_world
from tests.cases.viso_world import Viso, again
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("catalogue")
MANY = 50


@pytest.fixture
def world(catalogue) -> Viso:
    return viso_world.build(factories.person(Role.CONSULTANT), cases=20, files=False)


def fresh(world: Viso) -> Round:
    return Round.objects.get(pk=world.round.pk)


def kinds(found: list[object]) -> Counter[str]:
    return Counter(type(one).__name__ for one in found)


def chosen() -> list[int]:
    return sorted(VisoPick.objects.filter(removed_at=None).values_list("case__number", flat=True))


def test_of_fifty_who_fill_the_one_empty_place_one_does_and_a_sixth_case_never_stands_there(world):
    world.locked()
    withdrawing.withdraw_case(case=world.case(2), reason="Forkert person", by=factories.person(Role.COORDINATOR))

    def fill(number: int):
        by = again(world.jurist)
        return lambda: selecting.change(round=fresh(world), out=None, into=6 + number % 15, reason="Ledig plads", by=by)

    found = at_once(*[fill(number) for number in range(MANY)])
    assert kinds(found) == {"VisoPick": 1, "Refused": MANY - 1}
    won = next(one for one in found if isinstance(one, VisoPick))
    assert chosen() == sorted([1, 3, 4, 5, won.case.number])
    assert AuditEntry.objects.filter(verb="selection.change").count() == 1


def test_of_fifty_changes_of_the_same_case_one_is_made(world):
    world.locked()

    def change(number: int):
        by = again(world.jurist)
        return lambda: selecting.change(round=fresh(world), out=5, into=6 + number % 15, reason="Bedre", by=by)

    found = at_once(*[change(number) for number in range(MANY)])
    assert kinds(found) == {"VisoPick": 1, "Refused": MANY - 1}
    assert len(chosen()) == 5 and chosen()[:4] == [1, 2, 3, 4]


def test_a_sixth_case_cannot_be_stored_past_the_verbs_either(world):
    world.locked()
    selection, others = VisoSelection.objects.get(), list(Case.objects.filter(number__gt=5))

    def store(number: int):
        values = {"case": others[number % 15], "slot": 1 + number % 7, "size": selection.size, "by": world.jurist}
        return lambda: VisoPick.objects.create(selection=selection, **values)

    found = at_once(*[store(number) for number in range(MANY)])
    assert {type(one) for one in found} == {IntegrityError}
    assert chosen() == [1, 2, 3, 4, 5]


def test_of_fifty_locks_with_other_cases_one_is_made_and_it_holds_its_own_five(world):
    sets = [dict.fromkeys(range(first, first + 5), f"Nummer {first}") for first in range(1, 17)]

    def lock(number: int):
        by = again(world.jurist)
        return lambda: selecting.lock(round=fresh(world), picks=sets[number % 16], by=by)

    def propose(number: int):
        by = again(world.viso)
        return lambda: selecting.propose(round=fresh(world), picks=sets[number % 16], by=by)

    found = at_once(*[propose(number) if number % 5 == 0 else lock(number) for number in range(MANY)])
    locks = [one for number, one in enumerate(found) if number % 5]
    assert kinds(locks) == {"VisoSelection": 1, "Denied": len(locks) - 1}
    assert {type(one) for number, one in enumerate(found) if number % 5 == 0} <= {VisoSelection, Denied}
    first = min(chosen())
    assert (chosen(), VisoSelection.objects.get().state) == (list(range(first, first + 5)), SelectionState.LOCKED)
    assert set(VisoPick.objects.values_list("reason", flat=True)) == {f"Nummer {first}"}
    assert AuditEntry.objects.filter(verb="selection.state").count() == 1


def test_while_viso_writes_in_a_case_that_is_taken_out_every_saved_word_is_kept_and_none_comes_after(world):
    world.locked()
    review = factories.viso_review(world.case(2), world.viso, answered=False)
    codes = list(review.criteria.criteria.values_list("code", flat=True))

    def write(number: int):
        by, change = again(world.viso), Change(f"{codes[number % len(codes)]}-reason", f"Ord {number}", drafts.fingerprint(""))
        mine = Review.objects.select_related("case__round").get(pk=review.pk)
        return lambda: reviewing.save(review=mine, changes=[change], by=by)

    def take_out():
        return selecting.change(round=fresh(world), out=2, into=9, reason="For lille", by=again(world.jurist))

    found = at_once(*[write(number) for number in range(len(codes))], take_out)
    assert isinstance(found[-1], VisoPick)
    assert {type(one) for one in found[:-1]} <= {dict, Refused, Denied}
    saved = sum(isinstance(result, Saved) for one in found[:-1] if isinstance(one, dict) for result in one.values())
    review.refresh_from_db()
    assert review.ended_at is not None
    assert Answer.objects.filter(review=review).exclude(reason="").count() == saved
    assert not Answer.objects.filter(review=review, changed_at__gt=review.ended_at).exists()
    with pytest.raises((Refused, Denied)):
        write(0)()
