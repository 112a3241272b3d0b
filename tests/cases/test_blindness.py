"""Until both professions are done with a case, neither reaches what the other wrote: at no address, in no file, mail, task or calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import access as policy
from accounts import notices, obligations
from accounts.access import PolicyRow
from accounts.models import Notice, OutboxMail, User
from accounts.states import Relation, Role
from cases import matrix, review_told
from cases.actions import finding
from cases.models import Answer, Case, Finding, Review, Round, SeminarPage
from cases.states import Profession, ReviewState, Sight
from tests import addresses, factories
from tests.addresses import Address, World
from tests.answers import text_of
from tests.cases import viso_world
from tests.policy_questions import table

pytestmark = pytest.mark.django_db
LEGAL, VISO = "Jurasten", "Visobjerg"  # stand in every text of the two reviews
MARKERS = {Profession.LEGAL: LEGAL, Profession.VISO: VISO}
# A person's own things, the set-up and what strangers see hold nothing of a case; they are walked in taskforce/test_leaks.py.
ELSEWHERE = ("konto", "brugere", "demo", "drift", "opsaetning", "filer", "fravaer", "invitation", "glemt", "log-ind", "udbakke")
QUERIES = {"matrix": ["", "?viso=on"], "matrix-xlsx": ["", "?viso=on"], "viso-selection": ["", "?forslag=ja"]}
# Whether the legal review and VISO's are done, and who must learn nothing of which.
BLIND = [
    (ReviewState.ASSURED, ReviewState.DRAFT, "viso", LEGAL),
    (ReviewState.IN_QA, ReviewState.FINAL, "viso", LEGAL),
    (ReviewState.IN_QA, ReviewState.FINAL, "author", VISO),
    (ReviewState.RETURNED, ReviewState.FINAL, "colleague", VISO),
    (ReviewState.ASSURED, ReviewState.DRAFT, "colleague", VISO),
]


@dataclass(frozen=True)
class Reviewed:
    """Case 1 of an engagement, which VISO has too, both reviews full of words, and everybody who may come near."""

    world: World
    case: Case
    people: dict[str, User]
    reviews: dict[Profession, Review]

    def walk(self) -> list[tuple[Address, str]]:
        """Every address that is about engagements, cases or what somebody is told, with what can be asked of it."""
        found = {one for face in self.reviews for one in addresses.addresses(World(self.world.engagement, self.values(face)))}
        near = [one for one in found if not one.route.startswith(ELSEWHERE) and one.name not in addresses.OPEN]
        return [(one, query) for one in sorted(near, key=lambda one: one.url) for query in QUERIES.get(one.name, [""])]

    def values(self, face: Profession) -> dict[str, Any]:
        """The world's arguments, with a criterion and a finding of this profession's review, where it has one."""
        review = self.reviews[face]
        own = review.criteria.criteria.first()
        found = Finding.objects.filter(source__review=review).first()
        more = {"finding": found.pk} if found else {}
        return self.world.values | {"face": matrix.IN_ADDRESS[face], "criterion": own.code} | more


@pytest.fixture
def reviewed(consultant) -> Callable[[ReviewState, ReviewState], Reviewed]:
    def build(legal: ReviewState, viso: ReviewState) -> Reviewed:
        world = addresses.world(consultant, plan=False)
        people = {
            "consultant": consultant,
            "author": viso_world.joined(world.engagement, Role.LEGAL_REVIEWER, "Jens Jurist"),
            "colleague": viso_world.joined(world.engagement, Role.LEGAL_REVIEWER, "Karen Jurist"),
            "viso": viso_world.joined(world.engagement, Role.VISO_CONSULTANT, "Vibe Viso"),
        }
        round = Round.objects.get(engagement=world.engagement, kind=world.values["reviewed_kind"])
        case = Case.objects.select_related("round__engagement__scope").get(round=round, number=world.values["reviewed"])
        reviews = {
            Profession.LEGAL: planted(case, Profession.LEGAL, people["author"], legal),
            Profession.VISO: planted(case, Profession.VISO, people["viso"], viso),
        }
        SeminarPage.objects.filter(round=round).update(pattern=LEGAL, example=LEGAL, question=LEGAL)
        told_of(reviews, people)
        return Reviewed(world, case, people, reviews)

    return build


def planted(case: Case, profession: Profession, by: User, state: ReviewState) -> Review:
    """A review in which every text carries the profession's marker: answers, notes, what was sent, what was said about it."""
    Review.objects.standing().filter(case=case, profession=profession).update(ended_at=timezone.now())
    marker = MARKERS[profession]
    make = factories.legal_review if profession == Profession.LEGAL else factories.viso_review
    review = make(case, by, state=state, overall_reason=marker, internal_note=marker)
    texts = {"reason": marker, "strength": marker, "learning_point": marker, "internal_note": marker}
    Answer.objects.filter(review=review).update(**texts, material=True, good_example=True)
    review.submissions.create(number=1, by=by, content={"overall_reason": marker})
    review.comments.create(text=marker, by=by)
    if profession == Profession.LEGAL and state == ReviewState.ASSURED:
        Review.objects.filter(pk=review.pk).update(assured_by=factories.person(Role.LEGAL_REVIEWER))
    finding.draft_from(review=Review.objects.select_related("case__round").get(pk=review.pk), by=by)
    return Review.objects.select_related("case__round__engagement__municipality").get(pk=review.pk)


