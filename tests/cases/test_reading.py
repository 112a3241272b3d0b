"""Who reads what is in a file of a case, when, and what is written of it. Page by page, searched, fetched."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import grants
from accounts.models import AccessLog, AuditEntry
from accounts.states import ReadAction, Role
from cases.models import CaseDocument
from cases.states import RoundState
from documents import viewing
from documents.models import Document, DocumentPage
from documents.states import DocumentState
from engagements.models import Engagement
from tests import factories, paper

pytestmark = pytest.mark.django_db
TEXTS = ["Ansøgning om merudgifter", "Kommunens afgørelse", "Klage over afgørelsen <b>"]
PAGES = ["case-file", "case-file-picture", "case-file-download"]


@pytest.fixture
def engagement(consultant) -> Engagement:
    return factories.engagement(consultant, plan=False)


@pytest.fixture
def file(engagement, coordinator) -> CaseDocument:
    round = factories.round(engagement)
    made = factories.case_document(round.cases.get(number=7), coordinator, name="Afgørelse.pdf")
    paper.readable(made.document, TEXTS)
    return CaseDocument.objects.select_related("document", "case__round__engagement", "round__engagement").get(pk=made.pk)


@pytest.fixture
def jurist(engagement):
    user = factories.person(Role.LEGAL_REVIEWER, name="Jytte Jurist")
    engagement.team_members.create(user=user, role=Role.LEGAL_REVIEWER)
    return user


def url(file: CaseDocument, name: str = "case-file", *more: object) -> str:
    return reverse(name, args=[file.round.engagement_id, file.round.kind, file.case.number, file.document_id, *more])


def urls(file: CaseDocument) -> list[str]:
    return [url(file, name, *([1] if name == "case-file-picture" else [])) for name in PAGES]


def statuses(client: Client, file: CaseDocument) -> set[int]:
    found = {client.get(one).status_code for one in urls(file)}
    return found | {client.post(url(file, "case-file-search"), {"ord": "afgørelse"}).status_code}


def hand_in(file: CaseDocument) -> None:
    factories.put_round(file.round, RoundState.HANDED_IN, file.round.created_by)


def test_the_coordinator_reads_page_by_page(log_in, coordinator, file):
    client = log_in(coordinator)
    page = client.get(url(file), {"side": "2"})
    assert page.status_code == 200
    assert page.context["viewer"].number == 2
    assert f'src="{url(file, "case-file-picture", 2)}" alt="Side 2 af 3"' in page.text
    assert "Kommunens afgørelse" in page.text
    assert f'href="{url(file)}?side=3"' in page.text
    assert f'href="{url(file)}"' in page.text
    image = client.get(url(file, "case-file-picture", 2))
    assert Image.open(io.BytesIO(b"".join(image.streaming_content))).size == (909, 1287)


def test_a_text_in_a_document_is_never_markup(log_in, coordinator, file):
    page = log_in(coordinator).get(url(file), {"side": "3"}).text
    assert "<b>" not in page.partition('id="document-viewer"')[2]
    assert "Klage over afgørelsen &lt;b&gt;" in page


def test_a_search_goes_to_the_next_place_and_its_words_stay_out_of_the_address(log_in, coordinator, file):
    client = log_in(coordinator)
    sent = client.post(url(file, "case-file-search"), {"ord": "AFGØRELSE", "side": "3"})
    assert (sent.status_code, "AFG" in sent["Location"]) == (302, False)
    assert sent["Location"].startswith(f"{url(file)}?side=3&soegning=")
    page = client.get(sent["Location"])
    assert "<mark>afgørelse</mark>n" in page.text
    assert "2 steder på 2 sider" in page.text
    nothing = client.get(client.post(url(file, "case-file-search"), {"ord": "hund", "side": "2"})["Location"])
    assert (nothing.context["viewer"].number, "Intet sted i dokumentets tekst står »hund«." in nothing.text) == (2, True)
    empty = client.post(url(file, "case-file-search"), {"ord": " ", "side": "2"})
    assert empty["Location"] == f"{url(file)}?side=2"


def test_the_file_is_fetched_without_active_content_under_its_own_name(log_in, coordinator, file):
    response = log_in(coordinator).get(url(file, "case-file-download"))
    assert b"".join(response.streaming_content) == paper.pdf(TEXTS)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Afg%C3%B8relse.pdf"
    row = AccessLog.objects.get()
    assert (row.by, row.action, row.purpose) == (coordinator, ReadAction.DOWNLOAD, "Akt i Sag 07")


def test_an_opening_is_one_row_before_the_bytes_and_names_no_file(log_in, coordinator, file):
    client = log_in(coordinator)
    for page in ("", "?side=2", "?side=3"):
        assert client.get(url(file) + page).status_code == 200
        client.get(url(file, "case-file-picture", 1))
    row = AccessLog.objects.get()
    assert (row.by, row.action, row.purpose, row.scope) == (coordinator, ReadAction.VIEW, "Akt i Sag 07", file.document.scope)
    assert row.target_name == f"Sag 07, dokument {str(file.document_id)[:8]}"


def test_a_picture_that_is_asked_for_alone_is_an_opening_too(log_in, coordinator, file):
    log_in(coordinator).get(url(file, "case-file-picture", 2))
    assert AccessLog.objects.get().target_id == str(file.document_id)


def test_looking_writes_nothing_but_its_row(log_in, coordinator, file):
    client, before = log_in(coordinator), AuditEntry.objects.count()
    for one in urls(file):
        client.get(one)
    assert (DocumentPage.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_before_the_hand_in_the_municipality_reads_and_nobody_else(log_in, coordinator, stranger, consultant, jurist, file):
    assert statuses(log_in(coordinator), file) == {200, 302}
    assert statuses(log_in(stranger), file) == {404}
    assert statuses(log_in(jurist), file) == {404}
    assert statuses(log_in(consultant), file) == {403}
    assert AccessLog.objects.filter(by__in=[stranger, consultant, jurist]).count() == 0


def test_after_the_hand_in_the_jurist_reads_and_the_municipality_no_more(log_in, coordinator, consultant, jurist, file):
    client = log_in(coordinator)
    client.get(url(file))
    hand_in(file)
    assert statuses(client, file) == {403}
    assert "Sagerne er indsendt, så akterne kan ikke længere åbnes af kommunen." in client.get(url(file)).text
    assert statuses(log_in(consultant), file) == {403}
    assert statuses(log_in(jurist), file) == {200, 302}
    assert set(AccessLog.objects.filter(target_id=str(file.document_id)).values_list("by", flat=True)) == {coordinator.pk, jurist.pk}


@pytest.mark.parametrize("role", [Role.LEADER, Role.VISO_CONSULTANT, Role.AUDITOR, Role.ADMIN])
@pytest.mark.parametrize("is_handed_in", [False, True])
def test_those_who_never_read_never_read(log_in, engagement, file, role, is_handed_in):
    person = factories.person(role)
    if role == Role.VISO_CONSULTANT:
        engagement.team_members.create(user=person, role=role)
    if is_handed_in:
        hand_in(file)
    assert statuses(log_in(person), file) <= {403, 404}
    assert AccessLog.objects.count() == 0


def test_an_invited_colleague_reads_their_case_and_no_other(log_in, coordinator, file):
    employee = factories.person(Role.EMPLOYEE, name="Mette Medarbejder")
    assert statuses(log_in(employee), file) == {404}
    grants.give(user=employee, target=file.case, scope=file.document.scope, actions=["view"], by=coordinator)
    page = log_in(employee).get(url(file))
    assert (page.status_code, page.context["crumbs"][0][0]) == (200, "Sag 07")
    other = factories.case_document(file.round.cases.get(number=8), coordinator)
    paper.readable(other.document, TEXTS)
    assert log_in(employee).get(url(CaseDocument.objects.get(pk=other.pk))).status_code == 404


def test_somebody_inhabil_reads_nothing(log_in, jurist, file):
    hand_in(file)
    factories.conflict(jurist)
    assert statuses(log_in(jurist), file) == {404}


def test_a_fresh_factor_comes_first(coordinator, file):
    client = Client()
    client.force_login(coordinator)
    for one in urls(file):
        assert client.get(one)["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(url(file, "case-file-search"), {"ord": "x"})["Location"].startswith(reverse("account_reauthenticate"))
    assert AccessLog.objects.count() == 0


@pytest.mark.parametrize(("state", "sentence"), [(DocumentState.WAITING, "kontrolleres stadig"), (DocumentState.REFUSED, "blev afvist")])
def test_what_is_not_checked_is_not_shown(log_in, coordinator, file, state, sentence):
    Document.objects.filter(pk=file.document_id).update(state=state)
    client = log_in(coordinator)
    assert statuses(client, file) == {409}
    assert sentence in client.get(url(file)).text
    assert AccessLog.objects.count() == 0


def test_a_flagged_file_is_read_by_the_one_who_decides(log_in, coordinator, file):
    Document.objects.filter(pk=file.document_id).update(state=DocumentState.FLAGGED, pages_without_text=[3])
    page = log_in(coordinator).get(url(file), {"side": "3"})
    assert "Denne side er et billede uden tekst. 1 side uden tekst kan ikke søges igennem" in page.text


def test_an_erased_file_is_gone(log_in, coordinator, file):
    Document.objects.filter(pk=file.document_id).update(state=DocumentState.ERASED, original=None, cleaned=None, text=None)
    assert statuses(log_in(coordinator), file) == {404}


def test_the_address_tells_the_case(log_in, coordinator, file):
    wrong = reverse("case-file", args=[file.round.engagement_id, file.round.kind, 8, file.document_id])
    assert log_in(coordinator).get(wrong).status_code == 404
    assert log_in(coordinator).get(url(file, "case-file-picture", 4)).status_code == 404
    assert log_in(coordinator).get(url(file, "case-file-picture", 0)).status_code == 404


def test_a_page_costs_the_same_queries_with_three_pages_and_with_three_hundred(log_in, coordinator, file, django_assert_max_num_queries):
    client = log_in(coordinator)
    client.get(url(file))  # what is asked once for all

    def queries() -> int:
        with django_assert_max_num_queries(60) as counted:
            assert client.get(url(file), {"side": "2"}).status_code == 200
        return len(counted)

    few = queries()
    paper.readable(file.document, [f"Side {number}" for number in range(1, 301)])
    assert queries() == few


def test_a_file_of_three_hundred_pages_opens_at_any_page_at_once(log_in, coordinator, file):
    paper.readable(file.document, [f"Side {number}" for number in range(1, 301)])
    client = log_in(coordinator)
    for number in (1, 300):
        page = client.get(url(file), {viewing.PAGE: str(number)})
        assert (page.context["viewer"].number, page.context["viewer"].total) == (number, 300)
        assert b"".join(client.get(url(file, "case-file-picture", number)).streaming_content)[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
    assert DocumentPage.objects.count() == 0  # nobody waited for the others
