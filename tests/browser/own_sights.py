"""The pages of what is one's own: Beskeder, Mine indstillinger, Mit fravær, Min kalender."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.sights import seen, send


def nothing_chosen(page: Page) -> None:
    """Take every choice away, as only a page without scripts that is older than its form could send it."""
    page.evaluate("document.querySelectorAll('main input[type=radio]').forEach((box) => { box.checked = false })")
    send(page)


def a_deputy_but_no_days(page: Page) -> None:
    page.get_by_label("Stedfortræder", exact=True).select_option(index=1)
    send(page)


OWN = (
    *(seen("notices", who, "notices") for who in ("katrine", "hanne")),
    seen("notices, unread", "katrine", "notices", query="?vis=ulaeste"),
    seen("notices, nothing told yet", "tom", "notices"),
    seen("notices, all read", "tom", "notices", query="?vis=ulaeste"),
    seen("settings", "hanne", "mail-settings"),
    seen("settings, nothing chosen", "hanne", "mail-settings", then=nothing_chosen, refused=True, status=422),
    seen("absence", "mikkel", "absences"),
    seen("absence, one stands in", "katrine", "absences"),
    seen("absence, without colleagues", "tom", "absences"),
    seen("absence, no days", "katrine", "absences", then=a_deputy_but_no_days, refused=True, status=422),
    seen("calendar links", "hanne", "calendar-feeds"),
    seen("calendar links, none yet", "katrine", "calendar-feeds"),
)
# Addresses that act, or answer a calendar, and have no page of their own.
NO_PAGE_OF_ONES_OWN = {
    "notice-read", "notices-read", "mail-test", "absence-remove", "calendar", "calendar-feed-revoke", "calendar-feed-renew",
}  # fmt: skip
