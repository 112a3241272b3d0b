"""The documents of an engagement: who puts them there, who reads them, who takes them away, and what the list says of each."""

import pytest
from django.http import Http404
from django.urls import reverse

from accounts.models import AccessLog, AuditEntry
from accounts.states import ReadAction, Role
from documents.actions import store
from documents.models import Document, StoredFile
from documents.states import DocumentState, FileClass
from engagements.actions import attaching
from engagements.models import Engagement, EngagementDocument, TeamMember
from engagements.states import DocumentKind, EngagementState
from tests import factories
from tests.documents.sending import Sender
from tests.engagements.test_queries import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(consultant) -> Engagement:
    return factories.engagement(consultant)


def document(engagement, by, name="Referat.pdf", state=DocumentState.READY, content=b"%PDF-1.7 indhold", **fields) -> EngagementDocument:
    stored = store(content=content, name="Dokument", content_type="application/pdf", scope=engagement.scope, by=by)
    found = Document.objects.create(
        scope=engagement.scope, name=name, size=len(content), sha256=stored.sha256, file_class=FileClass.GENERAL, original=stored,
        uploaded_by=by, state=state, **fields,
    )  # fmt: skip
    return EngagementDocument.objects.create(engagement=engagement, document=found, kind=DocumentKind.MINUTES)


def page_of(engagement) -> str:
    return reverse("engagement-documents", args=[engagement.pk])


def address(name, attached) -> str:
    return reverse(f"engagement-document-{name}", args=[attached.engagement_id, attached.document_id])


def ticket_on(client, engagement) -> str:
    return str(client.get(page_of(engagement)).context["ticket"].signed)


# Putting there


@pytest.mark.parametrize(
    ("name", "kind"), [("Referat af statusmøde.pdf", "minutes"), ("Samarbejdsaftale.DOCX", "agreement"), ("Skema.xlsx", "other")]
)
def test_a_file_that_is_uploaded_belongs_to_the_engagement_and_is_told_in_its_history(log_in, consultant, engagement, name, kind):
    client = log_in(consultant)
    answer = Sender(client, ticket_on(client, engagement)).send(b"%PDF", name)
    assert answer.status_code == 204
    attached = EngagementDocument.objects.get()
    assert (attached.engagement, attached.kind, attached.document.state) == (engagement, kind, DocumentState.WAITING)
    entry = AuditEntry.objects.get(verb="engagement.document_add")
    assert (entry.by, entry.scope, entry.changes) == (consultant, engagement.scope, {"slags": ["", kind]})
    assert name not in f"{entry.target_name} {entry.reason}"  # it must not live on when the file is erased


@pytest.mark.parametrize("role", [Role.LEGAL_REVIEWER, Role.LEADER])
def test_others_who_read_the_documents_do_not_upload(log_in, consultant, engagement, role):
    person = factories.person(role)
    if role == Role.LEGAL_REVIEWER:
        TeamMember.objects.create(engagement=engagement, user=person, role=role)
    client = log_in(person)
    page = client.get(page_of(engagement))
    assert (page.status_code, "ticket" in page.context) == (200, False)
    assert "Dokumenter uploades og slettes af" in page.text


def test_an_upload_that_was_begun_stops_when_the_right_ends(log_in, consultant, engagement):
    client = log_in(consultant)
    sender = Sender(client, ticket_on(client, engagement))
    url = sender.begin(5)
    engagement.team_members.update(valid_from="2020-01-01", valid_to="2020-12-31")
    assert sender.patch(url, 0, b"12345").status_code == 403
    assert EngagementDocument.objects.count() == 0


def test_nothing_comes_to_an_engagement_that_is_over(log_in, coordinator, engagement):
    client = log_in(coordinator)
    sender = Sender(client, ticket_on(client, engagement))
    Engagement.objects.filter(pk=engagement.pk).update(state=EngagementState.COMPLETED)
    answer = sender.create(5)
    assert (answer.status_code, answer.text) == (403, "Forløbet er afsluttet eller afbrudt, så der kan ikke komme flere dokumenter til.")


@pytest.mark.parametrize("object_id", ["x", "-1", "1e3", "٣", "999999999"])
def test_a_ticket_to_no_engagement_is_a_404(consultant, object_id):
    with pytest.raises(Http404):
        attaching.allow(consultant, object_id)


# Reading


def test_a_download_is_written_in_the_access_log_without_the_name_of_the_file(log_in, coordinator, consultant, engagement):
    attached = document(engagement, consultant, name="Referat æøå.pdf")
    answer = log_in(coordinator).get(address("download", attached))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 indhold"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Referat%20%C3%A6%C3%B8%C3%A5.pdf"
    row = AccessLog.objects.get(action=ReadAction.DOWNLOAD)
    assert (row.by, row.scope, row.purpose) == (coordinator, engagement.scope, "Dokument i forløbet: Referat")


def test_what_the_check_rebuilt_is_what_is_handed_over(log_in, consultant, engagement):
    attached = document(engagement, consultant)
    attached.document.cleaned = store(content=b"renset", name="x", content_type="application/pdf", scope=engagement.scope, by=consultant)
    attached.document.save()
    assert b"".join(log_in(consultant).get(address("download", attached)).streaming_content) == b"renset"


