"""Reading documents of the engagement page by page: its team and its municipality do, nobody else."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import AccessLog
from accounts.states import ReadAction, Role
from documents.models import Document
from documents.states import DocumentState, FileType
from tests import addresses, factories, paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(consultant) -> Document:
    engagement = factories.engagement(consultant, plan=False)
    made = addresses.engagement_document(engagement, consultant)
    return paper.readable(made, ["Aftale om forløbet", "Underskrifter"])


def url(document: Document, name: str = "engagement-document", *more: object) -> str:
    return reverse(name, args=[document.engagement_document.engagement_id, document.pk, *more])


def test_the_team_and_the_municipality_read_it(log_in, consultant, coordinator, document):
    for person in (consultant, coordinator, factories.person(Role.LEADER)):
        client = log_in(person)
        page = client.get(url(document), {"side": "2"})
        assert (page.status_code, page.context["viewer"].number) == (200, 2)
        assert f'src="{url(document, "engagement-document-picture", 2)}" alt="Side 2 af 2"' in page.text
        image = client.get(url(document, "engagement-document-picture", 2))
        assert Image.open(io.BytesIO(b"".join(image.streaming_content))).format == "PNG"
    rows = AccessLog.objects.filter(target_id=str(document.pk))
    assert set(rows.values_list("action", "purpose")) == {(ReadAction.VIEW, "Dokument i forløbet: Andet")}
    assert rows.count() == 3
    assert rows[0].target_name == f"Andet, dokument {str(document.pk)[:8]}"


def test_a_search_leads_to_its_page(log_in, coordinator, document):
    client = log_in(coordinator)
    sent = client.post(url(document, "engagement-document-search"), {"ord": "underskrifter", "side": "1"})
    assert sent["Location"].startswith(f"{url(document)}?side=2&soegning=")
    assert "<mark>Underskrifter</mark>" in client.get(sent["Location"]).text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN, Role.EMPLOYEE, Role.CONSULTANT, Role.LEGAL_REVIEWER])
def test_nobody_else_does(log_in, stranger, document, role):
    for person in (stranger, factories.person(role)):
        client = log_in(person)
        for address in (url(document), url(document, "engagement-document-picture", 1)):
            assert client.get(address).status_code == 404
        assert client.post(url(document, "engagement-document-search"), {"ord": "x"}).status_code == 404
    assert AccessLog.objects.count() == 0


def test_a_fresh_factor_comes_first(coordinator, document):
    client = Client()
    client.force_login(coordinator)
    assert client.get(url(document))["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(url(document, "engagement-document-picture", 1))["Location"].startswith(reverse("account_reauthenticate"))


def test_a_word_document_is_read_as_text(log_in, coordinator, document):
    Document.objects.filter(pk=document.pk).update(pages=None, file_type=FileType.DOCX)
    paper_text = log_in(coordinator).get(url(document))
    assert "Aftale om forløbet" in paper_text.text
    assert "Filen vises kun som tekst her." in paper_text.text
    assert "<img" not in paper_text.text.partition('id="document-viewer"')[2].partition("viewer-side")[0]
    assert log_in(coordinator).get(url(document, "engagement-document-picture", 1)).status_code == 404


def test_what_is_being_checked_waits(log_in, coordinator, document):
    Document.objects.filter(pk=document.pk).update(state=DocumentState.CHECKING)
    answer = log_in(coordinator).get(url(document))
    assert (answer.status_code, "kontrolleres stadig" in answer.text) == (409, True)


def test_the_list_leads_to_what_can_be_read(log_in, coordinator, document):
    there = reverse("engagement-documents", args=[document.engagement_document.engagement_id])
    assert f'href="{url(document)}"' in log_in(coordinator).get(there).text
    Document.objects.filter(pk=document.pk).update(state=DocumentState.REFUSED)
    assert f'href="{url(document)}"' not in log_in(coordinator).get(there).text
