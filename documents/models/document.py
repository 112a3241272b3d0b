from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Scope
from documents.models.stored import StoredFile
from documents.states import BEING_CHECKED, CHECKED, CprLevel, CprMode, CprPlace, DocumentState, FileClass, FileType, ScanState


class DocumentQuerySet(models.QuerySet["Document"]):
    def checked(self) -> DocumentQuerySet:
        """Whose content may be read by those whom the app above lets."""
        return self.filter(state__in=CHECKED)

    def being_checked(self) -> DocumentQuerySet:
        return self.filter(state__in=BEING_CHECKED)


class Document(models.Model):
    """A file that somebody handed in, with what the check said. Who may see it is known by the app above that points at it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="documents", verbose_name="område")
    name = models.CharField("filnavn", max_length=200)
    size = models.PositiveBigIntegerField("bytes")
    sha256 = models.CharField("sha-256", max_length=64, help_text="Af filen, som den blev modtaget.")
    file_class = models.CharField("slags", max_length=10, choices=FileClass)
    file_type = models.CharField("type", max_length=10, choices=FileType, blank=True)
    cpr_mode = models.CharField("CPR-numre", max_length=10, choices=CprMode, default=CprMode.WARN)
    # As it was received, and as it is read: rebuilt without active content. Both are gone when it is erased.
    original = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="original_of", verbose_name="modtaget fil"
    )
    cleaned = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="cleaned_of", verbose_name="renset fil"
    )
    # The text of its pages as JSON, for search beside the page images; a vault file like the others.
    text = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="text_of", verbose_name="tekst")
    pages = models.PositiveIntegerField("sider", null=True, blank=True)
    pages_without_text = ArrayField(models.PositiveIntegerField(), verbose_name="sider uden tekst", default=list, blank=True)
    state = models.CharField("status", max_length=10, choices=DocumentState, default=DocumentState.WAITING)
    reasons = ArrayField(models.CharField(max_length=40), verbose_name="årsager", default=list, blank=True)
    scan = models.CharField("virusscanning", max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)
    attempts = models.PositiveSmallIntegerField("forsøg", default=0)
    touched_at = models.DateTimeField("sidste livstegn", auto_now=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="modtaget fra")
    uploaded_at = models.DateTimeField("modtaget", auto_now_add=True)
    # Somebody looked at what was flagged and wrote why the file is right as it is.
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="taget stilling af"
    )
    accepted_at = models.DateTimeField("taget stilling", null=True, blank=True)
    accepted_reason = models.CharField("begrundelse", max_length=500, blank=True)
    erased_at = models.DateTimeField("slettet", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "dokument"
        verbose_name_plural = "dokumenter"
        ordering = ["uploaded_at", "pk"]
        indexes = [models.Index(fields=["state", "touched_at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=DocumentState.ERASED) | Q(original__isnull=True, cleaned__isnull=True, text__isnull=True),
                name="document_erased_has_no_bytes",
            ),
        ]

    def __str__(self) -> str:
        """Not what a person called it: history and logs outlive the file, and names of files tell of people."""
        return f"Dokument {str(self.pk)[:8]}"

    @property
    def is_readable(self) -> bool:
        """Whether its content may be read at all: checked, and scanned where that is required."""
        return self.state in CHECKED and (self.scan == ScanState.CLEAN or not settings.AV_REQUIRED)


class CprFinding(models.Model):
    """Where a number stands. The number itself is never stored."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="cpr_findings", verbose_name="dokument")
    page = models.PositiveIntegerField("side", null=True, blank=True, help_text="Tom: ikke på en side.")
    place = models.CharField("sted", max_length=12, choices=CprPlace)
    level = models.CharField("sikkerhed", max_length=4, choices=CprLevel)
    count = models.PositiveIntegerField("antal", default=1)

    class Meta:
        verbose_name = "fund af CPR-nummer"
        verbose_name_plural = "fund af CPR-numre"
        ordering = ["document", "page", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "page", "place", "level"], name="cpr_finding_unique", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.get_place_display()}"


class DocumentPage(models.Model):
    """The picture of one page, made in the background when somebody first reads the document; a vault file, erased with it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="page_images", verbose_name="dokument")
    number = models.PositiveIntegerField("side")
    image = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="page_of", verbose_name="billede")
    width = models.PositiveIntegerField("bredde", help_text="I pixel.")
    height = models.PositiveIntegerField("højde", help_text="I pixel.")

    class Meta:
        verbose_name = "side"
        verbose_name_plural = "sider"
        ordering = ["document", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="document_page_unique")]

    def __str__(self) -> str:
        return f"Side {self.number}"
