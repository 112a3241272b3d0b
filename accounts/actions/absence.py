"""*Fravær*: somebody says when they are away, and which colleague gets their reminders meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit, deputies, notices
from accounts.danish import long_date, short_date
from accounts.models import Absence, Notice, User
from accounts.notices import Line, NoticeKind
from accounts.refusal import Refused

DEPUTY = "accounts.deputy"


@transaction.atomic
def add(*, first_day: date, last_day: date, deputy: User, by: User) -> Absence:
    """`by` is away from the first day to the last, both included; the deputy is told."""
    _lock(by)
    for sentence in problems_with(user=by, first_day=first_day, last_day=last_day, deputy=deputy).values():
        raise Refused(sentence)
    made = Absence.objects.create(user=by, deputy=deputy, first_day=first_day, last_day=last_day)
    audit.record(by=by, verb="absence.add", target=by, scope=None, changes=_changes(made, gone=False))
    notices.give(kind=DEPUTY, recipient=deputy, about=made, title=_told(made), url=reverse("absences"), scope=None)
    return made


@transaction.atomic
def remove(*, absence: Absence, by: User) -> None:
    """Take an absence of one's own back; the deputy is told unless they have heard nothing of it yet."""
    _lock(by)
    found = Absence.objects.visible_to(by).select_related("deputy", "user").filter(pk=absence.pk).first()
    if found is None:
        raise Refused("Fraværet er allerede fjernet.")
    told = Notice.objects.filter(about_type=ContentType.objects.get_for_model(Absence), about_id=str(found.pk), kind=DEPUTY)
    taken_back = notices.withdraw(told.filter(read_at__isnull=True))
    if not taken_back and found.last_day >= timezone.localdate():
        title = f"Du er ikke længere stedfortræder for {by.full_name} {_days(found)}."
        notices.give(kind=DEPUTY, recipient=found.deputy, about=by, title=title, url=reverse("absences"), scope=None)
    audit.record(by=by, verb="absence.remove", target=by, scope=None, changes=_changes(found, gone=True))
    found.delete()


def problems_with(*, user: User, first_day: date, last_day: date, deputy: User) -> dict[str, str]:
    """Why the person cannot be away then with that deputy: {field: sentence} with the first thing that is wrong, or {}."""
    if last_day < first_day:
        return {"last_day": "Slutdatoen ligger før startdatoen."}
    if first_day < timezone.localdate():
        return {"first_day": "Fravær kan tidligst begynde i dag."}
    meanwhile = Absence.objects.filter(first_day__lte=last_day, last_day__gte=first_day)
    other = meanwhile.filter(user=user).first()
    if other is not None:
        return {"first_day": f"Du har allerede meldt fravær {_days(other)}. Fjern det først, eller vælg andre dage."}
    if not deputies.possible_for(user, until=last_day).filter(pk=deputy.pk).exists():
        return {"deputy": "Stedfortræderen skal være en kollega, der kan se det samme som dig, i hele perioden. Vælg en anden."}
    if meanwhile.filter(user=deputy).exists():
        return {"deputy": f"{deputy.full_name} er selv væk i en del af perioden. Vælg en anden stedfortræder."}
    return {}


def describe(given: Sequence[Notice]) -> list[Line]:
    """What the mail to a deputy says: of an absence that was taken back since, nothing."""
    absences = ContentType.objects.get_for_model(Absence).pk
    about = {one.about_id for one in given if one.about_type_id == absences}
    standing = {str(pk) for pk in Absence.objects.filter(pk__in=about).values_list("pk", flat=True)}
    still = [one for one in given if one.about_type_id != absences or one.about_id in standing]
    return [Line(text=one.title, url=one.url, subject="Stedfortræder under fravær") for one in still]


KIND = NoticeKind(
    key=DEPUTY,
    label="Du er stedfortræder",
    help="En kollega har valgt dig, mens de er væk.",
    describe=describe,
)


def _lock(user: User) -> None:
    """Two clicks at once come one after the other."""
    User.objects.get_queryset().select_for_update().get(pk=user.pk)


def _told(absence: Absence) -> str:
    away = absence.user
    return f"Du er stedfortræder for {away.full_name} {_days(absence)} og får imens påmindelser til {away.get_short_name()}."


def _days(absence: Absence) -> str:
    if absence.first_day == absence.last_day:
        return long_date(absence.first_day)
    return f"fra {long_date(absence.first_day)} til {long_date(absence.last_day)}"


def _changes(absence: Absence, *, gone: bool) -> dict[str, list[str | None]]:
    days = f"{short_date(absence.first_day)} – {short_date(absence.last_day)}"
    values = {"fravær": days, "stedfortræder": absence.deputy.full_name}
    return {what: [value, None] if gone else [None, value] for what, value in values.items()}
