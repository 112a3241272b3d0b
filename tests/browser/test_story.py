"""The story of the product, walked by a consultant with a real browser."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from engagements.models import Engagement, MilestonePurpose
from tests import pdf_checks
from tests.browser.visitor import Visitor, as_table
from tests.browser.world import plan_of
from tests.engagements.real_documents import REAL_TIMETABLES

OURS = Path(__file__).parents[1] / "engagements" / "fixtures" / "hedensted_2016.txt"
TEXTS = [pytest.param(OURS, id="our fixture"), *(pytest.param(path, id="the document itself") for path in REAL_TIMETABLES)]
CASES_DUE = re.compile(r"Frist for .*sager")
MOVED = (
    (CASES_DUE, "19. februar 2016", "26. februar 2016"),
    (re.compile("hos Ankestyrelsen"), "15. april 2016", "25. april 2016"),
    (re.compile("Lærings(dag|seminar)"), "28. april 2016", "d. 9. maj 2016"),
)
WARNED = {3, 5, 6, 13, 18, 19, 20, 21}  # rows with a warning, see the decisions on the timeline


@pytest.mark.parametrize("text_file", TEXTS)
@pytest.mark.parametrize("way", ["pasted as a table", "typed as text"])
def test_from_the_front_door_to_the_timetable_in_hand(visitor: Visitor, demo: str, worker: Any, text_file: Path, way: str) -> None:
    visitor.enter_demo("Katrine Solbjerg")
    engagement = opens_an_engagement(visitor)
    reads_the_timetable(visitor, text_file.read_text(encoding="utf-8"), way)
    imports_it(visitor, engagement)

    before = everything(visitor, engagement)
    asks_what_a_week_later_means(visitor)
    accepts_and_finds_the_new_dates(visitor, engagement)
    assert everything(visitor, engagement) != before
    visitor.press_button("Fortryd seneste ændring")
    visitor.sees_message("Tidsplanen er, som den var før")
    assert everything(visitor, engagement) == before

    takes_the_pdf_home(visitor, engagement)


def opens_an_engagement(visitor: Visitor) -> Engagement:
    visitor.open_engagement(
        municipality="Hedensted Kommune",
        programme="Taskforcen på handicapområdet – børn",
        starts_on="1. februar 2016",
        lead="Katrine Solbjerg",
    )
    visitor.sees_heading("Hedensted Kommune")
    visitor.sees_message("Forløbet er oprettet med")
    return Engagement.objects.latest("pk")


def reads_the_timetable(visitor: Visitor, text: str, way: str) -> None:
    visitor.follow("Indlæs tidsplan")
    box = visitor.page.get_by_role("textbox", name="Tidsplanen")
    box.focus()
    if way == "pasted as a table":
        visitor.copy("the plain text beside the table is not what is wanted", as_table(text))
        visitor.page.keyboard.press("Control+V")
        expect(visitor.page.get_by_role("status").filter(has_text="Tabellen er sat ind.")).to_be_attached()
    else:
        visitor.page.keyboard.insert_text(text)
    visitor.press_button("Læs tidsplanen")
    visitor.sees_heading("Kontrollér tidsplanen")


def imports_it(visitor: Visitor, engagement: Engagement) -> None:
    rows = visitor.page.get_by_role("group", name=re.compile(r"^Række \d+"))
    expect(rows).to_have_count(21)
    visitor.sees("2016: ingen datoer falder på weekend eller helligdag")
    warned = {number for number, row in enumerate(rows.all(), 1) if row.get_by_role("img", name="Advarsel").count()}
    assert warned == WARNED
    expect(visitor.page.get_by_role("radio", name=re.compile("^Erstat"))).to_be_checked()
    visitor.press_button("Indlæs tidsplanen")
    visitor.sees_message("Tidsplan indlæst: 21 rækker")
    assert engagement.milestones.exclude(state="dropped").count() == 21


def asks_what_a_week_later_means(visitor: Visitor) -> None:
    visitor.ask_to_move(CASES_DUE, "26. februar 2016")
    visitor.sees_heading("Konsekvenser")
    moved, orientation, seminar = visitor.table()[1:]
    assert moved[1:3] == ["fredag d. 19. februar 2016", "fredag d. 26. februar 2016"]
    assert orientation[1:3] == ["fredag d. 15. april 2016", "mandag d. 25. april 2016"]
    assert "store bededag" in orientation[3].lower(), "22 April was a holiday that year"
    assert seminar[1:3] == ["torsdag d. 28. april 2016", "mandag d. 9. maj 2016"]
    assert "søndag" in seminar[3].lower()
    assert re.search(r"Falder sammen med ».*interviews .*09\.05\.2016–11\.05\.2016", seminar[3])


def accepts_and_finds_the_new_dates(visitor: Visitor, engagement: Engagement) -> None:
    expect(visitor.page.get_by_role("radio", name="Flyt også det, der følger med")).to_be_checked()
    visitor.fill("Begrundelse", "Kommunen har brug for en uge mere")
    visitor.press_button("Flyt")
    visitor.sees_message("3 datoer er flyttet.")
    edited = visitor.page.url
    for view in (edited, f"{engagement.get_absolute_url()}?visning=liste"):
        visitor.page.goto(view)
        for subject, before, after in MOVED:
            expect(visitor.row(subject)).to_contain_text(after)
            expect(visitor.row(subject)).to_contain_text(re.compile(rf"Før:\s+.*{before}"))
    visitor.page.goto(edited)


def everything(visitor: Visitor, engagement: Engagement) -> dict[str, Any]:
    """The plan as it stands in the database, in the downloaded workbook and on the page where it is edited."""
    here = visitor.page.url
    visitor.page.goto(engagement.get_absolute_url())
    workbook = openpyxl.load_workbook(io.BytesIO(visitor.download("Hent tidsplan til Excel")))
    visitor.page.goto(here)
    return {
        "milestones": plan_of(engagement),
        "purposes": list(
            MilestonePurpose.objects.filter(engagement=engagement).order_by("purpose", "sequence", "milestone").values(*PURPOSE)
        ),
        "workbook": [[plain(cell.value) for cell in row] for row in workbook.active.iter_rows()],
        "page": visitor.table(),
    }


PURPOSE = ("milestone_id", "engagement_id", "purpose", "sequence", "dropped", "met_at", "met_by_id")


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def takes_the_pdf_home(visitor: Visitor, engagement: Engagement) -> None:
    visitor.page.goto(engagement.get_absolute_url())
    visitor.press_button("Hent tidsplan som PDF")
    expect(visitor.page.get_by_role("heading", level=2, name="Klar")).to_be_visible()
    content = visitor.download(re.compile("Tidsplan_Hedensted"))
    assert pdf_checks.problems(content) == []
    found = pdf_checks.tags(content)
    assert found["H1"] == 1 and found["Table"] >= 2 and found["TH"] > found["Table"]
    text = pdf_checks.text(content)
    for words in ("Hedensted Kommune", "19. februar 2016", "15. april 2016", "28. april 2016", "side 1 af"):
        assert words.lower() in text.lower(), words
