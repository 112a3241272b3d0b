"""Log: who changed, saw and took what; for auditors and administrators alone, and written in itself."""

import io
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
import structlog
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.models import AccessLog, AuditEntry
from accounts.states import ReadAction, Role
from engagements.actions import lifecycle
from engagements.states import EngagementState
from taskforce import ledger
from taskforce.ledger import Ledger
from tests import factories
from tests.taskforce.test_addresses import fingerprints

pytestmark = pytest.mark.django_db
LOOKS = "/log/?slags=opslag"


@pytest.fixture
def auditor(db):
    return factories.person(Role.AUDITOR, name="Rikke Revisor")


@pytest.fixture
def client(log_in, auditor):
    return log_in(auditor)


@pytest.fixture
def engagement(consultant):
    """An engagement that the consultant opened and paused, and a look at it."""
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    lifecycle.move(made, to=EngagementState.PAUSED, by=consultant, reason="Ny ledelse")
    audit.look(by=consultant, action=ReadAction.EXPORT, purpose="Til mødet", target=made, scope=made.scope)
    return made


def rows(response) -> list[ledger.Row]:
    assert response.status_code == 200
    return response.context["rows"]


def sheet(response) -> list[list]:
    assert response.status_code == 200
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)]


# Who


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("url", ["/log/", "/log/excel/?formaal=Tilsyn"])
def test_only_auditors_and_administrators_read_it(log_in, role, url):
    client, before = log_in(factories.person(role)), AccessLog.objects.count()
    response, may = client.get(url), role in {Role.AUDITOR, Role.ADMIN}
    assert response.status_code == (200 if may else 403)
    assert (b"Loggen er kun for revisorer og administratorer." in response.content) is not may
    assert AccessLog.objects.count() - before == int(may)
    assert ("Log" in [item["label"] for item in client.get("/").context["frame"]["navigation"]]) is may
    assert ('href="/log/"' in client.get("/").text) is may


# What


def test_a_change_is_told_with_person_object_and_from_to(client, engagement):
    row = rows(client.get("/log/?handling=engagement.state"))[0]
    assert (row.who, row.did, row.why) == ("Katrine Konsulent", "ændrede forløbets status", "Ny ledelse")
    assert (row.name, row.kind, row.municipality) == (str(engagement), "Forløb", "Hedensted Kommune")
    assert row.changes == [("status", "I gang", "Sat på pause")]
    shown = " ".join(client.get("/log/?handling=engagement.state").text.split())
    assert "<del>I gang</del> → Sat på pause" in shown and "Ændrede forløbets status" in shown


def test_a_look_is_told_with_roles_and_purpose(client, engagement):
    row = next(row for row in rows(client.get(LOOKS)) if row.name == str(engagement))
    assert (row.who, row.roles, row.did, row.why) == ("Katrine Konsulent", "Konsulent", "eksporteret", "Til mødet")


def test_reading_the_log_is_itself_a_look_with_what_was_looked_for(client, auditor):
    client.get(f"/log/?person=katrine&kommune={factories.municipality().pk}&handling=engagement.state&fra=1.3.2026&til=2.3.2026")
    look = AccessLog.objects.get(by=auditor)
    assert (look.action, look.purpose, look.roles, look.target_type) == (ReadAction.VIEW, "Tilsyn med loggen", "Revisor", None)
    assert look.target_name == (
        "Loggen, ændringer; Person: katrine; Kommune: Hedensted Kommune; Handling: ændrede forløbets status; "
        "Fra: 01.03.2026; Til og med: 02.03.2026"
    )
    assert rows(client.get(LOOKS))[0].name == "Loggen, opslag"


def test_the_log_and_its_export_write_a_look_and_nothing_else(client):
    before = fingerprints()
    for url in ("/log/", LOOKS, "/log/excel/?formaal=Tilsyn"):
        assert client.get(url).status_code == 200
        after = fingerprints()
        assert {label for label in after if after[label] != before[label]} - {"sessions.Session"} == {"accounts.AccessLog"}
        before = after


def test_the_export_asks_for_a_fresh_factor_and_then_comes_back(client, time_machine):
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    response = client.get("/log/excel/?formaal=Tilsyn")
    assert (response.status_code, response["Location"]) == (302, "/bekraeft/?next=%2Flog%2Fexcel%2F%3Fformaal%3DTilsyn")


# Filters


def dids(response) -> list[str]:
    return [row.did for row in rows(response)]


@pytest.mark.usefixtures("engagement")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("person=KATRINE", True),
        ("person=person", True),  # the address of a person: person1@example.dk
        ("person=Nobody", False),
        ("handling=engagement.state", True),
        ("handling=team.leave", False),
        ("fra=i dag", True),
        ("til=01.01.2020", False),
        ("forespoergsel=abc", False),
    ],
)
def test_the_list_is_narrowed_by_what_stands_in_the_address(client, query, found):
    query = query.replace("i dag", f"{timezone.localdate():%d.%m.%Y}")
    assert ("ændrede forløbets status" in dids(client.get(f"/log/?{query}"))) is found


