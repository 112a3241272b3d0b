"""The pages of cases take the same number of queries at 1, 20 and 100 cases, with as many files."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.actions import inviting
from cases.models import Case, CaseDocument, DocumentType
from documents.models import Document
from documents.states import DocumentState, FileClass
from tests import factories

pytestmark = pytest.mark.django_db
SIZES = (1, 20, 100)


def queries(client, url: str, **headers: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url, headers=headers).status_code == 200
    return len(seen)


def many_files(case: Case, by, number: int) -> None:
    """Rows without bytes, written at once."""
    values = {"scope": case.round.engagement.scope, "size": 1, "sha256": "0" * 64, "file_class": FileClass.CASE, "uploaded_by": by}
    made = Document.objects.bulk_create(Document(name=f"{n}.pdf", state=DocumentState.READY, **values) for n in range(number))
    kinds = list(DocumentType.objects.all())
    CaseDocument.objects.bulk_create(
        CaseDocument(round=case.round, case=case, document=document, document_type=kinds[n % len(kinds)]) for n, document in enumerate(made)
    )


@pytest.mark.parametrize("who", ["coordinator", "consultant", "leader"])
def test_the_overview_of_cases(log_in, request, consultant, coordinator, who):
    client, found, parts = log_in(request.getfixturevalue(who)), set(), set()
    for size, place in zip(SIZES, ("Hedensted", "Hedensted", "Hedensted")):
        round = factories.round(factories.engagement(consultant, of=place), cases=size)
        for case in round.cases.select_related("round__engagement__scope"):
            factories.filled_case(case)
            many_files(case, coordinator, 2)
        found.add(queries(client, round.get_absolute_url()))
        parts.add(queries(client, round.get_absolute_url(), **{"HX-Request": "true", "HX-Target": "board"}))
    assert (len(found), len(parts)) == (1, 1), (found, parts)
    assert max(found) < 40


@pytest.mark.parametrize("who", ["coordinator", "consultant", "employee"])
def test_the_page_of_a_case(log_in, request, round, coordinator, who):
    case = Case.objects.select_related("round__engagement__scope").get(round=round, number=1)
    if who == "employee":
        inviting.invite(case=case, user=request.getfixturevalue("employee"), by=coordinator)
    client, found, there = log_in(request.getfixturevalue(who)), set(), 0
    for size in SIZES:
        many_files(case, coordinator, size - there)
        there = size
        found.add(queries(client, case.get_absolute_url()))
    assert len(found) == 1, found
    assert max(found) < 50


def test_the_preview_of_a_list(log_in, round, coordinator):
    client, found = log_in(coordinator), set()
    for size in (1, 3):
        cache.clear()
        rows = "".join(f"{number}\tMerudgifter\t2.6.2025\tafslag\t9\tKost\n" for number in range(1, size + 1))
        with CaptureQueriesContext(connection) as seen:
            assert client.post(f"{round.get_absolute_url()}indsaet/kontrol/", {"text": rows}).status_code == 200
        found.add(len(seen))
    assert len(found) == 1
