"""What VISO sees of a round: four facts of every case before the lock, its own five and no others after it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import obligations
from accounts.refusal import Refused
from cases import review_places
from cases.actions import selecting
from cases.models import Case, CaseConflict, Round
from cases.states import RoundState
from engagements.models import ProgrammeVersion
from engagements.states import Purpose
from tests import factories
from tests.cases import viso_world
from tests.cases.viso_world import CHOSEN, SECRET, Viso, again, numbers_on

pytestmark = pytest.mark.django_db
ADDRESSES = ("viso-selection", "viso-selection-propose", "viso-selection-lock", "viso-selection-change")


@pytest.fixture
def world(consultant) -> Viso:
    """Nine cases with a file each."""
    return viso_world.build(consultant, cases=9)


@pytest.fixture
def quick(consultant) -> Viso:
    """Twenty cases without files."""
    return viso_world.build(consultant, cases=20, files=False)


def sent(picks: dict[int, str], **more: str) -> dict[str, object]:
    """The form as a browser sends it."""
    return {"cases": [str(number) for number in picks], **{f"reason_{number}": why for number, why in picks.items()}, **more}


def test_before_the_lock_viso_sees_number_area_age_group_and_outcome_of_all_cases_and_nothing_else(log_in, world):
    client = log_in(world.viso)
    page = client.get(world.url()).text
    assert numbers_on(page) == set(range(1, 10))
    case = world.case(7)
    row = re.search(r'<tr data-area="[^"]*" data-age="[^"]*" data-outcome="[^"]*">(?:(?!</tr>).)*Sag 07.*?</tr>', page, re.S).group(0)
    for fact in (case.service_area.name, case.get_age_group_display(), case.get_outcome_display()):
        assert f">{fact}<" in row
    assert SECRET not in page and "2025" not in page and "/sager/hovedgennemgang/7/" not in page
    assert {client.get(url).status_code for url in world.file_urls(7)} == {404}
    assert client.get(world.url("cases")).status_code == 404


def test_after_the_lock_viso_sees_exactly_its_five(log_in, world):
    world.locked()
    client = log_in(world.viso)
    page = client.get(world.url()).text
    assert numbers_on(page) == set(CHOSEN)
    assert SECRET in client.get(world.url("case", 2)).text
    for number in range(1, 10):
        there = 200 if number in CHOSEN else 404
        assert {client.get(url).status_code for url in world.file_urls(number)} == {there}, number
        search = client.post(world.url("case-file-search", number, world.file(number).document_id), {"ord": SECRET})
        assert search.status_code == (302 if number in CHOSEN else 404)
    assert numbers_on(client.get(f"/forloeb/{world.engagement.pk}/historik/").text) == set()


def test_viso_does_not_see_how_the_municipality_sent_its_case(log_in, world):
    world.locked()
    Case.objects.update(cpr_confirmed_by=world.consultant, cpr_confirmed_at=timezone.now(), cpr_reason="Bilag fra retten", state="assured")
    client, jurist = log_in(world.viso), log_in(world.jurist)
    page, fuller = client.get(world.url("case", 1)).text, jurist.get(world.url("case", 1)).text
    assert ("Bilag fra retten" in page, "Bilag fra retten" in fuller) == (False, True)
    assert (world.consultant.full_name in page.partition("<h2")[2], world.consultant.full_name in fuller.partition("<h2")[2]) == (
        False,
        True,
    )
    assert ("Kvalitetssikret" in page, "Kvalitetssikret" in fuller) == (False, True)  # how far the jurists are


def test_a_case_that_is_taken_out_is_gone_for_viso_at_once(log_in, world):
    world.locked()
    client = log_in(world.viso)
    document = client.get(world.url("case-file", 2, world.file(2).document_id))
    assert SECRET in document.text
    selecting.change(round=world.round, out=2, into=9, reason="Den er for lille", by=world.jurist)
    assert {client.get(url).status_code for url in world.file_urls(2)} == {404}
    assert client.post(world.url("case-file-search", 2, world.file(2).document_id), {"ord": SECRET}).status_code == 404
    assert {client.get(url).status_code for url in world.file_urls(9)} == {200}
    page = client.get(world.url()).text
    assert numbers_on(page) == {1, 3, 4, 5, 9} and "Den er for lille" not in page


def test_the_tab_sager_leads_viso_to_its_choice_and_the_case_back_to_it(log_in, quick):
    quick.locked()
    client = log_in(quick.viso)
    rounds = f"/forloeb/{quick.engagement.pk}/sager/"
    assert f'href="{rounds}"' in client.get(quick.engagement.get_absolute_url()).text
    assert client.get(rounds)["Location"] == quick.url()
    review = quick.review(1)
    page = client.get(quick.url("case", 1)).text
    assert f'href="{rounds}"' in page and f'href="{review_places.of_review(review)}"' in page
    assert f'href="{review_places.of_review(review)}"' in client.get(quick.url()).text


def test_where_viso_reviews_all_cases_there_is_nothing_to_choose(log_in, quick):
    ProgrammeVersion.objects.filter(pk=quick.engagement.programme_version_id).update(viso_count=None)
    client = log_in(quick.viso)
    page = client.get(f"/forloeb/{quick.engagement.pk}/sager/")
    assert page.status_code == 200 and numbers_on(page.text) == set(range(1, 21))
    assert {client.get(quick.url("case", number)).status_code for number in (1, 20)} == {200}
    assert "VISO-udvalg" not in log_in(quick.jurist).get(quick.url("cases")).text
    for name in ADDRESSES:
        assert {log_in(user).get(quick.url(name)).status_code for user in (quick.viso, quick.jurist)} <= {404, 405}
    assert obligations.of(again(quick.viso), timezone.localdate()) == []
    with pytest.raises(Refused, match="vælger ikke sager"):
        selecting.propose(round=quick.round, picks={}, by=again(quick.viso))


def test_where_viso_has_no_part_it_has_no_tab(log_in, quick):
    ProgrammeVersion.objects.filter(pk=quick.engagement.programme_version_id).update(viso_count=0)
    client = log_in(quick.viso)
    assert f'href="/forloeb/{quick.engagement.pk}/sager/"' not in client.get(quick.engagement.get_absolute_url()).text
    assert client.get(quick.url()).status_code == 404
    assert "Sag 01" not in client.get(f"/forloeb/{quick.engagement.pk}/sager/").text
    assert {client.get(quick.url("case", number)).status_code for number in (1, 20)} == {404}


@pytest.mark.parametrize(("due_in", "words"), [(9, "Fristen er"), (-9, "Fristen var"), (None, "Når de er det")])
def test_before_the_hand_in_the_page_says_from_when_one_can_choose(log_in, consultant, due_in, words):
    world = viso_world.build(consultant, cases=6, state=RoundState.OPEN, files=False)
    day = timezone.localdate() + timedelta(days=due_in or 0)
    if due_in:
        factories.milestone(world.engagement, on=day, by=consultant, purpose=Purpose.CASES_DUE)
    for user in (world.viso, world.jurist, consultant):
        page = log_in(user).get(world.url())
        assert page.status_code == 200 and words in page.text and "vælge 5 sager" in page.text
        assert numbers_on(page.text) == set()
    assert log_in(world.viso).post(world.url("viso-selection-propose"), sent({})).status_code == 409
    with pytest.raises(Refused, match="ikke indsendt"):
        selecting.lock(round=world.round, picks=CHOSEN, by=world.jurist)


def test_a_round_that_is_not_called_in_has_no_page(log_in, consultant):
    world = viso_world.build(consultant, cases=6, state=RoundState.OPEN, files=False)
    Round.objects.update(state=RoundState.PREPARING)
    assert [log_in(user).get(world.url()).status_code for user in (world.viso, world.jurist, consultant)] == [404, 404, 404]


def test_a_viso_consultant_who_is_inhabil_in_one_of_the_five_has_four(log_in, quick):
    quick.locked()
    CaseConflict.objects.create(case=quick.case(4), user=quick.viso)
    client = log_in(quick.viso)
    assert numbers_on(client.get(quick.url()).text) == {1, 2, 3, 5}
    assert [client.get(quick.url("case", number)).status_code for number in (3, 4)] == [200, 404]