def told_of(reviews: dict[Profession, Review], people: dict[str, User]) -> None:
    """Everything that people are told of a review, of both."""
    for review in reviews.values():
        for tell in (review_told.of_submission, review_told.of_return, review_told.of_approval):
            tell(review)
    review_told.of_assignment(reviews[Profession.LEGAL].case.round, people["author"], 1)
    review_told.of_assignment(reviews[Profession.VISO].case.round, people["viso"], 1)


@pytest.mark.parametrize(("legal", "viso", "reader", "marker"), BLIND)
def test_no_address_shows_what_the_other_profession_wrote(log_in, reviewed, legal, viso, reader, marker):
    world = reviewed(legal, viso)
    client = log_in(world.people[reader])
    walked = world.walk()
    assert len(walked) > 60
    for address, query in walked:
        response = client.get(address.url + query)
        assert (address.name, query, marker in text_of(response)) == (address.name, query, False)


@pytest.mark.parametrize(("legal", "viso", "reader", "marker"), BLIND[:2])
def test_one_reads_what_one_wrote_oneself(log_in, reviewed, legal, viso, reader, marker):
    """The test of the test: the same texts are met by whoever may read them."""
    world = reviewed(legal, viso)
    assert VISO in page(log_in(world.people["viso"]), world, "viso-review")
    assert marker in page(log_in(world.people["author"]), world, "review")


def test_the_walk_finds_a_row_too_many_in_the_policy(log_in, reviewed):
    """The test of the test: were VISO given what the jurists wrote, it would be met on the walk, and on its own page first of all."""
    world = reviewed(ReviewState.ASSURED, ReviewState.DRAFT)
    client = log_in(world.people["viso"])
    with table([*policy.POLICY, PolicyRow("legal_review", "view", Role.VISO_CONSULTANT, Relation.ASSIGNED)]):
        found = {address.name for address, query in world.walk() if LEGAL in text_of(client.get(address.url + query))}
    assert "review" in found


def test_when_both_are_done_each_reads_the_other(log_in, reviewed):
    world = reviewed(ReviewState.ASSURED, ReviewState.FINAL)
    assert set(Review.objects.standing().annotate_sight().filter(case=world.case).values_list("sight", flat=True)) == {Sight.SHARED}
    assert LEGAL in page(log_in(world.people["viso"]), world, "review")
    assert VISO in page(log_in(world.people["colleague"]), world, "viso-review")


def page(client: Client, world: Reviewed, name: str) -> str:
    url = next(address.url for address in addresses.addresses(world.world) if address.name == name)
    response = client.get(url)
    assert response.status_code == 200
    return text_of(response)


def test_while_one_is_not_done_the_other_is_not_even_there(log_in, reviewed):
    world = reviewed(ReviewState.ASSURED, ReviewState.DRAFT)
    urls = {address.name: address.url for address in addresses.addresses(world.world)}
    assert log_in(world.people["viso"]).get(urls["review"]).status_code == 404
    assert log_in(world.people["author"]).get(urls["viso-review"]).status_code == 404
    for name, mine in (("author", Profession.LEGAL), ("viso", Profession.VISO)):
        seen = Review.objects.standing().visible_to(User.objects.get(pk=world.people[name].pk))
        assert set(seen.filter(case=world.case).values_list("profession", flat=True)) == {mine}


def test_when_one_takes_its_review_back_the_other_is_blind_again(log_in, reviewed):
    world = reviewed(ReviewState.ASSURED, ReviewState.FINAL)
    urls = {address.name: address.url for address in addresses.addresses(world.world)}
    client = log_in(world.people["author"])
    assert client.get(urls["viso-review"]).status_code == 200
    Review.objects.filter(pk=world.reviews[Profession.LEGAL].pk).update(state=ReviewState.RETURNED)
    assert client.get(urls["viso-review"]).status_code == 404


def test_no_notice_mail_or_task_carries_a_word_of_a_review(reviewed):
    world = reviewed(ReviewState.RETURNED, ReviewState.FINAL)
    notices.gather()
    told = [*Notice.objects.values_list("title", flat=True), *(str(found) for found in OutboxMail.objects.values_list("subject", "text"))]
    for user in world.people.values():
        told += [one.verb + one.note for one in obligations.of(User.objects.get(pk=user.pk), timezone.localdate())]
        for kind in {notice.kind for notice in Notice.objects.filter(recipient=user)}:
            given = list(Notice.objects.filter(recipient=user, kind=kind).select_related("recipient"))
            told += [line.text + line.subject for line in notices.KINDS[kind].describe(given)]
    assert len(told) > 6
    assert [one for one in told if LEGAL in one or VISO in one] == []
