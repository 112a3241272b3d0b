"""What reviewers and the team are told of the review of a round, in *Beskeder* and by mail.

No case facts: a case's number, how many, a date, a link. A mail says only what is still true when it is sent, to somebody who may still
do it: whoever became *inhabil* in a case meanwhile hears nothing more of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db.models import Model, QuerySet

from accounts import notices
from accounts.danish import count, long_date, week
from accounts.models import Notice, User
from accounts.notices import Line, NoticeKind
from accounts.states import Role
from cases import review_access, review_places
from cases.models import CaseConflict, Review, Round, reach
from cases.states import WRITING, ReviewState
from engagements import holders

ASSIGNED, TO_ASSURE, RETURNED = "cases.assigned", "cases.to_assure", "cases.returned"
ASSURED, UNASSIGNED = "cases.assured", "cases.unassigned"


def of_assignment(round: Round, person: User, number: int) -> None:
    """Somebody was given so many cases."""
    title = f"Du har fået {count(number, 'sag', 'sager')} til gennemgang – {_place(round)}"
    _give(ASSIGNED, [person.pk], round, title, review_places.of_my_cases(), round)


def of_submission(review: Review) -> None:
    """A jurist's review waits for assurance: the second reader is told, or all jurists of the team but those who wrote in it."""
    round = review.case.round
    title = f"{review.case} venter på kvalitetssikring – {_place(round)}"
    _give(TO_ASSURE, sorted(assurers_of(review)), review, title, review_places.of_assurance(review), round)


def of_return(review: Review) -> None:
    """It was sent back to its author."""
    title = f"Din gennemgang af {review.case} er sendt tilbage – {_place(review.case.round)}"
    _give(RETURNED, _author(review), review, title, review_places.of_review(review), review.case.round)


def of_approval(review: Review) -> None:
    """It is assured."""
    title = f"Din gennemgang af {review.case} er kvalitetssikret – {_place(review.case.round)}"
    _give(ASSURED, _author(review), review, title, review_places.of_assurance(review), review.case.round)


def of_vacancy(review: Review) -> None:
    """Nobody has it any more: the consultants see to it that somebody gets it."""
    round = review.case.round
    consultants = holders.people_of([round.engagement])[round.engagement_id].in_role(Role.CONSULTANT)
    title = f"{review.case} mangler en, der gennemgår den – {_place(round)}"
    _give(UNASSIGNED, sorted(consultants - _conflicted(review)), review, title, review_places.of_assignment(round), round)


def assurers_of(review: Review) -> set[int]:
    """Who is asked to assure it: the second reader, or while there is none every jurist of the team but those who wrote in it."""
    if review.second_reader_id:
        return {review.second_reader_id}
    round = review.case.round
    jurists = holders.people_of([round.engagement])[round.engagement_id].in_role(Role.LEGAL_REVIEWER)
    return set(jurists) - review.writers() - _conflicted(review)


def _author(review: Review) -> list[int]:
    return [review.reviewer_id] if review.reviewer_id else []


def _conflicted(review: Review) -> set[int]:
    return set(CaseConflict.objects.filter(case=review.case_id).values_list("user_id", flat=True))


def _place(round: Round) -> str:
    return round.engagement.municipality.display_name


def _give(kind: str, recipients: Iterable[int], about: Model, title: str, url: str, round: Round) -> None:
    for person in User.objects.active().filter(pk__in=recipients).order_by("pk"):
        notices.give(kind=kind, recipient=person, about=about, title=title, url=url, scope=round.engagement.scope)


# What is still true when the mail is sent


def describe_assigned(given: Sequence[Notice]) -> list[Line]:
    """For each round how many of the person's cases are still to be reviewed, and by when."""
    user = given[0].recipient
    own = Review.objects.standing().allowing(user, "write").filter(state__in=WRITING, reviewer=user)
    lines = []
    for round, reviews in _by_round(own.filter(case__round__in=_keys(given))):
        number = count(len(reviews), "sag", "sager")
        due = round.review_due_on
        text = f"Du har {number} til gennemgang i {_place(round)}.{f' Fristen er {long_date(due)}.' if due else ''}"
        lines.append(Line(text, review_places.of_my_cases(), f"{f'Frist {week(due)}: ' if due else ''}Gennemgå {number} – {_place(round)}"))
    return lines


