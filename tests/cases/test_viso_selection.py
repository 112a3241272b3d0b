"""VISO-udvalg: VISO proposes, a jurist locks exactly five, and one case takes the place of another."""

from __future__ import annotations

import re

import pytest

from accounts.models import AuditEntry, Notice
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases.actions import selecting, withdrawing
from cases.models import Answer, Case, CaseConflict, Review, Round, VisoPick, VisoSelection
from cases.states import CaseState, RoundState, SelectionState
from tests import factories
from tests.cases import viso_world
from tests.cases.viso_world import CHOSEN, Viso, again, numbers_on, owed

pytestmark = pytest.mark.django_db
ADDRESSES = ("viso-selection", "viso-selection-propose", "viso-selection-lock", "viso-selection-change")


@pytest.fixture
def quick(consultant) -> Viso:
    """Twenty cases without files."""
    return viso_world.build(consultant, cases=20, files=False)


def chosen(world: Viso) -> list[int]:
    return sorted(VisoPick.objects.filter(selection__round=world.round, removed_at=None).values_list("case__number", flat=True))


def sent(picks: dict[int, str], **more: str) -> dict[str, object]:
    """The form as a browser sends it."""
    return {"cases": [str(number) for number in picks], **{f"reason_{number}": why for number, why in picks.items()}, **more}


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
