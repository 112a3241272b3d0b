from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from accounts.models.outbox import OutboxMail
from accounts.models.scope import Scope
from accounts.states import Delivery

if TYPE_CHECKING:
    from accounts.models.user import User


# The scopes that a person may see: a QuerySet of their ids, from each app that makes scopes (accounts.notices.register_sight).
Sight = Callable[["User"], "models.QuerySet[Any]"]
SIGHTS: list[Sight] = []


class NoticeQuerySet(models.QuerySet["Notice"]):
    def own(self, user: User) -> NoticeQuerySet:
        """Those to the person, but for those that an undo took back."""
        return self.filter(recipient=user, withdrawn_at__isnull=True)

    def visible_to(self, user: User) -> NoticeQuerySet:
        """A person's own, but for those of a scope that they may no longer see."""
        seen = Q(scope__isnull=True)
        for sight in SIGHTS:
            seen |= Q(scope__in=sight(user))
        return self.own(user).filter(seen)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)

    def unmailed(self) -> NoticeQuerySet:
        """Those that shall go out by mail and are in none yet, whether their time has come or not."""
        return self.filter(mail_at__isnull=False, mail__isnull=True, withdrawn_at__isnull=True)


class Notice(models.Model):
    """*Besked*: something that a person is told, written in the transaction of the event; its mail follows as the person has chosen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", verbose_name="modtager")
    # Whom the recipient stands in for while they are away.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="på vegne af"
    )
    kind = models.CharField("type", max_length=60)
    scope = models.ForeignKey(
        Scope, on_delete=models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="område for adgang"
    )
    about_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+", verbose_name="objektets type")
    about_id = models.CharField("objektets id", max_length=40)
    title = models.CharField("besked", max_length=300)
    url = models.CharField("side", max_length=300)
    created_at = models.DateTimeField("oprettet", auto_now_add=True)
    read_at = models.DateTimeField("læst", null=True, blank=True)
    withdrawn_at = models.DateTimeField("taget tilbage", null=True, blank=True)
    mail_at = models.DateTimeField("mailes tidligst", null=True, blank=True)
    mail = models.ForeignKey(OutboxMail, on_delete=models.SET_NULL, null=True, blank=True, related_name="notices", verbose_name="mail")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "besked"
        verbose_name_plural = "beskeder"
        ordering = ["-created_at", "pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at"]),
            models.Index(fields=["mail_at"], condition=Q(mail__isnull=True, withdrawn_at__isnull=True), name="notice_unmailed"),
            models.Index(fields=["about_type", "about_id"]),
        ]

    def __str__(self) -> str:
        return self.title


class MailChoice(models.Model):
    """When a person wants the mail about a kind of event, where it differs from the kind's own default (*Mine indstillinger*)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices", verbose_name="person")
    kind = models.CharField("type", max_length=60)
    delivery = models.CharField("mail", max_length=10, choices=Delivery)

    class Meta:
        verbose_name = "valg af mail"
        verbose_name_plural = "valg af mails"
        ordering = ["user", "kind"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mail_choice_unique")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_delivery_display()}"
