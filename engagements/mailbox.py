"""*Udbakke* and the log of mails: which mails are about an engagement, what they say now, how they went and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.access import rows_for
from accounts.danish import long_date
from accounts.models import AuditEntry, Notice, OutboxMail, User
from accounts.outbox import BUILDERS, Message
from accounts.states import MailState
from engagements import access
from engagements.models import Engagement

VARIANTS = {
    MailState.WAITING: "neutral",
    MailState.HELD: "warning",
    MailState.SENDING: "info",
    MailState.SENT: "done",
    MailState.FAILED: "error",
    MailState.CANCELLED: "neutral",
}
SYMBOLS = {MailState.CANCELLED: "minus", MailState.HELD: "time"}
SEVERAL = "Samlet mail om flere forløb"
NOT_WRITTEN = "Skrives, når mailen sendes"
NOTHING_LEFT = "Der er ikke længere noget at skrive om. Mailen bliver annulleret af sig selv."
NO_LONGER_DUE = "Det, mailen handlede om, var klaret eller ændret, da den skulle sendes."
CANCELLED_BY = "mail.cancel"


@dataclass(frozen=True)
class Held:
    """A mail that waits for a consultant; `message` None = nothing of it is still due."""

    mail: OutboxMail
    to: str
    message: Message | None
    goes: str

    @property
    def addressed(self) -> str:
        """The line above a page about it."""
        return f"Mail til {self.to}"


@dataclass(frozen=True)
class Row:
    """A mail in the log: `note` says what to do, or why it was not sent."""

    mail: OutboxMail
    to: str
    subject: str
    note: str
    variant: str
    symbol: str


# Udbakke


def has_outgoing(user: User) -> bool:
    """Whether the person's roles give them an *Udbakke*, be it empty."""
    return bool(rows_for(user, access.ENGAGEMENT, access.MAILS.action))


def teams_of(user: User) -> QuerySet[Engagement]:
    """The engagements whose mails the person looks after, by the policy's rows for "mails"."""
    return Engagement.objects.allowing(user, access.MAILS.action)


def held_for(user: User) -> QuerySet[OutboxMail]:
    """The mails that wait for the person, by engagement and then by when they go."""
    held = OutboxMail.objects.filter(state=MailState.HELD, scope__engagement__in=teams_of(user))
    places = held.select_related("recipient", "edited_by", "scope__engagement__municipality")
    return places.order_by("scope__organisation__name", "scope__engagement__pk", "due_at", "pk")


def outgoing_count(user: User) -> int:
    """How many mails wait for the person: for the menu and *Min uge*, read once per request. No query where there is no *Udbakke*."""
    if not hasattr(user, "_outgoing_count"):
        held = OutboxMail.objects.filter(state=MailState.HELD, scope__engagement__in=teams_of(user))
        user._outgoing_count = held.count() if has_outgoing(user) else 0  # type: ignore[attr-defined]
    return user._outgoing_count  # type: ignore[attr-defined, no-any-return]


def failed_in(user: User) -> list[Engagement]:
    """The engagements in which mails could not be delivered."""
    failed = OutboxMail.objects.filter(scope=OuterRef("scope"), state=MailState.FAILED)
    return list(teams_of(user).filter(Exists(failed)).select_related("municipality"))


def by_engagement(mails: Iterable[OutboxMail]) -> list[tuple[Engagement, list[Held]]]:
    """The held mails under their engagements, each as it would go out now."""
    groups = groupby(mails, key=lambda mail: mail.scope.engagement)  # type: ignore[union-attr]
    return [(engagement, [held_row(mail) for mail in found]) for engagement, found in groups]


def held_row(mail: OutboxMail) -> Held:
    """A held mail with its text as it stands."""
    return Held(mail, addressee(mail), present(mail), moment(mail))


def present(mail: OutboxMail) -> Message | None:
    """What would be sent now: what its builder makes of it, in the words of whoever has edited it; None = nothing is still due.

    A fixed number of queries for each mail, as when it is sent.
    """
    builder = BUILDERS.get(mail.kind)
    message = builder(mail) if builder else None
    return replace(message, subject=mail.subject, text=mail.text) if message and mail.edited_by_id else message


def addressee(mail: OutboxMail) -> str:
    return mail.recipient.full_name if mail.recipient else mail.to_email


def moment(mail: OutboxMail) -> str:
    """When it goes by itself: torsdag d. 19. februar 2026 (uge 8) kl. 10.00."""
    local = timezone.localtime(mail.due_at)
    return f"{long_date(local.date())} kl. {local:%H.%M}"


# The log


def mails_of(engagement: Engagement) -> QuerySet[OutboxMail]:
    """Every mail about the engagement, newest first; also the digests in which it is one of several."""
    partly = Notice.objects.filter(mail=OuterRef("pk"), scope=engagement.scope_id)
    found = OutboxMail.objects.filter(Q(scope=engagement.scope_id) | Exists(partly)).select_related("recipient", "edited_by")
    own = Notice.objects.filter(scope=engagement.scope_id).order_by("created_at", "pk")
    return found.prefetch_related(Prefetch("notices", own, to_attr="own_notices")).order_by("-created_at", "pk")


def rows(mails: Sequence[OutboxMail], engagement: Engagement) -> list[Row]:
    """The mails of `mails_of` as lines: one query more for who cancelled them."""
    cancelled = [str(mail.pk) for mail in mails if mail.state == MailState.CANCELLED]
    entries = AuditEntry.objects.filter(verb=CANCELLED_BY, target_id__in=cancelled).select_related("by")
    stoppers = {entry.target_id: entry.by.full_name for entry in entries if entry.by}
    return [_row(mail, engagement, stoppers.get(str(mail.pk), "")) for mail in mails]


def _row(mail: OutboxMail, engagement: Engagement, stopped_by: str) -> Row:
    state = MailState(mail.state)
    return Row(mail, addressee(mail), subject_of(mail, engagement), _note(mail, stopped_by), VARIANTS[state], SYMBOLS.get(state, ""))


def subject_of(mail: OutboxMail, engagement: Engagement) -> str:
    """The subject; of a digest about several engagements nothing of the others."""
    if mail.scope_id != engagement.scope_id:
        return SEVERAL
    first = next((notice.title for notice in mail.own_notices), "")  # type: ignore[attr-defined]
    return mail.subject or first or NOT_WRITTEN


def _note(mail: OutboxMail, stopped_by: str) -> str:
    if mail.state == MailState.FAILED:
        return what_to_do(mail)
    if mail.state == MailState.CANCELLED:
        return f"Annulleret af {stopped_by}." if stopped_by else NO_LONGER_DUE
    if mail.state == MailState.HELD:
        return f"Sendes selv {moment(mail)}"
    if mail.state == MailState.WAITING and mail.attempts:
        return f"Det lykkedes ikke endnu. Prøver igen {moment(mail)}"
    return ""


def what_to_do(mail: OutboxMail) -> str:
    """Of a failed mail: whether the address is wrong (the server said no for good) or the server was away."""
    if mail.error.startswith("5"):
        return f"Kunne ikke leveres til {mail.to_email} – ret adressen med personen eller en administrator, og send igen."
    return "Mailserveren tog ikke imod den. Send igen; hjælper det ikke, så skriv til support."
