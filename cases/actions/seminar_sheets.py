"""The sheets of the learning seminar: drafted from cleared findings, written, put in order, removed. What may not be said is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases import review_access, seminar, seminar_words
from cases.actions import moving
from cases.models import Round, SeminarPage
from cases.results import fingerprint

LABELS = {"theme": "tema", "pattern": "mønster", "example": "godt eksempel", "question": "spørgsmål"}  # in the history
TEXTS = tuple(LABELS)
NOTHING_CLEARED = "Der er ingen godkendte fund uden en side. Godkend fund først, eller skriv en ny side."
GONE = "Siden er fjernet af en kollega. Intet er gemt."


class Outdated(Refused):
    """A colleague saved the sheet meanwhile; `sheet` is as it stands now."""

    def __init__(self, sheet: SeminarPage) -> None:
        super().__init__("En kollega har gemt siden imens. Intet er gemt endnu.")
        self.sheet = sheet


def base_of(sheet: SeminarPage) -> str:
    """The fingerprint of a sheet's words: a form sends back the one of the words it was given."""
    return fingerprint({name: getattr(sheet, name) for name in TEXTS})


@transaction.atomic
def draft(*, round: Round, by: User) -> tuple[int, int]:
    """Add a sheet for each criterion with cleared findings and none yet.

    Returns how many were added, and how many findings were left out because they say what no sheet may say.
    """
    locked = _lock(round, by)
    drafts, left_out = seminar.drafts_of(locked)
    if not drafts and not left_out:
        raise Refused(NOTHING_CLEARED)
    place = _next(locked)
    for number, one in enumerate(drafts, place):
        pattern, example = "\n\n".join(one.patterns), "\n\n".join(one.examples)
        values = {"theme": one.theme, "pattern": pattern, "example": example, "question": one.question}
        SeminarPage.objects.create(round=locked, position=number, changed_by=by, changed_at=timezone.now(), **values)
    if drafts:
        changes = {"sider": [None, len(drafts)]}
        audit.record(by=by, verb="seminar.draft", target=locked, scope=locked.engagement.scope, changes=changes)
    return len(drafts), left_out


@transaction.atomic
def add(*, round: Round, values: Mapping[str, Any], by: User) -> SeminarPage:
    """A new sheet, behind the others."""
    locked = _lock(round, by)
    return _write(SeminarPage(round=locked, position=_next(locked)), values, by)


@transaction.atomic
def write(*, sheet: SeminarPage, values: Mapping[str, Any], base: str, by: User) -> SeminarPage:
    """Save the words of a sheet that were read as `base`. Raises Outdated when a colleague saved others meanwhile."""
    locked = _lock(sheet.round, by)
    now = _again(locked, sheet)
    if base_of(now) != base and any(getattr(now, name) != values[name] for name in TEXTS):
        raise Outdated(now)
    return _write(now, values, by)


@transaction.atomic
def move(*, sheet: SeminarPage, up: bool, by: User) -> None:
    """One place earlier or later; at the end nothing happens."""
    locked = _lock(sheet.round, by)
    _again(locked, sheet)
    order = list(locked.seminar_pages.order_by("position", "pk"))
    here = next(place for place, one in enumerate(order) if one.pk == sheet.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, 1):
        one.position = position
    SeminarPage.objects.bulk_update(order, ["position"])
    changes = {str(order[there]): [here + 1, there + 1]}
    audit.record(by=by, verb="seminar.order", target=order[there], scope=locked.engagement.scope, changes=changes)


@transaction.atomic
def remove(*, sheet: SeminarPage, by: User) -> None:
    """Take a sheet out."""
    locked = _lock(sheet.round, by)
    now = _again(locked, sheet)
    audit.record(by=by, verb="seminar.remove", target=now, scope=locked.engagement.scope)
    now.delete()


def _lock(round: Round, by: User) -> Round:
    locked = moving.lock(round.pk)
    review_access.require_round(by, review_access.EDIT_SEMINAR, locked)
    return locked


def _again(round: Round, sheet: SeminarPage) -> SeminarPage:
    """The sheet as it is now."""
    found = SeminarPage.objects.filter(round=round, pk=sheet.pk).first()
    if found is None:
        raise Refused(GONE)
    found.round = round
    return found


def _next(round: Round) -> int:
    last = round.seminar_pages.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1


def _write(sheet: SeminarPage, values: Mapping[str, Any], by: User) -> SeminarPage:
    names = seminar.names_around(sheet.round)
    if wrong := " ".join(filter(None, (seminar_words.complaint(values[name], names) for name in TEXTS))):
        raise Refused(wrong)
    changed = [label for name, label in LABELS.items() if getattr(sheet, name) != values[name]]
    for name in TEXTS:
        setattr(sheet, name, values[name])
    sheet.changed_by, sheet.changed_at = by, timezone.now()
    sheet.save()
    # A sheet is read by everybody who comes to the seminar, and yet of texts only that they changed is kept (decision 29).
    changes = {"tekster": [None, changed]}
    audit.record(by=by, verb="seminar.write", target=sheet, scope=sheet.round.engagement.scope, changes=changes)
    return sheet
