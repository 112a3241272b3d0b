"""Fill in a case: versions, law on the day of the decision, reasons, confirmation, emptying."""

from datetime import date
from html import unescape

import pytest
from django.apps import apps

from accounts.models import AuditEntry
from accounts.refusal import Denied, Refused
from cases.actions import filling, inviting
from cases.actions.filling import Outdated
from cases.catalogue import loader
from cases.models import Case, DocumentType
from cases.states import RoundState
from documents.models import Document
from documents.states import DocumentState
from engagements.models import Engagement, ServiceArea
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(round):
    return round.cases.get(number=1)


def sent(case: Case, **values):
    """The form as a browser sends it."""
    return {"service_area": "", "decided_on": "", "outcome": "", "age_group": "", "description": "", "version": case.version, **values}


def page_of(response) -> str:
    return unescape(response.content.decode())


def old_and_new():
    """Merudgifter before and from 1 January 2024."""
    return ServiceArea.objects.filter(area="child", name="Merudgifter").order_by("valid_from")


def test_the_second_of_two_colleagues_sees_both_versions_and_loses_nothing(log_in, coordinator, case):
    filling.fill(case=case, values={"description": "Kollegaens tekst", "outcome": "granted"}, version=0, by=coordinator)
    answer = log_in(coordinator).post(f"{case.get_absolute_url()}gem/", sent(case, description="Min tekst", outcome="granted"))
    page = page_of(answer)
    assert answer.status_code == 409
    assert "En kollega har gemt sagen imens" in page and page.count("Kollegaens tekst") == 1 and "Min tekst" in page
    assert [pair["label"] for pair in answer.context["theirs"]] == ["Beskrivelse"]
    mine = sent(case, description="Min tekst", outcome="granted") | {"version": answer.context["form"]["version"].value()}
    assert log_in(coordinator).post(f"{case.get_absolute_url()}gem/", mine).status_code == 302
    assert Case.objects.get(pk=case.pk).description == "Min tekst"


def test_an_outdated_save_is_refused_in_the_action_itself(coordinator, case):
    filling.fill(case=case, values={"description": "Først"}, version=0, by=coordinator)
    with pytest.raises(Outdated, match="En kollega har gemt Sag 01 imens"):
        filling.fill(case=case, values={"description": "Sidst"}, version=0, by=coordinator)


def test_saving_what_stands_there_already_changes_nothing(coordinator, case):
    assert filling.fill(case=case, values={"description": "", "outcome": ""}, version=0, by=coordinator).version == 0


def test_the_history_says_that_a_text_changed_and_not_which(coordinator, case):
    filling.fill(case=case, values={"description": "Følsomt", "outcome": "refused"}, version=0, by=coordinator)
    entry = AuditEntry.objects.get(verb="case.fill")
    assert entry.changes == {"udfald": [None, "refused"], "beskrivelse": [None, "ændret"]}


def test_a_service_area_must_be_law_on_the_day_of_the_decision(log_in, coordinator, case):
    old, new = old_and_new()
    answer = log_in(coordinator).post(f"{case.get_absolute_url()}gem/", sent(case, service_area=new.pk, decided_on="31.12.2023"))
    assert answer.status_code == 422
    assert "Merudgifter (barnets lov § 86) var ikke gældende ret den 31. december 2023. Vælg »Merudgifter (serviceloven § 41)«." in page_of(
        answer
    )
    for area, day in ((old, "31.12.2023"), (new, "1.1.2024")):
        version = Case.objects.get(pk=case.pk).version
        saved = log_in(coordinator).post(
            f"{case.get_absolute_url()}gem/", sent(case, service_area=area.pk, decided_on=day) | {"version": version}
        )
        assert (saved.status_code, Case.objects.get(pk=case.pk).service_area) == (302, area)


def test_the_action_itself_refuses_wrong_law_and_another_areas_catalogue(coordinator, case):
    _, new = old_and_new()
    with pytest.raises(Refused, match="var ikke gældende ret"):
        filling.fill(case=case, values={"service_area": new, "decided_on": date(2023, 12, 31)}, version=0, by=coordinator)
    adult = ServiceArea.objects.filter(area="adult").first()
    with pytest.raises(Refused, match="hører ikke til forløbets område"):
        filling.fill(case=case, values={"service_area": adult}, version=0, by=coordinator)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"decided_on": "1.1.2099"}, "Datoen ligger i fremtiden. Skriv den dag, afgørelsen blev truffet."),
        ({"decided_on": "uge 8 2025"}, "Skriv datoen som dd.mm.åååå"),
        ({"service_area": "987654"}, "Vælg et ydelsesområde på listen."),
        ({"age_group": "adult_67"}, "Vælg en aldersgruppe på listen."),
        ({"description": "x" * 201}, "højst 200"),
    ],
)
def test_wrong_input_comes_back_with_a_sentence(log_in, coordinator, case, values, error):
    answer = log_in(coordinator).post(f"{case.get_absolute_url()}gem/", sent(case, **values))
    assert answer.status_code == 422 and error in page_of(answer)
    assert Case.objects.get(pk=case.pk).version == 0


