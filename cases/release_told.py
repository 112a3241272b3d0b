"""What the municipality is told when results are released, in *Beskeder* and by mail: that they are there, and nothing of what they say."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from accounts import notices
from accounts.models import Notice, User
from accounts.notices import Line, NoticeKind
from cases import review_access
from cases.models import Round
from cases.told import MUNICIPAL, municipal
from engagements import holders

RELEASED = "cases.released"
SENTENCE = "Resultatet af sagsgennemgangen er klar til jer"


def results_url(round: Round) -> str:
    return reverse("results", args=[round.engagement_id, round.kind])


def of_release(round: Round) -> None:
    """Coordinators and leaders can read the results."""
    people = holders.people_of([round.engagement])[round.engagement_id]
    title = f"{SENTENCE} – {round.engagement.municipality.display_name}"
    for person in User.objects.active().filter(pk__in=municipal(people)).order_by("pk"):
        notices.give(kind=RELEASED, recipient=person, about=round, title=title, url=results_url(round), scope=round.engagement.scope)


def describe(given: Sequence[Notice]) -> list[Line]:
    """That they are there, to somebody who may read them when the mail is sent."""
    user = given[0].recipient
    released = Round.objects.filter(pk__in={notice.about_id for notice in given}, released_at__isnull=False)
    lines = []
    for round in released.select_related("engagement__municipality", "engagement__scope").order_by("pk"):
        if not review_access.why_not_round(user, review_access.VIEW_RESULT, round):
            place = round.engagement.municipality.display_name
            text = f"{SENTENCE}. I finder, hvad I kan bygge videre på, og hvad I kan lære af sagerne."
            lines.append(Line(text, results_url(round), f"Læs resultatet af sagsgennemgangen – {place}"))
    return lines


HELP = "Når taskforcen har frigivet resultatet til jeres kommune."
KINDS = (NoticeKind(RELEASED, "Resultat af sagsgennemgangen", HELP, describe, roles=MUNICIPAL),)