def test_a_municipality_is_that_of_the_engagement(client, engagement):
    here, elsewhere = factories.municipality(), factories.municipality("Aabenraa")
    assert len(rows(client.get(f"/log/?kommune={here.pk}"))) == 3
    assert rows(client.get(f"/log/?kommune={elsewhere.pk}")) == []
    assert "Ingen rækker passer til filtrene." in client.get(f"/log/?kommune={elsewhere.pk}").text


def test_both_days_of_a_period_are_in_it(client, time_machine, consultant):
    for at in ("2026-03-09 23:59 +0100", "2026-03-10 00:00 +0100", "2026-03-11 23:59 +0100", "2026-03-12 00:00 +0100"):
        time_machine.move_to(at, tick=False)
        audit.record(by=consultant, verb="team.join", target=consultant, scope=None)
    found = rows(client.get("/log/?handling=team.join&fra=10.3.2026&til=11.3.2026"))
    assert [timezone.localtime(row.at).isoformat()[:16] for row in found] == ["2026-03-11T23:59", "2026-03-10T00:00"]


def test_the_rows_of_one_request_are_found_by_its_id(client, consultant):
    with structlog.contextvars.bound_contextvars(request_id="abc-1"):
        audit.record(by=consultant, verb="team.join", target=consultant, scope=None)
    assert dids(client.get("/log/?forespoergsel=abc-1")) == ["føjede en person til teamet"]


def test_a_person_is_found_by_what_was_done_to_them(client, stranger):
    audit.record(by=None, verb="session.fail", target=stranger, scope=None)
    row = next(row for row in rows(client.get("/log/?person=fremmed")) if row.did == "afviste et forsøg på at logge ind")
    assert (row.who, row.name, row.kind) == ("Systemet", "Sofie Fremmed", "Person")


BAD = [
    "fra=i morgen tidlig",
    "til=99.99.9999",
    "fra=02.03.2026&til=01.03.2026",
    "kommune=zzz",
    "handling=zzz",
    f"person={'x' * 61}",
    "person=%00",
]


@pytest.mark.parametrize("query", BAD)
def test_a_filter_that_cannot_be_is_said_and_nothing_is_shown(client, auditor, engagement, query):
    for url in (f"/log/?{query}", f"{LOOKS}&{query}"):
        response = client.get(url)
        assert (response.status_code, "Der er et problem" in response.text, "<tbody>" in response.text) == (422, True, False)
    exported = client.get(f"/log/excel/?formaal=Tilsyn&{query}")
    assert (exported.status_code, exported["Location"].split("?")[0]) == (302, "/log/")
    assert client.get(exported["Location"]).status_code == 422
    assert not AccessLog.objects.filter(by=auditor).exists()


def test_two_days_that_are_none_are_told_apart(client):
    response = client.get("/log/?fra=hvad&til=uge 8 2026")
    for name in ("Fra", "Til og med"):
        assert f"»{name}« er ikke en dato. Skriv den som dd.mm.åååå, fx 19.02.2027." in response.text


@pytest.mark.parametrize(
    "query",
    [
        "slags=zzz",
        "fra=1/3",
        "slags=opslag&page=x",
        "page=-1",
        "page=99999999999999999999",
        "fra=01.01.2000&til=31.12.2099",
        "sort=zzz",
        "a=%ff",
    ],
)
def test_an_address_that_asks_for_nothing_that_is_there_is_answered_all_the_same(client, query):
    assert client.get(f"/log/?{query}").status_code == 200


def test_the_other_ledger_keeps_the_filters_but_not_what_was_done(client):
    tabs = client.get("/log/?person=Katrine&handling=team.join&page=2").context["tabs"]
    assert [(tab["label"], tab["current"], parse_qs(urlsplit(tab["url"]).query)) for tab in tabs] == [
        ("Ændringer", True, {"slags": ["aendringer"], "person": ["Katrine"]}),
        ("Opslag", False, {"slags": ["opslag"], "person": ["Katrine"]}),
    ]


# Many rows


def grow(consultant, engagement, number: int) -> None:
    for _ in range(number):
        audit.record(by=consultant, verb="timetable.edit", target=engagement, scope=engagement.scope, changes={"x": ["1", "2"]})
        audit.look(by=consultant, action=ReadAction.VIEW, purpose="Tilsyn", target=engagement, scope=engagement.scope)


@pytest.mark.parametrize("query", ["person=katrine", "person=katrine&slags=opslag"])
def test_the_number_of_queries_does_not_grow(client, consultant, query):
    engagement, seen, there = factories.engagement(consultant), {}, 0
    for size in (1, 3, 300):
        grow(consultant, engagement, size - there)
        there = size
        for url in (f"/log/?{query}", f"/log/excel/?{query}&formaal=Tilsyn"):
            cache.clear()
            with CaptureQueriesContext(connection) as caught:
                assert client.get(url).status_code == 200
            seen.setdefault(url, set()).add(len(caught))
    assert {url: numbers for url, numbers in seen.items() if len(numbers) > 1 or max(numbers) > 20} == {}


