"""The pages of meetings and of operations, as data for the tests that look at every page."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.sights import seen, send

CALLED, DRAFTED = (("running.pk", f"{milestone}.pk") for milestone in ("called", "drafted"))


def turned_times(page: Page) -> None:
    """A meeting that ends before it begins."""
    page.get_by_label("Til kl.", exact=True).fill("8.30")
    send(page)


def as_it_stands(page: Page) -> None:
    """Send the form of something that cannot be undone."""
    page.locator("main form button.button-warning").click()
    page.wait_for_load_state()


MEETINGS = (
    *(seen("milestone with a meeting", who, "milestone", *CALLED) for who in ("katrine", "hanne", "mikkel")),
    seen("milestone with a draft", "katrine", "milestone", *DRAFTED),
    seen("meeting, invited", "katrine", "milestone-meeting", *CALLED),
    seen("meeting, draft", "katrine", "milestone-meeting", *DRAFTED),
    seen("meeting, ends before it begins", "katrine", "milestone-meeting", *DRAFTED, then=turned_times, refused=True, status=422),
    seen("invitation", "katrine", "meeting-invite", *DRAFTED),
    seen("cancellation", "katrine", "meeting-cancel", *CALLED),
    seen("cancellation, without reason", "katrine", "meeting-cancel", *CALLED, then=as_it_stands, refused=True, status=422),
    seen("meeting, by a municipality", "hanne", "milestone-meeting", *CALLED, status=403),
    seen("meeting of what is none", "katrine", "milestone-meeting", "running.pk", "unasked.pk", status=409),
)
OPERATIONS = (
    seen("operations", "admin", "operations"),
    seen("mails", "admin", "operations-mails"),
    seen("mails, failed", "admin", "operations-mails", query="?status=failed&type=engagements.meeting"),
    seen("mails, none found", "admin", "operations-mails", query="?modtager=zzz"),
    seen("mails, a date that is none", "admin", "operations-mails", query="?fra=i+morgen+tidlig", refused=True, status=422),
    seen("operations, by an auditor", "rikke", "operations", status=403),
)
NO_PAGE_OF_OPERATIONS = {"milestone-ics", "operations-mail-again", "operations-job-again", "operations-test-mail"}
