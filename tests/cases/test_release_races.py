"""Results are released while somebody writes in a review, opens it again, withdraws a finding, or releases them too: what was shown stands."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction

from accounts.models import AuditEntry, Notice, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import release_told
from cases.actions import assuring, finding, releasing, reviewing, seminar_sheets
from cases.models import Answer, Finding, Release, Review, Round, SeminarPage
from cases.results import fingerprint
from cases.states import FindingKind, FindingState, Profession, ReviewState
from tests import factories
from tests.cases import reviewed
from tests.cases.reviewed import World
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("catalogue")
MANY = 20


@pytest.fixture
def world(catalogue) -> World:
    made = reviewed.world()
    factories.person(Role.COORDINATOR, name="Hanne Koordinator")
    return made


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def releases(world: World, seen: str):
    round, by = Round.objects.get(pk=world.round.pk), again(world.consultant)
    return lambda: releasing.release(round=round, seen=seen, by=by)


def what_was_shown_stands(world: World, seen: str) -> bool:
    """Whether it was released; then it is what was previewed, and the reviews say the same."""
    made = Release.objects.filter(round=world.round).first()
    round = Round.objects.get(pk=world.round.pk)
    assert (round.released_at is None) is (made is None)
    assert Notice.objects.filter(kind=release_told.RELEASED).count() == (1 if made else 0)
    if made is None:
        return False
    assert made.sha256 == seen == fingerprint(made.content) == fingerprint(world.content())
    assert set(Review.objects.filter(case__round=round).values_list("state", flat=True)) == {ReviewState.ASSURED, ReviewState.FINAL}
    return True


def test_of_many_releases_at_once_one_is_made(world):
    seen = world.seen()
    found = at_once(*[releases(world, seen) for _ in range(MANY)])
    assert Counter(type(one).__name__ for one in found) == {"Release": 1, "Denied": MANY - 1}
    assert what_was_shown_stands(world, seen)
    assert AuditEntry.objects.filter(verb="round.release").count() == 1


def test_a_review_is_opened_again_or_released_but_never_both(world):
    seen = world.seen()
    review, by = world.review(2), again(world.colleague)
    found = at_once(releases(world, seen), lambda: assuring.reopen(review=review, text="Se på fristen igen", by=by))
    assert sum(isinstance(one, Exception) for one in found) == 1
    assert {type(one) for one in found if isinstance(one, Exception)} <= {Refused, Denied}
    released = what_was_shown_stands(world, seen)
    assert Review.objects.get(pk=review.pk).state == (ReviewState.ASSURED if released else ReviewState.RETURNED)


def test_viso_takes_its_review_back_or_it_is_released_but_never_both(world):
    """VISO's alone is done with a case that the jurist's review of is not: the release is refused either way."""
    Review.objects.filter(pk=world.review(1).pk).update(state=ReviewState.IN_QA)
    seen, review, by = world.seen(), world.review(1, Profession.VISO), again(world.viso)
    found = at_once(releases(world, seen), lambda: reviewing.take_back(review=review, by=by))
    assert isinstance(found[0], Refused)
    assert not what_was_shown_stands(world, seen)


def test_a_review_that_is_written_in_meanwhile_holds_the_release_back_until_it_is_looked_at(world):
    """Whoever writes holds the row of the review, and what was written is part of what is compared."""
    seen, answer = world.seen(), world.answer(2, "frist")

    @transaction.atomic
    def write() -> str:
        Review.objects.select_for_update().get(pk=answer.review_id)
        if Release.objects.filter(round=world.round).exists():
            return "too late"
        Answer.objects.filter(pk=answer.pk).update(reason="Skrevet imens")
        return "written"

    found = at_once(releases(world, seen), write)
    if found[1] == "written":
        assert isinstance(found[0], releasing.Changed)
    assert what_was_shown_stands(world, seen) is (found[1] == "too late")


def test_a_finding_is_withdrawn_before_the_release_or_stands_in_it(world):
    told = reviewed.cleared(world, "frist", FindingKind.LEARNING, "Giv besked i god tid")
    seen, by = world.seen(), again(world.jurist)
    found = at_once(releases(world, seen), lambda: finding.withdraw(finding=Finding.objects.get(pk=told.pk), by=by))
    made = Release.objects.filter(round=world.round).first()
    assert Finding.objects.get(pk=told.pk).state == FindingState.WITHDRAWN
    assert isinstance(found[0], releasing.Changed) is (made is None)
    if made:
        assert (made.sha256, made.content["learning"]) == (seen, ["Giv besked i god tid"])


def test_two_who_save_the_same_sheet_do_not_overwrite_each_other(world):
    words = {"theme": "Frist", "pattern": "Først", "example": "", "question": ""}
    sheet = seminar_sheets.add(round=world.round, values=words, by=world.consultant)
    base = seminar_sheets.base_of(sheet)

    def save(text: str, by: User):
        seen = SeminarPage.objects.select_related("round").get(pk=sheet.pk)
        return lambda: seminar_sheets.write(sheet=seen, values=words | {"pattern": text}, base=base, by=again(by))

    found = at_once(save("Konsulentens ord", world.consultant), save("Juristens ord", world.jurist))
    assert Counter(type(one).__name__ for one in found) == {"SeminarPage": 1, "Outdated": 1}
    kept = next(one for one in found if isinstance(one, SeminarPage))
    assert SeminarPage.objects.get(pk=sheet.pk).pattern == kept.pattern


def test_sheets_that_are_moved_at_once_keep_an_order_without_gaps(world):
    words = {"pattern": "", "example": "", "question": ""}
    sheets = [seminar_sheets.add(round=world.round, values=words | {"theme": theme}, by=world.consultant) for theme in "ABCDEFGH"]
    works = [
        lambda sheet=sheet, up=bool(place % 2): seminar_sheets.move(sheet=sheet, up=up, by=again(world.consultant))
        for place, sheet in enumerate(sheets)
    ]
    assert at_once(*works) == [None] * len(works)
    places = SeminarPage.objects.filter(round=world.round).order_by("position").values_list("position", flat=True)
    assert list(places) == list(range(1, len(sheets) + 1))