def test_a_decision_outside_the_period_is_remarked_and_never_stops(log_in, coordinator, case):
    factories.filled_case(case, decided_on=date(2024, 2, 1))
    assert "Brevet beder om afgørelser fra 1. januar 2025 til 31. december 2025." in page_of(
        log_in(coordinator).get(case.get_absolute_url())
    )


def test_a_missing_document_is_explained_and_the_reason_taken_back(log_in, coordinator, consultant, case):
    client, url = log_in(coordinator), f"{case.get_absolute_url()}mangler/ansoegning/"
    assert client.post(url, {"ansoegning-reason": "Sagen begyndte med en underretning"}).status_code == 302
    assert "»Sagen begyndte med en underretning«" in page_of(log_in(consultant).get(case.get_absolute_url()))
    client.post(url, {"ansoegning-reason": ""})
    assert not case.missing.exists()
    assert client.post(f"{case.get_absolute_url()}mangler/findes-ikke/", {}).status_code == 404


def test_cpr_numbers_are_confirmed_once_and_the_consultant_sees_it(log_in, coordinator, consultant, case):
    client, url = log_in(coordinator), f"{case.get_absolute_url()}cpr/"
    assert client.post(url, {"cpr-reason": "Sagsakter"}).status_code == 409
    factories.case_document(case, coordinator, cpr=2)
    without = client.post(url, {"cpr-reason": ""})
    assert without.status_code == 422 and page_of(without).count("Udfyld »Hvorfor skal CPR-numrene være der?«.") == 2
    assert client.post(url, {"cpr-reason": "Akter fra fagsystemet"}).status_code == 302
    assert client.post(url, {"cpr-reason": "Igen"}).status_code == 409
    page = page_of(log_in(consultant).get(case.get_absolute_url()))
    assert "Bekræftet af Hanne Koordinator den" in page and "Akter fra fagsystemet" in page


def test_an_invited_colleague_fills_in_but_does_not_confirm_cpr_numbers(coordinator, employee, case):
    inviting.invite(case=case, user=employee, by=coordinator)
    assert filling.fill(case=case, values={"description": "Ny"}, version=0, by=employee).version == 1
    factories.case_document(case, coordinator, cpr=1)
    with pytest.raises(Denied):
        filling.confirm_cpr(case=case, reason="x", by=employee)


def test_emptying_a_case_erases_its_files(log_in, coordinator, case):
    factories.ready_case(case, coordinator)
    factories.case_document(round := case.round.cases.get(number=2), coordinator)
    client, url = log_in(coordinator), f"{case.get_absolute_url()}toem/"
    assert "4 akter" not in page_of(client.get(url)) and "5 akter slettes for altid" in page_of(client.get(url))
    assert client.post(url).status_code == 302
    emptied = Case.objects.get(pk=case.pk)
    assert (emptied.service_area, emptied.outcome, emptied.description) == (None, "", "")
    assert Document.objects.filter(case_document__case=case).exclude(state=DocumentState.ERASED).count() == 0
    assert Document.objects.filter(case_document__case=round, state=DocumentState.READY).count() == 1


@pytest.mark.parametrize("state", ["completed", "aborted"])
def test_nothing_is_changed_in_an_engagement_that_is_over(coordinator, case, state):
    Engagement.objects.update(state=state)
    with pytest.raises(Refused, match="afsluttet eller afbrudt"):
        filling.fill(case=case, values={"description": "x"}, version=0, by=coordinator)


def test_a_case_that_is_handed_in_is_not_changed_while_supplements_come_in(coordinator, consultant, case):
    factories.put_round(case.round, RoundState.SUPPLEMENT, consultant)
    with pytest.raises(Refused, match="Sagen er indsendt"):
        filling.fill(case=case, values={"description": "x"}, version=0, by=coordinator)


def test_a_list_with_a_case_that_is_not_there_saves_nothing(coordinator, round):
    rows = [(1, {"description": "Første"}), (99, {"description": "Findes ikke"})]
    with pytest.raises(Refused, match="Der er ingen sag 99"):
        filling.fill_list(round=round, rows=rows, seen=0, by=coordinator)
    assert not Case.objects.filter(description="Første").exists()


def test_taking_back_a_reason_that_is_not_there_writes_nothing(coordinator, case):
    filling.explain_missing(case=case, kind=DocumentType.objects.get(slug="udredning"), reason="", by=coordinator)
    assert not AuditEntry.objects.filter(verb="case.missing_off").exists()


def test_the_kinds_of_documents_are_loaded_once_and_edits_kept():
    assert DocumentType.objects.filter(mandatory=True).count() == 5
    DocumentType.objects.filter(slug="udredning").update(mandatory=False)
    loader.load(apps)
    assert (DocumentType.objects.count(), DocumentType.objects.get(slug="udredning").mandatory) == (12, False)
