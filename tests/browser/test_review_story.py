"""From the last approval to the municipality's own screen: a jurist assures, a consultant writes the seminar and releases, VISO and the
municipality read what is theirs; the seminar by arrow keys, without scripts, and on paper."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from accounts.states import Role
from cases.actions import seminar_sheets
from cases.models import Case, Release, Review
from cases.seminar_words import find
from cases.states import CaseState, FindingKind, Profession, Rating, ReviewState
from tests import factories
from tests.browser.conftest import give_session
from tests.browser.visitor import Visitor
from tests.cases import reviewed
from tests.cases.reviewed import World

ADVICE = "Skriv begrundelsen, så borgeren kan genkende sin egen situation"
REASON = "Begrundelsen gengiver reglen uden borgerens forhold"


@pytest.fixture
def world(site: str, catalogue: None) -> World:
    """Everything is done but the approval of one review; a finding is cleared."""
    made = reviewed.world()
    made.answer(2, "begrundelse", rating=Rating.MINOR_DEFECT, reason=REASON, learning_point=ADVICE, internal_note="Kun til os")
    Review.objects.filter(pk=made.review(2).pk).update(state=ReviewState.IN_QA, assured_by=None, second_reader=made.colleague)
    Case.objects.filter(round=made.round, number=2).update(state=CaseState.REVIEWED)
    made.answer(1, "udredning", Profession.VISO, strength="Barnet er hørt", reason="Målene kan blive klarere")
    reviewed.cleared(made, "begrundelse", FindingKind.LEARNING, ADVICE)
    return made


@pytest.fixture
def hanne(site: str, catalogue: None) -> User:
    return factories.person(Role.COORDINATOR, name="Hanne Koordinator")


def url(name: str, world: World, *more: object) -> str:
    return reverse(name, args=[world.engagement.pk, world.round.kind, *more])


def test_from_the_last_approval_to_the_municipality(world: World, hanne: User, logged_in: Callable[..., Page]) -> None:
    consultant = logged_in(world.consultant)
    it_cannot_be_released_yet(consultant, world)
    the_last_review_is_approved(logged_in(world.colleague), world)
    the_seminar_is_written_and_shown(consultant, world)
    what_is_previewed_is_released(consultant, world)
    viso = logged_in(world.viso)
    viso.goto(url("results", world))
    expect(viso.locator("#sag-1")).to_be_visible()
    expect(viso.locator("#sag-2")).to_have_count(0)
    the_municipality_reads_it(logged_in(hanne), world)


def it_cannot_be_released_yet(page: Page, world: World) -> None:
    page.goto(world.round.get_absolute_url())
    page.get_by_role("link", name="Frigivelse").click()
    expect(page.get_by_role("main")).to_contain_text("Gennemgangen af Sag 02 skal kvalitetssikres først.")
    expect(page.get_by_role("button", name="Frigiv til kommunen")).to_have_count(0)
    expect(page.get_by_role("main")).not_to_contain_text(REASON)


def the_last_review_is_approved(page: Page, world: World) -> None:
    page.goto(url("review-assure", world, 2))
    page.get_by_role("button", name="Godkend").click()
    page.wait_for_load_state()
    assert world.review(2).state == ReviewState.ASSURED


def the_seminar_is_written_and_shown(page: Page, world: World) -> None:
    """A first draft, a sheet of one's own, which may hold no number, and the arrow keys in front of the room."""
    page.goto(url("seminar-edit", world))
    page.get_by_role("button", name="Lav sider af godkendte fund").click()
    expect(page.get_by_role("status").filter(has_text="1 side er lavet")).to_be_visible()
    page.get_by_role("link", name="Ny side").click()
    page.get_by_label("Tema").fill("Opfølgning")
    page.get_by_label("Mønster").fill("I tre sager er opfølgningen aftalt")
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_role("alert")).to_contain_text("»tre« er et talord")
    page.get_by_label("Mønster").fill("Opfølgningen er aftalt fra begyndelsen")
    page.get_by_role("button", name="Gem").click()
    page.get_by_role("button", name="Flyt op Opfølgning").click()
    page.get_by_role("link", name="Vis i fuld skærm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Læringsseminar")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    for key, heading, place in (
        ("ArrowRight", "Opfølgning", "Side 2 af 3"),
        ("PageDown", "Begrundelsesmangel", "Side 3 af 3"),
        ("ArrowRight", "Begrundelsesmangel", "Side 3 af 3"),
        ("ArrowLeft", "Opfølgning", "Side 2 af 3"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.locator("#seminar-place")).to_have_text(place)
    page.get_by_role("link", name="Næste").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert asked == []
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Begrundelsesmangel")
    page.get_by_role("link", name="Afslut").click()
    Visitor(page).sees_heading("Læringsseminar")


def what_is_previewed_is_released(page: Page, world: World) -> None:
    page.goto(url("release", world))
    page.locator("#sag-2 summary").click()
    expect(page.locator("#sag-2")).to_contain_text(REASON)
    previewed = page.locator("article.result").inner_html()
    page.get_by_role("button", name="Frigiv til kommunen").click()
    expect(page.get_by_role("status").filter(has_text="Resultaterne er frigivet, og kommunen får besked.")).to_be_visible()
    assert page.locator("article.result").inner_html() == previewed.replace(' open=""', "")
    assert Release.objects.get(round=world.round).by == world.consultant


def the_municipality_reads_it(page: Page, world: World) -> None:
    """From the message to the results, unfolded by keyboard, and on to the seminar."""
    page.goto(reverse("notices"))
    page.get_by_role("link", name="Resultatet af sagsgennemgangen er klar til jer").click()
    Visitor(page).sees_heading("Resultat")
    expect(page.get_by_role("region", name="Det kan I lære af")).to_contain_text(ADVICE)
    expect(page.get_by_text(REASON)).to_be_hidden()
    page.locator("#sag-2 summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(REASON)).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("Kun til os")
    page.get_by_role("link", name="Vis læringsseminaret").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Læringsseminar")
    page.get_by_role("link", name="Afslut").click()
    Visitor(page).sees_heading("Resultat")


def on_paper(page: Page) -> list[str]:
    """The text of each page that the browser prints."""
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(format="A4")))
    return [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document]


def test_the_seminar_without_scripts_and_on_paper(world: World, new_context: Callable[..., BrowserContext], site: str) -> None:
    for theme in ("Opfølgning", "Klart sprog"):
        words = {"theme": theme, "pattern": "Det går igen", "example": "Sådan kan det gøres", "question": "Hvad hjælper os?"}
        seminar_sheets.add(round=world.round, values=words, by=world.consultant)
    context = new_context(java_script_enabled=False)
    give_session(context, world.consultant, site)
    page = context.new_page()
    page.goto(url("seminar", world))
    for heading in ("Opfølgning", "Klart sprog"):
        page.get_by_role("link", name="Næste").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("link", name="Næste")).to_be_hidden()
    printed = on_paper(page)
    assert [next(word for word in ("Læringsseminar", "Opfølgning", "Klart sprog") if word in text) for text in printed] == [
        "Læringsseminar",
        "Opfølgning",
        "Klart sprog",
    ]
    assert [word.text for text in printed[1:] for word in find(text)] == []


def test_every_case_of_the_results_is_on_paper(world: World, logged_in: Callable[..., Page]) -> None:
    page = logged_in(world.consultant)
    page.goto(url("release", world))
    assert "Barnet er hørt" in " ".join(on_paper(page))
