"""What stands around the papers of a round: the engagement's frame and the way back."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import User
from cases import review_access
from cases.models import Case, Round
from engagements import page


def papers(user: User, round: Round, title: str, *, case: Case | None = None) -> dict[str, Any]:
    """The context of templates/cases/_paper.html for a page called `title`, of the round or of one of its cases."""
    return page.frame(user, round.engagement) | {
        "round": round,
        "case": case,
        "paper_title": title,
        "crumbs": _crumbs(round, title, case),
        "back_url": case.get_absolute_url() if case else _home(round),
    }


def reviewing(user: User, case: Case, title: str) -> dict[str, Any]:
    """The same for a page called `title` about the review of a case: the way back leads to *Mine sager* for those who have it."""
    if review_access.why_not_my_cases(user):
        return papers(user, case.round, title, case=case)
    mine = reverse("my-cases")
    crumbs = [("Mine sager", mine), (str(case), case.get_absolute_url()), (title, "")]
    return papers(user, case.round, title, case=case) | {"crumbs": crumbs, "back_url": mine}


def _home(round: Round) -> str:
    """The cases; before the letter is sent there are none, and the letter is all there is."""
    return round.get_absolute_url() if round.called_in_at else reverse("call-in", args=[round.engagement_id]) + round.letter_query


def _crumbs(round: Round, title: str, case: Case | None) -> list[tuple[str, str]]:
    engagement = round.engagement
    trail = [
        ("Forløb", reverse("engagements")),
        (engagement.municipality.display_name, engagement.get_absolute_url()),
        ("Sager", reverse("rounds", args=[engagement.pk])),
    ]
    if case:
        trail.append((str(case), case.get_absolute_url()))
    return [*trail, (title, "")]
