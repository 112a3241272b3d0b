"""The timetable to take away: as PDF by a job, and as Excel at once."""

import io
from datetime import date

import openpyxl
import pytest
from django.template.loader import render_to_string

from accounts import audit, jobs, tasks
from accounts.models import Job, Membership
from accounts.states import JobState, Role
from documents import pdf
from documents.models import StoredFile
from engagements import rendering
from engagements.actions import milestones
from tests import factories
from tests.engagements.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100", tick=False)


@pytest.fixture
def engagement(consultant):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    first = factories.milestone(made, on=date(2026, 3, 9), subject="=HYPERLINK(1)", note="Husk kaffe", source_text="9. marts")
    factories.milestone(made, on=date(2026, 3, 23), until=date(2026, 3, 31), subject="Interviews", optional=True)
    factories.milestone(made, subject="Uden dato")
    milestones.meet(milestone=first, on=date(2026, 3, 10), reason="Kom", by=consultant)
    return made


def sheet(response):
    return openpyxl.load_workbook(io.BytesIO(response.content)).active


def test_the_workbook_has_real_dates_and_a_frozen_header(log_in, consultant, engagement):
    response = log_in(consultant).get(page(engagement, "tidsplan.xlsx"))
    assert response["Content-Disposition"] == 'attachment; filename="Tidsplan_Hedensted-Kommune_2026-03-10.xlsx"'
    found = sheet(response)
    rows = [[cell.value for cell in row] for row in found.iter_rows()]
    assert (found.freeze_panes, rows[0][1:5], len(rows)) == ("A2", ["Fase", "Milepæl", "Start", "Slut"], 4)
    late, interviews, undated = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    assert (late["Start"].date(), late["Status"], late["Opfyldt den"].date()) == (date(2026, 3, 9), "Opfyldt for sent", date(2026, 3, 10))
    assert (late["Bemærkning"], late["Dato som skrevet"], late["Uge"]) == ("Husk kaffe", "9. marts", 11)
    assert (interviews["Slut"].date(), interviews["Uge"], interviews["Eventuel"]) == (date(2026, 3, 31), "13-14", "Ja")
    assert (undated["Start"], undated["Uge"]) == (None, None)


def test_a_subject_never_becomes_a_formula(log_in, consultant, engagement):
    cell = sheet(log_in(consultant).get(page(engagement, "tidsplan.xlsx")))["C2"]
    assert (cell.value, cell.data_type) == ("'=HYPERLINK(1)", "s")


def test_everybody_who_sees_the_engagement_takes_it_away(log_in, coordinator, engagement):
    client = log_in(coordinator)
    assert sheet(client.get(page(engagement, "tidsplan.xlsx"))).max_row == 4
    response = client.post(page(engagement, "tidsplan/pdf/"))
    job = Job.objects.get()
    assert (response["Location"], job.requested_by, job.kind) == (f"/job/{job.pk}/", coordinator, "timetable.pdf")


def test_what_people_wrote_is_for_the_team_and_the_municipality(log_in, coordinator, engagement):
    """A consultant outside the team takes the plan away without it, on paper and as a workbook (decision 13)."""
    outside = sheet(log_in(factories.person(Role.CONSULTANT)).get(page(engagement, "tidsplan.xlsx")))
    inside = sheet(log_in(coordinator).get(page(engagement, "tidsplan.xlsx")))
    cells = {
        "in": [cell.value for row in inside.iter_rows() for cell in row],
        "out": [cell.value for row in outside.iter_rows() for cell in row],
    }
    assert [[text in found for text in ("Bemærkning", "Husk kaffe", "Dato som skrevet", "9. marts")] for found in cells.values()] == [
        [True] * 4,
        [False] * 4,
    ]
    assert (outside.max_column, inside.max_column, outside.max_row) == (12, 14, inside.max_row)
    context = rendering.timetable_context(engagement, list(engagement.milestones.chronological()), date(2026, 3, 10))
    paper = render_to_string("pdf/timetable.html", context | {"document": pdf.Properties("Plan", "Os", "", "")})
    assert [text in paper for text in ("=HYPERLINK(1)", "Husk kaffe")] == [True, False]


def test_a_second_click_orders_no_second_pdf(log_in, consultant, engagement):
    client = log_in(consultant)
    first, second = (client.post(page(engagement, "tidsplan/pdf/"))["Location"] for _ in range(2))
    assert first == second
    assert Job.objects.count() == 1


def test_the_pdf_is_made_stored_for_a_week_recorded_and_fetched(log_in, consultant, engagement):
    client = log_in(consultant)
    address = client.post(page(engagement, "tidsplan/pdf/"))["Location"]
    assert "Venter på at komme til" in client.get(address).text
    tasks.run_waiting_jobs()
    assert (Job.objects.get().state, Job.objects.get().error) == (JobState.DONE, "")
    shown = client.get(address)
    assert f'href="{address}hent/"' in shown.text
    fetched = client.get(f"{address}hent/")
    content = b"".join(fetched.streaming_content)
    stored = StoredFile.objects.get()
    assert (content[:5], len(content), fetched["Content-Length"]) == (b"%PDF-", stored.size, str(stored.size))
    assert fetched["Content-Disposition"] == 'attachment; filename="Tidsplan_Hedensted-Kommune_2026-03-10.pdf"'
    assert (stored.expires_at - stored.created_at).days == 7
    entry = audit.history(engagement.scope).first()
    assert (entry.verb, entry.by) == ("timetable.pdf", consultant)


def test_the_pdf_is_not_made_for_somebody_whose_role_has_ended(coordinator, engagement):
    job = factories.job(engagement, coordinator, kind="timetable.pdf")
    Membership.objects.filter(user=coordinator).update(valid_from="2020-01-01", valid_to="2020-12-31")
    jobs.run_next()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Du har ikke længere adgang til forløbet, så tidsplanen er ikke lavet.")
    assert not StoredFile.objects.exists()