def test_it_is_read_fifty_at_a_time_newest_first(client, consultant):
    engagement = factories.engagement(consultant)
    grow(consultant, engagement, 60)
    first, second = client.get("/log/?handling=timetable.edit"), client.get("/log/?handling=timetable.edit&page=2")
    assert (len(rows(first)), len(rows(second))) == (50, 10)
    times = [row.at for response in (first, second) for row in rows(response)]
    assert times == sorted(times, reverse=True)
    assert "Viser 1–50 af 60 rækker" in first.text


# Excel


def test_the_workbook_holds_the_filtered_rows_and_the_look_its_purpose(client, auditor, engagement):
    response = client.get("/log/excel/?handling=engagement.state&formaal=Stikprøve+for+1.+kvartal")
    today = timezone.localdate()
    assert response["Content-Disposition"] == f'attachment; filename="Log_aendringer_{today.isoformat()}.xlsx"'
    heading, newest, oldest = sheet(response)
    found = dict(zip(heading, newest, strict=True))
    assert found.pop("Kl.").count(".") == 2
    assert found == {
        "Dato": datetime.combine(today, datetime.min.time()), "Person": "Katrine Konsulent", "Handling": "ændrede forløbets status",
        "Type": "Forløb", "Objekt": str(engagement), "Kommune": "Hedensted Kommune", "Ændringer": "status: I gang → Sat på pause",
        "Begrundelse": "Ny ledelse", "Forespørgsel": None,
    }  # fmt: skip
    assert dict(zip(heading, oldest, strict=True))["Ændringer"] == "status: Planlagt → I gang"
    look = AccessLog.objects.get(by=auditor)
    assert (look.action, look.purpose) == (ReadAction.EXPORT, "Stikprøve for 1. kvartal")
    assert look.target_name == "Loggen, ændringer; Handling: ændrede forløbets status"


def test_the_workbook_of_looks_has_roles_and_purposes(client, engagement):
    heading, *found = sheet(client.get(f"/log/excel/?slags=opslag&formaal=Tilsyn&kommune={engagement.municipality.pk}"))
    (row,) = (dict(zip(heading, row, strict=True)) for row in found)
    assert (row["Roller"], row["Handling"], row["Formål"], row["Objekt"]) == ("Konsulent", "eksporteret", "Til mødet", str(engagement))


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_nothing_in_the_workbook_is_a_formula(client, start):
    person = factories.person(Role.CONSULTANT, name=f"{start}HYPERLINK(1)")
    for verb in ("team.join", "team.leave"):
        audit.record(by=person, verb=verb, target=person, scope=None, changes={f"{start}x": [f"{start}1", None]}, reason=f"{start}2")
    audit.look(by=person, action=ReadAction.VIEW, purpose=f"{start}3", target=person)
    for slags in Ledger:
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"/log/excel/?slags={slags}&formaal=Tilsyn").content))
        cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
        assert [cell.coordinate for cell in cells if cell.data_type == "f" or str(cell.value).startswith(start)] == []
        assert f"'{start}HYPERLINK(1)" in [cell.value for cell in cells]


@pytest.mark.parametrize("query", ["", "?formaal=", "?formaal=+++", "?formaal=%00", f"?formaal={'x' * 201}", "?person=katrine"])
def test_no_purpose_no_rows(client, auditor, engagement, query):
    response = client.get(f"/log/excel/{query}")
    assert (response.status_code, response["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert "Der er et problem" in response.text and 'name="formaal"' in response.text
    assert ('<input type="hidden" name="person" value="katrine">' in response.text) is ("katrine" in query)
    assert not AccessLog.objects.filter(by=auditor).exists()


def test_more_rows_than_a_workbook_takes_are_refused_in_words(client, auditor, consultant, monkeypatch):
    monkeypatch.setattr(ledger, "MOST_ROWS", 2_000)
    entry = audit.record(by=consultant, verb="team.join", target=consultant, scope=None)
    values = {field.attname: getattr(entry, field.attname) for field in AuditEntry._meta.local_fields if field.name != "id"}
    AuditEntry.objects.bulk_create(AuditEntry(**values) for _ in range(1_999))
    assert len(sheet(client.get("/log/excel/?formaal=Tilsyn&handling=team.join"))) == 2_001
    AuditEntry.objects.bulk_create([AuditEntry(**values)])
    response = client.get("/log/excel/?formaal=Tilsyn&handling=team.join")
    assert response.status_code == 409
    assert "Der er flere end 2.000 rækker, og så stort et udtræk kan vi ikke lave. Vælg en kortere periode ad gangen." in response.text
    assert AccessLog.objects.filter(by=auditor).count() == 1


def test_a_workbook_takes_fifty_thousand():
    assert ledger.MOST_ROWS == 10_000
