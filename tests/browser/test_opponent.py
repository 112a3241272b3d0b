"""What impatient, hurried and hostile people do: double clicks, two windows, lost sessions, junk, markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Job
from engagements.models import ChangeSet, Engagement, Milestone, TimetableDraft
from engagements.states import ChangeKind
from tests.browser.sights import at
from tests.browser.visitor import Visitor
from tests.browser.world import TIMETABLE, World, long_timetable, move_a_week

SOMEBODY_ELSE = "Tidsplanen er ændret af en anden, siden du åbnede siden."
HOSTILE = """Emne\tDato
=cmd|' /C calc'!A0 møde\t11. januar 2027
<script>document.title = "overtaget"</script> frist\t12. januar 2027
<img src=x onerror=alert(1)> seminar på Ærø\t13. januar 2027
Blåbærgrød & "citationstegn" 'æøå' {{ 7|add:7 }}\t14. januar 2027
"""


@pytest.fixture
def katrine(logged_in: Callable[..., Page], world: World) -> Page:
    return logged_in(world.people["katrine"])


def press_twice(page: Page, name: str | re.Pattern[str]) -> None:
    """Two clicks as fast as a hand makes them."""
    page.get_by_role("main").get_by_role("button", name=name).first.dblclick()
    page.wait_for_load_state()


def state_of(engagement: Engagement) -> tuple[Any, ...]:
    engagement.refresh_from_db()
    milestones = list(Milestone.objects.filter(engagement=engagement).order_by("pk").values())
    return engagement.plan_number, milestones, ChangeSet.objects.filter(engagement=engagement).count()


def paste(page: Page, engagement: Engagement, text: str) -> Visitor:
    visitor = Visitor(page)
    page.goto(reverse("timetable-paste", args=[engagement.pk]))
    visitor.fill("Tidsplanen", text)
    visitor.press_button("Læs tidsplanen")
    return visitor


# Impatience


def test_a_double_click_opens_one_engagement(katrine: Page, world: World) -> None:
    visitor, before = Visitor(katrine), Engagement.objects.count()
    visitor.page.goto("/")
    visitor.page.get_by_role("link", name="Opret forløb").first.click()
    visitor.choose("Kommune", "Odense Kommune")
    visitor.choose("Program", "Taskforcen på handicapområdet – børn")
    visitor.fill("Startdato", "1. februar 2027")
    visitor.press_button("Vis tidsplanen")
    press_twice(katrine, "Opret forløbet")
    visitor.sees_heading("Odense Kommune")
    assert Engagement.objects.count() == before + 1


def test_a_double_click_imports_once(katrine: Page, world: World) -> None:
    visitor = paste(katrine, world.empty, TIMETABLE)
    visitor.sees_heading("Kontrollér tidsplanen")
    press_twice(katrine, "Indlæs tidsplanen")
    visitor.sees_message("Tidsplan indlæst: 21 rækker")
    assert world.empty.milestones.count() == 21
    assert world.empty.change_sets.filter(kind=ChangeKind.IMPORT).count() == 1


def test_a_double_click_moves_once_and_orders_once(katrine: Page, world: World) -> None:
    visitor, before = Visitor(katrine), ChangeSet.objects.count()
    katrine.goto(reverse("milestone-move", args=[world.running.pk, world.leading.pk]) + "?dates=14.+marts+2028")
    press_twice(katrine, re.compile("^Flyt"))
    visitor.sees_message("flyttet")
    assert ChangeSet.objects.count() == before + 1
    press_twice(katrine, "Fortryd seneste ændring")
    visitor.sees_message("Tidsplanen er, som den var før")
    Job.objects.all().delete()
    katrine.goto(world.running.get_absolute_url())
    press_twice(katrine, "Hent tidsplan som PDF")
    visitor.sees_heading(re.compile("Tidsplan for Hedensted Kommune som PDF"))
    assert Job.objects.count() == 1


def test_back_after_an_import_and_again_imports_nothing_more(katrine: Page, world: World) -> None:
    visitor = paste(katrine, world.empty, TIMETABLE)
    visitor.press_button("Indlæs tidsplanen")
    visitor.sees_message("Tidsplan indlæst: 21 rækker")
    before = state_of(world.empty)
    katrine.go_back()
    if katrine.get_by_role("button", name="Indlæs tidsplanen").count():  # the page of before, as the browser kept it
        visitor.press_button("Indlæs tidsplanen")
        visitor.sees("Tidsplanen er allerede indlæst")
    else:
        visitor.sees_heading("Indlæs tidsplan")
    assert state_of(world.empty) == before


# Two windows


def test_what_was_seen_in_an_older_window_is_not_accepted(katrine: Page, world: World) -> None:
    katrine.goto(reverse("milestone-move", args=[world.running.pk, world.leading.pk]) + "?dates=14.+marts+2028")
    move_a_week(world.open_date, world.people["katrine"])
    before = state_of(world.running)
    with katrine.expect_response(lambda answer: answer.request.method == "POST") as answer:
        Visitor(katrine).press_button(re.compile("^Flyt"))
    assert answer.value.status == 409
    Visitor(katrine).sees(SOMEBODY_ELSE)
    assert state_of(world.running) == before


def test_two_windows_with_one_pasted_timetable_import_it_once(katrine: Page, world: World) -> None:
    visitor = paste(katrine, world.empty, TIMETABLE)
    other = katrine.context.new_page()
    other.goto(katrine.url)
    visitor.press_button("Indlæs tidsplanen")
    visitor.sees_message("Tidsplan indlæst: 21 rækker")
    before = state_of(world.empty)
    Visitor(other).press_button("Indlæs tidsplanen")
    Visitor(other).sees("Tidsplanen er allerede indlæst")
    assert state_of(world.empty) == before


# Lost sessions and foreign addresses


def test_a_lost_session_leads_to_log_in_and_the_pasted_text_is_still_there(katrine: Page, world: World) -> None:
    visitor = paste(katrine, world.running, TIMETABLE)
    visitor.sees_heading("Kontrollér tidsplanen")
    Session.objects.all().delete()
    before = state_of(world.running)
    visitor.press_button("Indlæs tidsplanen")
    visitor.sees_heading("Log ind")
    assert state_of(world.running) == before
    visitor.follow("Vælg demo-person")
    visitor.press_button(re.compile("^Katrine Solbjerg"))
    visitor.sees_heading("Kontrollér tidsplanen")
    katrine.goto(reverse("timetable-paste", args=[world.running.pk]))
    expect(katrine.get_by_role("textbox", name="Tidsplanen")).to_have_value(re.compile("^Emne|^\\s*## Tidsplan"))
    visitor.follow("Fortsæt med den gemte kladde")
    expect(katrine.get_by_role("group", name=re.compile(r"^Række \d+"))).to_have_count(21)


@pytest.mark.parametrize(
    "name", ["engagement", "engagement-team", "engagement-history", "timetable", "timetable-paste", "milestone", "milestone-move"]
)
def test_another_municipality_finds_no_page(name: str, logged_in: Callable[..., Page], world: World) -> None:
    sofie = logged_in(world.people["sofie"])
    path = ("running.pk", "open_date.pk") if name.startswith("milestone") else ("running.pk",)
    answer = sofie.goto(at(name, *path)(world))
    assert answer is not None and answer.status == 404
    Visitor(sofie).sees_heading("Siden findes ikke")
    assert "Hedensted" not in sofie.content()


# What is pasted


def test_three_hundred_rows_are_read_and_imported(katrine: Page, world: World) -> None:
    visitor = paste(katrine, world.empty, long_timetable(300))
    expect(katrine.get_by_role("group", name=re.compile(r"^Række \d+"))).to_have_count(300)
    visitor.press_button("Indlæs tidsplanen")
    visitor.sees_message("Tidsplan indlæst: 300 rækker")
    assert world.empty.milestones.count() == 300


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Kære alle\nTak for sidst. Vi ses!", id="a letter"),
        pytest.param("%PDF-1.7 \u0001\u0002 stream", id="a file"),
        pytest.param("<table><tr><td>Intet</td></tr></table>", id="an empty table"),
        pytest.param("ordene fylder " * 75_000, id="more than 1 MB"),
        pytest.param("   \n\t\n", id="nothing"),
    ],
)
def test_junk_gets_a_sentence_and_nothing_is_kept(text: str, katrine: Page, world: World) -> None:
    before, drafts = state_of(world.running), TimetableDraft.objects.count()
    visitor = paste(katrine, world.running, text)
    expect(katrine).to_have_title(re.compile("^Fejl: "))
    summary = katrine.get_by_role("alert").filter(has_text="Der er et problem")
    expect(summary.get_by_role("link")).to_have_count(1)
    assert re.search(r"[a-zæøå]{3,}.*\.", summary.get_by_role("link").inner_text())
    visitor.sees_heading("Indlæs tidsplan")
    assert state_of(world.running) == before
    assert TimetableDraft.objects.count() == drafts


def test_markup_formulas_and_danish_letters_stay_what_they_are(katrine: Page, world: World) -> None:
    visitor = paste(katrine, world.empty, HOSTILE)
    expect(katrine.get_by_role("group", name=re.compile(r"^Række \d+"))).to_have_count(4)
    visitor.press_button("Indlæs tidsplanen")
    visitor.sees_message("Tidsplan indlæst: 4 rækker")
    subjects = [line.split("\t")[0] for line in HOSTILE.splitlines()[1:]]
    assert list(world.empty.milestones.order_by("starts_on").values_list("subject", flat=True)) == subjects
    for address in (katrine.url, world.empty.get_absolute_url(), f"{world.empty.get_absolute_url()}?visning=liste", reverse("home")):
        katrine.goto(address)
        expect(katrine).to_have_title(re.compile("– Task Force$"))
        assert katrine.locator("main script, main img[src=x]").count() == 0
    for view in ("timetable", "engagement"):
        katrine.goto(reverse(view, args=[world.empty.pk]) + "?visning=liste")
        for subject in subjects:
            expect(katrine.get_by_role("main").get_by_role("link", name=subject, exact=True).first).to_be_visible()
