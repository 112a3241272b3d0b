"""What the municipality is shown: the release half-way, the results and the seminar of Hedensted's first engagement, which was released."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page

from cases.models import Case, Review, Round, SeminarPage
from cases.states import Profession, ReviewState
from tests.browser.paper_sights import handed_in
from tests.browser.sights import Address, Sight, send
from tests.browser.world import World


def released() -> Round:
    return Round.objects.get(release__isnull=False)


def of(name: str, query: str = "") -> Address:
    """An address of the round that was released."""
    return lambda world: reverse(name, args=[released().engagement_id, released().kind]) + query


def half_way(name: str) -> Address:
    """An address of the round that is reviewed."""
    return lambda world: reverse(name, args=[handed_in().engagement_id, handed_in().kind])


def of_sheet(name: str) -> Address:
    def resolve(world: World) -> str:
        sheet = SeminarPage.objects.filter(round=released()).earliest("position")
        return reverse(name, args=[sheet.round.engagement_id, sheet.round.kind, sheet.pk])

    return resolve


def ready(world: World) -> str:
    """The round that is reviewed, all of it done."""
    round = handed_in()
    reviews = Review.objects.standing().filter(case__round=round)
    reviews.filter(profession=Profession.LEGAL).update(state=ReviewState.ASSURED)
    reviews.filter(profession=Profession.VISO).update(state=ReviewState.FINAL)
    Case.objects.filter(round=round).exclude(state="draft").update(state="assured")
    return reverse("release", args=[round.engagement_id, round.kind])


def changed_meanwhile(page: Page) -> None:
    """A jurist's review is another one when the button is pressed."""
    first = Review.objects.standing().filter(case__round=handed_in(), profession=Profession.LEGAL).earliest("case__number")
    Review.objects.filter(pk=first.pk).update(overall_reason="Skrevet imens")
    page.get_by_role("button", name="Frigiv til kommunen").click()
    page.wait_for_load_state()


def counted(page: Page) -> None:
    """A sheet with numbers in it."""
    page.get_by_label("Tema", exact=True).fill("Begrundelser")
    page.get_by_label("Mønster").fill("I tre af 20 sager mangler begrundelsen, fx i Sag 07")
    send(page)


def saved_meanwhile(page: Page) -> None:
    """A colleague saves the sheet while its form is open."""
    SeminarPage.objects.filter(round=released()).update(pattern="Kollegaens ord")
    page.get_by_label("Mønster").fill("Mine ord")
    send(page)


RESULTS = (
    Sight("release, not yet", "katrine", "release", half_way("release")),
    *(Sight("the results", who, "results", of("results")) for who in ("hanne", "katrine", "jonas")),
    Sight("the results, too early", "sofie", "results", half_way("results"), status=403),
    Sight("the cases that were released", "lars", "cases", of("cases")),
    *(Sight("the seminar, title", who, "seminar", of("seminar")) for who in ("hanne", "katrine")),
    Sight("the seminar, a sheet", "hanne", "seminar", of("seminar", "?side=3")),
    Sight("the seminar, no sheets", "jonas", "seminar", half_way("seminar")),
    Sight("sheets of the seminar", "katrine", "seminar-edit", of("seminar-edit")),
    Sight("no sheets of the seminar yet", "jonas", "seminar-edit", half_way("seminar-edit")),
    Sight("a new sheet", "katrine", "seminar-add", of("seminar-add")),
    Sight("a new sheet, with numbers", "katrine", "seminar-add", of("seminar-add"), then=counted, refused=True, status=422),
    Sight("a sheet", "jonas", "seminar-sheet", of_sheet("seminar-sheet")),
    Sight("remove a sheet", "katrine", "seminar-remove", of_sheet("seminar-remove")),
    Sight("a sheet, saved meanwhile", "jonas", "seminar-sheet", of_sheet("seminar-sheet"), then=saved_meanwhile, status=409),
    Sight("release, ready", "katrine", "release", ready),
    Sight("release, changed meanwhile", "katrine", "release", ready, then=changed_meanwhile, status=409),
)
# They act or hand over a file.
NO_PAGE_OF_RESULTS = {"release-now", "seminar-draft", "seminar-move", "seminar-pdf"}
