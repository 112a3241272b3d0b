"""The matrix, what stands behind its fields, and the findings, of the demo's round that is in the middle of its review."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from cases.models import Finding
from cases.states import FindingState
from tests.browser.paper_sights import handed_in
from tests.browser.sights import Address, Sight, send
from tests.browser.world import World

ASSURED, DRAFT = 1, 8  # numbers of the demo's cases (taskforce/demo/review.py)


def of_round(name: str, *more: Any, query: str = "") -> Address:
    def resolve(world: World) -> str:
        round = handed_in()
        return reverse(name, args=[round.engagement_id, round.kind, *more]) + query

    return resolve


def of_finding(state: FindingState) -> Address:
    def resolve(world: World) -> str:
        found = Finding.objects.filter(round=handed_in(), state=state).select_related("round").order_by("pk")
        return found[0].get_absolute_url()

    return resolve


def withdrawn(world: World) -> str:
    """The last draft, taken back."""
    found = Finding.objects.filter(round=handed_in()).select_related("round").latest("pk")
    Finding.objects.filter(pk=found.pk).update(state=FindingState.WITHDRAWN, cleared_by=None, cleared_at=None)
    return found.get_absolute_url()


def one_area(world: World) -> str:
    area = handed_in().cases.exclude(service_area=None).earliest("number").service_area
    assert area is not None
    return of_round("matrix", query=f"?omraade={area.name}")(world)


def in_words_that_tell(page: Page) -> None:
    page.get_by_label("Fundets ord").fill("Lone på 42 år er ikke hørt, og hendes søn Karl er fyldt 14.")
    send(page)


def saved_meanwhile(page: Page) -> None:
    """A colleague saves while the page is open."""
    page.get_by_label("Fundets ord").fill("Min udgave")
    Finding.objects.filter(pk=int(page.url.rstrip("/").rsplit("/", 1)[1])).update(text="Kollegaens udgave")
    send(page)


MATRICES = (
    *(Sight("the matrix", who, "matrix", of_round("matrix")) for who in ("katrine", "jonas")),
    *(Sight("the matrix with VISO", who, "matrix", of_round("matrix", query="?vis=viso")) for who in ("katrine", "jonas")),
    Sight("the matrix of one service area", "katrine", "matrix", one_area),
    *(Sight("a criterion", who, "matrix-criterion", of_round("matrix-criterion", "jura", "oplysning")) for who in ("katrine", "jonas")),
    Sight("a focus point of VISO", "katrine", "matrix-criterion", of_round("matrix-criterion", "viso", "udredning")),
    Sight("an assured field", "katrine", "matrix-cell", of_round("matrix-cell", ASSURED, "jura", "oplysning")),
    Sight("a field of a draft", "jonas", "matrix-cell", of_round("matrix-cell", DRAFT, "jura", "oplysning")),
    Sight("a field of VISO", "katrine", "matrix-cell", of_round("matrix-cell", 2, "viso", "udredning")),
    *(Sight("the findings", who, "findings", of_round("findings")) for who in ("katrine", "jonas")),
    Sight("all findings", "jonas", "findings", of_round("findings", query="?status=alle")),
    Sight("no withdrawn findings", "jonas", "findings", of_round("findings", query="?status=withdrawn")),
    Sight("a finding to clear", "jonas", "finding", of_finding(FindingState.DRAFT)),
    Sight(
        "a finding that may tell who it is", "jonas", "finding", of_finding(FindingState.DRAFT), then=in_words_that_tell, refused=True,
        status=422,
    ),
    Sight("a finding, saved meanwhile", "jonas", "finding", of_finding(FindingState.DRAFT), then=saved_meanwhile, status=409),
    *(Sight("a cleared finding", who, "finding", of_finding(FindingState.CLEARED)) for who in ("katrine", "jonas")),
    Sight("a withdrawn finding", "jonas", "finding", withdrawn),
)  # fmt: skip
NO_PAGE_OF_MATRICES = {"matrix-xlsx", "finding-save", "finding-clear", "finding-withdraw", "finding-take-up"}
