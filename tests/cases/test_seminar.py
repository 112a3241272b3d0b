"""*Læringsseminar*: sheets from what is cleared, words that are refused, the show, and the PDF without a single count."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import jobs
from accounts.models import AccessLog, AuditEntry, Job
from accounts.refusal import Denied, Refused
from accounts.states import JobState, Role
from cases import seminar, seminar_paper
from cases.actions import seminar_sheets
from cases.actions.seminar_sheets import base_of
from cases.models import SeminarPage
from cases.seminar_words import find
from cases.states import FindingKind, FindingState
from documents import vault
from documents.models import StoredFile
from engagements.states import Purpose
from tests import factories, pdf_checks
from tests.cases import reviewed
from tests.cases.reviewed import World

pytestmark = pytest.mark.django_db
WORDS = {
    "theme": "Begrundelse",
    "pattern": "Begrundelsen gengiver reglen",
    "example": "Brevet begynder med behovet",
    "question": "Hvad hjælper os?",
}


@pytest.fixture
def world(db) -> World:
    return reviewed.world()


def url(name: str, world: World, *more: object) -> str:
    return reverse(name, args=[world.engagement.pk, world.round.kind, *more])


def sheet(world: World, **words: str) -> SeminarPage:
    return seminar_sheets.add(round=world.round, values=WORDS | words, by=world.consultant)


def themes(world: World) -> list[str]:
    return list(world.round.seminar_pages.order_by("position", "pk").values_list("theme", flat=True))


# Drafts


def test_cleared_findings_become_a_sheet_for_each_theme(world):
    reviewed.cleared(world, "begrundelse", FindingKind.WEAKNESS, "Begrundelsen gengiver reglen")
    reviewed.cleared(world, "begrundelse", FindingKind.LEARNING, "Skriv, så borgeren kan genkende sig selv")
    reviewed.cleared(world, "begrundelse", FindingKind.STRENGTH, "Brevet begynder med behovet")
    reviewed.cleared(world, "hjemmel", FindingKind.STRENGTH, "Bestemmelsen står i brevet, jf. § 85, stk. 1")
    reviewed.cleared(world, "frist", FindingKind.WEAKNESS, "Ikke godkendt", state=FindingState.DRAFT)
    assert seminar_sheets.draft(round=world.round, by=world.consultant) == (2, 0)
    first, second = world.round.seminar_pages.order_by("position")
    assert (first.theme, first.example, first.pattern) == ("Hjemmelsmangel", "Bestemmelsen står i brevet, jf. § 85, stk. 1", "")
    assert second.pattern == "Begrundelsen gengiver reglen\n\nSkriv, så borgeren kan genkende sig selv"
    asked = world.round.legal_criteria.criteria.get(code="begrundelse").guidance
    assert second.question.startswith(seminar.ASK) and second.question.endswith("?")
    assert second.question.removeprefix(seminar.ASK).strip() in asked
    assert AuditEntry.objects.get(verb="seminar.draft").changes == {"sider": [None, 2]}


def test_a_finding_that_counts_or_names_somebody_is_left_out(world, coordinator):
    for text in ("I tre sager mangler svaret", "I 20 % af sagerne", f"{coordinator.full_name} skriver klart", "Se Sag 07"):
        reviewed.cleared(world, "frist", FindingKind.LEARNING, text)
    assert seminar_sheets.draft(round=world.round, by=world.consultant) == (0, 4)
    assert themes(world) == []


def test_a_theme_with_a_sheet_gets_no_second_one_and_nothing_cleared_is_refused(world):
    reviewed.cleared(world, "frist", FindingKind.LEARNING, "Giv besked i god tid")
    seminar_sheets.draft(round=world.round, by=world.jurist)
    with pytest.raises(Refused, match="ingen godkendte fund uden en side"):
        seminar_sheets.draft(round=world.round, by=world.jurist)
    assert themes(world) == ["Sagsbehandlingsfrist"]


def test_a_question_of_a_criterion_with_a_number_is_left_empty(world):
    reviewed.cleared(world, "genvurdering", FindingKind.LEARNING, "Se på sagen igen, når der klages")
    seminar_sheets.draft(round=world.round, by=world.jurist)
    assert world.round.seminar_pages.get().question == ""


# Writing


def test_a_sheet_with_a_word_that_counts_cannot_be_saved(world, log_in):
    client = log_in(world.consultant)
    response = client.post(url("seminar-add", world), WORDS | {"pattern": "I tre af 20 sager", "example": "Som i Sag 07"})
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert "»tre« er et talord. Skriv fx »flere« eller »nogle«." in errors["pattern"][0]
    assert "»20« er et tal." in errors["pattern"][0]
    assert "»Sag 07« peger på en bestemt sag." in errors["example"][0]
    assert themes(world) == []
    for name in ("theme", "pattern", "example", "question"):
        with pytest.raises(Refused, match="»halvdelen« er en andel"):
            sheet(world, **{name: "I halvdelen"})


def test_nobody_of_the_municipality_or_the_team_is_named(world, coordinator, log_in):
    client = log_in(world.jurist)
    for name in (coordinator.full_name, world.jurist.full_name.upper()):
        response = client.post(url("seminar-add", world), WORDS | {"example": f"Spørg {name} om det"})
        assert (response.status_code, "er et navn" in response.context["form"].errors["example"][0]) == (422, True)


def test_a_sheet_is_written_and_changed(world, log_in):
    client = log_in(world.jurist)
    assert client.post(url("seminar-add", world), WORDS | {"pattern": "Først\r\n\r\nSå, jf. § 5, stk. 3"})["Location"] == url(
        "seminar-edit", world
    )
    made = world.round.seminar_pages.get()
    assert (made.pattern, made.changed_by) == ("Først\n\nSå, jf. § 5, stk. 3", world.jurist)
    page = client.get(url("seminar-sheet", world, made.pk))
    assert page.context["form"].initial["pattern"] == made.pattern
    assert client.post(url("seminar-sheet", world, made.pk), WORDS | {"base": base_of(made), "theme": "Klart sprog"}).status_code == 302
    made.refresh_from_db()
    assert made.theme == "Klart sprog"
    entry = AuditEntry.objects.filter(verb="seminar.write").latest("pk")
    assert (entry.changes, "Klart" in str(entry.changes)) == ({"tekster": [None, ["tema", "mønster"]]}, False)


def test_the_second_of_two_gets_both_texts_and_chooses(world, log_in):
    made = sheet(world)
    base = base_of(made)
    seminar_sheets.write(sheet=made, values=WORDS | {"pattern": "Kollegaens ord"}, base=base, by=world.jurist)
    client = log_in(world.consultant)
    response = client.post(url("seminar-sheet", world, made.pk), WORDS | {"pattern": "Mine ord", "base": base})
    assert response.status_code == 409
    assert response.context["theirs"] == [{"label": "Mønster", "theirs": "Kollegaens ord", "mine": "Mine ord"}]
    made.refresh_from_db()
    assert made.pattern == "Kollegaens ord"
    again = response.context["form"]["base"].value()
    assert client.post(url("seminar-sheet", world, made.pk), WORDS | {"pattern": "Mine ord", "base": again}).status_code == 302
    made.refresh_from_db()
    assert made.pattern == "Mine ord"


def test_sheets_change_places_and_go(world, log_in):
    first, second, third = (sheet(world, theme=theme) for theme in ("Ansøgning", "Begrundelse", "Citater"))
    client = log_in(world.consultant)
    client.post(url("seminar-move", world, third.pk), {"til": "op"})
    assert themes(world) == ["Ansøgning", "Citater", "Begrundelse"]
    client.post(url("seminar-move", world, first.pk), {"til": "ned"})
    client.post(url("seminar-move", world, second.pk), {"til": "ned"})  # the last one stays
    assert themes(world) == ["Citater", "Ansøgning", "Begrundelse"]
    assert "Fjern siden »Ansøgning«?" in client.get(url("seminar-remove", world, first.pk)).text
    assert client.post(url("seminar-remove", world, first.pk)).status_code == 302
    assert themes(world) == ["Citater", "Begrundelse"]
    with pytest.raises(Refused, match="fjernet af en kollega"):
        seminar_sheets.write(sheet=first, values=WORDS, base="", by=world.consultant)


def test_only_consultants_and_jurists_of_the_team_write(world, coordinator, log_in):
    made = sheet(world)
    for person in (world.viso, coordinator, factories.person(Role.CONSULTANT)):
        for verb in (
            lambda person=person: seminar_sheets.add(round=world.round, values=WORDS, by=person),
            lambda person=person: seminar_sheets.draft(round=world.round, by=person),
            lambda person=person: seminar_sheets.write(sheet=made, values=WORDS, base=base_of(made), by=person),
            lambda person=person: seminar_sheets.move(sheet=made, up=True, by=person),
            lambda person=person: seminar_sheets.remove(sheet=made, by=person),
        ):
            with pytest.raises(Denied):
                verb()
    assert log_in(coordinator).get(url("seminar-edit", world)).status_code == 403


def test_a_sheet_of_another_round_is_not_found_here(world, log_in):
    other = reviewed.world()
    strange = sheet(other)
    client = log_in(world.consultant)
    assert client.get(url("seminar-sheet", world, strange.pk)).status_code == 404
    assert client.post(url("seminar-remove", world, strange.pk)).status_code == 404


def test_the_list_asks_as_much_for_three_sheets_as_for_one(world, log_in):
    client = log_in(world.consultant)

    def queries(name: str) -> int:
        client.get(url(name, world))
        with CaptureQueriesContext(connection) as seen:
            client.get(url(name, world))
        return len(seen)

    sheet(world)
    few = [queries(name) for name in ("seminar-edit", "seminar")]
    for theme in ("Frist", "Notat"):
        sheet(world, theme=theme)
    assert [queries(name) for name in ("seminar-edit", "seminar")] == few


# The show


def test_one_sheet_is_shown_at_a_time_and_all_are_there_for_the_printer(world, log_in):
    sheet(world)
    sheet(world, theme="Klart sprog")
    client = log_in(world.jurist)
    for query, here, forward, back in (("", 1, "?side=2", None), ("?side=2", 2, "?side=3", "?side=1"), ("?side=3", 3, None, "?side=2")):
        page = client.get(url("seminar", world) + query).text
        hidden = re.findall(r'data-sheet="(\d)" hidden', page)
        assert sorted({"1", "2", "3"} - set(hidden)) == [str(here)]
        assert re.search(rf'id="seminar-next" rel="next" href="{re.escape(forward or "?side=0")}"{"" if forward else " hidden"}>', page)
        assert re.search(rf'id="seminar-previous" rel="prev" href="{re.escape(back or "?side=0")}"{"" if back else " hidden"}>', page)
    for query in ("?side=99", "?side=x", "?side=-1", "?side=99999999999999999999"):
        assert client.get(url("seminar", world) + query).status_code == 200


@pytest.mark.parametrize("who", ["coordinator", "viso"])
def test_the_municipality_and_viso_see_the_show_after_the_release_alone(world, coordinator, log_in, who):
    """VISO too: the sheets come of what the jurists found."""
    sheet(world)
    client = log_in(coordinator if who == "coordinator" else world.viso)
    assert [client.get(url("seminar", world)).status_code, client.post(url("seminar-pdf", world)).status_code] == [403, 403]
    world.release()
    assert "Begrundelsen gengiver reglen" in client.get(url("seminar", world)).text
    assert f'href="{url("seminar", world)}"' in client.get(url("results", world)).text
    assert client.post(url("seminar-pdf", world)).status_code == 302


def test_the_day_is_that_of_the_seminar(world, log_in):
    factories.milestone(world.engagement, on=factories.date(2027, 4, 28), by=world.consultant, purpose=Purpose.LEARNING_SEMINAR)
    assert "28. april 2027" in log_in(world.consultant).get(url("seminar", world)).text


def test_the_list_says_what_comes_when_it_is_empty(world, log_in):
    client = log_in(world.consultant)
    page = client.get(url("seminar-edit", world)).text
    assert ("Her kommer seminarets sider" in page, "Vis i fuld skærm" in page, "Lav PDF" in page) == (True, False, False)
    assert "Seminaret har ingen sider endnu." in client.get(url("seminar", world)).text
    assert client.post(url("seminar-pdf", world)).status_code == 409


# The PDF


def made_pdf(client, world: World, user) -> bytes:
    client.post(url("seminar-pdf", world))
    while jobs.run_next():
        pass
    job = Job.objects.get(kind=seminar_paper.SEMINAR_PDF, requested_by=user)
    assert (job.state, job.error) == (JobState.DONE, "")
    answer = client.get(f"/job/{job.pk}/hent/")
    assert AccessLog.objects.filter(by=user).exists()
    return b"".join(answer.streaming_content)


def test_the_pdf_holds_every_sheet_and_is_accessible(world, log_in):
    sheet(world)
    sheet(world, theme="Klart sprog", example="")
    content = made_pdf(log_in(world.consultant), world, world.consultant)
    assert pdf_checks.problems(content) == []
    assert pdf_checks.bookmarks(content) == ["Læringsseminar", "Begrundelse", "Det kan vi lære", "Godt eksempel", "Til drøftelse",
                                             "Klart sprog", "Det kan vi lære", "Til drøftelse"]  # fmt: skip
    pages = pdf_checks.page_texts(content)
    assert len(pages) == 3
    assert "Begrundelsen gengiver reglen" in pages[1]
    stored = StoredFile.objects.get(name="Laeringsseminar_Hedensted-Kommune.pdf")
    assert stored.expires_at is not None
    assert b"".join([vault.read(stored)]) == content


def test_nothing_that_is_shown_or_printed_counts(world, log_in):
    """Of digits only those of its date, of page numbers, and of law."""
    sheet(world, pattern="Hjemlen står i § 85, stk. 1, nr. 2")
    client = log_in(world.consultant)
    page = client.get(url("seminar", world)).text
    body = page[page.index("<main") : page.index("</main>")]
    shown = re.sub(r"<[^>]+>", " ", body)
    printed = pdf_checks.text(made_pdf(client, world, world.consultant))
    for text in (shown, printed):
        assert "Hjemlen står i § 85" in text
        without = re.sub(r"Side \d+ af \d+|Udskrevet \d+\. \w+ \d{4}|\d+\. \w+ \d{4}", " ", text)
        assert [word.text for word in find(without)] == []
    place = re.search(r'id="seminar-place"[^>]*>([^<]+)<', page)
    assert place.group(1) == "Side 1 af 2"


def test_a_job_of_somebody_who_may_no_longer_see_makes_nothing(world, coordinator):
    sheet(world)
    for person in (coordinator, factories.person(Role.CONSULTANT)):
        job = factories.job(world.engagement, person, kind=seminar_paper.SEMINAR_PDF, object_id=world.round.pk)
        while jobs.run_next():
            pass
        job.refresh_from_db()
        assert (job.state, job.result_id, "ikke længere adgang" in job.error) == (JobState.FAILED, None, True)
    empty = factories.job(world.engagement, world.consultant, kind=seminar_paper.SEMINAR_PDF, object_id=0)
    while jobs.run_next():
        pass
    empty.refresh_from_db()
    assert (empty.state, empty.result_id) == (JobState.FAILED, None)
