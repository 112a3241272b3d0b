"""Several people in the same case at the same moment, on a real database."""

import pytest

from accounts.models import User
from accounts.refusal import Refused
from cases.actions import filing, filling
from cases.actions.filling import Outdated
from cases.models import Case, CaseDocument
from documents.models import Document
from documents.states import DocumentState
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(catalogue, consultant, coordinator):
    return factories.round(factories.engagement(consultant), cases=2).cases.get(number=1)


def test_of_fifty_who_save_at_once_one_does_and_the_others_are_shown_its_version(case, coordinator):
    def save(number):
        person, found = User.objects.get(pk=coordinator.pk), Case.objects.get(pk=case.pk)
        return lambda: filling.fill(case=found, values={"description": f"Nr. {number}"}, version=0, by=person)

    answers = at_once(*[save(number) for number in range(50)])
    saved = [answer for answer in answers if isinstance(answer, Case)]
    outdated = [answer for answer in answers if isinstance(answer, Outdated)]
    assert (len(saved), len(outdated)) == (1, 49)
    now = Case.objects.get(pk=case.pk)
    assert (now.version, now.description) == (1, saved[0].description)
    assert {answer.case.description for answer in outdated} == {now.description}


def test_of_many_who_remove_a_file_at_once_one_does(case, coordinator):
    file = factories.case_document(case, coordinator)

    def remove():
        person = User.objects.get(pk=coordinator.pk)
        return lambda: filing.remove(file=file, by=person)

    answers = at_once(*[remove() for _ in range(8)])
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", *["Refused"] * 7]
    assert Document.objects.get(pk=file.document_id).state == DocumentState.ERASED


def test_a_file_that_is_put_to_two_cases_at_once_lies_in_one(case, coordinator):
    loose = factories.case_document(case.round, coordinator)

    def put(number):
        person, target = User.objects.get(pk=coordinator.pk), Case.objects.get(round=case.round, number=number)
        return lambda: filing.put(file=loose, case=target, kind=None, by=person)

    answers = at_once(put(1), put(2))
    assert not [answer for answer in answers if isinstance(answer, Refused)]
    assert CaseDocument.objects.get(pk=loose.pk).case.number in {1, 2}
