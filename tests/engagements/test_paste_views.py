"""Indlæs tidsplan on its pages: paste, check, mend, import; drafts, second clicks and wrong answers."""

from datetime import date
from pathlib import Path

import pytest

from accounts.states import Role
from engagements.actions import drafting
from engagements.models import Engagement, Milestone, TeamMember, TimetableDraft
from engagements.states import MilestoneState
from tests import factories
from tests.engagements.reading import page, sentence

HEDENSTED = (Path(__file__).parent / "fixtures" / "hedensted_2016.txt").read_text(encoding="utf-8")
PASTE, CHECK, IMPORT = "tidsplan/indlaes/", "tidsplan/indlaes/kontrol/", "tidsplan/indlaes/gem/"
AGAIN = "Tidsplanen er allerede indlæst eller læst på ny i et andet vindue. Åbn »Indlæs tidsplan« igen."
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2016-02-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2016, 2, 1), plan=True)


@pytest.fixture
def client(log_in, consultant):
    return log_in(consultant)


def pasted(client, engagement, text=HEDENSTED, **fields):
    return client.post(page(engagement, PASTE), {"text": text, **fields}, follow=True)


def posted(response, **changed) -> dict[str, str]:
    """What a browser would send back from the page with the checked rows."""
    formset, how = response.context["formset"], response.context["form"]
    forms = [formset.management_form, *formset.forms, how]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {name: "on" if value is True else str(value) for name, value in values.items() if value not in (None, False)} | changed


def test_the_whole_way_from_paste_to_plan(client, engagement):
    checked = pasted(client, engagement)
    assert checked.redirect_chain == [(page(engagement, CHECK), 302)]
    assert (checked.context["read"].year, len(checked.context["lines"]), checked.context["past"]) == (2016, 21, 2)
    assert [row.number for row in checked.context["warned_rows"]] == [3, 5, 6, 13, 18, 19, 20, 21]
    response = client.post(page(engagement, IMPORT), posted(checked), follow=True)
    assert "Tidsplan indlæst: 21 rækker." in response.text
    assert engagement.milestones.standing().count() == 21
    assert not TimetableDraft.objects.exists()
    assert "/fortryd/" in response.text


def test_the_rows_of_the_page_give_the_dates_that_were_read(client, engagement):
    checked = pasted(client, engagement)
    expected = [[list(pair) for pair in row.occurrences] for row in checked.context["read"].rows]
    client.post(page(engagement, IMPORT), posted(checked))
    assert [row.occurrences for row in engagement.milestones.standing().order_by("position")] == expected


def test_a_row_can_be_left_out_and_mended(client, engagement):
    checked = pasted(client, engagement)
    changed = {"form-4-subject": "Frist for alle sager", "form-4-dates": "22. februar", "form-4-party": "both", "form-20-dates": "sludder"}
    values = posted(checked, **changed)
    del values["form-20-include"]  # a row that is left out needs no mending
    assert client.post(page(engagement, IMPORT), values).status_code == 302
    mended = Milestone.objects.get(subject="Frist for alle sager")
    assert (mended.occurrences, mended.source_text, mended.party) == ([[date(2016, 2, 22)] * 2], "22. februar", "both")
    assert mended.purposes.get().purpose == "cases_due"
    assert engagement.milestones.standing().count() == 20


def test_a_row_can_lose_its_date(client, engagement):
    values = posted(pasted(client, engagement), **{"form-4-subject": "Uden dato", "form-4-dates": ""})
    client.post(page(engagement, IMPORT), values)
    undated = Milestone.objects.get(subject="Uden dato")
    assert (undated.occurrences, undated.precision, undated.source_text) == ([], "unknown", "")


def test_another_purpose_takes_the_place_of_the_guessed_ones(client, engagement):
    client.post(page(engagement, IMPORT), posted(pasted(client, engagement), **{"form-5-purpose": "theme_day", "form-5-subject": "Nyt"}))
    assert [row.purpose for row in Milestone.objects.get(subject="Nyt").purposes.all()] == ["theme_day"]


