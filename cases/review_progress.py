"""How far a reviewer is: which of their reviews are finished, and which comes next."""

from __future__ import annotations

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from cases import scales
from cases.models import Criterion, Review
from cases.states import WRITING, Overall, Profession

DONE = Q(answers__rating__gt="") & (Q(answers__rating__in=scales.GOOD) | Q(answers__reason__gt=""))


def with_progress(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Adds `done`, how many criteria are answered with the reason that they need, and `total`, how many there are."""
    counted = Criterion.objects.filter(version=OuterRef("criteria")).order_by().values("version").annotate(number=Count("pk"))
    total = Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
    return reviews.annotate(done=Count("answers", filter=DONE, distinct=True), total=total)


def unfinished(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Those in which something is still to be answered."""
    open_end = Q(profession=Profession.LEGAL) & (Q(overall="") | (~Q(overall=Overall.AGREE) & Q(overall_reason="")))
    return with_progress(reviews).filter(Q(done__lt=F("total")) | open_end)


def next_after(review: Review, user: User) -> Review | None:
    """The user's next review of the round to go on with, by the case's number and from the beginning again; None when all are finished."""
    own = Review.objects.standing().allowing(user, "write").filter(reviewer=user, profession=review.profession, state__in=WRITING)
    others = own.filter(case__round=review.case.round_id).exclude(pk=review.pk)
    waiting = list(unfinished(others).select_related("case__round").order_by("case__number"))
    return next((one for one in waiting if one.case.number > review.case.number), waiting[0] if waiting else None)
