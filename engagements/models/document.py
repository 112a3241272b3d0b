from __future__ import annotations

from django.db import models

from documents.models import Document
from engagements.models.engagement import Engagement
from engagements.states import DocumentKind


class EngagementDocument(models.Model):
    """A document that belongs to the engagement as a whole: minutes, agreements. Its team and its municipality read it."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="documents", verbose_name="forløb")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="engagement_document", verbose_name="dokument")
    kind = models.CharField("slags", max_length=10, choices=DocumentKind, default=DocumentKind.OTHER)

    class Meta:
        verbose_name = "dokument i forløbet"
        verbose_name_plural = "dokumenter i forløbet"
        ordering = ["-document__uploaded_at"]

    def __str__(self) -> str:
        return str(self.document)
