"""The pages of the papers: letter, hand-in, receipts, supplements, withdrawals, completeness."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import jobs
from accounts.models import AccessLog, Job, User
from accounts.states import Role
from cases.actions import calling_in, handing_in, supplementing, withdrawing
from cases.models import CaseDocument, DocumentType, HandIn, MissingDocument, Round, Withdrawal
from cases.states import CaseState, RoundState
from engagements.calendar import next_working_day
from engagements.models import Engagement, ServiceArea
from tests import addresses, factories

pytestmark = pytest.mark.django_db
WRITTEN = {"decided_from": "01.01.2025", "decided_to": "31.12.2025", "mix": "Halvt af hvert", "note": "Tag begge distrikter med"}


@pytest.fixture
def jurist(db) -> User:
    return factories.person(Role.LEGAL_REVIEWER, name="Jonas Jurist")


@pytest.fixture
def engagement(consultant, coordinator, jurist) -> Engagement:
    return factories.engagement(consultant, plan=True, team=[(jurist, Role.LEGAL_REVIEWER)])


@pytest.fixture
def round(engagement, coordinator) -> Round:
    made = factories.round(engagement, cases=2)
    for case in made.cases.all():
        factories.ready_case(case, coordinator)
    return made


@pytest.fixture
def handed_in(round, coordinator) -> Round:
    handing_in.hand_in(round=round, by=coordinator)
    return Round.objects.get(pk=round.pk)


def url(name: str, round: Round, *more: object) -> str:
    return reverse(name, args=[round.engagement_id, round.kind, *more])


def areas(engagement) -> list[int]:
    return [area.pk for area in factories.service_areas(engagement)]


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


# The letter


def test_a_letter_is_written_seen_and_sent(log_in, consultant, coordinator, engagement):
    client, address = log_in(consultant), reverse("call-in", args=[engagement.pk])
    assert client.get(address).url == reverse("call-in-edit", args=[engagement.pk])
    assert log_in(coordinator).get(address).status_code == 404
    made = client.post(reverse("call-in-edit", args=[engagement.pk]), WRITTEN | {"areas": areas(engagement)})
    assert made.url == address
    draft = page(client, address)
    for text in (
        "Udkast",
        "20 sager",
        "1. januar 2025 – 31. december 2025",
        "Merudgifter (barnets lov § 86)",
        "Halvt af hvert",
        "Tag begge distrikter med",
    ):
        assert text in draft
    assert log_in(coordinator).get(address).status_code == 404
    assert "Hanne Koordinator" in page(client, reverse("call-in-send", args=[engagement.pk]))
    assert client.post(reverse("call-in-send", args=[engagement.pk])).url == address
    assert "Tag begge distrikter med" in page(log_in(coordinator), address)
    assert "Udkast" not in page(log_in(coordinator), address)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"decided_to": "31.12.2024"}, "Perioden slutter, før den begynder"),
        ({"decided_to": "31.12.2099"}, "Perioden kan ikke slutte efter i dag"),
        ({"areas": []}, "Vælg »Ydelsesområder«."),
        ({"note": "Det handler om 010203-1234"}, "CPR"),
    ],
)
def test_a_letter_that_cannot_be_is_refused_at_its_field(log_in, consultant, engagement, changed, sentence):
    values = WRITTEN | {"areas": areas(engagement)} | changed
    response = log_in(consultant).post(reverse("call-in-edit", args=[engagement.pk]), values)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not Round.objects.exists()


def test_an_area_that_was_not_law_in_the_period_is_refused(log_in, consultant, engagement):
    old = ServiceArea.objects.filter(area=engagement.area, valid_to__lt=date(2025, 1, 1)).first()
    values = WRITTEN | {"areas": [old.pk]}
    response = log_in(consultant).post(reverse("call-in-edit", args=[engagement.pk]), values)
    assert (response.status_code, "Gælder ikke i perioden" in response.content.decode()) == (422, True)


def test_the_letter_as_pdf_is_fetched_by_both_and_logged(log_in, consultant, coordinator, engagement):
    round = calling_in.prepare(
        engagement=engagement, areas=factories.service_areas(engagement), decided_from=date(2025, 1, 1), decided_to=date(2025, 12, 31),
        by=consultant,
    )  # fmt: skip
    made = log_in(consultant).post(reverse("call-in-make-pdf", args=[engagement.pk]))
    draft = Job.objects.get()
    assert (made.url, draft.title) == (draft.get_absolute_url(), "Udkast til indkaldelsesbrev til Hedensted Kommune som PDF")
    calling_in.send(round=round, by=consultant)
    address = reverse("call-in-pdf", args=[engagement.pk])
    assert "ved at blive lavet" in page(log_in(coordinator), address, status=409)
    while jobs.run_next():
        pass
    for person in (consultant, coordinator):
        response = log_in(person).get(address)
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        assert AccessLog.objects.latest("pk").by == person


# The hand-in


def test_what_stops_is_listed_and_then_the_receipt_is_shown(log_in, coordinator, round):
    client, address = log_in(coordinator), url("hand-in", round)
    CaseDocument.objects.filter(case__number=2, document_type__slug="afgoerelse").delete()
    assert "1 af 2 sager er klar. 1 mere skal være klar, før I kan indsende." in page(client, address)
    assert client.post(address).status_code == 409
    factories.case_document(round.cases.get(number=2), coordinator, document_type="afgoerelse")
    made = client.post(address)
    receipt = HandIn.objects.get()
    assert made.url == url("receipt", round, receipt.pk)
    shown = page(client, made.url)
    for line in receipt.lines.all():
        assert line.sha256 in shown
        assert line.name in shown
    assert client.post(address).status_code == 403


def test_the_receipt_is_fetched_by_both_for_ever(log_in, coordinator, jurist, handed_in):
    receipt = HandIn.objects.get()
    for case in handed_in.cases.all():
        withdrawing.withdraw_case(case=case, reason="Alt var forkert", by=coordinator)
    log_in(coordinator).post(url("receipt-make-pdf", handed_in, receipt.pk))
    while jobs.run_next():
        pass
    for person in (coordinator, jurist):
        client = log_in(person)
        assert b"".join(client.get(url("receipt-pdf", handed_in, receipt.pk)).streaming_content).startswith(b"%PDF")
        shown = page(client, url("receipt", handed_in, receipt.pk))
        assert all(line.sha256 in shown for line in receipt.lines.all())
        assert "5 filer i Sag 01 er trukket tilbage og slettet" in shown


def test_after_the_hand_in_every_way_to_the_bytes_refuses_the_municipality(log_in, coordinator, handed_in):
    """Every address of the product that takes a document, asked by the coordinator who handed it in."""
    client, file = log_in(coordinator), CaseDocument.objects.earliest("pk")
    values = {"pk": handed_in.engagement_id, "kind": handed_in.kind, "number": file.case.number, "document": file.document_id, "page": 1}
    walked = {}
    for name, route, arguments in addresses.patterns():
        if "document" in arguments and route.startswith("forloeb/<int:pk>/sager/"):
            response = client.get(reverse(name, kwargs={argument: values[argument] for argument in arguments}))
            walked[name] = response.status_code
    assert walked.pop("file") == 200  # name, size and status
    assert set(walked.values()) <= {403, 404, 405}
    assert set(walked) >= {"case-file", "file-remove", "file-sort"}
    assert not AccessLog.objects.filter(by=coordinator).exists()


# Supplements, withdrawals


def test_files_are_asked_for_on_a_working_day_and_sent(log_in, coordinator, jurist, handed_in):
    reviewer, client = log_in(jurist), log_in(coordinator)
    saturday = timezone.localdate() + timedelta(days=12 - timezone.localdate().weekday())
    refused = reviewer.post(url("supplement-ask", handed_in, 1), {"text": "Partshøringen", "due_on": f"{saturday:%d.%m.%Y}"})
    assert (refused.status_code, "ikke en arbejdsdag" in refused.content.decode()) == (422, True)
    due = next_working_day(saturday)
    assert reviewer.post(url("supplement-ask", handed_in, 1), {"text": "Partshøringen", "due_on": f"{due:%d.%m.%Y}"}).status_code == 302
    address = url("supplement", handed_in, 1)
    assert "Partshøringen" in page(client, address)
    assert client.post(url("supplement-hand-in", handed_in, 1)).status_code == 409
    factories.case_document(handed_in.cases.get(number=1), coordinator, document_type="partshoering")
    made = client.post(url("supplement-hand-in", handed_in, 1))
    assert made.url == url("receipt", handed_in, HandIn.objects.get(sequence=2).pk)
    assert HandIn.objects.get(sequence=2).number in page(reviewer, address)


def test_a_request_is_taken_back_and_the_cases_are_complete(log_in, jurist, consultant, handed_in):
    due = timezone.localdate() + timedelta(days=9)
    supplementing.ask(case=handed_in.cases.get(number=1), text="Mere", due_on=due, by=jurist)
    client = log_in(consultant)
    assert client.post(url("round-complete", handed_in)).status_code == 409
    assert client.post(url("supplement-take-back", handed_in, 1)).url == url("supplement", handed_in, 1)
    assert client.post(url("round-complete", handed_in)).url == url("completeness", handed_in)
    assert Round.objects.get(pk=handed_in.pk).state == RoundState.COMPLETE
    assert "Komplet" in page(client, url("completeness", handed_in))


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_or_a_case_is_taken_back_with_a_receipt(log_in, coordinator, handed_in, whole):
    client, file = log_in(coordinator), CaseDocument.objects.filter(case__number=1).earliest("pk")
    assert client.post(url("case-withdraw", handed_in, 1), {"what": "case", "reason": ""}).status_code == 422
    what = "case" if whole else str(file.document_id)
    made = client.post(url("case-withdraw", handed_in, 1), {"what": what, "reason": "Hører til en anden"})
    receipt = Withdrawal.objects.get()
    assert (made.url, receipt.files) == (url("withdrawal", handed_in, receipt.pk), 5 if whole else 1)
    shown = page(client, made.url)
    assert receipt.number in shown
    assert file.document.name not in shown
    assert handed_in.cases.get(number=1).state == CaseState.DRAFT


def test_a_file_of_another_case_is_no_choice(log_in, coordinator, handed_in):
    other = CaseDocument.objects.filter(case__number=2).earliest("pk")
    response = log_in(coordinator).post(url("case-withdraw", handed_in, 1), {"what": str(other.document_id), "reason": "Forkert"})
    assert response.status_code == 422
    assert not Withdrawal.objects.exists()


def test_a_dispensation_is_given_and_taken_back(log_in, consultant, coordinator, round):
    client = log_in(consultant)
    assert client.post(url("dispensation", round), {"number": "2", "reason": "Fordi"}).status_code == 422
    assert client.post(url("dispensation", round), {"number": "1", "reason": "Kun en sag i perioden"}).status_code == 302
    assert "Kun en sag i perioden" in page(log_in(coordinator), round.get_absolute_url())
    assert client.post(url("dispensation-take-back", round)).status_code == 302
    assert Round.objects.get(pk=round.pk).needed == 2


# Completeness


def test_what_is_missing_is_named_with_its_reason_and_no_content(log_in, consultant, coordinator, round):
    case = round.cases.get(number=1)
    kind = DocumentType.objects.get(slug="udredning")
    CaseDocument.objects.filter(case=case, document_type__slug__in=["udredning", "ansoegning"]).delete()
    MissingDocument.objects.create(case=case, document_type=kind, reason="Sagen er fra før udredningen", by=coordinator)
    shown = page(log_in(consultant), url("completeness", round))
    assert "1 obligatorisk akt mangler" in shown
    assert "Sagen er fra før udredningen" in shown
    assert not [file.document.name for file in CaseDocument.objects.select_related("document") if file.document.name in shown]
    book = load_workbook(io.BytesIO(log_in(consultant).get(url("completeness-xlsx", round)).content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:3] == ("Sag", "Ydelsesområde", "Status")
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["Ansøgning"], first["Afgørelse"], first["Udredning"]) == ("Mangler", "1", "Findes ikke: Sagen er fra før udredningen")


@pytest.mark.parametrize("name", ["completeness", "hand-in"])
def test_a_page_costs_the_same_queries_for_one_case_and_for_thirty(log_in, consultant, coordinator, engagement, name):
    person = coordinator if name == "hand-in" else consultant
    few = factories.round(engagement, cases=1)
    many = factories.round(factories.engagement(consultant), cases=30)
    for round in (few, many):
        for case in round.cases.all()[:10]:
            factories.ready_case(case, coordinator)
    client, counts = log_in(person), []
    for round in (few, few, many):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name, round)).status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_an_invited_colleague_and_a_stranger_meet_no_papers(log_in, stranger, handed_in):
    client = log_in(stranger)
    receipt = HandIn.objects.get()
    for name, *more in (("completeness",), ("hand-in",), ("receipt", receipt.pk), ("supplement", 1), ("case-withdraw", 1)):
        assert (name, client.get(url(name, handed_in, *more)).status_code) == (name, 404)
