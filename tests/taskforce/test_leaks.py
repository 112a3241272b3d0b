"""A marker planted everywhere in another municipality's engagement never appears: in pages, choices, counts, files, tasks or answers."""

from __future__ import annotations

import io
import uuid
from copy import deepcopy

import pypdfium2
import pytest
from django.forms import ModelChoiceField
from openpyxl import load_workbook

from accounts import jobs
from accounts.models import Invitation, Job, User
from accounts.states import JobState, Role
from cases.models import Case, CaseDocument
from documents.models import Document, StoredFile
from engagements.actions import drafting, lifecycle, milestones
from engagements.actions import team as teams
from engagements.models import ChangeSet, Engagement, Milestone, TeamMember, TimetableDraft
from engagements.rendering import TIMETABLE_PDF
from engagements.states import EngagementState, Purpose
from tests import addresses, factories
from tests.addresses import World

pytestmark = pytest.mark.django_db

MARKER = "Zebraflok"
SEARCHES = ["", "?search=zebra", "?search=zebra&state=all", "?search=aabenraa&state=all", "?state=all&sort=-next", "?page=2"]
LISTS = {"engagements", "home", "people", "log"}
COLLEAGUES = {(Role.LEGAL_REVIEWER, "absences")}  # where the planted one is a colleague of the same authority, and rightly shown
POSTED = {
    "subject": "Nyt emne", "dates": "15. marts 2028", "phase": "analysis", "kind": "deadline", "party": "municipality", "purpose": "other",
    "mode": "fixed", "reason": "Aftalt", "text": "Møde\t1. maj 2028", "to": "planning",
}  # fmt: skip
EXTRA = {
    "state": "met",
    "engagement": "1",
    "municipality": "1",
    "created_by": "1",
    "owner": "1",
    "scope": "1",
    "is_superuser": "on",
    "role": "admin",
}


@pytest.fixture(scope="module")
def worlds(lasting) -> tuple[World, World]:
    """An engagement of Aabenraa with the marker, and after it, so that ids follow each other, Hedensted's own, led by somebody else."""
    return planted(), addresses.world(factories.person(Role.CONSULTANT, name="Klara Konsulent"))


@pytest.fixture
def foreign(worlds) -> World:
    return deepcopy(worlds[0])


@pytest.fixture
def own(worlds) -> World:
    return deepcopy(worlds[1])


def planted() -> World:
    """An engagement of Aabenraa in which every text, name and file carries the marker."""
    lead = factories.person(Role.CONSULTANT, name=f"Konsulent {MARKER}")
    jurist = factories.person(Role.LEGAL_REVIEWER, name=f"Jurist {MARKER}")
    factories.person(Role.LEADER, of="Aabenraa", name=f"Leder {MARKER}")
    factories.person(Role.COORDINATOR, of="Aabenraa", name=f"Koordinator {MARKER}")
    engagement = factories.engagement(lead, of="Aabenraa", plan=True)
    marked = factories.milestone(
        engagement, on=engagement.starts_on, by=lead, subject=f"Emne {MARKER}", note=f"Note {MARKER}", place=MARKER
    )
    milestones.drop(milestone=factories.milestone(engagement, by=lead, subject=MARKER), reason=f"Fordi {MARKER}", by=lead)
    teams.join(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER, by=lead)
    drafting.keep(engagement=engagement, text=f"{MARKER}\t1. maj 2028", year=None, by=lead)
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=lead, reason=f"Pause {MARKER}")
    lifecycle.move(engagement, to=EngagementState.ACTIVE, by=lead)
    job = jobs.order(kind=TIMETABLE_PDF, title=MARKER, scope=engagement.scope, object_id=engagement.pk, back_url="/", by=lead)
    jobs.run_next()
    stored = StoredFile.objects.get(scope=engagement.scope)  # the only one yet
    people = addresses.people(engagement, lead)
    User.objects.filter(pk=people["person"]).update(full_name=f"Medarbejder {MARKER}", email=f"{MARKER}@example.dk".lower())
    Invitation.objects.filter(pk=people["invitation"]).update(full_name=f"Inviteret {MARKER}", email=f"ny.{MARKER}@example.dk".lower())
    values = (
        people
        | marked_cases(engagement, lead, User.objects.get(pk=people["person"]))
        | addresses.own_things(lead, deputy_id=people["person"])
        | {
            "passkey": addresses.passkey(lead).pk,
            "milestone": marked.pk,
            "event": addresses.event(engagement, lead).pk,
            "member": engagement.team_members.get(user=jurist).pk,
            "change": engagement.change_sets.first().pk,
            "postponement": factories.wish(engagement, lead, milestone=marked, reason=f"Fordi {MARKER}").pk,
            "mail": factories.held_mail(engagement, lead, subject=f"Emne {MARKER}", text=f"Tekst {MARKER}").pk,
            "job": job.pk,
            "file": stored.pk,
            "user": lead.pk,
        }
    )
    return World(engagement, values)


