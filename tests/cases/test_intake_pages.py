"""Sagsoversigt, the page of a case and of a file: what they say, and what their forms do."""

from html import unescape

import pytest

from cases.models import Case, CaseDocument
from documents.states import DocumentState
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(response):
    return unescape(response.content.decode())


def test_the_overview_says_how_many_are_ready_and_what_each_lacks(log_in, coordinator, round):
    factories.ready_case(round.cases.get(number=1), coordinator)
    factories.case_document(round.cases.get(number=2), coordinator, state=DocumentState.REFUSED, reasons=["encrypted"], name="journal.pdf")
    page = text_of(log_in(coordinator).get(round.get_absolute_url()))
    assert "1 af 3 sager klar" in page
    assert "»journal.pdf« er afvist." in page


def test_a_case_shows_its_files_by_kind_and_why_it_is_not_ready(log_in, coordinator, round):
    case = factories.filled_case(round.cases.get(number=2))
    factories.case_document(case, coordinator, name="afgørelsen.pdf", cpr=3)
    factories.case_document(case, coordinator, name="ukendt.pdf", document_type="")
    page = text_of(log_in(coordinator).get(case.get_absolute_url()))
    assert "Der mangler journalnotater, partshøring og svar, ansøgning og udredning." in page
    assert "Der mangler akttype på »ukendt.pdf«." in page
    assert "1 akt kræver stillingtagen." in page


def test_a_file_is_shown_with_its_ways_out(log_in, coordinator, round):
    file = factories.case_document(round.cases.get(number=2), coordinator, state=DocumentState.REFUSED, reasons=["encrypted"])
    url = f"{round.get_absolute_url()}akter/{file.document_id}/"
    page = text_of(log_in(coordinator).get(url))
    assert "Filen er beskyttet med adgangskode." in page and "Fjern adgangskoden" in page
    loose = factories.case_document(round, coordinator)
    assert log_in(coordinator).get(f"{round.get_absolute_url()}akter/{loose.document_id}/").status_code == 200
    assert log_in(coordinator).get(f"{round.get_absolute_url()}akter/{loose.document_id}/fjern/").status_code == 200


def test_a_loose_file_is_put_to_a_case(log_in, coordinator, round):
    loose = factories.case_document(round, coordinator, name="Journalnotat maj.pdf")
    client = log_in(coordinator)
    assert "Journalnotat maj.pdf" in text_of(client.get(round.get_absolute_url()))
    answer = client.post(f"{round.get_absolute_url()}akter/{loose.document_id}/ordn/", {"case": "3", "kind": ""})
    assert answer.status_code == 302
    put = CaseDocument.objects.get(pk=loose.pk)
    assert (put.case.number, put.document_type.slug) == (3, "journalnotater")


def test_the_list_of_rounds_leads_to_the_one_round(log_in, coordinator, consultant, engagement, round):
    answer = log_in(coordinator).get(f"/forloeb/{engagement.pk}/sager/")
    assert (answer.status_code, answer["Location"]) == (302, round.get_absolute_url())
    assert "Sager" in text_of(log_in(consultant).get(engagement.get_absolute_url()))


def test_before_the_letter_is_sent_the_municipality_is_told_what_will_come(log_in, coordinator, engagement):
    factories.round(engagement, state="preparing")
    page = text_of(log_in(coordinator).get(f"/forloeb/{engagement.pk}/sager/"))
    assert "Der er ikke indkaldt sager endnu." in page


def test_saving_a_case_keeps_what_was_written(log_in, coordinator, round):
    case = round.cases.get(number=1)
    area = round.areas.get(name="Merudgifter")
    sent = {
        "service_area": area.pk,
        "decided_on": "2. juni 2025",
        "outcome": "refused",
        "age_group": "child_7_12",
        "description": "Kost",
        "version": 0,
    }
    assert log_in(coordinator).post(f"{case.get_absolute_url()}gem/", sent).status_code == 302
    saved = Case.objects.get(pk=case.pk)
    assert (saved.service_area, str(saved.decided_on), saved.outcome, saved.description, saved.version) == (
        area,
        "2025-06-02",
        "refused",
        "Kost",
        1,
    )
