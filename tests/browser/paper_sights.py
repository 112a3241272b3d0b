"""The papers of the cases: letter, hand-in, receipts, supplements, completeness; of the demo's two rounds."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page

from cases.actions import calling_in
from cases.models import Case, HandIn, Round, Withdrawal
from cases.states import ReviewState
from tests import factories
from tests.browser.case_sights import READY, of_cases
from tests.browser.sights import Address, Sight, send
from tests.browser.world import World
from tests.factories.cases import DECIDED_FROM, DECIDED_TO


def over(name: str, *more: object) -> Address:
    """The address of the round that is handed in."""

    def resolve(world: World) -> str:
        round = handed_in()
        return reverse(name, args=[round.engagement_id, round.kind, *more])

    return resolve


def handed_in() -> Round:
    return Round.objects.get(engagement__municipality__name="Aabenraa")


def receipt(world: World) -> str:
    return reverse("receipt", args=[handed_in().engagement_id, handed_in().kind, HandIn.objects.get(sequence=1).pk])


def withdrawal(world: World) -> str:
    """A receipt of something that Hanne took back."""
    round = Round.objects.get(engagement=world.running)
    case, by = Case.objects.get(round=round, number=READY), world.people["hanne"]
    made, _ = Withdrawal.objects.get_or_create(
        number="T-2026-000001", defaults={"round": round, "case": case, "files": 1, "reason": "Hører til en anden sag", "by": by}
    )
    return reverse("withdrawal", args=[round.engagement_id, round.kind, made.pk])


def asked(world: World) -> str:
    """A case in which something is asked for."""
    round, by = handed_in(), world.people["jonas"]
    Round.objects.filter(pk=round.pk).update(state="supplement")
    case = round.cases.get(number=3)
    case.supplements.get_or_create(
        round=round, answered_in=None, defaults={"text": "Partshøringen", "due_on": "2027-03-01", "asked_by": by}
    )
    return reverse("supplement", args=[round.engagement_id, round.kind, 3])


def draft(world: World) -> str:
    """A letter that is written, to nobody yet."""
    engagement = world.others
    if not engagement.rounds.exists():
        areas = factories.service_areas(engagement)
        calling_in.prepare(engagement=engagement, areas=areas, decided_from=DECIDED_FROM, decided_to=DECIDED_TO, by=world.people["mikkel"])
    return reverse("call-in-send", args=[engagement.pk])


def letter(name: str, of: str = "running") -> Address:
    return lambda world: reverse(name, args=[getattr(world, of).pk])


def sent_empty(page: Page) -> None:
    for field in page.get_by_role("textbox").all():
        field.fill("")
    send(page)


def taken_back_without_choice(page: Page) -> None:
    page.get_by_role("button", name="Træk tilbage og slet").click()
    page.wait_for_load_state()


def written(page: Page) -> None:
    """The letter, after its form is sent."""
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check(force=True)
    send(page)


PAPERS = (
    *(Sight("the letter", who, "call-in", letter("call-in")) for who in ("hanne", "katrine")),
    Sight("a letter to write", "mikkel", "call-in-edit", letter("call-in-edit", of="others")),
    Sight(
        "a letter, nothing written",
        "mikkel",
        "call-in-edit",
        letter("call-in-edit", of="others"),
        then=sent_empty,
        refused=True,
        status=422,
    ),
    Sight("a draft of a letter", "mikkel", "call-in-edit", letter("call-in-edit", of="others"), then=written),
    Sight("hand in, not yet", "hanne", "hand-in", of_cases("hand-in")),
    Sight("dispensation", "katrine", "dispensation", of_cases("dispensation")),
    Sight("dispensation, no reason", "katrine", "dispensation", of_cases("dispensation"), then=sent_empty, refused=True, status=422),
    *(Sight("a receipt", who, "receipt", receipt) for who in ("sofie", "jonas")),
    Sight("a receipt of an erasure", "hanne", "withdrawal", withdrawal),
    Sight("take back", "hanne", "case-withdraw", of_cases("case-withdraw", READY)),
    Sight(
        "take back, what?",
        "hanne",
        "case-withdraw",
        of_cases("case-withdraw", READY),
        then=taken_back_without_choice,
        refused=True,
        status=422,
    ),
    Sight("take back after the hand-in", "sofie", "case-withdraw", over("case-withdraw", 1)),
    *(Sight("supplementary files", who, "supplement", asked) for who in ("sofie", "jonas")),
    Sight("nothing asked for", "jonas", "supplement", over("supplement", 2)),
    Sight("ask for files", "jonas", "supplement-ask", over("supplement-ask", 2)),
    Sight("ask for files, which?", "jonas", "supplement-ask", over("supplement-ask", 2), then=sent_empty, refused=True, status=422),
    Sight("completeness, half-way", "katrine", "completeness", of_cases("completeness")),
    Sight("completeness", "jonas", "completeness", over("completeness")),
    Sight("send the letter", "mikkel", "call-in-send", draft),
)


def half_reviewed(world: World) -> str:
    """The end of a round of which half the cases are assured."""
    round = handed_in()
    Round.objects.filter(pk=round.pk).update(state="complete")
    return reverse("round-close", args=[round.engagement_id, round.kind])


def reviewed(world: World) -> str:
    """The end of a round that can be closed, in an engagement that had none."""
    engagement, jurist = world.empty, world.people["jonas"]
    round = engagement.rounds.first() or factories.reviewable_round(engagement, cases=3)
    for case in round.cases.filter(reviews=None):
        factories.legal_review(case, jurist, state=ReviewState.ASSURED)
    return reverse("round-close", args=[round.engagement_id, round.kind])


ENDS = (
    Sight("the end of a round, not yet", "katrine", "round-close", half_reviewed),
    Sight("the end of a round", "katrine", "round-close", reviewed),
)
# They act or hand over a file.
NO_PAGE_OF_PAPERS = {
    "call-in-pdf", "call-in-make-pdf", "dispensation-take-back", "round-complete", "receipt-pdf", "receipt-make-pdf",
    "completeness-xlsx", "supplement-take-back", "supplement-hand-in",
}  # fmt: skip
