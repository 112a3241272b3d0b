"""What the page *VISO-udvalg* shows to whom: before the lock four facts of every case, afterwards the chosen ones alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.danish import count, long_date
from accounts.models import User
from cases import access, choosing, review_access, review_places, selecting
from cases.choosing import Standing
from cases.letter import due_milestone
from cases.models import Case, Review, Round
from cases.states import CALLED_IN, RECEIVED, WITH_US, Profession
from cases.viso_forms import PicksForm, reason_name, words_of
from engagements import page
from engagements.models import Engagement

TITLE = "VISO-udvalg"
PERMISSIONS = {"propose": review_access.PROPOSE, "lock": review_access.LOCK, "change": review_access.CHANGE_SELECTION}


def context(user: User, round: Round, *, form: PicksForm | None = None, suggested: bool = False) -> dict[str, Any]:
    """Everything of templates/cases/viso_selection.html; the form as it was sent, or as the choice stands, or as it is suggested."""
    choice = choosing.standing(round, user)
    refused = {name: review_access.why_not_round(user, permission, round) for name, permission in PERMISSIONS.items()}
    is_open = round.state in choosing.CHOOSABLE
    writes = is_open and not choice.is_locked and not (refused["propose"] and refused["lock"])
    marked = _marked(choice, form, suggested=suggested) if writes else {pick.case.number: pick.reason for pick in choice.picks}
    return frame(user, round, TITLE) | {
        "choice": choice, "form": form, "refused": refused, "is_open": is_open, "writes": writes, "suggested": suggested and writes,
        "not_yet": "" if round.state in WITH_US else _not_yet(round, choice.size),
        "rows": _rows(choice, marked, with_all=writes),
        "marked": len(marked) + choice.hidden,
        "explained": any(marked.values()),
        "may_open": _openable(user, choice),
        "reviews": _reviews(user, round) if choice.is_locked else [],
        **_around(user, choice, marked),
    }  # fmt: skip


def _around(user: User, choice: Standing, marked: Mapping[int, str]) -> dict[str, Any]:
    """How the chosen cases lie among the others, and what was taken out again: after the lock VISO knows of its own cases alone."""
    sees_all = not access.why_not_round(user, access.VIEW_ROUND, choice.round)  # the team but VISO
    shows_spread = choice.cases and (sees_all or not choice.is_locked)
    return {
        "spreads": selecting.spread(choice.candidates, marked) if shows_spread else [],
        "exchanges": choosing.exchanges(choice.selection, user) if choice.selection and sees_all else [],
    }


@dataclass(frozen=True)
class Own:
    """A round as somebody of VISO sees it among the engagement's cases: VISO chooses, or has them all."""

    round: Round
    choice: bool
    rows: list[dict[str, Any]]
    reviews: list[dict[str, Any]]


def own(user: User, engagement: Engagement) -> list[Own]:
    """The rounds of the engagement in which VISO has a part, with its cases, where it does not choose them; four queries for each."""
    rounds = Round.objects.filter(engagement=engagement, state__in=CALLED_IN).order_by("created_at")
    return [_own(user, round, engagement) for round in rounds if round.viso_count != 0]


def _own(user: User, round: Round, engagement: Engagement) -> Own:
    round.engagement = engagement
    if choosing.size_of(round):
        return Own(round, choice=True, rows=[], reviews=[])
    cases = Case.objects.visible_to(user).filter(round=round, state__in=RECEIVED).select_related("service_area").order_by("number")
    return Own(round, False, [words_of(choosing.candidate_of(case)) for case in cases], _reviews(user, round))


def frame(user: User, round: Round, title: str) -> dict[str, Any]:
    """The engagement around it, and the way back."""
    engagement = round.engagement
    trail = [
        ("Forløb", reverse("engagements")),
        (engagement.municipality.display_name, engagement.get_absolute_url()),
    ]
    if not access.works_for_viso(user, engagement):
        trail.append(("Sager", reverse("rounds", args=[engagement.pk])))
    if title != TITLE:
        trail.append((TITLE, reverse("viso-selection", args=[engagement.pk, round.kind])))
    return page.frame(user, engagement) | {"round": round, "title": title, "crumbs": [*trail, (title, "")]}


def _marked(choice: Standing, form: PicksForm | None, *, suggested: bool) -> Mapping[int, str]:
    if form is not None:
        return form.marked()
    if suggested:
        return {one.number: one.why for one in selecting.suggest(choice.candidates, choice.size - choice.hidden)}
    return {pick.case.number: pick.reason for pick in choice.picks}


def _rows(choice: Standing, marked: Mapping[int, str], *, with_all: bool) -> list[dict[str, Any]]:
    """The four facts of each case, whether it is chosen and why; every case while one may choose, otherwise the chosen ones."""
    cases = choice.cases if with_all else [pick.case for pick in choice.picks]
    facts = [words_of(choosing.candidate_of(case)) for case in cases]
    return [
        fact | {"chosen": fact["number"] in marked, "reason": marked.get(fact["number"], ""), "reason_name": reason_name(fact["number"])}
        for fact in facts
    ]


def _openable(user: User, choice: Standing) -> set[int]:
    """The numbers of the cases whose page the person may open."""
    visible = Case.objects.visible_to(user).filter(round=choice.round)
    return set(visible.values_list("number", flat=True))


def _reviews(user: User, round: Round) -> list[dict[str, Any]]:
    """The person's own VISO reviews in the round, and where they are written; the others see in the matrix how far they are."""
    own = Review.objects.standing().filter(case__round=round, profession=Profession.VISO, reviewer=user)
    found = own.visible_to(user).select_related("case__round")
    return [{"number": one.case.number, "state": one.get_state_display(), "url": review_places.of_review(one)} for one in found]


def _not_yet(round: Round, size: int) -> str:
    """From when VISO can choose."""
    milestone, number = due_milestone(round), count(size, "sag", "sager")
    if milestone is None or milestone.ends_on is None:
        return f"Sagerne er ikke indsendt endnu. Når de er det, kan VISO vælge {number}."
    if milestone.ends_on < timezone.localdate():
        return f"Sagerne er ikke indsendt endnu. Fristen var {long_date(milestone.ends_on)}. Når de kommer, kan VISO vælge {number}."
    return f"Sagerne er ikke indsendt endnu. Fristen er {long_date(milestone.ends_on)}, og derefter kan VISO vælge {number}."


def others(choice: Standing) -> list[Case]:
    """The cases that could come in the place of one that is chosen."""
    taken = set(choice.numbers)
    return [case for case in choice.cases if case.number not in taken and case.state in RECEIVED]
