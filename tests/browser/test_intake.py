"""Cases come in through a browser: without scripts, by keyboard alone, and by dragging a file to its case."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from accounts.states import Role
from cases.models import Case, CaseDocument, Round
from taskforce.demo import papers
from tests import factories
from tests.browser.conftest import give_session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hanne(site: str, catalogue: None) -> User:
    return factories.person(Role.COORDINATOR, name="Hanne Koordinator")


@pytest.fixture
def cases(hanne: User) -> Round:
    """Three slots; one file lies loose."""
    made = factories.round(factories.engagement(factories.person(Role.CONSULTANT)), cases=3)
    factories.case_document(made, hanne, name="Journalnotat maj.pdf")
    return made


@pytest.fixture
def two_papers(tmp_path: Path) -> list[Path]:
    found = [tmp_path / "Afgørelse.pdf", tmp_path / "Ansøgning.pdf"]
    for path in found:
        path.write_bytes(papers.paper(path.stem, ["En side."]))
    return found


def files_of(case: Case) -> list[tuple[str, str]]:
    """(name, kind) of the files of a case."""
    found = CaseDocument.objects.filter(case=case).order_by("document__name")
    return [(file.document.name, file.document_type.slug if file.document_type else "") for file in found]


def kind_of(page: Page, slug: str) -> Locator:
    """The part of a case's page that holds one kind of document."""
    return page.get_by_role("region").filter(has=page.locator(f"#kind-{slug}")).last


def test_a_case_is_filled_in_without_scripts(
    new_context: Callable[..., BrowserContext], hanne: User, cases: Round, two_papers: list[Path], site: str
) -> None:
    context = new_context(java_script_enabled=False)
    give_session(context, hanne, site)
    page, case = context.new_page(), cases.cases.get(number=2)
    page.goto(site + cases.get_absolute_url())
    page.get_by_label("Læg Journalnotat maj.pdf i sag").select_option("Sag 02")
    page.get_by_role("button", name=re.compile("Læg i sag.*Journalnotat")).click()
    page.get_by_role("link", name="Sag 02").click()
    page.get_by_label("Ydelsesområde").select_option("Merudgifter (barnets lov § 86)")
    page.get_by_label("Afgørelsens dato").fill("2. juni 2025")
    page.get_by_label("Udfald").select_option("Afslag")
    page.get_by_label("Aldersgruppe").select_option("7–12 år")
    page.get_by_label("Beskrivelse").fill("Kost ved diæt")
    page.get_by_role("button", name="Gem oplysninger").click()
    expect(page.get_by_text("Sag 02 er gemt.")).to_be_visible()
    page.get_by_label("Filer", exact=True).set_input_files(two_papers)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Afgørelse.pdf og Ansøgning.pdf er modtaget")).to_be_visible()
    page.get_by_text("Den findes ikke: Udredning").click()
    page.get_by_label("Hvorfor mangler udredning?").fill("Der var ikke behov for en udredning")
    kind_of(page, "udredning").get_by_role("button", name="Gem begrundelse").click()
    expect(page.get_by_text("»Der var ikke behov for en udredning«")).to_be_visible()
    assert files_of(case) == [
        ("Afgørelse.pdf", "afgoerelse"),
        ("Ansøgning.pdf", "ansoegning"),
        ("Journalnotat maj.pdf", "journalnotater"),
    ]
    assert Case.objects.get(pk=case.pk).description == "Kost ved diæt"


def test_a_file_is_dragged_to_its_case(logged_in: Callable[..., Page], hanne: User, cases: Round, site: str) -> None:
    page = logged_in(hanne)
    page.goto(site + cases.get_absolute_url())
    page.locator("[data-loose]").drag_to(page.locator("tr[data-case='3']"))
    expect(page.get_by_text("»Journalnotat maj.pdf« ligger nu i Sag 03 som journalnotater.")).to_be_visible()
    assert files_of(cases.cases.get(number=3)) == [("Journalnotat maj.pdf", "journalnotater")]


def test_files_that_arrive_are_shown_without_a_reload(
    logged_in: Callable[..., Page], hanne: User, cases: Round, two_papers: list[Path], site: str
) -> None:
    page = logged_in(hanne)
    page.goto(site + cases.get_absolute_url())
    page.locator("input[type=file]").set_input_files(two_papers)
    expect(page.get_by_role("link", name="Ansøgning.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="Afgørelse.pdf")).to_be_visible()
    expect(page.get_by_text("Behandler")).to_be_visible()
    page.get_by_role("link", name="Sag 01").focus()
    page.keyboard.press("Enter")
    page.locator("input[type=file]").set_input_files(two_papers[0])
    expect(kind_of(page, "afgoerelse").get_by_role("link", name="Afgørelse.pdf", exact=True)).to_be_visible()
    expect(page.get_by_text("1 akt kontrolleres.")).to_be_visible()
