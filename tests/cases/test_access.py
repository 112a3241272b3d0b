"""Who sees and does what with rounds, cases and files, by relation and state; and that queries give exactly what the policy gives."""

import pytest

from cases.models import Round
from cases.states import CaseState, RoundState
from documents.states import DocumentState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


def test_a_round_opens_with_the_slots_of_the_programme(engagement, coordinator):
    made = factories.round(engagement)
    assert [case.number for case in made.cases.all()] == list(range(1, 21))
    assert (made.state, made.case_count) == (RoundState.OPEN, 20)
    assert Round.objects.visible_to(coordinator).get() == made
    ready = factories.ready_case(made.cases.first(), coordinator)
    assert {one.document.state for one in ready.documents.all()} == {DocumentState.READY}
    flagged = factories.case_document(ready, coordinator, cpr=2)
    assert (flagged.document.state, flagged.document.cpr_findings.get().count) == (DocumentState.FLAGGED, 2)
    assert ready.state == CaseState.DRAFT