def describe_to_assure(given: Sequence[Notice]) -> list[Line]:
    """Those that still wait, and that the person did not write."""
    waiting = _read(Review.objects.standing().assurable_by(given[0].recipient).filter(pk__in=_keys(given)))
    return _lines(waiting, "venter på din kvalitetssikring", "Kvalitetssikr", review_places.of_assurance)


def describe_returned(given: Sequence[Notice]) -> list[Line]:
    """Those that their author has not sent on again."""
    returned = _still(given, "write").filter(state=ReviewState.RETURNED)
    return _lines(returned, "er sendt tilbage til dig med en kommentar", "Sendt tilbage:", review_places.of_review)


def describe_assured(given: Sequence[Notice]) -> list[Line]:
    """Those that are still assured, and still the person's."""
    assured = _still(given, "view").filter(state=ReviewState.ASSURED, reviewer=given[0].recipient)
    return _lines(assured, "er kvalitetssikret", "Kvalitetssikret:", review_places.of_assurance)


def describe_unassigned(given: Sequence[Notice]) -> list[Line]:
    """Those that nobody has yet, to a consultant who may give them to somebody."""
    user = given[0].recipient
    free = Review.objects.standing().filter(pk__in=_keys(given), reviewer=None).exclude(case__in=reach.conflicted_cases(user))
    lines = []
    for round, reviews in _by_round(free):
        if review_access.why_not_round(user, review_access.ASSIGN, round):
            continue
        number = count(len(reviews), "sag", "sager")
        text = f"{number} i {_place(round)} mangler en, der gennemgår {'den' if len(reviews) == 1 else 'dem'}."
        lines.append(Line(text, review_places.of_assignment(round), f"Fordel {number} – {_place(round)}"))
    return lines


def _keys(given: Sequence[Notice]) -> list[int]:
    """The ids of what the notices are about."""
    return [int(notice.about_id) for notice in given]


def _still(given: Sequence[Notice], action: str) -> QuerySet[Review]:
    """The standing reviews of the notices with which their recipient may still do `action`."""
    return _read(Review.objects.standing().allowing(given[0].recipient, action).filter(pk__in=_keys(given)))


def _read(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return reviews.select_related("case__round__engagement__municipality").order_by("case__round", "case__number")


def _by_round(reviews: QuerySet[Review]) -> list[tuple[Round, list[Review]]]:
    found: defaultdict[Round, list[Review]] = defaultdict(list)
    for review in _read(reviews):
        found[review.case.round].append(review)
    return list(found.items())


def _lines(reviews: QuerySet[Review], what: str, subject: str, place: Callable[[Review], str]) -> list[Line]:
    """A line for each round: one review by its case's number, several by how many they are."""
    lines = []
    for round, some in _by_round(reviews):
        is_one = len(some) == 1
        number = str(some[0].case) if is_one else count(len(some), "gennemgang", "gennemgange")
        url = place(some[0]) if is_one else review_places.of_my_cases()
        lines.append(Line(f"{number} i {_place(round)} {what}.", url, f"{subject} {number} – {_place(round)}"))
    return lines


REVIEWERS, JURISTS, CONSULTANTS = (Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT), (Role.LEGAL_REVIEWER,), (Role.CONSULTANT,)
_KINDS: tuple[tuple[str, str, str, Callable[[Sequence[Notice]], list[Line]], tuple[Role, ...]], ...] = (
    (ASSIGNED, "Sager til gennemgang", "Når du får sager, du skal gennemgå.", describe_assigned, REVIEWERS),
    (TO_ASSURE, "Gennemgange til kvalitetssikring", "Når en gennemgang venter på din kvalitetssikring.", describe_to_assure, JURISTS),
    (RETURNED, "Gennemgange, der sendes tilbage", "Når din gennemgang er sendt tilbage med en kommentar.", describe_returned, JURISTS),
    (ASSURED, "Kvalitetssikrede gennemgange", "Når din gennemgang er kvalitetssikret.", describe_assured, JURISTS),
    (UNASSIGNED, "Sager uden gennemgang", "Når en sag mangler en, der gennemgår den.", describe_unassigned, CONSULTANTS),
)
KINDS = tuple(NoticeKind(key, label, text, describe, roles=roles) for key, label, text, describe, roles in _KINDS)
