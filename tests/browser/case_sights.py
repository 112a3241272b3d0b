"""The pages of the intake of cases: the overview, a case, a file, the list from Excel; of the demo's round that is half-way in."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from cases.models import Case, CaseDocument, Round
from documents.states import DocumentState
from tests.browser.sights import Address, Sight, send, unfolded
from tests.browser.world import World

READY, LACKING, REFUSED, FLAGGED, EMPTY = 1, 7, 8, 9, 12  # numbers of the demo's cases (taskforce/demo/intake.py)
BAD_LIST = "Sag\tYdelsesområde\tDato\tUdfald\n12\tMerudgifter\t2.6.2025\tafslag\n13\tBryggeri\tforleden\tmåske\n"
GOOD_LIST = "Sag\tYdelsesområde\tDato\tUdfald\tAlder\tBeskrivelse\n12\tMerudgifter\t2.6.2025\tafslag\t9\tKost ved diæt\n"


def of_cases(name: str, *more: Any, query: str = "", of: str = "running") -> Address:
    """The address of the round of the world's engagement."""

    def resolve(world: World) -> str:
        round = Round.objects.get(engagement=getattr(world, of))
        return reverse(name, args=[round.engagement_id, round.kind, *more]) + query

    return resolve


def of_file(name: str, number: int | None, state: DocumentState) -> Address:
    """The address of a file in this state of a case, or of a loose one."""

    def resolve(world: World) -> str:
        files = CaseDocument.objects.filter(round__engagement=world.running, document__state=state)
        found = files.filter(case__number=number).earliest("pk") if number else files.filter(case=None).earliest("pk")
        return reverse(name, args=[world.running.pk, found.round.kind, found.document_id])

    return resolve


def no_rounds(world: World) -> str:
    return reverse("rounds", args=[world.others.pk])


def wrong_day(page: Page) -> None:
    page.get_by_label("Afgørelsens dato").fill("i morgen tidlig")
    send(page)


def saved_meanwhile(page: Page) -> None:
    """A colleague saves while the page is open."""
    number = int(page.url.rstrip("/").rsplit("/", 1)[1])
    case = Case.objects.get(round__engagement_id=int(page.url.split("/")[4]), number=number)
    page.get_by_label("Beskrivelse").fill("Min udgave")
    Case.objects.filter(pk=case.pk).update(version=case.version + 1, description="Kollegaens udgave")
    send(page)


def no_reason(page: Page) -> None:
    page.get_by_role("button", name="Bekræft CPR-numre").click()
    page.wait_for_load_state()


def listed(text: str) -> Any:
    def paste(page: Page) -> None:
        page.get_by_label("Sagslisten").fill(text)
        send(page)

    return paste


CASES = (
    *(Sight("the cases", who, "cases", of_cases("cases")) for who in ("hanne", "katrine")),
    Sight("the cases that lack something", "hanne", "cases", of_cases("cases", query="?vis=mangler")),
    Sight("no cases yet", "mikkel", "rounds", no_rounds),
    *(Sight("a ready case", who, "case", of_cases("case", READY)) for who in ("hanne", "katrine")),
    Sight("a case that lacks papers", "hanne", "case", of_cases("case", LACKING), shown=unfolded),
    Sight("a case by invitation", "emil", "case", of_cases("case", LACKING)),
    Sight("a case with a refused file", "hanne", "case", of_cases("case", REFUSED)),
    Sight("a case with CPR numbers", "hanne", "case", of_cases("case", FLAGGED)),
    Sight("CPR numbers, no reason", "hanne", "case", of_cases("case", FLAGGED), then=no_reason, refused=True, status=422),
    Sight("an empty case", "hanne", "case", of_cases("case", EMPTY)),
    Sight("a case, a wrong date", "hanne", "case", of_cases("case", EMPTY), then=wrong_day, refused=True, status=422),
    Sight("a case, saved meanwhile", "hanne", "case", of_cases("case", LACKING), then=saved_meanwhile, status=409),
    Sight("empty a case", "hanne", "case-empty", of_cases("case-empty", READY)),
    Sight("a refused file", "hanne", "file", of_file("file", REFUSED, DocumentState.REFUSED)),
    Sight("a flagged file", "katrine", "file", of_file("file", FLAGGED, DocumentState.FLAGGED)),
    Sight("remove a file", "hanne", "file-remove", of_file("file-remove", LACKING, DocumentState.READY)),
    Sight("list of cases", "hanne", "case-list", of_cases("case-list")),
    Sight("list of cases, no table", "hanne", "case-list", of_cases("case-list"), then=listed("Kære alle"), refused=True, status=422),
    Sight("list of cases, errors", "hanne", "case-list", of_cases("case-list"), then=listed(BAD_LIST), status=422),
    Sight("list of cases, checked", "hanne", "case-list", of_cases("case-list"), then=listed(GOOD_LIST)),
)
NO_PAGE_OF_CASES = {
    "case-list-check", "case-list-save", "case-fill", "case-missing", "case-cpr", "case-invite", "case-uninvite", "file-sort",
}  # fmt: skip
