"""The form of a review and its reading, of the demo's round that is in the middle of it; those around it stand in review_sights.py."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import Page

from cases.models import Answer
from tests.browser.review_sights import of_round
from tests.browser.sights import Sight, unfolded

# Numbers of the demo's cases (taskforce/demo/review.py)
ASSURED, WAITING, BEGUN, UNTOUCHED = 1, 5, 8, 9


def sent_unfinished(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Send til kvalitetssikring").click()


def saved_in_another_window(page: Page) -> None:
    """The first reason is saved while the page is open; the form is sent as without JavaScript."""
    number = int(page.url.rstrip("/").split("/")[-3])
    reason = Answer.objects.filter(review__case__number=number, review__profession="legal", criterion__code="hjemmel")
    reason.update(reason="Gemt i det andet vindue.", changed_at=timezone.now())
    page.evaluate("document.getElementById('id_hjemmel-reason').value = 'Skrevet her.'")
    with page.expect_navigation():
        page.evaluate("document.getElementById('review-form').submit()")


def shows_keys(page: Page) -> None:
    page.get_by_role("button", name="Taster").click()


REVIEWS = (
    Sight("a review that is begun", "jonas", "review", of_round("review", BEGUN), shown=unfolded),
    Sight("a review nobody wrote in", "jonas", "review", of_round("review", UNTOUCHED)),
    Sight("the keys of a review", "jonas", "review", of_round("review", UNTOUCHED), shown=shows_keys),
    Sight("an unfinished review", "jonas", "review", of_round("review", UNTOUCHED), then=sent_unfinished, refused=True, status=422),
    Sight("saved in two windows", "jonas", "review", of_round("review", BEGUN), then=saved_in_another_window, status=409),
    Sight("one's own review that was sent", "jonas", "review", of_round("review", WAITING)),
    Sight("an assured review is read", "katrine", "review", of_round("review", ASSURED)),
    Sight("VISO's review", "vibeke", "viso-review", of_round("viso-review", BEGUN), shown=unfolded),
    Sight("VISO's finished review", "vibeke", "viso-review", of_round("viso-review", 2)),
)  # fmt: skip
NO_PAGE_OF_REVIEWS = {
    f"{name}-{action}" for name in ("review", "viso-review") for action in ("field", "save", "submit", "take-back")
}  # fmt: skip
