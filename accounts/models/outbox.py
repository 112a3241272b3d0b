from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.scope import Scope
from accounts.states import MailState


class OutboxMailQuerySet(models.QuerySet["OutboxMail"]):
    def due(self) -> OutboxMailQuerySet:
        """Waiting and held mails whose time has come, and those whose sender died with its lease."""
        now = timezone.now()
        return self.filter(
            Q(state__in=[MailState.WAITING, MailState.HELD], due_at__lte=now) | Q(state=MailState.SENDING, leased_until__lt=now)
        )


class OutboxMail(models.Model):
    """A mail to be sent: to whom, of what kind, about what. Its text is made when it is sent, so that no secret is ever stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("type", max_length=60)
    to_email = models.EmailField("modtager", max_length=254)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="mails", verbose_name="person"
    )
    about_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+", verbose_name="objektets type")
    about_id = models.CharField("objektets id", max_length=40)
    scope = models.ForeignKey(
        Scope, on_delete=models.PROTECT, null=True, blank=True, related_name="mails", verbose_name="område for adgang"
    )
    # Written when it is sent (the text not of kinds that hold secrets), or before that by the consultant who edits a held mail.
    subject = models.CharField("emne", max_length=300, blank=True)
    text = models.TextField("tekst", blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="rettet af"
    )
    state = models.CharField("status", max_length=10, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField("forsøg", default=0)
    created_at = models.DateTimeField("oprettet", auto_now_add=True)
    due_at = models.DateTimeField("sendes tidligst", default=timezone.now)
    leased_until = models.DateTimeField("optaget til", null=True, blank=True)
    sent_at = models.DateTimeField("sendt", null=True, blank=True)
    error = models.TextField("fejl", blank=True)

    objects = OutboxMailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "mails"
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False) | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENDING, leased_until__isnull=False)
                | (~Q(state=MailState.SENDING) & Q(leased_until__isnull=True)),
                name="mail_leased_while_sending",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.to_email}"
