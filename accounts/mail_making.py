"""Who makes the mails of each kind, and when: right before each is sent, from what is true then.

A kind that can make many mails at once does so for a batch, and anew as soon as anybody has done anything since (each action writes
in the history, in its own transaction), or when a second has gone by (what begins or ends by the clock).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from django.db import connection

from accounts.letters import Message
from accounts.models import AuditEntry, OutboxMail

log = structlog.get_logger(__name__)
FRESH = 1.0  # seconds
NEWEST_ACTION = f"SELECT max(id) FROM {AuditEntry._meta.db_table}"  # noqa: S608 - our own table

# A builder makes the message of one row, or None when it is no longer due (the invitation was withdrawn, the date was met).
Builder = Callable[[OutboxMail], Message | None]
BUILDERS: dict[str, Builder] = {}
# The same for many rows, by their ids, in a number of queries that does not depend on how many there are.
BuilderOfMany = Callable[[Sequence[OutboxMail]], Mapping[UUID, Message | None]]
BUILDERS_OF_MANY: dict[str, BuilderOfMany] = {}
# Kinds whose text holds no secret (a link that gives access): it is kept with the mail, for the log of mails.
KEPT: set[str] = set()
# What is written when a mail of a kind has been sent, in the transaction that says so, and the message that went out.
Settled = Callable[[OutboxMail, Message], None]
SETTLED: dict[str, Settled] = {}


def register(
    kind: str, builder: Builder, *, many: BuilderOfMany | None = None, keep_text: bool = False, settled: Settled | None = None
) -> None:
    """Say how mails of a kind are made, whether their text may be kept, what follows; called once in an AppConfig.ready."""
    BUILDERS[kind] = builder
    if many:
        BUILDERS_OF_MANY[kind] = many
    if settled:
        SETTLED[kind] = settled
    if keep_text:
        KEPT.add(kind)


class Making:
    """Makes the mails of a batch, one after the other."""

    def __init__(self, mails: Sequence[OutboxMail]) -> None:
        self._left = {mail.pk: mail for mail in mails}
        self._made: dict[UUID, Message | None] = {}
        self._newest: int | None = None
        self._at = 0.0
        self._alone: set[str] = set()  # kinds of which some mail of the batch cannot be made

    def message_of(self, mail: OutboxMail) -> Message | None:
        """What is to be sent now; None when the mail is no longer due.

        Of a mail that a person has edited the builder only says whether it is still due.
        """
        together = mail.kind in BUILDERS_OF_MANY and mail.kind not in self._alone
        message = self._of_many(mail) if together else BUILDERS[mail.kind](mail)
        self._left.pop(mail.pk, None)
        return replace(message, subject=mail.subject, text=mail.text) if message is not None and mail.edited_by_id else message

    def _of_many(self, mail: OutboxMail) -> Message | None:
        newest = _newest_action()
        if newest != self._newest or time.monotonic() - self._at > FRESH:
            self._made, self._newest, self._at = {}, newest, time.monotonic()
        if mail.pk not in self._made:
            same = [one for one in self._left.values() if one.kind == mail.kind]
            try:
                self._made |= BUILDERS_OF_MANY[mail.kind](same)
            except Exception as error:  # one that cannot be made shall not keep the others
                log.warning("mails made one by one", kind=mail.kind, mails=len(same), exc_info=error)
                self._alone.add(mail.kind)
                return BUILDERS[mail.kind](mail)
        return self._made[mail.pk]


def _newest_action() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_ACTION)
        found: int | None = cursor.fetchone()[0]
    return found
