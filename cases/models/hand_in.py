from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.round import Round
from documents.models import StoredFile


class HandIn(models.Model):
    """A hand-in and its receipt, which can be fetched for ever. Number 1 is the hand-in of the cases, the rest are supplements."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="hand_ins", verbose_name="runde")
    sequence = models.PositiveSmallIntegerField("nummer i runden")
    number = models.CharField("kvitteringsnummer", max_length=20, unique=True)
    at = models.DateTimeField("indsendt")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="indsendt af")
    receipt = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kvittering")

    class Meta:
        verbose_name = "indsendelse"
        verbose_name_plural = "indsendelser"
        ordering = ["round", "sequence"]
        constraints = [models.UniqueConstraint(fields=["round", "sequence"], name="hand_in_sequence_unique")]

    def __str__(self) -> str:
        return f"Kvittering {self.number}"


class HandInLine(models.Model):
    """One file as it was received; stands when the file itself is erased."""

    hand_in = models.ForeignKey(HandIn, on_delete=models.CASCADE, related_name="lines", verbose_name="indsendelse")
    case_number = models.PositiveSmallIntegerField("sag")
    document_type = models.CharField("akttype", max_length=80)
    name = models.CharField("filnavn", max_length=200)
    size = models.PositiveBigIntegerField("bytes")
    sha256 = models.CharField("sha-256", max_length=64)
    document_key = models.UUIDField("dokumentets id")

    class Meta:
        verbose_name = "linje i kvittering"
        verbose_name_plural = "linjer i kvittering"
        ordering = ["hand_in", "case_number", "pk"]

    def __str__(self) -> str:
        return self.name


class ReceiptNote(models.Model):
    """A dated line that is added to the receipts of a round, without names of files: something was withdrawn."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="receipt_notes", verbose_name="runde")
    at = models.DateTimeField("tidspunkt", auto_now_add=True)
    text = models.CharField("tekst", max_length=300)

    class Meta:
        verbose_name = "tilføjelse til kvittering"
        verbose_name_plural = "tilføjelser til kvittering"
        ordering = ["round", "at"]

    def __str__(self) -> str:
        return self.text


class Supplement(models.Model):
    """*Bed om supplerende akter*: what is asked for, of which case, by when."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="supplements", verbose_name="runde")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supplements", verbose_name="sag")
    text = models.CharField("det mangler", max_length=500)
    due_on = models.DateField("frist")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="bedt om af")
    asked_at = models.DateTimeField("bedt om", auto_now_add=True)
    answered_in = models.ForeignKey(
        HandIn, on_delete=models.PROTECT, null=True, blank=True, related_name="answers", verbose_name="besvaret med"
    )

    class Meta:
        verbose_name = "supplerende akter"
        verbose_name_plural = "supplerende akter"
        ordering = ["round", "asked_at"]
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(answered_in__isnull=True), name="supplement_one_open")]

    def __str__(self) -> str:
        return f"{self.case}: supplerende akter"


class Withdrawal(models.Model):
    """A file or a whole case that was taken back and erased at once; the row is its receipt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="withdrawals", verbose_name="runde")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawals", verbose_name="sag")
    number = models.CharField("kvitteringsnummer", max_length=20, unique=True)
    files = models.PositiveSmallIntegerField("slettede filer")
    reason = models.CharField("begrundelse", max_length=500)
    at = models.DateTimeField("tidspunkt", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="trukket tilbage af")

    class Meta:
        verbose_name = "tilbagetrækning"
        verbose_name_plural = "tilbagetrækninger"
        ordering = ["round", "at"]

    def __str__(self) -> str:
        return f"Kvittering {self.number}"
