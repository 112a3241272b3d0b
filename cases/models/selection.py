from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.case import Case
from cases.models.round import Round
from cases.states import SelectionState


class VisoSelection(models.Model):
    """The cases that VISO reviews too: exactly `size` of the round's, when it is locked (domain rule 20)."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="selection", verbose_name="runde")
    size = models.PositiveSmallIntegerField("antal sager til VISO")
    state = models.CharField("status", max_length=10, choices=SelectionState, default=SelectionState.OPEN)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="foreslået af"
    )
    proposed_at = models.DateTimeField("foreslået", null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="låst af"
    )
    locked_at = models.DateTimeField("låst", null=True, blank=True)

    class Meta:
        verbose_name = "VISO-udvalg"
        verbose_name_plural = "VISO-udvalg"

    def __str__(self) -> str:
        return f"VISO-udvalg, {self.round}"


class VisoPick(models.Model):
    """A case in the selection. A sixth cannot be: each stands in a slot of its own, and the slots end at the selection's size."""

    selection = models.ForeignKey(VisoSelection, on_delete=models.PROTECT, related_name="picks", verbose_name="udvalg")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="picks", verbose_name="sag")
    slot = models.PositiveSmallIntegerField("plads")
    size = models.PositiveSmallIntegerField("pladser i udvalget")
    reason = models.CharField("begrundelse", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="valgt af")
    at = models.DateTimeField("valgt", auto_now_add=True)
    # Taken out again; the row stays and says why.
    removed_at = models.DateTimeField("taget ud", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="taget ud af"
    )
    removed_reason = models.CharField("begrundelse for at tage den ud", max_length=500, blank=True)

    class Meta:
        verbose_name = "sag i VISO-udvalg"
        verbose_name_plural = "sager i VISO-udvalg"
        ordering = ["selection", "slot", "at"]
        constraints = [
            models.UniqueConstraint(fields=["selection", "slot"], condition=Q(removed_at__isnull=True), name="viso_pick_slot_unique"),
            models.UniqueConstraint(fields=["selection", "case"], condition=Q(removed_at__isnull=True), name="viso_pick_case_unique"),
            models.CheckConstraint(condition=Q(slot__gte=1) & Q(slot__lte=F("size")), name="viso_pick_slot_within_size"),
        ]

    def __str__(self) -> str:
        return f"{self.case} til VISO"
