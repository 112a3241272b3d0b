"""engagements.rendering: the timetable as PDF, made by a job, and as a workbook."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import time_machine
from openpyxl import load_workbook

from accounts import jobs
from accounts.models import AuditEntry, Job
from accounts.refusal import Refused
from accounts.states import JobState, Role
from documents import vault
from documents.models import StoredFile
from engagements import access, rendering
from engagements.actions import milestones
from engagements.models import Engagement, Milestone
from engagements.states import EngagementState, Phase, Precision
from tests import factories, pdf_checks

TODAY = date(2016, 4, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel("2016-04-20 10:00:00 +0200", tick=False):
        yield


@pytest.fixture
def lead():
    return factories.person(Role.CONSULTANT, name="Katrine Konsulent Ærø", phone="12 34 56 78")


@pytest.fixture
def engagement(lead) -> Engagement:
    return factories.engagement(lead, starts_on=date(2016, 2, 1))


def ordered(engagement: Engagement, by) -> Job:
    return jobs.order(
        kind=rendering.TIMETABLE_PDF, title="Tidsplan", scope=engagement.scope, object_id=engagement.pk, back_url="/forloeb/1/", by=by
    )


def context(engagement: Engagement) -> dict:
    loaded = Engagement.objects.get(pk=engagement.pk)
    return rendering.timetable_context(loaded, list(loaded.milestones.chronological()), TODAY)


def rows(engagement: Engagement) -> list[rendering.PlanRow]:
    return [row for block in context(engagement)["tables"] for row in block.rows]


# The job


def test_the_pdf_of_a_plan_is_accessible_and_says_what_the_director_must_know(engagement, lead):
    met = factories.milestone(engagement, on=date(2016, 2, 19), subject="Frist for indsendelse af sager")
    milestones.meet(milestone=met, on=date(2016, 2, 23), reason="Alle 20 sager er kommet", by=lead)
    factories.milestone(engagement, on=date(2016, 4, 28), subject="Læringsseminar", optional=True, place="Hedensted Rådhus")
    factories.milestone(
        engagement, on=date(2016, 8, 8), until=date(2016, 9, 18), subject="Udviklingsplan", phase=Phase.PLANNING, precision=Precision.WEEKS
    )
    moved = factories.milestone(engagement, on=date(2016, 3, 9), subject="Oversigt over borgere")
    Milestone.objects.filter(pk=moved.pk).update(occurrences=[[date(2016, 3, 16), date(2016, 3, 16)]])
    job = ordered(engagement, lead)
    assert jobs.run_next()

    job.refresh_from_db()
    assert (job.state, job.error, job.done, job.total) == (JobState.DONE, "", 3, 3)
    stored = StoredFile.objects.get(pk=job.result_id)
    assert stored.name == "Tidsplan_Hedensted-Kommune_2016-04-20.pdf"
    assert (stored.content_type, stored.created_by, stored.scope) == ("application/pdf", lead, engagement.scope)
    assert stored.expires_at - stored.created_at == timedelta(days=7)
    content = vault.read(stored)
    assert pdf_checks.problems(content) == []
    text = pdf_checks.text(content)
    for words in (
        "Tidsplan for Hedensted Kommune",
        "Taskforcen på handicapområdet – børn",
        "Område Børnehandicap",
        "Kontakt Katrine Konsulent Ærø",
        "Telefon 12 34 56 78",
        "1. Analyse februar-april 2016",
        "fredag d. 19. februar 2016 7 Frist for indsendelse af sager Kommunen Opfyldt for sent 23.02.2016",
        "onsdag d. 16. marts 2016 Før: onsdag d. 9. marts 2016 11 Oversigt over borgere Kommunen Overskredet",
        "torsdag d. 28. april 2016 17 Læringsseminar evt. – Hedensted Rådhus Kommunen Kommende",
        "uge 32-37 2016 Udviklingsplan Kommunen Kommende",
        "Udskrevet 20. april 2016",
        "Side 1 af 1",
    ):
        assert words in text
    assert pdf_checks.bookmarks(content) == ["Tidsplan for Hedensted Kommune", "Analyse", "Udviklingsplan"]
    assert pdf_checks.link_names(content) == [lead.email]
    entry = AuditEntry.objects.get(verb="timetable.pdf")
    assert (entry.by, entry.scope, entry.target_id) == (lead, engagement.scope, str(engagement.pk))


def test_the_job_tells_in_danish_how_far_it_is(engagement, lead, monkeypatch):
    told = []

    def tell(job: Job, *, step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    monkeypatch.setattr(jobs, "tell", tell)
    rendering.render_timetable(ordered(engagement, lead))
    assert told == [("Henter tidsplanen", 0, 3), ("Sætter siderne op", 1, 3), ("Kontrollerer tilgængelighed", 2, 3)]


def test_a_person_who_lost_access_gets_no_timetable(engagement, coordinator):
    job = ordered(engagement, coordinator)
    coordinator.memberships.update(valid_to=date(2016, 4, 19))
    assert jobs.run_next()
    job.refresh_from_db()
    assert (job.state, job.result_id) == (JobState.FAILED, None)
    assert job.error == "Du har ikke længere adgang til forløbet, så tidsplanen er ikke lavet."
    assert not StoredFile.objects.exists()
    assert not AuditEntry.objects.filter(verb="timetable.pdf").exists()


def test_a_person_who_is_denied_gets_no_timetable(engagement, lead, monkeypatch):
    nobody_may = access.Permission(access.ENGAGEMENT, "no such action", "Nej.")
    monkeypatch.setattr(access.get_engagement, "__defaults__", (nobody_may,))
    with pytest.raises(Refused, match="ikke længere adgang"):
        rendering.render_timetable(ordered(engagement, lead))


def test_a_coordinator_gets_the_timetable_of_their_own_municipality(engagement, coordinator):
    stored = StoredFile.objects.get(pk=rendering.render_timetable(ordered(engagement, coordinator)))
    assert stored.created_by == coordinator
    assert "Tidsplanen er ikke lagt endnu" in pdf_checks.text(vault.read(stored))


def test_a_plan_without_milestones_and_lead_is_one_accessible_page(engagement, lead):
    engagement.team_members.update(is_lead=False)
    content = vault.read(StoredFile.objects.get(pk=rendering.render_timetable(ordered(engagement, lead))))
    pages = pdf_checks.page_texts(content)
    assert len(pages) == 1
    assert "Kontakt" not in pages[0]
    assert pdf_checks.problems(content) == []


def test_forty_milestones_fill_two_pages(engagement, lead):
    _fill(engagement, 40)
    content = vault.read(StoredFile.objects.get(pk=rendering.render_timetable(ordered(engagement, lead))))
    pages = pdf_checks.page_texts(content)
    assert len(pages) == 2
    assert "Side 2 af 2" in pages[1]
    assert pdf_checks.problems(content) == []


def test_three_hundred_milestones_some_of_them_long_are_all_there(engagement, lead):
    _fill(engagement, 300, subject="Åbent møde på Ærø om børn, unge & <b>støtte</b>")
    for milestone in engagement.milestones.filter(position__in=range(0, 300, 30)):
        milestone.subject += " " + "o" * 240
        milestone.save()
    content = vault.read(StoredFile.objects.get(pk=rendering.render_timetable(ordered(engagement, lead))))
    pages = pdf_checks.page_texts(content)
    text = " ".join(pages)
    assert text.count("Åbent møde på Ærø om børn, unge & <b>støtte</b>") == 300
    assert all("Dato Uge Milepæl Hvem Status" in page for page in pages)
    assert f"Side {len(pages)} af {len(pages)}" in pages[-1]
    assert pdf_checks.problems(content) == []


def _fill(engagement: Engagement, number: int, subject: str = "Milepæl om noget") -> None:
    days = [date(2016, 2, 1) + timedelta(weeks=week // 3) for week in range(number)]
    Milestone.objects.bulk_create(
        Milestone(
            engagement=engagement,
            position=place,
            subject=f"{subject} {place}"[:300],
            phase=list(Phase)[1 + place * 4 // number],
            party="both",
            kind="meeting",
            precision=Precision.DAY,
            occurrences=[[day, day]],
            baseline=[[day, day]],
        )
        for place, day in enumerate(days)
    )


# What the page says


def test_every_phase_of_the_programme_is_shown_with_its_months_and_state(engagement):
    factories.milestone(engagement, on=date(2016, 2, 19))
    factories.milestone(engagement, on=date(2016, 8, 10))
    assert [(block.label, block.period, block.state_text, block.amount) for block in context(engagement)["phases"]] == [
        ("Analyse", "februar-august 2016", "I gang nu", "2 milepæle"),
        ("Udviklingsplan", "ca. 3 måneder", "Kommer", "0 milepæle"),
        ("Udvikling", "ca. 15 måneder", "Kommer", "0 milepæle"),
        ("Afslutning", "ca. 3 måneder", "Kommer", "0 milepæle"),
    ]


def test_a_completed_engagement_has_done_all_its_phases(engagement):
    Engagement.objects.filter(pk=engagement.pk).update(state=EngagementState.COMPLETED)
    assert {block.state_text for block in context(engagement)["phases"]} == {"Gennemført"}


def test_a_phase_that_the_programme_does_not_have_comes_last(engagement):
    factories.milestone(engagement, on=date(2016, 2, 1), phase=Phase.FOLLOW_UP)
    block = context(engagement)["phases"][-1]
    assert (block.label, block.period, block.state_text, len(block.rows)) == ("Opfølgning", "februar 2016", "", 1)


def test_dropped_milestones_are_counted_and_not_shown(engagement, lead):
    factories.milestone(engagement, on=date(2016, 5, 2), subject="Bliver")
    for _ in range(2):
        milestones.drop(milestone=factories.milestone(engagement, on=date(2016, 5, 2)), reason="Aflyst", by=lead)
    assert [row.line.milestone.subject for row in rows(engagement)] == ["Bliver"]
    assert context(engagement)["dropped"] == "2 bortfaldne milepæle er ikke vist."


def test_an_undated_milestone_says_so(engagement):
    factories.milestone(engagement)
    (row,) = rows(engagement)
    assert (row.line.dates, row.weeks, row.line.before) == ("Ingen dato endnu", "", "")
    assert context(engagement)["tables"][0].period == "ca. 6 måneder"


@pytest.mark.parametrize(
    ("first", "last", "precision", "weeks"),
    [
        (date(2016, 5, 9), date(2016, 5, 11), Precision.DAYS, "19"),
        (date(2016, 1, 18), date(2016, 2, 14), Precision.WEEKS, ""),  # the date is in weeks
        (date(2016, 12, 28), date(2017, 1, 3), Precision.DAYS, ""),  # the dates say it, with their years
        (date(2017, 1, 1), date(2017, 3, 31), Precision.MONTHS, ""),  # weeks would be more exact than the plan is
    ],
)
def test_weeks_are_shown_where_they_say_more_than_the_date(engagement, first, last, precision, weeks):
    factories.milestone(engagement, on=first, until=last, precision=precision)
    (row,) = rows(engagement)
    assert row.weeks == weeks


@pytest.mark.parametrize(
    ("subject", "mark"),
    [("Oplæg for udvalget", "evt."), ("Evt. oplæg for udvalget", ""), ("Eventuelt oplæg for udvalget", "")],
)
def test_an_optional_milestone_is_marked_once(engagement, subject, mark):
    factories.milestone(engagement, on=TODAY, subject=subject, optional=True)
    (row,) = rows(engagement)
    assert row.optional == mark


def test_the_place_is_not_repeated(engagement):
    factories.milestone(engagement, on=TODAY, subject="Seminar i Hedensted", place="Hedensted")
    factories.milestone(engagement, on=TODAY, subject="Seminar", place="Hedensted")
    assert [row.place for row in rows(engagement)] == ["", "Hedensted"]


def test_the_file_is_named_after_municipality_and_day(engagement):
    engagement.municipality.display_name = "Æ/rø\\ & Ålborg: Kommune."
    assert rendering.timetable_name(engagement, "xlsx") == "Tidsplan_Æ-rø-Ålborg-Kommune_2016-04-20.xlsx"


# The workbook


def sheet(engagement: Engagement):
    content = rendering.timetable_workbook(engagement, engagement.milestones.chronological(), with_notes=True)
    return load_workbook(io.BytesIO(content))


def test_the_workbook_holds_every_milestone_with_real_dates(engagement, lead):
    first = factories.milestone(
        engagement,
        on=date(2016, 2, 19),
        subject="=Frist for indsendelse af sager",
        source_text="19. februar",
        optional=True,
        note="Sendes samlet",
    )
    milestones.meet(milestone=first, on=date(2016, 2, 18), reason="Kommet", by=lead)
    Milestone.objects.filter(pk=first.pk).update(baseline=[[date(2016, 2, 12), date(2016, 2, 12)]])
    period = factories.milestone(engagement, on=date(2016, 3, 7), until=date(2016, 3, 20), precision=Precision.WEEKS, subject="Interviews")
    undated = factories.milestone(engagement, subject="Løst")
    book = sheet(engagement)
    page = book.active
    assert book.properties.title == "Tidsplan: Hedensted Kommune, børnehandicap 2016"
    assert [[_plain(cell.value) for cell in row] for row in page.iter_rows()] == [
        list(rendering.COLUMNS),
        [
            first.pk, "Analyse", "'=Frist for indsendelse af sager", date(2016, 2, 19), date(2016, 2, 19), 7, "19. februar", "Kommunen", "Frist",
            "Ja", "Opfyldt", date(2016, 2, 18), date(2016, 2, 12), "Sendes samlet",
        ],
        [
            period.pk, "Analyse", "Interviews", date(2016, 3, 7), date(2016, 3, 20), "10-11", "uge 10-11 2016", "Kommunen", "Frist",
            None, "Overskredet", None, date(2016, 3, 7), None,
        ],
        [undated.pk, "Analyse", "Løst", None, None, None, None, "Kommunen", "Frist", None, "Kommende", None, None, None],
    ]  # fmt: skip
    assert page["D2"].number_format == "dd.mm.yyyy"
    assert page.freeze_panes == "A2"


def _plain(value: object) -> object:
    return value.date() if hasattr(value, "date") else value


def test_the_workbook_of_an_empty_plan_has_its_header(engagement):
    assert sheet(engagement).active.dimensions == "A1:N1"
