"""The product in a browser that runs no scripts: everything works, with whole pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from engagements.models import Engagement
from engagements.states import Phase
from tests import pdf_checks
from tests.browser.test_story import CASES_DUE
from tests.browser.visitor import Visitor
from tests.browser.world import TIMETABLE, plan_of
from tests.servers import Worker, until


@pytest.fixture
def plain_visitor(new_context: Callable[..., BrowserContext], demo: str) -> Visitor:
    return Visitor(new_context(java_script_enabled=False).new_page())


def test_the_story_without_scripts(plain_visitor: Visitor, worker: Worker) -> None:
    visitor = plain_visitor
    visitor.enter_demo("Katrine Solbjerg")
    visitor.open_engagement(
        municipality="Viborg Kommune",
        programme="Taskforcen på handicapområdet – børn",
        starts_on="1. februar 2016",
        lead="Katrine Solbjerg",
    )
    visitor.sees_message("Forløbet er oprettet med")
    engagement = Engagement.objects.latest("pk")

    visitor.follow("Indlæs tidsplan")
    visitor.fill("Tidsplanen", TIMETABLE)
    visitor.press_button("Læs tidsplanen")
    expect(visitor.page.get_by_role("group", name=re.compile(r"^Række \d+"))).to_have_count(21)
    visitor.press_button("Indlæs tidsplanen")
    visitor.sees_message("Tidsplan indlæst: 21 rækker")

    before = plan_of(engagement)
    visitor.ask_to_move(CASES_DUE, "26. februar 2016")
    visitor.sees("mandag d. 9. maj 2016")
    visitor.press_button(re.compile("^Flyt"))
    visitor.sees_message("3 datoer er flyttet.")
    visitor.press_button("Fortryd")
    visitor.sees_message("Tidsplanen er, som den var før")
    assert plan_of(engagement) == before

    visitor.page.goto(engagement.get_absolute_url())
    visitor.press_button("Hent tidsplan som PDF")
    expect(visitor.page.get_by_role("heading", level=2, name="Klar")).to_be_visible()  # the page fetches itself again
    assert pdf_checks.problems(visitor.download(re.compile("Tidsplan_Viborg"))) == []


def test_lists_are_filtered_and_sorted_without_scripts(plain_visitor: Visitor) -> None:
    visitor = plain_visitor
    visitor.enter_demo("Katrine Solbjerg")
    visitor.page.goto(reverse("engagements"))
    everything, names_before = visitor.table(), names(visitor)
    visitor.choose("Fase", "Udvikling")
    visitor.press_button("Vis")
    assert "phase=development" in visitor.page.url
    fitting = names(visitor)
    in_development = Engagement.objects.running().filter(phase=Phase.DEVELOPMENT).values_list("municipality__name", flat=True)
    assert len(in_development) > 1
    assert sorted(fitting) == sorted(in_development) != sorted(names_before)
    visitor.main.get_by_role("columnheader", name=re.compile("Kommune")).get_by_role("link").click()
    assert "phase=development" in visitor.page.url
    assert names(visitor) == fitting[::-1]
    visitor.follow("Nulstil filtre")
    assert visitor.table() == everything


def names(visitor: Visitor) -> list[str]:
    return [row[0].split()[0] for row in visitor.table()[1:]]


def test_the_menu_and_log_out_need_no_scripts_on_a_phone(new_context: Callable[..., BrowserContext], demo: str) -> None:
    context = new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    visitor = Visitor(context.new_page())
    visitor.enter_demo("Hanne Birkelund")
    visitor.page.get_by_role("navigation", name="Hovedmenu").get_by_role("link", name="Forløb", exact=True).click()
    visitor.sees_heading("Forløb")
    visitor.page.get_by_role("button", name="Log af").click()
    visitor.sees_heading("Du er logget af")
    visitor.page.goto(reverse("engagements"))
    until(lambda: "/log-ind/" in visitor.page.url, "the log-in page")