def marked_cases(engagement: Engagement, lead: User, colleague: User) -> dict:
    """A round of cases whose texts and files carry the marker."""
    values = addresses.cases(engagement, lead, colleague=colleague)
    Case.objects.filter(round__engagement=engagement).update(description=f"Sag {MARKER}", cpr_reason=f"Fordi {MARKER}")
    Document.objects.filter(scope=engagement.scope).update(name=f"akt {MARKER}.pdf")
    return values


OF_OTHERS = ("forloeb/<int:pk>", "job/", "brugere/<int:pk>", "brugere/invitationer/")
PEOPLE = [Role.COORDINATOR, Role.LEADER, Role.EMPLOYEE, Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT]


@pytest.fixture(params=PEOPLE, ids=[role.value for role in PEOPLE])
def reader(request, own) -> User:
    """Somebody with every right in the own engagement and none in the foreign one."""
    person = factories.person(request.param, name="Ida Indenfor")
    if request.param in {Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT}:
        teams.join(engagement=own.engagement, user=person, role=request.param, by=own.engagement.team()[0].user)
    return person


def text_of(response) -> str:
    """All that an answer says: its body, read as what it is, and its headers."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if kind == "application/pdf":
        document = pypdfium2.PdfDocument(body)
        body_text = "".join(page.get_textpage().get_text_range() for page in document) + str(document.get_metadata_dict())
    elif "spreadsheet" in kind:
        book = load_workbook(io.BytesIO(body))
        body_text = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        body_text += str(book.properties)
    else:
        body_text = body.decode(errors="replace")
    return body_text + str(response.headers)


def leaks(response) -> bool:
    return MARKER.lower() in text_of(response).lower()


def choices(response) -> set[str]:
    """What the forms of a page would accept, whether they are shown or not."""
    layers = response.context if response.context is not None else []
    values = [value for layer in layers for value in (layer.flatten() if hasattr(layer, "flatten") else layer).values()]
    fields = [field for value in values if hasattr(value, "fields") for field in value.fields.values()]
    return {str(one) for field in fields if isinstance(field, ModelChoiceField) for one in field.queryset}


def test_the_marker_is_there_for_those_who_may_see_it(log_in, foreign):
    """The test of the test: the team meets the marker on pages, in choices, in the workbook and in the PDF."""
    client = log_in(User.objects.get(pk=foreign.values["user"]))
    urls = {address.name: address.url for address in addresses.addresses(foreign)}
    for name in (
        "engagement",
        "engagement-team",
        "engagement-history",
        "milestone",
        "timetable",
        "timetable-paste",
        "timetable-xlsx",
        "job-download",
    ):
        assert (name, leaks(client.get(urls[name]))) == (name, True)
    assert any(MARKER in choice for choice in choices(client.get(urls["engagements"])))


def test_no_page_or_file_shows_the_marker(log_in, reader, own):
    client = log_in(reader)
    mine = next(iter(reader.roles()))
    for address in addresses.addresses(own):
        if (mine, address.name) in COLLEAGUES:
            continue
        for query in SEARCHES if address.name in LISTS else [""]:
            response = client.get(address.url + query)
            assert (address.name, query, leaks(response)) == (address.name, query, False)
            assert (address.name, {choice for choice in choices(response) if MARKER in choice}) == (address.name, set())


def test_the_own_number_of_engagements_is_counted_and_no_other(log_in, reader, own):
    page = log_in(reader).get("/forloeb/?state=all").context["page"]
    assert page.paginator.count == Engagement.objects.visible_to(reader).count() == (0 if Role.EMPLOYEE in reader.roles() else 1)


def test_foreign_pages_and_files_answer_as_if_they_did_not_exist(log_in, reader, own, foreign):
    client = log_in(reader)
    foreign_pages = [address for address in addresses.addresses(foreign) if address.route.startswith(OF_OTHERS)]
    assert len(foreign_pages) > 30
    for address in foreign_pages:
        for response in (client.get(address.url), client.post(address.url, POSTED)):
            assert (address.name, response.status_code in {404, 405}, leaks(response)) == (address.name, True, False)


def as_it_stands(world: World) -> list:
    """The rows of the engagement, to see that nothing touched them."""
    engagement = Engagement.objects.filter(pk=world.engagement.pk)
    rows = [engagement.values(), Milestone.objects.filter(engagement__in=engagement).order_by("pk").values()]
    related = [model.objects.filter(engagement__in=engagement).order_by("pk").values() for model in (TeamMember, ChangeSet, TimetableDraft)]
    cases = [model.objects.filter(round__engagement__in=engagement).order_by("pk").values() for model in (Case, CaseDocument)]
    return [list(found) for found in [*rows, *related, *cases]]


def test_foreign_ids_in_an_own_address_or_form_change_nothing(log_in, own, foreign):
    """The lead of the own engagement, who may change all of it, is the strongest of those outside the foreign one."""
    client, before = log_in(User.objects.get(pk=own.values["user"])), as_it_stands(foreign)
    foreign_ids = {"anchor": foreign.values["milestone"], "milestone": foreign.values["milestone"], "member": foreign.values["member"]}
    mixed = World(
        own.engagement, own.values | {name: foreign.values[name] for name in ("milestone", "member", "change", "job", "document", "grant")}
    )
    for address in addresses.addresses(mixed):
        if address.route.startswith(("forloeb/<int:pk>", "job/")):
            response = client.post(address.url, POSTED | EXTRA | foreign_ids)
            offers_colleagues = address.name == "engagement-team"  # every consultant may be put on a team
            assert (address.name, leaks(response)) == (address.name, offers_colleagues)
    assert as_it_stands(foreign) == before


def test_a_foreign_milestone_is_no_choice_and_its_refusal_names_nothing(log_in, own, foreign):
    client = log_in(User.objects.get(pk=own.values["user"]))
    url = {address.name: address.url for address in addresses.addresses(own)}["milestone-edit"]
    response = client.post(url, POSTED | {"mode": "relative", "anchor": foreign.values["milestone"]})
    assert response.status_code == 422
    assert "anchor" in response.context["form"].errors
    assert not leaks(response)


def test_fields_that_a_form_does_not_have_are_not_read(log_in, own):
    client = log_in(User.objects.get(pk=own.values["user"]))
    milestone = own.engagement.milestones.get(purposes__purpose=Purpose.CASES_DUE)
    url = {address.name: address.url for address in addresses.addresses(own)}["milestone-edit"]
    before = Milestone.objects.filter(pk=milestone.pk).values("state", "engagement", "met_at", "met_by", "position").get()
    assert client.post(url, POSTED | EXTRA | {"met_at": "2020-01-01", "position": "99"}).status_code == 302
    assert Milestone.objects.filter(pk=milestone.pk).values("state", "engagement", "met_at", "met_by", "position").get() == before
    assert Milestone.objects.get(pk=milestone.pk).subject == POSTED["subject"]


def test_a_task_makes_no_file_for_somebody_who_may_not_see(reader, own, foreign):
    """A job row that names a foreign engagement, as a bug or a thief of the queue might write it."""
    job = factories.job(foreign.engagement, reader, kind=TIMETABLE_PDF, object_id=foreign.engagement.pk)
    before = set(StoredFile.objects.values_list("pk", flat=True))
    while jobs.run_next():
        pass
    job.refresh_from_db()
    assert (job.state, job.result_id, MARKER in job.error) == (JobState.FAILED, None, False)
    assert set(StoredFile.objects.values_list("pk", flat=True)) == before


def test_an_own_job_gives_no_foreign_file(log_in, reader, own, foreign):
    Job.objects.filter(pk=own.values["job"]).update(requested_by=reader, result_id=foreign.values["file"])
    client = log_in(reader)
    assert client.get(f"/job/{own.values['job']}/hent/").status_code == 404
    assert client.get(f"/job/{uuid.UUID(int=0)}/hent/").status_code == 404
