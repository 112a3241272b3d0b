"""What the review of a round asks of people: cases to give out, to review by a day, to mend, to assure, and a round to close.

Registered with accounts.obligations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.danish import count, long_date, week
from accounts.models import User
from accounts.obligations import Obligation
from accounts.states import Role
from cases import my_cases, review_access, review_places
from cases.models import Case, Review, Round, reach
from cases.states import RECEIVED, WITH_US, WRITING, Profession, ReviewState, RoundState
from engagements.states import EngagementState, Party

RUNNING = (EngagementState.PLANNED, EngagementState.ACTIVE)
PARTIES = {Profession.LEGAL: Party.ANKESTYRELSEN, Profession.VISO: Party.VISO}
TEAM = (Role.CONSULTANT, Role.LEGAL_REVIEWER)


def find(user: User, today: date) -> list[Obligation]:
    """Everything open of the reviews that the person works on; the number of queries does not depend on how many there are."""
    roles = user.roles()
    found: list[Obligation] = []
    if roles & set(TEAM):
        found += [_to_give_out(round, Profession.LEGAL) for round in _waiting(user)]
        found += [_to_give_out(round, Profession.VISO) for round in _waiting_for_viso(user)]
        found += [_to_close(round) for round in _released(user)]
    if not review_access.why_not_my_cases(user):
        found += _own(user)
        found += _to_assure(user)
    return found


def _waiting(user: User) -> Iterable[Round]:
    """Rounds whose cases are complete, and in which the jurists have not got all of them."""
    standing = Q(cases__reviews__profession=Profession.LEGAL, cases__reviews__ended_at=None, cases__reviews__reviewer__isnull=False)
    received = Q(cases__state__in=RECEIVED)
    all_of_them, given = Count("cases", filter=received, distinct=True), Count("cases", filter=received & standing, distinct=True)
    return _to_assign(user).annotate(left=all_of_them - given).filter(left__gt=0)


def _waiting_for_viso(user: User) -> Iterable[Round]:
    """Rounds in which VISO has cases, by its locked choice or all of them, that nobody of VISO has got."""
    given = Review.objects.standing().filter(case=OuterRef("pk"), profession=Profession.VISO, reviewer__isnull=False)
    cases = Case.objects.filter(~Exists(given), reach.of_viso("round__engagement", "pk"), round=OuterRef("pk"), state__in=RECEIVED)
    left = cases.order_by().values("round").annotate(number=Count("pk")).values("number")
    return _to_assign(user).filter(viso_criteria__isnull=False).annotate(left=Subquery(left)).filter(left__gt=0)


def _to_assign(user: User) -> QuerySet[Round]:
    """The rounds whose cases the person may give out."""
    rounds = Round.objects.filter(state__in=WITH_US - {RoundState.CLOSED}, engagement__state__in=RUNNING)
    rounds = rounds.filter(reach.given(user, review_access.REVIEWING, "assign", engagement="engagement", state="state"))
    return rounds.select_related("engagement__municipality", "engagement__programme_version").order_by("pk")


def _released(user: User) -> Iterable[Round]:
    """Rounds whose results the municipality has: nothing is left but to close them."""
    rounds = Round.objects.filter(released_at__isnull=False, engagement__state__in=RUNNING)
    rounds = rounds.filter(reach.given(user, review_access.REVIEWING, "close", engagement="engagement", state="state"))
    return rounds.select_related("engagement__municipality", "engagement__programme_version").order_by("released_at")


def _own(user: User) -> list[Obligation]:
    """A line for each round and profession: what is to be reviewed by its day, and apart from it what was sent back."""
    groups: defaultdict[tuple[int, str, bool], list[Review]] = defaultdict(list)
    own = my_cases.of(user).filter(reviewer=user, state__in=WRITING, case__round__engagement__state__in=RUNNING)
    for review in own.select_related("case__round__engagement__municipality").order_by("case__round", "case__number"):
        groups[review.case.round_id, review.profession, review.state == ReviewState.RETURNED].append(review)
    return [_of_reviews(some, is_returned=key[2]) for key, some in groups.items()]


def _of_reviews(reviews: list[Review], *, is_returned: bool) -> Obligation:
    round, number = reviews[0].case.round, len(reviews)
    is_one = number == 1
    what = "Ret" if is_returned else "Gennemgå"
    sent_back = ", der er sendt tilbage" if is_returned else ""
    verb = f"{what} {f'gennemgangen af {reviews[0].case}' if is_one and is_returned else count(number, 'sag', 'sager')}{sent_back}"
    url = review_places.of_review(reviews[0]) if is_one else review_places.of_my_cases()
    key = f"{'mend' if is_returned else 'review'}-{reviews[0].profession}-{round.pk}"
    return _obligation(round, key=key, verb=verb, url=url, party=PARTIES[Profession(reviews[0].profession)], due_on=round.review_due_on)


def _to_assure(user: User) -> list[Obligation]:
    waiting = [one for one in my_cases.to_assure(user) if one.case.round.engagement.state in RUNNING]
    numbers = Counter(one.case.round_id for one in waiting)
    first = {one.case.round_id: one for one in reversed(waiting)}
    found = []
    for pk, one in first.items():
        round, number = one.case.round, numbers[pk]
        verb = f"Kvalitetssikr {f'gennemgangen af {one.case}' if number == 1 else f'{number} gennemgange'}"
        url = review_places.of_assurance(one) if number == 1 else review_places.of_my_cases()
        found.append(_obligation(round, key=f"assure-{pk}", verb=verb, url=url, party=Party.ANKESTYRELSEN, due_on=round.review_due_on))
    return found


def _to_give_out(round: Round, profession: Profession) -> Obligation:
    number: int = round.left  # type: ignore[attr-defined]
    verb = f"Fordel {count(number, 'sag', 'sager')} til {'gennemgang' if profession == Profession.LEGAL else 'VISO'}"
    url = review_places.of_assignment(round)
    return _obligation(
        round, key=f"assign-{profession}-{round.pk}", verb=verb, url=url, party=Party.TASK_FORCE, responsible="Konsulenter og jurister"
    )


def _to_close(round: Round) -> Obligation:
    url = reverse("round-close", args=[round.engagement_id, round.kind])
    verb = f"Luk runden: {round.get_kind_display().lower()} af sager"
    return _obligation(round, key=f"close-{round.pk}", verb=verb, url=url, party=Party.TASK_FORCE, responsible="Konsulenter")


def _obligation(
    round: Round, *, key: str, verb: str, url: str, party: Party, due_on: date | None = None, responsible: str = "Dig"
) -> Obligation:
    engagement = round.engagement
    return Obligation(
        key=key,
        verb=verb,
        url=url,
        place=str(engagement),
        municipality=engagement.municipality.display_name,
        scope_id=engagement.scope_id,
        due_on=due_on,
        starts_on=due_on,
        dates=long_date(due_on).split(" (")[0] if due_on else "",
        weeks=week(due_on) if due_on else "",
        responsible=responsible,
        party=party.label,
        is_own=True,
    )
