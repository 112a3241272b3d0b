"""What people are told of a round of cases, in *Beskeder* and by mail: that it was called in, handed in, and what is still asked for.

No case facts: a number of cases, a case's number, a date, a link. A mail says only what is still true when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.urls import reverse

from accounts import notices
from accounts.access import Permission
from accounts.danish import count, long_date, week
from accounts.models import Notice, User
from accounts.notices import Line, NoticeKind
from accounts.states import Role
from cases import access
from cases.letter import due_milestone
from cases.models import HandIn, Round, Supplement, Withdrawal
from cases.states import RoundState
from engagements import holders
from engagements.holders import People

CALLED_IN, HANDED_IN, ASKED, WITHDRAWN = "cases.called_in", "cases.handed_in", "cases.asked", "cases.withdrawn"

MUNICIPAL, TEAM = (Role.COORDINATOR, Role.LEADER), (Role.CONSULTANT, Role.LEGAL_REVIEWER)


def call_in_url(round: Round) -> str:
    return reverse("call-in", args=[round.engagement_id]) + round.letter_query


def municipal(people: People) -> frozenset[int]:
    """Who of the municipality is told."""
    return people.in_role(*MUNICIPAL)


def team(people: People) -> frozenset[int]:
    """Who of the team is told."""
    return people.in_role(*TEAM)


def of_call_in(round: Round, people: People) -> None:
    """The letter is sent."""
    title = f"Taskforcen har sendt et indkaldelsesbrev: {count(round.case_count, 'sag', 'sager')} skal indsendes"
    _give(CALLED_IN, municipal(people), round, title, call_in_url(round), round)


def of_hand_in(hand_in: HandIn) -> None:
    """Cases or supplementary files have come in."""
    round = hand_in.round
    _give(HANDED_IN, team(_people(round)), hand_in, _handed_in(hand_in), receipt_url(hand_in), round)


def of_supplement(supplement: Supplement) -> None:
    """Something is missing in a case."""
    round = supplement.round
    title = f"Send supplerende akter til {supplement.case} senest {long_date(supplement.due_on)}"
    _give(ASKED, municipal(_people(round)), supplement, title, supplement_url(supplement), round)


def of_withdrawal(withdrawal: Withdrawal) -> None:
    """Something was taken back; before the hand-in it is the municipality's own affair."""
    title = _withdrawn(withdrawal)
    _give(WITHDRAWN, team(_people(withdrawal.round)), withdrawal, title, withdrawal.round.get_absolute_url(), withdrawal.round)


def receipt_url(hand_in: HandIn) -> str:
    return reverse("receipt", args=[hand_in.round.engagement_id, hand_in.round.kind, hand_in.pk])


def supplement_url(supplement: Supplement) -> str:
    return reverse("supplement", args=[supplement.round.engagement_id, supplement.round.kind, supplement.case.number])


def _people(round: Round) -> People:
    return holders.people_of([round.engagement])[round.engagement_id]


def _give(kind: str, recipients: frozenset[int], about: Model, title: str, url: str, round: Round) -> None:
    title = f"{title} – {round.engagement.municipality.display_name}"
    for person in User.objects.active().filter(pk__in=recipients).order_by("pk"):
        notices.give(kind=kind, recipient=person, about=about, title=title, url=url, scope=round.engagement.scope)


def _handed_in(hand_in: HandIn) -> str:
    return "Sagerne er indsendt" if hand_in.sequence == 1 else "Supplerende akter er indsendt"


def _withdrawn(withdrawal: Withdrawal) -> str:
    return f"Kommunen har trukket akter tilbage: {withdrawal.case}" if withdrawal.case else "Kommunen har trukket akter tilbage"


# What is still true when the mail is sent


def describe(given: Sequence[Notice]) -> list[Line]:
    """A line for each thing that still stands, once, to somebody who may still see it."""
    lines = []
    for kind, about_id in dict.fromkeys((notice.kind, notice.about_id) for notice in given):
        line = _DESCRIBERS[kind](about_id, given[0].recipient)
        if line is not None:
            lines.append(line)
    return lines


def _find(model: Any, key: str, *related: str) -> Any:
    engagement = "engagement" if model is Round else "round__engagement"
    return model.objects.select_related(f"{engagement}__municipality", f"{engagement}__scope", *related).filter(pk=key).first()


def _may(user: User, permission: Permission, round: Round) -> bool:
    return not access.why_not_round(user, permission, round)


def _called_in(key: str, user: User) -> Line | None:
    round = _find(Round, key)
    if round is None or round.state != RoundState.OPEN or not _may(user, access.VIEW_ROUND, round):
        return None
    milestone = due_milestone(round)
    due = milestone.ends_on if milestone else None
    number, place = count(round.case_count, "sag", "sager"), round.engagement.municipality.display_name
    text = f"Taskforcen indkalder {number} til sagsgennemgangen. {f'Fristen er {long_date(due)}.' if due else ''}".strip()
    return Line(text, call_in_url(round), f"{f'Frist {week(due)}: ' if due else ''}Indsend {number} – {place}")


def _is_handed_in(key: str, user: User) -> Line | None:
    hand_in = _find(HandIn, key)
    if hand_in is None or not _may(user, access.RECEIPT, hand_in.round):
        return None
    place, what = hand_in.round.engagement.municipality.display_name, _handed_in(hand_in)
    return Line(f"{place}: {what}. Kvittering {hand_in.number}.", receipt_url(hand_in), f"{what} – {place}")


def _is_asked(key: str, user: User) -> Line | None:
    supplement = _find(Supplement, key, "case")
    if supplement is None or supplement.answered_in_id or not _may(user, access.VIEW_ROUND, supplement.round):
        return None
    if supplement.round.state != RoundState.SUPPLEMENT:
        return None
    place = supplement.round.engagement.municipality.display_name
    text = f"Taskforcen beder om supplerende akter til {supplement.case} senest {long_date(supplement.due_on)}."
    subject = f"Frist {week(supplement.due_on)}: Send supplerende akter – {place}"
    return Line(text, supplement_url(supplement), subject)


def _is_withdrawn(key: str, user: User) -> Line | None:
    withdrawal = _find(Withdrawal, key, "case")
    if withdrawal is None or not _may(user, access.VIEW_ROUND, withdrawal.round):
        return None
    place = withdrawal.round.engagement.municipality.display_name
    text = f"{place}: {_withdrawn(withdrawal)}. Det, der er slettet, kan ikke læses mere."
    return Line(text, withdrawal.round.get_absolute_url(), f"Akter er trukket tilbage – {place}")


_DESCRIBERS = {CALLED_IN: _called_in, HANDED_IN: _is_handed_in, ASKED: _is_asked, WITHDRAWN: _is_withdrawn}
_KINDS = (
    (CALLED_IN, MUNICIPAL, "Indkaldelse af sager", "Når taskforcen har sendt indkaldelsesbrevet til jeres kommune."),
    (ASKED, MUNICIPAL, "Supplerende akter", "Når der mangler akter i en sag, som er indsendt."),
    (HANDED_IN, TEAM, "Indsendte sager", "Når en kommune har indsendt sager eller supplerende akter."),
    (WITHDRAWN, TEAM, "Akter, der trækkes tilbage", "Når en kommune trækker en akt eller en sag tilbage efter indsendelsen."),
)
KINDS = tuple(NoticeKind(key, label, text, describe, roles=roles) for key, roles, label, text in _KINDS)
