"""VISO-udvalg: what VISO sees before and after the lock, who chooses, exactly five, and how one case takes the place of another."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import notices, obligations
from accounts.models import AuditEntry, Notice, OutboxMail
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import viso_obligations, viso_told
from cases.actions import selecting, withdrawing
from cases.models import Answer, Case, CaseConflict, Review, Round, VisoPick, VisoSelection
from cases.states import CaseState, RoundState, SelectionState
from engagements.models import ProgrammeVersion
from engagements.states import Purpose
from tests import factories
from tests.cases import viso_world
from tests.cases.viso_world import CHOSEN, SECRET, Viso, again

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


def chosen(world: Viso) -> list[int]:
    return sorted(VisoPick.objects.filter(selection__round=world.round, removed_at=None).values_list("case__number", flat=True))


def numbers_on(page: str) -> set[int]:
    """The numbers of the cases that the page names."""
    return {int(number) for number in re.findall(r"Sag (\d\d)", page)}


def sent(picks: dict[int, str], **more: str) -> dict[str, object]:
    """The form as a browser sends it."""
    return {"cases": [str(number) for number in picks], **{f"reason_{number}": why for number, why in picks.items()}, **more}


# What VISO sees


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
    Case.objects.update(cpr_confirmed_by=world.consultant, cpr_confirmed_at=timezone.now(), cpr_reason="Bilag fra retten")
    client, jurist = log_in(world.viso), log_in(world.jurist)
    page, fuller = client.get(world.url("case", 1)).text, jurist.get(world.url("case", 1)).text
    assert ("Bilag fra retten" in page, "Bilag fra retten" in fuller) == (False, True)
    assert (world.consultant.full_name in page.partition("<h2")[2], world.consultant.full_name in fuller.partition("<h2")[2]) == (
        False,
        True,
    )
    assert (client.get(world.url("supplement", 1)).status_code, jurist.get(world.url("supplement", 1)).status_code) == (403, 200)


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
    assert f'href="{rounds}"' in client.get(quick.url("case", 1)).text


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


# Choosing


def test_a_suggestion_sets_the_boxes_and_saves_nothing(log_in, quick):
    page = log_in(quick.viso).get(quick.url() + "?forslag=ja")
    assert len(re.findall(r'name="cases"[^>]* checked', page.text)) == 5
    assert page.text.count("Dækker ydelsesområdet") == 1 and "<strong>5</strong> af 5 valgt" in page.text
    assert "ydelsesområder af" in page.text and not VisoSelection.objects.exists()


def test_viso_keeps_a_part_and_proposes_the_whole(log_in, quick):
    client = log_in(quick.viso)
    two = {3: "Ung", 8: ""}
    assert client.post(quick.url("viso-selection-propose"), sent(two, seen=seen_in(client.get(quick.url())))).status_code == 302
    selection = VisoSelection.objects.get()
    assert (chosen(quick), selection.proposed_at, Notice.objects.filter(recipient=quick.jurist).count()) == ([3, 8], None, 0)
    page = client.get(quick.url()).text
    assert "<strong>2</strong> af 5 valgt" in page and ">Ung</textarea>" in page
    five = {**two, 11: "", 12: "", 13: ""}
    client.post(quick.url("viso-selection-propose"), sent(five, seen=seen_in(client.get(quick.url()))))
    selection.refresh_from_db()
    assert (chosen(quick), selection.proposed_by, selection.state) == ([3, 8, 11, 12, 13], quick.viso, SelectionState.OPEN)
    assert Notice.objects.get(recipient=quick.jurist).kind == "cases.viso_proposed"
    kept = VisoPick.objects.get(case__number=3)
    client.post(quick.url("viso-selection-propose"), sent({3: "Yngst"}, seen=seen_in(client.get(quick.url()))))
    assert (chosen(quick), VisoPick.objects.get().pk, VisoPick.objects.get().reason) == ([3], kept.pk, "Yngst")


def seen_in(response) -> str:
    return re.search(r'name="seen" value="([^"]*)"', response.text).group(1)


def test_six_are_not_taken(log_in, quick):
    six = {**CHOSEN, 6: "En til"}
    page = log_in(quick.viso).post(quick.url("viso-selection-propose"), sent(six))
    assert page.status_code == 422 and "Vælg højst 5 sager. Du har valgt 6." in page.text
    assert len(re.findall(r'name="cases"[^>]* checked', page.text)) == 6 and ">En til</textarea>" in page.text
    with pytest.raises(Refused, match=r"Vælg højst 5 sager\. Du har valgt 6\."):
        selecting.propose(round=quick.round, picks=six, by=quick.viso)
    assert chosen(quick) == []


@pytest.mark.parametrize("number", [0, 4, 6])
def test_the_jurist_locks_exactly_five(log_in, quick, number):
    picks = dict.fromkeys(range(1, number + 1), "")
    page = log_in(quick.jurist).post(quick.url("viso-selection-lock"), sent(picks))
    assert page.status_code == 422 and f"Vælg 5 sager. Du har valgt {number}." in page.text
    with pytest.raises(Refused, match=f"Vælg 5 sager. Du har valgt {number}."):
        selecting.lock(round=quick.round, picks=picks, by=quick.jurist)
    assert (chosen(quick), VisoSelection.objects.filter(state=SelectionState.LOCKED).count()) == ([], 0)


def test_a_lock_is_written_down_and_told(log_in, quick):
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    client = log_in(quick.jurist)
    page = client.get(quick.url())
    assert "VISO har foreslået 5 sager" in page.text and "Lås udvalg" in page.text
    other = {1: "", 2: "", 3: "", 4: "", 20: "Ældst"}
    assert client.post(quick.url("viso-selection-lock"), sent(other, seen=seen_in(page))).status_code == 302
    selection = VisoSelection.objects.get()
    assert (selection.state, selection.locked_by, chosen(quick)) == (SelectionState.LOCKED, quick.jurist, [1, 2, 3, 4, 20])
    verbs = list(AuditEntry.objects.filter(verb__startswith="selection.").order_by("pk").values_list("verb", "changes"))
    assert verbs == [
        ("selection.choose", {"sager": ["", "Sag 01, Sag 02, Sag 03, Sag 04, Sag 05"]}),
        ("selection.choose", {"sager": ["Sag 01, Sag 02, Sag 03, Sag 04, Sag 05", "Sag 01, Sag 02, Sag 03, Sag 04, Sag 20"]}),
        ("selection.state", {"status": ["open", "locked"]}),
    ]
    assert set(Notice.objects.filter(recipient=quick.viso).values_list("kind", flat=True)) == {"cases.viso_chosen"}
    page = client.get(quick.url()).text
    assert "5 sager til VISO" in page and "Udskift en sag" in page and numbers_on(page) == {1, 2, 3, 4, 20}


def test_after_the_lock_nobody_proposes_or_locks_again(log_in, quick):
    quick.locked()
    for verb, user, sentence in ((selecting.propose, quick.viso, "Bed juristen"), (selecting.lock, quick.jurist, "er låst")):
        with pytest.raises(Denied, match=sentence):
            verb(round=quick.round, picks=CHOSEN, by=again(user))
    assert log_in(quick.jurist).post(quick.url("viso-selection-lock"), sent(CHOSEN)).status_code == 403


def test_somebody_who_chose_anew_meanwhile_is_not_overwritten(log_in, quick):
    client = log_in(quick.jurist)
    old = seen_in(client.get(quick.url()))
    selecting.propose(round=quick.round, picks={7: "", 8: "", 9: "", 10: "", 11: ""}, by=quick.viso)
    response = client.post(quick.url("viso-selection-lock"), sent(CHOSEN, seen=old))
    assert response.status_code == 409 and "Udvalget er ændret" in response.text
    assert (chosen(quick), VisoSelection.objects.get().state) == ([7, 8, 9, 10, 11], SelectionState.OPEN)


def test_a_consultant_reads_along_and_chooses_nothing(log_in, quick):
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    client = log_in(quick.consultant)
    page = client.get(quick.url()).text
    assert numbers_on(page) == set(CHOSEN) and "Sjælden" in page and 'name="cases"' not in page
    assert [client.post(quick.url(name), sent(CHOSEN)).status_code for name in ADDRESSES[1:3]] == [403, 403]
    assert client.get(quick.url("viso-selection-change")).status_code == 403
    assert f'href="{quick.url()}"' in client.get(quick.url("cases")).text


def test_a_case_that_is_not_handed_in_cannot_be_chosen(quick):
    Case.objects.filter(number=20).update(state=CaseState.DRAFT)
    with pytest.raises(Refused, match="Sag 20 er ikke indsendt"):
        selecting.propose(round=quick.round, picks={20: ""}, by=quick.viso)


def test_a_reason_takes_no_cpr_number(log_in, quick):
    response = log_in(quick.viso).post(quick.url("viso-selection-propose"), sent({1: "Se 010190-1234"}))
    assert response.status_code == 422 and chosen(quick) == []


def test_with_a_dispensation_to_fewer_cases_than_five_that_many_are_chosen(quick):
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    Round.objects.update(dispensed_count=3, dispensed_reason="Kommunen har kun tre", dispensed_by=quick.consultant)
    with pytest.raises(Refused, match=r"Vælg 3 sager\. Du har valgt 5\."):
        selecting.lock(round=quick.round, picks=CHOSEN, by=quick.jurist)
    selecting.lock(round=quick.round, picks={3: "", 4: "", 5: ""}, by=quick.jurist)
    assert sorted(VisoPick.objects.values_list("slot", "size")) == [(1, 3), (2, 3), (3, 3)]


def test_a_closed_round_is_chosen_no_more(log_in, quick):
    quick.locked()
    Round.objects.update(state=RoundState.CLOSED)
    with pytest.raises(Refused, match="Runden er afsluttet"):
        selecting.change(round=quick.round, out=1, into=9, reason="Nu", by=quick.jurist)
    assert "Udskift en sag" not in log_in(quick.jurist).get(quick.url()).text


# Inhabil in one case


def test_who_is_inhabil_in_a_case_neither_sees_nor_unchooses_it(log_in, quick):
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    CaseConflict.objects.create(case=quick.case(2), user=quick.jurist)
    client = log_in(quick.jurist)
    page = client.get(quick.url())
    assert numbers_on(page.text) == set(range(1, 21)) - {2}
    assert "1 valgt sag er ikke vist" in page.text and "<strong>5</strong> af 5 valgt" in page.text
    four = {number: "" for number in CHOSEN if number != 2}
    with pytest.raises(Refused, match="Sag 02 er ikke indsendt"):
        selecting.lock(round=quick.round, picks=CHOSEN, by=again(quick.jurist))
    assert client.post(quick.url("viso-selection-lock"), sent(four, seen=seen_in(page))).status_code == 302
    assert (chosen(quick), VisoPick.objects.get(case__number=2).reason) == ([1, 2, 3, 4, 5], "Ung")
    with pytest.raises(Refused, match="ændret"):
        selecting.change(round=quick.round, out=2, into=9, reason="Nej", by=again(quick.jurist))


def test_a_viso_consultant_who_is_inhabil_in_one_of_the_five_has_four(log_in, quick):
    quick.locked()
    CaseConflict.objects.create(case=quick.case(4), user=quick.viso)
    client = log_in(quick.viso)
    assert numbers_on(client.get(quick.url()).text) == {1, 2, 3, 5}
    assert [client.get(quick.url("case", number)).status_code for number in (3, 4)] == [200, 404]


# One case in the place of another


def test_a_change_keeps_the_old_review_and_says_why(log_in, quick):
    quick.locked()
    review = quick.review(2)
    answers = list(Answer.objects.filter(review=review).values_list("pk", "rating"))
    client = log_in(quick.jurist)
    assert "Sag 09" in client.get(quick.url("viso-selection-change")).text
    data = {"out": "2", "into": "9", "reason": "Den ligner Sag 01 for meget"}
    assert client.post(quick.url("viso-selection-change"), data).status_code == 302
    assert chosen(quick) == [1, 3, 4, 5, 9]
    review.refresh_from_db()
    assert review.ended_at and review.ended_reason == "Sagen er taget ud af VISO-udvalget: Den ligner Sag 01 for meget"
    assert answers and list(Answer.objects.filter(review=review).values_list("pk", "rating")) == answers
    assert not Review.objects.standing().filter(case__number=2).exists()
    old = VisoPick.objects.get(case__number=2)
    assert (old.removed_by, old.removed_reason, old.slot) == (quick.jurist, data["reason"], VisoPick.objects.get(case__number=9).slot)
    entry = AuditEntry.objects.get(verb="selection.change")
    assert (entry.changes, entry.reason) == ({"taget ud": ["Sag 02", None], "sat ind": [None, "Sag 09"]}, data["reason"])
    assert AuditEntry.objects.filter(verb="review.end", reason=data["reason"]).count() == 1
    page = client.get(quick.url()).text
    assert "Udskiftet" in page and f"»{data['reason']}«" in page
    assert not Review.objects.visible_to(again(quick.viso)).standing().filter(case__number=2).exists()


def test_a_case_that_comes_back_gets_a_review_of_its_own(quick):
    quick.locked()
    first = quick.review(2)
    selecting.change(round=quick.round, out=2, into=9, reason="For lille", by=quick.jurist)
    selecting.change(round=quick.round, out=9, into=2, reason="Alligevel ikke", by=quick.jurist)
    second = quick.review(2)
    assert list(Review.objects.filter(case__number=2).order_by("pk")) == [first, second]
    assert list(Review.objects.standing().filter(case__number=2)) == [second]


@pytest.mark.parametrize(
    ("out", "into", "reason", "sentence"),
    [
        (2, 9, "  ", "Skriv, hvorfor"),
        (9, 10, "Nu", "Udvalget er ændret"),
        (2, 3, "Nu", "Sag 03 kan ikke vælges"),
        (2, 20, "Nu", "Sag 20 kan ikke vælges"),
        (None, 9, "Nu", "ingen ledig plads"),
    ],
)
def test_what_a_change_refuses(quick, out, into, reason, sentence):
    quick.locked()
    Case.objects.filter(number=20).update(state=CaseState.DRAFT)
    with pytest.raises(Refused, match=sentence):
        selecting.change(round=quick.round, out=out, into=into, reason=reason, by=quick.jurist)
    assert chosen(quick) == [1, 2, 3, 4, 5]


def test_a_change_without_a_reason_is_asked_for_it(log_in, quick):
    quick.locked()
    response = log_in(quick.jurist).post(quick.url("viso-selection-change"), {"out": "2", "into": "9", "reason": ""})
    assert response.status_code == 422 and "Udfyld »Begrundelse«." in response.text and chosen(quick) == [1, 2, 3, 4, 5]


def test_before_the_lock_there_is_nothing_to_change(quick):
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    with pytest.raises(Denied, match="ikke låst endnu"):
        selecting.change(round=quick.round, out=2, into=9, reason="Nu", by=quick.jurist)


def test_the_place_of_a_case_that_was_taken_back_is_filled(log_in, quick):
    quick.locked()
    coordinator = factories.person(Role.COORDINATOR)
    withdrawing.withdraw_case(case=quick.case(2), reason="Forkert person", by=coordinator)
    assert chosen(quick) == [1, 3, 4, 5]
    assert [one.verb for one in owed(quick.jurist, "viso-")] == ["Vælg en ny sag til VISO"]
    client = log_in(quick.jurist)
    assert "1 plads er ledig" in client.get(quick.url()).text
    assert client.post(quick.url("viso-selection-change"), {"out": "free", "into": "9", "reason": "Ledig"}).status_code == 302
    assert chosen(quick) == [1, 3, 4, 5, 9] and owed(quick.jurist, "viso-") == []


# What people are told, and owe


def owed(user, prefix: str) -> list[obligations.Obligation]:
    return [one for one in obligations.of(again(user), timezone.localdate()) if one.key.startswith(prefix)]


def test_the_choice_is_a_task_of_viso_and_then_of_the_jurists(quick):
    assert [(one.verb, one.url, one.is_own) for one in owed(quick.viso, "viso-")] == [("Vælg 5 sager til VISO", quick.url(), True)]
    assert owed(quick.jurist, "viso-") == owed(quick.consultant, "viso-") == []
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    assert owed(quick.viso, "viso-") == []
    assert [one.verb for one in owed(quick.jurist, "viso-")] == ["Lås VISO-udvalget"]
    selecting.lock(round=quick.round, picks=CHOSEN, by=quick.jurist)
    assert owed(quick.viso, "viso-") == owed(quick.jurist, "viso-") == []


def test_viso_is_told_when_the_cases_are_in(log_in, consultant):
    coordinator = factories.person(Role.COORDINATOR)
    engagement = factories.engagement(consultant, plan=True)
    viso = viso_world.joined(engagement, Role.VISO_CONSULTANT, "Vibe Viso")
    round = factories.round(engagement, cases=5)
    for case in round.cases.all():
        factories.ready_case(case, coordinator)
    from_browser = log_in(coordinator).post(f"/forloeb/{engagement.pk}/sager/{round.kind}/indsend/")
    assert from_browser.status_code == 302
    notice = Notice.objects.get(recipient=viso, kind="cases.viso_choose")
    assert notice.title == "Sagerne er indsendt, og du kan vælge 5 sager til VISO – Hedensted Kommune"
    assert notice.url == f"/forloeb/{engagement.pk}/sager/{round.kind}/viso-udvalg/"


def test_mails_say_what_is_still_true_and_nothing_of_a_case(quick):
    viso_told.of_round(quick.round)
    selecting.propose(round=quick.round, picks=CHOSEN, by=quick.viso)
    assert lines_for(quick.viso) == []  # VISO has chosen
    [line] = lines_for(quick.jurist)
    assert (line.subject, line.text) == (
        "Lås VISO-udvalget – Hedensted Kommune", "Hedensted Kommune: VISO har foreslået 5 sager. En jurist på teamet låser udvalget."
    )  # fmt: skip
    selecting.lock(round=quick.round, picks=CHOSEN, by=quick.jurist)
    assert lines_for(quick.jurist) == []
    [line] = lines_for(quick.viso)
    assert line.subject == "VISO-udvalget er låst – Hedensted Kommune"
    factories.conflict(quick.viso)
    assert lines_for(quick.viso) == []
    notices.gather()
    told = [*Notice.objects.values_list("title", flat=True), *OutboxMail.objects.values_list("subject", flat=True)]
    assert len(told) >= 3 and not [one for one in told if re.search(r"Sag \d|Ung|Sjælden", one)]


def lines_for(user) -> list[notices.Line]:
    found = []
    for kind in ("cases.viso_choose", "cases.viso_proposed", "cases.viso_chosen"):
        given = list(Notice.objects.filter(recipient=user, kind=kind).select_related("recipient"))
        for one in given:
            one.recipient = again(user)
        found += notices.KINDS[kind].describe(given) if given else []
    return found


# How much it costs


@pytest.mark.parametrize("who", ["viso", "jurist", "consultant"])
@pytest.mark.parametrize("is_locked", [False, True])
def test_the_page_takes_the_same_number_of_queries_at_five_and_twenty_cases(log_in, consultant, who, is_locked):
    found = set()
    for cases in (6, 20):
        world = viso_world.build(consultant, cases=cases, files=False)
        if is_locked:
            world.locked()
        client = log_in(getattr(world, who))
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(world.url()).status_code == 200
        found.add(len(seen))
    assert len(found) == 1 and max(found) < 45, found


def test_the_tasks_take_the_same_number_of_queries_at_one_and_three_rounds(consultant):
    found, viso = set(), factories.person(Role.VISO_CONSULTANT)
    for number in (1, 2, 3):
        world = viso_world.build(consultant, cases=6, files=False)
        world.engagement.team_members.create(user=viso, role=Role.VISO_CONSULTANT)
        user = again(viso)
        with CaptureQueriesContext(connection) as seen:
            assert len(viso_obligations.find(user, timezone.localdate())) == number
        found.add(len(seen))
    assert len(found) == 1, found
