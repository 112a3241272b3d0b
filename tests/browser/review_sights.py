"""The pages of the review of cases, of the demo's round that is in the middle of it: forms, Mine sager, who has which case, assurance."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page

from cases.models import Review, Submission
from cases.review_sheet import load
from cases.states import Profession
from tests.browser.paper_sights import handed_in
from tests.browser.sights import Address, Sight, send, unfolded
from tests.browser.world import World

# Numbers of the demo's cases (taskforce/demo/review.py): who wrote the legal review, and how far it is
AMALIES_ASSURED, JONAS_WAITS, AMALIES_WAITS, JONAS_RETURNED = 3, 5, 6, 7


def of_round(name: str, *more: int, query: str = "") -> Address:
    """An address of the round that is reviewed."""

    def resolve(world: World) -> str:
        round = handed_in()
        return reverse(name, args=[round.engagement_id, round.kind, *more]) + query

    return resolve


def my_cases(world: World) -> str:
    return reverse("my-cases")


def sent_twice(world: World) -> str:
    """The assurance of a review that was changed since it was last sent; the first who asks lets it be so."""
    round = handed_in()
    review = Review.objects.select_related("case__round__engagement", "case__service_area", "criteria").get(
        case__round=round, case__number=AMALIES_WAITS, profession=Profession.LEGAL
    )
    if not review.submissions.exists():
        content = load(review).content()
        before = {**content, "overall": "", "answers": {**content["answers"], "hjemmel": {"rating": "minor_defect", "reason": "Kun § 84."}}}
        for number, one in enumerate((before, content), 1):
            Submission.objects.create(review=review, number=number, by=review.reviewer, content=one)
    return reverse("review-assure", args=[round.engagement_id, round.kind, AMALIES_WAITS])


def on_a_saturday(page: Page) -> None:
    page.get_by_label("Gennemgået senest").fill("28.03.2026")
    send(page)


def back_without_words(page: Page) -> None:
    page.get_by_role("button", name="Send tilbage med kommentaren").click()
    page.wait_for_load_state()


AROUND_REVIEWS = (
    *(Sight("Mine sager", who, "my-cases", my_cases) for who in ("jonas", "vibeke")),
    *(Sight("who has which case", who, "review-assign", of_round("review-assign")) for who in ("katrine", "jonas")),
    Sight("cases spread evenly", "katrine", "review-assign", of_round("review-assign", query="?forslag=ligeligt")),
    Sight("the review done on a Saturday", "katrine", "review-assign", of_round("review-assign"), then=on_a_saturday, refused=True, status=422),
    Sight("a review to assure", "jonas", "review-assure", sent_twice),
    Sight("a review sent back without words", "jonas", "review-assure", sent_twice, then=back_without_words, refused=True, status=422),
    Sight("one's own review waits", "jonas", "review-assure", of_round("review-assure", JONAS_WAITS)),
    Sight("a review that was sent back", "jonas", "review-assure", of_round("review-assure", JONAS_RETURNED)),
    Sight("an assured review", "jonas", "review-assure", of_round("review-assure", AMALIES_ASSURED), shown=unfolded),
    *(Sight("inhabil in a case", who, "case-conflict", of_round("case-conflict", AMALIES_WAITS)) for who in ("katrine", "jonas")),
)  # fmt: skip
NO_PAGE_AROUND_REVIEWS = {"reviews-send", "case-conflict-lift", "review-comment", "review-return", "review-approve", "review-reopen"}
