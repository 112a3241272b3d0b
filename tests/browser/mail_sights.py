"""The pages of *Udbakke*, of an engagement's mails, and of *Bed om udsættelse*."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.sights import ENGAGEMENT, seen, send

MAIL = ("running.pk", "mail.pk")
FAILED = ("running.pk", "failed_mail.pk")
ASKED = ("running.pk", "wish.milestone_id", "wish.pk")
OFFERED = ("running.pk", "offer.milestone_id", "offer.pk")
NOT_ASKED = ("running.pk", "unasked.pk")


def a_cpr_number(page: Page) -> None:
    page.get_by_label("Tekst", exact=True).fill("Det gælder 010203-1234")
    send(page)


def a_day_but_which(page: Page) -> None:
    page.get_by_label("Til en bestemt dag").check(force=True)
    send(page)


def declined_without_reason(page: Page) -> None:
    page.get_by_role("button", name="Afslå ønsket").click()
    page.wait_for_load_state()


MAILS = (
    seen("outbox", "katrine", "outgoing"),
    seen("outbox, empty", "ny", "outgoing"),
    seen("outbox, by a municipality", "hanne", "outgoing", status=403),
    seen("mails", "katrine", "engagement-mails", *ENGAGEMENT),
    seen("mails, failed ones", "katrine", "engagement-mails", *ENGAGEMENT, query="?state=failed"),
    seen("mails, none", "katrine", "engagement-mails", "empty.pk"),
    seen("mails, none of that kind", "katrine", "engagement-mails", "empty.pk", query="?state=sent"),
    seen("a held mail", "katrine", "mail", *MAIL),
    seen("a failed mail", "katrine", "mail", *FAILED),
    seen("send all", "katrine", "mail-send-all", *ENGAGEMENT),
    seen("edit and send", "katrine", "mail-edit", *MAIL),
    seen("edit and send, a CPR number", "katrine", "mail-edit", *MAIL, then=a_cpr_number, refused=True, status=422),
    seen("put off", "katrine", "mail-postpone", *MAIL),
    seen("put off, to no day", "katrine", "mail-postpone", *MAIL, then=a_day_but_which, refused=True, status=422),
    seen("do not send", "katrine", "mail-cancel", *MAIL),
)
WISHES = (
    seen("ask", "hanne", "postponement-ask", *NOT_ASKED),
    seen("ask, nothing filled in", "hanne", "postponement-ask", *NOT_ASKED, then=send, refused=True, status=422),
    *(seen("asked", who, "milestone", *ASKED[:2]) for who in ("katrine", "hanne")),
    seen("offered", "hanne", "milestone", *OFFERED[:2]),
    seen("answer", "katrine", "postponement", *ASKED),
    seen("answer, declined without a reason", "katrine", "postponement", *ASKED, then=declined_without_reason, refused=True, status=422),
    seen("answered with an offer", "katrine", "postponement", *OFFERED),
)
# They act and lead back.
NO_PAGE_OF_MAILS = {
    "mail-hold", "mail-send", "mail-again",
    "postponement-offer", "postponement-decline", "postponement-withdraw", "postponement-take",
}  # fmt: skip
