"""*Beskeder*: what people are told, written in the transaction of the event, and the mails that follow as each person has chosen.

A higher app registers its kinds. A notice stands in *Beskeder* at once; its mail is made later, from what is still true then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import outbox
from accounts.models import MailChoice, Notice, OutboxMail, Scope, User
from accounts.models.notice import SIGHTS, Sight
from accounts.states import Delivery, Role


@dataclass(frozen=True)
class Line:
    """What a mail says of one or more notices: a sentence, the page it is about, and the subject where it stands alone."""

    text: str
    url: str
    subject: str


# What is still true of these notices of one kind to one person, at the moment of sending; an empty list means: send nothing.
Describer = Callable[[Sequence[Notice]], list[Line]]
# The same for notices to many people at once, in a number of queries that does not depend on how many there are: each line with one
# of the notices that it says. It answers itself for that each recipient may still see what it is about.
DescriberOfMany = Callable[[Sequence[Notice]], list[tuple[Notice, Line]]]


@dataclass(frozen=True)
class NoticeKind:
    """A kind of event that people are told about. `choices` are the deliveries they may choose; `default` stands until they do.

    `roles`: who can come to hear of it by what they are; the others are not asked about its mails.
    """

    key: str
    label: str
    help: str
    describe: Describer
    default: Delivery = Delivery.AT_ONCE
    choices: tuple[Delivery, ...] = tuple(Delivery)
    describe_many: DescriberOfMany | None = None
    roles: tuple[Role, ...] = tuple(Role)


KINDS: dict[str, NoticeKind] = {}
TOGETHER = 50  # recipients whose mails one transaction makes
MAIL = "accounts.notices"  # the kind of the mails that notices are gathered into (accounts/notice_mail.py)
# Whether mails of a scope to a person wait for a consultant, and how long; None = they do not. Registered by the app of the scopes.
HoldRule = Callable[[Scope, User], timedelta | None]
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


def kinds_for(user: User) -> dict[str, NoticeKind]:
    """The kinds that the person can be told of by their roles, or has been told of before. Two queries."""
    roles, heard = set(user.roles()), set(Notice.objects.own(user).order_by().values_list("kind", flat=True).distinct())
    return {key: kind for key, kind in KINDS.items() if key in heard or not roles.isdisjoint(kind.roles)}


def unread_count(request: HttpRequest) -> int:
    """How many notices the person has not read, for the menu and whatever else asks; counted once a request."""
    if not hasattr(request, "unread_notices"):
        user = request.user
        found = _unread_count_of(user) if isinstance(user, User) else 0
        request.unread_notices = found  # type: ignore[attr-defined]
    return int(request.unread_notices)  # type: ignore[attr-defined]


def _unread_count_of(user: User) -> int:
    """As many as `visible_to` has, but asked only about the scopes of what is unread: every page counts, and most have none or one."""
    scopes = list(Notice.objects.own(user).unread().order_by().values_list("scope_id", flat=True))
    hidden = set(scopes) - {None}
    for sight in SIGHTS:
        if hidden:
            hidden -= set(Scope.objects.filter(pk__in=hidden).filter(pk__in=sight(user)).values_list("pk", flat=True))
    return sum(scope not in hidden for scope in scopes)


def withdraw(notices: QuerySet[Notice]) -> int:
    """Take notices back whose mail has not been made yet (an undo); those already mailed stand. Returns how many were taken back."""
    return notices.filter(mail__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())


def gather() -> int:
    """Make the mails of the notices whose time has come, one for each recipient; returns how many mails were made.

    Safe to run in several processes at once: each recipient is taken by one of them. Barred people get nothing, later neither.
    """
    due = Notice.objects.unmailed().filter(mail_at__lte=timezone.now())
    due.filter(recipient__is_active=False).update(mail_at=None)
    recipients = list(due.order_by().values_list("recipient_id", flat=True).distinct())
    made = sum(_gather_for(recipients[first : first + TOGETHER]) for first in range(0, len(recipients), TOGETHER))
    for _ in range(0, made, outbox.SWEEP):  # as many sweeps as there is work for
        outbox.ring()
    return made


@transaction.atomic
def _gather_for(ids: Sequence[int]) -> int:
    """The mails of some recipients, in a transaction; of those whom another process is at, none."""
    recipients = {one.pk: one for one in User.objects.active().filter(pk__in=ids).select_for_update(skip_locked=True, no_key=True)}
    waiting = Notice.objects.unmailed().filter(recipient__in=recipients).select_related("scope")
    found = defaultdict(list)
    for notice in waiting.select_for_update(skip_locked=True, of=("self",), no_key=True).order_by("created_at", "pk"):
        found[notice.recipient_id].append(notice)
    mails, told = [], []
    for pk, its in found.items():
        for hold_for, notices in _letters(recipients[pk], _due(its)):
            mails.append(_mail(recipients[pk], notices, hold_for))
            for notice in notices:
                notice.mail = mails[-1]
            told += notices
    OutboxMail.objects.bulk_create(mails)
    Notice.objects.bulk_update(told, ["mail"])
    return len(mails)


def _mail(to: User, notices: list[Notice], hold_for: timedelta | None) -> OutboxMail:
    """One mail about the notices; it belongs to the scope that all of them are about."""
    scope = notices[0].scope if len({notice.scope_id for notice in notices}) == 1 else None
    return outbox.new(kind=MAIL, to_email=to.email, recipient=to, about=to, scope=scope, hold_for=hold_for)


def _due(notices: list[Notice]) -> list[Notice]:
    """Of one person's notices those whose time has come, and what waits of the same kind about the same: nobody gets two mails of it."""
    now = timezone.now()
    due = {(notice.kind, notice.scope_id) for notice in notices if notice.mail_at and notice.mail_at <= now}
    return [notice for notice in notices if (notice.kind, notice.scope_id) in due]


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
