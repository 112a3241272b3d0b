"""*Mine sager*: what one has, how far one is, where one left off, what one owes; and as many queries at 1 as at 30 cases."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import obligations
from accounts.models import Notice
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import my_cases, review_told
from cases.actions import sending
from cases.models import Answer, Review, Round
from cases.states import Rating, ReviewState, RoundState
from engagements.states import EngagementState
from tests import factories
from tests.cases.reviewers import again, case, fresh, jurist, member

DRAFT, IN_QA, RETURNED, ASSURED, FINAL = (
    ReviewState.DRAFT, ReviewState.IN_QA, ReviewState.RETURNED, ReviewState.ASSURED, ReviewState.FINAL,
)  # fmt: skip
PAGE = "/mine-sager/"


@pytest.fixture
def round(engagement):
    made = factories.reviewable_round(engagement, cases=6)
    Round.objects.filter(pk=made.pk).update(review_due_on=date(2026, 3, 27))
    return Round.objects.get(pk=made.pk)


@pytest.fixture
def jens(engagement):
    return jurist(engagement, "Jens Jurist")


@pytest.fixture
def kirsten(engagement):
    return jurist(engagement, "Kirsten Jurist")


def labels(user) -> list[tuple[str, str]]:
    return [(str(row.review.case), row.label) for work in my_cases.read(user).work for row in work.rows]


def verbs(user) -> list[str]:
    return [one.verb for one in obligations.of(user, timezone.localdate())]


def test_each_case_says_how_far_it_is(round, engagement, jens, kirsten):
    factories.legal_review(case(engagement, 1), jens, answered=False)
    factories.legal_review(case(engagement, 2), jens)
    factories.legal_review(case(engagement, 3), jens, state=IN_QA)
    factories.legal_review(case(engagement, 4), jens, state=RETURNED)
    factories.legal_review(case(engagement, 5), jens, state=ASSURED, assured_by=kirsten)
    factories.legal_review(case(engagement, 6), kirsten, second_reader=jens)
    assert labels(jens) == [
        ("Sag 01", "Ikke begyndt"),
        ("Sag 02", "Kladde"),
        ("Sag 03", "Til kvalitetssikring"),
        ("Sag 04", "Sendt tilbage"),
        ("Sag 05", "Kvalitetssikret"),
        ("Sag 06", "Anden læser"),
    ]
    assert my_cases.read(jens).work[0].line == "2 af 5 · frist fredag d. 27. marts 2026 (uge 13)"


def test_one_goes_on_where_one_left(log_in, round, engagement, jens):
    factories.legal_review(case(engagement, 1), jens, answered=False)
    client = log_in(jens)
    assert "Næste sag" in client.get(PAGE).text
    now = timezone.now()
    older = factories.legal_review(case(engagement, 2), jens, changed_at=now - timedelta(hours=2))
    newer = factories.legal_review(case(engagement, 3), jens, changed_at=now - timedelta(hours=1))
    Answer.objects.filter(review=newer, criterion__position__gt=3).delete()
    resume = my_cases.read(jens).resume
    assert resume is not None and resume.review == newer and older != newer
    page = client.get(PAGE).text
    assert "Fortsæt, hvor du slap" in page
    assert f'href="{reverse("review", args=[engagement.pk, round.kind, 3])}"' in page
    assert f"{newer.answers.count()} af 14 besvaret" in page


def test_a_second_reader_learns_nothing_of_a_draft(log_in, round, engagement, jens, kirsten):
    review = factories.legal_review(case(engagement, 1), kirsten, second_reader=jens, rating=Rating.MATERIAL_DEFECT)
    page = log_in(jens).get(PAGE).text
    assert "Gennemgås af Kirsten Jurist" in page
    assert reverse("review", args=[engagement.pk, round.kind, 1]) not in page
    assert "besvaret" not in page
    Review.objects.filter(pk=review.pk).update(state=IN_QA)
    assert reverse("review-assure", args=[engagement.pk, round.kind, 1]) in log_in(jens).get(PAGE).text


def test_what_waits_for_assurance_is_the_second_readers_or_anybodys_but_the_authors(round, engagement, jens, kirsten):
    lars = jurist(engagement, "Lars Jurist")
    mine = factories.legal_review(case(engagement, 1), kirsten, state=IN_QA, second_reader=jens)
    anybodys = factories.legal_review(case(engagement, 2), kirsten, state=IN_QA)
    factories.legal_review(case(engagement, 3), jens, state=IN_QA, second_reader=lars)
    assert list(my_cases.to_assure(jens)) == [mine, anybodys]
    assert list(my_cases.to_assure(kirsten)) == []
    assert [one.case.number for one in my_cases.to_assure(lars)] == [2, 3]


def test_viso_sees_its_own(log_in, round, engagement, jens):
    vibe = member(engagement, Role.VISO_CONSULTANT, "Vibe Viso")
    factories.locked_selection(round, jens, [2, 3])
    factories.viso_review(case(engagement, 2), vibe, answered=False)
    factories.viso_review(case(engagement, 3), vibe, state=FINAL)
    factories.legal_review(case(engagement, 1), jens)
    assert labels(vibe) == [("Sag 02", "Ikke begyndt"), ("Sag 03", "Færdig")]
    page = log_in(vibe).get(PAGE).text
    assert reverse("viso-review", args=[engagement.pk, round.kind, 2]) in page
    assert "til kvalitetssikring" not in page
    round.selection.picks.filter(case__number=2).update(removed_at=timezone.now())
    assert labels(again(vibe)) == [("Sag 03", "Færdig")]


def test_what_is_over_is_not_there(round, engagement, jens):
    review = factories.legal_review(case(engagement, 1), jens)
    assert len(labels(jens)) == 1
    Review.objects.filter(pk=review.pk).update(ended_at=timezone.now())
    assert labels(jens) == []
    Review.objects.filter(pk=review.pk).update(ended_at=None)
    Round.objects.update(state=RoundState.CLOSED)
    assert labels(jens) == []
    Round.objects.update(state=RoundState.COMPLETE)
    engagement.__class__.objects.update(state=EngagementState.ABORTED)
    assert labels(jens) == []
    assert (my_cases.read(jens).is_empty, my_cases.read(jens).resume) == (True, None)


def test_whoever_left_the_team_or_is_inhabil_towards_the_municipality_has_nothing(round, engagement, jens, kirsten):
    for number, person in enumerate((jens, kirsten), 1):
        factories.legal_review(case(engagement, number), person)
    engagement.team_members.filter(user=jens).delete()
    factories.conflict(kirsten)
    assert (labels(again(jens)), labels(again(kirsten))) == ([], [])


def test_an_empty_page_says_what_comes(log_in, jens):
    assert "Du har ingen sager lige nu" in log_in(jens).get(PAGE).text


def test_the_page_and_its_entry_in_the_menu_are_for_reviewers(log_in, engagement, jens, consultant, coordinator):
    vibe = member(engagement, Role.VISO_CONSULTANT, "Vibe Viso")
    for person, status in ((jens, 200), (vibe, 200), (consultant, 403), (coordinator, 403)):
        client = log_in(person)
        assert client.get(PAGE).status_code == status
        assert (f'href="{PAGE}"' in client.get("/").text) == (status == 200)


# All finished ones at once


def test_finished_ones_are_sent_together_and_the_rest_stay(log_in, round, engagement, jens, kirsten):
    for number in (1, 2):
        factories.legal_review(case(engagement, number), jens, second_reader=kirsten)
    lacks = factories.legal_review(case(engagement, 3), jens, rating=Rating.MATERIAL_DEFECT)
    Answer.objects.filter(review=lacks, criterion__code="hjemmel").update(reason="")
    factories.legal_review(case(engagement, 4), kirsten)
    client = log_in(jens)
    assert "Send 2 færdige til kvalitetssikring" in client.get(PAGE).text
    address = reverse("reviews-send", args=[engagement.pk, round.kind])
    assert client.post(address)["Location"] == PAGE
    states = dict(Review.objects.values_list("case__number", "state"))
    assert states == {1: IN_QA, 2: IN_QA, 3: DRAFT, 4: DRAFT}
    assert Notice.objects.filter(kind=review_told.TO_ASSURE, recipient=kirsten).count() == 2
    refused = client.post(address)
    assert (refused.status_code, "Ingen af dine gennemgange er færdige" in refused.text) == (409, True)


def test_only_jurists_of_the_team_send(round, engagement, consultant):
    for person in (consultant, factories.person(Role.LEGAL_REVIEWER), member(engagement, Role.VISO_CONSULTANT, "Vibe Viso")):
        with pytest.raises(Denied):
            sending.send_finished(round=round, by=person)
    with pytest.raises(Refused):
        sending.send_finished(round=round, by=jurist(engagement, "Jens Jurist"))


def test_two_notices_of_one_round_are_one_line_of_a_mail(round, engagement, jens, kirsten):
    for number in (1, 2):
        factories.legal_review(case(engagement, number), jens, second_reader=kirsten)
    sending.send_finished(round=round, by=jens)
    given = list(Notice.objects.filter(recipient=kirsten).select_related("recipient"))
    assert [line.text for line in review_told.describe_to_assure(given)] == [
        "2 gennemgange i Hedensted Kommune venter på din kvalitetssikring."
    ]


def test_the_mail_about_new_cases_names_number_and_day_and_no_case(round, engagement, jens):
    for number in (1, 2):
        factories.legal_review(case(engagement, number), jens, answered=False)
    review_told.of_assignment(round, jens, 2)
    line = review_told.describe_assigned(list(Notice.objects.select_related("recipient")))[0]
    assert line.subject == "Frist uge 13: Gennemgå 2 sager – Hedensted Kommune"
    assert line.text == "Du har 2 sager til gennemgang i Hedensted Kommune. Fristen er fredag d. 27. marts 2026 (uge 13)."
    Review.objects.update(state=IN_QA)
    assert review_told.describe_assigned(list(Notice.objects.select_related("recipient"))) == []


# What one owes


def test_reviewers_owe_their_cases_by_the_day(round, engagement, jens, kirsten):
    for number in (1, 2):
        factories.legal_review(case(engagement, number), jens)
    factories.legal_review(case(engagement, 3), jens, state=RETURNED)
    waits = factories.legal_review(case(engagement, 4), kirsten, state=IN_QA, second_reader=jens)
    found = {one.verb: one for one in obligations.of(jens, timezone.localdate())}
    assert found["Gennemgå 2 sager"].due_on == date(2026, 3, 27)
    assert found["Gennemgå 2 sager"].url == PAGE
    assert found["Ret gennemgangen af Sag 03, der er sendt tilbage"].url == reverse("review", args=[engagement.pk, round.kind, 3])
    assert found["Kvalitetssikr gennemgangen af Sag 04"].url == reverse("review-assure", args=[engagement.pk, round.kind, 4])
    Review.objects.filter(pk=waits.pk).update(second_reader=None)
    factories.legal_review(case(engagement, 5), kirsten, state=IN_QA)
    assert "Kvalitetssikr 2 gennemgange" in verbs(jens)


def test_the_team_owes_to_give_the_cases_out(round, engagement, jens, consultant, coordinator):
    for person in (consultant, jens):
        assert "Fordel 6 sager til gennemgang" in verbs(person)
    assert not [verb for verb in verbs(coordinator) if "Fordel" in verb]
    assert not [verb for verb in verbs(factories.person(Role.CONSULTANT)) if "Fordel" in verb]
    for number in range(1, 6):
        factories.legal_review(case(engagement, number), jens)
    assert "Fordel 1 sag til gennemgang" in verbs(consultant)
    fresh(factories.legal_review(case(engagement, 6), jens))
    assert not [verb for verb in verbs(consultant) if "Fordel" in verb]


def test_the_team_owes_to_give_visos_cases_out_once_they_are_chosen(round, engagement, jens, consultant):
    assert not [verb for verb in verbs(consultant) if "VISO" in verb and "Fordel" in verb]
    factories.locked_selection(round, jens, [2, 3])
    assert "Fordel 2 sager til VISO" in verbs(consultant)
    factories.viso_review(case(engagement, 2), member(engagement, Role.VISO_CONSULTANT, "Vibe Viso"))
    assert "Fordel 1 sag til VISO" in verbs(jens)
    round.selection.picks.filter(case__number=3).update(removed_at=timezone.now())
    assert not [verb for verb in verbs(consultant) if "VISO" in verb and "Fordel" in verb]


def test_an_engagement_that_rests_asks_for_nothing(round, engagement, jens, consultant):
    factories.legal_review(case(engagement, 1), jens)
    engagement.__class__.objects.update(state=EngagementState.PAUSED)
    assert not [verb for person in (jens, consultant) for verb in verbs(person) if "sag" in verb.lower()]


# As many queries at 1 as at 30


def queries(client, url: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_pages_take_as_many_queries_at_1_3_and_30_cases(log_in, consultant, kirsten):
    found = {PAGE: set(), "fordeling": set(), "/": set()}
    for size in (1, 3, 30):
        engagement = factories.engagement(consultant)
        round = factories.reviewable_round(engagement, cases=size)
        jens, lars = (jurist(engagement, f"{name} {size}") for name in ("Jens", "Lars"))
        for one in round.cases.select_related("round__engagement"):
            one.round = round
            factories.legal_review(one, jens if one.number % 2 else lars, second_reader=lars if one.number % 2 else jens)
        if size > 1:
            Review.objects.filter(reviewer=lars).update(state=IN_QA)
        else:
            waits = factories.reviewable_round(factories.engagement(consultant, of="Skive"), cases=1)
            waits.engagement.team_members.create(user=jens, role=Role.LEGAL_REVIEWER)
            factories.legal_review(waits.cases.get(), kirsten, state=IN_QA)
        client = log_in(jens)
        found[PAGE].add(queries(client, PAGE))
        found["/"].add(queries(client, "/"))
        found["fordeling"].add(queries(log_in(consultant), reverse("review-assign", args=[engagement.pk, round.kind])))
    assert {page: len(some) for page, some in found.items()} == dict.fromkeys(found, 1), found
    assert max(found[PAGE]) < 25
