"""VISO's choice of cases: before the hand-in, while it is open, locked, and one case in the place of another; of the demo's rounds."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page

from cases.models import VisoSelection
from cases.states import SelectionState
from tests.browser.case_sights import of_cases
from tests.browser.paper_sights import handed_in
from tests.browser.sights import Address, Sight, send
from tests.browser.world import World

OPEN, LOCKED = SelectionState.OPEN, SelectionState.LOCKED


def choice(state: SelectionState, name: str = "viso-selection", *, query: str = "") -> Address:
    """The choice of Aabenraa's cases, put into this state; the last sight leaves it locked, as the demo has it."""

    def resolve(world: World) -> str:
        VisoSelection.objects.filter(round=handed_in()).update(state=state)
        return reverse(name, args=[handed_in().engagement_id, handed_in().kind]) + query

    return resolve


def own_case(world: World) -> str:
    round = handed_in()
    VisoSelection.objects.filter(round=round).update(state=LOCKED)
    number = round.selection.picks.filter(removed_at=None).earliest("case__number").case.number
    return reverse("case", args=[round.engagement_id, round.kind, number])


def one_too_few(page: Page) -> None:
    page.locator("input[name=cases]:checked").first.uncheck()
    send(page)


def all_marked(page: Page) -> None:
    """Every box, so that every reason is shown."""
    for box in page.locator("input[name=cases]").all():
        box.check()


CHOICE = (
    Sight("VISO's choice before the hand-in", "katrine", "viso-selection", of_cases("viso-selection")),
    *(Sight("VISO's choice, proposed", who, "viso-selection", choice(OPEN)) for who in ("vibeke", "jonas", "katrine")),
    Sight("VISO's choice, suggested", "vibeke", "viso-selection", choice(OPEN, query="?forslag=ja")),
    Sight("VISO's choice, all marked", "vibeke", "viso-selection", choice(OPEN), shown=all_marked),
    Sight("VISO's choice, one too few", "jonas", "viso-selection", choice(OPEN), then=one_too_few, refused=True, status=422),
    *(Sight("VISO's choice, locked", who, "viso-selection", choice(LOCKED)) for who in ("vibeke", "jonas", "katrine")),
    Sight("another case for VISO", "jonas", "viso-selection-change", choice(LOCKED, "viso-selection-change")),
    Sight("another case, nothing chosen", "jonas", "viso-selection-change", choice(LOCKED, "viso-selection-change"), then=send, refused=True, status=422),
    Sight("a case of VISO's", "vibeke", "case", own_case),
)  # fmt: skip
NO_PAGE_OF_CHOICE = {"viso-selection-propose", "viso-selection-lock"}