def test_a_bundled_row_keeps_its_purposes(client, engagement):
    client.post(page(engagement, IMPORT), posted(pasted(client, engagement), **{"form-5-subject": "Bundtet"}))
    assert {row.purpose for row in Milestone.objects.get(subject="Bundtet").purposes.all()} == {"materials_due", "self_evaluation_due"}


def test_rows_are_added_beside_the_plan_and_the_past_is_met_when_chosen(client, engagement):
    before = engagement.milestones.count()
    client.post(page(engagement, IMPORT), posted(pasted(client, engagement), how="add", past_is_met="on"))
    assert engagement.milestones.count() == before + 21
    assert engagement.milestones.filter(state=MilestoneState.MET).count() == 2


def test_a_mistake_in_a_row_is_told_at_the_row_and_nothing_is_written(client, engagement):
    before, checked = engagement.milestones.count(), pasted(client, engagement)
    response = client.post(page(engagement, IMPORT), posted(checked, **{"form-4-dates": "engang"}))
    assert response.status_code == 422
    assert [number for number, form in enumerate(response.context["formset"].forms) if form.errors] == [4]
    assert (engagement.milestones.count(), TimetableDraft.objects.count()) == (before, 1)


def test_an_import_of_no_row_at_all_is_refused(client, engagement):
    values = {name: value for name, value in posted(pasted(client, engagement)).items() if not name.endswith("-include")}
    response = client.post(page(engagement, IMPORT), values)
    assert (response.status_code, sentence(response)) == (409, "Vælg mindst én række, der skal indlæses.")
    assert TimetableDraft.objects.exists()


def test_a_second_click_imports_nothing_more(client, engagement):
    values = posted(pasted(client, engagement))
    client.post(page(engagement, IMPORT), values)
    second = client.post(page(engagement, IMPORT), values)
    assert (second.status_code, sentence(second)) == (409, AGAIN)
    assert engagement.change_sets.filter(kind="import").count() == 1


def test_a_page_of_an_older_paste_is_refused(client, engagement, time_machine):
    values = posted(pasted(client, engagement))
    time_machine.move_to("2016-02-10 12:05 +0100")
    pasted(client, engagement, "Møde\t3. marts 2016\n")
    response = client.post(page(engagement, IMPORT), values)
    assert (response.status_code, sentence(response)) == (409, AGAIN)


def test_a_plan_that_somebody_changed_meanwhile_is_refused(client, engagement):
    values = posted(pasted(client, engagement))
    factories.milestone(engagement, on=date(2016, 3, 1))
    response = client.post(page(engagement, IMPORT), values)
    assert (response.status_code, sentence(response)) == (
        409, "Tidsplanen er ændret af en anden, siden du åbnede siden. Se den nye tidsplan igennem, og prøv igen.",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "ingen datoer her", "x" * 1_000_001])
def test_a_text_without_a_timetable_is_asked_again(client, engagement, text):
    response = pasted(client, engagement, text)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["text"])
    assert not TimetableDraft.objects.exists()


def test_a_given_year_is_kept_with_the_draft(client, engagement):
    response = pasted(client, engagement, "Møde\t3. marts\n", year="2017")
    assert response.context["read"].rows[0].occurrences == ((date(2017, 3, 3),) * 2,)
    assert client.get(page(engagement, PASTE)).context["form"].initial == {"text": "Møde\t3. marts\n", "year": 2017}


def test_without_a_draft_the_check_goes_back_to_the_paste(client, engagement):
    assert client.get(page(engagement, CHECK))["Location"] == page(engagement, PASTE)
    assert sentence(client.post(page(engagement, IMPORT), {})) == AGAIN


def test_a_draft_is_seen_by_its_author_alone(log_in, consultant, engagement):
    other = factories.person(Role.CONSULTANT)
    TeamMember.objects.create(engagement=engagement, user=other, role=Role.CONSULTANT)
    drafting.keep(engagement=Engagement.objects.get(pk=engagement.pk), text="Hemmelig\t3. marts 2016\n", year=None, by=consultant)
    assert "Hemmelig" not in log_in(other).get(page(engagement, PASTE)).text
    assert log_in(other).get(page(engagement, CHECK)).status_code == 302
    assert "Hemmelig" in log_in(consultant).get(page(engagement, PASTE)).text
