"""Bed om udsættelse and Udbakke, walked in a real browser: two people, one wish; one mail, held, corrected and sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import notices, outbox
from accounts.models import OutboxMail, User
from accounts.states import MailState
from engagements.calendar import next_working_day
from engagements.models import Engagement, Milestone, Postponement
from tests import factories
from tests.browser.test_keyboard import tab_to
from tests.browser.visitor import Visitor

SUBJECT = "Svar på spørgsmål om sagerne"


@pytest.fixture
def due(demo: str) -> Milestone:
    """A deadline of the running engagement in Hedensted, where mails to the municipality wait for a day."""
    engagement = Engagement.objects.get(municipality__name="Hedensted", state="active")
    OutboxMail.objects.filter(state=MailState.HELD).update(state=MailState.CANCELLED)
    return factories.milestone(engagement, on=next_working_day(timezone.localdate() + timedelta(days=20)), subject=SUBJECT)


@pytest.fixture
def people(logged_in: Callable[..., Page], due: Milestone) -> dict[str, Visitor]:
    return {key: Visitor(logged_in(User.objects.active().get(email=f"{key}@demo.example"))) for key in ("hanne", "katrine")}


def test_a_wish_is_asked_granted_through_the_preview_and_told(people: dict[str, Visitor], due: Milestone) -> None:
    hanne, katrine = people["hanne"], people["katrine"]
    asks(hanne, due)
    finds_it_and_grants(katrine)
    due.refresh_from_db()
    assert due.occurrences == Postponement.objects.get(milestone=due).wished
    katrine.page.goto(f"{due.engagement.get_absolute_url()}historik/")
    katrine.sees("Hanne Birkelund bad om udsættelse af en frist")
    katrine.sees("Katrine Solbjerg imødekom et ønske om udsættelse")
    hanne.page.goto(due.get_absolute_url())
    hanne.sees("Imødekommet")

    waits_and_is_corrected(katrine)


def asks(hanne: Visitor, due: Milestone) -> None:
    hanne.page.goto(due.get_absolute_url())
    hanne.follow("Bed om udsættelse")
    hanne.sees_heading("Bed om udsættelse")
    wished = next_working_day((due.ends_on or timezone.localdate()) + timedelta(days=7))
    hanne.fill("Ønsket dato", f"{wished.day}/{wished.month} {wished.year}")
    hanne.page.keyboard.press("Tab")
    expect(hanne.page.get_by_text("Forstået som")).to_be_visible()
    hanne.fill("Begrundelse", "To af os er syge")
    hanne.press_button("Bed om udsættelse")
    hanne.sees_message("I har bedt om udsættelse.")
    hanne.sees("Afventer svar")


def finds_it_and_grants(katrine: Visitor) -> None:
    katrine.page.goto("/")
    katrine.follow(re.compile(f"^Svar på ønske om udsættelse: {SUBJECT}"))
    katrine.sees_heading("Svar på ønske om udsættelse")
    katrine.sees("To af os er syge")
    katrine.follow("Se konsekvenser og imødekom")
    katrine.sees_heading("Konsekvenser af flytningen")
    expect(katrine.page.get_by_role("textbox", name="Begrundelse")).to_have_value("To af os er syge")
    katrine.press_button("Imødekom ønsket og flyt")
    katrine.sees_message("Kommunen får besked om, at den har fået udsættelse.")


def waits_and_is_corrected(katrine: Visitor) -> None:
    """The answer to Hanne is held; Katrine reads it, corrects it with the keyboard alone, and it goes in her words."""
    notices.gather()
    katrine.page.goto("/")
    katrine.page.get_by_role("link", name=re.compile(r"^Udbakke \(\d+\)")).first.click()
    katrine.sees_heading("Udbakke")
    card = katrine.main.get_by_role("listitem").filter(has_text="hanne@demo.example")
    expect(card).to_contain_text(f"I har fået udsat »{SUBJECT}«")
    expect(card).to_contain_text("Sendes selv")
    tab_to(katrine.page, "Ret og send: Hanne Birkelund")
    katrine.page.keyboard.press("Enter")
    katrine.sees_heading("Ret og send")
    text = katrine.page.get_by_role("textbox", name="Tekst")
    text.focus()
    katrine.page.keyboard.press("Control+Home")
    katrine.page.keyboard.insert_text("Kære Hanne, god bedring!\n\n")
    katrine.page.keyboard.press("Control+Enter")
    katrine.sees_message("Mailen til Hanne Birkelund er rettet og sendes nu.")
    while outbox.send_next():
        pass
    [mail] = [one for one in sent.outbox if "god bedring" in str(one.body)]
    assert mail.to == ["hanne@demo.example"]
