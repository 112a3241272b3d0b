"""*Beskeder*: what people are told, written in the transaction of the event, and the mails that follow as each person has chosen.

A higher app registers its kinds. A notice stands in *Beskeder* at once; its mail is made later, from what is still true then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import MailChoice, Notice, Scope, User
from accounts.models.notice import SIGHTS, Sight
from accounts import outbox
from accounts.states import Delivery


@dataclass(frozen=True)
class Line:
    """What a mail says of one or more notices: a sentence, the page it is about, and the subject where it stands alone."""

    text: str
    url: str
    subject: str


# What is still true of these notices of one kind to one person, at the moment of sending; an empty list means: send nothing.
Describer = Callable[[Sequence[Notice]], list[Line]]


@dataclass(frozen=True)
class NoticeKind:
    """A kind of event that people are told about. `choices` are the deliveries they may choose; `default` stands until they do."""

    key: str
    label: str
    help: str
    describe: Describer
    default: Delivery = Delivery.AT_ONCE
    choices: tuple[Delivery, ...] = tuple(Delivery)


KINDS: dict[str, NoticeKind] = {}
# Whether mails of a scope to a person wait for a consultant, and how long; None = they do not. Registered by the app of the scopes.
HoldRule = Callable[[Scope, User], timedelta | None]
MAIL = "accounts.notices"  # the kind of the mails that notices are gathered into (accounts/notice_mail.py)
HOLD_RULES: list[HoldRule] = []


def register(kind: NoticeKind) -> None:
    """Add a kind; called once in an AppConfig.ready."""
    KINDS[kind.key] = kind


def register_hold(rule: HoldRule) -> None:
    """Say which mails wait in a consultant's *Udbakke*; called once in an AppConfig.ready."""
    if rule not in HOLD_RULES:
        HOLD_RULES.append(rule)


def register_sight(sight: Sight) -> None:
    """Say which scopes a person may see (their ids), so that *Beskeder* shows no others; called once in an AppConfig.ready.

    A notice whose scope no app vouches for is shown to nobody.
    """
    if sight not in SIGHTS:
        SIGHTS.append(sight)


def give(
    *,
    kind: str,
    recipient: User,
    about: Model,
    title: str,
    url: str,
    scope: Scope | None,
    wait: timedelta = timedelta(),
    on_behalf_of: User | None = None,
    mail_at: datetime | None = None,
    no_later_than: datetime | None = None,
) -> Notice:
    """Tell a person, in the caller's transaction. The mail follows after `wait`, or at `mail_at`, moved by the person's own choice.

    A mail that the choice would put off past `no_later_than` does not wait for it. `title` is a Danish sentence without case facts
    (at most 300 characters), `url` the path of the page it is about.
    """
    if kind not in KINDS:
        raise LookupError(f"No notices of the kind {kind} are registered.")
    earliest = mail_at or timezone.now() + wait
    chosen = when(delivery_of(recipient, kind), earliest)
    return Notice.objects.create(
        kind=kind,
        recipient=recipient,
        on_behalf_of=on_behalf_of,
        scope=scope,
        about_type=ContentType.objects.get_for_model(about),
        about_id=str(about.pk),
        title=title[:300],
        url=url,
        mail_at=earliest if chosen and no_later_than and chosen > no_later_than else chosen,
    )


def unread_count(request: HttpRequest) -> int:
    """How many notices the person has not read: one query a request, for the menu and whatever else asks."""
    if not hasattr(request, "unread_notices"):
        user = request.user
        found = Notice.objects.visible_to(user).unread().count() if isinstance(user, User) else 0
        request.unread_notices = found  # type: ignore[attr-defined]
    return int(request.unread_notices)  # type: ignore[attr-defined]


def withdraw(notices: QuerySet[Notice]) -> int:
    """Take notices back whose mail has not been made yet (an undo); those already mailed stand. Returns how many were taken back."""
    return notices.filter(mail__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())


def delivery_of(user: User, kind: str) -> Delivery:
    """What the person has chosen for the kind, or its default."""
    chosen = MailChoice.objects.filter(user=user, kind=kind).values_list("delivery", flat=True).first()
    return Delivery(chosen) if chosen in KINDS[kind].choices else KINDS[kind].default


def when(delivery: Delivery, earliest: datetime) -> datetime | None:
    """The moment at which the mail may go: at once, the next 07.00, the next Monday 07.00 (local time); None = no mail."""
    if delivery == Delivery.IN_SYSTEM:
        return None
    if delivery == Delivery.AT_ONCE:
        return earliest
    day = timezone.localtime(earliest).date()
    if delivery == Delivery.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    slot = _at_seven(day)
    return slot if slot >= earliest else _at_seven(day + timedelta(days=7 if delivery == Delivery.WEEKLY else 1))


def _at_seven(day: date) -> datetime:
    """07.00 local time on the day, whether the clock was changed that night or not."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 7))
def gather() -> int:
    """Make the mails of the notices whose time has come, one for each recipient; returns how many mails were made.

    Safe to run in several processes at once: each recipient is taken by one of them. Barred people get nothing, later neither.
    """
    due = Notice.objects.unmailed().filter(mail_at__lte=timezone.now())
    due.filter(recipient__is_active=False).update(mail_at=None)
    recipients = due.order_by().values_list("recipient_id", flat=True).distinct()
    return sum(_gather_for(pk) for pk in list(recipients))


@transaction.atomic
def _gather_for(pk: int) -> int:
    """The mails of one recipient; none when another process is at it."""
    recipient = User.objects.active().select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
    if recipient is None:
        return 0
    waiting = Notice.objects.unmailed().filter(recipient=recipient).select_related("scope")
    found = list(waiting.select_for_update(skip_locked=True, of=("self",), no_key=True).order_by("created_at", "pk"))
    now = timezone.now()
    # What waits of the same kind about the same things is taken along: nobody gets two mails about them.
    due = {(notice.kind, notice.scope_id) for notice in found if notice.mail_at and notice.mail_at <= now}
    letters = list(_letters(recipient, [notice for notice in found if (notice.kind, notice.scope_id) in due]))
    for hold_for, notices in letters:
        scope = notices[0].scope if len({notice.scope_id for notice in notices}) == 1 else None
        mail = outbox.queue(kind=MAIL, to_email=recipient.email, recipient=recipient, about=recipient, scope=scope, hold_for=hold_for)
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail=mail)
    return len(letters)


def _letters(recipient: User, notices: list[Notice]) -> Iterator[tuple[timedelta | None, list[Notice]]]:
    """Everything in one mail, but for what a consultant may hold back: that is one mail for each scope, with how long it may wait."""
    scopes = {notice.scope_id: notice.scope for notice in notices}
    holds = {pk: _hold(scope, recipient) for pk, scope in scopes.items()}
    if free := [notice for notice in notices if holds[notice.scope_id] is None]:
        yield None, free
    for pk, hold_for in holds.items():
        if hold_for is not None:
            yield hold_for, [notice for notice in notices if notice.scope_id == pk]


def _hold(scope: Scope | None, recipient: User) -> timedelta | None:
    """The longest time that a rule lets the mail wait; None = it does not."""
    said = [rule(scope, recipient) for rule in HOLD_RULES] if scope else []
    return max((hold_for for hold_for in said if hold_for is not None), default=None)