@pytest.mark.parametrize("state", [DocumentState.WAITING, DocumentState.CHECKING, DocumentState.REFUSED])
def test_nobody_reads_what_is_not_checked(log_in, consultant, engagement, state):
    attached = document(engagement, consultant, state=state)
    client = log_in(consultant)
    assert client.get(address("download", attached)).status_code == 409
    assert address("download", attached) not in client.get(page_of(engagement)).text
    assert not AccessLog.objects.exists()


def test_a_download_asks_for_a_fresh_factor(client, consultant, engagement):
    attached = document(engagement, consultant)
    client.force_login(consultant)
    answer = client.get(address("download", attached))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_reauthenticate"))


def test_the_document_of_another_engagement_is_not_found_here(log_in, consultant, engagement):
    other = document(factories.engagement(consultant, municipality="Skive"), consultant)
    client = log_in(consultant)
    for name in ("download", "kind", "erase"):
        assert client.get(reverse(f"engagement-document-{name}", args=[engagement.pk, other.document_id])).status_code == 404


# What the list says


def test_the_list_says_how_each_document_is_and_what_to_do(log_in, consultant, engagement):
    document(engagement, consultant, name="Låst.pdf", state=DocumentState.REFUSED, reasons=["encrypted"])
    flagged = document(engagement, consultant, name="Med numre.pdf", state=DocumentState.FLAGGED, reasons=["cpr_found"])
    flagged.document.cpr_findings.create(page=3, place="text", level="high", count=2)
    text = log_in(consultant).get(page_of(engagement)).text
    assert "Filen er beskyttet med adgangskode." in text and "Fjern adgangskoden" in text
    assert "Der står noget, der ligner CPR-numre, på side 3." in text


def test_the_list_says_how_far_the_check_is_until_it_is_over(log_in, consultant, engagement):
    first = document(engagement, consultant, state=DocumentState.WAITING)
    document(engagement, consultant)
    client = log_in(consultant)
    page = client.get(page_of(engagement))
    assert "Behandler 1 af 2" in page.text and 'http-equiv="refresh"' in page.text and "every 2s" in page.text
    Document.objects.filter(pk=first.document_id).update(state=DocumentState.READY)
    part = client.get(page_of(engagement), headers={"HX-Request": "true"}).text
    assert "Behandler" not in part and "every 2s" not in part and "<html" not in part


def test_what_is_erased_is_not_in_the_list(log_in, consultant, engagement):
    attached = document(engagement, consultant, name="Hemmelig.pdf")
    attaching.erase(attached=attached, by=consultant)
    assert "Her kommer aftaler" in log_in(consultant).get(page_of(engagement)).text


def test_the_list_asks_as_many_questions_for_thirty_as_for_one(log_in, consultant, engagement):
    client = log_in(consultant)
    asked = []
    for number in (1, 2, 27):
        for _ in range(number):
            document(engagement, factories.person(Role.CONSULTANT), reasons=["cpr_found"], state=DocumentState.FLAGGED)
        client.get(page_of(engagement))
        asked.append(queries(client, page_of(engagement)))
    assert asked[0] == asked[1] == asked[2] <= 26


# Changing and taking away


def test_what_a_document_is_can_be_put_right(log_in, coordinator, consultant, engagement):
    attached = document(engagement, consultant)
    client = log_in(coordinator)
    assert client.post(address("kind", attached), {"kind": "x"}).status_code == 422
    assert client.post(address("kind", attached), {"kind": "agreement"})["Location"] == page_of(engagement)
    attached.refresh_from_db()
    assert attached.kind == DocumentKind.AGREEMENT
    assert AuditEntry.objects.get(verb="engagement.document_kind").changes == {"slags": ["minutes", "agreement"]}


def test_a_document_is_erased_after_a_question_and_nothing_of_it_is_left(
    log_in, consultant, engagement, django_capture_on_commit_callbacks
):
    attached = document(engagement, consultant, name="Hemmelig.pdf")
    client = log_in(consultant)
    assert "Slet Hemmelig.pdf?" in client.get(address("erase", attached)).text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("erase", attached))
    assert Document.objects.get().state == DocumentState.ERASED
    assert StoredFile.objects.count() == 0
    assert not AuditEntry.objects.filter(target_name__contains="Hemmelig").exists()
    assert client.get(address("download", attached)).status_code == 404


def test_each_side_erases_what_it_put_there_itself(log_in, consultant, coordinator, engagement):
    ours, theirs = document(engagement, consultant), document(engagement, coordinator)
    client = log_in(coordinator)
    text = client.get(page_of(engagement)).text
    assert address("erase", theirs) in text and address("erase", ours) not in text
    answer = client.post(address("erase", ours))
    assert answer.status_code == 403 and "uploadet af den anden part" in answer.text
    assert client.post(address("erase", theirs)).status_code == 302
    assert Document.objects.get(pk=ours.document_id).state == DocumentState.READY
